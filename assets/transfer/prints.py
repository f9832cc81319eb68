"""固定资产调拨单 and 财产交接清单 as paper (AST-04, GEN-04)."""

from assets.signing import mark_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Transfer, TransferState
from .queries import lines_of


def transfer_sheet(transfer: Transfer, user) -> dict:
    """The list with both signatures, values as they are on the cards now."""
    lines = lines_of(transfer)
    rows = [
        {
            "number": (line.moved or line.card).number, "name": line.card.name, "model": " ".join(filter(None, (line.card.brand, line.card.model))),
            "unit": line.card.unit, "quantity": line.quantity, "place": str(line.place or ""),
        }
        for line in lines
    ]  # fmt: skip
    return {
        "heading": "固定资产调拨单" if not transfer.is_handover else "财产交接清单",
        "kind": transfer.get_kind_display(), "state": "" if transfer.state == TransferState.DONE else transfer.get_state_display(),
        "about": str(transfer.school_class or transfer.room or ""), "reason": transfer.reason, "on": full_day(transfer.done_on or transfer.created_at),
        "giver": transfer.giver.name, "receiver": transfer.receiver.name, "to_place": str(transfer.to_place or "不变"),
        "to_department": str(transfer.to_department or "不变"), "rows": rows, "pieces": sum(line.quantity for line in lines),
        "rooms": "、".join(str(room.place) for room in transfer.rooms.select_related("place")), "keeper": transfer.created_by.name,
        "give_on": full_day(transfer.gave_at), "take_on": full_day(transfer.took_at),
        "give_mark": mark_of(transfer, "give") if transfer.gave_at else "", "take_mark": mark_of(transfer, "take") if transfer.took_at else "",
    }  # fmt: skip


TRANSFER_SHEET = PrintDocument(
    kind="assets.transfer", title="调拨交接单", template="print/assets/transfer.html", context=transfer_sheet, number=lambda transfer: transfer.number
)
