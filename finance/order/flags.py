"""What a signer should look at twice: split orders, a jump of the price, always the same firm, one person in two jobs (FIN-04, FIN-12).

The judging functions are pure; `flags_of` and `flags_of_order` gather what they judge in a few queries.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from finance.money import ZERO
from finance.purchase.models import PurchaseRequest, RequestLine, RequestState
from finance.thread import doubled
from logistics.platform.web.templatetags.school import full_day

from .methods import Lines, lines_on
from .models import Method, OrderLine, OrderState, PurchaseOrder
from .queries import lines_of, price_history

SPLIT_DAYS, HABIT_DAYS = 30, 365
JUMP = Decimal("1.20")
HABIT_LEAST, HABIT_SHARE = 4, Decimal("0.8")
FORGOTTEN = (RequestState.DRAFT, RequestState.REJECTED, RequestState.CANCELLED)


@dataclass(frozen=True)
class Flag:
    """One thing to look at: a code for programs, a sentence for people."""

    code: str
    text: str


def split_flag(what: str, own: Decimal, others: Sequence[Decimal], lines: Lines) -> Flag | None:
    """拆单: this sum and the others of 30 days stay below a threshold one by one and pass it together."""
    together = own + sum(others, ZERO)
    for threshold, words in ((lines.government, "政府采购限额"), (lines.direct, "直接采购上限")):
        below = own < threshold if threshold == lines.government else own <= threshold
        passes = together >= threshold if threshold == lines.government else together > threshold
        if others and below and passes:
            text = f"{what} {SPLIT_DAYS} 天内一共 {len(others) + 1} 次，合计 {together:,.2f} 元，超过{words} {threshold:,.0f} 元，请看是不是拆开买的。"
            return Flag("split", text)
    return None


def price_flag(name: str, price: Decimal, last: Decimal, on: str, partner: str) -> Flag | None:
    """The price rose by more than a fifth since it was last bought."""
    if not last or price <= last * JUMP:
        return None
    return Flag("price", f"「{name}」单价 {price:,.2f} 元，比上次（{on}，{partner}，{last:,.2f} 元）高 {(price - last) * 100 / last:.0f}%。")


def habit_flag(department: str, partners: Sequence[str]) -> Flag | None:
    """`partners` names the firm of each order of a year; one that has nearly all of at least four is a habit."""
    if len(partners) < HABIT_LEAST:
        return None
    name, count = Counter(partners).most_common(1)[0]
    if Decimal(count) / len(partners) < HABIT_SHARE:
        return None
    return Flag("habit", f"{department}一年里 {len(partners)} 张采购单有 {count} 张给了{name}，请看是不是该多问几家。")


def role_flags(pairs: Iterable[tuple[str, str, str]]) -> list[Flag]:
    """One person in two jobs that are kept apart."""
    return [Flag("roles", f"{name}既办了{first}又办了{second}，这两件事应当由两个人办。") for name, first, second in pairs]


def flags_of(request: PurchaseRequest, lines: Sequence[RequestLine] | None = None, history: Mapping[str, list[tuple]] | None = None) -> list[Flag]:
    """What looks odd about a request, before and after it is decided. At most five queries; `lines` and `history` when they are read already."""
    at = request.submitted_at or timezone.now()
    lines = list(request.lines.order_by("position", "pk")) if lines is None else list(lines)
    history = price_history((line.name for line in lines), before=at) if history is None else history
    found = _split_requests(request, lines, at)
    found += _prices([(line.name, line.unit, line.price) for line in lines], history)
    found += _habit(request.department, _year_of(request, at))
    found += role_flags(doubled(request))
    return found


def flags_of_order(order: PurchaseOrder, lines: Sequence[OrderLine] | None = None) -> list[Flag]:
    """What looks odd about an order. At most five queries; `lines` when they are read already."""
    lines, at = lines_of(order) if lines is None else lines, order.created_at
    asked = [(line.request_line.name, line.request_line.unit, line.price) for line in lines]
    year = _year_of(order.request, at, days_after=SPLIT_DAYS)
    found = _split_orders(order, year)
    found += _prices(asked, price_history((name for name, *_ in asked), before=at, but=order.pk))
    found += _habit(order.request.department, [other for other in year if other.created_at <= at], order.partner)
    if order.method in (Method.QUOTES, Method.SINGLE) and order.second_buyer_id is None:
        found.append(Flag("alone", "只有一个人采购，应当两个人同去。"))
    if order.inquiry_id and order.inquiry.few_reason:
        found.append(Flag("few", f"报价不足：{order.inquiry.few_reason}"))
    if order.inquiry_id and order.inquiry.choice_reason:
        found.append(Flag("dearer", f"没有选最低价：{order.inquiry.choice_reason}"))
    return found + role_flags(doubled(order.request))


def _split_requests(request: PurchaseRequest, lines: list[RequestLine], at: datetime) -> list[Flag]:
    """The same thing asked for by the same department around the same time. One query for all names."""
    near = (at - timedelta(days=SPLIT_DAYS), at + timedelta(days=SPLIT_DAYS))
    rows = RequestLine.objects.filter(
        name__in={line.name for line in lines}, request__department=request.department_id, request__submitted_at__range=near
    ).exclude(Q(request=request.pk) | Q(request__state__in=FORGOTTEN))
    others: dict[str, list[Decimal]] = {}
    for row in rows.values("name", "request").annotate(sum=Sum("amount")).order_by():
        others.setdefault(row["name"], []).append(row["sum"])
    if not others:
        return []
    numbers, own = lines_on(timezone.localdate(at)), _by_name(lines)
    found = [split_flag(f"{request.department}请购「{name}」", own[name], sums, numbers) for name, sums in others.items()]
    return [flag for flag in found if flag]


def _by_name(lines: Iterable[RequestLine]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.name] = sums.get(line.name, ZERO) + line.amount
    return sums


def _year_of(request: PurchaseRequest, at: datetime, *, days_after: int = 0) -> list[PurchaseOrder]:
    """The department's orders of the year before this moment, and of some days after it. One query."""
    span = (at - timedelta(days=HABIT_DAYS), at + timedelta(days=days_after))
    rows = PurchaseOrder.objects.filter(request__department=request.department_id, created_at__range=span).exclude(state=OrderState.CANCELLED)
    return list(rows.select_related("partner").order_by("pk"))


def _split_orders(order: PurchaseOrder, year: Iterable[PurchaseOrder]) -> list[Flag]:
    """The same firm and department around the same time."""
    if order.method in (Method.FRAMEWORK, Method.GOVERNMENT):
        return []
    near = timedelta(days=SPLIT_DAYS)
    others = [
        other.total for other in year
        if other.pk != order.pk and other.partner_id == order.partner_id and abs(other.created_at - order.created_at) <= near
    ]  # fmt: skip
    if not others:
        return []
    flag = split_flag(f"{order.request.department}向{order.partner}采购", order.total, others, lines_on(timezone.localdate(order.created_at)))
    return [flag] if flag else []


def _prices(asked: Iterable[tuple[str, str, Decimal]], history: Mapping[str, list[tuple]]) -> list[Flag]:
    found = []
    for name, unit, price in asked:
        last = next((row for row in history.get(name, []) if row[3] == unit), None)  # another unit is another price
        if last and (flag := price_flag(name, price, last[2], full_day(last[0]), str(last[1]))):
            found.append(flag)
    return found


def _habit(department, year: Iterable[PurchaseOrder], partner=None) -> list[Flag]:
    """One firm has nearly all orders of the department's year; for an order only when it is that firm's."""
    names = [other.partner.name for other in year]
    flag = habit_flag(str(department), names)
    is_his = partner is None or (bool(names) and Counter(names).most_common(1)[0][0] == partner.name)
    return [flag] if flag and is_his else []
