"""A ticket through the repairer's hands on the phone, and the same at a desk (REP-03, REP-06)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from logistics.platform.attachments.queries import attachments_of
from repairs.ticket.models import Material, State
from tests.e2e.conftest import DOT, act

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("REP-02", "REP-03", "REP-06")
def test_accept_arrive_wait_resume_and_finish_with_materials_and_photo(windows, cast, rooms, ticket_in, size):
    ticket = ticket_in(State.ASSIGNED)
    page = windows.open(cast.plumber, size)
    page.goto("/repairs/mine/")
    page.get_by_role("link", name=ticket.title).click()
    act(page, size, "接单").click()
    expect(page.locator(".next")).to_contain_text("已接单")
    act(page, size, "到场").click()
    expect(page.locator(".next")).to_contain_text("维修中")

    act(page, size, "等待").click()
    page.get_by_text("等配件").click()
    page.get_by_label("说明").fill("角阀要去买")
    page.get_by_label("预计哪天").fill(f"{timezone.localdate() + timedelta(days=1)}")
    page.get_by_role("button", name="等待").click()
    expect(page.locator(".next")).to_contain_text("等配件")
    expect(page.locator(".next")).to_contain_text("角阀要去买")
    reporter = windows.open(cast.teacher, size)
    reporter.goto(f"/repairs/ticket/{ticket.pk}/")
    expect(reporter.locator(".next")).to_contain_text("角阀要去买")

    act(page, size, "继续修").click()
    expect(page.locator(".next")).to_contain_text("维修中")
    act(page, size, "完工登记").click()
    page.locator("[name=after][multiple]").set_input_files({"name": "done.png", "mimeType": "image/png", "buffer": DOT})
    page.get_by_label("怎么修的").fill("换角阀，试水不漏")
    expect(page.get_by_label("谁损坏的")).to_be_hidden()
    page.get_by_label("用了多少分钟").fill("40")
    page.get_by_label("用料").fill("角阀 DN15 2 只 25\n生料带 一卷")
    page.get_by_role("button", name="完工登记").click()
    expect(page.locator(".field.bad")).to_contain_text("第 2 行「生料带 一卷」没看懂")
    page.get_by_label("用料").fill("角阀 DN15 2 只 25\n生料带 1 卷 3.50")
    page.get_by_role("button", name="完工登记").click()
    expect(page.locator(".next")).to_contain_text("待验收")
    expect(page.locator("main")).to_contain_text("¥53.50")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.minutes, ticket.cost) == (State.FINISHED, 40, Decimal("53.50"))
    assert list(Material.objects.filter(ticket=ticket).order_by("pk").values_list("name", "unit")) == [("角阀", "只"), ("生料带", "卷")]
    assert attachments_of(ticket, role="after").count() == 1
    assert ticket.waits.get().ended_at is not None


@pytest.mark.requirement("REP-07")
def test_damage_by_people_asks_who(windows, cast, rooms, ticket_in, size):
    ticket = ticket_in(State.WORKING)
    page = windows.open(cast.plumber, size)
    page.goto(f"/repairs/ticket/{ticket.pk}/finish/")
    page.get_by_label("怎么修的").fill("换了玻璃")
    page.get_by_label("用了多少分钟").fill("20")
    page.get_by_text("人为损坏", exact=True).click()
    page.get_by_role("button", name="完工登记").click()
    expect(page.locator(".field.bad")).to_contain_text("人为损坏要写是谁或者哪个班")
    page.get_by_label("哪个班").select_option(label="七年级（1）班")
    page.get_by_role("button", name="完工登记").click()
    expect(page.locator(".next")).to_contain_text("待验收")
    ticket.refresh_from_db()
    assert ticket.damage_class == rooms.school_class


@pytest.mark.requirement("REP-02")
def test_what_nobody_has_taken_is_taken_from_the_list(windows, cast, ticket_in):
    ticket = ticket_in()
    page = windows.open(cast.plumber, "phone")
    page.goto("/repairs/mine/")
    page.locator("li", has_text=ticket.title).get_by_role("button", name="接单").click()
    expect(page.locator(".note.done")).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.repairer) == (State.TAKEN, cast.plumber)
