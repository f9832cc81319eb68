"""住宿请假: given by the head teacher or asked for by the parent, back in time or told of (DOR-03)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dorms.leave import queries, rules
from dorms.leave.models import DormLeave, LeaveState, is_weekend
from dorms.leave.parent_rules import answer_as_parent
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass, Student, User
from tests.dorms.check_kit import BACK, TODAY, TOMORROW, a_leave
from tests.dorms.score_kit import dorm_of
from tests.platform.duties_kit import moment

pytestmark = pytest.mark.requirement("DOR-03")
AFTERNOON = moment(TODAY, "16:00")


@pytest.fixture
def dorm(cast):
    return dorm_of(cast, sheet=False)


def told(about: str) -> list[int]:
    return [key for row in OutboxMessage.objects.filter(key__startswith=about) for key in row.payload["recipients"]]


def test_a_weekend_is_from_friday_to_sunday():
    friday = TODAY + timedelta(days=2)
    assert is_weekend(friday, friday + timedelta(days=1)) and is_weekend(friday, friday + timedelta(days=2))
    assert not is_weekend(friday, friday) and not is_weekend(TODAY, friday) and not is_weekend(friday, friday + timedelta(days=8))


def test_the_head_teacher_gives_leave_and_the_keeper_is_told(cast, dorm):
    leave = a_leave(cast, dorm.students[0])
    assert (leave.state, leave.nights, leave.last_on, leave.span) == (LeaveState.GRANTED, 1, TODAY, "一晚")
    assert set(queries.away_on(TODAY)) == {dorm.students[0].pk} and not queries.away_on(TOMORROW)
    assert cast.dormkeeper.pk in told("dorms.leave.granted")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first_on": TODAY - timedelta(days=1)}, "first_on"),
        ({"back_by": moment(TODAY, "22:00")}, "back_by"),
        ({"back_by": moment(TODAY + timedelta(days=60), "18:00")}, "back_by"),
        ({"when": moment(TOMORROW, "11:00"), "back_by": moment(TOMORROW, "07:00")}, "back_by"),
        ({"kind": "other"}, "reason"),
        ({"collector": "王某"}, "relation"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(cast, dorm, given, field):
    with pytest.raises(RuleViolation) as refusal:
        a_leave(cast, dorm.students[0], **given)
    assert refusal.value.field == field and not DormLeave.objects.exists()


def test_others_classes_day_pupils_and_nights_twice_are_refused(cast, dorm):
    with pytest.raises(NotAllowed):
        a_leave(cast, dorm.students[3])
    day_pupil = Student.objects.create(number="T1", name="走读", school_class=dorm.classes[0], sex="m")
    with pytest.raises(RuleViolation, match="不住校"):
        a_leave(cast, day_pupil)
    a_leave(cast, dorm.students[0])
    with pytest.raises(Conflict, match="已经准过假"):
        a_leave(cast, dorm.students[0], back_by=BACK + timedelta(days=2))
    assert DormLeave.objects.count() == 1


def test_a_class_goes_home_in_one_form_all_or_nobody(cast, dorm):
    friday = TODAY + timedelta(days=2)
    given = {"school_class": dorm.classes[0], "first_on": friday, "back_by": moment(friday + timedelta(days=2), "18:00")}
    made = rules.grant_weekend(actor=cast.headteacher, at=AFTERNOON, students=dorm.students[:2], **given)
    assert [leave.span for leave in made] == ["周末", "周末"] and told("dorms.leave.list") == [cast.dormkeeper.pk]
    with pytest.raises(RuleViolation, match=dorm.students[0].name):
        rules.grant_weekend(actor=cast.headteacher, at=AFTERNOON, students=dorm.students[:3], **given)
    with pytest.raises(RuleViolation, match="不是"):
        rules.grant_weekend(actor=cast.headteacher, at=AFTERNOON, students=dorm.students[3:4], **given)
    assert DormLeave.objects.count() == 2


def test_the_parent_answers_the_link_once_and_the_head_teacher_decides(cast, dorm, client):
    leave = rules.invite_parent(actor=cast.headteacher, at=AFTERNOON, student=dorm.students[0])
    assert not queries.away_on(TODAY)
    code = queries.code_of(leave)
    name = "王某"
    given = {"code": code, "first_on": TODAY, "back_by": BACK, "kind": "home", "name": name, "kin": "父亲", "signature": typed_signature(name, signer=name)}
    public = User.objects.system("public")
    sent = answer_as_parent(actor=public, at=AFTERNOON, record=leave, **given)
    assert sent.state == LeaveState.SENT and not queries.away_on(TODAY) and cast.headteacher.pk in told("dorms.leave.sent")
    with pytest.raises(RuleViolation, match="用过"):
        answer_as_parent(actor=public, at=AFTERNOON, record=leave, **given)
    granted = rules.agree_leave(actor=cast.headteacher, at=AFTERNOON, record=sent)
    assert granted.parent == "王某（父亲）" and set(queries.away_on(TODAY)) == {dorm.students[0].pk}
    assert dorm.students[0].name not in client.get(f"/public/dorm-leave/{code}/").content.decode()


def test_a_link_replaced_or_over_or_invented_shows_nothing(cast, dorm, client):
    leave = rules.invite_parent(actor=cast.headteacher, at=AFTERNOON, student=dorm.students[0])
    old = queries.code_of(leave)
    rules.renew_link(actor=cast.headteacher, at=AFTERNOON, record=leave)
    for code in (old, "1-abc", "x", f"{leave.pk}-{'0' * 32}"):
        assert client.get(f"/public/dorm-leave/{code}/").status_code == 404
    assert rules.watch_leaves(actor=User.objects.system(), at=AFTERNOON + timedelta(hours=25)) == 0
    assert DormLeave.objects.get().state == LeaveState.VOID


def test_back_in_time_is_signed_off_and_late_is_told_once(cast, dorm):
    leave = a_leave(cast, dorm.students[0])
    other = a_leave(cast, dorm.students[1])
    rules.take_back(actor=cast.dormkeeper, at=BACK - timedelta(hours=1), record=leave)
    for minutes in (1, 6):
        rules.watch_leaves(actor=User.objects.system(), at=BACK + timedelta(minutes=minutes))
    assert OutboxMessage.objects.filter(key__startswith="dorms.leave.overdue").count() == 1
    assert set(told(f"dorms.leave.overdue:{other.pk}")) == {cast.headteacher.pk, cast.dormkeeper.pk}
    assert leave.pk and DormLeave.objects.get(pk=leave.pk).is_away(TODAY)


def test_who_came_back_the_same_evening_is_counted_again(cast, dorm):
    leave = a_leave(cast, dorm.students[0])
    rules.take_back(actor=cast.headteacher, at=moment(TODAY, "20:00"), record=leave)
    assert not queries.away_on(TODAY)


def test_a_keeper_of_another_building_sees_and_signs_nothing(cast, dorm):
    other = dorm_of(cast, name="二号宿舍楼", keeper=cast.guard, prefix="X", sheet=False)
    theirs = a_leave(cast, other.students[0])
    mine = a_leave(cast, dorm.students[0])
    assert list(queries.leaves_visible_to(cast.dormkeeper)) == [mine]
    with pytest.raises(NotAllowed):
        rules.take_back(actor=cast.dormkeeper, at=BACK, record=theirs)
    assert not queries.leaves_visible_to(cast.nobody).exists()


def test_the_weekend_page_lists_the_own_boarders(cast, dorm, client):
    client.force_login(cast.headteacher)
    page = client.get("/dorms/leave/weekend/").content.decode()
    assert dorm.students[0].name in page and dorm.students[3].name not in page
    friday = TODAY + timedelta(days=2)
    answer = client.post(
        "/dorms/leave/weekend/", {"school_class": dorm.classes[1].pk, "first_on": friday, "back_by": f"{friday}T18:00", "students": [dorm.students[3].pk]}
    )
    assert answer.status_code == 422 and not DormLeave.objects.exists()


def test_the_director_is_offered_the_classes_with_boarders_only(cast, dorm, client):
    empty = SchoolClass.objects.create(name="九年级9班", grade="九年级")
    assert [(one.pk, one.boarders) for one in queries.boarding_classes(cast.director)] == [(dorm.classes[0].pk, 3), (dorm.classes[1].pk, 2)]
    client.force_login(cast.director)
    page = client.get("/dorms/leave/weekend/").content.decode()
    assert "住校 3 人" in page and empty.name not in page


@pytest.mark.parametrize("text", ["十" * 10_000, "\0", "😀" * 500, "１２" * 200])
def test_what_a_parent_may_type_is_refused_at_its_field_or_kept(cast, dorm, client, text):
    leave = rules.invite_parent(actor=cast.headteacher, at=timezone.now(), student=dorm.students[0])
    address, name = f"/public/dorm-leave/{queries.code_of(leave)}/", "王某"
    for field, value in (("reason", text), ("collector", text), ("name", text), ("first_on", "9999-12-31"), ("back_by", "9999-12-31T23:59"), ("kind", text)):
        on = timezone.localdate() + timedelta(days=1)
        given = {"first_on": f"{on}", "back_by": f"{on + timedelta(days=1)}T18:00", "kind": "home", "name": name, "kin": "父亲", "signature_typed": name}
        assert client.post(address, given | {field: value}).status_code in (400, 422)
    assert DormLeave.objects.get().state == LeaveState.ASKED
