"""The guard's round on a phone with the network cut, and an entry the server fails at (issue 3, offline and duties)."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit import rules as audit
from logistics.platform.duties.checklist import items_of
from logistics.platform.duties.models import Occurrence, OccurrenceEntry
from logistics.platform.offline.models import Arrival, ArrivalState
from repairs.ticket.models import State, Ticket
from tests.e2e.conftest import DOT, act, until
from tests.e2e.offline_kit import badge, cut, forgive, join, ready, sent, waiting
from tests.platform.duties_kit import a_duty

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = "大门｜拍照\n围墙\n楼梯\n配电房｜拍照\n冷藏温度｜0 至 8 ℃"


@pytest.fixture
def round_today(cast) -> Occurrence:
    """The guard's checklist, open whatever the hour."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rhythm = {"kind": "daily", "times": ["00:00"], "minutes": 1440}
    duty = a_duty(cast, at=since, rhythm=rhythm, starts_on=timezone.localdate(since), checklist=items_of(POINTS))
    cache.clear()
    return Occurrence.objects.get(duty=duty, on=timezone.localdate())


@pytest.mark.requirement("SAF-02", "SAF-03")
def test_a_round_of_five_points_with_two_photos_is_done_without_network_and_arrives_once(windows, cast, round_today):
    page = ready(windows.open(cast.guard, "phone"), "/duties/")
    cut(windows, page)
    page.get_by_role("link", name="每日巡视").first.click()
    expect(page.locator("#finish")).to_contain_text("1. 大门")
    for n in range(4):
        page.locator("fieldset.check").nth(n).get_by_text("不正常" if n == 1 else "正常", exact=True).click()
    page.locator("[name=note_1]").fill("东侧有缺口")
    page.locator("[name=answer_4]").fill("4.5")
    for n in (0, 3):
        page.locator(f"[name=photo_{n}][multiple]").set_input_files({"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT})
    act(page, "phone", "做完").click()
    expect(badge(page)).to_have_text("1 条待送")
    page.reload()
    expect(page.locator("[data-offline-waits]")).to_contain_text("检查 每日巡视")
    expect(page.locator("#finish")).to_be_hidden()
    expect(page.locator(".acts [form=finish]")).to_be_hidden()
    assert Occurrence.objects.get(pk=round_today.pk).state == "open"
    join(page)
    sent(page)
    done = Occurrence.objects.get(pk=round_today.pk)
    assert (done.state, done.bad, done.done_by) == ("done", 1, cast.guard)
    assert [file.role for file in attachments_of(done)] == ["item0", "item3"]
    assert (OccurrenceEntry.objects.count(), Arrival.objects.get().state) == (1, ArrivalState.DONE)
    expect(page.locator("main")).to_contain_text("东侧有缺口")
    forgive(windows)


def test_an_entry_the_server_always_fails_at_is_marked_and_the_others_go_on(windows, cast, ticket_in, monkeypatch):
    bad, good = ticket_in(State.ASSIGNED), ticket_in(State.ASSIGNED, description="灯不亮")
    page = ready(windows.open(cast.plumber, "phone"))
    cut(windows, page)
    for ticket in (bad, good):
        page.goto(f"/repairs/ticket/{ticket.pk}/")
        act(page, "phone", "到场").click()
        page.locator("[data-offline-waits]").get_by_text("到场").wait_for()
    failing = [True]

    def fail(events):
        if failing and any(bad.title in event.label for event in events):
            failing.append(True)
            raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr(audit, "followers", [*audit.followers, fail])
    page.evaluate(
        "offline.store('getAll').then(all => all[0]).then(entry => offline.store('put', { ...entry, tries: 3 }))"
    )  # the waits in between are not for this test
    join(page)
    until(lambda: waiting(page) == 1, "the other one goes on")
    assert Ticket.objects.get(pk=good.pk).state == State.WORKING
    page.goto("/offline/")
    expect(page.locator("[data-offline-note]:not([hidden])")).to_contain_text("1 条送了几次没有送成，存在手机里没有丢")
    assert (waiting(page), len(failing) > 1) == (1, True)
    assert Ticket.objects.get(pk=bad.pk).state == State.ASSIGNED
    failing.clear()
    page.reload()
    sent(page)
    assert Ticket.objects.get(pk=bad.pk).state == State.WORKING
    forgive(windows)


def test_a_page_that_comes_for_somebody_else_is_not_kept(windows, cast, round_today):
    page = windows.open(cast.guard, "phone")

    def another(route):
        if route.request.resource_type == "fetch":
            route.fulfill(body='<meta name="offline-user" content="999999">', content_type="text/html")
        else:
            route.continue_()

    page.context.route("**/duties/", another)
    ready(page, "/duties/")
    kept = page.evaluate(
        "caches.open(Object.keys(localStorage).find(name => name.startsWith('pages-'))).then(own => own.keys()).then(all => all.map(one => one.url))"
    )
    assert [url for url in kept if url.endswith(f"/duties/occurrence/{round_today.pk}/")], "the others are kept"
    assert not [url for url in kept if url.endswith("/duties/")]
