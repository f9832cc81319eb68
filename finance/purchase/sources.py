"""Requests made from other papers in one click: a ticket that waits for parts, works of a plan, a list of what is out of stock (FIN-02)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.apps import apps
from django.urls import reverse

from finance.budget.rules import label_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.org.models import Department
from logistics.platform.web.registry import record_for

from .lines import checked_lines, store_lines, total_of, words_of
from .models import Destination, PurchaseRequest, RequestState
from .queries import lines_of, requests_from, requests_visible_to
from .rules import check_can_file, write_draft

USUAL = {"spec": "", "unit": "件", "quantity": 1, "price": 0, "budget_line": None, "use": ""}


def department_of(user) -> Department:
    """Whose request it will be. Raises RuleViolation for somebody without a department."""
    if user.department is None:
        raise RuleViolation("您的档案里没有部门，请购单不知道算哪个部门的。请找总务处登记。")
    return user.department


@rule
def propose_purchase(
    *, actor, at: datetime, title: str, department: Department, reason: str, lines: Sequence[dict], source: Ref, destination: str = Destination.WORKS
) -> PurchaseRequest:
    """A draft of what the paper `source` needs, for its asker to complete and send. Lines say at least {name}; prices and budget lines may be open.

    Pressed again while the same person's draft is still one, it answers with that draft and what is new is added to it. Raises RuleViolation
    for a foreign department, lines that cannot be, a paper that is not there.
    """
    check_can_file(actor)
    _hold_source(source)
    rough = [USUAL | {"destination": destination} | line for line in lines]
    drafts = PurchaseRequest.objects.filter(source_kind=source.kind, source_id=source.id, created_by=actor.pk, state=RequestState.DRAFT)
    if found := drafts.order_by("pk").first():
        return _add(actor, at, found, rough)
    fields = {"title": title[:80], "department": department, "reason": reason[:300], "needed_on": None, "is_urgent": False}
    fields |= {"urgent_reason": "", "bought_on": None, "late_reason": ""}
    return write_draft(actor=actor, at=at, fields=fields, lines=rough, source=source, source_label=label_of(source), is_rough=True)


def _add(actor, at: datetime, draft: PurchaseRequest, rough: list[dict]) -> PurchaseRequest:
    """The draft with those lines that it does not say already, in the same words and quantity."""
    request = stored(PurchaseRequest, draft)
    there = [{name: getattr(line, name) for name in (*USUAL, "name", "destination")} for line in lines_of(request)]
    known = {_said(line) for line in there}
    new = [line for line in rough if _said(tidied(line)) not in known]
    if not new:
        return request
    found = checked_lines(actor, there + new, is_rough=True)
    request.total, request.edits = total_of(found), request.edits + 1
    request.save(update_fields=["total", "edits"])
    store_lines(request, found)
    record_event(actor=actor, at=at, action="update", record=request, text=f"加上：{words_of(found[len(there) :])}")
    return request


def _said(line: dict) -> tuple:
    return line["name"], line["spec"], line["unit"], Decimal(str(line["quantity"])), line["use"]


def _hold_source(source: Ref) -> None:
    """Whoever asks from the same paper at the same moment waits here."""
    try:
        model = apps.get_model(source.kind)
    except (LookupError, ValueError):
        model = None
    if model is None or model._base_manager.select_for_update().filter(pk=source.id).first() is None:
        raise RuleViolation("请购的来源不在了，请刷新后再看。")


def source_url(request: PurchaseRequest) -> str:
    """The page of the paper this request came from, empty when it came from none."""
    described = record_for(request.source_kind) if request.source_kind else None
    if described is None or not described.has_page("detail"):
        return ""
    found = described.model._base_manager.filter(pk=request.source_id).first()
    return described.url("detail", found) if found else ""


def panel_rows(source: Ref, user) -> list[dict]:
    """The requests made from this paper for a panel on its page: number, title, state; an address where this person may open it."""
    found = requests_from(source)
    seen = set(requests_visible_to(user).filter(pk__in=[request.pk for request in found]).values_list("pk", flat=True)) if found else set()
    return [{"request": request, "url": reverse("finance:purchase-detail", args=[request.pk]) if request.pk in seen else ""} for request in found]
