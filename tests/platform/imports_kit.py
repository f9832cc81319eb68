"""What the tests of imports share: the clerk's rights, small lists, and what a check has found."""

import os
from datetime import datetime

from logistics.platform.imports import rules
from logistics.platform.imports.models import ImportData, ImportRun
from logistics.platform.imports.targets import target_for
from tests.platform.office_files import xlsx

HEAD = ["工号", "姓名", "部门", "手机"]
RIGHTS = ("platform.people.manage", "platform.students.manage", "platform.places.manage", "platform.calendar.manage")


def loader(clerk, at: datetime):
    """load("people", rows) uploads sheets for the clerk; when every heading is known they are checked at once."""

    def load(key: str, *sheets, who=None, **kwargs) -> ImportRun:
        return rules.start_run(actor=who or clerk, at=at, target=target_for(key), name="名册.xlsx", content=xlsx(*sheets, **kwargs))

    return load


def staff(count: int) -> list[list]:
    """A list of staff G001, G002 … of the 总务处."""
    return [HEAD, *([f"G{n:03d}", f"教师{n}", "总务处", f"139{n:08d}"] for n in range(1, count + 1))]


def found(run: ImportRun) -> dict[tuple[int, str], str]:
    """{(row of the file, column): sentence} of every problem."""
    return {place: told[0] for place, told in _told(run, "p")}


def noted(run: ImportRun) -> dict[tuple[int, str], list[str]]:
    """{(row of the file, column): [sentence, what is shown]} of every cell that is taken otherwise than it stands."""
    return dict(_told(run, "n"))


def _told(run: ImportRun, which: str) -> list:
    findings = ImportData.objects.get(run=run).findings
    return [((int(key.split(":")[1]), column), told) for key, one in findings.items() for column, told in one[which].items()]


def work_seconds() -> float:
    """Processor time of this process and the readers it started: what the work costs, however busy the machine is."""
    return sum(os.times()[:4])
