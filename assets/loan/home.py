"""What loans show on the first page, in one's name, in a handover, on a card and its label, in the calendar."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from assets.card.models import AssetCard
from assets.thread.registry import Step
from assets.transfer.registry import HandoverItem
from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.notices.feed import FeedEntry
from logistics.platform.web.home import Late, Line, Lines, Todo

from .models import OPEN, Loan, LoanState, Offer
from .queries import MANAGE, VIEW, free_of, is_handler, loans_visible_to, lost_of, open_loans

SHOWN = 5


def page_of(loan: Loan) -> str:
    return reverse("assets:loan-detail", args=[loan.pk])


def loan_todos(user, at: datetime) -> list[Todo]:
    """What this person must give back by today. One query."""
    today = timezone.localdate(at)
    rows = Loan.objects.filter(borrower=user.pk, state=LoanState.OUT, due_on__lte=today).select_related("card").order_by("due_on", "pk")[:SHOWN]
    return [Todo(f"还{loan.card.name}", f"{loan.left} {loan.card.unit}，{loan.words_on(today)}", page_of(loan), "去还", "undo-2") for loan in rows]


def late_loans(user, at: datetime) -> list[Late]:
    """How many are late, for whoever lends. One query for them, none for others."""
    if not has(user, MANAGE):
        return []
    rows = Loan.objects.filter(state=LoanState.OUT, due_on__lt=timezone.localdate(at)).order_by()
    count = rows.count()
    first = rows.aggregate(first=Min("due_on"))["first"] if count else None
    return [Late("借用超期", f"最早的 {first} 就该还" if first else "", count, f"{reverse('assets:loan-list')}?late=true")]


def loans_in_name(user) -> Lines | None:
    """What this person has borrowed."""
    today = timezone.localdate()
    rows = Loan.objects.filter(borrower=user.pk, state__in=OPEN).select_related("card").order_by("due_on", "pk")[:50]
    lines = [
        Line(loan.card.name, f"{loan.left} {loan.card.unit}，{loan.due_on} 以前还", page_of(loan), "hand-helping", loan.words_on(today), loan.tone_on(today))
        for loan in rows
    ]
    return Lines("我借的", lines, f"{reverse('assets:loan-list')}?mine=true", "") if lines else None


def held_by(person):
    """What a leaver must give back first."""
    return Loan.objects.filter(borrower=person.pk, state=LoanState.OUT).order_by("pk")


def loans_to_hand_over(giver, places: Sequence, user) -> list[HandoverItem]:
    """Loans the giver has, and those of things the giver keeps, as far as `user` may see them."""
    today, seen = timezone.localdate(), loans_visible_to(user).filter(state__in=OPEN)
    items = [(loan, "自己借的") for loan in seen.filter(borrower=giver.pk)[:20]]
    items += [(loan, f"借给{loan.who}") for loan in seen.filter(card__custodian=giver.pk).exclude(borrower=giver.pk)[:20]]
    return [
        HandoverItem(f"{loan.card.name} {loan.left} {loan.card.unit}", f"{words}，{loan.due_on} 以前还", page_of(loan), loan.tone_on(today))
        for loan, words in items
    ]


def loan_blocker(card: AssetCard) -> str:
    """Why a card with loans may not go."""
    return "；".join(
        f"{loan.who}借着 {loan.left} {card.unit}（{loan.number}）" if loan.state == LoanState.OUT else f"{loan.who}约了要借（{loan.number}）"
        for loan in open_loans(card)[:SHOWN]
    )


def pieces_kept(card: AssetCard, left: int) -> str:
    """Why not so few pieces may stay on the card: more are out or promised than that."""
    today = timezone.localdate()
    free, _ = free_of(card, today, date.max, today)
    return f"借出和约出去的有 {card.quantity - free} {card.unit}，卡上不能少于这个数" if left < card.quantity - free else ""


def offer_button(card: AssetCard, offer: Offer | None, user) -> tuple[str, str] | None:
    """(address, words) of opening the card for borrowing or changing how, for whoever lends for the school."""
    if not has(user, MANAGE):
        return None
    return (reverse("assets:offer-update", args=[offer.pk]), "改借用办法") if offer else (f"{reverse('assets:offer-create')}?card={card.number}", "开放借用")


def card_panel(card: AssetCard, user) -> dict | None:
    """Who has it, for whoever sees the card; nothing where nobody borrows."""
    if not has(user, VIEW):
        return None
    loans = open_loans(card)
    held = AssetCard.objects.filter(pk=card.pk).select_related("offer").annotate(lost=lost_of()).get()
    found = getattr(held, "offer", None)
    offer = found if found and found.is_active else None
    if not card.is_alive or (not loans and offer is None and not is_handler(user, card)):
        return None
    today = timezone.localdate()
    visible = set(loans_visible_to(user).filter(card=card.pk, state__in=OPEN).values_list("pk", flat=True)) if loans else set()
    rows = [
        {"url": page_of(loan) if loan.pk in visible else "", "who": loan.who if loan.pk in visible else "别的老师", "loan": loan, "state": loan.words_on(today), "tone": loan.tone_on(today)}
        for loan in loans
    ]  # fmt: skip
    return {
        "rows": rows, "offer": offer, "lost": held.lost, "out": sum(loan.left for loan in loans if loan.state == LoanState.OUT), "card": card,
        "new": f"{reverse('assets:loan-create')}?card={card.number}", "lends": is_handler(user, card),
        "manage": offer_button(card, found, user),
    }  # fmt: skip


def label_choices(user, card: AssetCard) -> list[Choice]:
    """What to do at the shelf: give it out, take it back, book it."""
    if not card.is_alive or not has(user, VIEW):
        return []
    new, lends = f"{reverse('assets:loan-create')}?card={card.number}", is_handler(user, card)
    if lends:
        out = Loan.objects.filter(card=card.pk, state=LoanState.OUT).order_by("due_on", "pk")[:2]
        back = [Choice("归还", f"{one.who}借的", "undo-2", reverse("assets:loan-action", args=[one.pk, "take_in"]), rank=12) for one in out]
        return [*back, Choice("借出", "登记谁借走、哪天还", "hand-helping", f"{new}&now=on", rank=20)]
    if Offer.objects.filter(card=card.pk, is_active=True).exists():
        return [Choice("约着借", "选好日子，到时来取", "hand-helping", new, rank=20)]
    return []


def loan_steps(card: AssetCard, user) -> list[Step]:
    """Who had it, for the card's thread. Two queries."""
    if not has(user, VIEW):
        return []
    today, visible = timezone.localdate(), set(loans_visible_to(user).filter(card=card.pk).values_list("pk", flat=True))
    rows = Loan.objects.filter(card=card.pk, out_at__isnull=False).select_related("card", "borrower", "student__school_class")[:100]
    return [
        Step(
            loan.out_at, "借出", loan.number, f"{f'借给{loan.who}，' if loan.pk in visible else ''}{loan.quantity} {card.unit}",
            page_of(loan) if loan.pk in visible else "", loan.words_on(today), loan.tone_on(today),
        )
        for loan in rows
    ]  # fmt: skip


def loan_feed(user, first: date, last: date) -> list[FeedEntry]:
    """The days on which this person gives something back."""
    rows = Loan.objects.filter(borrower=user.pk, state=LoanState.OUT, due_on__range=(first, last)).select_related("card")
    return [FeedEntry(f"assets.loan:{loan.pk}", f"还{loan.card.name}", loan.due_on, url=page_of(loan), text=loan.number) for loan in rows]
