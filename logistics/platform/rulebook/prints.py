"""A regulation on paper in the customary form: title, version, effective date, text, who issued it (ORG-06, GEN-04)."""

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Regulation, RuleState


def check_published(user, regulation: Regulation) -> None:
    if regulation.current is None:
        raise RuleViolation("还没有发布，不能打印。先发布再打印。")


def sheet(regulation: Regulation, user) -> dict:
    """Everything the paper says, as plain values."""
    version = regulation.current
    return {
        "name": regulation.title,
        "sub": f"第 {version.number} 版　{full_day(version.effective_on)}起施行",
        "paragraphs": version.paragraphs,
        "publisher": version.published_by.name,
        "published_on": full_day(version.published_at),
        "is_withdrawn": regulation.state == RuleState.WITHDRAWN,
        "reason": regulation.reason,
    }


RULE_SHEET = PrintDocument(
    kind="platform.regulation",
    title="规章制度",
    template="print/platform/regulation.html",
    context=sheet,
    number=lambda regulation: f"制度 {regulation.pk}-{regulation.current.number}",
    check=check_published,
)
