"""What the folder access_log registers with the platform."""

from canteen.rights import ACCESS, BUYING_VIEW
from logistics.platform.web import menu, registry
from logistics.platform.web.menu import MenuItem


def register() -> None:
    from .pages import ENTRIES

    registry.register(ENTRIES)
    menu.register(MenuItem("食堂", "进出登记", "door-open", "/canteen/access/", (ACCESS, BUYING_VIEW), 60))
