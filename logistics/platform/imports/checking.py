"""From stored sheets to checked rows: cells are read, references resolved in bulk, and at last the real rules are rehearsed.

The rehearsal runs the target's own rules inside a transaction that is always rolled back, so a row that passes here passes then.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from logistics.platform.audit.rules import rule
from logistics.platform.audit.rules import shown as stored_words
from logistics.platform.audit.saving import BadRows
from logistics.platform.kernel.errors import RuleViolation

from .grid import Grid, Sheet, Skipped, cell_from_json, cell_text
from .layout import lay_out
from .mapping import heading_keys, known_headings
from .models import ImportData, ImportRun
from .targets import ImportColumn, ImportTarget, Row
from .totals import check_totals

NO_FIXES: dict[str, str] = {}
SECOND_LOOK = "和已有的记录冲突，没有导入。请重新检查一遍。"


@dataclass
class Checked:
    """What a check found. `problem` is a refusal that belongs to no row; `skipped` counts rows that are no records or were left out."""

    rows: list[Row] = field(default_factory=list)
    actions: dict[str, str] = field(default_factory=dict)
    skipped: int = 0
    problem: str = ""

    @property
    def bad(self) -> int:
        return sum(1 for row in self.rows if row.problems)

    def counts(self) -> dict:
        found = dict.fromkeys(("new", "change", "same"), 0)
        for row in self.rows:
            if not row.problems:
                found[self.actions[row.key]] += 1
        noted = sum(1 for row in self.rows if row.notes and not row.problems)
        return found | {"rows": len(self.rows), "bad": self.bad, "noted": noted, "skipped": self.skipped, "problem": self.problem}

    def findings(self) -> dict:
        """What the page needs later, only for rows that have something to tell."""
        told = (row for row in self.rows if row.problems or row.notes or self.actions[row.key] != "new")
        return {row.key: {"a": self.actions[row.key], "p": row.problems, "n": row.notes} for row in told}


def sheets_of(data: ImportData, target: ImportTarget) -> list[Sheet]:
    """Every sheet of the upload laid out, by the heading rows found at upload or given by the person; kept on `data`, since it is asked often."""
    laid = data.__dict__.setdefault("laid_out", {})
    known = known_headings(target)
    sheets = []
    for index, (stored, layout) in enumerate(zip(data.grids, data.layouts, strict=True)):
        heading = _heading(layout)
        if (index, heading) not in laid:
            laid[index, heading] = lay_out(Grid.from_json(stored), known=known, heading=heading)
        sheets.append(laid[index, heading])
    return sheets


def keep_laid_out(data: ImportData, sheets: list[Sheet]) -> None:
    """These are the sheets of `data` by its layouts, for `sheets_of`."""
    data.__dict__["laid_out"] = {(index, _heading(layout)): sheet for index, (layout, sheet) in enumerate(zip(data.layouts, sheets, strict=True))}


def _heading(layout: dict) -> tuple[int, int] | None:
    return tuple(layout["heading"]) if layout["heading"] else None


def check(run: ImportRun, data: ImportData, target: ImportTarget, *, user) -> Checked:
    """Everything but the rehearsal: reads the cells, resolves references, tells new rows from changes."""
    result = Checked()
    sheets = sheets_of(data, target)
    for index, sheet in enumerate(sheets):
        if data.layouts[index]["chosen"]:
            found = rows_of(run, data, target, index, sheet)
            check_totals(found, sheet, data.grids[index], columns_of(run, target, sheet), target)
            result.rows += found
    left_out = sum(1 for choice in data.choices.values() if choice == "skip")
    result.skipped = left_out + sum(not called_back for _, _, called_back in skipped_of(data, sheets))
    check_required(result.rows, target)
    check_unique(result.rows, target)
    target.resolve(result.rows, user=user, **into_of(run, target))
    for row in result.rows:
        result.actions[row.key] = action_of(row, target)
    return result


def into_of(run: ImportRun, target: ImportTarget) -> dict:
    return {"into": run.into} if target.into else {}


def body_of(data: ImportData, index: int, sheet: Sheet) -> list[tuple[int, list]]:
    """The rows of a sheet that are to be imported, in order, the person's choices applied."""
    kept = {skipped.number for skipped in sheet.skipped if data.choices.get(f"{index}:{skipped.number}") == "keep"}
    rows = list(sheet.rows)
    if kept:
        rows += [(number, cells) for number, cells in data.grids[index]["rows"] if number in kept]
        rows.sort(key=lambda row: row[0])
    return [(number, cells) for number, cells in rows if data.choices.get(f"{index}:{number}") != "skip"]


def columns_of(run: ImportRun, target: ImportTarget, sheet: Sheet) -> dict[str, tuple[int, str]]:
    """{column name: (place in the sheet, unit of the heading)} by the run's mapping."""
    known = {column.name for column in target.columns}
    found: dict[str, tuple[int, str]] = {}
    for key, heading in heading_keys(sheet.headings).items():
        chosen = run.mapping.get(key, {})
        if chosen.get("column") in known:
            found.setdefault(chosen["column"], (heading.column, chosen.get("unit", "")))
    return found


def rows_of(run: ImportRun, data: ImportData, target: ImportTarget, index: int, sheet: Sheet) -> list[Row]:
    """The sheet's rows with every mapped cell read."""
    places, body = columns_of(run, target, sheet), body_of(data, index, sheet)
    merged = merged_cells(sheet, [number for number, _ in body])
    plan = [(column, *places.get(column.name, (None, "")), {}) for column in target.columns]
    used = [one for one in plan if one[1] is not None or one[0].name in run.constants]
    rows = []
    for number, cells in body:
        row = Row(f"{index}:{number}", sheet.name, number)
        fixes, width = data.fixes.get(row.key, NO_FIXES), len(cells)
        for column, place, unit, known in plan if fixes else used:
            raw = cells[place] if place is not None and place < width else ""
            if column.name in fixes:
                raw = fixes[column.name]
            elif place is None:
                raw = run.constants.get(column.name, "")
            elif raw == "" and (number, place) in merged:
                raw = merged_value(row, column, merged[number, place])
            row.raw[column.name] = raw
            if raw != "":
                read_cell(row, column, raw, unit, known)
        rows.append(row)
    return rows


def read_cell(row: Row, column: ImportColumn, raw, unit: str, known: dict) -> None:
    """Parse one cell that is not blank; equal cells of the sheet's column, which are `known`, are parsed once."""
    asked = raw if type(raw) is str else (type(raw), str(raw))
    reading = known.get(asked)
    if reading is None:
        reading = known[asked] = column.parse(cell_from_json(raw), unit)
    if reading.problem:
        row.refuse(column.name, reading.problem, suggest=reading.suggest)
        return
    if reading.value is not None:
        row.values[column.name] = reading.value
    if reading.note:
        row.note(column.name, reading.note, shown=shown(reading.value))


def shown(value) -> str:
    """A value as the preview shows it, empty where the file's own text says more (a code for 男, for example)."""
    if value is None or isinstance(value, bool | str):
        return value if isinstance(value, str) else ""
    return f"{value:,f}" if hasattr(value, "quantize") else str(value)


def merged_cells(sheet: Sheet, numbers: list[int]) -> dict[tuple[int, int], tuple[int, object]]:
    """{(row, column): (row of the corner, its value)} for blank cells that a range merged over several rows covers."""
    rows = dict(sheet.rows)
    covered = {}
    for top, left, bottom, right in sheet.merges:
        corner = rows.get(top)
        if bottom == top or corner is None or left >= len(corner) or corner[left] == "" or right - left > 3:
            continue
        for number in numbers[bisect_right(numbers, top) : bisect_right(numbers, bottom)]:
            covered[number, left] = (top, corner[left])
    return covered


def merged_value(row: Row, column: ImportColumn, corner: tuple[int, object]):
    """The corner's value where the column asks for it; otherwise a required cell is a problem with that value as the suggestion."""
    top, value = corner
    if column.fill_down:
        row.note(column.name, f"合并单元格，和第 {top} 行一样", shown=cell_text(value))
        return value
    if column.required:
        row.refuse(column.name, f"和第 {top} 行是合并单元格，这一行自己没有写。", suggest=cell_text(value))
    return ""


def check_required(rows: list[Row], target: ImportTarget) -> None:
    for column in target.columns:
        if column.required:
            for row in rows:
                if column.name not in row.values:
                    row.refuse(column.name, f"{column.label}必填。")


def check_unique(rows: list[Row], target: ImportTarget) -> None:
    for column in target.columns:
        first: dict = {}
        for row in rows if column.unique else ():
            value = row.values.get(column.name)
            if value is not None and first.setdefault(value, row) is not row:
                sheet = f"工作表「{first[value].sheet}」" if first[value].sheet != row.sheet else ""
                row.refuse(column.name, f"和{sheet}{first[value].place}重复了。")


def action_of(row: Row, target: ImportTarget) -> str:
    """new, change or same; what a change replaces is noted at the cell."""
    if row.existing is None:
        return "new"
    if target.change is None:
        row.refuse(key_column(target), "已经有了，这里只能导入新的。")
        return "same"
    changes = differences(row)
    for name, (before, _) in changes.items():
        if name in target.by_name:
            row.note(name, f"现在是「{stored_words(row.existing, name, before)}」", shown=row.notes.get(name, ("", ""))[1])
    return "change" if changes else "same"


def differences(row: Row) -> dict[str, tuple]:
    """{field: (before, after)} of what the row would change in its existing record."""
    stored = {field.name for field in row.existing._meta.concrete_fields} & set(row.values)
    pairs = {name: (getattr(row.existing, name), row.values[name]) for name in row.values if name in stored}
    return {name: (before, after) for name, (before, after) in pairs.items() if before != after}


def key_column(target: ImportTarget) -> str:
    """The column a row is known by, where problems of a whole row are shown."""
    return next((column.name for column in target.columns if column.unique), target.columns[0].name)


def apply(result: Checked, run: ImportRun, target: ImportTarget, *, actor, at: datetime, create: Callable | None = None) -> list[tuple[Row | None, object]]:
    """Write the rows through the target's rules, new ones in bulk; returns (row or None, record). Problems land at their rows.

    `create` in place of the target's own. Raises RuleViolation when any row was refused; call it inside a rule, which takes everything back.
    """
    new = [row for row in result.rows if result.actions[row.key] == "new"]
    written: list[tuple[Row | None, object]] = []
    try:
        if new:
            written += [(None, record) for record in (create or target.create)(actor=actor, at=at, rows=[row.values for row in new], **into_of(run, target))]
    except BadRows as refusal:
        for index, sentence in refusal.rows.items():
            new[index].refuse(key_column(target), sentence)
    for row in result.rows:
        if result.actions[row.key] == "change":
            record = change_row(row, target, actor=actor, at=at)
            if record is not None:
                written.append((row, record))
    if result.bad:
        raise RuleViolation(first_problems(result, target))
    return written


def change_row(row: Row, target: ImportTarget, *, actor, at: datetime):
    """The changed record, None when its rule refuses; the refusal lands at the row."""
    names = {column.name for column in target.columns}
    values = {name: after for name, (_, after) in differences(row).items()}
    try:
        return target.change(actor=actor, at=at, record=row.existing, **values)
    except RuleViolation as refusal:
        row.refuse(refusal.field if refusal.field in names else key_column(target), refusal.message)
    except ValidationError as refusal:
        for name, sentences in refusal.message_dict.items() if hasattr(refusal, "error_dict") else {"": refusal.messages}.items():
            row.refuse(name if name in names else key_column(target), "".join(sentences))
    return None


def first_problems(result: Checked, target: ImportTarget) -> str:
    """The first problems in one sentence each, with row and column."""
    bad = [row for row in result.rows if row.problems]
    several = len({row.sheet for row in result.rows}) > 1
    told = []
    for row in bad[:3]:
        name, (sentence, _) = next(iter(row.problems.items()))
        sheet = f"工作表「{row.sheet}」" if several else ""
        told.append(f"{sheet}{row.place}「{target.column(name).label}」：{sentence}")
    rest = f"另有 {len(bad) - 3} 行也有问题。" if len(bad) > 3 else ""
    return "".join([*told, rest])


class _Rehearsed(Exception):
    """Ends a rehearsal that went through, so that its transaction is rolled back."""


def rehearse(result: Checked, run: ImportRun, target: ImportTarget, *, actor, at: datetime) -> None:
    """Run the target's rules and take everything back; refusals land at their rows or in `result.problem`."""

    @rule
    def play() -> None:
        apply(result, run, target, actor=actor, at=at, create=target.foresee)
        raise _Rehearsed

    try:
        play()
    except _Rehearsed:
        return
    except RuleViolation as refusal:
        if not result.bad:
            result.problem = refusal.message
    except ValidationError as refusal:
        result.problem = "".join(refusal.messages)
    except IntegrityError:
        result.problem = SECOND_LOOK


def skipped_of(data: ImportData, sheets: list[Sheet]) -> list[tuple[str, Skipped, bool]]:
    """(row key, skipped row, whether it was called back) of every chosen sheet, titles above the heading left out."""
    found = []
    for index, sheet in enumerate(sheets):
        if data.layouts[index]["chosen"] and sheet.heading_rows:
            for skipped in sheet.skipped:
                key = f"{index}:{skipped.number}"
                if skipped.number > sheet.heading_rows[1]:
                    found.append((key, skipped, data.choices.get(key) == "keep"))
    return found
