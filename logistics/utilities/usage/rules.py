"""Sizes of the school, factors, leak tests (UTL-02, UTL-06)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.limits.queries import limit
from logistics.platform.web.templatetags.school import full_moment
from logistics.utilities.meter.models import Meter

from .models import OPEN, EnergyFactor, LeakTest, ProblemKind, SchoolSize, UseProblem
from .months import month_of
from .problem_rules import open_problem
from .queries import FLOWS, LOOK, check_can_manage, device_through

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=14)
MOST_PEOPLE = 100_000
MOST_FLOW = Decimal(10) ** 10
FIRST_DAY, AHEAD = date(2000, 1, 1), timedelta(days=366)


def check_can_look(user, record=None) -> None:
    require(user, LOOK)


@rule
def save_size(*, actor, at: datetime, record: SchoolSize | None = None, **values) -> SchoolSize:
    """Area and people from a day on, of the school or of one building. Raises RuleViolation for a place that is no building or for nobody at all."""
    check_can_manage(actor)
    size, values = stored(SchoolSize, record), tidied(values)
    _check_day(values.get("since", size.since), at)
    if size.pk is None:
        size.created_by, size.created_at = actor, at
    place = values.get("place", size.place)
    if place is not None and place.level != "building":
        raise RuleViolation("请选一栋楼；全校的空着。", field="place")
    people = [values.get(name, getattr(size, name)) or 0 for name in ("pupils", "boarders", "staff")]
    if place is None and not sum(people):
        raise RuleViolation("全校的人数不能都是 0，人均要靠它算。", field="pupils")
    if sum(people) > MOST_PEOPLE:
        raise RuleViolation("人数太多了，请检查。", field="pupils")
    values |= dict(zip(("pupils", "boarders", "staff"), people, strict=True))
    return save_changes(actor=actor, at=at, record=size, **values)


@rule
def add_factor(*, actor, at: datetime, **values) -> EnergyFactor:
    """Another factor from a day on; the ones before stay and hold for the past."""
    check_can_manage(actor)
    _check_day(values.get("since"), at)
    return save_changes(actor=actor, at=at, record=EnergyFactor(created_by=actor, created_at=at), **tidied(values))


def _check_day(since: date | None, at: datetime) -> None:
    """A number from a day nobody meant would stand for all the past, or never."""
    if since and not FIRST_DAY <= since <= timezone.localdate(at) + AHEAD:
        raise RuleViolation("日期要在 2000 年以后，最多早填一年，请检查年份。", field="since")


@rule
def record_leak_test(
    *, actor, at: datetime, meter: Meter, kind: str, first_at: datetime, first: Decimal, second_at: datetime, second: Decimal, note: str = ""
) -> LeakTest:
    """Two looks while nobody uses anything: what went through by the hour, against the school's number. More than that opens a problem.

    Raises RuleViolation for looks in the wrong order, too near to each other, in the future, or of two devices.
    """
    check_can_look(actor)
    _check_times(first_at, second_at, at)
    if meter.medium not in FLOWS:
        raise RuleViolation("这种表不用这个办法查漏，请选水表、电表或燃气表。", field="meter")
    device = device_through(meter, first_at, second_at)
    if device is None:
        raise RuleViolation("这两次之间换过表，或者那时还没有装表，请换一个晚上再测。", field="meter")
    _check_dial(first, second, device)
    if LeakTest.objects.filter(meter=meter, first_at=first_at).exists():
        raise Conflict("这块表这个时间的已经记了。", field="first_at")
    hours = Decimal((second_at - first_at) // timedelta(seconds=1)) / 3600
    flow = ((second - first) * device.factor / hours).quantize(Decimal("0.001"))
    if flow >= MOST_FLOW:
        raise RuleViolation("算下来每小时走得太多了，请检查两次读数。", field="second")
    most = Decimal(limit(FLOWS[meter.medium], timezone.localdate(second_at)))
    values = {"meter": meter, "kind": kind, "first_at": first_at, "first": first, "second_at": second_at, "second": second, "note": note}
    test = LeakTest(created_by=actor, created_at=at, flow=flow, most=most, **tidied(values))
    test.full_clean()
    test.save()
    record_event(actor=actor, at=at, action="create", record=test, text=f"{test}，每小时 {_plain(flow)} {meter.unit}")
    if test.is_suspicious:
        _suspect(actor, at, test)
    return test


def _suspect(actor, at: datetime, test: LeakTest) -> None:
    """A leak is one line of the ledger until it is closed, however many nights it is measured."""
    unit = test.meter.unit
    words = f"{test.get_kind_display()}没人用的时候每小时还走 {_plain(test.flow)} {unit}，不该超过 {_plain(test.most)} {unit}"
    known = UseProblem.objects.filter(kind=ProblemKind.LEAK, meter=test.meter, state__in=OPEN).order_by("-pk").first()
    if known:
        record_event(actor=actor, at=at, action="again", record=known, text="又测了一次，还在漏", note=words)
        return
    since = month_of(timezone.localdate(test.second_at))
    open_problem(actor=actor, at=at, kind=ProblemKind.LEAK, meter=test.meter, month=since, description=words, key=f"leak:{test.pk}")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _check_times(first_at: datetime, second_at: datetime, at: datetime) -> None:
    if second_at > at:
        raise RuleViolation(f"现在才 {full_moment(at)}，第二次看表的时间还没有到。", field="second_at")
    if second_at <= first_at:
        raise RuleViolation("第二次看表要晚于第一次。", field="second_at")
    if second_at - first_at < SHORTEST:
        raise RuleViolation("两次至少隔一小时，隔得太近看不出来。", field="second_at")
    if second_at - first_at > LONGEST:
        raise RuleViolation("两次最多隔 14 天。", field="second_at")


def _check_dial(first: Decimal, second: Decimal, device) -> None:
    for name, value in (("first", first), ("second", second)):
        if value < 0:
            raise RuleViolation("读数不能小于 0。", field=name)
        if value >= Decimal(10) ** device.digits:
            raise RuleViolation(f"这块表只有 {device.digits} 位整数，请看清楚再填。", field=name)
    if second < first:
        raise RuleViolation("第二次比第一次还小，请看清楚；表正好走过头的那次不能用来查漏。", field="second")
