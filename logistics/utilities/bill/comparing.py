"""A bill beside the school's own meters and beside its tariff (UTL-07)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.limits.queries import Number, limit_shown
from logistics.utilities.meter.queries import is_estimated
from logistics.utilities.tariff.arithmetic import Part, charge, total
from logistics.utilities.tariff.queries import steps_of

from .models import Bill, BillState
from .sharing import Use, use_of

GAP = "utilities.bill.gap"
AMOUNT_GAP = "utilities.bill.amount_gap"
LIMITS = (GAP, AMOUNT_GAP)
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
            (f"账单用量和自己的表差 {self.gap_words}" if self.gap is not None else "账单有用量，自己的表没有走字") if self.is_gap else "",
            (f"账单金额和按价格算的差 {self.amount_gap_words}" if self.amount_gap is not None else "账单有金额，按价格算是 0 元") if self.is_amount_gap else "",
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


def findings_of(bill: Bill, use: Use | None = None, *, limits: Mapping[str, Number] | None = None) -> Found:
    """What was found when the bill was checked, or what meters and tariff say now; `use` is `use_of(bill)` where the caller has it.

    `limits` are the numbers of LIMITS where something is decided by it; a page may show those of a minute ago. Eight queries without both.
    """
    if bill.state != BillState.RECORDED:
        return Found.thawed(bill.findings)
    limits = limits or {code: limit_shown(code, bill.days[1]) for code in LIMITS}
    own, counted = _own_use(bill, use, limits), _counted(bill, limits)
    return Found(**own | counted | {"remarks": own.get("remarks", []) + counted.get("remarks", [])})


def _own_use(bill: Bill, use: Use | None, limits: Mapping[str, Number]) -> dict:
    if not bill.is_metered:
        return {}
    if bill.quantity is None:
        return {"remarks": ["账单没写用量，不能和自己的表比。"]}
    use = use or use_of(bill)
    if use is None or not use.own:
        return {"remarks": [f"表计里没有户号 {bill.account} 的表，不能比。" if bill.account else "没写户号，也没有不带户号的总表，不能和自己的表比。"]}
    names = [use.rows[pk].name for pk in use.own]
    if use.unread(use.own):
        return {"meters": names, "remarks": ["这段日子的抄表不全，不能比。"]}
    own = use.measured(use.own)
    gap = percent(bill.quantity, own)
    is_gap = abs(gap) > limits[GAP] if gap is not None else bill.quantity > 0
    remarks = ["自己的表这段日子没有走字。"] if gap is None and bill.quantity else []
    remarks += ["自己的读数里有估读。"] if any(is_estimated(use.series[pk], use.start, use.end) for pk in use.own) else []
    return {"meters": names, "used": own, "gap": gap, "is_gap": is_gap, "remarks": remarks}


def used_before(bill: Bill) -> tuple[Decimal, bool]:
    """(what earlier bills of the account used this year, whether all of them say so), for steps that count by the year. One query."""
    first = bill.days[0]
    year = bill.days[1].replace(month=1, day=1)
    earlier = Q(until__gte=year, until__lt=first) | Q(since=None, month__gte=year, month__lt=first.replace(day=1))
    rows = Bill.objects.filter(earlier, kind=bill.kind, account=bill.account).exclude(state=BillState.VOID).exclude(pk=bill.pk)
    said = list(rows.values_list("quantity", flat=True))
    return sum((quantity for quantity in said if quantity is not None), Decimal(0)), None not in said


def _counted(bill: Bill, limits: Mapping[str, Number]) -> dict:
    tariff = bill.tariff
    if tariff is None or bill.quantity is None:
        return {}
    bands = {"": bill.quantity, "peak": bill.peak, "flat": bill.flat, "valley": bill.valley}
    given = {band: quantity for band, quantity in bands.items() if quantity is not None}
    months = bill.months
    steps, later = steps_of(tariff, bill.days[1])
    before, is_whole = used_before(bill) if tariff.yearly else (Decimal(0), True)
    try:
        parts = charge(steps, given, before=before, times=1 if tariff.yearly else months)
        if tariff.fixed:
            parts.append(Part("固定费", tariff.fixed * months))
    except RuleViolation as refusal:
        return {"remarks": [refusal.message]}
    counted = total(parts)
    gap = percent(bill.amount, counted)
    remarks = [f"{later} 调过价，这里只按 {tariff.since} 起的价格算，会有出入。"] if later else []
    remarks += [] if is_whole else ["今年前面有账单没写用量，按年累计的阶梯算不准。"]
    return {
        "remarks": remarks,
        "parts": parts,
        "counted": counted,
        "amount_gap": gap,
        "is_amount_gap": gap is None or abs(gap) > limits[AMOUNT_GAP],
    }
