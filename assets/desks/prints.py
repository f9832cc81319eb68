"""课桌凳统计表 as paper (AST-11)."""

from dataclasses import dataclass
from datetime import date

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .queries import classes_visible_to, kinds_in_use, table, totals


@dataclass(frozen=True)
class Asked:
    """The table as it stands on a day."""

    on: date

    @property
    def number(self) -> str:
        return f"{self.on:%Y%m%d}"


def asked_of(paper: PrintedPaper) -> Asked | None:
    text = paper.number
    try:
        return Asked(date(int(text[:4]), int(text[4:6]), int(text[6:8])))
    except ValueError:
        return None


def desk_sheet(asked: Asked, user) -> dict:
    """Every class with what it has, needs, misses and can spare."""
    kinds = kinds_in_use()
    rows = table(classes_visible_to(user), kinds)
    if not rows or not kinds:
        raise RuleViolation("还没有班级或者课桌凳的种类，统计表没有内容。")
    return {
        "on": full_day(asked.on),
        "kinds": [kind.name for kind in kinds],
        "rows": [
            {
                "name": row.school_class.name, "pupils": row.pupils,
                "cells": [[cell.have, cell.needed, cell.damaged or "", cell.missing or "", cell.surplus or ""] for cell in row.cells],
            }
            for row in rows
        ],
        "totals": [[one["have"], one["needed"], one["damaged"], one["missing"], one["surplus"]] for one in totals(rows, kinds)],
        "pupils": sum(row.pupils for row in rows),
    }  # fmt: skip


DESK_SHEET = PrintDocument(
    kind="assets.desks", title="课桌凳统计表", template="print/assets/desks.html", context=desk_sheet, number=lambda asked: asked.number, find=asked_of
)
