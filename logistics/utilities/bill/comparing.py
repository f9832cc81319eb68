"""A bill beside the school's own meters and beside its tariff (UTL-07)."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.limits.queries import limit_shown
from logistics.utilities.meter.models import Band, Meter
from logistics.utilities.meter.queries import coverage, is_estimated, load_series, used
from logistics.utilities.tariff.arithmetic import Part, charge, total
from logistics.utilities.tariff.models import Tariff
from logistics.utilities.tariff.queries import changed_between, steps_of

from .models import Bill, BillState
from .sharing import KNOWN, moments

GAP = "utilities.bill.gap"
AMOUNT_GAP = "utilities.bill.amount_gap"
TENTH = Decimal("0.1")


def percent(value: Decimal, against: Decimal) -> Decimal | None:
    """By how many per cent `value` is above `against`, to a tenth; None where there is nothing to compare with."""
    return ((value - against) * 100 / against).quantize(TENTH, ROUND_HALF_UP) if against else None


def signed(value: Decimal | None) -> str:
    return "" if value is None else f"{value:+}%".replace("-", "−") if value else "一样"


@dataclass(frozen=True)
class Found:
    """`used` by the school's own meters, `counted` by the tariff; each with its difference in per cent and whether that is too much."""

    meters: list[str] = field(default_factory=list)
    used: Decimal | None = None
    gap: Decimal | None = None
    is_gap: bool = False
    parts: list[Part] = field(default_factory=list)
    counted: Decimal | None = None
    amount_gap: Decimal | None = None
    is_amount_gap: bool = False
    remarks: list[str] = field(default_factory=list)

    @property
    def is_odd(self) -> bool:
        return self.is_gap or self.is_amount_gap

    @property
    def gap_words(self) -> str:
        return signed(self.gap)

    @property
    def amount_gap_words(self) -> str:
        return signed(self.amount_gap)

    @property
    def words(self) -> str:
        """What is odd, as one sentence."""
        found = [
            f"账单用量和自己的表差 {self.gap_words}" if self.is_gap else "",
            f"账单金额和按价格算的差 {self.amount_gap_words}" if self.is_amount_gap else "",
        ]
        return "；".join(filter(None, found))

    def frozen(self) -> dict:
        """As plain values, kept when the bill is checked."""
        plain = {name: None if getattr(self, name) is None else str(getattr(self, name)) for name in ("used", "gap", "counted", "amount_gap")}
        flags = {"is_gap": self.is_gap, "is_amount_gap": self.is_amount_gap}
        return plain | flags | {"meters": self.meters, "parts": [[part.name, str(part.amount)] for part in self.parts], "remarks": self.remarks}

    @classmethod
    def thawed(cls, kept: dict) -> "Found":
        figures = {name: Decimal(kept[name]) if kept.get(name) is not None else None for name in ("used", "gap", "counted", "amount_gap")}
        parts = [Part(name, Decimal(amount)) for name, amount in kept.get("parts", [])]
        return cls(meters=kept.get("meters", []), parts=parts, remarks=kept.get("remarks", []), is_gap=kept.get("is_gap", False), is_amount_gap=kept.get("is_amount_gap", False), **figures)  # fmt: skip


def findings_of(bill: Bill) -> Found:
    """What was found when the bill was checked, or what meters and tariff say now. Ten queries at most."""
    if bill.state != BillState.RECORDED:
        return Found.thawed(bill.findings)
    own, counted = _own_use(bill), _counted(bill)
    return Found(**own | counted | {"remarks": own.get("remarks", []) + counted.get("remarks", [])})


def meters_of(bill: Bill) -> list[Meter]:
    """The meters a bill is read from: those of its account; without an account the main ones that have none either. Not the peak and valley registers."""
    first, last = bill.days
    rows = Meter.objects.filter(medium=bill.kind, band=Band.TOTAL, account=bill.account).filter(Q(until=None) | Q(until__gte=first), since__lte=last)
    rows = rows if bill.account else rows.filter(parent=None)
    found = list(rows.order_by("order", "pk"))
    keys = {meter.pk for meter in found}
    return [meter for meter in found if meter.parent_id not in keys]  # what is below a meter of the same account is in it already


def _own_use(bill: Bill) -> dict:
    if not bill.is_metered:
        return {}
    if bill.quantity is None:
        return {"remarks": ["账单没写用量，不能和自己的表比。"]}
    meters = meters_of(bill)
    if not meters:
        return {"remarks": [f"表计里没有户号 {bill.account} 的表，不能比。" if bill.account else "没写户号，也没有不带户号的总表，不能和自己的表比。"]}
    start, end = moments(*bill.days)
    series = load_series(meters, start, end)
    names = [meter.name for meter in meters]
    if any(coverage(one, start, end) < KNOWN for one in series.values()):
        return {"meters": names, "remarks": ["这段日子的抄表不全，不能比。"]}
    own = sum((used(one, start, end) for one in series.values()), Decimal(0))
    gap = percent(bill.quantity, own)
    is_gap = abs(gap) > limit_shown(GAP, bill.days[1]) if gap is not None else bill.quantity > 0
    remarks = ["自己的表这段日子没有走字。"] if gap is None and bill.quantity else []
    remarks += ["自己的读数里有估读。"] if any(is_estimated(one, start, end) for one in series.values()) else []
    return {"meters": names, "used": own, "gap": gap, "is_gap": is_gap, "remarks": remarks}


def used_before(bill: Bill, tariff: Tariff) -> Decimal:
    """What earlier bills of the account used this year, for steps that count by the year. One query."""
    first = bill.days[0]
    year = bill.days[1].replace(month=1, day=1)
    rows = Bill.objects.filter(kind=bill.kind, account=bill.account, until__gte=year, until__lt=first, tariff__name=tariff.name).exclude(state=BillState.VOID)
    return sum((quantity or Decimal(0) for quantity in rows.exclude(pk=bill.pk).values_list("quantity", flat=True)), Decimal(0))


def _counted(bill: Bill) -> dict:
    tariff = bill.tariff
    if tariff is None or bill.quantity is None:
        return {}
    bands = {"": bill.quantity, "peak": bill.peak, "flat": bill.flat, "valley": bill.valley}
    given = {band: quantity for band, quantity in bands.items() if quantity is not None}
    months = bill.months
    try:
        steps = steps_of(tariff)
        parts = charge(steps, given, before=used_before(bill, tariff) if tariff.yearly else Decimal(0), times=1 if tariff.yearly else months)
        if tariff.fixed:
            parts.append(Part("固定费", tariff.fixed * months))
    except RuleViolation as refusal:
        return {"remarks": [refusal.message]}
    counted = total(parts)
    gap = percent(bill.amount, counted)
    remarks = ["这段日子里调过价，只按一张价格算，会有出入。"] if changed_between(tariff, *bill.days) else []
    return {
        "remarks": remarks,
        "parts": parts,
        "counted": counted,
        "amount_gap": gap,
        "is_amount_gap": gap is None or abs(gap) > limit_shown(AMOUNT_GAP, bill.days[1]),
    }
