"""Reading attachments: those of records a page already shows, and the one a person may open."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from logistics.platform.web.registry import record_for

from .models import Attachment
from .rules import STAGED_FOR


def attachments_of(record, role: str | None = None):
    """The record's attachments, oldest first; of one role when given."""
    found = Attachment.objects.filter(kind=record._meta.label_lower, record_id=record.pk).order_by("id")
    return found.filter(role=role) if role else found


def attachments_of_many(records: Iterable, role: str | None = None) -> dict[int, list[Attachment]]:
    """{record id: its attachments} for records of one kind, in one query; every record has an entry."""
    records = list(records)
    gathered: dict[int, list[Attachment]] = {record.pk: [] for record in records}
    if not records:
        return gathered
    found = Attachment.objects.filter(kind=records[0]._meta.label_lower, record_id__in=list(gathered)).order_by("id")
    for attachment in found.filter(role=role) if role else found:
        gathered[attachment.record_id].append(attachment)
    return gathered


def staged_of(user, tokens: Sequence[str], at: datetime) -> list[Attachment]:
    """Those of the tokens that still wait for this person's form, in the order given."""
    if not tokens:
        return []
    found = Attachment.objects.filter(token__in=tokens[:50], kind="", uploaded_by=user.pk, uploaded_at__gte=at - STAGED_FOR)
    by_token = {attachment.token: attachment for attachment in found}
    return [by_token[token] for token in dict.fromkeys(tokens) if token in by_token]


def visible_attachment(user, token: str) -> Attachment | None:
    """The attachment when this person sees its record, or staged it; None otherwise, whatever the reason."""
    attachment = Attachment.objects.filter(token=token).first()
    if attachment is None:
        return None
    if not attachment.kind:
        return attachment if attachment.uploaded_by_id == user.pk else None
    record = record_for(attachment.kind)
    if record is None or not record.rows(user).filter(pk=attachment.record_id).exists():
        return None
    return attachment
