"""课桌凳统计: what every class has, needs, misses and can spare, in a handful of queries (AST-11)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from hashlib import sha256
from operator import or_

from django.db.models import Count, Max, Q, QuerySet, Sum

from assets.card.models import AssetCard, Status
from assets.transfer.models import TransferLine, TransferState
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.models import SchoolClass
from logistics.platform.places.models import Place, PlaceKind

from .balance import Shift, Spot, propose
from .models import DeskCount, DeskKind

VIEW, MANAGE = "assets.desk.view", "assets.desk.manage"
THERE = (Status.USED, Status.IDLE)  # a thing in repair, lent or about to be scrapped seats nobody
ON_ITS_WAY = (TransferState.DRAFT, TransferState.OPEN)


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_propose(user, record=None) -> None:
    require(user, MANAGE)


def classes_visible_to(user) -> QuerySet[SchoolClass]:
    """All classes with a room for whoever sees the whole table, one's own for head teachers."""
    rows = SchoolClass.objects.filter(is_active=True, room__isnull=False).select_related("room__building", "head_teacher").order_by("order", "pk")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    return rows.filter(head_teacher=user.pk) if scope else rows.none()


def check_can_count(user, school_class: SchoolClass) -> None:
    """The head teacher, and whoever sees to the desks of the school."""
    if user.pk == school_class.head_teacher_id:
        require(user, VIEW)
    elif not has(user, MANAGE):
        raise NotAllowed("由班主任或者资产管理员清点。")


def counts_visible_to(user) -> QuerySet[DeskCount]:
    rows, scope = DeskCount.objects.select_related("school_class", "kind", "created_by"), scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    return rows.filter(school_class__head_teacher=user.pk) if scope else rows.none()


def kinds_in_use() -> list[DeskKind]:
    return list(DeskKind.objects.filter(is_active=True))


def cards_of_kind(kind: DeskKind) -> QuerySet[AssetCard]:
    """Cards that are this kind of desk or chair and can be sat at."""
    return AssetCard.objects.filter(reduce(or_, (Q(asset_class__code__startswith=code) for code in kind.prefixes)), status__in=THERE)


@dataclass
class Cell:
    """One kind in one class."""

    kind: DeskKind
    have: int = 0
    needed: int = 0
    damaged: int = 0
    coming: int = 0  # on transfers that wait for signatures
    going: int = 0
    count: DeskCount | None = None

    @property
    def usable(self) -> int:
        return max(self.have - self.damaged, 0)

    @property
    def missing(self) -> int:
        return max(self.needed - self.usable, 0)

    @property
    def surplus(self) -> int:
        return max(self.usable - self.needed, 0)

    @property
    def still_missing(self) -> int:
        """What is missing when everything on its way has arrived."""
        return max(self.needed - self.usable - self.coming + self.going, 0)

    @property
    def to_spare(self) -> int:
        return max(self.usable - self.going - self.needed, 0)

    @property
    def differs(self) -> int:
        """Counted less booked, of the last count; 0 without one."""
        return self.count.counted - self.count.book if self.count else 0


@dataclass
class Row:
    """One class."""

    school_class: SchoolClass
    pupils: int
    cells: list[Cell] = field(default_factory=list)


def table(classes: Iterable[SchoolClass], kinds: Sequence[DeskKind]) -> list[Row]:
    """Every class with its kinds. Three queries, and two for each kind."""
    classes = list(classes)
    pupils = dict(
        SchoolClass.objects.filter(pk__in=[one.pk for one in classes])
        .order_by()
        .values_list("pk")
        .annotate(n=Count("students", filter=Q(students__is_active=True)))
    )
    rows = [Row(one, pupils.get(one.pk, 0)) for one in classes]
    newest = newest_counts()
    shared = defaultdict(list)
    for row in rows:
        shared[row.school_class.room_id].append(row)
    for kind in kinds:
        have = dict(cards_of_kind(kind).filter(place__in=list(shared)).order_by().values_list("place").annotate(n=Sum("quantity")))
        coming, going = on_the_way(kind)
        for room, there in shared.items():
            for n, row in enumerate(there):  # two classes in one room: the first carries the room's desks
                cell = Cell(kind, needed=kind.needed_for(row.pupils), count=newest.get((row.school_class.pk, kind.pk)))
                if n == 0:
                    cell.have, cell.coming, cell.going = have.get(room, 0), coming.get(room, 0), going.get(room, 0)
                cell.damaged = min(cell.count.damaged, cell.have) if cell.count else 0
                row.cells.append(cell)
    return rows


def newest_counts() -> dict[tuple[int, int], DeskCount]:
    """{(class, kind): its last count}."""
    last = DeskCount.objects.order_by().values("school_class", "kind").annotate(last=Max("pk")).values("last")
    return {(one.school_class_id, one.kind_id): one for one in DeskCount.objects.filter(pk__in=last)}


def on_the_way(kind: DeskKind) -> tuple[dict[int, int], dict[int, int]]:
    """({place: pieces coming}, {place: pieces going}) on transfers not signed yet. One query."""
    coming, going = defaultdict(int), defaultdict(int)
    lines = TransferLine.objects.filter(transfer__state__in=ON_ITS_WAY, transfer__to_place__isnull=False, card__in=cards_of_kind(kind).order_by().values("pk"))
    for target, source, quantity in lines.values_list("transfer__to_place", "place", "quantity"):
        if target != source:
            coming[target] += quantity
            going[source] += quantity
    return coming, going


def totals(rows: Sequence[Row], kinds: Sequence[DeskKind]) -> list[dict]:
    """The sums under the table, by kind."""
    found = []
    for n, kind in enumerate(kinds):
        cells = [row.cells[n] for row in rows]
        found.append({"kind": kind} | {name: sum(getattr(cell, name) for cell in cells) for name in ("have", "needed", "damaged", "missing", "surplus")})
    return found


@dataclass
class Proposed:
    """One move of a proposal, in words."""

    kind: DeskKind
    source: Place
    target: Place
    quantity: int
    giver: object
    receiver: object

    @property
    def trouble(self) -> str:
        """Why this one cannot become a transfer."""
        if self.receiver is None:
            return "收的班级没有班主任"
        return "两边是同一个保管人，请直接办变动" if self.giver == self.receiver else ""


def spots_of(rows: Sequence[Row], n: int, stores: dict[int, tuple[int | None, int]]) -> list[Spot]:
    """The rooms of the n-th kind, classes first, then stores {place: (building, pieces)}."""
    spots = [Spot(row.school_class.room_id, row.school_class.room.building_id, row.cells[n].still_missing, row.cells[n].to_spare) for row in rows]
    return spots + [Spot(place, building, surplus=pieces, is_store=True) for place, (building, pieces) in stores.items() if pieces > 0]


def stores_with(kind: DeskKind) -> dict[int, tuple[int | None, int]]:
    """Pieces that wait in store rooms, without those already promised. Two queries."""
    _, going = on_the_way(kind)
    rows = cards_of_kind(kind).filter(place__kind=PlaceKind.STORE, place__classes=None).order_by()
    return {place: (building, n - going.get(place, 0)) for place, building, n in rows.values_list("place", "place__building").annotate(n=Sum("quantity"))}


def proposal() -> list[Proposed]:
    """What should go where so that every class has enough, as far as there is something to spare."""
    classes = SchoolClass.objects.filter(is_active=True, room__isnull=False).select_related("room__building", "head_teacher").order_by("order", "pk")
    kinds = kinds_in_use()
    rows = table(classes, kinds)
    heads = {row.school_class.room_id: row.school_class.head_teacher for row in reversed(rows)}
    shifts: list[tuple[DeskKind, Shift]] = []
    for n, kind in enumerate(kinds):
        shifts += [(kind, shift) for shift in propose(_one_per_room(spots_of(rows, n, stores_with(kind))))]
    keys = {place for _, shift in shifts for place in (shift.source, shift.target)}
    places = {place.pk: place for place in Place.objects.filter(pk__in=keys).select_related("responsible")}
    givers = givers_of(shifts)
    return [
        Proposed(
            kind, places[shift.source], places[shift.target], shift.quantity,
            givers.get((kind.pk, shift.source)) or heads.get(shift.source) or places[shift.source].responsible, heads.get(shift.target),
        )
        for kind, shift in shifts
    ]  # fmt: skip


def _one_per_room(spots: Sequence[Spot]) -> list[Spot]:
    """Classes that share a room miss and spare together."""
    found: dict[int, Spot] = {}
    for spot in spots:
        if (same := found.get(spot.place)) is None:
            found[spot.place] = spot
        else:
            less = same.surplus - spot.missing - same.missing
            found[spot.place] = Spot(spot.place, spot.building, max(-less, 0), max(less, 0), same.is_store)
    return list(found.values())


def givers_of(shifts: Sequence[tuple[DeskKind, Shift]]) -> dict[tuple[int, int], object]:
    """{(kind, place): the custodian of most of its pieces}. One query for each kind."""
    found = {}
    for kind in {kind.pk: kind for kind, _ in shifts}.values():
        sources = {shift.source for one, shift in shifts if one == kind}
        cards = cards_of_kind(kind).filter(place__in=sources, custodian__isnull=False).select_related("custodian").order_by("quantity", "pk")
        found |= {(kind.pk, card.place_id): card.custodian for card in cards}
    return found


def digest(moves: Sequence[Proposed]) -> str:
    """What a reader saw, so that nobody agrees to another proposal."""
    said = ";".join(f"{one.kind.pk}.{one.source.pk}.{one.target.pk}.{one.quantity}" for one in moves)
    return sha256(said.encode()).hexdigest()[:16]


def month_counted(on: date) -> set[int]:
    """Classes that have counted in the month of this day."""
    return set(DeskCount.objects.filter(on__year=on.year, on__month=on.month).values_list("school_class", flat=True))
