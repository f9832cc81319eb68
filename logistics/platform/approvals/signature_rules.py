"""The signature a person keeps. An old one stays with the sheets it was printed on."""

from datetime import datetime

from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.photos import CleanFile
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation

from .signing import STORED

MOST_KEPT = 20


@rule
def keep_signature(*, actor, at: datetime, signature: CleanFile) -> Attachment:
    """The last one kept is used. Raises RuleViolation for a typed name, which is no picture, or after twenty changes."""
    if not signature.content:
        raise RuleViolation("存签名要手写。不方便手写的不用存，审批单上会印您的姓名。", field="signature")
    kept = attach(actor=actor, at=at, record=actor, role=STORED, uploads=[signature], limit=MOST_KEPT, field="signature")[0]
    record_event(actor=actor, at=at, action="keep_signature", record=actor, text="存了手写签名")
    return kept
