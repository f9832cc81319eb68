"""请购 from repairs: parts a ticket waits for, the works of an approved plan. Finance keeps the request; here is only what is asked for (FIN-02)."""

from collections.abc import Sequence
from datetime import datetime

from django import forms

from finance.public import check_can_purchase, department_of, panel_rows, propose_purchase
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import ref
from logistics.platform.web.forms import Words
from repairs.plan.models import PlanList, PlanState
from repairs.plan.queries import MANAGE, items_of
from repairs.ticket.forms import material_line
from repairs.ticket.models import State, Ticket
from repairs.work.rules import check_own

MENDING = (State.ASSIGNED, State.TAKEN, State.WORKING, State.WAITING)
MOST_LINES = 50


class PartsForm(forms.Form):
    """The parts, one a line, as materials are written."""

    parts = Words(label="要买什么", max_length=2000, rows=4, help_text="一行一样，写成：名称 规格 数量 单位 单价，单价不清楚的不写。例如：角阀 DN15 2 只 25")

    def clean_parts(self):
        lines = [line for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"一次最多 {MOST_LINES} 行，现在有 {len(lines)} 行。")
        return [material_line(line, n) for n, line in enumerate(lines, 1)]


def check_can_ask_parts(user, ticket: Ticket) -> None:
    """The repairer or who dispatches, while it is being mended."""
    check_own(user, ticket)
    check_can_purchase(user)
    if ticket.state not in MENDING:
        raise RuleViolation(f"这张单{ticket.get_state_display()}，不用请购配件。")


@rule
def ask_parts(*, actor, at: datetime, record: Ticket, parts: Sequence[dict]) -> Ticket:
    """A draft of a request for these parts ({name, spec, unit, quantity, price}), for the actor to complete and send."""
    check_can_ask_parts(actor, record)
    made = propose_purchase(
        actor=actor,
        at=at,
        title=f"维修配件：{record.title}",
        department=department_of(actor),
        reason=f"维修 {record.number} {record.place} {record.title}",
        lines=[part | {"use": str(record.place)[:120]} for part in parts],
        source=ref(record),
    )
    record_event(actor=actor, at=at, action="purchase", record=record, text=f"起草请购单：{made.title}")
    return record


def check_can_buy_for_plan(user, plan: PlanList) -> None:
    require(user, MANAGE)
    check_can_purchase(user)
    if plan.state != PlanState.APPROVED:
        raise RuleViolation(f"这份计划{plan.get_state_display()}，批准以后才能按它请购。")


@rule
def buy_for_plan(*, actor, at: datetime, record: PlanList) -> PlanList:
    """A draft of a request with a line for each work still to do. Raises RuleViolation when none is left or there are too many for one paper."""
    check_can_buy_for_plan(actor, record)
    left = [item for item in items_of(record) if item.is_open and not hasattr(item, "carried_to")]
    if not left or len(left) > MOST_LINES:
        words = f"还有 {len(left)} 项，一张请购单最多 {MOST_LINES} 行，请分开写。" if left else "计划里没有还要做的项目，不用请购。"
        raise RuleViolation(words)
    propose_purchase(
        actor=actor,
        at=at,
        title=record.title,
        department=department_of(actor),
        reason=f"维修计划 {record.number} {record.title}",
        lines=[_line_of(item) for item in left],
        source=ref(record),
    )
    record_event(actor=actor, at=at, action="purchase", record=record, text=f"按计划起草请购单：{len(left)} 项")
    return record


def _line_of(item) -> dict:
    """A work as one thing to buy; its estimate is the whole, so the price is that of one."""
    is_even = bool(item.unit and item.quantity) and money(item.estimate / item.quantity) * item.quantity == item.estimate
    quantity, unit = (item.quantity, item.unit) if is_even else (1, "项")
    return {
        "name": item.content[:80], "unit": unit, "quantity": quantity, "price": money(item.estimate / quantity), "use": str(item.where)[:120],
    }  # fmt: skip


def requests_panel(record, user) -> dict | None:
    """The requests made from this paper, for the panel on its page; nothing where there are none."""
    rows = panel_rows(ref(record), user)
    return {"rows": rows} if rows else None
