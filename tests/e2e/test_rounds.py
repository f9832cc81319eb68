"""A round of twenty points walked without network, and what it finds until it is closed, at phone width (issue 7)."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from logistics.platform.attachments.models import Attachment
from logistics.platform.duties.models import Occurrence
from logistics.platform.offline.models import Arrival, ArrivalState
from logistics.platform.places.models import Level, PlaceKind
from repairs.acceptance.rules import accept
from repairs.dispatch.rules import assign_ticket
from repairs.work.rules import arrive, finish
from safety.hazard.models import Hazard
from safety.patrol.models import Round, Visit
from safety.patrol.rules import prepare_rounds
from tests.conftest import make_place
from tests.e2e.conftest import DOT, act, until
from tests.e2e.offline_kit import badge, cut, forgive, join, ready, sent, waiting
from tests.safety.patrol_kit import a_route, planned

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("SAF-01", "SAF-02", "SAF-03", "SAF-04")]
POINTS, WITH_PHOTO, BAD = 20, (0, 4, 8, 12, 16), 4


@pytest.fixture
def round_today(cast, rooms) -> Round:
    """Twenty rooms of one corridor for the guard, open whatever the hour."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    corridor = [make_place(f"4{n:02d}教室", rooms.floor, Level.ROOM, PlaceKind.CLASSROOM, code=f"R4{n:02d}") for n in range(1, POINTS + 1)]
    route = a_route(cast, *corridor, name="教学楼巡查", at=since, items="门窗完好")
    rhythm = {"kind": "daily", "times": ["00:00"], "minutes": 1440}
    duty = planned(cast, route, at=since, rhythm=rhythm)
    prepare_rounds(actor=cast.safety, at=timezone.now())
    cache.clear()
    return Round.objects.get(occurrence__duty=duty, occurrence__on=timezone.localdate())


def fill(page, n: int) -> None:
    page.locator("fieldset.check").get_by_text("不正常" if n == BAD else "正常", exact=True).click()
    if n == BAD:
        page.locator("[name=note_0]").fill("窗户合页松了")
    if n in WITH_PHOTO:
        page.locator("[name=photos][multiple]").set_input_files({"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT})
    act(page, "phone", "查好了").click()


def test_twenty_points_with_five_photos_survive_a_reload_and_arrive_once_and_the_hazard_is_closed(windows, cast, rooms, kinds, round_today):
    page = ready(windows.open(cast.guard, "phone"), "/safety/patrol/")
    until(lambda: page.evaluate("caches.open(Object.keys(localStorage).find(name => name.startsWith('pages-'))).then(own => own.keys()).then(all => all.length)") > POINTS, "every point is kept", 20)  # fmt: skip
    cut(windows, page)
    page.get_by_role("link", name="教学楼巡查").first.click()
    visits = list(round_today.visits.order_by("order"))
    for n, visit in enumerate(visits):
        page.locator(f"a[href='/safety/visit/{visit.pk}/check/'].cover").click()
        fill(page, n)
        expect(badge(page)).to_have_text(f"{n + 1} 条待送")
        if n == 9:
            page.reload()
            expect(page.locator(f"[data-offline-waits='safety.visit:{visit.pk}']")).to_contain_text("存在手机里")
    assert not Visit.objects.exclude(state="todo").exists()
    join(page)
    page.reload()
    sent(page)
    found = Round.objects.get(pk=round_today.pk)
    assert (found.seen, found.bad, found.skipped) == (POINTS, 1, 0)
    assert Occurrence.objects.get(pk=found.occurrence_id).state == "done"
    assert Arrival.objects.filter(state=ArrivalState.DONE).count() == Arrival.objects.count() == POINTS
    assert Attachment.objects.filter(kind="safety.visit").count() == len(WITH_PHOTO)
    assert waiting(page) == 0
    page.goto(f"/safety/round/{found.pk}/")
    expect(page.locator("main")).to_contain_text("离线")
    forgive(windows)
    close_it(windows, cast, kinds)


def close_it(windows, cast, kinds) -> None:
    """Grade and give out, hand to the repairers, look again: each on the phone of whoever does it."""
    hazard = Hazard.objects.get()
    page = windows.open(cast.safety, "phone")
    page.goto(f"/safety/hazard/{hazard.pk}/")
    act(page, "phone", "评级派单").click()
    page.get_by_text("一般", exact=True).click()
    page.get_by_label("责任人").select_option(str(cast.director.pk))
    page.get_by_label("整改措施").fill("换合页")
    act(page, "phone", "评级派单").click()
    expect(page.locator(".next")).to_contain_text("整改中")
    owner = windows.open(cast.director, "phone")
    owner.goto(f"/safety/hazard/{hazard.pk}/")
    act(owner, "phone", "转报修").click()
    owner.get_by_label("报修类别").select_option(str(kinds.water.pk))
    act(owner, "phone", "转报修").click()
    expect(owner.locator("main")).to_contain_text("已转报修 BX-")
    ticket, at = Hazard.objects.get().ticket, timezone.now()
    assign_ticket(actor=cast.director, at=at, record=ticket, repairer=kinds.plumber)
    arrive(actor=cast.plumber, at=at, record=ticket)
    finish(actor=cast.plumber, at=at, record=ticket, work_done="换了合页", cause="natural", minutes=20)
    accept(actor=cast.director, at=at, record=ticket, rating=5)
    page.reload()
    expect(page.locator(".next")).to_contain_text("待复查")
    act(page, "phone", "复查").click()
    page.get_by_text("合格", exact=True).click()
    act(page, "phone", "复查").click()
    expect(page.locator(".next")).to_contain_text("已销号")
    assert Hazard.objects.get().closed_by == cast.safety
