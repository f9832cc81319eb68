"""Who is told, and when: the reminder before a deadline and the steps after it (GEN-02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from logistics.platform.access.models import Role
from logistics.platform.access.rules import holders_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User

from .models import Duty, Occurrence
from .queries import MANAGE

SUPERVISOR = "supervisor"
REMINDERS = Subject("platform.duties.due", "定时任务快到期", "定时任务", urgent=True)  # whoever does it is at work then, also at night
TROUBLES = Subject("platform.duties.trouble", "定时任务超时、没做、不正常", "定时任务", for_chats=True)
MOST_STEPS = 4
LONGEST_STEP = 14 * 24 * 60  # minutes


@dataclass(frozen=True)
class Telling:
    """One moment at which somebody is told; `to` is "doer" for the reminder."""

    at: datetime
    to: str
    minutes: int  # after due; before it when negative


def checked(ladder: list) -> list[list]:
    """The steps in order of time, each later than the one before. Raises RuleViolation on `ladder`."""
    steps = sorted(((int(minutes), str(to)) for minutes, to in ladder), key=lambda step: step[0])
    if len(steps) > MOST_STEPS:
        raise RuleViolation(f"超时以后最多告诉 {MOST_STEPS} 次。", field="ladder")
    for minutes, to in steps:
        if not 0 <= minutes <= LONGEST_STEP:
            raise RuleViolation("超时多少分钟填 0 到 20160（14 天）。", field="ladder")
        if to != SUPERVISOR and to.partition(":")[0] not in ("role", "person"):
            raise RuleViolation("请选超时以后告诉谁。", field="ladder")
    if len({minutes for minutes, _ in steps}) != len(steps):
        raise RuleViolation("两步的时间一样了，请错开。", field="ladder")
    return [[minutes, to] for minutes, to in steps]


def tellings(duty: Duty, opens_at: datetime, due_at: datetime) -> list[Telling]:
    """Every moment at which somebody is told of an occurrence, in order. A reminder never comes before the window opens."""
    found = []
    if duty.remind_minutes:
        found.append(Telling(max(opens_at, due_at - timedelta(minutes=duty.remind_minutes)), "doer", -duty.remind_minutes))
    return found + [Telling(due_at + timedelta(minutes=minutes), to, minutes) for minutes, to in duty.ladder]


def next_telling(duty: Duty, opens_at: datetime, due_at: datetime, told: int) -> datetime | None:
    left = tellings(duty, opens_at, due_at)[told:]
    return left[0].at if left else None


def recipients(to: str, occurrence: Occurrence) -> list[User]:
    """The people of a step; whoever keeps the duties when there is nobody else."""
    kind, _, key = to.partition(":")
    if kind == SUPERVISOR:
        found = [occurrence.supervisor] if occurrence.supervisor else []
    elif kind == "role":
        found = list(User.objects.filter(roles__key=key, is_active=True))
    else:
        found = list(User.objects.filter(pk=key, is_active=True)) if key.isdecimal() else []
    return [person for person in found if person.is_active] or list(holders_of(MANAGE))


def ladder_words(duty: Duty) -> list[str]:
    """超时 30 分钟告诉督促人; one sentence a step."""
    keys = [to.partition(":") for _, to in duty.ladder]
    roles = dict(Role.objects.filter(key__in=[key for kind, _, key in keys if kind == "role"]).values_list("key", "name"))
    ids = [int(key) for kind, _, key in keys if kind == "person" and key.isdecimal()]
    people = dict(User.objects.filter(Q(pk__in=ids)).values_list("pk", "name"))
    words = []
    for minutes, to in duty.ladder:
        kind, _, key = to.partition(":")
        if kind == SUPERVISOR:
            name = f"督促人{duty.supervisor}" if duty.supervisor else "管任务的人"
        else:
            name = roles.get(key, key) if kind == "role" else people.get(int(key), "")
        words.append(f"{f'超时 {minutes} 分钟' if minutes else '到期'}告诉{name}")
    return words
