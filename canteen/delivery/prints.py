"""食材进货查验记录 (the delivery's own paper) in the customary form: what the law wants known of each batch, and who signed (CAN-02, CAN-04)."""

from base64 import b64encode

from assets.public import figure
from canteen.amounts import price_words
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_moment

from .forms import ASPECT_CHOICES
from .models import Delivery, DeliveryLine, DeliveryState, SignRole
from .queries import lines_of, papers_of, signatures_of


def sheet(delivery: Delivery, user) -> dict:
    """Everything the record says, as plain values."""
    partner, signed = delivery.supplier.partner, {one.role: one for one in signatures_of(delivery)}
    drawn = {file.role: file for file in attachments_of(delivery) if file.role.startswith("sign-") and file.file}
    return {
        "number": delivery.number,
        "supplier": partner.name,
        "address": partner.address,
        "phone": " ".join(filter(None, [delivery.supplier.contact or partner.contact, delivery.supplier.phone or partner.phone])),
        "driver": " ".join(filter(None, [delivery.driver, delivery.plate])),
        "vehicle_c": "" if delivery.vehicle_c is None else f"{delivery.vehicle_c} ℃",
        "order": delivery.order.number if delivery.order else "",
        "came": full_moment(delivery.happened_at),
        "late": delivery.late,
        "state": "" if delivery.state == DeliveryState.POSTED else delivery.get_state_display(),
        "rows": [_row(line) for line in lines_of(delivery)],
        "amount": delivery.amount,
        "papers": [f"{paper.line.ingredient if paper.line else '整车'}：{paper}" for paper in papers_of(delivery)],
        "remedy": delivery.remedy,
        "note": delivery.note,
        "exempt": f"缺 {delivery.missing}。{delivery.exempt_by.name} {full_moment(delivery.exempt_at)} 放行：{delivery.exempt_reason}"
        if delivery.exempt_by
        else "",
        "signers": [_signer(role, signed.get(role), drawn) for role in SignRole],
    }


def _row(line: DeliveryLine) -> dict:
    bad = [label for name, label in ASPECT_CHOICES if getattr(line, name) == "bad"]
    looked = bool(line.look)
    return {
        "name": str(line.ingredient),
        "spec": line.spec,
        "unit": line.ingredient.unit,
        "weighed": figure(line.weighed),
        "accepted": figure(line.accepted),
        "price": price_words(line.price),
        "amount": line.amount,
        "made_on": f"{line.made_on:%Y-%m-%d}" if line.made_on else "",
        "expires_on": f"{line.expires_on:%Y-%m-%d}" if line.expires_on else "",
        "batch": line.batch_number,
        "temperature": "" if line.temperature is None else f"{line.temperature}",
        "looks": ("不合格：" + "、".join(bad) if bad else "合格") if looked else "",
        "rejected": f"拒收 {figure(line.rejected)}，{line.reason}" if line.rejected else "",
    }


def _signer(role: SignRole, signed, drawn: dict) -> dict:
    if signed is None:
        return {"label": role.label, "name": "", "at": "", "opinion": "", "mark": ""}
    mark, file = "", drawn.get(signed.file_role)
    if file is not None:
        with file.file.open("rb") as picture:
            data = b64encode(picture.read()).decode()
        mark = f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
    return {"label": role.label, "name": signed.user.name, "at": full_moment(signed.signed_at), "opinion": signed.opinion, "mark": mark}


DELIVERY_SHEET = PrintDocument(
    kind="canteen.delivery", title="食材进货查验记录", template="print/canteen/delivery.html", context=sheet, number=lambda d: d.number
)
