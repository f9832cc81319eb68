"""公物损坏赔偿单 and the receipt for the money (AST-09, GEN-04)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.templatetags.school import full_day

from .models import ENDED, Damage, DamageState
from .queries import check_can_view, damages_visible_to


def damage_sheet(damage: Damage, user) -> dict:
    """Everything the form says; what is not decided yet stays an empty box for the pen."""
    card = damage.card
    return {
        "thing": damage.thing, "quantity": f"{damage.quantity} {damage.unit}", "card": card.number if card else "", "cost": card.cost if card else None,
        "place": str(damage.place or ""), "found_on": full_day(damage.found_on), "description": damage.description, "origin": damage.origin_label,
        "reporter": damage.created_by.name, "school_class": str(damage.school_class or ""), "who": " ".join(filter(None, (str(damage.person or ""), damage.by_name))),
        "head": str(damage.school_class.head_teacher or "") if damage.school_class else "",
        "is_natural": damage.state == DamageState.NATURAL, "is_manmade": bool(damage.assessed_by_id) and damage.state != DamageState.NATURAL,
        "worth": damage.worth, "repair_cost": damage.repair_cost or None, "amount": damage.amount or None, "points": f"{damage.points.normalize():f}" if damage.points else "",
        "opinion": damage.opinion, "assessor": str(damage.assessed_by or ""), "assessed_on": full_day(damage.assessed_at) if damage.assessed_at else "",
        "state": damage.get_state_display(), "ending": damage.ending if damage.state in ENDED else "", "receipt": damage.receipt,
        "ended_on": full_day(damage.ended_on) if damage.ended_on else "", "handler": str(damage.ended_by or ""),
    }  # fmt: skip


def check_paid(user, damage: Damage) -> None:
    if damage.state != DamageState.PAID:
        raise RuleViolation("还没有收款，没有收据。")


def receipt_sheet(damage: Damage, user) -> dict:
    """收据: from whom, what for, how much in figures and in words, who took it."""
    check_paid(user, damage)
    return {
        "payer": damage.payer, "amount": damage.amount, "on": full_day(damage.ended_on), "cashier": str(damage.ended_by), "source": damage.number,
        "use": f"损坏赔偿：{damage.thing} {damage.quantity} {damage.unit}",
    }  # fmt: skip


DAMAGE_SHEET = PrintDocument(
    kind="assets.damage", title="公物损坏赔偿单", template="print/assets/damage.html", context=damage_sheet, number=lambda damage: damage.number
)
RECEIPT_SHEET = PrintDocument(
    kind="assets.damage.receipt", title="收据", template="print/assets/receipt.html", context=receipt_sheet, number=lambda damage: damage.receipt,
    check=check_paid, find=lambda paper: Damage.objects.filter(pk=paper.record_id).first(),
)  # fmt: skip


def paper_answer(request, document: PrintDocument, record) -> HttpResponse:
    """The document of this record as a PDF in the browser."""
    document.check(request.user, record)
    at, content = timezone.now(), document.context(record, request.user)
    paper = note_paper(actor=request.user, at=at, document=document, record=record, content=content)
    pdf = paper_pdf(document=document, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


@require_safe
@never_cache
def receipt_pdf(request, pk: int):
    check_can_view(request.user)
    return paper_answer(request, RECEIPT_SHEET, get_object_or_404(damages_visible_to(request.user), pk=pk))
