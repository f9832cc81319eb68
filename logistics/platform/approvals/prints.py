"""审批单: every step with name, time, opinion, signature and the check code (FIN-03, GEN-04)."""

from django.utils import timezone

from logistics.platform.printing.documents import PrintDocument

from .models import Run
from .pages import kind_label
from .registry import kind_for
from .signing import signature_rows
from .spec import SignatureRow


def row_of(row: SignatureRow) -> dict:
    return {
        "step": row.step,
        "name": f"{row.name}（代{row.stands_for}）" if row.stands_for else row.name,
        "at": row.at,
        "words": row.opinion if row.opinion.startswith(row.act) else "：".join(filter(None, [row.act, row.opinion])),
        "mark": row.mark,
        "mark_digest": row.mark_digest,
    }


def sheet(run: Run, user) -> dict:
    """Everything the sheet says."""
    return {
        "heading_kind": kind_label(run),
        "number": sheet_number(run),
        "name": run.title,
        "applicant": run.applicant.name,
        "department": str(run.department or ""),
        "amount": run.amount,
        "fund": run.fund,
        "chain": str(run.version),
        "state": run.get_state_display(),
        "reason": run.reason,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "rows": [row_of(row) for row in signature_rows(run)],
        "is_known": kind_for(run.kind) is not None,
    }


def sheet_number(run: Run) -> str:
    return f"SP-{timezone.localtime(run.started_at):%Y}-{run.pk:05d}"


SHEET = PrintDocument(kind="platform.run", title="审批单", template="print/platform/approval.html", context=sheet, number=sheet_number)
