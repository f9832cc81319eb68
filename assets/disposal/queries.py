"""Reading disposals: who sees which, what is on the list now, what still stands in the way, the summary for above (AST-07)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from assets.card.change_rules import blockers, share_of
from assets.card.models import AssetCard
from assets.category.models import Kind
from assets.income import RECEIVE
from assets.money import ZERO
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.approvals.public import record_ids_seen_by

from .models import HOLDING, Disposal, DisposalLine, DisposalState

VIEW, APPLY = "assets.disposal.view", "assets.disposal.apply"
JOINS = ("department", "created_by", "decided_by", "partner", "received_by", "done_by")
WITH_DATA = ("A020101", "A020102", "A020103", "A0202")  # computers, network and security equipment, office equipment such as copiers
ALWAYS_ABOVE = (Kind.BUILDING, Kind.LAND)  # whatever they cost, and vehicles
VEHICLES = "A0203"


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def disposals_visible_to(user) -> QuerySet[Disposal]:
    """All, or those one drew up, appraises or must sign."""
    scope, rows = scope_of(user, VIEW), Disposal.objects.select_related(*JOINS)
    if scope is None:
        return rows.none()
    if scope == Scope.ALL:
        return rows
    own = Q(created_by=user.pk) | Q(department__head=user.pk) | Q(pk__in=record_ids_seen_by(user, "assets.Disposal"))
    return rows.filter(own | Q(pk__in=Disposal.objects.filter(appraisals__person=user.pk).order_by().values("pk")))


def to_appraise(user) -> Q:
    return Q(state=DisposalState.JUDGING, pk__in=Disposal.objects.filter(appraisals__person=user.pk, appraisals__agrees=None).order_by().values("pk"))


def disposal_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    rows = disposals_visible_to(user).order_by()
    return rows.aggregate(
        mine=Count("pk", filter=to_appraise(user)),
        waiting=Count("pk", filter=Q(state=DisposalState.WAITING)),
        approved=Count("pk", filter=Q(state=DisposalState.APPROVED)),
        draft=Count("pk", filter=Q(state__in=[DisposalState.DRAFT, DisposalState.JUDGING])),
    )


def lines_of(disposal: Disposal) -> list[DisposalLine]:
    joined = ("card", "card__asset_class", "card__asset_class__life", "card__place", "card__custodian", "wiped_by")
    return list(disposal.lines.select_related(*joined).order_by("pk"))


def values_of(card: AssetCard, quantity: int) -> tuple[Decimal, Decimal]:
    """(cost, depreciation) of so many pieces, as the ledger would take them off now."""
    if quantity == card.quantity:
        return card.cost, card.depreciation
    cost = share_of(card.cost, quantity, card.quantity)
    return cost, min(share_of(card.depreciation, quantity, card.quantity), cost)


def holds_data(card: AssetCard) -> bool:
    """Whether it may have a disk whose data must be wiped."""
    return card.asset_class.code.startswith(WITH_DATA)


def disposal_holding(card: AssetCard, *, besides: int = 0) -> Disposal | None:
    """The disposal on whose list the card stands, once that is on its way. One query."""
    return Disposal.objects.filter(state__in=HOLDING, lines__card=card.pk).exclude(pk=besides).first()


def on_a_list(card: AssetCard) -> str:
    """Why the card may not leave the books by another way; empty when it may."""
    found = disposal_holding(card)
    return f"在处置单 {found.number} 上（{found.get_state_display()}）" if found else ""


def hindrances(card: AssetCard, *, besides: int = 0) -> str:
    """Everything that still holds the card, in words; the disposal it stands on does not count."""
    found = [words for blocker in blockers if blocker is not on_a_list and (words := blocker(card))]
    other = disposal_holding(card, besides=besides)
    return "；".join([*found, *([f"已经在处置单 {other.number} 上"] if other else [])])


def stale(lines: list[DisposalLine], *, frozen: bool = False) -> str:
    """The first card that is no longer as it was listed, and worth what it was once the list is `frozen`; empty while all are."""
    for line in lines:
        if not line.card.is_alive:
            return f"「{line.card}」{line.card.get_status_display()}"
        if line.card.quantity != line.of:
            return f"「{line.card}」现在是 {line.card.amount_words}，列单时是 {line.of} {line.card.unit}"
        if frozen and (cost := values_of(line.card, line.quantity)[0]) != line.cost:
            return f"「{line.card}」的原值现在是 {cost:,.2f} 元，送批时是 {line.cost:,.2f} 元"
    return ""


def left_to_do(disposal: Disposal) -> list[str]:
    """What an approved disposal still needs before it can be written off, in words. One query."""
    if disposal.state != DisposalState.APPROVED:
        return []
    todo = []
    if disposal.needs_upper and not disposal.answer_number:
        todo.append("上级还没有批复" if disposal.reported_on else "还没有上报")
    unwiped = disposal.lines.filter(needs_wipe=True, wipe="").count()
    if unwiped:
        todo.append(f"{unwiped} 样电脑、办公设备还没有确认清除数据")
    if disposal.handed_on is None:
        todo.append("还没有登记处置结果")
    elif disposal.proceeds and not disposal.receipt:
        todo.append(f"处置收入 {disposal.proceeds:,.2f} 元出纳还没有收")
    return todo


def ready_to_write_off() -> QuerySet[Disposal]:
    """Those of which `left_to_do` is empty."""
    rows = Disposal.objects.filter(
        Q(needs_upper=False) | ~Q(answer_number=""), Q(proceeds=0) | ~Q(receipt=""), state=DisposalState.APPROVED, handed_on__isnull=False
    )
    return rows.exclude(pk__in=DisposalLine.objects.filter(needs_wipe=True, wipe="").values("disposal"))


def to_push_on(user) -> QuerySet[Disposal]:
    """What this applicant drew up and can take further: everybody agreed, or it is approved and not carried out yet."""
    unsigned = Disposal.objects.filter(Q(appraisals__agrees=None) | Q(appraisals__agrees=False)).order_by().values("pk")
    agreed = Q(state=DisposalState.JUDGING) & ~Q(pk__in=unsigned)
    return Disposal.objects.filter(agreed | Q(state=DisposalState.APPROVED, handed_on=None), created_by=user.pk)


def wants_money(user) -> int:
    """How many proceeds this person should take in. One query for the cashier, none for others."""
    return Disposal.objects.filter(state=DisposalState.APPROVED, proceeds__gt=0, receipt="").count() if has(user, RECEIVE) else 0


@dataclass(frozen=True)
class Summary:
    """The approved disposals of some days: each of them, and their things by kind of asset."""

    since: date
    until: date
    disposals: list[Disposal]
    classes: list[dict]

    @property
    def total(self) -> dict:
        names = ("pieces", "cost", "depreciation", "net", "proceeds")
        return {name: sum((getattr(one, name) for one in self.disposals), ZERO if name != "pieces" else 0) for name in names}


def summary(since: date, until: date) -> Summary:
    """What is reported upward (处置汇总), by the day of approval. Two queries."""
    rows = Disposal.objects.filter(state__in=[DisposalState.APPROVED, DisposalState.DONE], decided_at__date__range=(since, until))
    lines = DisposalLine.objects.filter(disposal__in=rows.order_by().values("pk")).order_by()
    named = lines.values(code=F("card__asset_class__code"), name=F("card__asset_class__name"), kind=F("disposal__kind"))
    classes = list(named.annotate(pieces=Sum("quantity"), value=Sum("cost"), worn=Sum("depreciation")).order_by("kind", "code"))
    return Summary(since, until, list(rows.select_related(*JOINS).order_by("decided_at", "pk")), classes)
