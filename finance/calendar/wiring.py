"""What the folder calendar registers with the platform."""

from logistics.platform.access import permissions
from logistics.platform.access.models import Scope
from logistics.platform.duties import public as duties
from logistics.platform.duties.public import Producer
from logistics.platform.school import first_run
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, readiness, registry
from logistics.platform.web.menu import MenuItem, SetupCard

ALL = Scope.ALL
VIEWERS = ("principal", "vice", "director", "accountant", "cashier", "buyer", "financegroup", "inspector")
PERMISSIONS = [("finance.calendar.view", "看财务日历", dict.fromkeys(VIEWERS, ALL))]


def register() -> None:
    from . import first_run as usual
    from .pages import FILINGS, start_url
    from .queries import PRODUCER

    permissions.register("账和公开", PERMISSIONS)
    duties.register(Producer(PRODUCER, "报送办结", start_url, "calendar-check-2"))
    registry.register(FILINGS)
    first_run.register(usual.PRESET)
    readiness.register(*usual.STEPS)
    index.register(
        Indexed(
            FILINGS,
            names=lambda filing: (filing.title,),
            words=lambda filing: (filing.note,),
            detail=lambda filing: f"{filing.due_on:%Y-%m-%d} {'迟办' if filing.is_late else '按时'}",
            order=50,
        )
    )
    menu.register_cards(SetupCard("财务日历", "报税、月结、决算、公示各由谁办", "calendar-check-2", "/finance/calendar/", ("platform.duties.manage",)))
    menu.register(MenuItem("经费", "财务日历", "calendar-check-2", "/finance/calendar/", ("finance.calendar.view", "platform.duties.manage"), 95))
