"""Writing down what is wasted, naming who watches over it, publishing a week (UTL-04)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import put_up, take_down
from logistics.platform.evidence.books import enter
from logistics.platform.evidence.late import claimed_time
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import Department, SchoolClass, Student, User
from logistics.platform.places.models import Place
from logistics.utilities.schedule.queries import outside_words
from repairs.public import open_ticket

from .models import BOOKS, MANAGE, USES, EnergyKeeper, WasteFinding, WasteKind, WasteWeek
from .queries import SIX, keeper_of, latest_week, monday_of, owner_of, shown_weeks, week_text

FOUND = Subject("utilities.waste", "浪费登记", "水电")
SHOWN = timedelta(days=14)
AGAIN = timedelta(hours=1)  # the same waste in the same place is one finding
check_can_view, check_can_record, check_can_manage = BOOKS.check_can_view, BOOKS.check_can_record, BOOKS.check_can_manage


@rule
def find_waste(
    *, actor, at: datetime, kind: str, place: Place, words: str = "", school_class: SchoolClass | None = None, department: Department | None = None, stopped: bool = False,
    fault=None, happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> WasteFinding:  # fmt: skip
    """Write down one thing seen. Without class and office it counts for those whose place it is; with a kind of fault it opens a repair.

    Raises RuleViolation at the field, Conflict when the same was written down there within the hour.
    """
    check_can_record(actor)
    if kind not in WasteKind.values:
        raise RuleViolation("请选种类。", field="kind")
    if school_class and department:
        raise RuleViolation("班级和部门只选一个。", field="department")
    Place.objects.select_for_update().get(pk=place.pk)
    if not place.is_active:
        raise RuleViolation(f"{place}已经停用。", field="place")
    moment = claimed_time(happened_at, at, app="utilities")
    known = (
        WasteFinding.objects.filter(kind=kind, place=place, struck_at=None, happened_at__gt=moment - AGAIN, happened_at__lt=moment + AGAIN)
        .select_related("created_by")
        .first()
    )
    if known:
        raise Conflict(f"{place}{timezone.localtime(known.happened_at):%H:%M} {known.created_by.name}已经登记过了。", field="place")
    if not (school_class or department):
        school_class, department = owner_of(place)
    words = tidied({"w": words or ""})["w"] or str(WasteKind(kind).label)
    row = WasteFinding(on=timezone.localdate(moment), outside=outside_words(place, USES.get(WasteKind(kind), ()), moment))
    given = {"kind": kind, "place": place, "school_class": school_class, "department": department, "words": words, "stopped": bool(stopped), "note": note}
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=f"{place}{WasteKind(kind).label}", **given)
    if fault:
        row.ticket = open_ticket(actor=actor, at=at, place=place, kind=fault, description=words if len(words) > 1 else f"{row}", origin=ref(row))
        row.save(update_fields=["ticket"])
        record_event(actor=actor, at=at, action="repair", record=row, text=f"报修 {row.ticket.number}")
    _tell(at, row)
    return row


def _tell(at: datetime, row: WasteFinding) -> None:
    """The head teacher or the head of the office; not whoever wrote it."""
    person = row.school_class.head_teacher if row.school_class else row.department.head if row.department else None
    if person is None or not person.is_active or person.pk == row.created_by_id:
        return
    keeper = keeper_of(row.school_class) if row.school_class else None
    body = f"{row.words}。" + (f"{row.outside}。" if row.outside else "") + (f"班级节约员是{keeper.student.name}。" if keeper else "")
    notify(
        at=at,
        key=f"utilities.waste:{row.pk}",
        recipients=[person],
        title=f"{row.owner}：{row}",
        body=body,
        url=f"/utilities/waste-finding/{row.pk}/",
        subject=FOUND,
    )


def check_can_name(user, record: EnergyKeeper | None = None) -> None:
    """The head teacher for the own class, or whoever keeps the book."""
    if has(user, MANAGE):
        return
    if not SchoolClass.objects.filter(head_teacher=user.pk, is_active=True).exists():
        require(user, MANAGE)


def check_can_end(user, record: EnergyKeeper) -> None:
    if record.school_class.head_teacher_id != user.pk:
        require(user, MANAGE)
    if record.until:
        raise RuleViolation("已经不是节约员了。")


@rule
def name_keeper(*, actor, at: datetime, student: Student, since: date | None = None) -> EnergyKeeper:
    """One pupil of a class; whoever was it before ends the day before. Raises RuleViolation for another's class, Conflict for the same pupil."""
    check_can_name(actor)
    school_class = SchoolClass.objects.select_for_update().get(pk=student.school_class_id)
    if school_class.head_teacher_id != actor.pk and not has(actor, MANAGE):
        raise RuleViolation(f"{student.name}不是您班上的学生，请班主任来定。", field="student")
    today = timezone.localdate(at)
    since = since or today
    if since > today:
        raise RuleViolation("从今天或者以前的一天起。以后才换的，到那天再来定。", field="since")
    if (today - since).days > 366:
        raise RuleViolation("日期离今天太远了，请检查年份。", field="since")
    before = EnergyKeeper.objects.select_for_update().filter(school_class=school_class, until=None).select_related("student").first()
    if before and before.student_id == student.pk:
        raise Conflict(f"{student.name}已经是{school_class}的节约员。", field="student")
    if before and since <= before.since:
        raise RuleViolation(f"{before.student.name}从 {before.since} 起是节约员，新的要晚于这一天。", field="since")
    if EnergyKeeper.objects.filter(school_class=school_class, until__gt=since).exists():
        raise RuleViolation("这一天还有别的节约员在任，请写那个人不再担任以后的一天。", field="since")
    if before:
        before.until = since - timedelta(days=1)
        before.save(update_fields=["until"])
        record_event(actor=actor, at=at, action="end", record=before, text="换人")
    row = EnergyKeeper(created_by=actor, created_at=at, school_class=school_class, student=student, since=since)
    return save_changes(actor=actor, at=at, record=row, text=f"{school_class}定了节约员")


@rule
def end_keeper(*, actor, at: datetime, record: EnergyKeeper) -> EnergyKeeper:
    """No longer, from today."""
    row = stored(EnergyKeeper, record)
    check_can_end(actor, row)
    row.until = max(timezone.localdate(at), row.since)
    row.save(update_fields=["until"])
    record_event(actor=actor, at=at, action="end", record=row, text="不再是节约员")
    return row


@rule
def publish_week(*, actor, at: datetime, monday: date) -> WasteWeek | None:
    """The week on the staff's board; what is there already when nothing has changed; None for a week with nothing found.

    A week of which everything was struck out keeps an empty version, so that the same words written anew are published anew.
    The clock may always; a person needs the right.
    """
    if actor.is_person:
        check_can_manage(actor)
    text, before = week_text(monday), latest_week(monday)
    if text == (before.content if before else ""):
        return before if text else None
    if before:
        take_down(actor=actor, at=at, record=before.post, reason="登记有补记或者划去，另发一版" if text else "登记都划去了")
    if before and not text:
        empty = WasteWeek.objects.create(monday=monday, version=before.version + 1, post=before.post, made_at=at)
        record_event(actor=actor, at=at, action="withdraw", record=empty, text="登记都划去了，撤下公布")
        return None
    version, today, last = before.version + 1 if before else 1, timezone.localdate(at), monday + SIX
    title = f"{monday.month}月{monday.day}日至{last.month}月{last.day}日浪费情况" + (f"（第 {version} 版）" if version > 1 else "")
    post = put_up(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=title, content=text, audience=Audience.STAFF, publish_on=today, withdraw_on=today + SHOWN
    )
    week = WasteWeek.objects.create(monday=monday, version=version, content=text, post=post, made_at=at)
    record_event(actor=actor, at=at, action="publish", record=week, text=f"公布{title}")
    return week


def publish_weeks(*, at: datetime) -> int:
    """The week that is over, and older ones still on the board or open to late entries, each in a transaction of its own.

    Returns how many were published anew.
    """
    actor, today = User.objects.system(), timezone.localdate(at)
    last = monday_of(today) - timedelta(days=7)
    open_to = monday_of(today - timedelta(days=int(limit("utilities.late.days", today))))
    weeks = {last - timedelta(days=7 * n) for n in range(1, 6) if last - timedelta(days=7 * n) >= open_to - timedelta(days=7)}
    made = 0
    for monday in sorted({*shown_weeks(last, today), *weeks, last}):
        with suppress(Conflict):  # another worker published this version a moment ago
            week = publish_week(actor=actor, at=at, monday=monday)
            made += week is not None and week.made_at == at
    return made


def handle_closed(*, actor, at: datetime, origin, ticket) -> None:
    """The repair that came of a finding has ended: the finding's page says it."""
    row = WasteFinding.objects.filter(pk=origin.id).first()
    if row:
        record_event(actor=actor, at=at, action="repaired", record=row, text=f"报修 {ticket.number} {ticket.get_state_display()}")
