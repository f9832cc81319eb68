"""食品追溯单 and 召回演练记录 as paper (CAN-23)."""

from assets.public import figure
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .graph import MealTrace, Trace, supplier_of
from .models import RecallDrill
from .queries import Start, check_can_trace, start_of_paper, traced


def trace_sheet(start: Start, user) -> dict:
    """Every batch with where it came from, every meal with dishes, samples and who ate; nothing left out."""
    from .pages import sentence

    trace = traced(start)
    return {
        "heading": "食品追溯单",
        "about": f"{start.label}：{start.title}",
        "days": f"{full_day(start.since)}至{full_day(start.until)}" if start.since and start.until else "全部日期",
        "sentence": sentence(trace),
        "batches": [_batch(batch) for batch in trace.batches],
        "meals": [_meal(meal) for meal in trace.meals],
        "groups": [f"{name}（{count} 餐）" for name, count in trace.groups.items()],
        "portions": trace.portions,
        "doubt": has_doubt(trace),
        "signers": [("查询人", ""), ("食品安全员", "")],
    }


def has_doubt(trace: Trace) -> bool:
    """Whether some link stands only because the books do not exclude it."""
    return any(not part.is_sure for dish in trace.dishes for part in dish.parts)


def _batch(batch) -> dict:
    supplier = supplier_of(batch)
    return {
        "id": batch.pk,
        "name": str(batch.ingredient),
        "number": batch.number,
        "made_on": f"{batch.made_on:%Y-%m-%d}" if batch.made_on else "",
        "received_on": f"{batch.received_on:%Y-%m-%d}",
        "expires_on": f"{batch.expires_on:%Y-%m-%d}" if batch.expires_on else "",
        "delivery": batch.line.delivery.number if batch.line_id else "期初",
        "supplier": supplier.partner.name if supplier else "",
        "left": f"{figure(batch.quantity)} {batch.ingredient.unit}{'（封存）' if batch.locked_at else ''}",
    }


def _meal(meal: MealTrace) -> dict:
    return {
        "name": str(meal),
        "uses": [f"{use}（{use.batch.number}）" if use.batch.number else str(use) for use in meal.uses],
        "dishes": [str(dish.row) + ("" if not dish.parts or any(part.is_sure for part in dish.parts) else "▲") for dish in meal.dishes],
        "samples": [
            f"{sample.code} {dish.row}，{sample.get_state_display()}{'，封存' if sample.is_locked else ''}" for dish in meal.dishes for sample in dish.samples
        ],
        "groups": [f"{row} {row.planned if row.eaten is None else row.eaten}" for row in meal.heads],
        "people": meal.people,
        "note": "" if meal.meal else "没有供餐记录",
    }


def drill_sheet(drill: RecallDrill, user) -> dict:
    """The drill as it was: clock, what was found, what the books said."""
    from .pages import drill_facts

    return {
        "facts": [("状态", drill.get_state_display(), False), *drill_facts(drill)],
        "signers": [("演练人", drill.created_by.name), ("食品安全员", ""), ("分管领导", "")],
    }


TRACE_PAPER = PrintDocument(
    kind="canteen.trace", title="食品追溯单", template="print/canteen/trace.html", context=trace_sheet, number=lambda start: start.number, check=check_can_trace,
    find=start_of_paper,
)  # fmt: skip
DRILL_PAPER = PrintDocument(
    kind="canteen.recalldrill", title="食品召回演练记录", template="print/facts.html", context=drill_sheet, number=lambda d: f"YL{d.created_at:%Y%m%d}-{d.pk}"
)
