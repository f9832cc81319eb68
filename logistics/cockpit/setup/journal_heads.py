"""日志指纹: the ends of the chains now and day by day, printed for whoever keeps them outside, and the proof against one (GEN-01)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from logistics.platform.audit.models import ChainHead
from logistics.platform.audit.queries import Break, find_breaks
from logistics.platform.heads.queries import ChainEnd, ends_at, head_of, latest_heads, moment_of, moment_words, prove, settled_ends_at, slip
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.templatetags.school import full_moment

from .journal import chain_label, check_can_view

SHOWN_DAYS = 60


@dataclass(frozen=True)
class Head:
    chain: str
    label: str
    position: int
    digest: str


@dataclass(frozen=True)
class HeadSheet:
    """The heads of all chains as they were at a moment."""

    at: datetime

    @property
    def number(self) -> str:
        return moment_words(self.at)


def labelled(ends: list[ChainEnd]) -> list[Head]:
    return [Head(end.chain, chain_label(end.chain), end.position, end.digest) for end in ends]


def heads_at(at: datetime) -> list[Head]:
    """The last entry of every chain written until then; comparing a printed sheet with this shows any change of the past."""
    return labelled(ends_at(at))


def sheet_content(sheet: HeadSheet, user) -> dict:
    ends = ends_at(sheet.at)
    head = head_of(sheet.at, ends)
    signers = [("打印人", user.name), ("保管人", ""), ("日期", "")]
    drawn = qr_svg(slip(sheet.at, head), "指纹的二维码")
    return {"moment": sheet.number, "heads": labelled(ends), "head": head, "head_qr": drawn, "signers": signers}


def sheet_of(paper: PrintedPaper) -> HeadSheet | None:
    at = moment_of(paper.number)
    return HeadSheet(at) if at else None


HEAD_SHEET = PrintDocument(
    kind="platform.chainhead",
    title="日志指纹单",
    template="print/cockpit/journal_heads.html",
    context=sheet_content,
    number=lambda sheet: sheet.number,
    check=check_can_view,
    find=sheet_of,
)


class Heads(TemplateView):
    """The head of every chain now, and the daily ones."""

    template_name = "cockpit/journal_heads.html"

    def get_context_data(self, **kwargs):
        check_can_view(self.request.user)
        heads = [Head(head.chain, chain_label(head.chain), head.position, head.digest) for head in ChainHead.objects.order_by("chain")]
        total = sum(head.position for head in heads)
        return super().get_context_data(title="日志指纹", heads=heads, total=total, days=latest_heads(SHOWN_DAYS), **kwargs)


def gap_sentence(gap: Break) -> str:
    when = f"（{full_moment(gap.at)}写入）" if gap.at else ""
    return f"{chain_label(gap.chain)}的日志从第 {gap.position} 条起对不上{when}：{gap.reason}。请保留现场，马上联系系统管理员。"


@require_POST
def verify_chains(request):
    """Go through every entry of every chain now."""
    check_can_view(request.user)
    broken = list(find_breaks())
    for gap in broken:
        messages.error(request, gap_sentence(gap))
    if not broken:
        total = sum(ChainHead.objects.values_list("position", flat=True))
        messages.success(request, f"{total:,} 条日志逐条核对过了，没有断链，没有被改过。")
    return redirect("cockpit:journal-heads")


@require_POST
def prove_head(request):
    """Compare a head that was kept outside: its 64 characters, with the moment before them as the QR code says it."""
    check_can_view(request.user)
    *moment, head = request.POST.get("head", "")[:200].split() or [""]
    at = moment_of(" ".join(moment))
    if moment and at is None:
        messages.error(request, "时刻写成 2026-11-20 00:10:00.000000 这样，后面空一格写指纹。")
        return redirect("cockpit:journal-heads")
    proof = prove(head, at)
    if proof.holds:
        messages.success(request, proof.words)
    elif proof.breaks:
        messages.error(request, "对不上。" + "".join(gap_sentence(gap) for gap in proof.breaks))
    else:
        messages.error(request, proof.words)
    return redirect("cockpit:journal-heads")


@require_safe
@never_cache
def print_heads(request):
    """The heads as a paper with a check code: whoever keeps it can prove that the past was not changed."""
    check_can_view(request.user)
    at = timezone.now()
    settled_ends_at(at)  # the sheet is read again without the lock; what was being written until now is in
    sheet = HeadSheet(at)
    content = sheet_content(sheet, request.user)
    paper = note_paper(actor=request.user, at=at, document=HEAD_SHEET, record=sheet, content=content)
    pdf = paper_pdf(document=HEAD_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{HEAD_SHEET.title} {sheet.number.replace(':', '')}.pdf")
    return response
