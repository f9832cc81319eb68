"""What the folder key_place registers with the platform."""

from logistics.platform.evidence.rules import after_strike
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import LAW as BY_LAW
from logistics.platform.limits.registry import Limit
from logistics.platform.printing import documents
from logistics.platform.web import registry
from logistics.platform.web.home import sources

from .models import LAW
from .queries import AHEAD

LIMITS = (Limit(AHEAD, "特种设备检验到期前多少天提醒", "天", 45, 30, 180, BY_LAW, LAW, group="安全", help="法律要求届满前一个月申请检验。"),)


def register() -> None:
    from .models import SpecialInspection
    from .pages import INSPECTION_SHEET, INSPECTIONS, KEY_PLACES, SPECIALS
    from .prints import CARD, SPECIAL_FILE
    from .queries import special_late, special_todos
    from .rules import put_right

    limits.register(*LIMITS)
    after_strike(SpecialInspection, put_right)
    registry.register(KEY_PLACES, SPECIALS, INSPECTIONS)
    documents.register(CARD, SPECIAL_FILE, INSPECTION_SHEET.document)
    sources.todos.append(special_todos)
    sources.late.append(special_late)
