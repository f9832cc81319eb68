"""The pantry's ledger: the one way in and out of a batch (CAN-05).

A batch's quantity is the sum of its moves and never below zero, whoever takes at the same time: the batch is locked before it is read, and
quantities are added up exactly here, because SQLite counts in binary fractions. The last of a batch takes what is left of its money, so that an empty batch is worth nothing.
"""

from datetime import date, datetime
from decimal import Decimal

from assets.public import figure, quantity_of
from canteen.amounts import ZERO, worth
from canteen.ingredient.models import Ingredient
from logistics.platform.kernel.errors import Conflict, RuleViolation

from .models import PantryBatch, PantryMove
from .queries import usable_batches


def put_in(batch: PantryBatch, quantity: Decimal, *, kind: str, on: date, actor, at: datetime, amount: Decimal | None = None, **paper) -> PantryMove:
    """So much more of the batch, worth `amount` (its price when nobody says)."""
    quantity = quantity_of(quantity)
    now = PantryBatch.objects.select_for_update().get(pk=batch.pk)
    PantryBatch.objects.filter(pk=batch.pk).update(quantity=now.quantity + quantity)
    value = worth(quantity, batch.price) if amount is None else amount
    return PantryMove.objects.create(batch=batch, kind=kind, on=on, quantity=quantity, amount=value, at=at, by=actor, **paper)


def take_out(batch: PantryBatch, quantity: Decimal, *, kind: str, on: date, actor, at: datetime, **paper) -> PantryMove:
    """So much less of it. Raises Conflict when somebody was quicker."""
    quantity = quantity_of(quantity)
    now = PantryBatch.objects.select_for_update().get(pk=batch.pk)
    if now.quantity < quantity:
        raise Conflict(f"「{batch.ingredient}」刚刚有人领走了一些，只剩 {figure(now.quantity)} {batch.ingredient.unit}。请刷新后再办。")
    value = cost_of(now, quantity)
    PantryBatch.objects.filter(pk=batch.pk).update(quantity=now.quantity - quantity)
    return PantryMove.objects.create(batch=batch, kind=kind, on=on, quantity=-quantity, amount=-value, at=at, by=actor, **paper)


def cost_of(batch: PantryBatch, quantity: Decimal) -> Decimal:
    """What so much of the batch costs: its price, and for the last of it all that is left of its money. The batch is locked."""
    left = sum(PantryMove.objects.filter(batch=batch.pk).values_list("amount", flat=True), ZERO)
    return left if quantity == batch.quantity else min(worth(quantity, batch.price), left)


def shares(ingredient: Ingredient, quantity: Decimal, on: date) -> list[tuple[PantryBatch, Decimal]]:
    """Which batches give how much: what expires first goes first; expired and sealed ones never. The batches are locked.

    Raises RuleViolation at `lines` naming how much there is.
    """
    rest, found = quantity, []
    for batch in usable_batches(ingredient, on).select_for_update():
        part = min(rest, batch.quantity)
        batch.ingredient = ingredient
        found.append((batch, part))
        rest -= part
        if not rest:
            return found
    there = quantity - rest
    raise RuleViolation(_short(ingredient, quantity, there, on), field="lines")


def _short(ingredient: Ingredient, quantity: Decimal, there: Decimal, on: date) -> str:
    words = f"「{ingredient}」要 {figure(quantity)} {ingredient.unit}，能用的只有 {figure(there)} {ingredient.unit}。"
    blocked = PantryBatch.objects.filter(ingredient=ingredient, quantity__gt=0)
    if blocked.filter(locked_at__isnull=False).exists():
        words += "有封存的，解封以前不能用。"
    if blocked.filter(expires_on__lt=on).exists():
        words += "有过期的，按《食品安全法》第三十四条不能用，请报损。"
    return words


def open_batch(ingredient: Ingredient, quantity: Decimal, *, kind: str, on: date, actor, at: datetime, amount: Decimal | None = None, **words) -> PantryBatch:
    """A new batch with its first move."""
    batch = PantryBatch(ingredient=ingredient, received_on=on, **words)
    batch.full_clean()
    batch.save()
    put_in(batch, quantity, kind=kind, on=on, actor=actor, at=at, amount=amount)
    return batch
