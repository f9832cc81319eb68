"""Weighing leftovers, handing waste to its collector (CAN-21)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from canteen.evidence import MANAGE, check_can_record, enter
from canteen.late import claimed_time
from logistics.platform.access.rules import has
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import SchoolClass
from logistics.platform.partners.models import Partner, PartnerKind
from logistics.platform.partners.queries import shortcomings

from .models import Leftover, Meal, MealDish, MealState, WasteHandover

MOST_KG = Decimal(5000)
LAW = "《学校食品安全与营养健康管理规定》第四十二条、《固体废物污染环境防治法》第五十七条"


def check_weight(kg: Decimal) -> None:
    if kg <= 0:
        raise RuleViolation("重量要大于零。", field="kg")
    if kg > MOST_KG:
        raise RuleViolation(f"重量超过 {MOST_KG} kg 了，请检查小数点。", field="kg")


@rule
def weigh_leftover(
    *, actor, at: datetime, meal: Meal, kind: str, kg: Decimal, dish: MealDish | None = None, school_class: SchoolClass | None = None,
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> Leftover:  # fmt: skip
    """One weighing after a meal. Raises RuleViolation for a meal that did not take place, a dish of another meal, a time before serving."""
    check_can_record(actor)
    check_weight(kg)
    if meal.state == MealState.VOID:
        raise RuleViolation(f"{meal}没有供餐，不用称。", field="meal")
    if claimed_time(happened_at, at) < meal.starts_at:
        raise RuleViolation("还没有开餐就没有剩余。请看看时间。", field="happened_at")
    if dish and dish.meal_id != meal.pk:
        raise RuleViolation(f"「{dish}」不是{meal}的菜。", field="dish")
    values = {"meal": meal, "kind": kind, "kg": kg, "dish": dish, "school_class": school_class, "note": note or ""}
    return enter(actor=actor, at=at, record=Leftover(), happened_at=happened_at, photos=photos, text=f"{meal}剩余 {kg.normalize():f} kg", **values)


@rule
def hand_over_waste(
    *, actor, at: datetime, kind: str, kg: Decimal, collector: Partner, collector_person: str, plate: str, purpose: str, buckets: int | None = None,
    exception: str = "", happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> WasteHandover:  # fmt: skip
    """Waste goes to a collector with its papers in date. Without them the person who answers for food safety may let it pass, with a reason.

    Raises RuleViolation naming the missing paper and the law.
    """
    check_can_record(actor)
    check_weight(kg)
    words = tidied({"exception": exception or "", "collector_person": collector_person, "plate": plate.upper(), "purpose": purpose, "note": note or ""})
    on = timezone.localdate(claimed_time(happened_at, at))
    found = shortcomings(collector, PartnerKind.WASTE, on)
    if found and not words["exception"]:
        raise RuleViolation(f"{''.join(found)}餐厨废弃物要交给有资质的单位（{LAW}）。补上证照，或者由食品安全员写明原因放行。", field="collector")
    if found and not has(actor, MANAGE):
        raise RuleViolation("证照不全的放行，要由食品安全员或食堂管理员来登记。", field="exception")
    if not found:
        words["exception"] = ""
    text = f"交 {collector} {kg.normalize():f} kg" + ("，证照不全放行" if found else "")
    values = {"kind": kind, "kg": kg, "collector": collector, "buckets": buckets}
    row = enter(actor=actor, at=at, record=WasteHandover(), happened_at=happened_at, photos=photos, text=text, **values, **words)
    if found:
        record_event(actor=actor, at=at, action="exception", record=row, text=f"放行：{''.join(found)}"[:200], note=words["exception"])
    return row
