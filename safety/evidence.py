"""The books of safety: who writes them and who answers for them."""

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books, check_can_strike, enter, struck_whole
from logistics.platform.evidence.books import Evidence as PlatformEvidence

__all__ = [
    "BOOKS", "CHECK", "MANAGE", "PERMISSIONS", "RECORD", "VIEW", "Evidence", "check_can_check", "check_can_manage", "check_can_record", "check_can_strike", "check_can_view", "enter",
    "struck_whole",
]  # fmt: skip

VIEW, RECORD, CHECK, MANAGE = "safety.books.view", "safety.books.record", "safety.books.check", "safety.books.manage"
BOOKS = Books("安全员", VIEW, RECORD, CHECK, MANAGE)
check_can_view, check_can_record, check_can_check, check_can_manage = (
    BOOKS.check_can_view,
    BOOKS.check_can_record,
    BOOKS.check_can_check,
    BOOKS.check_can_manage,
)

ALL = Scope.ALL
KEEPERS = ("safety", "director", "vice")
PERMISSIONS = [
    (VIEW, "看安全台账和记录", dict.fromkeys((*KEEPERS, "principal", "guard", "dormkeeper", "nurse", "inspector"), ALL)),
    (RECORD, "记安全检查、演练、培训", dict.fromkeys((*KEEPERS, "guard", "dormkeeper"), ALL)),
    (CHECK, "复核安全记录", dict.fromkeys(KEEPERS, ALL)),
    (MANAGE, "管安全台账，划去写错的记录", dict.fromkeys(KEEPERS, ALL)),
]


class Evidence(PlatformEvidence):
    books = BOOKS

    class Meta:
        abstract = True
