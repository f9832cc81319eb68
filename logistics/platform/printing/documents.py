"""Which papers can be printed: each app registers its documents in wiring.py (GEN-04)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from .models import PrintedPaper


def anyone(user, record) -> None:
    """The check of a paper that everyone who sees the record may print."""


@dataclass(frozen=True)
class PrintDocument:
    """A customary paper of one kind of record, such as 维修记录单 of "repairs.ticket".

    `context(record, user)` gives plain values only (text, numbers, dates, lists, dicts, dataclasses), everything the paper says
    and nothing that changes by itself: its digest decides whether the record still says what was printed.
    Drawings (SVG) may stand in it beside their numbers. `check` raises a refusal while the paper may not be printed yet.
    `find(paper)` finds the record of a printed paper; a report over a period rebuilds its subject from `paper.number`.
    """

    kind: str
    title: str
    template: str
    context: Callable[[Any, Any], dict]
    number: Callable[[Any], str] = str
    check: Callable[[Any, Any], None] = anyone
    find: Callable[[PrintedPaper], Any] | None = None

    def record_of(self, paper: PrintedPaper) -> Any | None:
        """What the paper was printed from, None when it is no longer there."""
        if self.find:
            return self.find(paper)
        return apps.get_model(self.kind)._default_manager.filter(pk=paper.record_id).first()


_documents: dict[str, PrintDocument] = {}


def register(*documents: PrintDocument) -> None:
    for document in documents:
        if document.kind in _documents:
            raise ValueError(f"print document {document.kind} registered twice")
        _documents[document.kind] = document


def document_for(kind: str) -> PrintDocument | None:
    return _documents.get(kind)


def all_documents() -> list[PrintDocument]:
    return list(_documents.values())
