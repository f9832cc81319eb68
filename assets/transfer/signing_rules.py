"""Both signatures of a transfer; with the second everything moves in one piece (AST-04)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from assets.card.change_rules import move_card, split_card
from assets.card.ledger import lock_books
from assets.card.queries import MANAGE
from logistics.platform.access.rules import has
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import check_move
from logistics.platform.places.models import Place
from logistics.platform.places.rules import MANAGE as PLACES
from logistics.platform.places.rules import save_place

from .models import TRANSFER_MOVES, Transfer, TransferLine, TransferState
from .queries import lines_of, stale, target_of
from .rules import tell

MOST_SIGNATURES = 40  # of one side, on all versions of one paper


def check_can_sign(user, transfer: Transfer) -> None:
    """Giver and receiver in person, each once, each on their own side."""
    if user.pk not in (transfer.giver_id, transfer.receiver_id):
        raise NotAllowed("只有移交人和接收人能签。")
    check_separation(user, "give" if user.pk == transfer.giver_id else "take", transfer)
    check_move(transfer, TransferState.DONE, moves=TRANSFER_MOVES)
    if (transfer.gave_at if user.pk == transfer.giver_id else transfer.took_at) is not None:
        raise RuleViolation(f"您已经签过了，还差{transfer.waits_for}。")


@rule
def sign_transfer(*, actor, at: datetime, record: Transfer, signature: Sequence = ()) -> Transfer:
    """One side's signature; with the second one everything on the list moves. Raises RuleViolation naming the thing that is no longer

    as the list says; then nothing is signed and nothing moves.
    """
    transfer = stored(Transfer, record)
    check_can_sign(actor, transfer)
    if record.revision != transfer.revision:
        raise RuleViolation("单子改过了，请刷新看过再签。")
    if not signature:
        raise RuleViolation("还没有签名，请在框里写下您的名字。", field="signature")
    lock_books()
    lines = lines_of(transfer)
    _check_list(transfer, lines)
    side = "give" if actor.pk == transfer.giver_id else "take"
    if side == "give":
        transfer.gave_at = at
    else:
        transfer.took_at = at
    attach(actor=actor, at=at, record=transfer, role=side, uploads=list(signature), limit=MOST_SIGNATURES, field="signature")
    record_event(actor=actor, at=at, action=side, record=transfer, text="移交人签字" if side == "give" else "接收人签字")
    if transfer.gave_at and transfer.took_at:
        _carry_out(transfer, lines, actor=actor, at=at)
    transfer.full_clean()
    transfer.save()
    return transfer


def _check_list(transfer: Transfer, lines: list[TransferLine]) -> None:
    if changed := stale(transfer, lines):
        raise RuleViolation(f"{changed}。请资产管理员退回修改，重新列单以后再签。")
    for room in transfer.rooms.select_related("place", "place__responsible"):
        if room.place.responsible_id != transfer.giver_id:
            raise RuleViolation(f"「{room.place}」的责任人已经是{room.place.responsible or '空'}。请资产管理员退回修改，重新列单以后再签。")


def _carry_out(transfer: Transfer, lines: list[TransferLine], *, actor, at: datetime) -> None:
    """Move everything by the right of whoever drew up the paper: the two who sign need none of their own."""
    keeper, today = transfer.created_by, timezone.localdate(at)
    if not has(keeper, MANAGE) or (transfer.rooms.exists() and not has(keeper, PLACES)):
        raise RuleViolation(f"开单的{keeper}已经没有登记变动的权限，请资产管理员作废这张单，重新开一张。")
    for line in sorted(lines, key=lambda one: one.card_id):
        target, card = target_of(transfer, line), line.card
        if line.quantity < card.quantity:
            card = split_card(actor=keeper, at=at, record=card, on=today, quantity=line.quantity, note=str(transfer))
        line.moved = move_card(
            actor=keeper, at=at, record=card, on=today, note=transfer.reason or transfer.get_kind_display(), document=ref(transfer), label=str(transfer), **target
        )  # fmt: skip
    TransferLine.objects.bulk_update(lines, ["moved"], batch_size=200)
    for place in Place.objects.filter(pk__in=transfer.rooms.values("place")).order_by("pk"):
        save_place(actor=keeper, at=at, record=place, responsible=transfer.receiver)
    transfer.state, transfer.done_on = TransferState.DONE, today
    record_event(actor=actor, at=at, action="finish", record=transfer, text=f"双方签齐，{len(lines)} 张卡片转给{transfer.receiver}")
    people = [transfer.giver, transfer.receiver, transfer.created_by]
    tell(people, transfer, at=at, about="done", title=f"已经交接：{transfer}", body=f"{transfer.giver}交{transfer.receiver}，{len(lines)} 张卡片")
