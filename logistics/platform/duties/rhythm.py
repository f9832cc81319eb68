"""How often a duty comes round, as a small checked structure, and the plain sentence that says so (SAF-02)."""

import itertools
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date, time
from typing import Any

from django.db.models import TextChoices

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.terms.calendar import WEEKDAYS

DAY = 24 * 60  # minutes
SHORTEST, LONGEST = 5, 28 * DAY  # minutes of a window
MOST_TIMES = 12
MOST_SHIFT = 9  # days; the longest public holiday with its weekends
LAST = -1  # the last such weekday of a month


class Kind(TextChoices):
    DAILY = "daily", "每天"
    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月几号"
    NTH = "nth", "每月第几个星期几"
    TERM_WEEK = "term_week", "学期里每几周"
    NIGHT = "night", "夜里每几小时"
    BEFORE_TERM = "before_term", "开学前"
    BEFORE_HOLIDAY = "before_holiday", "节假日前"
    SEASONAL = "seasonal", "每年几个月"
    INTERVAL = "interval", "上次做完后几天"


class Days(TextChoices):
    ALL = "all", "放假也做"
    WORKING = "working", "只在上班日"
    TEACHING = "teaching", "只在上课日"


@dataclass(frozen=True)
class Rhythm:
    """What of it counts depends on `kind`; the rest is empty.

    `times` are the clock times at which a window opens, `minutes` how long it lasts. `weekdays` are 0 (Monday) to 6, `day` is a day of the month,
    `nth` the n-th such weekday of the month (-1 the last) or the first term week, `every` weeks, hours or days, `before` days before term or
    working days before a holiday, `until` the end of a night, `since` the first day of an interval.
    """

    kind: str
    times: tuple[time, ...] = (time(8),)
    minutes: int = 60
    days: str = Days.ALL
    weekdays: tuple[int, ...] = ()
    day: int = 0
    nth: int = 0
    every: int = 0
    before: int = 0
    months: tuple[int, ...] = ()
    until: time | None = None
    since: date | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it; what is empty is left out."""
        plain = {name: value for name, value in asdict(self).items() if value not in (None, 0, ())}
        plain["times"] = [f"{clock:%H:%M}" for clock in self.times]
        plain |= {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
        if self.until:
            plain["until"] = f"{self.until:%H:%M}"
        if self.since:
            plain["since"] = self.since.isoformat()
        return {name: value.value if isinstance(value, TextChoices) else value for name, value in plain.items()}


NAMES = {field.name for field in fields(Rhythm)}


def rhythm_of(plain: dict) -> Rhythm:
    """The checked rhythm of what JSON or a form holds. Raises RuleViolation with a sentence at the field."""
    try:
        given = {name: value for name, value in plain.items() if name in NAMES}
        given["times"] = tuple(sorted({clock_of(text) for text in plain.get("times", ["08:00"])}))
        given["until"] = clock_of(plain["until"]) if plain.get("until") else None
        given["since"] = date.fromisoformat(plain["since"]) if isinstance(plain.get("since"), str) else plain.get("since")
        for name in ("weekdays", "months"):
            given[name] = tuple(sorted({int(n) for n in plain.get(name, ())}))
        for name in ("minutes", "day", "nth", "every", "before"):
            if name in plain:
                given[name] = int(plain[name] or 0)
        rhythm = Rhythm(**given)
    except (KeyError, TypeError, ValueError) as error:
        raise RuleViolation("多久一次没有填对，请重新选。", field="rhythm") from error
    check(rhythm)
    return rhythm


def clock_of(value: str | time) -> time:
    """A clock time of "7:30" or "07:30"; ValueError for anything else."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    hour, _, minute = value.strip().replace("：", ":").partition(":")
    return time(int(hour), int(minute))


def check(rhythm: Rhythm) -> None:
    """Raise RuleViolation at the first field that does not fit the others."""
    if rhythm.kind not in Kind.values or rhythm.days not in Days.values:
        raise RuleViolation("请选多久做一次。", field="rhythm")
    if not 1 <= len(rhythm.times) <= MOST_TIMES:
        raise RuleViolation(f"请写几点开始，一天最多 {MOST_TIMES} 个。", field="times")
    if not SHORTEST <= rhythm.minutes <= LONGEST:
        raise RuleViolation("办理时限在 5 分钟到 28 天之间。", field="lasts")
    for needs, words, field in NEEDS[Kind(rhythm.kind)]:
        if not needs(rhythm):
            raise RuleViolation(words, field=field)
    if rhythm.days == Days.TEACHING and rhythm.kind in (Kind.BEFORE_TERM, Kind.BEFORE_HOLIDAY):
        raise RuleViolation("开学前和放假前不是上课日，请选“放假也做”或“只在上班日”。", field="days")
    if rhythm.minutes > (room := room_of(rhythm)):
        raise RuleViolation(f"两次之间只有 {span(room)}，办理时限不能比它长，不然前一次没完后一次就开始了。", field="lasts")


Need = tuple[Callable[[Rhythm], Any], str, str]
WEEKDAYS_NEEDED: Need = (lambda r: r.weekdays and set(r.weekdays) <= set(range(7)), "请选星期几。", "weekdays")
ONE_WEEKDAY: Need = (lambda r: len(r.weekdays) == 1 and set(r.weekdays) <= set(range(7)), "请选一个星期几，只选一个。", "weekdays")
DAY_NEEDED: Need = (lambda r: 1 <= r.day <= 31, "请填几号，1 到 31。没有 31 号的月份按月末。", "day")
NEEDS: dict[Kind, list[Need]] = {
    Kind.DAILY: [],
    Kind.WEEKLY: [WEEKDAYS_NEEDED],
    Kind.MONTHLY: [DAY_NEEDED],
    Kind.NTH: [(lambda r: r.nth in (1, 2, 3, 4, LAST), "请填第几个：1 到 4，最后一个填 -1。", "nth"), ONE_WEEKDAY],
    Kind.TERM_WEEK: [
        (lambda r: 1 <= r.every <= 20, "请填每几周，1 到 20。", "every"),
        (lambda r: 0 <= r.nth <= 30, "从第几周起，填 1 到 30。", "nth"),
        ONE_WEEKDAY,
    ],
    Kind.NIGHT: [
        (lambda r: 1 <= r.every <= 12, "请填每几小时，1 到 12。", "every"),
        (lambda r: r.until and len(r.times) == 1, "夜里的请填一个开始时间和一个结束时间。", "until"),
        (lambda r: r.until and night_minutes(r) >= r.every * 60, "从开始到结束不够一次的时间，请核对。", "until"),
    ],
    Kind.BEFORE_TERM: [(lambda r: 1 <= r.before <= 60, "请填开学前几天，1 到 60。", "before")],
    Kind.BEFORE_HOLIDAY: [(lambda r: 1 <= r.before <= 10, "请填放假前几个工作日，1 到 10。", "before")],
    Kind.SEASONAL: [(lambda r: r.months and set(r.months) <= set(range(1, 13)), "请选哪几个月。", "months"), DAY_NEEDED],
    Kind.INTERVAL: [(lambda r: 1 <= r.every <= 366, "请填隔几天，1 到 366。", "every")],
}


def night_minutes(rhythm: Rhythm) -> int:
    """How long the night lasts; one that ends at its own beginning is a whole day."""
    if rhythm.until is None:
        return 0
    start, end = minute_of(rhythm.times[0]), minute_of(rhythm.until)
    return (end - start) % DAY or DAY


def minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def room_of(rhythm: Rhythm) -> int:
    """Minutes from one beginning to the next at their closest, as far as the rhythm alone tells."""
    if rhythm.kind == Kind.NIGHT:
        return rhythm.every * 60
    starts = [minute_of(clock) for clock in rhythm.times]
    inside = min((later - earlier for earlier, later in itertools.pairwise(starts)), default=LONGEST)
    over = starts[0] - starts[-1]
    if rhythm.kind == Kind.DAILY:
        return min(inside, DAY + over)
    if rhythm.kind == Kind.WEEKLY:
        days = [*rhythm.weekdays, rhythm.weekdays[0] + 7]
        return min(inside, min(later - earlier for earlier, later in itertools.pairwise(days)) * DAY + over)
    if rhythm.kind == Kind.INTERVAL:
        return min(inside, rhythm.every * DAY + over)
    return inside  # the others are cut off where the next round begins


def span(minutes: int) -> str:
    """30 分钟, 2 小时, 5 天."""
    if minutes % DAY == 0:
        return f"{minutes // DAY} 天"
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


def describe(rhythm: Rhythm) -> str:
    """The rhythm in one plain sentence: 每个上班日 07:30、12:30 开始，1 小时内办完。"""
    clocks = "、".join(f"{clock:%H:%M}" for clock in rhythm.times)
    begins = "" if rhythm.kind == Kind.NIGHT else f" {clocks} 开始"
    return f"{SAYS[Kind(rhythm.kind)](rhythm)}{begins}，{span(rhythm.minutes)}内办完{_rest(rhythm)}。"


def _day_words(rhythm: Rhythm) -> str:
    return {Days.ALL: "每天", Days.WORKING: "每个上班日", Days.TEACHING: "每个上课日"}[Days(rhythm.days)]


def _weekday(rhythm: Rhythm) -> str:
    return WEEKDAYS[rhythm.weekdays[0]]


def _term_week(rhythm: Rhythm) -> str:
    start = f"从第 {rhythm.nth} 周起" if rhythm.nth > 1 else ""
    return f"学期里{start}每周{_weekday(rhythm)}" if rhythm.every == 1 else f"学期里{start}每 {rhythm.every} 周的{_weekday(rhythm)}"


SAYS: dict[Kind, Callable[[Rhythm], str]] = {
    Kind.DAILY: _day_words,
    Kind.WEEKLY: lambda r: "每周" + "、".join(WEEKDAYS[n].removeprefix("星期") for n in r.weekdays),
    Kind.MONTHLY: lambda r: f"每月 {r.day} 日" + ("（没有的月份按月末）" if r.day > 28 else ""),
    Kind.NTH: lambda r: ("每月最后一个" if r.nth == LAST else f"每月第 {r.nth} 个") + _weekday(r),
    Kind.TERM_WEEK: _term_week,
    Kind.NIGHT: lambda r: f"{_day_words(r)}夜里 {r.times[0]:%H:%M} 至 {r.until:%H:%M}，每 {r.every} 小时一次",
    Kind.BEFORE_TERM: lambda r: f"开学前 {r.before} 天",
    Kind.BEFORE_HOLIDAY: lambda r: f"放假前 {r.before} 个工作日",
    Kind.SEASONAL: lambda r: f"每年 {'、'.join(str(n) for n in r.months)} 月的 {r.day} 日",
    Kind.INTERVAL: lambda r: f"上次做完后第 {r.every} 天",
}


def _rest(rhythm: Rhythm) -> str:
    """What happens on a day that does not count."""
    if rhythm.days == Days.ALL or rhythm.kind in (Kind.DAILY, Kind.NIGHT, Kind.BEFORE_HOLIDAY):
        return ""
    day = Days(rhythm.days).label.removeprefix("只在")
    if rhythm.kind == Kind.WEEKLY:
        return f"，不是{day}就不做"
    return f"，不是{day}就{'提前' if rhythm.kind == Kind.BEFORE_TERM else '顺延'}"
