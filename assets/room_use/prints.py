"""专用室使用登记簿 of a month as paper (AST-10)."""

from dataclasses import dataclass
from datetime import date

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper

from .models import RoomUse, SpecialRoom, UseState
from .queries import month_uses


@dataclass(frozen=True)
class Asked:
    """One room's month, as the paper's number names it."""

    room: SpecialRoom
    month: date

    @property
    def number(self) -> str:
        return f"{self.room.pk}-{self.month:%Y%m}"


def asked_of(paper: PrintedPaper) -> Asked | None:
    key, _, month = paper.number.partition("-")
    if not (key.isdecimal() and month.isdecimal() and len(month) == 6 and 1 <= int(month[4:]) <= 12):
        return None
    room = SpecialRoom.objects.filter(pk=int(key)).first()
    return Asked(room, date(int(month[:4]), int(month[4:]), 1)) if room else None


def _words(use: RoomUse) -> list[str]:
    """What was not in order."""
    if use.state != UseState.DONE:
        return []
    return [words for words, said in (("没有归位", not use.is_tidy), ("没有关好", not use.is_off), (use.words, use.words)) if said]


def register_sheet(asked: Asked, user) -> dict:
    """Every use of the month with how the room was left."""
    uses = list(month_uses(asked.room, asked.month))
    if not uses:
        raise RuleViolation(f"{asked.room} {asked.month.year} 年 {asked.month.month} 月还没有使用，登记簿没有内容。")
    rows = [
        {
            "on": f"{use.on:%m-%d}", "hours": use.hours, "who": use.person.name, "class": str(use.school_class or ""), "subject": use.subject,
            "people": use.people or "", "left": use.get_left_display() if use.state == UseState.DONE else "", "words": "，".join(_words(use)),
        }
        for use in uses
    ]  # fmt: skip
    return {"room": str(asked.room), "month": f"{asked.month.year}年{asked.month.month}月", "keeper": asked.room.keeper.name, "rows": rows, "total": len(rows)}


REGISTER_SHEET = PrintDocument(
    kind="assets.room_register", title="专用室使用登记簿", template="print/assets/room_register.html", context=register_sheet,
    number=lambda asked: asked.number, find=asked_of,
)  # fmt: skip
