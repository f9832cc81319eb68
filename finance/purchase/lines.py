"""The lines of a request as they are checked and stored: words, quantities, the sum to the cent."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from finance.budget.models import BudgetLine, YearState
from finance.budget.rules import check_fund_allows
from finance.money import MOST, ZERO, amount_of
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money

from .models import Destination, PurchaseRequest, RequestLine
from .queries import choosable_lines

FIELD = "lines"
MOST_LINES = 50
LEAST = Decimal("0.001")
MOST_QUANTITY = Decimal(999_999_999)
WORDS = {"name": ("品名", 80), "spec": ("规格型号", 120), "unit": ("单位", 10), "use": ("用在哪里", 120)}


def quantity_of(value, where: str = "") -> Decimal:
    """The quantity with at most three places, never rounded. Raises RuleViolation at the lines for anything else."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as refusal:
        raise RuleViolation(f"{where}数量请填数字，例如 2 或者 1.5。", field=FIELD) from refusal
    if not number.is_finite() or number > MOST_QUANTITY:
        raise RuleViolation(f"{where}数量太大了，请看看单位对不对。", field=FIELD)
    if number < LEAST:
        raise RuleViolation(f"{where}数量要大于零。", field=FIELD)
    if (exact := number.quantize(LEAST)) != number:
        raise RuleViolation(f"{where}数量最多三位小数。", field=FIELD)
    return exact


def checked_lines(user, lines: Sequence[dict], *, is_rough: bool = False) -> list[RequestLine]:
    """The lines as they will be stored, positions from 1. `is_rough` lets another paper's draft leave price and budget line open.

    Raises RuleViolation at `lines` that names the line and what is wrong with it; nothing is written.
    """
    if not lines:
        raise RuleViolation("请至少写一行要买的东西。", field=FIELD)
    if len(lines) > MOST_LINES:
        raise RuleViolation(f"一张请购单最多 {MOST_LINES} 行，现在有 {len(lines)} 行。请分成几张。", field=FIELD)
    known = set(choosable_lines(user).order_by().values_list("pk", flat=True))
    found = [_line(n, tidied(given), known, is_rough) for n, given in enumerate(lines, 1)]
    total_of(found)
    return found


def total_of(lines: Iterable[RequestLine]) -> Decimal:
    total = sum((line.amount for line in lines), ZERO)
    if total > MOST:
        raise RuleViolation("合计太大了，要小于一万亿元。", field=FIELD)
    return total


def _line(n: int, given: dict, known: set[int], is_rough: bool) -> RequestLine:
    where = f"第 {n} 行"
    words = {name: _words(where, given, name) for name in WORDS}
    if not words["name"] or not words["unit"]:
        raise RuleViolation(f"{where}请写{'单位' if words['name'] else '品名'}。", field=FIELD)
    if given.get("destination") not in Destination:
        raise RuleViolation(f"{where}请选买来以后归谁管。", field=FIELD)
    line = RequestLine(position=n, quantity=quantity_of(given.get("quantity"), where), destination=Destination(given["destination"]), **words)
    line.price = _price(where, given.get("price") or 0, is_rough)
    line.amount = _amount(where, line, is_rough)
    line.budget_line = _budget_line(where, given.get("budget_line"), known, is_rough)
    return line


def _words(where: str, given: dict, name: str) -> str:
    label, most = WORDS[name]
    text = str(given.get(name) or "")
    if len(text) > most:
        raise RuleViolation(f"{where}{label}最多 {most} 个字，现在太长了。", field=FIELD)
    return text


def _price(where: str, value, is_rough: bool) -> Decimal:
    try:
        price = amount_of(value, least=ZERO) + 0  # no negative zero
    except RuleViolation as refusal:
        raise RuleViolation(f"{where}单价：{refusal.message}", field=FIELD) from refusal
    if not price and not is_rough:
        raise RuleViolation(f"{where}请写预计单价。不清楚的，写个估计数。", field=FIELD)
    return price


def _amount(where: str, line: RequestLine, is_rough: bool) -> Decimal:
    amount = money(line.quantity * line.price)
    if amount > MOST:
        raise RuleViolation(f"{where}金额太大了，要小于一万亿元。", field=FIELD)
    if not amount and not is_rough:
        raise RuleViolation(f"{where}金额不到一分钱，请看看数量和单价。", field=FIELD)
    return amount


def _budget_line(where: str, line: BudgetLine | None, known: set[int], is_rough: bool) -> BudgetLine | None:
    if line is None:
        if is_rough:
            return None
        raise RuleViolation(f"{where}请选预算指标。", field=FIELD)
    if line.pk not in known:
        raise RuleViolation(f"{where}的预算指标不能用：{_why_not(line)}", field=FIELD)
    try:
        check_fund_allows(line.fund, line.item, field=FIELD)
    except RuleViolation as refusal:
        raise RuleViolation(f"{where}：{refusal.message}", field=FIELD) from refusal
    return line


def _why_not(line: BudgetLine) -> str:
    if line.year.state != YearState.OPEN:
        return f"{line.year}{line.year.get_state_display()}。请用本年度的指标。"
    return "不是本部门能用的。请另选一个。" if line.fund.is_active else "这项经费已经停用。请另选一个。"


def store_lines(request: PurchaseRequest, lines: list[RequestLine]) -> None:
    """Put these lines in the place of the draft's earlier ones; whoever calls it writes the journal."""
    request.lines.all().delete()
    for line in lines:
        line.request = request
    RequestLine.objects.bulk_create(lines)


def words_of(lines: Iterable[RequestLine]) -> str:
    """The lines in one text for the journal."""
    return "；".join(f"{line.name} {plain_number(line.quantity)}{line.unit}×{line.price:,.2f}" for line in lines)


def plain_number(quantity: Decimal) -> str:
    """2 for 2.000, 1.5 for 1.500, 100 for 100.000."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
