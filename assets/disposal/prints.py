"""资产处置申请表, the receipt for the proceeds, and the summary for above in their customary forms (AST-07, GEN-04)."""

from dataclasses import dataclass
from datetime import date

from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.damage.prints import paper_answer
from assets.signing import mark_of
from logistics.platform.approvals.public import runs_of, signature_rows
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .models import Disposal, DisposalKind
from .queries import check_can_view, disposals_visible_to, lines_of, summary


def disposal_sheet(disposal: Disposal, user) -> dict:
    """The application with its list, the appraisers' and the approvers' signatures, and how it ended."""
    lines = lines_of(disposal)
    return {
        "kind": disposal.get_kind_display(), "what": disposal.title, "department": str(disposal.department), "reason": disposal.reason,
        "receiver": disposal.buyer or disposal.receiver, "applicant": disposal.created_by.name, "on": full_day(disposal.sent_at or disposal.created_at),
        "state": "" if disposal.state == "done" else disposal.get_state_display(),
        "rows": [
            {
                "number": line.card.number, "name": line.card.name, "model": " ".join(filter(None, (line.card.brand, line.card.model))), "unit": line.card.unit,
                "quantity": line.quantity, "acquired": f"{line.card.acquired_on:%Y-%m-%d}", "cost": line.cost, "depreciation": line.depreciation, "net": line.net,
            }
            for line in lines
        ],
        "pieces": sum(line.quantity for line in lines), "cost": sum(line.cost for line in lines), "depreciation": sum(line.depreciation for line in lines),
        "net": sum(line.net for line in lines),
        "judged": [_judgement(disposal, one) for one in disposal.appraisals.select_related("person").order_by("pk")],
        "signers": _signers(disposal),
        "upper": f"{full_day(disposal.answered_on)}　{disposal.answer_number}" if disposal.answer_number else "", "needs_upper": disposal.needs_upper,
        "handed": f"{full_day(disposal.handed_on)}　{disposal.handed_words}" if disposal.handed_on else "", "proceeds": disposal.proceeds or None,
        "trade_in": disposal.trade_in or None, "traded_for": disposal.traded_for, "receipt": disposal.receipt,
        "wiped": "；".join(dict.fromkeys(f"{line.wipe}（{line.wiped_by}，{full_day(line.wiped_on)}）" for line in lines if line.wipe)),
        "voucher": disposal.voucher, "done_on": full_day(disposal.done_on) if disposal.done_on else "", "accountant": str(disposal.done_by or ""),
    }  # fmt: skip


def _signers(disposal: Disposal) -> list[dict]:
    """Who has signed in the last approval."""
    runs = list(runs_of(disposal)[:1])
    rows = signature_rows(runs[0])[1:] if runs else []  # the applicant stands in the head of the paper
    return [{"step": row.step, "name": row.name, "words": row.opinion or row.act, "on": full_day(row.at) if row.at else "", "mark": row.mark} for row in rows]


def _judgement(disposal: Disposal, one) -> dict:
    words = "" if one.agrees is None else "同意处置" if one.agrees else "不同意"
    return {
        "name": one.person.name, "words": "，".join(filter(None, (words, one.opinion))), "on": full_day(one.signed_at) if one.signed_at else "",
        "mark": mark_of(disposal, f"sign-{one.person_id}") if one.signed_at else "",
    }  # fmt: skip


def check_listed(user, disposal: Disposal) -> None:
    if not disposal.lines.exists():
        raise RuleViolation("单上还没有东西，没有可打印的。")


def check_received(user, disposal: Disposal) -> None:
    if not disposal.receipt:
        raise RuleViolation("还没有收款，没有收据。")


def receipt_sheet(disposal: Disposal, user) -> dict:
    check_received(user, disposal)
    return {
        "payer": disposal.buyer, "amount": disposal.proceeds, "on": full_day(disposal.received_on), "cashier": str(disposal.received_by),
        "source": disposal.number, "use": f"资产处置收入：{disposal.title}",
    }  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A summary as its paper's number names it."""

    since: date
    until: date

    @property
    def number(self) -> str:
        return f"{self.since:%Y%m%d}-{self.until:%Y%m%d}"


def period_of(paper: PrintedPaper) -> Period | None:
    try:
        first, last = (date(int(day[:4]), int(day[4:6]), int(day[6:8])) for day in paper.number.split("-"))
    except ValueError:
        return None
    return Period(first, last)


def summary_sheet(period: Period, user) -> dict:
    """Everything the table says. Raises RuleViolation for days without any disposal."""
    found = summary(period.since, period.until)
    if not found.disposals:
        raise RuleViolation("这段时间没有批准的处置，没有可上报的。")
    rows = [
        {
            "number": one.number, "title": one.title, "kind": one.get_kind_display(), "pieces": one.pieces, "cost": one.cost, "depreciation": one.depreciation,
            "net": one.net, "proceeds": one.proceeds or None, "approval": one.answer_number, "on": full_day(one.decided_at), "state": one.get_state_display(),
        }
        for one in found.disposals
    ]  # fmt: skip
    classes = [
        {"kind": DisposalKind(one["kind"]).label, "code": one["code"], "name": one["name"], "pieces": one["pieces"], "cost": one["value"], "net": one["value"] - one["worn"]}
        for one in found.classes
    ]  # fmt: skip
    return {"sub": f"{full_day(period.since)}至{full_day(period.until)}批准", "rows": rows, "classes": classes, "total": found.total}


DISPOSAL_SHEET = PrintDocument(
    kind="assets.disposal", title="资产处置申请表", template="print/assets/disposal.html", context=disposal_sheet, number=lambda disposal: disposal.number,
    check=check_listed,
)  # fmt: skip
PROCEEDS_SHEET = PrintDocument(
    kind="assets.disposal.receipt", title="收据", template="print/assets/receipt.html", context=receipt_sheet, number=lambda disposal: disposal.receipt,
    check=check_received, find=lambda paper: Disposal.objects.filter(pk=paper.record_id).first(),
)  # fmt: skip
SUMMARY_SHEET = PrintDocument(
    kind="assets.disposal.summary", title="资产处置汇总表", template="print/assets/disposal_summary.html", context=summary_sheet,
    number=lambda period: period.number, find=period_of,
)  # fmt: skip


@require_safe
@never_cache
def receipt_pdf(request, pk: int):
    check_can_view(request.user)
    return paper_answer(request, PROCEEDS_SHEET, get_object_or_404(disposals_visible_to(request.user), pk=pk))
