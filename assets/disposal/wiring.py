"""What the folder disposal registers with the platform."""

from assets.card.change_rules import blockers
from assets.thread.registry import parts
from finance.public import EntryKeeper, entry_keepers
from logistics.platform.access import permissions, separation
from logistics.platform.access.models import Scope
from logistics.platform.access.separation import Act
from logistics.platform.approvals import public as approvals
from logistics.platform.limits import registry as limits
from logistics.platform.notices import subjects
from logistics.platform.partners.rules import on_merge
from logistics.platform.printing import documents
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

ALL, OWN = Scope.ALL, Scope.OWN
SEE_ALL = ("principal", "vice", "director", "keeper", "accountant", "cashier", "financegroup", "inspector")
PERMISSIONS = [
    ("assets.disposal.view", "看资产处置", {"*": OWN, **dict.fromkeys(SEE_ALL, ALL)}),
    ("assets.disposal.apply", "申请和办理处置", {"keeper": ALL, "director": ALL}),
]
ACTS = [
    Act("create", "申请处置", separation.REQUEST),
    Act("submit", "送批", separation.REQUEST),
    Act("appraise", "鉴定", separation.ACCEPT),
    Act("approve", "批准处置", separation.APPROVE),
    Act("receive", "收处置收入", separation.PAY),
    Act("write_off", "核销", separation.BOOK),
]


def register() -> None:
    from .approval import DISPOSALS_TO_APPROVE
    from .carrying_rules import check_entry, note_struck
    from .first_run import PRESET
    from .home import disposal_steps, disposal_todos
    from .models import Disposal
    from .pages import DISPOSALS
    from .prints import DISPOSAL_SHEET, PROCEEDS_SHEET, SUMMARY_SHEET
    from .queries import on_a_list
    from .rules import DISPOSALS as SUBJECT
    from .rules import LIMITS

    permissions.register("损坏和处置", PERMISSIONS)
    separation.register("assets.disposal", "资产处置单", ACTS)
    limits.register(*LIMITS)
    subjects.register(SUBJECT)
    approvals.register(DISPOSALS_TO_APPROVE)
    registry.register(DISPOSALS)
    first_run.register(PRESET)
    documents.register(DISPOSAL_SHEET, PROCEEDS_SHEET, SUMMARY_SHEET)
    entry_keepers["assets.disposal"] = EntryKeeper(check=check_entry, struck=note_struck)
    blockers.append(on_a_list)
    parts.append(disposal_steps)
    sources.todos.append(disposal_todos)
    on_merge("资产处置单", lambda source, target: Disposal.objects.filter(partner=source).update(partner=target))
    index.register(
        Indexed(
            DISPOSALS,
            names=lambda disposal: (disposal.title,),
            words=lambda disposal: (disposal.number, disposal.answer_number),
            title=lambda disposal: disposal.title,
            detail=lambda disposal: f"{disposal.number} · {disposal.get_state_display()}",
            order=69,
        )
    )
    menu.register(MenuItem("家底", "资产处置", "recycle", "/assets/disposal/", "assets.disposal.view", 17))
