"""Banned appliances: found, kept, given back to a parent (DOR-05)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from dorms.bed.models import DormRoom
from dorms.bed.queries import keepers_of, room_of, sleepers_on
from logistics.platform.access.rules import holders_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.evidence.books import enter
from logistics.platform.evidence.late import claimed_time
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import APPLIANCE_MOVES, Appliance, ApplianceState, Banned
from .queries import REPEATED, found_before, rooms_to_search
from .rights import BOOKS, MANAGE

FOUND = Subject("dorms.appliance", "宿舍违章电器", "宿舍")
check_can_view, check_can_record, check_can_manage = BOOKS.check_can_view, BOOKS.check_can_record, BOOKS.check_can_manage


def check_can_return(user, record: Appliance) -> None:
    check_can_record(user)
    check_move(record, ApplianceState.RETURNED, moves=APPLIANCE_MOVES)
    if record.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if not rooms_to_search(user).filter(pk=record.room_id).exists():
        raise NotAllowed("这栋宿舍楼不归您管，请这栋楼的宿管员归还。")


@rule
def record_appliance(
    *, actor, at: datetime, room: DormRoom, kind: str, name: str = "", student=None, quantity: int = 1, kept: bool = False, kept_where: str = "",
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> Appliance:  # fmt: skip
    """登记违章电器, always with a photo. The head teachers are told, and from the school's number of times on the leaders, too.

    Raises RuleViolation at the field, NotAllowed for a building that is somebody else's.
    """
    check_can_record(actor)
    room = DormRoom.objects.select_for_update(of=("self",)).select_related("building__place", "place__parent").get(pk=room.pk)
    if not rooms_to_search(actor).filter(pk=room.pk).exists():
        raise NotAllowed(f"{room.building}不归您管，请这栋楼的宿管员或者总务处登记。")
    words = tidied({"name": name or "", "where": kept_where or ""})
    named = words["name"] or (Banned(kind).label if kind in Banned.values else "")
    on = timezone.localdate(claimed_time(happened_at, at, app="dorms"))
    _check(kind, words, student, photos, kept=kept)
    if student:
        lives = room_of(student, on)
        if lives is None or lives.pk != room.pk:
            raise RuleViolation(f"{student.name}那天不住这间宿舍，请核对学号或者宿舍。", field="student")
    nth = found_before(room=room, student=student, on=on) + 1
    row = Appliance(room=room, on=on, school_class=student.school_class if student else _only_class(room, on), nth=nth)
    row.state = ApplianceState.KEPT if kept else ApplianceState.TOLD
    given = {"student": student, "kind": kind, "name": named, "quantity": quantity, "kept_where": words["where"] if kept else "", "note": note}
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"发现{named}，第 {nth} 次", **given)
    _tell(at, row)
    return row


def _check(kind: str, words: dict, student, photos: Sequence, *, kept: bool) -> None:
    if not photos:
        raise RuleViolation("请拍照片，把东西和位置拍下来。", field="photos")
    if kind == Banned.OTHER and not words["name"]:
        raise RuleViolation("选了“其他”，请写是什么。", field="name")
    if kept and not words["where"]:
        raise RuleViolation("暂扣的东西存放在哪里？", field="kept_where")


def _only_class(room: DormRoom, on):
    """The class of the room where all who sleep there are of one."""
    classes = {stay.student.school_class_id: stay.student.school_class for stay in sleepers_on([room], on).get(room.pk, [])}
    return next(iter(classes.values())) if len(classes) == 1 else None


def _tell(at: datetime, row: Appliance) -> None:
    """Head teachers of those who sleep there and keepers; of a repeated find the leaders, too. The notice names no pupil."""
    stays = sleepers_on([row.room], row.on).get(row.room_id, [])
    heads = [stay.student.school_class.head_teacher for stay in stays if row.student_id in (None, stay.student_id)]
    people = {person.pk: person for person in [*heads, *keepers_of(row.room.building)] if person}
    is_repeated = row.nth >= limit(REPEATED, row.on)
    if is_repeated:
        people |= {person.pk: person for person in holders_of(MANAGE)}
    times = f"，这一学年第 {row.nth} 次" if row.nth > 1 else ""
    notify(
        at=at,
        key=f"dorms.appliance:{row.pk}",
        recipients=list(people.values()),
        title=f"{row.room.building} {row.room.place.name}发现{row.name}{times}",
        body="已经暂扣，请通知家长来领。" if row.state == ApplianceState.KEPT else "已经当场教育。",
        url=f"/dorms/appliance/{row.pk}/",
        subject=FOUND,
    )


@rule
def return_appliance(*, actor, at: datetime, record: Appliance, parent: str, relation: str, signature: Sequence = ()) -> Appliance:
    """归还: a parent takes it and signs. Raises RuleViolation at the field."""
    row = stored(Appliance, record)
    check_can_return(actor, row)
    words = tidied({"parent": parent or "", "relation": relation or ""})
    for name, what in (("parent", "谁来领的"), ("relation", "与学生的关系")):
        if not words[name]:
            raise RuleViolation(f"请写{what}。", field=name)
    if not signature:
        raise RuleViolation("请家长签名。", field="signature")
    advance(
        row, ApplianceState.RETURNED, moves=APPLIANCE_MOVES, unchanged=("struck_at",), parent=words["parent"][:30], relation=words["relation"][:20],
        returned_at=at, returned_by=actor,
    )  # fmt: skip
    attach(actor=actor, at=at, record=row, role="signature", uploads=signature, field="signature")
    record_event(actor=actor, at=at, action="return", record=row, text=f"归还给{words['parent']}（{words['relation']}）")
    return row
