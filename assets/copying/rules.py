"""Registering sheets (STK-08)."""

from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from assets.quota.models import Quota
from assets.quota.using import term_on
from assets.store.queries import MANAGE
from assets.store.telling import STORE
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices.rules import notify

from .models import CopyCount, CopyMachine
from .queries import RECORD, last_reading, sheets_in

MOST_SHEETS = 1_000_000  # of one machine in one month


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_record(user, record=None) -> None:
    require(user, RECORD)


@rule
def save_machine(*, actor, at: datetime, record: CopyMachine | None = None, **fields) -> CopyMachine:
    """A machine or its new words."""
    check_can_manage(actor)
    machine = stored(CopyMachine, record)
    if machine.pk is None:
        machine.created_by, machine.created_at = actor, at
    return save_changes(actor=actor, at=at, record=machine, **tidied(fields))


@rule
def save_count(
    *, actor, at: datetime, record: CopyCount | None = None, month: date | None = None, machine: CopyMachine | None = None, department=None,
    reading: int | None = None, start: int | None = None, sheets: int | None = None, note: str = "",
) -> CopyCount:  # fmt: skip
    """One month of a machine by its meter, or of a department by the register. The start of a meter is its last reading unless one is given.

    Raises RuleViolation or ValidationError at the field.
    """
    check_can_record(actor)
    count = stored(CopyCount, record)
    if count.pk is None:
        count.created_by, count.created_at = actor, at
    else:
        month, machine = count.month, count.machine
    if month is None:
        raise RuleViolation("请选月份。", field="month")
    month = month.replace(day=1)
    if month > timezone.localdate(at):
        raise RuleViolation("这个月还没有到。", field="month")
    if machine is not None:
        stored(CopyMachine, machine)  # one after the other, so that two readings do not begin at the same number
    values = {"month": month, "machine": machine, "note": tidied({"note": note or ""})["note"]}
    if machine is not None and (count.reading is not None if count.pk else machine.department_id):
        values |= {"department": count.department if count.pk else machine.department} | _by_meter(count, machine, month, reading, start, values["note"])
    else:
        values |= {"department": department, "start": None, "reading": None, "sheets": _by_register(department, sheets)}
    count = save_changes(actor=actor, at=at, record=count, **values)
    _warn(count, at)
    return count


def _by_meter(count: CopyCount, machine: CopyMachine, month: date, reading: int | None, start: int | None, note: str) -> dict:
    if reading is None:
        raise RuleViolation(f"「{machine}」按读数登记，请填本次读数。", field="reading")
    later = CopyCount.objects.filter(machine=machine.pk, month__gt=month).exclude(pk=count.pk).exists()
    if later and reading != count.reading:
        raise RuleViolation("后面的月份已经按这个读数算了，不能再改。请先改后面的。", field="reading")
    last = last_reading(machine, month)
    if start is None:
        start = count.start if count.pk else last
    elif last is not None and start != last and not note:
        raise RuleViolation(f"上次读数登记的是 {last:,}，和这里填的不一样。换过机器或清过零的，请在说明里写清楚。", field="start")
    if start is None:
        raise RuleViolation("这台机器第一次登记，请填上次读数，新机器填 0。", field="start")
    if reading < start:
        raise RuleViolation(f"本次读数比上次（{start:,}）还小。换过机器或清过零的，请把上次读数改成 0，并在说明里写清楚。", field="reading")
    if reading - start > MOST_SHEETS:
        raise RuleViolation("这个月的张数太大了，请检查读数是不是多写了一位。", field="reading")
    return {"start": start, "reading": reading, "sheets": reading - start}


def _by_register(department, sheets: int | None) -> int:
    if department is None:
        raise RuleViolation("请选部门。", field="department")
    if sheets is None:
        raise RuleViolation("请填张数。", field="sheets")
    if not 0 <= sheets <= MOST_SHEETS:
        raise RuleViolation(f"张数在 0 到 {MOST_SHEETS:,} 之间。", field="sheets")
    return sheets


@rule
def remove_count(*, actor, at: datetime, record: CopyCount) -> CopyCount:
    """Registered by mistake. Raises RuleViolation while a later month goes on from its reading."""
    check_can_record(actor)
    count = stored(CopyCount, record)
    if count.reading is not None and CopyCount.objects.filter(Q(month__gt=count.month), machine=count.machine_id).exists():
        raise RuleViolation("后面的月份是接着这个读数算的，请先删后面的。")
    record_event(actor=actor, at=at, action="remove", record=count, text=f"删去登记：{count}，{count.sheets:,} 张")
    CopyCount.objects.filter(pk=count.pk).delete()
    return count


def _warn(count: CopyCount, at: datetime) -> None:
    """Tell the department's head once a term, when its sheets pass the quota."""
    term = term_on(count.month)
    quota = Quota.objects.filter(term=term, department=count.department_id, kind=None, sheets__isnull=False).first() if term else None
    if quota is None or count.department.head is None:
        return
    used = sheets_in(term, count.department_id).get(count.department_id, 0)
    if used > quota.sheets:
        notify(
            at=at, key=f"assets.copy.over:{quota.pk}", recipients=[count.department.head], title=f"打印复印超了定额：{count.department}",
            body=f"{term}用了 {used:,} 张，定额 {quota.sheets:,} 张", url=reverse("assets:copying"), subject=STORE,
        )  # fmt: skip
