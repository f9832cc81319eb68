"""Reading transfers, what a handover comprises, and whether a list still holds (AST-04)."""

from django.db.models import Count, Q, QuerySet

from assets.card.models import ALIVE, AssetCard
from assets.card.queries import MANAGE, VIEW
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.places.models import Place

from .models import Transfer, TransferKind, TransferLine, TransferState

__all__ = ["MANAGE", "VIEW"]


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def transfers_visible_to(user) -> QuerySet[Transfer]:
    """All for who sees every card; drafts are nobody else's, then giver and receiver see theirs."""
    rows = Transfer.objects.select_related("giver", "receiver", "school_class", "room", "to_place", "to_department", "created_by")
    if scope_of(user, VIEW) == Scope.ALL:
        return rows
    return rows.filter(Q(created_by=user.pk) | ~Q(state=TransferState.DRAFT) & (Q(giver=user.pk) | Q(receiver=user.pk)))


def to_sign(user) -> Q:
    return Q(state=TransferState.OPEN) & (Q(giver=user.pk, gave_at=None) | Q(receiver=user.pk, took_at=None))


def transfer_counts(user) -> dict[str, int]:
    """One query."""
    return (
        transfers_visible_to(user)
        .order_by()
        .aggregate(
            mine=Count("pk", filter=to_sign(user)),
            open=Count("pk", filter=Q(state=TransferState.OPEN)),
            draft=Count("pk", filter=Q(state=TransferState.DRAFT)),
        )
    )


def comprised(transfer: Transfer) -> QuerySet[AssetCard]:
    """What is in the giver's hands: for a leaver everything in the name and what nobody keeps in rooms of theirs;

    for a class or a room what stands there in the giver's name or nobody's. What others keep there is not the giver's to hand over.
    """
    own, nobody = Q(custodian=transfer.giver_id), Q(custodian=None)
    if transfer.kind in (TransferKind.CLASS, TransferKind.ROOM):
        place = transfer.school_class.room_id if transfer.kind == TransferKind.CLASS else transfer.room_id
        reach = Q(place=place) & (own | nobody)
    else:
        reach = own | Q(place__responsible=transfer.giver_id) & nobody
    return AssetCard.objects.filter(reach, status__in=ALIVE).order_by("place__path", "asset_class__code", "pk")


def rooms_comprised(transfer: Transfer) -> QuerySet[Place]:
    """Rooms whose responsible person changes: all of a leaver's, the one of a room's handover unless the things leave it."""
    rows = Place.objects.filter(responsible=transfer.giver_id, is_active=True).order_by("path")
    if transfer.kind == TransferKind.LEAVER:
        return rows
    return rows.filter(pk=transfer.room_id) if transfer.kind == TransferKind.ROOM and transfer.to_place_id is None else rows.none()


def others_there(transfer: Transfer) -> int:
    """How many cards in the class's or room's place are kept by third persons and stay out of the handover."""
    if transfer.kind not in (TransferKind.CLASS, TransferKind.ROOM):
        return 0
    place = transfer.school_class.room_id if transfer.kind == TransferKind.CLASS else transfer.room_id
    mine = Q(custodian=transfer.giver_id) | Q(custodian=transfer.receiver_id) | Q(custodian=None)
    return AssetCard.objects.filter(place=place, status__in=ALIVE).exclude(mine).count() if place else 0


def lines_of(transfer: Transfer) -> list[TransferLine]:
    joined = ("card", "card__place", "card__department", "card__custodian", "card__asset_class", "place", "department", "custodian", "moved")
    return list(transfer.lines.select_related(*joined).order_by("pk"))


def target_of(transfer: Transfer, line) -> dict:
    """Where the line's things will be: place, department, custodian. Works for lines and cards."""
    return {
        "place": transfer.to_place or line.place,
        "department": transfer.to_department or line.department,
        "custodian": transfer.receiver,
    }


def stale(transfer: Transfer, lines: list[TransferLine]) -> str:
    """The first thing that is no longer as the list says; empty while all are. Up to two queries."""
    for line in lines:
        card = line.card
        if not card.is_alive:
            return f"「{card}」{card.get_status_display()}"
        if card.quantity != line.of:
            return f"「{card}」现在是 {card.amount_words}，列单时是 {line.of} {card.unit}"
        for name, word in (("custodian", "保管人"), ("place", "地点"), ("department", "部门")):
            if getattr(card, f"{name}_id") != getattr(line, f"{name}_id"):
                return f"「{card}」的{word}已经改成{getattr(card, name) or '空'}"
    return _newcomer(transfer) if transfer.is_handover and transfer.state == TransferState.OPEN else ""


def _newcomer(transfer: Transfer) -> str:
    new = comprised(transfer).exclude(custodian=None).exclude(pk__in=transfer.lines.values("card")).values_list("pk", flat=True)
    known = set(transfer.known)
    late = next((pk for pk in new if pk not in known), None)
    if late is None:
        return ""
    return f"「{AssetCard.objects.get(pk=late)}」后来到了{transfer.giver}名下，不在单上"


def places_of(transfer: Transfer, lines: list[TransferLine]) -> list[Place]:
    """The places that change hands, for what other apps tell of them; a transfer of single things has none."""
    if not transfer.is_handover:
        return []
    found = {room.place_id: room.place for room in transfer.rooms.select_related("place")}
    if transfer.room:
        found[transfer.room_id] = transfer.room
    if transfer.school_class and transfer.school_class.room:
        found[transfer.school_class.room_id] = transfer.school_class.room
    return list(found.values())
