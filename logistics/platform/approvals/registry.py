"""Which documents are approved here: each app registers its kinds in wiring.py."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps

from logistics.platform.org.models import Department, User


@dataclass(frozen=True)
class Facts:
    """What a chain is chosen by. `amount` is in yuan, None for a document without a sum; `fund` is the name of where the money comes from."""

    amount: Decimal | None
    department: Department | None
    fund: str
    applicant: User


@dataclass(frozen=True)
class ApprovalKind:
    """One kind of document that needs approval.

    `content(record)` gives plain values, everything an approver agrees to; its digest is kept at the start, and a document that
    says something else afterwards voids the run. `paper(record, user)` is the context of `paper_template`, shown to whoever decides.
    The `on_…` handlers are called in the same transaction with actor, at, record and run; an edited document calls `on_voided`,
    or `on_withdrawn` where there is none. `act` is what the document's separation of duties calls a signature.
    """

    key: str
    label: str
    model: str
    facts: Callable[[Any], Facts]
    content: Callable[[Any], dict]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    paper: Callable[[Any, User], dict] | None = None
    paper_template: str = "platform/approvals/paper_plain.html"
    on_approved: Callable[..., None] | None = None
    on_rejected: Callable[..., None] | None = None
    on_returned: Callable[..., None] | None = None
    on_withdrawn: Callable[..., None] | None = None
    on_voided: Callable[..., None] | None = None
    act: str = "approve"
    icon: str = "file-text"

    def record(self, pk: int, *, lock: bool = False) -> Any | None:
        """The document as it is stored now, None when it is gone."""
        rows = apps.get_model(self.model)._base_manager.filter(pk=pk)
        return (rows.select_for_update(of=("self",)) if lock else rows).first()


def by_rules(*, approve: Callable, reject: Callable, reopen: Callable) -> dict[str, Callable[..., None]]:
    """The handlers of a kind whose document has a rule for each ending, as arguments of ApprovalKind.

    `approve(actor=, at=, record=)`, `reject(…, opinion=)`, and for a returned or withdrawn document `reopen(…, reason=)`.
    """

    def approved(*, actor, at, record, run) -> None:
        approve(actor=actor, at=at, record=record)

    def rejected(*, actor, at, record, run) -> None:
        reject(actor=actor, at=at, record=record, opinion=run.reason)

    def taken_back(*, actor, at, record, run) -> None:
        reopen(actor=actor, at=at, record=record, reason=run.reason)

    return {"on_approved": approved, "on_rejected": rejected, "on_returned": taken_back, "on_withdrawn": taken_back}


_kinds: dict[str, ApprovalKind] = {}


def register(*kinds: ApprovalKind) -> None:
    """Make kinds of documents known. Raises ValueError for a key used twice."""
    for kind in kinds:
        if kind.key in _kinds:
            raise ValueError(f"approval kind {kind.key} registered twice")
        _kinds[kind.key] = kind


def all_kinds() -> list[ApprovalKind]:
    return list(_kinds.values())


def kind_for(key: str) -> ApprovalKind | None:
    return _kinds.get(key)


def kind_of(record) -> ApprovalKind:
    """The kind of this document: the only one of its model, or the one the record names in its attribute `approval_kind`.

    Raises LookupError for a document nobody registered.
    """
    named = getattr(record, "approval_kind", None)
    label = record._meta.label_lower
    for kind in _kinds.values():
        if (kind.key == named) if named else (kind.model.lower() == label):
            return kind
    raise LookupError(f"no approval kind for {label}")


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.key, kind.label) for kind in _kinds.values()]
