"""Who has what: the things of a room, class, department or person, and the statements about them (AST-03)."""

from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404

from assets.card.models import ALIVE, AssetCard
from assets.card.queries import MANAGE, VIEW
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.places.models import Place
from logistics.platform.places.queries import places_in_charge
from logistics.platform.terms.models import Term
from logistics.platform.terms.queries import calendar

from .models import Pledge, PledgeState, Subject

BY = {"room": "地点", "class": "班级", "department": "部门", "person": "个人"}
MODELS = {"room": Place, "class": SchoolClass, "department": Department, "person": User}


def cards_of(by: str, one) -> QuerySet[AssetCard]:
    """The things in use in this room, in a class's room, of a department, in a person's name."""
    if by == "class":
        by, one = "room", one.room
    rows = AssetCard.objects.filter(**{{"room": "place", "department": "department", "person": "custodian"}[by]: one}, status__in=ALIVE)
    rows = rows if one is not None else rows.none()
    return rows.select_related("asset_class", "place", "department", "custodian").order_by("place__path", "asset_class__code", "pk")


def subject_or_404(by: str, pk: int):
    """The room, class, department or person of an address."""
    if by not in BY:
        raise Http404(by)
    return get_object_or_404(MODELS[by], pk=pk)


def custodian_of(by: str, one) -> User | None:
    """Who answers for it: the room's responsible person or its class's head teacher, the head of the department, the person."""
    if by == "room":
        return one.responsible or next((found.head_teacher for found in one.classes.all() if found.is_active and found.head_teacher), None)
    return one.head_teacher if by == "class" else one.head if by == "department" else one


def sees_all(user) -> bool:
    return scope_of(user, VIEW) == Scope.ALL


def check_can_view_lists(user) -> None:
    """All lists are for whoever sees every card."""
    if require(user, VIEW) != Scope.ALL:
        require(user, MANAGE)


def check_can_view_list(user, by: str, one) -> None:
    """One list is for whoever answers for it, too; for everybody else it is not there."""
    if sees_all(user):
        return
    own = custodian_of(by, one)
    inside = by == "room" and places_in_charge(user).filter(pk=one.pk).exists()
    if not inside and (own is None or own.pk != user.pk):
        raise Http404("not one's own")


def summary(by: str) -> list[dict]:
    """Every room, class, department or person with things: name, custodian, cards, pieces, cost. Two queries."""
    alive = AssetCard.objects.filter(status__in=ALIVE).order_by()
    key = {"room": "place", "class": "place", "department": "department", "person": "custodian"}[by]
    sums = {row[key]: row for row in alive.exclude(**{key: None}).values(key).annotate(cards=Count("pk"), pieces=Sum("quantity"), cost=Sum("cost"))}
    rows = []
    for one in _subjects(by):
        found = sums.get(one.room_id if by == "class" else one.pk)
        if found:
            rows.append({"one": one, "custodian": custodian_of(by, one), "cards": found["cards"], "pieces": found["pieces"], "cost": found["cost"]})
    return rows


def _subjects(by: str):
    return {
        "room": lambda: Place.objects.filter(is_active=True).select_related("responsible").prefetch_related("classes__head_teacher").order_by("path"),
        "class": lambda: SchoolClass.objects.filter(is_active=True, room__isnull=False).select_related("head_teacher").order_by("order", "pk"),
        "department": lambda: Department.objects.select_related("head").order_by("order", "pk"),
        "person": lambda: User.objects.filter(is_person=True).select_related("department").order_by("pinyin", "pk"),
    }[by]()


def pledges_visible_to(user) -> QuerySet[Pledge]:
    """All for who sees every card, one's own for anybody."""
    rows = Pledge.objects.select_related("place", "school_class", "person", "term", "custodian", "keeper", "created_by")
    return rows if sees_all(user) else rows.filter(custodian=user.pk)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def this_term(today: date) -> Term | None:
    """The running term, or in the holidays the last one that began."""
    return calendar().term_of(today) or Term.objects.filter(start_on__lte=today).order_by("-start_on").first()


def to_sign(user) -> Q:
    """Statements that wait for this person: as custodian, or on the school's side."""
    own = Q(custodian=user.pk, custodian_at=None)
    if has(user, MANAGE):
        own |= Q(keeper_at=None) & ~Q(custodian=user.pk)
    return Q(state=PledgeState.OPEN) & own


def pledge_counts(user) -> dict[str, int]:
    """One query."""
    opened = Q(state=PledgeState.OPEN)
    return (
        pledges_visible_to(user)
        .order_by()
        .aggregate(
            mine=Count("pk", filter=to_sign(user)),
            custodian=Count("pk", filter=opened & Q(custodian_at=None)),
            keeper=Count("pk", filter=opened & Q(keeper_at=None)),
            signed=Count("pk", filter=Q(state=PledgeState.SIGNED)),
        )
    )


def difference(pledge: Pledge) -> str:
    """The first thing in which the list is no longer what is there; empty while it still is. Two queries."""
    listed = {line.card_id: line for line in pledge.lines.all()}
    there = {card.pk: card for card in cards_of(pledge.subject, pledge.about)}
    for pk, line in listed.items():
        if pk not in there:
            return f"「{line}」已经不在{pledge.name}了"
        if there[pk].quantity != line.quantity:
            return f"「{line}」现在是 {there[pk].amount_words}，清单上是 {line.quantity} {line.unit}"
    new = next((card for pk, card in there.items() if pk not in listed), None)
    return f"「{new}」是后来到{pledge.name}的，不在清单上" if new else ""


def progress(term: Term) -> list[dict]:
    """For each kind of subject: how many have things and somebody who answers for them, how many are drawn up and signed."""
    state = Pledge.objects.filter(term=term).order_by().values("subject")
    opened = Q(state=PledgeState.OPEN)
    counted = state.annotate(
        drawn=Count("pk", filter=opened | Q(state=PledgeState.SIGNED)),
        signed=Count("pk", filter=Q(state=PledgeState.SIGNED)),
        custodian=Count("pk", filter=opened & Q(custodian_at=None)),
        keeper=Count("pk", filter=opened & Q(keeper_at=None)),
    )
    by_subject = {row["subject"]: row for row in counted}
    rows = []
    for subject in Subject:
        found = summary(subject)
        row = {"drawn": 0, "signed": 0, "custodian": 0, "keeper": 0} | by_subject.get(subject, {})
        answered = sum(one["custodian"] is not None for one in found)
        rows.append(row | {"subject": subject.value, "label": subject.label, "due": max(answered, row["drawn"]), "nobody": len(found) - answered})
    return rows


def unsigned(term: Term) -> QuerySet[Pledge]:
    """Statements of the term that wait, those whose custodian has not signed first, the oldest first."""
    rows = Pledge.objects.filter(term=term, state=PledgeState.OPEN).select_related("custodian", "custodian__department", "keeper")
    return rows.order_by(F("custodian_at").asc(nulls_first=True), "created_at", "pk")
