"""Banned appliances: a photo, who is told, how often before, given back against a signature (DOR-05)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from dorms.appliance import rules
from dorms.appliance.models import Appliance
from dorms.appliance.queries import appliances_visible_to, found_before, nth_now
from dorms.bed.models import Stay
from dorms.score.queries import banned_between
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.conftest import NOW
from tests.dorms.score_kit import TODAY, dorm_of, moved
from tests.platform.attachments_kit import photo

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-05")]


@pytest.fixture
def dorm(cast):
    return dorm_of(cast, sheet=False)


def find(cast, room, **fields) -> Appliance:
    given = {"actor": cast.dormkeeper, "at": NOW, "kind": "kettle", "photos": [photo()]} | fields
    return rules.record_appliance(room=room, **given)


def test_a_find_needs_a_photo_the_right_room_and_for_what_is_kept_a_place(cast, dorm):
    other = dorm_of(cast, name="二号宿舍楼", keeper=cast.guard, prefix="T", sheet=False)
    room, pupil = dorm.rooms[0], dorm.students[0]
    for given, words in (
        ({"photos": []}, "请拍照片"), ({"kind": "other"}, "请写是什么"), ({"kept": True}, "存放在哪里"), ({"student": dorm.students[2]}, "不住这间宿舍"),
        ({"room": other.rooms[0]}, "不归您管"), ({"actor": cast.teacher}, "没有"),
    ):  # fmt: skip
        with pytest.raises(RuleViolation, match=words):
            find(cast, given.pop("room", room), **given)
    assert not Appliance.objects.exists()
    row = find(cast, room, student=pupil, kept=True, kept_where="值班室")
    assert (row.name, row.state, row.nth, row.school_class) == ("电热水壶", "kept", 1, dorm.classes[0])
    assert appliances_visible_to(cast.headteacher).count() == 1
    assert appliances_visible_to(cast.guard).count() == 0
    assert banned_between(TODAY, TODAY) == {room.pk: 1}
    with pytest.raises(DatabaseError), transaction.atomic():
        Appliance.objects.filter(pk=row.pk).update(nth=9)


def test_the_head_teacher_is_told_and_of_a_repeated_find_the_leaders_too_without_a_name(cast, dorm):
    room, pupil = dorm.rooms[0], dorm.students[0]
    first = find(cast, room, student=pupil)
    told = OutboxMessage.objects.get(key=f"dorms.appliance:{first.pk}").payload
    assert set(told["recipients"]) == {cast.headteacher.pk, cast.dormkeeper.pk}
    second = find(cast, room, student=pupil, kind="hair", at=NOW + timedelta(days=3))
    told = OutboxMessage.objects.get(key=f"dorms.appliance:{second.pk}").payload
    assert second.nth == 2
    assert {cast.director.pk, cast.vice.pk} < set(told["recipients"])
    assert pupil.name not in str(told)
    assert find(cast, room, student=dorm.students[1]).nth == 1
    assert found_before(room=room, student=pupil, on=TODAY.replace(month=8)) == 0


def test_what_is_kept_goes_back_to_a_parent_who_signs_once(cast, dorm):
    row = find(cast, dorm.rooms[0], kept=True, kept_where="值班室")
    signed = [typed_signature("王建国", signer="王建国")]
    given = {"at": NOW, "record": row, "parent": "王建国", "relation": "父亲", "signature": signed}
    for changed, words in (({"parent": ""}, "谁来领的"), ({"relation": ""}, "关系"), ({"signature": []}, "签名")):
        with pytest.raises(RuleViolation, match=words):
            rules.return_appliance(actor=cast.dormkeeper, **given | changed)
    with pytest.raises(NotAllowed):
        rules.return_appliance(actor=cast.guard, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appliance.objects.filter(pk=row.pk).update(state="returned")
    rules.return_appliance(actor=cast.dormkeeper, **given)
    row.refresh_from_db()
    assert (row.state, row.parent, row.returned_by) == ("returned", "王建国", cast.dormkeeper)
    with pytest.raises(RuleViolation):
        rules.return_appliance(actor=cast.dormkeeper, **given)


def test_a_parents_typed_signature_is_read_as_a_name(cast, dorm, client):
    row = find(cast, dorm.rooms[0], kept=True, kept_where="值班室")
    signed = [typed_signature("王建国", signer="王建国")]
    rules.return_appliance(actor=cast.dormkeeper, at=NOW, record=row, parent="王建国", relation="父亲", signature=signed)
    client.force_login(cast.dormkeeper)
    page = client.get(f"/dorms/appliance/{row.pk}/").content.decode()
    assert "输入姓名签名：王建国" in page and 'alt="家长签名"' not in page


def test_a_pupil_who_moves_out_that_day_is_named_where_it_was_found(cast, dorm):
    first, _, empty = dorm.rooms
    pupil = dorm.students[0]
    moved(cast, Stay.objects.get(student=pupil), empty, 9)
    row = find(cast, first, student=pupil)
    assert cast.headteacher.pk in OutboxMessage.objects.get(key=f"dorms.appliance:{row.pk}").payload["recipients"]
    assert find(cast, empty, student=pupil).nth == 2
    with pytest.raises(RuleViolation, match="不住这间宿舍"):
        find(cast, first, student=pupil, at=NOW + timedelta(days=1))


def test_whoever_is_told_of_a_find_in_a_shared_room_can_open_it(cast, dorm):
    cast.headteacher.roles.get().holders.add(cast.teacher)
    row = find(cast, dorm.rooms[1])  # one of each class sleeps there, nobody is named
    told = OutboxMessage.objects.get(key=f"dorms.appliance:{row.pk}").payload["recipients"]
    assert {cast.headteacher.pk, cast.teacher.pk} < set(told)
    for teacher in (cast.headteacher, cast.teacher):
        assert list(appliances_visible_to(teacher)) == [row]
    named = find(cast, dorm.rooms[1], student=dorm.students[2])  # of 七年级1班
    assert named not in appliances_visible_to(cast.teacher)


def test_what_is_kept_goes_back_also_after_its_room_was_closed(cast, dorm):
    row = find(cast, dorm.rooms[0], kept=True, kept_where="值班室")
    type(dorm.building).objects.filter(pk=dorm.building.pk).update(is_active=False)
    signed = [typed_signature("王建国", signer="王建国")]
    back = rules.return_appliance(actor=cast.dormkeeper, at=NOW, record=row, parent="王建国", relation="父亲", signature=signed)
    assert back.state == "returned"


def test_one_struck_out_since_no_longer_makes_the_next_a_repeated_one(cast, dorm):
    first, second = (find(cast, dorm.rooms[0], student=dorm.students[0], at=NOW + timedelta(hours=n)) for n in range(2))
    assert (second.nth, nth_now(first), nth_now(second)) == (2, 1, 2)
    strike(actor=cast.dormkeeper, at=NOW + timedelta(hours=3), record=first, reason="看错了")
    assert nth_now(second) == 1
