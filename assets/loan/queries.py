"""Reading loans: who sees which, what is free when, what is late, how much is used (AST-08)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from assets.card.models import ALIVE, AssetCard, AssetEntry, EntryKind, Status
from assets.damage.models import Damage, DamageState
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.errors import NotAllowed

from .free import Span, least_free, piece_days
from .models import OPEN, Condition, Loan, LoanReturn, LoanState, Offer

VIEW, MANAGE = "assets.loan.view", "assets.loan.manage"
LENDABLE = (Status.USED, Status.IDLE)
JOINS = ("card", "card__custodian", "card__place", "borrower", "borrower__department", "student__school_class__head_teacher", "out_by", "created_by")


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_sees_all(user, record=None) -> None:
    """Figures are for whoever sees every loan."""
    if require(user, VIEW) != Scope.ALL:
        require(user, MANAGE)


def loans_visible_to(user) -> QuerySet[Loan]:
    """One's own, those of one's pupils, those of things one keeps; all for whoever sees every loan."""
    rows = Loan.objects.select_related(*JOINS)
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    own = Q(borrower=user.pk) | Q(student__school_class__head_teacher=user.pk) | Q(card__custodian=user.pk)
    return rows.filter(own) if scope else rows.none()


def is_handler(user, card: AssetCard) -> bool:
    """Who gives the thing out and takes it back: whoever lends for the school, and its custodian."""
    return has(user, MANAGE) or (user.pk == card.custodian_id and has(user, VIEW))


def check_can_handle(user, loan: Loan) -> None:
    if not is_handler(user, loan.card):
        raise NotAllowed("借出和归还，请找这件东西的保管人或者资产管理员办。")


def out_of(path: str = "pk") -> Coalesce:
    """Pieces of a card that are out now, as a subquery; `path` leads to the card."""
    rows = Loan.objects.filter(card=OuterRef(path), state=LoanState.OUT).order_by().values("card")
    return Coalesce(Subquery(rows.annotate(n=Sum(F("quantity") - F("returned"))).values("n"), output_field=IntegerField()), 0)


def lost_of(path: str = "pk") -> Greatest:
    """Pieces of a card that were lost on loan and are still on the books, as a subquery; `path` leads to the card.

    They count until their damage paper is void (found again) or says the same thing was given instead, or until as many were written off since.
    """
    ended = Damage.objects.filter(origin_kind=LoanReturn._meta.label_lower, origin_id=OuterRef("pk"), state__in=(DamageState.REPAIRED, DamageState.VOID))
    lost = LoanReturn.objects.filter(~Exists(ended), condition=Condition.LOST)
    since = LoanReturn.objects.filter(condition=Condition.LOST, loan__card=OuterRef("card"), at__lte=OuterRef("at"))
    gone = AssetEntry.objects.filter(Exists(since), card=OuterRef(path), kind__in=(EntryKind.LOSS, EntryKind.SHORTAGE)).order_by().values("card")
    lost = lost.filter(loan__card=OuterRef(path)).order_by().values("loan__card")
    left = [Coalesce(Subquery(rows.annotate(n=Sum("quantity")).values("n"), output_field=IntegerField()), 0) for rows in (lost, gone)]
    return Greatest(left[0] + left[1], 0)


def offers_visible_to(user) -> QuerySet[Offer]:
    """What may be booked; whoever lends for the school sees what is closed, too."""
    rows = Offer.objects.select_related("card", "card__asset_class", "card__place", "card__custodian").annotate(out=out_of("card_id"), lost=lost_of("card_id"))
    if has(user, MANAGE):
        return rows
    return rows.filter(is_active=True, card__status__in=LENDABLE) if has(user, VIEW) else rows.none()


def spans_of(card: AssetCard, today: date, *, without: int | None = None) -> list[Span]:
    """What of the card is promised or out. One query."""
    return [loan.span(today) for loan in Loan.objects.filter(card=card.pk, state__in=OPEN).exclude(pk=without)]


def free_of(card: AssetCard, first: date, last: date, today: date, *, without: int | None = None) -> tuple[int, date]:
    """Fewest pieces free on any day of the period, and the day."""
    return least_free(card.quantity, spans_of(card, today, without=without), first, last)


def open_loans(card: AssetCard) -> list[Loan]:
    return list(Loan.objects.filter(card=card.pk, state__in=OPEN).select_related("borrower", "student__school_class").order_by("from_on", "pk")[:50])


def loan_counts(user, today: date) -> dict[str, int]:
    """The numbers above the list, in one query."""
    out = Q(state=LoanState.OUT)
    return (
        loans_visible_to(user)
        .order_by()
        .aggregate(
            out=Count("pk", filter=out),
            late=Count("pk", filter=out & Q(due_on__lt=today)),
            soon=Count("pk", filter=out & Q(due_on=today)),
            booked=Count("pk", filter=Q(state=LoanState.BOOKED)),
            mine=Count("pk", filter=Q(state__in=OPEN, borrower=user.pk)),
        )
    )


def late_of(person, today: date) -> QuerySet[Loan]:
    return Loan.objects.filter(borrower=person.pk, state=LoanState.OUT, due_on__lt=today)


@dataclass(frozen=True)
class Usage:
    """How much one thing was out in a period."""

    card: AssetCard
    loans: int
    pieces: int
    piece_days: int
    share: float  # of all its pieces on all days, 0 to 1
    late: int


def usage(first: date, last: date, today: date) -> list[Usage]:
    """Every thing that may be borrowed or was, the most used first. Two queries."""
    last = min(last, today)
    found: dict[int, list[Loan]] = {}
    was_out = Loan.objects.filter(out_at__isnull=False, from_on__lte=last).filter(Q(back_on=None) | Q(back_on__gte=first))
    for loan in was_out:
        found.setdefault(loan.card_id, []).append(loan)
    cards = AssetCard.objects.filter(Q(offer__is_active=True, status__in=ALIVE) | Q(pk__in=was_out.order_by().values("card"))).select_related("place")
    rows = [_usage(card, found.get(card.pk, []), first, last, today) for card in cards]
    return sorted(rows, key=lambda row: (-row.share, -row.loans, row.card.number))


def _usage(card: AssetCard, loans: list[Loan], first: date, last: date, today: date) -> Usage:
    spans = [Span(loan.from_on, loan.back_on or today, loan.quantity) for loan in loans]
    days, whole = piece_days(spans, first, last), card.quantity * max((last - first).days + 1, 1)
    late = sum((loan.back_on or today) > loan.due_on for loan in loans)
    return Usage(card, len(loans), sum(loan.quantity for loan in loans), days, min(days / whole, 1.0) if whole else 0.0, late)


def is_late_now(loan: Loan) -> bool:
    """Whether it should be back by now; what a button may offer depends on the day."""
    return loan.is_late(timezone.localdate())
