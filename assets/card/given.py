"""What a person or a file says of a new card, checked and made into a card with its value (AST-01)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assets.category.models import AssetClass
from assets.category.queries import threshold
from assets.depreciation.plan import month_of, monthly_of, months_between, opening_share
from assets.money import amount_of
from logistics.platform.audit.bulk import fresh
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation

from .models import ALIVE, MOST_PIECES, AssetCard, ValueKind

SHOWN = 3
WORDS = (
    "number", "name", "brand", "model", "serial", "unit", "maker", "partner", "supplier", "contract", "purchase", "replaces", "source",
    "acquired_on", "details", "value_kind", "fiscal", "booked_on", "voucher", "fund", "procurement", "status", "purpose", "department", "manager", "custodian", "place", "warranty_until", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Books:
    """Until which day the books are closed, and which month is the first open one."""

    closed_until: date | None
    open_month: date
    today: date


def new_card(fields: dict, books: Books) -> AssetCard:
    """The card of these fields with its cost and depreciation, not yet saved. Raises RuleViolation at its field."""
    fields = tidied(fields)
    asset_class = fields.get("asset_class")
    if asset_class is None or not asset_class.is_active:
        raise RuleViolation("请选资产类别。", field="asset_class")
    card = fresh(AssetCard, asset_class=asset_class, **{name: fields[name] for name in WORDS if fields.get(name) not in (None, "")})
    card.is_opening = bool(fields.get("is_opening"))
    card.unit = card.unit if fields.get("unit") else asset_class.unit
    card.fiscal = amount_of(card.fiscal, field="fiscal")
    card.quantity = pieces(fields.get("quantity", 1))
    set_days(card, books)
    set_cost(card, fields)
    check_threshold(card)
    set_life(card, fields, books)
    check_people(card)
    return card


def pieces(value, *, field: str = "quantity", most: int = MOST_PIECES) -> int:
    """A whole number of pieces from 1 on. Raises RuleViolation at `field`."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise RuleViolation(f"数量要是 1 到 {most} 的整数。", field=field)
    return value


def set_days(card: AssetCard, books: Books) -> None:
    """Acquired, then booked, neither in days to come nor in a closed month."""
    if not isinstance(card.acquired_on, date):
        raise RuleViolation("请填取得日期。", field="acquired_on")
    if not date(1900, 1, 1) <= card.acquired_on <= books.today:
        raise RuleViolation(f"取得日期不能晚于今天（{books.today}），也不能早于 1900 年。", field="acquired_on")
    if not isinstance(card.booked_on, date):
        card.booked_on = card.acquired_on if card.is_opening else books.today
    if not card.acquired_on <= card.booked_on <= books.today:
        raise RuleViolation(f"入账日期要在取得日期（{card.acquired_on}）以后，不晚于今天。", field="booked_on")
    if not card.is_opening:
        check_open(card.booked_on, books, field="booked_on")


def check_open(on: date, books: Books, *, field: str = "on") -> None:
    """Raise RuleViolation for a day whose month has been closed by its depreciation."""
    if books.closed_until and on <= books.closed_until:
        raise RuleViolation(f"{books.closed_until.year} 年 {books.closed_until.month} 月的折旧已经提过，日期要在 {books.closed_until} 以后。", field=field)


def set_cost(card: AssetCard, fields: dict) -> None:
    """The whole card's cost from the unit price or the sum; 1 yuan a piece at a nominal value."""
    price, cost = fields.get("price"), fields.get("cost")
    if card.value_kind == ValueKind.NOMINAL:
        card.cost = Decimal(card.quantity)
        if (price is not None and price != 1) or (cost is not None and cost != card.cost):
            raise RuleViolation("按名义金额入账的，每件 1 元。", field="price")
    elif cost is not None:
        card.cost = amount_of(cost, field="cost")
        if price is not None and amount_of(price, field="price") * card.quantity != card.cost:
            raise RuleViolation(f"单价乘数量是 {price * card.quantity:,.2f} 元，和总价 {card.cost:,.2f} 元不一样，请核对。", field="cost")
    elif price is not None:
        card.cost = amount_of(amount_of(price, field="price") * card.quantity, field="price")
    else:
        raise RuleViolation("请填单价。", field="price")
    if not card.cost:
        raise RuleViolation("价值不能是零。没有凭据、估不出价值的，价值类型选名义金额。", field="price")
    if card.fiscal > card.cost:
        raise RuleViolation(f"其中财政资金不能超过原值 {card.cost:,.2f} 元。", field="fiscal")


def check_threshold(card: AssetCard) -> None:
    """A new thing below the limit is no fixed asset; what the school already has stays what it is."""
    if card.is_opening or card.value_kind == ValueKind.NOMINAL:
        return
    least = threshold(card.asset_class, card.booked_on)
    if card.cost < least * card.quantity:
        raise RuleViolation(f"单价不到 {least:,.0f} 元，不算固定资产，请记低值易耗品。大批同类的，在资产类别里勾上“批量同类”再登记。", field="price")


def life_months(asset_class: AssetClass, value_kind: str, years: int | None) -> int:
    """How many months the card is depreciated: its class's years, or more than the statutory years where the school says so."""
    life = asset_class.life
    if not life.is_depreciated or value_kind == ValueKind.NOMINAL:
        return 0
    if years is None:
        return life.months
    if not life.least_years <= years <= 100:
        raise RuleViolation(f"「{life}」最低 {life.least_years} 年，最多 100 年。", field="life_years")
    return years * 12


def set_life(card: AssetCard, fields: dict, books: Books) -> None:
    """When its depreciation begins; of what the school already had, what is done by now."""
    card.life_months = life_months(card.asset_class, card.value_kind, fields.get("life_years"))
    first = month_of(card.booked_on)
    if card.is_opening:
        done = min(card.life_months, months_between(first, books.open_month))
        given = fields.get("depreciation")
        card.depreciation = opening_share(card.cost, card.life_months, done) if given is None else amount_of(given, field="depreciation")
        if card.depreciation > card.cost or (card.depreciation and not card.life_months):
            raise RuleViolation("累计折旧不能超过原值；不提折旧的类别没有累计折旧。", field="depreciation")
        card.months_done, first = (
            (card.life_months if card.depreciation == card.cost else min(done, max(0, card.life_months - 1))),
            max(first, books.open_month),
        )
    set_schedule(card, first)


def set_schedule(card: AssetCard, month: date) -> None:
    """Spread what is left over the months that are left, from this month on."""
    left = card.life_months - card.months_done
    card.monthly = monthly_of(card.cost - card.depreciation, left)
    card.next_month = month if left > 0 and card.cost > card.depreciation else None


def check_people(card: AssetCard) -> None:
    if card.status not in ALIVE:
        raise RuleViolation("新卡片只能是在用、闲置这些状况。", field="status")
    if card.custodian and not card.custodian.is_active:
        raise RuleViolation(f"{card.custodian}已经不在职，请换一位保管人。", field="custodian")


def same_serials(cards: list[AssetCard]) -> dict[str, str]:
    """{serial: the card that already has it} of these new cards."""
    wanted = sorted({card.serial for card in cards if card.serial})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = AssetCard.objects.filter(serial__in=wanted[start : start + 500], status__in=ALIVE).order_by("pk")
        found |= {row.serial: str(row) for row in rows}
    return found


def check_serial(card: AssetCard, is_accepted: bool) -> None:
    """Warn of a serial that another card has; whoever says that it is so is believed. Raises RuleViolation at `serial`."""
    if not card.serial or is_accepted:
        return
    others = list(AssetCard.objects.filter(serial=card.serial, status__in=ALIVE).exclude(pk=card.pk)[:SHOWN])
    if others:
        raise RuleViolation(f"序列号和「{'」「'.join(map(str, others))}」一样。查过确实相同的，勾上“序列号确实相同”再保存。", field="serial")
