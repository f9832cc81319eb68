"""Accepted goods become cards or stock: at the last signature where it is clear what they are, by the keeper's word where it is not (AST-01, STK-01)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from assets.card.given import new_card
from assets.card.ledger import books_on, lock_books
from assets.card.models import AssetCard, Source, Status, ValueKind
from assets.card.queries import MANAGE
from assets.card.rules import MOST_APART, save_cards, take_back_cards
from assets.category.models import AssetClass
from assets.item.models import Item
from assets.item.quantities import in_basic_units
from assets.slip.arriving import book_arrival
from assets.store.models import Store
from assets.store.queries import KEEP
from finance.public import AcceptanceLine, Destination, NotNow, Received, hand_back, take_line_with
from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .queries import class_of, is_apart, item_of, store_of

ARRIVED = Subject("assets.arrived", "验收的东西建了卡片，请补地点和保管人", "家底")
WHERE = "请保管员到「到货建卡入库」里办。"


def check_can_card(user, line: AcceptanceLine) -> None:
    require(user, MANAGE)
    _check_waits(line)


def check_can_stock(user, line: AcceptanceLine) -> None:
    require(user, KEEP)
    _check_waits(line)


def _check_waits(line: AcceptanceLine) -> None:
    if line.received_at is not None:
        raise RuleViolation(f"「{line}」已经办了{line.received_label}。")


# what the receivers do by themselves


def receive_as_asset(*, actor, at: datetime, line: AcceptanceLine) -> Received:
    """The receiver of assets: cards of the class that things of this name have. Raises NotNow when nobody can tell the class, or the card would be refused."""
    asset_class = class_of(line)
    if asset_class is None:
        raise NotNow(f"「{line}」看不出是哪一类资产。{WHERE}")
    try:
        return make_cards(actor=actor, at=at, line=line, asset_class=asset_class, apart=is_apart(asset_class, int(line.accepted)))
    except RuleViolation as refusal:
        raise NotNow(f"「{line}」{refusal.message}{WHERE}") from refusal


def receive_as_stock(*, actor, at: datetime, line: AcceptanceLine) -> Received:
    """The receiver of goods: into the store where this item lies. Raises NotNow when it is on no list, in no unit the item has, or the store takes nothing now."""
    item = item_of(line)
    if item is None:
        raise NotNow(f"「{line}」在库存物品里没有对得上的品名和规格。{WHERE}")
    store = store_of(item)
    if store is None:
        raise NotNow(f"「{line}」看不出该进哪个仓库。{WHERE}")
    try:
        return put_into_store(line, actor=actor, at=at, store=store, item=item, unit=line.order_line.request_line.unit)
    except RuleViolation as refusal:
        raise NotNow(f"「{line}」{refusal.message}{WHERE}") from refusal


# what a keeper says


@rule
def card_line(
    *, actor, at: datetime, record: AcceptanceLine, asset_class: AssetClass, apart: bool = False, place=None, department=None, custodian=None, name: str = ""
) -> AcceptanceLine:  # fmt: skip
    """建卡 of a waiting line. Raises RuleViolation at its field."""
    require(actor, MANAGE)

    def handler(*, actor, at, line):
        return make_cards(
            actor=actor, at=at, line=line, asset_class=asset_class, apart=apart, name=name, place=place, department=department, custodian=custodian
        )

    return take_line_with(actor=actor, at=at, record=record, handler=handler)


@rule
def stock_line(
    *, actor, at: datetime, record: AcceptanceLine, store: Store, item: Item, unit: str = "", batch_number: str = "", expires_on: date | None = None
) -> AcceptanceLine:  # fmt: skip
    """入库 of a waiting line; `unit` is what its quantity is counted in. Raises RuleViolation at its field."""
    require(actor, KEEP)

    def handler(*, actor, at, line):
        return put_into_store(line, actor=actor, at=at, store=store, item=item, unit=unit, batch_number=batch_number, expires_on=expires_on)

    return take_line_with(actor=actor, at=at, record=record, handler=handler)


def check_can_try(user, line: AcceptanceLine) -> None:
    require(user, MANAGE if line.destination == Destination.ASSET else KEEP)
    _check_waits(line)


@rule
def try_line(*, actor, at: datetime, record: AcceptanceLine) -> AcceptanceLine:
    """Once more what the receiver does by itself, for instance when the item has been entered since. Raises NotNow when it still cannot tell."""
    check_can_try(actor, record)
    handler = receive_as_asset if record.destination == Destination.ASSET else receive_as_stock
    return take_line_with(actor=actor, at=at, record=record, handler=handler)


def check_can_hand_back(user, card: AssetCard) -> None:
    require(user, MANAGE)
    if card.purchase_id is None or card.status == Status.VOID:
        raise RuleViolation("这张卡片不是验收建的。")


@rule
def hand_back_cards(*, actor, at: datetime, record: AssetCard, reason: str) -> AssetCard:
    """退回验收: all cards of one accepted line are taken back and the line waits again. Raises RuleViolation once anything has happened to one of them."""
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么退回。", field="reason")
    check_can_hand_back(actor, AssetCard.objects.get(pk=record.pk))
    hand_back(actor=actor, at=at, record=record.purchase, reason=reason)  # the acceptance is locked first, then the books, the card last, as everywhere
    lock_books()
    card = stored(AssetCard, record)
    check_can_hand_back(actor, card)
    cards = list(AssetCard.objects.filter(purchase=card.purchase_id).exclude(status=Status.VOID).order_by("pk"))
    take_back_cards(actor=actor, at=at, records=cards)
    return card


# how it is done


@rule
def make_cards(*, actor, at: datetime, line: AcceptanceLine, asset_class: AssetClass, apart: bool, name: str = "", **held) -> Received:
    """Cards of this line, worth together just what was accepted. The caller has locked it and checked the right."""
    books, count = books_on(at), pieces_of(line)
    if apart and count > MOST_APART:
        raise RuleViolation(f"一次最多建 {MOST_APART} 张卡，请不勾「每件一张卡」。", field="apart")
    parts = [1] * count if apart else [count]
    words = words_of(line) | {"name": name or line.order_line.request_line.name[:60], "asset_class": asset_class}
    words |= {key: value for key, value in held.items() if value is not None}
    cards = [new_card(words | worth, books) for worth in worths(line.amount, parts)]
    saved = save_cards(cards, books, actor=actor, at=at)
    url = reverse("assets:card-detail", args=[saved[0].pk]) if len(saved) == 1 else f"{reverse('assets:card-list')}?purchase={line.pk}"
    label = f"卡片 {saved[0].number}" + (f" 等 {len(saved)} 张" if len(saved) > 1 else "")
    for card in saved:
        record_event(actor=actor, at=at, action="arrive", record=card, text=f"验收单 {line.acceptance.number} 建卡")
    if not held:
        tell_keepers(line, label, url, at=at)
    return Received(label, url)


def pieces_of(line: AcceptanceLine) -> int:
    """How many pieces came. Raises RuleViolation for half a piece."""
    if line.accepted != int(line.accepted):
        raise RuleViolation(f"验收了 {line.accepted.normalize():f}，不是整数，不能建卡。")
    return int(line.accepted)


def worths(amount: Decimal, parts: Sequence[int]) -> list[dict]:
    """Quantity and cost of each card; the last one takes the cents that are left. What cost nothing is entered at a nominal value."""
    if not amount:
        return [{"quantity": part, "value_kind": ValueKind.NOMINAL} for part in parts]
    each = money(amount / len(parts))
    costs = [each] * (len(parts) - 1)
    return [{"quantity": part, "cost": cost} for part, cost in zip(parts, [*costs, amount - sum(costs, Decimal(0))], strict=True)]


def words_of(line: AcceptanceLine) -> dict:
    """What the papers say about a thing."""
    order, asked = line.acceptance.order, line.order_line.request_line
    return {
        "model": (line.order_line.brand or asked.spec)[:80], "partner": order.partner, "contract": order.number, "purchase": line,
        "source": Source.PURCHASE, "acquired_on": line.acceptance.delivered_on, "department": order.request.department, "note": asked.use, "unit": asked.unit[:8],
        "fund": str(asked.budget_line.fund)[:60] if asked.budget_line else "",
    }  # fmt: skip


def tell_keepers(line: AcceptanceLine, label: str, url: str, *, at: datetime) -> None:
    """Cards that came by themselves have no place and no custodian yet."""
    body = f"验收单 {line.acceptance.number}，{label}，请写地点和保管人，打印标签"
    notify(
        at=at,
        key=f"assets.arrived:{line.pk}:{at:%Y%m%d%H%M%S%f}",
        recipients=holders_of(MANAGE),
        title=f"新到资产：{line}",
        body=body,
        url=url,
        subject=ARRIVED,
    )


def put_into_store(
    line: AcceptanceLine, *, actor, at: datetime, store: Store, item: Item, unit: str = "", batch_number: str = "", expires_on: date | None = None
) -> Received:
    """One receipt per delivery and store. Call inside a rule; raises RuleViolation before anything is written."""
    if item.keeps_expiry and expires_on is None:
        raise RuleViolation(f"「{item}」有保质期，请填到期日。", field="expires_on")
    if expires_on is not None and expires_on < timezone.localdate(at):
        raise RuleViolation("这一天已经过了，过期的不能入库。请和供应商退换。", field="expires_on")
    quantity = in_basic_units(item, line.accepted, unit)
    entered = "" if not unit or unit == item.unit else f"{line.accepted.normalize():f} {unit}"
    slip = book_arrival(
        actor=actor, at=at, acceptance=line.acceptance, store=store, item=item, quantity=quantity, amount=line.amount, entered=entered,
        batch_number=batch_number, expires_on=expires_on, on=timezone.localdate(at),
    )  # fmt: skip
    return Received(str(slip), reverse("assets:slip-detail", args=[slip.pk]))
