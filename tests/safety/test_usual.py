"""What a school does every week, month and year for its bus and its pupils' health comes with the first day and is planned."""

import pytest

from logistics.platform.duties.models import Duty
from logistics.platform.org.models import Post
from safety.usual import BUS, HEALTH, make, missing
from tests.conftest import NOW


@pytest.mark.requirement("BUS-05")
def test_the_bus_is_looked_at_and_talked_about_every_week(cast):
    officer = Post.objects.create(name="安全员")
    make(BUS)(actor=cast.director, at=NOW)
    check, meeting = (Duty.objects.get(title=one.title) for one in BUS)
    assert (check.owner_person, meeting.owner_post) == (cast.director, officer)  # no post of a driver yet
    assert {one.on.weekday() for one in check.occurrences.all()} == {4}
    assert {one.on.weekday() for one in meeting.occurrences.all()} == {0}
    assert len(check.checklist) == 6


@pytest.mark.requirement("MED-03")
def test_health_publicity_examination_and_pests_stand_in_the_calendar_once(cast):
    nurse = Post.objects.create(name="校医")
    make(HEALTH)(actor=cast.director, at=NOW)
    make(HEALTH)(actor=cast.director, at=NOW)
    assert missing(HEALTH) == []
    assert Duty.objects.filter(title__in=[one.title for one in HEALTH]).count() == 3
    assert Duty.objects.get(title="学生健康体检").owner_post == nurse
