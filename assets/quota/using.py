"""How much of its quotas a department has used and asked for; what a request would go over (STK-09)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils import timezone

from assets.draw.models import RequestLine, RequestState, StockRequest
from assets.item.quantities import NONE
from assets.money import ZERO
from assets.slip.models import Slip
from assets.store.models import CONSUMING, Batch, Stock, StockMove
from logistics.platform.kernel.money import money
from logistics.platform.terms.models import Term

from .models import Quota

WAITING = (RequestState.SUBMITTED, RequestState.APPROVED)
SLIP = Slip._meta.label_lower
LAST_PRICE = Batch.objects.filter(stock__item=OuterRef("item"), price__gt=0).order_by("-pk").values("price")[:1]


@dataclass(frozen=True)
class Use:
    """One quota in yuan: what was drawn, what is asked for and not handed over yet."""

    quota: Quota
    drawn: Decimal
    asked: Decimal

    @property
    def left(self) -> Decimal:
        return (self.quota.amount or ZERO) - self.drawn - self.asked

    @property
    def is_over(self) -> bool:
        return self.quota.amount is not None and self.left < 0


def term_on(on: date) -> Term | None:
    """The term of the day; in the holidays the one that comes next, so that nobody draws without a quota before it begins."""
    return Term.objects.filter(end_on__gte=on).order_by("start_on").first()


def span_of(term: Term) -> tuple[date, date]:
    """From the day after the term before it ended until its own end, so that every day belongs to one term."""
    before = Term.objects.filter(end_on__lt=term.start_on).order_by("-end_on").first()
    return (before.end_on if before else date(1949, 10, 1)), term.end_on


def within(term: Term, path: str) -> Q:
    first, last = span_of(term)
    return Q(**{f"{path}__gt": first, f"{path}__lte": last})


def drawn(term: Term, departments: Iterable[int] | None = None) -> dict[tuple[int, int], Decimal]:
    """{(department, kind): yuan} handed over on requests in the term, less what came back. Two queries."""
    by_request = Slip.objects.filter(Q(request__isnull=False) | Q(origin__request__isnull=False)).values("pk")
    rows = StockMove.objects.filter(within(term, "on"), kind__in=CONSUMING, document_kind=SLIP, document_id__in=by_request, department__isnull=False)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    found = rows.order_by().values("department", "stock__item__kind").annotate(sum=Sum("value"))
    return {(row["department"], row["stock__item__kind"]): -money(row["sum"]) for row in found}


def asked(term: Term, departments: Iterable[int] | None = None, *, but: int | None = None) -> dict[tuple[int, int], Decimal]:
    """The same of what was sent for approval or allowed, and is not handed over yet, at today's prices. Three queries."""
    rows = RequestLine.objects.filter(request__state__in=WAITING).exclude(request=but)
    first, last = span_of(term)
    rows = rows.filter(request__submitted_at__gte=_moment(first, 1), request__submitted_at__lt=_moment(last, 1))
    if departments is not None:
        rows = rows.filter(request__department__in=departments)
    found: dict[tuple[int, int], Decimal] = {}
    for line, worth in worths(rows.select_related("request", "item"), left=True):
        key = (line.request.department_id, line.item.kind_id)
        found[key] = found.get(key, ZERO) + worth
    return found


def _moment(on: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromordinal(on.toordinal() + days), datetime.min.time()))


def worths(lines, *, left: bool = False) -> list[tuple[RequestLine, Decimal]]:
    """What every line would cost: at the average price of its store, or of the last batch where the store has none. Two queries."""
    rows = list(lines.annotate(last_price=Subquery(LAST_PRICE)))
    stocks = Stock.objects.filter(item__in={row.item_id for row in rows}, quantity__gt=NONE)
    prices = {(stock.store_id, stock.item_id): stock.value / stock.quantity for stock in stocks}
    made = []
    for row in rows:
        price = prices.get((row.request.store_id, row.item_id), row.last_price or NONE)
        made.append((row, money((row.left if left else row.quantity) * price)))
    return made


def use_of(quotas: list[Quota], sums: dict[tuple[int, int], Decimal], waiting: dict[tuple[int, int], Decimal]) -> list[Use]:
    """Each quota with its sums; one for everything counts every kind."""

    def total(found: dict[tuple[int, int], Decimal], quota: Quota) -> Decimal:
        kinds = (value for (department, kind), value in found.items() if department == quota.department_id and quota.kind_id in (None, kind))
        return sum(kinds, ZERO)

    return [Use(quota, total(sums, quota), total(waiting, quota)) for quota in quotas]


def uses(term: Term, quotas: list[Quota]) -> list[Use]:
    """How much of each of these quotas of one term is used."""
    departments = {quota.department_id for quota in quotas}
    return use_of(quotas, drawn(term, departments), asked(term, departments)) if quotas else []


@dataclass(frozen=True)
class Draw:
    """A request against one quota: what is left without it, what it takes."""

    use: Use
    amount: Decimal

    @property
    def over(self) -> Decimal:
        return max(self.amount - max(self.use.left, ZERO), ZERO)


def draws_of(request: StockRequest, on: date, *, lock: bool = False) -> list[Draw]:
    """The request against every quota of its department it touches; nothing where the school set none."""
    term = term_on(on)
    if term is None:
        return []
    rows = Quota.objects.filter(term=term, department=request.department_id, amount__isnull=False).order_by("pk")
    quotas = list(rows.select_for_update(of=("self",)) if lock else rows.select_related("kind"))
    if not quotas:
        return []
    takes: dict[int, Decimal] = {}
    for line, worth in worths(request.lines.select_related("request", "item")):
        takes[line.item.kind_id] = takes.get(line.item.kind_id, ZERO) + worth
    departments = [request.department_id]
    found = use_of(quotas, drawn(term, departments), asked(term, departments, but=request.pk))
    draws = [Draw(use, sum((value for kind, value in takes.items() if use.quota.kind_id in (None, kind)), ZERO)) for use in found]
    return [draw for draw in draws if draw.amount]


def overdraw(request: StockRequest, at: datetime) -> Decimal:
    """By how many yuan the request goes over the tightest of its quotas; 0 within them. Locks them, so that two requests do not share what is left."""
    return max((draw.over for draw in draws_of(request, timezone.localdate(at), lock=True)), default=ZERO)
