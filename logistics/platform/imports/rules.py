"""Every write of an import: upload, mapping, fixing, checking, committing all or nothing, taking back.

A run is open until it is committed or dropped; whoever may import the target may go on with it, today or next week.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.collector import collector_rests
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.kernel.text import tidy

from .checking import SECOND_LOOK, Checked, apply, check, differences, first_problems, keep_laid_out, rehearse, rows_of, sheets_of
from .grid import cell_text
from .layout import lay_out
from .mapping import accepted, best_sheets, check_mapping, is_certain, known_headings
from .models import MOVES, ImportData, ImportMemory, ImportRun, RunState
from .queries import chosen_headings, matched, remembered
from .reader import read_grids
from .targets import ImportTarget, target_for
from .undo import entries_of, saved_entries, snapshot, take_back

KEPT_FOR = timedelta(days=30)
LONGEST_FIX = 500
REPORT_SHOWN = 200
ALL = "all"  # instead of a row


def check_can_import(user, target: ImportTarget) -> None:
    require(user, target.permission)


def target_of(run: ImportRun) -> ImportTarget:
    """The run's target. Raises RuleViolation when this installation no longer has it."""
    target = target_for(run.target)
    if target is None:
        raise RuleViolation("这一类导入现在不提供了。")
    return target


def check_can_undo(user, run: ImportRun, at: datetime) -> None:
    check_can_import(user, target_of(run))
    if run.state != RunState.DONE:
        raise RuleViolation(f"这次导入现在是「{run.get_state_display()}」，没有可以撤回的。")
    if at - run.done_at > KEPT_FOR:
        raise RuleViolation(f"导入已经超过 {KEPT_FOR.days} 天，不能整批撤回了。要改的请逐条改。")


@collector_rests()
def start_run(*, actor, at: datetime, target: ImportTarget, name: str, content: bytes, into: int | None = None) -> ImportRun:
    """Read an upload and keep it as a new run; when every heading is known it is mapped and checked at once.

    The file is read before the transaction begins. Raises RuleViolation for a file that cannot be read.
    """
    check_can_import(actor, target)
    _check_into(actor, target, into)
    grids = read_grids(content, name)
    return _keep_run(actor=actor, at=at, target=target, name=tidy(name)[:120] or "文件", content=content, grids=grids, into=into)


def _check_into(user, target: ImportTarget, into: int | None) -> None:
    if target.into and into not in {pk for pk, _ in target.into.choices(user)}:
        raise RuleViolation(f"请先选{target.into.label}。", field="into")


@rule
def _keep_run(*, actor, at: datetime, target: ImportTarget, name: str, content: bytes, grids: list, into: int | None) -> ImportRun:
    digest = hashlib.sha256(content).hexdigest()
    run = ImportRun.objects.create(target=target.key, name=name, digest=digest, into=into if target.into else None, created_at=at, created_by=actor)
    memory = remembered(target)
    known = known_headings(target) | {heading for heading, (column, _) in memory.items() if column}
    laid = [lay_out(grid, known=known) for grid in grids]
    layouts = [
        {"chosen": chosen, "heading": list(sheet.heading_rows) if sheet.heading_rows else None}
        for sheet, chosen in zip(laid, best_sheets(target, laid, memory), strict=True)
    ]
    data = ImportData(run=run, grids=[grid.to_json() for grid in grids], layouts=layouts)
    keep_laid_out(data, laid)
    matches = matched(data, target)
    run.mapping = {key: {"column": match.column, "unit": match.unit, "how": match.how} for key, match in matches.items()}
    data.save(force_insert=True)
    run.save(update_fields=["mapping"])
    record_event(actor=actor, at=at, action="upload", record=run, text=f"上传要导入的{target.label}：{name}")
    if is_certain(target, matches):
        _map_and_check(actor, at, run, data, target)
    return run


def _locked(actor, run: ImportRun, *states: RunState) -> tuple[ImportRun, ImportData, ImportTarget]:
    """The stored run, locked, with its data and target. Raises Conflict when it has moved on to another state."""
    target = target_of(run)
    check_can_import(actor, target)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in states:
        raise Conflict(f"这次导入现在是「{run.get_state_display()}」，不能再改。要重来请换文件。")
    data = ImportData.objects.filter(run=run).first()
    if data is None:
        raise RuleViolation("这次导入的内容已经过期清掉了，请重新上传文件。")
    return run, data, target


CHANGEABLE = (RunState.READ, RunState.MAPPED, RunState.PREVIEWED, RunState.FAILED)


@rule
def set_sheets(*, actor, at: datetime, run: ImportRun, chosen: Iterable[int], headings: Mapping[int, tuple[int, int] | None]) -> ImportRun:
    """Choose the sheets to import and, where the guess was wrong, the first and last heading row of each; then match the headings anew."""
    run, data, target = _locked(actor, run, *CHANGEABLE)
    chosen = set(chosen)
    for index, layout in enumerate(data.layouts):
        layout["chosen"] = index in chosen
        if index in headings:
            layout["heading"] = _checked_heading(data.grids[index], headings[index])
    if not any(layout["chosen"] for layout in data.layouts):
        raise RuleViolation("至少选一张工作表。", field="sheets")
    matches = matched(data, target)
    run.mapping = {key: {"column": match.column, "unit": match.unit, "how": match.how} for key, match in matches.items()}
    data.fixes, data.choices, data.findings = {}, {}, {}
    data.save(update_fields=["layouts", "fixes", "choices", "findings"])
    advance(run, RunState.READ, moves=MOVES, mapping=run.mapping, counts={})
    record_event(actor=actor, at=at, action="choose_sheets", record=run, text="选定工作表和表头")
    return run


def _checked_heading(grid: dict, heading: tuple[int, int] | None) -> list[int] | None:
    if heading is None:
        return None
    first, last = heading
    numbers = [number for number, _ in grid["rows"]]
    if not first <= last <= first + 3 or first not in numbers or numbers[-1] <= last:
        raise RuleViolation(f"工作表「{grid['name']}」的表头行不对：第一行要有内容，最多四行，下面要有数据。", field="heading")
    return [first, last]


@collector_rests()
@rule
def set_mapping(*, actor, at: datetime, run: ImportRun, mapping: Mapping[str, Mapping[str, str]], constants: Mapping[str, str]) -> ImportRun:
    """Say which heading is which column ("" for not imported) and what fills every row of a column the file does not have; remembered for next time.

    Checks every row at once. Raises RuleViolation for a column chosen twice or a required one left out.
    """
    run, data, target = _locked(actor, run, *CHANGEABLE)
    headings = chosen_headings(data, target)
    run.mapping = {key: accepted(mapping.get(key, {}), target) for key in headings}
    columns = {column.name for column in target.columns if not column.unique}
    taken = [chosen["column"] for chosen in run.mapping.values() if chosen["column"]]
    run.constants = {name: tidy(text)[:LONGEST_FIX] for name, text in constants.items() if name in columns - set(taken) and tidy(text)}
    check_mapping(target, taken, run.constants)
    if not any(sheet.rows for sheet, layout in zip(sheets_of(data, target), data.layouts, strict=True) if layout["chosen"]):
        raise RuleViolation("表头下面没有可以导入的行。请检查表头是第几行，或者换一张工作表。")
    _remember(target, run.mapping)
    _map_and_check(actor, at, run, data, target)
    return run


def _remember(target: ImportTarget, mapping: Mapping[str, Mapping[str, str]]) -> None:
    rows = [ImportMemory(target=target.key, heading=key, column=chosen["column"], unit=chosen["unit"]) for key, chosen in mapping.items() if "#" not in key]
    ImportMemory.objects.bulk_create(rows, update_conflicts=True, unique_fields=["target", "heading"], update_fields=["column", "unit"])


def _map_and_check(actor, at: datetime, run: ImportRun, data: ImportData, target: ImportTarget) -> None:
    advance(run, RunState.MAPPED, moves=MOVES, mapping=run.mapping, constants=run.constants)
    _check(actor, at, run, data, target)
    record_event(actor=actor, at=at, action="map", record=run, text=f"对好栏目，检查了 {run.counts['rows']} 行")


def _check(actor, at: datetime, run: ImportRun, data: ImportData, target: ImportTarget) -> Checked:
    """Check all rows, rehearse when nothing stands in the way, and keep what was found."""
    result = check(run, data, target, user=actor)
    if not result.bad:
        rehearse(result, run, target, actor=actor, at=at)
    data.findings = result.findings()
    data.save(update_fields=["fixes", "choices", "findings"])
    advance(run, RunState.PREVIEWED, moves=MOVES, counts=result.counts(), note="")
    return result


@collector_rests()
@rule
def check_run(*, actor, at: datetime, run: ImportRun) -> ImportRun:
    """Check every row again, with the school's data as they are now. Nothing of the school is written."""
    run, data, target = _locked(actor, run, RunState.MAPPED, RunState.PREVIEWED, RunState.FAILED)
    _check(actor, at, run, data, target)
    record_event(actor=actor, at=at, action="check", record=run, text=f"检查了 {run.counts['rows']} 行")
    return run


@dataclass(frozen=True)
class Fix:
    """Another text for one cell, or with `everywhere` for every cell of the column that has the same content."""

    row: str
    column: str
    text: str
    everywhere: bool = False


def fix_cell(*, actor, at: datetime, run: ImportRun, row: str, column: str, text: str, everywhere: bool = False) -> ImportRun:
    """Write another text into one cell of the upload, or into all that are alike, and check every row again."""
    return fix_cells(actor=actor, at=at, run=run, fixes=[Fix(row, column, text, everywhere)])


@collector_rests()
@rule
def fix_cells(*, actor, at: datetime, run: ImportRun, fixes: Iterable[Fix], leave_out: Iterable[str] = (), without_bad: bool = False) -> ImportRun:
    """Mend several cells of the upload at once and leave rows out, with `without_bad` all that are still wrong then; texts that are there already change nothing."""
    run, data, target = _locked(actor, run, RunState.PREVIEWED, RunState.FAILED)
    now, told = _texts(run, data, target), []
    for fix in fixes:
        _check_fix(data, target, fix)
        text, before = tidy(fix.text), now.get(fix.row, {}).get(fix.column, "")
        if text == before:
            continue
        alike = [key for key, texts in now.items() if texts.get(fix.column, "") == before] if fix.everywhere else [fix.row]
        for key in alike:
            data.fixes.setdefault(key, {})[fix.column] = text
        where = f"第 {fix.row.split(':')[1]} 行" if len(alike) == 1 else f"{len(alike)} 行"
        told.append(f"{where}「{target.column(fix.column).label}」改为「{text[:60]}」")
    for key in leave_out:
        _check_row(data, key)
        data.choices[key] = "skip"
        told.append(f"第 {key.split(':')[1]} 行不导入")
    _check(actor, at, run, data, target)
    if without_bad and (bad := [key for key, found in data.findings.items() if found["p"]]):
        data.choices |= dict.fromkeys(bad, "skip")
        told.append(f"有错的 {len(bad)} 行不导入")
        _check(actor, at, run, data, target)
    record_event(actor=actor, at=at, action="fix", record=run, text="；".join(told) or "没有改动", note="\n".join(told) if len(told) > 1 else "")
    return run


def _check_fix(data: ImportData, target: ImportTarget, fix: Fix) -> None:
    _check_row(data, fix.row)
    if fix.column not in target.by_name:
        raise RuleViolation("没有这一栏，请刷新后再改。")
    if len(fix.text) > LONGEST_FIX:
        raise RuleViolation(f"太长了，最多 {LONGEST_FIX} 个字。")


def _check_row(data: ImportData, key: str) -> None:
    index, _, number = key.partition(":")
    if re.fullmatch(r"\d{1,3}:\d{1,7}", key) and int(index) < len(data.grids) and any(int(number) == row[0] for row in data.grids[int(index)]["rows"]):
        return
    raise RuleViolation("没有这一行，请刷新后再改。")


def _texts(run: ImportRun, data: ImportData, target: ImportTarget) -> dict[str, dict[str, str]]:
    """{row key: {column: text}} as the cells stand now, earlier fixes in."""
    sheets = sheets_of(data, target)
    rows = [one for index, sheet in enumerate(sheets) if data.layouts[index]["chosen"] for one in rows_of(run, data, target, index, sheet)]
    return {one.key: {column: cell_text(raw) for column, raw in one.raw.items()} for one in rows}


@collector_rests()
@rule
def choose_row(*, actor, at: datetime, run: ImportRun, row: str, keep: bool) -> ImportRun:
    """Leave a row out, or call one back that was left out or skipped as a total or a note; ALL calls back every row that a person left out."""
    run, data, target = _locked(actor, run, RunState.PREVIEWED, RunState.FAILED)
    if row == ALL and keep:
        told = f"选了不导入的 {list(data.choices.values()).count('skip')} 行也要导入"
        data.choices = {key: choice for key, choice in data.choices.items() if choice != "skip"}
    else:
        _check_row(data, row)
        told = f"第 {row.split(':')[1]} 行{'要' if keep else '不'}导入"
        data.choices[row] = "keep" if keep else "skip"
    _check(actor, at, run, data, target)
    record_event(actor=actor, at=at, action="choose_row", record=run, text=told)
    return run


@rule
def ask_commit(*, actor, at: datetime, run: ImportRun) -> ImportRun:
    """Hand a long import to the worker. A second tap changes nothing; one that is already in stays in."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state in (RunState.DONE, RunState.COMMITTING):
        check_can_import(actor, target_of(run))
        return run
    run, _, _ = _locked(actor, run, RunState.PREVIEWED, RunState.FAILED)
    check_ready(run)
    advance(run, RunState.COMMITTING, moves=MOVES)
    record_event(actor=actor, at=at, action="ask_commit", record=run, text=f"交给后台导入 {writable(run)} 行")
    from .tasks import commit_import  # the task calls the rules of this module

    transaction.on_commit(partial(commit_import.delay, run.pk, actor.pk))
    return run


def writable(run: ImportRun) -> int:
    """How many rows a commit would write."""
    return run.counts.get("new", 0) + run.counts.get("change", 0)


def check_ready(run: ImportRun) -> None:
    """Raise RuleViolation while problems remain or nothing is left to import."""
    if run.counts.get("bad"):
        raise RuleViolation(f"还有 {run.counts['bad']} 行要改，一行也没有导入。改好或选「这一行不导入」。")
    if run.counts.get("problem"):
        raise RuleViolation(run.counts["problem"])
    if not writable(run):
        raise RuleViolation("没有要导入的行：都和已有的一样，或者都选了不导入。")


@collector_rests()
@rule
def commit_run(*, actor, at: datetime, run: ImportRun) -> ImportRun:
    """Write every row through the target's rules, all or nothing. Called twice it writes once.

    Raises RuleViolation with the first problems when the school's data have changed since the preview.
    """
    target = target_of(run)
    check_can_import(actor, target)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state == RunState.DONE:
        return run
    run, data, target = _locked(actor, run, RunState.PREVIEWED, RunState.COMMITTING, RunState.FAILED)
    result = check(run, data, target, user=actor)
    if result.bad:
        raise RuleViolation(f"还有 {result.bad} 行要改，一行也没有导入。{first_problems(result, target)}")
    run.counts = result.counts()
    check_ready(run)
    before = {row.key: snapshot(row.existing, differences(row)) for row in result.rows if result.actions[row.key] == "change"}
    try:
        written = apply(result, run, target, actor=actor, at=at)
    except IntegrityError as error:
        raise RuleViolation(SECOND_LOOK) from error
    data.saved = saved_entries(written, before)
    data.save(update_fields=["saved"])
    advance(run, RunState.DONE, moves=MOVES, done_at=at, done_by=actor, counts=run.counts, note="")
    text = f"导入{target.label}：新增 {run.counts['new']} 行，更改 {run.counts['change']} 行"
    record_event(actor=actor, at=at, action="commit", record=run, text=text, note=f"{run.name} {run.digest}")
    return run


@rule
def fail_run(*, actor, at: datetime, run: ImportRun, reason: str) -> ImportRun:
    """Note that the worker could not import; nothing was written and the person may try again."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    advance(run, RunState.FAILED, moves=MOVES, note=reason[:500])
    record_event(actor=actor, at=at, action="fail", record=run, text="没有导入", note=reason)
    return run


@collector_rests()
@rule
def undo_run(*, actor, at: datetime, run: ImportRun) -> ImportRun:
    """Take the whole import back. What somebody changed or used since stays, with a sentence in `report`; it can be tried again later."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    check_can_undo(actor, run, at)
    run, data, target = _locked(actor, run, RunState.DONE)
    entries = entries_of(data.saved)
    data.saved, report = take_back(actor=actor, at=at, target=target, entries=entries, note=f"导入：{run.name}")
    data.save(update_fields=["saved"])
    done = len(entries) - len(data.saved)
    if not data.saved:
        advance(run, RunState.UNDONE, moves=MOVES, undone_at=at, undone_by=actor, report=[])
    else:
        more = [f"另有 {len(report) - REPORT_SHOWN} 条也没有撤回。"] if len(report) > REPORT_SHOWN else []
        run.report = report[:REPORT_SHOWN] + more
        run.save(update_fields=["report"])
    record_event(actor=actor, at=at, action="undo", record=run, text=f"撤回导入：{done} 条已撤回，{len(data.saved)} 条没有撤回")
    return run


@rule
def drop_run(*, actor, at: datetime, run: ImportRun) -> ImportRun:
    """Give up an import that was not committed; what was uploaded is deleted."""
    run, data, _ = _locked(actor, run, *CHANGEABLE)
    data.delete()
    advance(run, RunState.DROPPED, moves=MOVES)
    record_event(actor=actor, at=at, action="drop", record=run, text="放弃导入，删掉了上传的内容")
    return run


@rule
def forget_old(*, actor, at: datetime) -> int:
    """Delete the uploaded contents of runs that can no longer be gone on with or taken back; returns how many."""
    old = ImportRun.objects.exclude(data=None).filter(created_at__lt=at - KEPT_FOR)
    runs = [run for run in old.select_for_update(of=("self",)) if run.done_at is None or at - run.done_at > KEPT_FOR]
    ImportData.objects.filter(run__in=[run.pk for run in runs]).delete()
    for run in runs:
        if run.is_open:
            advance(run, RunState.DROPPED, moves=MOVES)
        record_event(actor=actor, at=at, action="forget", record=run, text=f"满 {KEPT_FOR.days} 天，删掉了上传的内容")
    return len(runs)
