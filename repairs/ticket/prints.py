"""报修单/维修记录单 in the customary form (REP-03, GEN-04)."""

from base64 import b64encode

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import Cause, Ticket, Urgency

ROWS = 3  # lines of material on the form, more when more was used


def sheet(ticket: Ticket, user) -> dict:
    """Everything the form shows, as plain values; what is not known yet stays an empty box for the pen."""
    reporter = ticket.reported_by
    materials = [
        {"name": m.name, "spec": m.spec, "unit": m.unit, "quantity": m.quantity.normalize(), "price": m.price, "amount": m.amount}
        for m in ticket.materials.all()
    ]
    return {
        "number": ticket.number,
        "department": str(reporter.department or "") if reporter.is_person else "扫码报修",
        "reporter": ticket.reporter_name,
        "phone": ticket.reporter_phone,
        "place": str(ticket.place),
        "thing": ticket.thing,
        "reported": full_moment(ticket.reported_at),
        "urgencies": [(label, value == ticket.urgency) for value, label in Urgency.choices],
        "kind": f"{ticket.kind}（{ticket.get_size_display()}）",
        "description": ticket.description,
        "dispatcher": f"{ticket.assigned_by or ''}　{full_moment(ticket.assigned_at)}" if ticket.assigned_at else "",
        "repairer": str(ticket.repairer or ""),
        "arrived": full_moment(ticket.arrived_at),
        "finished": full_moment(ticket.finished_at),
        "causes": [(label, value == ticket.cause) for value, label in Cause.choices],
        "work_done": ticket.work_done,
        "materials": materials,
        "blank_rows": list(range(len(materials) + 1, ROWS + 1)),
        "span": 2 + max(ROWS, len(materials)) + 1,
        "hours": f"{ticket.minutes / 60:.1f} 小时" if ticket.minutes else "",
        "cost": ticket.cost if ticket.finished_at else None,
        "warranty": full_day(ticket.warranty_until),
        "damage": " ".join(filter(None, [str(ticket.damage_class or ""), ticket.damage_by])),
        "rework": ticket.rework,
        **_signed(ticket),
    }


def _signed(ticket: Ticket) -> dict:
    signature = ticket.signatures.filter(is_accepted=True).order_by("-pk").first()
    if signature is None:
        return {"signed": None}
    drawn = [file for file in attachments_of(ticket, role="signature") if file.file]
    mark = ""
    if drawn and not signature.on_behalf:
        with drawn[-1].file.open("rb") as picture:
            data = b64encode(picture.read()).decode()
        mark = f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
    words = "，".join(filter(None, [signature.reason, f"{ticket.rating} 星" if ticket.rating else ""]))
    return {
        "signed": {"name": signature.name, "on": full_day(signature.at), "words": words, "on_behalf": signature.on_behalf},
        "mark": mark,
        "mark_digest": drawn[-1].digest if drawn else "",
    }


TICKET_SHEET = PrintDocument(
    kind="repairs.ticket", title="维修记录单", template="print/repairs/ticket.html", context=sheet, number=lambda ticket: ticket.number
)
