"""What the folder thread registers: its own parts of a card's story, and what a purchase became."""

from finance.public import thread_panel
from logistics.platform.labels import things
from logistics.platform.web import panels
from logistics.platform.web.panels import Panel

from .registry import parts

PURCHASE = (("finance.acceptance", ""), ("finance.purchaseorder", "__order"), ("finance.purchaserequest", "__order__request"))


def register() -> None:
    from .pages import became, purchase_of, thread_choice
    from .parts import family_steps, ledger_steps, pledge_steps

    parts.extend([ledger_steps, family_steps, pledge_steps])
    things.offer("assets.assetcard", thread_choice)
    for kind, path in PURCHASE:
        panels.register(Panel(kind, "建的卡片、入的库", "assets/became_panel.html", became(lambda record, path=path: (path, record.pk)), order=30, side=True))
    panels.register(Panel("assets.slip", "来龙去脉", "finance/thread.html", thread_panel(purchase_of), order=20, side=True))
