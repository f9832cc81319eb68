"""What an order must satisfy before it is placed: its firm, its lines, how it is bought (FIN-04, FIN-12)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from finance.money import MOST, ZERO, amount_of
from finance.purchase.lines import plain_number, quantity_of
from finance.purchase.models import Destination, PurchaseRequest, RequestLine
from finance.purchase.queries import open_lines
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import CENT, money
from logistics.platform.partners.models import Partner, PartnerKind
from logistics.platform.partners.queries import check_usable

from .methods import Lines, method_refusal, reason_needed
from .models import Inquiry, Method, OrderLine, PurchaseOrder
from .queries import ordered_sum, quoted_prices, standing_inquiry

LINES = "lines"
LONGEST_BRAND = 80
GOODS = (PartnerKind.SUPPLIER,)
FITS = {
    Destination.ASSET: GOODS,
    Destination.STORE: GOODS,
    Destination.CANTEEN: (PartnerKind.FOOD, PartnerKind.CATERER),
    Destination.SERVICE: (PartnerKind.SERVICE, PartnerKind.REPAIR, PartnerKind.TRANSPORT, PartnerKind.TESTING, PartnerKind.WASTE, PartnerKind.SUPPLIER),
    Destination.WORKS: (PartnerKind.REPAIR, PartnerKind.BUILDER, PartnerKind.SUPPLIER),
}


def check_partner(partner: Partner | None, destinations: set[str], on: date, *, field: str = "partner") -> None:
    """Refuse a firm that may not deliver these things on this day, with what is missing (`partners.check_usable`)."""
    if partner is None:
        raise RuleViolation("请选供应商。", field=field)
    for destination in sorted(destinations):
        kinds = FITS[Destination(destination)]
        kind = next((kind for kind in kinds if kind in partner.kind_list), kinds[0])
        try:
            check_usable(partner, kind, on)
        except RuleViolation as refusal:
            raise RuleViolation(f"{refusal.message}「{Destination(destination).label}」的东西不能向它买。", field=field) from refusal


def checked_lines(request: PurchaseRequest, given: Sequence[dict]) -> list[OrderLine]:
    """The order's lines with their amounts. Raises RuleViolation at `lines`: another request's line, one twice, more than is open, no price."""
    known = {line.pk: line for line in open_lines(request)}
    if not known:
        raise RuleViolation("这张请购单已经订完了。请刷新看看。", field=LINES)
    found: dict[int, OrderLine] = {}
    for row in given:
        asked = row.get("request_line")
        line = known.get(asked.pk if isinstance(asked, RequestLine) else asked)
        if line is None:
            raise RuleViolation("有一行不在这张请购单上，或者已经订完了。请刷新后再填。", field=LINES)
        if line.pk in found:
            raise RuleViolation(f"「{line}」写了两行，请合成一行。", field=LINES)
        found[line.pk] = _checked_line(line, tidied(row))
    if not found:
        raise RuleViolation("还没有要订的东西。请在要订的那一行填数量和单价。", field=LINES)
    lines = [found[pk] for pk in known if pk in found]
    if sum((line.amount for line in lines), ZERO) > MOST:
        raise RuleViolation("合计太大了，要小于一万亿元。", field=LINES)
    return lines


def _checked_line(line: RequestLine, row: dict) -> OrderLine:
    quantity = quantity_of(row.get("quantity"), f"「{line}」")
    if quantity > line.left:
        raise RuleViolation(f"「{line}」最多还能订 {plain_number(line.left)} {line.unit}。要多买，请另写请购单。", field=LINES)
    try:
        price = amount_of(row.get("price"), field=LINES)
    except RuleViolation as refusal:
        raise RuleViolation(f"「{line}」单价：{refusal.message}", field=LINES) from refusal
    amount = money(quantity * price)
    if not CENT <= amount <= MOST:
        raise RuleViolation(f"「{line}」的金额不对，请看看数量和单价。", field=LINES)
    brand = str(row.get("brand") or "")
    if len(brand) > LONGEST_BRAND:
        raise RuleViolation(f"「{line}」的品牌型号最多 {LONGEST_BRAND} 个字。", field=LINES)
    return OrderLine(request_line=line, quantity=quantity, price=price, amount=amount, brand=brand)


def check_approved_sum(lines: Sequence[OrderLine], numbers: Lines) -> None:
    """Not dearer than what was approved for these quantities, but for the school's few percent."""
    approved = sum((money(line.quantity * line.request_line.price) for line in lines), ZERO)
    most = money(approved * (100 + numbers.over) / 100)
    total = sum((line.amount for line in lines), ZERO)
    if total > most:
        words = f"一共 {total:,.2f} 元，批准的是 {approved:,.2f} 元，最多能到 {most:,.2f} 元。请压价，或者重新请购。"
        raise RuleViolation(words, field=LINES)


def check_method(request: PurchaseRequest, method: str, total: Decimal, reason: str, numbers: Lines) -> Method:
    """The method at this amount; what the request has ordered already in the same way counts as well, so that nobody splits it."""
    if method not in Method:
        raise RuleViolation("请选采购方式。", field="method")
    method = Method(method)
    before = ordered_sum(request, method=method if method == Method.DIRECT else "")
    refusal = method_refusal(method, total + before, numbers)
    if refusal:
        also = f"（连同这张请购单已经订的 {before:,.2f} 元）" if before else ""
        raise RuleViolation(f"{refusal}{also}", field="method")
    if words := reason_needed(method, reason):
        raise RuleViolation(words, field="method_reason")
    return method


def checked_inquiry(request: PurchaseRequest, partner: Partner, lines: Sequence[OrderLine], on: date) -> Inquiry:
    """The comparison that chose this firm; no line is dearer than what the firm quoted. Raises RuleViolation at its field."""
    inquiry = standing_inquiry(request, partner, among=[line.request_line.pk for line in lines])
    if inquiry is None:
        raise RuleViolation(f"三家比价还没有选定{partner}。请先登记询价，选定了再下单。", field="method")
    if inquiry.chosen.valid_until and inquiry.chosen.valid_until < on:
        raise RuleViolation(f"{partner}的报价 {inquiry.chosen.valid_until} 已经过期，请重新询价。", field="partner")
    quoted = quoted_prices(inquiry)
    for line in lines:
        price, brand = quoted.get(line.request_line.pk, (None, ""))
        if price is None:
            raise RuleViolation(f"「{line}」没有询过价，请另下一张采购单，或者重新询价。", field=LINES)
        if line.price > price:
            raise RuleViolation(f"「{line}」的报价是 {price:,.2f} 元，下单不能高于报价。", field=LINES)
        line.brand = line.brand or brand
    return inquiry


def is_paid(order: PurchaseOrder) -> bool:
    """Whether all that was accepted of it is paid, by claims or by a contract; one that is done has paid it, whatever it came to."""
    from finance.claim.contracts import is_settled_by_contract, paid_by_contract
    from finance.claim.models import SPENT
    from finance.claim.queries import accepted_sum

    claims = order.claims.filter(state__in=SPENT).values_list("total", flat=True)
    return sum(claims, paid_by_contract(order)) >= accepted_sum(order) > 0 or is_settled_by_contract(order)
