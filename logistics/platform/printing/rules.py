"""The one write of printing: noting which content left the printer under which code."""

from datetime import datetime

from django.db import IntegrityError, models, transaction

from logistics.platform.audit.rules import record_event, rule

from .content import digest_of, new_code
from .documents import PrintDocument
from .models import PrintedPaper

TRIES = 5


@rule
def note_paper(*, actor, at: datetime, document: PrintDocument, record, content: dict | None = None) -> PrintedPaper:
    """The paper's row with its check code: the known one when this content was printed before, otherwise a new one.

    `content` is document.context(record, actor) where the caller has built it already. New content goes into the journal.
    Raises what document.check raises.
    """
    document.check(actor, record)
    content = document.context(record, actor) if content is None else content
    same = {
        "kind": document.kind,
        "record_id": getattr(record, "pk", None) or 0,
        "title": document.title,
        "number": document.number(record),
        "digest": digest_of(content),
    }
    paper = PrintedPaper.objects.filter(**same).first()
    return paper or _new_paper(actor=actor, at=at, record=record, same=same)


def _new_paper(*, actor, at: datetime, record, same: dict) -> PrintedPaper:
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                paper = PrintedPaper.objects.create(**same, code=new_code(), printed_at=at, printed_by=actor)
        except IntegrityError:
            # Somebody printed the same content this very moment, or the code is taken.
            known = PrintedPaper.objects.filter(**same).first()
            if known:
                return known
            continue
        about = record if isinstance(record, models.Model) else paper
        record_event(actor=actor, at=at, action="print", record=about, text=f"打印{paper.title}，查验码 {paper.code}")
        return paper
    raise RuntimeError("no free check code after several tries")
