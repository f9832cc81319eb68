"""A recall drill starts the clock and stops it; batches, samples and the ledger stay as they are (CAN-23)."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.public import figure, quantity_of
from canteen.pantry.models import PantryBatch
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit

from .graph import trace_batches
from .models import DRILL_MOVES, DrillState, RecallDrill
from .queries import DRILL, MINUTES, check_can_drill, figures, running_drill


def check_can_end(user, drill: RecallDrill) -> None:
    require(user, DRILL)
    check_move(drill, DrillState.DONE, moves=DRILL_MOVES)


@rule
def start_drill(*, actor, at: datetime, batch: PantryBatch, reason: str) -> RecallDrill:
    """Start the clock for one batch. Raises Conflict while another drill runs."""
    check_can_drill(actor)
    known = running_drill()
    if known:
        raise Conflict(f"{known}还在计时，先结束它。")
    drill = RecallDrill(goal=limit(MINUTES, timezone.localdate(at)), created_by=actor, created_at=at)
    try:
        with transaction.atomic():
            return save_changes(actor=actor, at=at, record=drill, text=f"开始召回演练：{batch}", batch=batch, **tidied({"reason": reason or ""}))
    except IntegrityError as taken:
        raise Conflict("刚刚有人开始了一次演练，先结束它。") from taken


@rule
def end_drill(*, actor, at: datetime, record: RecallDrill, counted: Decimal, where: str, findings: str = "") -> RecallDrill:
    """Stop the clock: how much of the batch was found and where. What the books say is frozen beside it; a difference must be explained.

    Raises RuleViolation at `findings` when what was found is not what the books say and nothing explains it.
    """
    drill = stored(RecallDrill, record)
    check_can_end(actor, drill)
    words = tidied({"where": where or "", "findings": findings or ""})
    if not words["where"]:
        raise RuleViolation("请写在哪里找到的，用完了也写，例如 已经用完，空袋在垃圾桶。", field="where")
    batch = PantryBatch.objects.select_related("ingredient").get(pk=drill.batch_id)
    counted = quantity_of(counted, field="counted", least=Decimal(0))
    if counted != batch.quantity and not words["findings"]:
        text = f"账面还有 {figure(batch.quantity)} {batch.ingredient.unit}，现场找到 {figure(counted)}，请写差在哪里。"
        raise RuleViolation(text, field="findings")
    facts = figures(trace_batches(PantryBatch.objects.filter(pk=batch.pk)))
    advance(
        drill, DrillState.DONE, moves=DRILL_MOVES, ended_at=at, ended_by=actor, counted=counted, book=batch.quantity, where=words["where"][:200],
        findings=words["findings"][:500], facts=facts,
    )  # fmt: skip
    record_event(actor=actor, at=at, action="end", record=drill, text=f"召回演练用时 {drill.took}", note=words["findings"])
    return drill


@rule
def void_drill(*, actor, at: datetime, record: RecallDrill, reason: str) -> RecallDrill:
    """Call it off, for example because a real delivery came in between."""
    drill = stored(RecallDrill, record)
    check_can_end(actor, drill)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(drill, DrillState.VOID, moves=DRILL_MOVES, ended_at=at, ended_by=actor, ended_reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=drill, text="作废这次演练", note=reason)
    return drill
