"""The books of food safety: who writes them and who answers for them."""

from logistics.platform.evidence.books import Books, check_can_strike, enter, struck_whole
from logistics.platform.evidence.books import Evidence as PlatformEvidence

__all__ = [
    "BOOKS", "CHECK", "MANAGE", "RECORD", "VIEW", "Evidence", "check_can_check", "check_can_manage", "check_can_record", "check_can_strike", "check_can_view", "enter", "struck_whole",
]  # fmt: skip

VIEW, RECORD, CHECK, MANAGE = "canteen.safety.view", "canteen.safety.record", "canteen.safety.check", "canteen.safety.manage"
BOOKS = Books("食品安全员", VIEW, RECORD, CHECK, MANAGE)
check_can_view, check_can_record, check_can_check, check_can_manage = (
    BOOKS.check_can_view,
    BOOKS.check_can_record,
    BOOKS.check_can_check,
    BOOKS.check_can_manage,
)


class Evidence(PlatformEvidence):
    books = BOOKS

    class Meta:
        abstract = True
