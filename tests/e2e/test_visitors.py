"""A pupil before a door plate: report, follow by code, confirm, all without an account (REP-01, REP-04)."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from repairs.dispatch import rules as dispatch
from repairs.ticket.models import Channel, State, Ticket
from repairs.work import rules as work
from tests.e2e.conftest import DOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("REP-01", "REP-04", "GEN-08")
def test_scan_report_follow_and_confirm(windows, cast, rooms, kinds, size):
    page = windows.open(None, size)
    page.goto(f"/q/{rooms.room.code}/")
    page.get_by_role("link", name="这里坏了，我来报修").click()
    page.locator("[name=photos][multiple]").set_input_files({"name": "door.png", "mimeType": "image/png", "buffer": DOT})
    page.locator("label", has_text="漏水 堵").click()
    page.get_by_label("怎么了").fill("水龙头关不紧")
    page.get_by_label("怎么称呼您").fill("小雨")
    page.get_by_role("button", name="提交报修").click()
    expect(page.get_by_role("heading", name="已收到，谢谢您")).to_be_visible()
    code = page.locator("p.big").inner_text()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.place, ticket.reporter_name, ticket.follow_code) == (Channel.PUBLIC, rooms.room, "小雨", code)

    at = timezone.now()
    dispatch.take_ticket(actor=cast.plumber, at=at, record=ticket)
    work.finish(actor=cast.plumber, at=at, record=ticket, work_done="换了阀芯", cause="natural", minutes=15)
    page.goto("/public/repair/follow/")
    page.get_by_label("查询码").fill("NOTACODE22")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".err")).to_contain_text("没有这个查询码")
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button", name="查看").click()
    expect(page.locator("main")).to_contain_text("换了阀芯")
    expect(page.locator("main")).not_to_contain_text(cast.plumber.name)
    page.get_by_label("您的名字").fill("小雨")
    page.get_by_role("button", name="修好了").click()
    expect(page.locator(".note.done")).to_contain_text("已经修好并验收")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.signatures.get().name) == (State.CLOSED, "小雨")


@pytest.mark.requirement("REP-01")
def test_a_visitor_may_say_it_is_not_mended(windows, cast, rooms, kinds, size):
    page = windows.open(None, size)
    page.goto(f"/public/repair/{rooms.room.code}/")
    page.locator("label", has_text="漏水 堵").click()
    page.get_by_label("怎么了").fill("水龙头关不紧")
    page.get_by_role("button", name="提交报修").click()
    expect(page.get_by_role("heading", name="已收到，谢谢您")).to_be_visible()
    ticket = Ticket.objects.get()
    at = timezone.now()
    dispatch.take_ticket(actor=cast.plumber, at=at, record=ticket)
    work.finish(actor=cast.plumber, at=at, record=ticket, work_done="换了阀芯", cause="natural", minutes=15)
    page.get_by_role("link", name="看进展").click()
    page.get_by_label("哪里没修好").fill("还在滴")
    page.get_by_role("button", name="没修好").click()
    expect(page.locator("main")).to_contain_text("维修中")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rework) == (State.WORKING, 1)


def test_nothing_else_is_open_to_visitors(windows, cast, rooms, ticket_in):
    ticket = ticket_in()
    page = windows.open(None, "phone")
    for address in ("/", "/repairs/ticket/", f"/repairs/ticket/{ticket.pk}/", "/repairs/board/", f"/places/{rooms.room.pk}/", "/setup/"):
        page.goto(address)
        expect(page.get_by_role("button", name="登录")).to_be_visible()
