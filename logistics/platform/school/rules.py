"""The school's own facts (ORG-01)."""

from datetime import datetime
from urllib.parse import urlsplit

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.keeping import forget

from .models import KEPT_AS, School

MANAGE = "platform.school.manage"
CLOCKS = ("quiet_from", "quiet_to", "digest_at")


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


@rule
def save_school(*, actor, at: datetime, record: School | None = None, **values) -> School:
    """Write the one row of school facts, making it the first time. `record` may be the unsaved default.

    A clock time left empty stays as it is.
    """
    check_can_manage(actor)
    school, values = stored(School, School.objects.first()), tidied(values)
    values = {name: value for name, value in values.items() if value is not None or name not in CLOCKS}
    if "address" in values:
        values["address"] = _web_address(values["address"])
    saved = save_changes(actor=actor, at=at, record=school, **values)
    forget(KEPT_AS)
    return saved


def _web_address(text: str) -> str:
    """The address without its final slash. Raises RuleViolation for anything a phone could not open."""
    text = (text or "").rstrip("/")
    if text and not _can_be_opened(text):
        raise RuleViolation("网址以 http:// 或 https:// 开头，例如 https://hq.example.edu.cn。", field="address")
    return text


def _can_be_opened(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    extra = parts.query or parts.fragment or parts.username or " " in text
    return parts.scheme in ("http", "https") and bool(parts.hostname) and has_port and not extra
