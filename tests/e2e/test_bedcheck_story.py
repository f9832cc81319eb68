"""The night's roll call on a phone whose network is cut: three rooms, one on leave, one missing, everything arrives once (DOR-02, DOR-03)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from dorms.bedcheck.models import BedCheck, Missing, RoomCheck
from dorms.bedcheck.rules import save_time
from dorms.leave.rules import grant_leave
from logistics.platform.offline.models import Arrival, ArrivalState
from tests.dorms.score_kit import dorm_of, sleeper
from tests.e2e.conftest import act, until
from tests.e2e.offline_kit import badge, cut, forgive, join, ready, sent, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("DOR-02", "DOR-03")]
KEPT = "caches.open(Object.keys(localStorage).find(name => name.startsWith('pages-'))).then(own => own.keys()).then(all => all.length)"


@pytest.fixture
def night(cast):
    """A roll call that is on now, whatever the hour; the first boarder is on leave."""
    now = timezone.localtime()
    dorm = dorm_of(cast, sheet=False)
    sleeper(cast, dorm.rooms[2], dorm.classes[0], "S9", 1)
    clock = save_time(actor=cast.director, at=now, name="晚点名", begins_at=now.time(), nights="term", is_obligatory=True, is_active=True)
    tonight = timezone.localdate(now - timedelta(hours=12))
    check = BedCheck.objects.create(building=dorm.building, time=clock, on=tonight, starts_at=now, due_at=now + timedelta(minutes=10))
    RoomCheck.objects.bulk_create([RoomCheck(check_of=check, room=room, order=n) for n, room in enumerate(dorm.rooms, 1)])
    back = (now + timedelta(days=1)).replace(hour=12, minute=30)
    grant_leave(actor=cast.headteacher, at=now, student=dorm.students[0], first_on=tonight, back_by=back)
    cache.clear()
    return dorm, check


def test_three_rooms_without_network_arrive_once_and_leave_subtracts(windows, cast, night):
    _, check = night
    page = ready(windows.open(cast.dormkeeper, "phone"), "/dorms/tonight/")
    until(lambda: page.evaluate(KEPT) >= 5, "every room is kept", 20)
    cut(windows, page)
    page.get_by_role("link", name="晚点名").first.click()
    rooms = list(check.rooms.order_by("order"))
    page.locator(f"a[href='/dorms/room-check/{rooms[0].pk}/check/'].cover").click()
    for n, _ in enumerate(rooms):
        if n == 1:
            page.locator("fieldset.check").first.get_by_text("没到", exact=True).click()
        page.locator(".acts button.go").click()
        expect(badge(page)).to_have_text(f"{n + 1} 条待送")
    assert not RoomCheck.objects.exclude(state="todo").exists()
    join(page)
    page.reload()
    sent(page)
    found = BedCheck.objects.get(pk=check.pk)
    counts = [(one.people, one.leave, one.absent, one.present) for one in found.rooms.order_by("order")]
    assert counts == [(2, 1, 0, 1), (3, 0, 1, 2), (1, 0, 0, 1)] and found.finished_at
    assert Arrival.objects.filter(state=ArrivalState.DONE).count() == Arrival.objects.count() == 3 and waiting(page) == 0
    forgive(windows)
    search = Missing.objects.get()
    teacher = windows.open(cast.headteacher, "phone") if search.school_class.head_teacher_id == cast.headteacher.pk else windows.open(cast.vice, "phone")
    teacher.goto(f"/dorms/missing/{search.pk}/")
    act(teacher, "phone", "写结果").click()
    teacher.get_by_text("归寝了", exact=True).click()
    act(teacher, "phone", "写结果").click()
    expect(teacher.locator(".next")).to_contain_text("归寝了")
    assert RoomCheck.objects.get(pk=rooms[1].pk).late == 1
