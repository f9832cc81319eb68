"""Food out of the store: to the kitchen for a meal, back again, thrown away, sealed (CAN-05)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from assets.public import figure, in_basic_units, quantity_of
from canteen.amounts import ZERO, price_of, worth
from canteen.ingredient.dates import shelf_dates
from canteen.ingredient.models import Ingredient
from canteen.ingredient.queries import check_allowed
from canteen.late import claimed_time
from canteen.rights import OVERRIDE, PANTRY
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.numbering.rules import next_number

from .ledger import cost_of, open_batch, put_in, shares, take_out
from .models import KitchenIssue, PantryBatch, PantryKind, PantryMove
from .queries import check_can_keep

SERIES = "LL"  # 领料: "CK" counts the slips of the general store
AHEAD = 2  # days: rice may be taken the evening before
issued: list[Callable[..., None]] = []  # called with actor, at, issue and its batches, inside the rule; for the wiring.py of whoever seals
returned: list[Callable[..., None]] = []  # called with actor, at and the batch into which something came back


def check_can_return(user, issue: KitchenIssue) -> None:
    require(user, PANTRY)
    if not returnable(issue):
        raise RuleViolation("没有可以退的了。")


def check_can_lose(user, batch: PantryBatch) -> None:
    require(user, PANTRY)
    if batch.quantity <= 0:
        raise RuleViolation("这一批已经用完了。")
    if batch.locked_at:
        raise RuleViolation(f"这一批封存着（{batch.lock_reason}），解封以前不能动。")


def check_can_lock(user, batch: PantryBatch) -> None:
    if batch.locked_at:
        raise RuleViolation("已经封存了。")
    require(user, PANTRY)


def check_can_unlock(user, batch: PantryBatch) -> None:
    require(user, OVERRIDE)
    if not batch.locked_at:
        raise RuleViolation("没有封存。")


def returnable(issue: KitchenIssue) -> list[PantryMove]:
    """The issue's moves with `left`, what of them has not come back. Two queries."""
    moves = list(issue.moves.filter(kind=PantryKind.ISSUE).select_related("batch__ingredient").order_by("pk"))
    back: dict[int, Decimal] = {}
    for origin, quantity in PantryMove.objects.filter(returns__in=moves).values_list("returns", "quantity"):
        back[origin] = back.get(origin, ZERO) + quantity
    for move in moves:
        move.left = -move.quantity - back.get(move.pk, ZERO)
    return [move for move in moves if move.left > 0]


@rule
def issue_food(
    *, actor, at: datetime, on: date, meal: str, taker, lines: Sequence[dict], happened_at: datetime | None = None, note: str = ""
) -> KitchenIssue:  # fmt: skip
    """Food for one meal, booked at once: of each ingredient what expires first goes first, expired and sealed batches never.

    `lines` are {ingredient, quantity, unit}. Raises RuleViolation at `lines` naming what is short, and then books nothing.
    """
    check_can_keep(actor)
    happened_at = claimed_time(happened_at, at)
    day = timezone.localdate(happened_at)
    if not day <= on <= day + timedelta(days=AHEAD):
        raise RuleViolation(f"出库的当天到后 {AHEAD} 天的餐次才能领。", field="on")
    if taker is None or not taker.is_active:
        raise RuleViolation("领用人要在职。", field="taker")
    if taker.pk == actor.pk:
        raise RuleViolation("发和领要两个人，领用人不能是您自己。", field="taker")
    wanted = _wanted(lines)
    found = [(batch, part) for ingredient, quantity in wanted for batch, part in shares(ingredient, quantity, day)]
    cost = sum((cost_of(batch, part) for batch, part in found), ZERO)
    issue = KitchenIssue(
        number=next_number(SERIES, on.year), on=on, meal=meal, taker=taker, note=tidied({"n": note or ""})["n"], amount=cost,
        happened_at=happened_at, created_by=actor, created_at=at,
    )  # fmt: skip
    issue.full_clean()
    issue.save()
    for batch, part in found:
        take_out(batch, part, kind=PantryKind.ISSUE, on=day, actor=actor, at=at, issue=issue)
    for follow in issued:
        follow(actor=actor, at=at, issue=issue, batches=[batch for batch, _ in found])
    said = "、".join(f"{ingredient} {figure(quantity)} {ingredient.unit}" for ingredient, quantity in wanted)
    record_event(actor=actor, at=at, action="issue", record=issue, text=f"出库 {len(wanted)} 样，{taker.name}领用", note=said)
    return issue


def _wanted(lines: Sequence[dict]) -> list[tuple[Ingredient, Decimal]]:
    """Each ingredient once, in basic units, in order of its key: so that two issues never wait for each other."""
    found: dict[int, tuple[Ingredient, Decimal]] = {}
    for line in lines:
        ingredient = line["ingredient"]
        quantity = in_basic_units(ingredient, line["quantity"], line.get("unit") or "", field="lines")
        if ingredient.pk in found:
            raise RuleViolation(f"「{ingredient}」写了两行，请合成一行。", field="lines")
        if ingredient.forbidden:
            check_allowed(ingredient, field="lines")
        found[ingredient.pk] = (ingredient, quantity)
    if not found:
        raise RuleViolation("还没有写领什么。", field="lines")
    return [found[pk] for pk in sorted(found)]


@rule
def return_food(*, actor, at: datetime, record: KitchenIssue, row: PantryMove, quantity: Decimal, reason: str) -> KitchenIssue:
    """What was not used goes back into its own batch. Raises RuleViolation for more than was taken."""
    issue = stored(KitchenIssue, record)
    check_can_return(actor, issue)
    move = next((one for one in returnable(issue) if one.pk == row.pk), None)
    if move is None:
        raise Conflict("这一样刚刚退过了，请刷新后再看。")
    quantity = quantity_of(quantity)
    if quantity > move.left:
        raise RuleViolation(f"最多还能退 {figure(move.left)} {move.batch.ingredient.unit}。", field="quantity")
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么退，例如 备多了，原封没动。", field="reason")
    back = sum(PantryMove.objects.filter(returns=move.pk).values_list("amount", flat=True), ZERO)
    amount = -move.amount - back if quantity == move.left else min(worth(quantity, move.batch.price), -move.amount - back)
    put_in(
        move.batch, quantity, kind=PantryKind.RETURN, on=timezone.localdate(at), actor=actor, at=at, amount=amount, issue=issue, returns=move, reason=reason[:200]
    )  # fmt: skip
    for follow in returned:
        follow(actor=actor, at=at, batch=move.batch)
    text = f"退回 {move.batch.ingredient} {figure(quantity)} {move.batch.ingredient.unit}"
    record_event(actor=actor, at=at, action="return", record=issue, text=text, note=reason)
    return issue


@rule
def lose_food(*, actor, at: datetime, record: PantryBatch, quantity: Decimal, reason: str) -> PantryBatch:
    """Spoiled or expired food leaves the store: rendered harmless and written down (《食品安全法实施条例》第二十九条)."""
    batch = stored(PantryBatch, record)
    check_can_lose(actor, batch)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写原因和怎样处理，例如 过期，破坏包装后倒入餐厨垃圾桶。", field="reason")
    quantity = quantity_of(quantity)
    if quantity > batch.quantity:
        raise RuleViolation(f"这一批只有 {figure(batch.quantity)} {batch.ingredient.unit}。", field="quantity")
    take_out(batch, quantity, kind=PantryKind.LOSS, on=timezone.localdate(at), actor=actor, at=at, reason=reason[:200])
    text = f"报损 {batch.ingredient} {figure(quantity)} {batch.ingredient.unit}"
    record_event(actor=actor, at=at, action="lose", record=batch, text=text, note=reason)
    return PantryBatch.objects.get(pk=batch.pk)


@rule
def open_stock(
    *, actor, at: datetime, ingredient: Ingredient, quantity: Decimal, price: Decimal, received_on: date, unit: str = "", supplier=None,
    number: str = "", made_on: date | None = None, expires_on: date | None = None,
) -> PantryBatch:  # fmt: skip
    """What lay in the store before the school began to write it down here. Goods that come later come by a delivery."""
    check_can_keep(actor)
    check_allowed(ingredient)
    today = timezone.localdate(at)
    if received_on > today:
        raise RuleViolation(f"入库日期不能晚于今天（{today}）。", field="received_on")
    if PantryMove.objects.filter(batch__ingredient=ingredient).exclude(kind=PantryKind.OPENING).exists():
        raise RuleViolation(f"「{ingredient}」已经开始记账，不能再补期初。新来的请走收货验收。", field="ingredient")
    made_on, expires_on = shelf_dates(ingredient, made_on, expires_on, received_on, field="expires_on")
    if expires_on is not None and expires_on < today:
        raise RuleViolation("已经过期的不能登记成期初，请先处理掉。", field="expires_on")
    base = in_basic_units(ingredient, quantity, unit or "")
    batch = open_batch(
        ingredient, base, kind=PantryKind.OPENING, on=received_on, actor=actor, at=at, price=price_of(price), supplier=supplier,
        number=tidied({"n": number or ""})["n"], made_on=made_on, expires_on=expires_on,
    )  # fmt: skip
    record_event(actor=actor, at=at, action="open", record=batch, text=f"期初 {figure(base)} {ingredient.unit}")
    return batch


@rule
def lock_batch(*, actor, at: datetime, record: PantryBatch, reason: str) -> PantryBatch:
    """Seal what is left: nobody takes of it until a leader opens it again (《食品安全法》第一百零三条)."""
    batch = stored(PantryBatch, record)
    check_can_lock(actor, batch)
    return seal(batch, actor=actor, at=at, reason=reason)


def seal(batch: PantryBatch, *, actor, at: datetime, reason: str) -> PantryBatch:
    """For rules that have asked already: an incident seals every batch of a meal, whoever opens the incident. Call inside a rule."""
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么封存。", field="reason")
    batch.locked_at, batch.locked_by, batch.lock_reason = at, actor, reason[:200]
    batch.save(update_fields=["locked_at", "locked_by", "lock_reason"])
    record_event(actor=actor, at=at, action="lock", record=batch, text="封存", note=reason)
    return batch


@rule
def unlock_batch(*, actor, at: datetime, record: PantryBatch, reason: str) -> PantryBatch:
    batch = stored(PantryBatch, record)
    check_can_unlock(actor, batch)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么解封，例如 检验合格，报告编号。", field="reason")
    batch.locked_at, batch.locked_by, batch.lock_reason = None, None, ""
    batch.save(update_fields=["locked_at", "locked_by", "lock_reason"])
    record_event(actor=actor, at=at, action="unlock", record=batch, text="解封", note=reason)
    return batch
