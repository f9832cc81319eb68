"""The repairer's phone with the network cut, in a real browser (issue 3, offline)."""

import os
import signal
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit.models import Event
from logistics.platform.offline.models import Arrival, ArrivalState
from repairs.dispatch import rules as dispatch
from repairs.ticket.models import State, Ticket
from tests.e2e.conftest import CHROMIUM, QUIET, SIZES, act, until
from tests.e2e.offline_kit import badge, cut, fill_finish, forgive, join, ready, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(windows, cast, ticket_in):
    """(the repairer's page with everything kept, a ticket given to the repairer)"""
    ticket = ticket_in(State.ASSIGNED)
    yield ready(windows.open(cast.plumber, "phone")), ticket
    forgive(windows)


def kept_for(page) -> list[str]:
    """Whose pages the phone keeps."""
    return [name.removeprefix("pages-") for name in page.evaluate("caches.keys()") if name.startswith("pages-")]


def done(ticket) -> bool:
    return Ticket.objects.get(pk=ticket.pk).state == State.FINISHED


def test_list_ticket_arrive_finish_with_photos_without_network_arrive_once_in_order(windows, phone):
    page, ticket = phone
    cut(windows, page)
    page.reload()
    page.get_by_role("link", name=ticket.title).click()
    act(page, "phone", "到场").click()
    expect(badge(page)).to_have_text("1 条待送")
    expect(page.locator("[data-offline-waits]")).to_contain_text("到场")
    page.locator("[data-offline-waits]").get_by_role("link", name="完工登记").click()
    fill_finish(page)
    expect(badge(page)).to_have_text("2 条待送")
    page.reload()
    expect(page.locator("[data-offline-waits]")).to_contain_text("完工登记")
    page.goto("/setup/")
    expect(page.locator("h1")).to_contain_text("没有网络，这一页打不开")
    page.goto("/offline/")
    expect(page.locator("[data-offline-waits]")).to_contain_text("；")
    assert Ticket.objects.get(pk=ticket.pk).state == State.ASSIGNED
    join(page)
    sent(page)
    assert done(ticket)
    assert list(Event.objects.filter(action__in=["arrive", "finish"]).order_by("pk").values_list("action", flat=True)) == ["arrive", "finish"]
    assert attachments_of(ticket, "after").count() == 2
    assert Arrival.objects.filter(state=ArrivalState.DONE).count() == 2
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    expect(page.locator(".story")).to_contain_text("离线")


def test_with_network_a_form_goes_at_once_and_its_errors_stand_at_their_fields(phone):
    page, ticket = phone
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    act(page, "phone", "到场").click()
    expect(page.locator(".next")).to_contain_text("维修中")
    act(page, "phone", "完工登记").click()
    fill_finish(page, minutes="0", photos=1)
    expect(page.locator(".field.bad")).to_contain_text("1")
    expect(badge(page)).to_have_text("都已送出")
    fill_finish(page, photos=0)
    expect(page.locator(".next")).to_contain_text("待验收")
    expect(page.locator(".note.done")).to_contain_text("完工登记")
    assert (attachments_of(ticket, "after").count(), Event.objects.filter(action="finish").count()) == (1, 1)


def test_an_answer_lost_on_the_way_changes_nothing_twice(phone):
    page, ticket = phone
    lost = []

    def lose(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.goto(f"/repairs/ticket/{ticket.pk}/")
    page.context.route("**/offline/send/", lose)
    act(page, "phone", "到场").click()
    sent(page)
    assert lost[0].status == 200
    assert Event.objects.filter(action="arrive").count() == 1


def test_a_server_that_answers_500_three_times_gets_it_once(phone):
    page, ticket = phone
    answers = []

    def stumble(route):
        answers.append(route)
        if len(answers) < 4:
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    page.goto(f"/repairs/ticket/{ticket.pk}/")
    page.context.route("**/offline/send/", stumble)
    act(page, "phone", "到场").click()
    sent(page)
    assert Ticket.objects.get(pk=ticket.pk).state == State.WORKING
    assert len(answers) == 4
    assert Event.objects.filter(action="arrive").count() == 1


def test_the_queue_is_kept_when_the_login_has_ended_and_goes_after_the_next(windows, phone, cast):
    page, ticket = phone
    cut(windows, page)
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    act(page, "phone", "到场").click()
    expect(badge(page)).to_have_text("1 条待送")
    Session.objects.all().delete()
    cache.clear()
    join(page)
    here = page.locator("[data-offline-note]:not([hidden])")
    expect(here).to_contain_text("请重新登录，1 条还没有送出")
    here.get_by_role("link", name="登录").click()
    expect(here).to_contain_text(f"{cast.plumber.name}有 1 条还没有送出")
    page.get_by_label("工号或手机号").fill("repairer")
    page.get_by_label("密码").fill("right-horse-9")
    page.get_by_role("button", name="登录").click()
    sent(page)
    assert Ticket.objects.get(pk=ticket.pk).state == State.WORKING


def test_another_person_neither_sees_nor_sends_what_waits(windows, phone, cast):
    page, ticket = phone
    cut(windows, page)
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    act(page, "phone", "到场").click()
    expect(badge(page)).to_have_text("1 条待送")
    client = Client()
    client.force_login(cast.electrician)
    cookie = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    page.context.add_cookies([cookie | {"value": client.cookies["sessionid"].value}])
    join(page)
    page.goto("/repairs/mine/")
    expect(page.locator("[data-offline-note]:not([hidden])")).to_contain_text(f"{cast.plumber.name}有 1 条还没有送出")
    expect(badge(page)).to_have_text("都已送出")
    expect(page.locator("main")).not_to_contain_text(ticket.title)
    until(lambda: kept_for(page) == [str(cast.electrician.pk)], "only the other's pages are kept")
    assert Arrival.objects.count() == 0
    page.goto("/me/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/")
    until(lambda: kept_for(page) == [], "no page is left")


def test_a_conflict_is_settled_in_the_inbox(windows, phone, cast, kinds):
    page, ticket = phone
    cut(windows, page)
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    act(page, "phone", "到场").click()
    expect(badge(page)).to_have_text("1 条待送")
    given = Ticket.objects.get(pk=ticket.pk)
    dispatch.assign_ticket(actor=cast.director, at=timezone.now(), record=given, repairer=kinds.electrician, note="您手上活多")
    join(page)
    page.locator("[data-offline-note]:not([hidden])").get_by_role("link", name="看一看").click()
    page.wait_for_url("**/offline/**")
    page.get_by_role("link", name="到场").click()
    expect(page.locator("main")).to_contain_text("您离线时写的")
    expect(page.locator("main")).to_contain_text(f"改派给 {cast.electrician}")
    dispatch.assign_ticket(actor=cast.director, at=timezone.now(), record=given, repairer=kinds.plumber)
    page.get_by_role("button", name="照写的再办").click()
    expect(page.locator(".next")).to_contain_text("维修中")
    assert Arrival.objects.get().state == ArrivalState.DONE


def test_a_killed_browser_sends_after_it_is_started_again(chromium, live_server, cast, ticket_in, tmp_path):
    ticket = ticket_in(State.ASSIGNED)
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    options = {"executable_path": CHROMIUM, "args": args, "base_url": live_server.url, "locale": "zh-CN", "viewport": SIZES["phone"], "is_mobile": True}
    client = Client()
    client.force_login(cast.plumber)
    first = chromium.browser_type.launch_persistent_context(str(tmp_path), **options)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url, "expires": time.time() + 3600}
    first.add_cookies([cookie])
    page = ready(first.new_page())
    first.set_offline(True)
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    act(page, "phone", "到场").click()
    expect(badge(page)).to_have_text("1 条待送")
    killed = next(int(process.name) for process in Path("/proc").glob("[0-9]*") if is_browser_of(process, str(tmp_path)))
    with first.expect_event("close"):
        os.kill(killed, signal.SIGKILL)
    assert Ticket.objects.get(pk=ticket.pk).state == State.ASSIGNED
    second = chromium.browser_type.launch_persistent_context(str(tmp_path), **options)
    second.add_cookies([cookie])
    page = second.new_page()
    page.goto("/repairs/mine/")
    sent(page)
    second.close()
    assert Ticket.objects.get(pk=ticket.pk).state == State.WORKING


def is_browser_of(process: Path, folder: str) -> bool:
    """Whether this is the browser that uses the folder, neither one of its children nor the shell that started it."""
    try:
        words, program = (process / "cmdline").read_text(encoding="utf-8", errors="replace"), (process / "exe").readlink()
    except OSError:
        return False
    return f"--user-data-dir={folder}" in words and "--type=" not in words and "chrom" in program.name
