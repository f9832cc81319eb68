"""领用: asked for, approved, handed over against a signature; old for new where the item says so (STK-02, STK-06)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from assets.item.models import Item
from assets.item.quantities import NONE, figure, in_basic_units, in_words, quantity_of
from assets.item.queries import may_ask
from assets.quota.using import overdraw
from assets.slip.booking import post
from assets.slip.models import Slip, SlipKind, SlipLine
from assets.slip.rules import numbered
from assets.store.queries import KEEP
from assets.store.telling import tell
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.numbering.rules import next_number

from .models import REQUEST_MOVES, RequestLine, RequestState, StockRequest

SERIES = "LY"
MOST_LINES = 60


def check_can_ask(user, record=None) -> None:
    """Heads of departments and whoever's post may ask (班主任, 组长); others ask through them."""
    if not may_ask(user):
        raise NotAllowed("领用申请由班主任、组长和部门负责人提出。您要用东西，请告诉他们。")


def check_is_asker(user, request: StockRequest) -> None:
    if user.pk != request.created_by_id:
        raise NotAllowed("这是别人的申请，只有申请人能改。")


def check_can_edit(user, request: StockRequest) -> None:
    check_is_asker(user, request)
    if request.state != RequestState.DRAFT:
        raise RuleViolation(f"这张申请{request.get_state_display()}，不能再改。")


def check_can_submit(user, request: StockRequest) -> None:
    check_can_ask(user)
    check_is_asker(user, request)
    check_move(request, RequestState.SUBMITTED, moves=REQUEST_MOVES)


def check_can_withdraw(user, request: StockRequest) -> None:
    check_is_asker(user, request)
    check_move(request, RequestState.DRAFT, moves=REQUEST_MOVES)


def check_can_hand_over(user, request: StockRequest) -> None:
    """The store room hands over what somebody else asked for."""
    require(user, KEEP)
    if request.state != RequestState.APPROVED:
        raise RuleViolation(f"这张申请{request.get_state_display()}，现在不能发料。")
    check_separation(user, "hand_over", request)


def check_can_close(user, request: StockRequest) -> None:
    if user.pk != request.created_by_id:
        require(user, KEEP)
    check_move(request, RequestState.CLOSED, moves=REQUEST_MOVES)


@rule
def save_request(*, actor, at: datetime, record: StockRequest | None = None, **fields) -> StockRequest:
    """A draft for a department, the asker's own unless another is named. Raises RuleViolation or ValidationError at the field."""
    request, fields = stored(StockRequest, record), tidied(fields)
    if request.pk is None:
        check_can_ask(actor)
        request.created_by, request.created_at = actor, at
    else:
        check_can_edit(actor, request)
    if "department" in fields and fields["department"] is None:
        fields["department"] = actor.department
    if request.pk is None and fields.get("department") is None:
        raise RuleViolation("请选部门。", field="department")
    needed = fields.get("needed_on")
    if needed and needed < timezone.localdate(at) and needed != request.needed_on:
        raise RuleViolation(f"不能早于今天（{timezone.localdate(at)}）。", field="needed_on")
    return save_changes(actor=actor, at=at, record=request, **fields)


@rule
def add_line(*, actor, at: datetime, record: StockRequest, item: Item, quantity: Decimal, unit: str = "", note: str = "") -> RequestLine:
    """One item more. Raises RuleViolation at its field."""
    request = stored(StockRequest, record)
    check_can_edit(actor, request)
    if request.lines.filter(item=item.pk).exists():
        raise RuleViolation(f"「{item}」已经在单上了。要改数量，请先去掉那一行。", field="item")
    if request.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一张申请最多 {MOST_LINES} 行，请另开一张。", field="item")
    words = tidied({"unit": unit or "", "note": note or ""})
    base = in_basic_units(item, quantity, words["unit"])
    entered = f"{figure(Decimal(str(quantity)))} {words['unit']}" if words["unit"] and words["unit"] != item.unit else ""
    line = RequestLine(request=request, item=item, quantity=base, entered=entered, note=words["note"])
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="add_line", record=request, text=f"加 {item} {figure(base)} {item.unit}")
    return line


@rule
def remove_line(*, actor, at: datetime, record: StockRequest, row: RequestLine) -> StockRequest:
    request = stored(StockRequest, record)
    check_can_edit(actor, request)
    found = request.lines.filter(pk=row.pk).select_related("item").first()
    if found is None:
        raise Conflict("这一行刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove_line", record=request, text=f"去掉 {found.item} {figure(found.quantity)} {found.item.unit}")
    found.delete()
    return request


@rule
def submit_request(*, actor, at: datetime, record: StockRequest) -> StockRequest:
    """Number it and send it through its approval chain. Raises RuleViolation when it is empty, when no chain fits,

    or when it goes over the department's quota without a word why (STK-09).
    """
    request = stored(StockRequest, record)
    check_can_submit(actor, request)
    if not request.lines.exists():
        raise RuleViolation("还没有写要什么，请先加物品。")
    over = overdraw(request, at)
    if over and not request.over_reason:
        raise RuleViolation(f"{request.department}这学期的定额要超约 {over:,.2f} 元。确实要领的，请点「修改」写超定额的理由，再送批。")
    number = request.number or next_number(SERIES, timezone.localtime(at).year)
    advance(request, RequestState.SUBMITTED, moves=REQUEST_MOVES, number=number, submitted_at=at, opinion="", over_quota=over)
    text = f"送批：{request.lines.count()} 样" + (f"，超定额约 {over:,.2f} 元" if over else "")
    record_event(actor=actor, at=at, action="submit", record=request, text=text, note=request.purpose)
    start_run(actor=actor, at=at, record=request)
    return request


@rule
def withdraw_request(*, actor, at: datetime, record: StockRequest) -> StockRequest:
    """The asker takes it back before it is decided."""
    request = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="申请人撤回")
    return back_to_draft(actor=actor, at=at, record=request)


@rule
def back_to_draft(*, actor, at: datetime, record: StockRequest, reason: str = "") -> StockRequest:
    """It may be changed and sent again: taken back by its asker, or sent back by a signer."""
    request = stored(StockRequest, record)
    advance(request, RequestState.DRAFT, moves=REQUEST_MOVES, opinion=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=request, text="退回起草" if reason else "撤回修改", note=reason)
    return request


@rule
def allow(*, actor, at: datetime, record: StockRequest) -> StockRequest:
    """What the last signature does: the store room is told to hand over."""
    request = stored(StockRequest, record)
    advance(request, RequestState.APPROVED, moves=REQUEST_MOVES, decided_by=actor, decided_at=at)
    record_event(actor=actor, at=at, action="allow", record=request, text="批准领用")
    tell(
        [request.store.keeper],
        request,
        at=at,
        about="allowed",
        title=f"请发料：{request.purpose}",
        body=f"{request.department} {request.created_by.name}",
        page="request",
    )
    return request


@rule
def turn_down(*, actor, at: datetime, record: StockRequest, opinion: str) -> StockRequest:
    """What a refusal does."""
    request = stored(StockRequest, record)
    advance(request, RequestState.REJECTED, moves=REQUEST_MOVES, decided_by=actor, decided_at=at, opinion=opinion[:200])
    record_event(actor=actor, at=at, action="turn_down", record=request, text="没有批准", note=opinion)
    return request


@rule
def close_request(*, actor, at: datetime, record: StockRequest, reason: str) -> StockRequest:
    """A draft that is not needed, or what is left of an approved one."""
    request = stored(StockRequest, record)
    check_can_close(actor, request)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么结束。", field="reason")
    advance(request, RequestState.CLOSED, moves=REQUEST_MOVES, opinion=reason)
    record_event(actor=actor, at=at, action="close", record=request, text="结束申请", note=reason)
    return request


@rule
def hand_over(
    *, actor, at: datetime, record: StockRequest, quantities: dict[int, Decimal], receiver, signature: Sequence = (), old_parts: dict[int, Decimal] | None = None,
    notes: dict[int, str] | None = None,
) -> Slip:  # fmt: skip
    """发料: hand over so many basic units of the request's lines (by the line's number), sign, and book the paper of it in one piece.

    Lines of items that are old-for-new need the old parts that came back, and a note when there are fewer than new ones.
    Raises RuleViolation when more is handed over than asked for, or when the store has too little; then nothing is written.
    """
    request = stored(StockRequest, record)
    check_can_hand_over(actor, request)
    if receiver.pk == actor.pk:
        raise RuleViolation("发料和领料不能是同一个人，请写真正来领的人。", field="receiver")
    lines = _chosen(request, quantities)
    slip = Slip(
        kind=SlipKind.ISSUE, store=request.store, on=timezone.localdate(at), department=request.department, person=receiver, reason=request.purpose,
        request=request, created_by=actor, created_at=at,
    )  # fmt: skip
    slip.number = numbered(slip)
    slip.full_clean()
    slip.save()
    for line, quantity in lines:
        old, note = _old_for_new(line, quantity, (old_parts or {}).get(line.pk), tidied({"n": (notes or {}).get(line.pk, "")})["n"])
        SlipLine.objects.create(slip=slip, item=line.item, quantity=quantity, old_parts=old, note=note[:120])
        line.issued += quantity
        line.save(update_fields=["issued"])
    record_event(actor=actor, at=at, action="create", record=slip, text=f"发料：{request}")
    post(slip, actor=actor, at=at)
    attach(actor=actor, at=at, record=slip, role="signature", uploads=list(signature), limit=1, field="signature")
    record_event(actor=actor, at=at, action="hand_over", record=request, text=f"发料 {slip.number}，{receiver.name}领取")
    if not any(line.left for line in request.lines.all()):
        advance(request, RequestState.DONE, moves=REQUEST_MOVES)
    _tell_asker(request, slip, at)
    return slip


def _chosen(request: StockRequest, quantities: dict[int, Decimal]) -> list[tuple[RequestLine, Decimal]]:
    lines = {line.pk: line for line in request.lines.select_related("item")}
    if not set(quantities) <= set(lines):
        raise Conflict("有一样不在这张申请上，请刷新后再发。")
    chosen = []
    for pk, line in lines.items():
        quantity = quantity_of(quantities.get(pk) or NONE, field=f"q_{pk}", least=NONE)
        if quantity > line.left:
            raise RuleViolation(f"「{line.item}」还能发 {in_words(line.item, line.left)}。", field=f"q_{pk}")
        if quantity:
            chosen.append((line, quantity))
    if not chosen:
        raise RuleViolation("还没有填发多少。")
    return chosen


def _old_for_new(line: RequestLine, quantity: Decimal, old: Decimal | None, note: str) -> tuple[Decimal | None, str]:
    if not line.item.is_old_for_new:
        return None, note
    if old is None:
        raise RuleViolation(f"「{line.item}」以旧换新，请填收回了几件旧的，没有填 0。", field=f"o_{line.pk}")
    old = quantity_of(old, field=f"o_{line.pk}", least=NONE)
    if old < quantity and not note:
        raise RuleViolation(f"「{line.item}」旧的少收了 {in_words(line.item, quantity - old)}，请写原因，例如 新装、遗失。", field=f"n_{line.pk}")
    return old, note


def _tell_asker(request: StockRequest, slip: Slip, at: datetime) -> None:
    people = {person.pk: person for person in (request.created_by, slip.person) if person is not None}
    tell(list(people.values()), slip, at=at, about="issued", title=f"已发料：{request.purpose}", body=f"{slip.number}，{slip.person.name}签收")
