"""请购: written, sent through its approval, taken back, given up, settled; the budget is held from sending to the end (FIN-02, FIN-12, FIN-13)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from finance.budget.models import BudgetLine
from finance.budget.queries import available
from finance.budget.rules import holding, release, reserve
from finance.money import ZERO
from logistics.platform.access.rules import require, scope_of
from logistics.platform.access.separation import check_separation
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.audit.rules import changes_between, record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref, ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number
from logistics.platform.org.models import Department

from .lines import FIELD, checked_lines, store_lines, total_of, words_of
from .models import REQUEST_MOVES, PurchaseRequest, RequestLine, RequestState
from .queries import BUY, FILE, departments_for, lines_of, open_lines, order_states, ordered_quantities, papers_due_on, sums_by_line
from .telling import tell_applicant, tell_buyers

SERIES = "QG"
SHORTEST_REASON = 5
OLDEST = timedelta(days=366)
CLOSED = "closed"


# Who may


def check_can_file(user, record=None) -> None:
    require(user, FILE)


def check_is_applicant(user, request: PurchaseRequest) -> None:
    if user.pk != request.created_by_id:
        raise NotAllowed("这张请购单是别人写的，只有申请人能改。")
    require(user, FILE)


def check_can_edit(user, request: PurchaseRequest) -> None:
    check_is_applicant(user, request)
    if request.state != RequestState.DRAFT:
        raise RuleViolation(f"这张请购单{request.get_state_display()}，不能再改。要改的话，先撤回。")


def check_can_submit(user, request: PurchaseRequest) -> None:
    check_is_applicant(user, request)
    check_move(request, RequestState.SUBMITTED, moves=REQUEST_MOVES)
    if request.source_kind and request.lines.filter(Q(price=0) | Q(budget_line=None)).exists():
        raise RuleViolation("有的明细还没有写预计单价、选预算指标。请先修改，补齐了再送批。", field=FIELD)


def check_can_withdraw(user, request: PurchaseRequest) -> None:
    check_is_applicant(user, request)
    if request.state != RequestState.SUBMITTED:
        raise RuleViolation(f"这张请购单{request.get_state_display()}，不用撤回。")


def check_can_cancel(user, request: PurchaseRequest) -> None:
    """The applicant a draft; an approved one also whoever buys or sees all, as long as nothing is ordered."""
    check_move(request, RequestState.CANCELLED, moves=REQUEST_MOVES)
    if user.pk != request.created_by_id:
        if request.state == RequestState.DRAFT or scope_of(user, BUY) is None:
            raise NotAllowed("只有申请人能作废；批准以后，采购员也可以。")
    else:
        require(user, FILE)
    if request.state == RequestState.APPROVED and ordered_quantities(request):
        raise RuleViolation("已经订了货，不能作废。余下的不要了，请用「余下不买」；都不要了，先取消采购单。")


def check_can_take(user, request: PurchaseRequest) -> None:
    require(user, BUY)
    if request.state != RequestState.APPROVED:
        raise RuleViolation(f"这张请购单{request.get_state_display()}，不在等采购。")
    if request.buyer_id == user.pk:
        raise RuleViolation("已经是您在采购。")
    check_separation(user, "take", request)


def check_can_stop(user, request: PurchaseRequest) -> None:
    """Whoever asked, or whoever buys, once some of it is ordered."""
    if user.pk != request.created_by_id:
        require(user, BUY)
    if request.state != RequestState.APPROVED or not ordered_quantities(request):
        raise RuleViolation("只有订了一部分货的请购单能「余下不买」。")


def check_department(user, department: Department | None) -> Department:
    """Raises RuleViolation at `department` unless this person may ask in its name."""
    if department is None:
        raise RuleViolation("请选申请部门。您的档案里没有部门的话，请找总务处登记。", field="department")
    if not departments_for(user).filter(pk=department.pk).exists():
        raise RuleViolation(f"您不能替「{department}」请购。请选自己的部门，或者请他们自己写。", field="department")
    return department


# Writing


@rule
def create_request(
    *, actor, at: datetime, title: str, department: Department, reason: str, lines: Sequence[dict], needed_on: date | None = None,
    is_urgent: bool = False, source: Ref | None = None, urgent_reason: str = "", bought_on: date | None = None, late_reason: str = "",
) -> PurchaseRequest:  # fmt: skip
    """A draft. `lines` are {name, spec, unit, quantity, price, budget_line, destination, use}; amounts are counted here.

    Raises RuleViolation at its field: a line that cannot be, a foreign department, a day that is past, an urgent one without its reason.
    """
    check_can_file(actor)
    fields = {"title": title, "department": department, "reason": reason, "needed_on": needed_on, "is_urgent": is_urgent}
    fields |= {"urgent_reason": urgent_reason, "bought_on": bought_on, "late_reason": late_reason}
    return write_draft(actor=actor, at=at, fields=fields, lines=lines, source=source)


@rule
def write_draft(
    *, actor, at: datetime, fields: dict, lines: Sequence[dict], source: Ref | None = None, source_label: str = "", is_rough: bool = False
) -> PurchaseRequest:
    """The common body of a draft typed by a person and one made from another paper, which may leave prices and budget lines open."""
    fields = _checked(actor, at, fields)
    found = checked_lines(actor, lines, is_rough=is_rough)
    request = PurchaseRequest(created_by=actor, created_at=at, total=total_of(found))
    if source is not None:
        request.source_kind, request.source_id, request.source_label = source.kind, source.id, source_label[:80]
    save_changes(actor=actor, at=at, record=request, text=f"起草请购单：{words_of(found)}", **fields)
    store_lines(request, found)
    return request


@rule
def update_request(*, actor, at: datetime, record: PurchaseRequest, lines: Sequence[dict], **fields) -> PurchaseRequest:
    """Change a draft and all its lines. Raises RuleViolation once it was sent."""
    request = stored(PurchaseRequest, record)
    check_can_edit(actor, request)
    fields = _checked(actor, at, fields)
    before, found = lines_of(request), checked_lines(actor, lines)
    changes = changes_between(request, fields)
    if (said := words_of(found)) != words_of(before):
        changes["明细"] = [words_of(before), said]
    for name, value in fields.items():
        setattr(request, name, value)
    request.total, request.edits = total_of(found), request.edits + 1
    request.full_clean()
    request.save()
    store_lines(request, found)
    record_event(actor=actor, at=at, action="update", record=request, text=f"修改请购单：{'、'.join(changes) or '没有变化'}", changes=changes)
    return request


def _checked(actor, at: datetime, fields: dict) -> dict:
    fields = tidied(fields)
    fields["department"] = check_department(actor, fields.get("department"))
    for name, words in (("title", "请写买什么。"), ("reason", "请写作什么用。")):
        if not fields.get(name):
            raise RuleViolation(words, field=name)
    today = timezone.localdate(at)
    if fields.get("needed_on") and fields["needed_on"] < today:
        raise RuleViolation(f"什么时候要，不能早于今天（{today}）。", field="needed_on")
    return fields | _urgency(fields, today)


def _urgency(fields: dict, today: date) -> dict:
    """先买后补: an urgent one says why, what was bought already says when; an ordinary one says neither."""
    if not fields.get("is_urgent"):
        if fields.get("bought_on"):
            raise RuleViolation("已经先买了的，请勾上「急用」，写为什么等不及。", field="bought_on")
        return {"is_urgent": False, "urgent_reason": "", "bought_on": None, "late_reason": ""}
    if len(fields.get("urgent_reason") or "") < SHORTEST_REASON:
        raise RuleViolation("急用的，请写清楚为什么等不及，例如：三楼水管爆裂，当天要修。", field="urgent_reason")
    if fields.get("bought_on") and not today - OLDEST <= fields["bought_on"] <= today:
        raise RuleViolation(f"哪天买的，不能晚于今天（{today}），也不能早过一年。", field="bought_on")
    return {"late_reason": (fields.get("late_reason") or "") if fields.get("bought_on") else ""}


# On its way


@rule
def submit_request(*, actor, at: datetime, record: PurchaseRequest) -> PurchaseRequest:
    """Number it, hold its money on every budget line, send it through its chain; all or nothing.

    Raises RuleViolation for a line left open, too little budget, the wrong purpose, a late paper without its reason, or no chain.
    """
    request = stored(PurchaseRequest, record)
    check_can_submit(actor, request)
    lines = lines_of(request)
    _check_complete(actor, request, lines)
    _check_paper_in_time(request, at)
    number = request.number or next_number(SERIES, timezone.localtime(at).year)
    advance(request, RequestState.SUBMITTED, moves=REQUEST_MOVES, number=number, submitted_at=at, decided_at=None, opinion="", buyer=None)
    record_event(actor=actor, at=at, action="submit", record=request, text=f"送批 {number}：{request.total:,.2f} 元", note=request.reason)
    _hold(actor, at, request, lines)
    start_run(actor=actor, at=at, record=request)
    return request


def _check_complete(actor, request: PurchaseRequest, lines: list[RequestLine]) -> None:
    """The stored lines once more: a draft of another paper may be rough, and years close."""
    names = ("name", "spec", "unit", "quantity", "price", "budget_line", "destination", "use")
    again = checked_lines(actor, [{name: getattr(line, name) for name in names} for line in lines])
    check_department(actor, request.department)
    if total_of(again) != request.total:
        raise Conflict("明细刚刚变了，请刷新后再送。")


def _check_paper_in_time(request: PurchaseRequest, at: datetime) -> None:
    due = papers_due_on(request)
    if due and due < timezone.localdate(at) and len(request.late_reason) < SHORTEST_REASON:
        raise RuleViolation(f"{request.bought_on} 已经买了，手续要在 {due} 前补齐。请在「为什么晚了」写明原因，再送批。", field="late_reason")


def _hold(actor, at: datetime, request: PurchaseRequest, lines: list[RequestLine]) -> None:
    """Reserve per budget line, always in one order; the words of a special fund's purpose may stand in title, reason or the lines."""
    sums = sums_by_line(lines)
    for budget_line in sorted(sums, key=lambda line: line.pk):
        _reserve_for(request, budget_line, sums[budget_line], actor=actor, at=at, words=use_of(request, budget_line, lines))


def use_of(request: PurchaseRequest, budget_line: BudgetLine, lines: list[RequestLine]) -> str:
    """All that says what the money of this budget line is for."""
    own = [f"{line.name}{line.use}" for line in lines if line.budget_line == budget_line]
    return " ".join([request.title, request.reason, *own])


def _reserve_for(request: PurchaseRequest, budget_line: BudgetLine, amount: Decimal, *, actor, at: datetime, words: str) -> None:
    try:
        reserve(actor=actor, at=at, line=budget_line, amount=amount, document=ref(request), use=words, note=request.title)
    except RuleViolation as refusal:
        raise type(refusal)(refusal.message, field=FIELD) from refusal


def _let_go(actor, at: datetime, request: PurchaseRequest, note: str) -> None:
    """Give back what the request itself still holds on every budget line."""
    for budget_line in sorted(sums_by_line(lines_of(request)), key=lambda line: line.pk):
        release(actor=actor, at=at, line=budget_line, document=ref(request), note=note)


@rule
def withdraw_request(*, actor, at: datetime, record: PurchaseRequest) -> PurchaseRequest:
    """The applicant takes it back before it is decided; its approval ends and its money is free again."""
    request = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="申请人撤回")
    return reopen(actor=actor, at=at, record=request)


@rule
def reopen(*, actor, at: datetime, record: PurchaseRequest, reason: str = "") -> PurchaseRequest:
    """Back to a draft that may be changed and sent again under its number: taken back, or sent back by a signer."""
    request = stored(PurchaseRequest, record)
    check_move(request, RequestState.DRAFT, moves=REQUEST_MOVES)
    advance(request, RequestState.DRAFT, moves=REQUEST_MOVES, opinion=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=request, text="退回起草" if reason else "撤回修改", note=reason)
    _let_go(actor, at, request, "退回" if reason else "撤回")
    return request


@rule
def note_approved(*, actor, at: datetime, record: PurchaseRequest) -> PurchaseRequest:
    """What the last signature does: the buyers are told; the money stays held."""
    request = stored(PurchaseRequest, record)
    advance(request, RequestState.APPROVED, moves=REQUEST_MOVES, decided_at=at, opinion="")
    record_event(actor=actor, at=at, action="carry_out", record=request, text="批准，等采购")
    tell_buyers(request, at=at)
    return request


@rule
def turn_down(*, actor, at: datetime, record: PurchaseRequest, opinion: str) -> PurchaseRequest:
    """What a refusal does: the money is free again."""
    request = stored(PurchaseRequest, record)
    advance(request, RequestState.REJECTED, moves=REQUEST_MOVES, decided_at=at, opinion=opinion[:200])
    record_event(actor=actor, at=at, action="turn_down", record=request, text="没有批准", note=opinion)
    _let_go(actor, at, request, "没有批准")
    return request


@rule
def cancel_request(*, actor, at: datetime, record: PurchaseRequest, reason: str) -> PurchaseRequest:
    """Give up a draft, or an approved one of which nothing is ordered."""
    request, reason = stored(PurchaseRequest, record), tidied({"reason": reason or ""})["reason"]
    check_can_cancel(actor, request)
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    was_approved = request.state == RequestState.APPROVED
    advance(request, RequestState.CANCELLED, moves=REQUEST_MOVES, opinion=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=request, text="作废", note=reason)
    _let_go(actor, at, request, "作废")
    if was_approved and actor.pk != request.created_by_id:
        tell_applicant(request, at=at, about="cancelled", title=f"请购单作废了：{request.title}", body=f"{actor.name}：{reason}")
    return request


# Being bought


@rule
def take_request(*, actor, at: datetime, record: PurchaseRequest) -> PurchaseRequest:
    """A buyer says that it is in hand. Raises NotAllowed for whoever approved it."""
    request = stored(PurchaseRequest, record)
    check_can_take(actor, request)
    read = {"pk": request.pk, "state": RequestState.APPROVED, "buyer": record.buyer_id}
    if not PurchaseRequest.objects.filter(**read).update(buyer=actor):
        raise Conflict("刚刚已经有人接了，请刷新后再看。")
    request.buyer = actor
    record_event(actor=actor, at=at, action="take", record=request, text="接手采购")
    tell_applicant(request, at=at, about=f"taken:{actor.pk}", title=f"开始采购：{request.title}", body=f"{actor.name}在办。")
    return request


@rule
def stop_request(*, actor, at: datetime, record: PurchaseRequest, reason: str) -> PurchaseRequest:
    """余下不买: what is not ordered yet will not be; its money is free again."""
    request, reason = stored(PurchaseRequest, record), tidied({"reason": reason or ""})["reason"]
    check_can_stop(actor, request)
    if not reason:
        raise RuleViolation("请写余下的为什么不买了。", field="reason")
    advance(request, RequestState.ORDERED, moves=REQUEST_MOVES, stop_reason=reason[:200])
    record_event(actor=actor, at=at, action="stop", record=request, text="余下不买", note=reason)
    _let_go(actor, at, request, "余下不买")
    return settle(actor=actor, at=at, record=request)


@rule
def settle(*, actor, at: datetime, record: PurchaseRequest) -> PurchaseRequest:
    """Bring the state in line with its orders, after one was placed, cancelled or closed; whoever did that has been asked.

    All lines ordered: 已采购; an order cancelled since: 待采购 again; every order closed: 已办结, and what is left over is released.
    """
    request = stored(PurchaseRequest, record)
    states = order_states(request)
    if request.state == RequestState.APPROVED and states and not open_lines(request):
        advance(request, RequestState.ORDERED, moves=REQUEST_MOVES)
        record_event(actor=actor, at=at, action="ordered", record=request, text="全部订购")
    elif request.state == RequestState.ORDERED and (not states or open_lines(request)):
        advance(request, RequestState.APPROVED, moves=REQUEST_MOVES)
        record_event(actor=actor, at=at, action="unordered", record=request, text="订单取消，还要采购")
        if request.stop_reason:
            return _end_stopped(actor, at, request)
    if request.state == RequestState.APPROVED:
        _hold_again(actor, at, request)
    if request.state == RequestState.ORDERED and all(state == CLOSED for state in states):
        advance(request, RequestState.DONE, moves=REQUEST_MOVES)
        _let_go(actor, at, request, "办结")
        record_event(actor=actor, at=at, action="finish", record=request, text="办结")
        tell_applicant(request, at=at, about="done", title=f"请购单办结了：{request.title}")
    return request


def _end_stopped(actor, at: datetime, request: PurchaseRequest) -> PurchaseRequest:
    """Its only orders were cancelled and the rest was given up before: there is nothing left to buy."""
    advance(request, RequestState.CANCELLED, moves=REQUEST_MOVES, opinion=request.stop_reason)
    record_event(actor=actor, at=at, action="cancel", record=request, text="订单取消，余下不买，作废", note=request.stop_reason)
    return request


def _hold_again(actor, at: datetime, request: PurchaseRequest) -> None:
    """What a cancelled order gave back is held for its lines again, as far as there is room."""
    if not request.orders.filter(state="cancelled").exists():
        return
    wanted: dict[BudgetLine, Decimal] = {}
    for line in open_lines(request):
        if line.budget_line is not None:
            wanted[line.budget_line] = wanted.get(line.budget_line, ZERO) + money(line.left * line.price)
    for budget_line in sorted(wanted, key=lambda line: line.pk):
        missing = min(wanted[budget_line] - holding(budget_line, ref(request)).reserved, available(budget_line))
        if missing > 0:
            _reserve_for(request, budget_line, missing, actor=actor, at=at, words=use_of(request, budget_line, lines_of(request)))
