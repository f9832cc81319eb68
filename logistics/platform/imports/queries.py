"""Reading runs and turning a checked run into the rows of its page."""

from collections import Counter
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from .checking import body_of, columns_of, sheets_of, skipped_of
from .figures import money_unit_in
from .grid import Sheet, cell_text
from .mapping import Match, headings_of, match_headings
from .models import ImportData, ImportMemory, ImportRun, RunState
from .targets import ImportTarget, targets_for

PAGE_SIZE = 50
VIEWS = ("bad", "noted", "change", "all", "skipped")
ACTIONS = {"new": "新增", "change": "更改", "same": "不变"}


def chosen_headings(data: ImportData, target: ImportTarget) -> dict:
    """The headings of the chosen sheets, by key."""
    sheets = sheets_of(data, target)
    return headings_of(sheet for sheet, layout in zip(sheets, data.layouts, strict=True) if layout["chosen"])


def matched(data: ImportData, target: ImportTarget) -> dict[str, Match]:
    """A match for every heading of the chosen sheets; a unit named only in the title, as in （单位：万元）, goes to every money column."""
    sheets = [sheet for sheet, layout in zip(sheets_of(data, target), data.layouts, strict=True) if layout["chosen"]]
    titles = [skipped.text for sheet in sheets if sheet.heading_rows for skipped in sheet.skipped if skipped.number < sheet.heading_rows[0]]
    unit = money_unit_in(titles)
    matches = match_headings(target, headings_of(sheets), remembered(target))
    with_unit = {column.name for column in target.columns if column.unit}
    return {key: replace(match, unit=match.unit or unit) if match.column in with_unit else match for key, match in matches.items()}


def remembered(target: ImportTarget) -> dict[str, tuple[str, str]]:
    """{heading: (column or "", unit)} from what the school said at earlier imports."""
    return {memory.heading: (memory.column, memory.unit) for memory in ImportMemory.objects.filter(target=target.key)}


def runs_visible_to(user) -> QuerySet[ImportRun]:
    """Runs of the targets this person may import, newest first."""
    return ImportRun.objects.filter(target__in=[target.key for target in targets_for(user)]).select_related("created_by", "done_by", "undone_by")


def earlier_run(run: ImportRun) -> ImportRun | None:
    """An earlier import of the very same file that is still in."""
    return ImportRun.objects.filter(target=run.target, digest=run.digest, state=RunState.DONE, into=run.into).exclude(pk=run.pk).first()


@dataclass(frozen=True)
class PageCell:
    """One cell of the preview. `text` is what goes in, `original` the file's own text where they differ."""

    column: str
    label: str
    text: str
    original: str = ""
    problem: str = ""
    suggest: str = ""
    note: str = ""
    numeric: bool = False
    alike: int = 0  # how many cells of this column have the same text and a problem, this one counted

    @property
    def css(self) -> str:
        return " ".join(filter(None, ("num" if self.numeric else "", "cell-bad" if self.problem else "cell-fix" if self.note else "")))


@dataclass(frozen=True)
class PageRow:
    key: str
    sheet: str
    number: int
    action: str
    cells: list[PageCell] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        return any(cell.problem for cell in self.cells)


@dataclass
class Preview:
    """One page of rows with what stands around it."""

    columns: list
    rows: list[PageRow]
    view: str
    number: int
    pages: int
    total: int
    first: int

    @property
    def has_bad(self) -> bool:
        return any(row.is_bad for row in self.rows)


def preview_of(run: ImportRun, data: ImportData, target: ImportTarget, sheets: list[Sheet], *, view: str, number: int) -> Preview:
    """The rows of a view ("bad", "noted", "change" or "all"), 50 to a page; a page number too high is the last page."""
    chosen = [(index, sheet) for index, sheet in enumerate(sheets) if data.layouts[index]["chosen"]]
    places = {index: columns_of(run, target, sheet) for index, sheet in chosen}
    shown = shown_columns(run, data, target, places)
    lines = [(index, sheet.name, number_, cells) for index, sheet in chosen for number_, cells in body_of(data, index, sheet)]
    wanted = [line for line in lines if fits(view, data.findings.get(f"{line[0]}:{line[2]}"))]
    pages = max(1, -(-len(wanted) // PAGE_SIZE))
    number = min(max(1, number), pages)
    start = (number - 1) * PAGE_SIZE
    alike = alike_problems(data, places, lines)
    rows = [page_row(run, data, shown, places[line[0]], line, alike) for line in wanted[start : start + PAGE_SIZE]]
    return Preview(shown, rows, view, number, pages, len(wanted), start + 1)


def shown_columns(run: ImportRun, data: ImportData, target: ImportTarget, places: dict) -> list:
    """Columns that are mapped, filled by a constant, fixed by hand or have a problem."""
    used = set(run.constants) | {name for found in places.values() for name in found}
    used |= {name for fixes in data.fixes.values() for name in fixes}
    used |= {name for found in data.findings.values() for name in (*found["p"], *found["n"])}
    return [column for column in target.columns if column.name in used]


def fits(view: str, found: dict | None) -> bool:
    if view == "all":
        return True
    if found is None:
        return False
    return {"bad": bool(found["p"]), "noted": bool(found["n"]) and not found["p"], "change": found["a"] == "change" and not found["p"]}.get(view, False)


def original_text(run: ImportRun, data: ImportData, places: dict, key: str, cells: list, column: str) -> str:
    """What stands in the cell now: the fix, the constant, or the file's text."""
    fixes = data.fixes.get(key, {})
    if column in fixes:
        return fixes[column]
    place, _ = places.get(column, (None, ""))
    if place is None:
        return run.constants.get(column, "")
    return cell_text(cells[place]) if place < len(cells) else ""


def alike_problems(data: ImportData, places: dict, lines: list) -> Counter:
    """How often the same text of a column has a problem, for mending all of them at once."""
    counts: Counter = Counter()
    for index, _, number, cells in lines:
        found = data.findings.get(f"{index}:{number}")
        for column in found["p"] if found else ():
            fixed = data.fixes.get(f"{index}:{number}", {}).get(column)
            place = places[index].get(column, (None, ""))[0]
            text = fixed if fixed is not None else cell_text(cells[place]) if place is not None and place < len(cells) else ""
            counts[column, text] += 1
    return counts


def page_row(run: ImportRun, data: ImportData, columns: list, places: dict, line: tuple, alike: Counter) -> PageRow:
    index, sheet, number, cells = line
    key = f"{index}:{number}"
    found = data.findings.get(key, {"a": "new", "p": {}, "n": {}})
    shown = []
    for column in columns:
        text = original_text(run, data, places, key, cells, column.name)
        problem, suggest = found["p"].get(column.name, ("", ""))
        note, value = found["n"].get(column.name, ("", ""))
        shown.append(
            PageCell(
                column=column.name,
                label=column.label,
                text=text if problem or not value else value,
                original=text if note and value and value != text else "",
                problem=problem,
                suggest=suggest,
                note="" if problem else note,
                numeric=column.numeric,
                alike=alike[column.name, text] if problem else 0,
            )
        )
    return PageRow(key, sheet, number, ACTIONS[found["a"]], shown)


@dataclass(frozen=True)
class SkippedRow:
    key: str
    number: int
    sheet: str
    text: str
    reason: str
    kept: bool


def skipped_rows(data: ImportData, sheets: list[Sheet]) -> list[SkippedRow]:
    """Rows that were passed over as totals, notes or titles, and those a person left out."""
    found = [
        SkippedRow(key, skipped.number, sheets[int(key.split(":")[0])].name, skipped.text, skipped.reason, kept)
        for key, skipped, kept in skipped_of(data, sheets)
    ]
    by_hand = [key for key, choice in data.choices.items() if choice == "skip"]
    for key in by_hand:
        index, number = (int(part) for part in key.split(":"))
        cells = next((cells for row, cells in data.grids[index]["rows"] if row == number), [])
        text = " ".join(filter(None, map(cell_text, cells)))[:80]
        found.append(SkippedRow(key, number, data.grids[index]["name"], text, "您选了不导入", False))
    return sorted(found, key=lambda row: (row.sheet, row.number))


def samples_of(sheets: list[Sheet], data: ImportData, column_of: dict[int, int]) -> list[str]:
    """The first three contents under a heading, for recognising it; `column_of` is {sheet index: column}."""
    found: list[str] = []
    for index, column in column_of.items():
        if data.layouts[index]["chosen"]:
            for _, cells in sheets[index].rows:
                text = cell_text(cells[column])[:24] if column < len(cells) else ""
                if text and text not in found:
                    found.append(text)
                if len(found) == 3:
                    return found
    return found
