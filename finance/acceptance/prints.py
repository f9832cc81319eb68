"""验收单 in its customary form, with photos and signatures (FIN-05, GEN-04)."""

from base64 import b64encode

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Acceptance, AcceptanceLine, AcceptanceMember, AcceptanceState, Check, Conclusion
from .queries import members_of
from .telling import plainly

PHOTOS_ON_PAPER = 6


def sheet(acceptance: Acceptance, user) -> dict:
    """Everything the form says, as plain values; what is not known yet stays an empty box for the pen."""
    order, files = acceptance.order, list(attachments_of(acceptance))
    drawn = {file.role: file for file in files if file.role.startswith("sign-") and file.file}
    photos = [file for file in files if file.role == "photo" and file.is_picture][:PHOTOS_ON_PAPER]
    lines = acceptance.lines.select_related("order_line__request_line").order_by("pk")
    is_reversal = acceptance.reverses_id is not None
    return {
        "number": acceptance.number,
        "heading": "验收冲销单" if is_reversal else "验收单",
        "project": order.request.title,
        "department": str(order.request.department),
        "order_number": order.number,
        "request_number": order.request.number,
        "partner": str(order.partner),
        "delivered_by": acceptance.delivered_by,
        "delivered_on": full_day(acceptance.delivered_on),
        "accepted_on": full_day(acceptance.accepted_at),
        "buyers": "、".join(person.name for person in (order.created_by, order.second_buyer) if person),
        "requester": order.request.created_by.name,
        "lines": [_line(line) for line in lines],
        "amount": acceptance.amount,
        "checks": [(label, [(word, word == found) for word in Check.labels]) for label, found in acceptance.checks],
        "conclusions": [(label, value == acceptance.conclusion) for value, label in Conclusion.choices],
        "remedy": acceptance.remedy,
        "note": acceptance.note,
        "state": "" if acceptance.state in (AcceptanceState.POSTED, AcceptanceState.SIGNING) else acceptance.get_state_display(),
        "ended_reason": acceptance.ended_reason,
        "reverses": acceptance.reverses.number if is_reversal else "",
        "maker": acceptance.created_by.name,
        "signers": [_signer(member, drawn.get(member.signature_role)) for member in members_of(acceptance)],
        "photos": [{"src": _data(photo.thumb or photo.file, "image/jpeg"), "digest": photo.digest} for photo in photos],
        "photo_count": sum(file.role == "photo" for file in files),
    }


def _line(line: AcceptanceLine) -> dict:
    asked = line.order_line.request_line
    return {
        "name": asked.name,
        "spec": " ".join(filter(None, [asked.spec, line.order_line.brand])),
        "unit": asked.unit,
        "ordered": plainly(line.order_line.quantity),
        "accepted": plainly(line.accepted),
        "rejected": plainly(line.rejected) if line.rejected else "",
        "price": line.order_line.price,
        "amount": line.amount,
        "reason": line.reason,
        "destination": line.get_destination_display(),
    }


def _signer(member: AcceptanceMember, file) -> dict:
    """One member; the drawn signature is a picture, its digest is part of what the paper says."""
    mark = ""
    if file is not None:
        data = _data(file.file, "image/png")
        mark = f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="{data}"/></svg>'
    return {
        "name": member.user.name,
        "department": str(member.user.department or ""),
        "agreed": member.is_agreed,
        "opinion": member.opinion,
        "on": full_day(member.signed_at),
        "mark": mark,
        "mark_digest": file.digest if file is not None else "",
    }


def _data(file, mime: str) -> str:
    with file.open("rb") as picture:
        return f"data:{mime};base64,{b64encode(picture.read()).decode()}"


ACCEPTANCE_SHEET = PrintDocument(
    kind="finance.acceptance",
    title="验收单",
    template="print/finance/acceptance.html",
    context=sheet,
    number=lambda acceptance: acceptance.number,
)
