"""One thread of a card: how it was bought, what happened to it since, and what owning it cost (AST-01, FIN-02)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from assets.card.models import GOING, AssetCard, AssetEntry, EntryKind
from assets.money import ZERO
from finance.public import papers_of
from logistics.platform.kernel.money import money

from .registry import Step, steps_of

NOT_THE_PRICE = (*GOING, EntryKind.MOVE, EntryKind.DEPRECIATION)  # what went was paid for all the same; what was split off is the other card's
DAYS_OF_YEAR = Decimal("365.25")


@dataclass(frozen=True)
class Owning:
    """Yuan: what it was bought for, what it took since, what it brought back; `days` it has been or was here."""

    price: Decimal
    spent: Decimal
    back: Decimal
    days: int

    @property
    def total(self) -> Decimal:
        return self.price + self.spent - self.back

    @property
    def yearly(self) -> Decimal | None:
        """What a year cost so far; None in the first year, which says nothing."""
        return money(self.total * DAYS_OF_YEAR / self.days) if self.days >= 365 else None

    @property
    def age(self) -> str:
        years, months = divmod(int(self.days / Decimal("30.44")), 12)
        return f"{years} 年 {months} 个月" if years else f"{months} 个月" if months else f"{self.days} 天"

    @property
    def is_dear(self) -> bool:
        """Repairs have taken more than half of what it cost new."""
        return self.price > 0 and self.spent * 2 > self.price


@dataclass(frozen=True)
class Story:
    steps: list[Step]  # the newest first
    owning: Owning
    papers: list = field(default_factory=list)  # of its purchase


def moment_of(step: Step) -> datetime:
    """A day stands at its end, after what has a time on it."""
    if isinstance(step.at, datetime):
        return step.at
    return timezone.make_aware(datetime.combine(step.at, time.max))


def ordered(steps: Sequence[Step]) -> list[Step]:
    return sorted(steps, key=moment_of, reverse=True)


def owning_of(card: AssetCard, steps: Sequence[Step], price: Decimal, today: date) -> Owning:
    spent = sum((step.cost for step in steps if step.cost), ZERO)
    back = sum((step.income for step in steps if step.income), ZERO) + card.income
    return Owning(price, money(spent), money(back), max(0, ((card.gone_on or today) - card.acquired_on).days))


def story_of(card: AssetCard, user, today: date) -> Story:
    """Everything this person may know of the card. What each part of the registry asks, and two queries for the purchase."""
    steps = steps_of(card, user)
    came = AssetEntry.objects.filter(card=card.pk).exclude(kind__in=NOT_THE_PRICE).aggregate(sum=Sum("amount"))["sum"]
    request = card.purchase.acceptance.order.request if card.purchase_id else None
    papers = papers_of(request, user) if request else []
    return Story(ordered(steps), owning_of(card, steps, money(came or card.cost), today), papers)
