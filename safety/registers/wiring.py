"""What the folder registers brings to the menu."""

from logistics.platform.web import menu
from logistics.platform.web.menu import MenuItem
from safety.accident.queries import REPORT
from safety.evidence import VIEW


def register() -> None:
    menu.register(MenuItem("安全", "安全台账", "shield-check", "/safety/registers/", VIEW, 60))
    menu.register(MenuItem("安全", "事故报告", "ambulance", "/safety/accident/", REPORT, 61))
