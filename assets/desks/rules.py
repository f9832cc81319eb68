"""Counting desks, asking for it, and letting a reallocation become transfers (AST-11)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from assets.card.ledger import lock_books
from assets.transfer.models import TransferKind, TransferLine
from assets.transfer.rules import add_line, save_transfer, send_transfer
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import SchoolClass

from .models import DeskCount
from .queries import MANAGE, ON_ITS_WAY, Proposed, cards_of_kind, check_can_count, digest, kinds_in_use, month_counted, proposal

DESKS_SUBJECT = Subject("assets.desks", "请清点课桌凳", "家底")
MOST = 10_000


@rule
def save_counts(*, actor, at: datetime, school_class: SchoolClass, rows: Sequence[dict]) -> list[DeskCount]:
    """What was found in the classroom today: {kind, counted, damaged, words} of each kind. Raises RuleViolation at `counted-<kind>` or `damaged-<kind>`."""
    check_can_count(actor, school_class)
    if not rows:
        raise RuleViolation("还没有设课桌凳的种类，请资产管理员先设。")
    counts = []
    for row in rows:
        kind, counted, damaged = row["kind"], row.get("counted"), row.get("damaged") or 0
        if not isinstance(counted, int) or isinstance(counted, bool) or not 0 <= counted <= MOST:
            raise RuleViolation(f"{kind}请填 0 到 {MOST} 的整数。", field=f"counted-{kind.pk}")
        if not isinstance(damaged, int) or not 0 <= damaged <= counted:
            raise RuleViolation(f"损坏的{kind}不能多于实有的 {counted} 件。", field=f"damaged-{kind.pk}")
        book = cards_of_kind(kind).filter(place=school_class.room_id).aggregate(n=Sum("quantity"))["n"] or 0
        words = tidied({"words": row.get("words") or ""})["words"][:200]
        count = DeskCount(school_class=school_class, kind=kind, on=timezone.localdate(at), book=book, counted=counted, damaged=damaged, words=words)
        count.created_by, count.created_at = actor, at
        count.full_clean()
        count.save()
        text = f"{school_class}{kind}实有 {counted}，损坏 {damaged}，账上 {book}"
        record_event(actor=actor, at=at, action="create", record=count, text=text, note=words)
        counts.append(count)
    return counts


@rule
def ask_counts(*, actor, at: datetime) -> int:
    """Tell the head teachers whose classes have not counted this month; once a day. How many were told."""
    require(actor, MANAGE)
    if not kinds_in_use():
        raise RuleViolation("还没有设课桌凳的种类，请先设。")
    today = timezone.localdate(at)
    rows = SchoolClass.objects.filter(is_active=True, room__isnull=False, head_teacher__is_active=True).exclude(pk__in=month_counted(today))
    classes = list(rows.select_related("head_teacher"))
    for one in classes:
        key, url = f"assets.desks.ask:{one.pk}:{today}", f"/assets/desks/count/{one.pk}/"
        notify(at=at, key=key, recipients=[one.head_teacher], title=f"请清点{one}的课桌凳", body="数一数实有多少、坏了多少", url=url, subject=DESKS_SUBJECT)
    if classes:
        record_event(actor=actor, at=at, action="ask_counts", record=kinds_in_use()[0], text=f"请 {len(classes)} 个班清点课桌凳")
    return len(classes)


@rule
def carry_out(*, actor, at: datetime, seen: str) -> list:
    """The proposal the reader saw becomes transfers, sent to both sides to sign. Raises Conflict when it is another by now.

    Moves without a giver and a receiver that differ are left out, and a card stands on one list only, so the rest waits for the next round.
    Raises RuleViolation when nothing is left.
    """
    require(actor, MANAGE)
    lock_books()
    moves = proposal()
    if digest(moves) != seen:
        raise Conflict("数目刚刚变了，请看看新的调剂方案。")
    grouped: dict[tuple, list] = {}
    used = set(TransferLine.objects.filter(transfer__state__in=ON_ITS_WAY).values_list("card", flat=True))
    for move in moves:
        for card, quantity in _cards_for(move, used):
            giver = card.custodian or move.giver
            if giver and move.receiver and giver != move.receiver and giver.is_active and move.receiver.is_active:
                used.add(card.pk)
                grouped.setdefault((giver.pk, move.receiver.pk, move.target.pk), []).append((giver, move, card, quantity))
    if not grouped:
        raise RuleViolation("没有能开成调拨单的：有的在等签字的单上，有的两边是同一个保管人。")
    return [_transfer(actor, at, lines) for lines in grouped.values()]


def _transfer(actor, at: datetime, lines: list):
    giver, move = lines[0][0], lines[0][1]
    transfer = save_transfer(
        actor=actor, at=at, kind=TransferKind.TRANSFER, giver=giver, receiver=move.receiver, to_place=move.target, reason="课桌凳调剂"
    )  # fmt: skip
    for _, _, card, quantity in lines:
        add_line(actor=actor, at=at, record=transfer, card=card, quantity=quantity)
    return send_transfer(actor=actor, at=at, record=transfer)


def _cards_for(move: Proposed, used: set[int]) -> list[tuple]:
    """Cards of the source, the smallest first, that together make the quantity; those already on a list stay out."""
    left, chosen = move.quantity, []
    for card in cards_of_kind(move.kind).filter(place=move.source.pk).select_related("custodian").order_by("quantity", "pk"):
        if not left:
            break
        if card.pk in used:
            continue
        part = min(left, card.quantity)
        chosen.append((card, part))
        left -= part
    return chosen
