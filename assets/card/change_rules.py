"""Everything that changes where a card stands, what it is worth, how many pieces it has: one rule each, by dated entries (AST-02)."""

from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from assets.category.models import AssetClass
from assets.depreciation.plan import month_of
from assets.money import ZERO, amount_of
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref

from .given import life_months, pieces, set_schedule
from .ledger import NO_DOCUMENT, Posting, holding_of, opened
from .models import GOING, AssetCard, EntryKind, Status, ValueKind
from .numbers import number_cards
from .queries import ACCOUNT, MANAGE

blockers: list[Callable[[AssetCard], str]] = []  # why a card may not go now (a loan, a repair, a stocktake); empty lets it go. For wiring.py
leaves: list[Callable[[AssetCard, int], str]] = []  # why the card may not be left with so few pieces (some are lent); empty lets it. For wiring.py


def check_can_move(user, card: AssetCard) -> None:
    require(user, MANAGE)
    _check_alive(card)


def check_can_split(user, card: AssetCard) -> None:
    check_can_move(user, card)
    if card.quantity < 2:
        raise RuleViolation("只有一件，不能拆。")


def check_can_account(user, card: AssetCard) -> None:
    """Values and write-offs are the accountant's."""
    require(user, ACCOUNT)
    _check_alive(card)


def _check_leaves(card: AssetCard, left: int) -> None:
    if reasons := [reason for keeps in leaves if (reason := keeps(card, left))]:
        raise RuleViolation("；".join(reasons))


def _check_alive(card: AssetCard) -> None:
    if not card.is_alive:
        raise RuleViolation(f"这张卡片{card.get_status_display()}，不能再动。")


@rule
def move_card(
    *, actor, at: datetime, record: AssetCard, on: date, place, department, custodian, voucher: str = "", note: str = "", document: Ref = NO_DOCUMENT, label=""
) -> AssetCard:
    """To another place, department or custodian; None is nowhere and nobody. Raises RuleViolation when nothing would change."""
    require(actor, MANAGE)
    card = opened(record, on=on, at=at)
    if custodian is not None and not custodian.is_active:
        raise RuleViolation(f"{custodian}已经不在职，请换一位保管人。", field="custodian")
    changes = {"存放地点": [card.place, place], "使用部门": [card.department, department], "保管人": [card.custodian, custodian]}
    changes = {word: [str(a or "—"), str(b or "—")] for word, (a, b) in changes.items() if a != b}
    if not changes:
        raise RuleViolation("地点、部门和保管人都没有变。")
    posting = Posting(actor=actor, at=at, on=on, voucher=voucher, note=note, document=document, label=label)
    _rehold(card, posting, place=place, department=department, custodian=custodian)
    words = "；".join(f"{word}由{before}改为{after}" for word, (before, after) in changes.items())
    record_event(actor=actor, at=at, action="move", record=card, text=f"{on} {words}", note=posting.common["note"], changes=changes)
    return card


@rule
def reclassify(*, actor, at: datetime, record: AssetCard, on: date, asset_class: AssetClass, voucher: str = "", note: str = "") -> AssetCard:
    """Another class from that day on; what is left is depreciated over the new class's years. Raises RuleViolation at its field."""
    require(actor, ACCOUNT)
    card = opened(record, on=on, at=at)
    if asset_class.pk == card.asset_class_id:
        raise RuleViolation("类别没有变。", field="asset_class")
    before, posting = card.asset_class, Posting(actor=actor, at=at, on=on, voucher=voucher, note=note)
    _relife(card, life_months(asset_class, card.value_kind, None), on)
    _rehold(card, posting, asset_class=asset_class)
    changes = {"资产类别": [str(before), str(asset_class)]}
    record_event(actor=actor, at=at, action="reclassify", record=card, text=f"{on} 改类别为{asset_class}", note=posting.common["note"], changes=changes)
    return card


def _rehold(card: AssetCard, posting: Posting, **new) -> None:
    """Carry the whole card over: out of what held it, into what holds it now."""
    before = holding_of(card)
    for name, value in new.items():
        setattr(card, name, value)
    posting.whole(card, EntryKind.MOVE, -1, held=before)
    posting.whole(card, EntryKind.MOVE, 1)
    posting.write()
    card.save()


def _relife(card: AssetCard, months: int, on: date) -> None:
    """Spread what is left over the new life from that month on; a life already over is done with this month's share."""
    if months and card.months_done >= months and card.cost > card.depreciation:
        months = card.months_done + 1
    card.life_months = months
    card.months_done = min(card.months_done, months)
    set_schedule(card, max(month_of(on), _first_owed(card)))


def _first_owed(card: AssetCard) -> date:
    """The first month not depreciated yet: what the school had already was brought in with its depreciation up to the day it was registered."""
    if card.next_month:
        return card.next_month
    is_opening = card.entries.filter(kind=EntryKind.OPENING).exists()
    return month_of(timezone.localdate(card.created_at)) if is_opening else month_of(card.booked_on)


@rule
def change_value(
    *, actor, at: datetime, record: AssetCard, on: date, cost: Decimal, voucher: str, note: str, life_years: int | None = None, final: bool = False
) -> AssetCard:
    """The card's whole cost from that day on: an extension, a final price after an estimate. What is left is depreciated over the months left,

    or over `life_years` in all. Raises RuleViolation at `cost` below what is already depreciated.
    """
    require(actor, ACCOUNT)
    card = opened(record, on=on, at=at)
    words = tidied({"voucher": voucher or "", "note": note or ""})
    if not words["voucher"] or not words["note"]:
        raise RuleViolation("请写凭证号和变动的原因。", field="voucher" if not words["voucher"] else "note")
    amount = amount_of(cost, field="cost")
    if card.value_kind == ValueKind.NOMINAL:
        card.value_kind, card.booked_on = ValueKind.ORIGINAL, on
    if not amount or amount < card.depreciation or amount < card.fiscal:
        raise RuleViolation(f"不能是零，也不能低于累计折旧 {card.depreciation:,.2f} 元和财政资金 {card.fiscal:,.2f} 元。", field="cost")
    difference, before = amount - card.cost, card.cost
    months = life_months(card.asset_class, card.value_kind, life_years) if life_years else card.life_months
    is_settled = final and card.value_kind == ValueKind.ESTIMATED
    if not difference and months == card.life_months and not is_settled:
        raise RuleViolation("价值和年限都没有变。", field="cost")
    card.cost = amount
    card.value_kind = ValueKind.ORIGINAL if final else card.value_kind
    _relife(card, months or life_months(card.asset_class, card.value_kind, None), on)
    posting = Posting(actor=actor, at=at, on=on, voucher=words["voucher"], note=words["note"])
    posting.add(card, EntryKind.VALUE_UP if difference > 0 else EntryKind.VALUE_DOWN, amount=difference)
    posting.write()
    card.save()
    text = f"{on} 原值由 {before:,.2f} 元改为 {amount:,.2f} 元"
    record_event(actor=actor, at=at, action="change_value", record=card, text=text, note=words["note"], changes={"原值（元）": [str(before), str(amount)]})
    return card


def share_of(whole: Decimal, part: int, of: int) -> Decimal:
    """The part's share of the sum, to the cent; what the rest keeps is the whole less this."""
    return money(whole * part / of)


def cut(card: AssetCard, quantity: int) -> AssetCard:
    """Take so many pieces off the card, with their share of cost and depreciation; returns them as a card that is not saved."""
    part, of = copy(card), card.quantity
    part.pk, part.id, part.number, part.quantity = None, None, "", quantity
    part.gone_kind, part.gone_on, part.approval, part.income = "", None, "", ZERO  # what went before went from the other
    part._state = type(card._state)()
    for name in ("cost", "fiscal"):
        setattr(part, name, share_of(getattr(card, name), quantity, of))
    part.depreciation = min(share_of(card.depreciation, quantity, of), part.cost)
    for name in ("quantity", "cost", "fiscal", "depreciation"):
        setattr(card, name, getattr(card, name) - getattr(part, name))
    if card.depreciation > card.cost:  # a cent of rounding
        part.depreciation += card.depreciation - card.cost
        card.depreciation = card.cost
    month = card.next_month
    for one in (card, part):
        set_schedule(one, month) if month else None
    return part


@rule
def split_card(
    *, actor, at: datetime, record: AssetCard, on: date, quantity: int, place=None, department=None, custodian=None, voucher: str = "", note: str = ""
) -> AssetCard:
    """So many pieces become a card of their own, where they stand or somewhere else; both together are worth what they were, to the cent.

    Returns the new card.
    """
    require(actor, MANAGE)
    card = opened(record, on=on, at=at)
    check_can_split(actor, card)
    pieces(quantity, most=card.quantity - 1)
    _check_leaves(card, card.quantity - quantity)
    part = cut(card, quantity)
    if custodian is not None and not custodian.is_active:
        raise RuleViolation(f"{custodian}已经不在职，请换一位保管人。", field="custodian")
    if not part.cost or not card.cost:
        raise RuleViolation("每件的价值不到一分，不能拆。", field="quantity")
    part.created_by, part.created_at, part.serial = actor, at, ""
    part.number = ""
    number_cards([part])
    card.save()
    part.save()
    posting = Posting(actor=actor, at=at, on=on, voucher=voucher, note=note)
    posting.add(card, EntryKind.SPLIT, quantity=-part.quantity, amount=-part.cost, depreciation=-part.depreciation)
    posting.whole(part, EntryKind.SPLIT, 1)
    before = holding_of(part)
    part.place, part.department, part.custodian = place or part.place, department or part.department, custodian or part.custodian
    if holding_of(part) != before:
        posting.whole(part, EntryKind.MOVE, -1, held=before)
        posting.whole(part, EntryKind.MOVE, 1)
        part.save()
    posting.write()
    record_event(actor=actor, at=at, action="split", record=card, text=f"{on} 拆出 {part.amount_words}，新卡片 {part.number}", note=posting.common["note"])
    record_event(actor=actor, at=at, action="create", record=part, text=f"{on} 从 {card.number} 拆出 {part.amount_words}")
    return part


@rule
def merge_card(*, actor, at: datetime, record: AssetCard, on: date, into: AssetCard, voucher: str = "", note: str = "") -> AssetCard:
    """Put the whole card onto another of the same kind, age and place. Raises RuleViolation where they differ. Returns the other."""
    require(actor, MANAGE)
    if into.pk == record.pk:
        raise RuleViolation("不能并到自己上面。", field="into")
    first, second = sorted((record, into), key=lambda one: one.pk)  # always in one order, against deadlock
    found = {one.pk: opened(one, on=on, at=at) for one in (first, second)}
    card, target = found[record.pk], found[into.pk]
    _check_leaves(card, 0)
    for name in (
        "asset_class_id",
        "name",
        "model",
        "unit",
        "value_kind",
        "life_months",
        "months_done",
        "next_month",
        "place_id",
        "department_id",
        "custodian_id",
    ):
        if getattr(card, name) != getattr(target, name):
            label = AssetCard._meta.get_field(name.removesuffix("_id")).verbose_name
            raise RuleViolation(f"两张卡片的{label}不一样，不能并。", field="into")
    posting = Posting(actor=actor, at=at, on=on, voucher=voucher, note=note)
    posting.whole(card, EntryKind.MERGE, -1)
    posting.add(target, EntryKind.MERGE, quantity=card.quantity, amount=card.cost, depreciation=card.depreciation)
    moved = card.amount_words
    for name in ("quantity", "cost", "fiscal", "depreciation"):
        setattr(target, name, getattr(target, name) + getattr(card, name))
    target.quantity, target.cost = pieces(target.quantity, field="into"), amount_of(target.cost, field="into")
    if target.next_month:
        set_schedule(target, target.next_month)
    _empty(card, Status.MERGED)
    card.save()
    target.save()
    posting.write()
    record_event(actor=actor, at=at, action="merge", record=card, text=f"{on} 并入 {target.number}", note=posting.common["note"])
    record_event(actor=actor, at=at, action="take_in", record=target, text=f"{on} 并入 {card.number} 的 {moved}")
    return target


def _empty(card: AssetCard, status: str) -> None:
    card.quantity, card.cost, card.fiscal, card.depreciation, card.monthly, card.next_month, card.status = 0, ZERO, ZERO, ZERO, ZERO, None, status


@rule
def take_off(
    *,
    actor,
    at: datetime,
    record: AssetCard,
    on: date,
    kind: str,
    quantity: int,
    approval: str,
    voucher: str,
    note: str = "",
    income: Decimal = ZERO,
    document: Ref = NO_DOCUMENT,
    label: str = "",
) -> AssetCard:
    """The thing leaves the books, whole or some pieces of it, by an approved paper. The month it goes is not depreciated.

    Raises RuleViolation at its field, and when something still holds it (`blockers`).
    """  # fmt: skip
    require(actor, ACCOUNT)
    return write_off(
        actor=actor, at=at, record=record, on=on, kind=kind, quantity=quantity, approval=approval, voucher=voucher, note=note, income=income,
        document=document, label=label,
    )  # fmt: skip


@rule
def write_off(
    *,
    actor,
    at: datetime,
    record: AssetCard,
    on: date,
    kind: str,
    quantity: int,
    approval: str,
    voucher: str,
    note: str = "",
    income: Decimal = ZERO,
    document: Ref = NO_DOCUMENT,
    label: str = "",
) -> AssetCard:
    """`take_off` for the rules of papers the school has approved (disposal, stocktake): the signatures are the right, nobody's own is asked."""
    card = opened(record, on=on, at=at)
    words = tidied({"approval": approval or "", "voucher": voucher or ""})
    if kind not in GOING:
        raise RuleViolation("请选减少的方式。", field="kind")
    for name, word in (("approval", "批文号"), ("voucher", "凭证号")):
        if not words[name]:
            raise RuleViolation(f"请写{word}。没有批准的，不能核销。", field=name)
    if reasons := [reason for blocker in blockers if (reason := blocker(card))]:
        raise RuleViolation("；".join(reasons))
    pieces(quantity, most=card.quantity)
    is_whole = quantity == card.quantity
    part = copy(card) if is_whole else cut(card, quantity)
    posting = Posting(actor=actor, at=at, on=on, voucher=words["voucher"], note=note, document=document, label=label or words["approval"])
    posting.add(card, EntryKind(kind), cards=-1 if is_whole else 0, quantity=-quantity, amount=-part.cost, depreciation=-part.depreciation)
    posting.write()
    card.gone_kind, card.gone_on, card.approval = kind, on, words["approval"][:60]
    card.income = amount_of(card.income + amount_of(income or 0, field="income"), field="income")
    if is_whole:
        _empty(card, Status.GONE)
    card.save()
    text = f"{on} {EntryKind(kind).label} {quantity} {card.unit}，原值 {part.cost:,.2f} 元，累计折旧 {part.depreciation:,.2f} 元，批文 {words['approval']}"
    record_event(actor=actor, at=at, action="take_off", record=card, text=text, note=posting.common["note"])
    return card
