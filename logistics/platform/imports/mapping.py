"""Which heading of a file is which column of the target: by name, by other names, by what the school said last time, by likeness."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain

from .figures import unit_in
from .grid import Heading, Sheet
from .targets import ImportColumn, ImportTarget

UNITS = ("", "元", "百元", "千元", "万元")
LIKE = 0.72
SURE = ("remembered", "same")
BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]|[*＊★☆]|单位[:：].*$")


@dataclass(frozen=True)
class Match:
    """`column` is empty for a heading that is not imported; `how` is remembered, same, like or none."""

    column: str
    how: str
    unit: str = ""


def bare(text: str) -> str:
    """A heading without its unit, brackets and stars, in plain form: *单价（元） is 单价."""
    return plain(BRACKETS.sub("", text)) or plain(text)


def known_headings(target: ImportTarget) -> frozenset[str]:
    return frozenset(plain(word) for column in target.columns for word in (column.label, *column.aliases))


def heading_keys(headings: Iterable[Heading]) -> dict[str, Heading]:
    """A key per heading that means the same in every sheet: its plain text, with the letter when it has none or repeats."""
    keys: dict[str, Heading] = {}
    for heading in headings:
        key = plain(heading.text)[:100]
        if not key or key in keys:
            key = f"{key}#{heading.letter}"
        keys[key] = heading
    return keys


def headings_of(sheets: Iterable[Sheet]) -> dict[str, Heading]:
    """The headings of several sheets together, in order of first appearance."""
    found: dict[str, Heading] = {}
    for sheet in sheets:
        for key, heading in heading_keys(sheet.headings).items():
            found.setdefault(key, heading)
    return found


def match_headings(target: ImportTarget, headings: Mapping[str, Heading], memory: Mapping[str, tuple[str, str]]) -> dict[str, Match]:
    """A match for every heading; surer ones first, each column given to one heading only.

    `memory` is {heading key: (column or "", unit)} from earlier imports.
    """
    names = {column.name for column in target.columns}
    matches: dict[str, Match] = {}
    taken: set[str] = set()
    for key in headings:
        column, unit = memory.get(key, (None, ""))
        if column == "" or (column in names and column not in taken):
            matches[key] = Match(column, "remembered", unit)
            taken.add(column)
    for how, score in (("same", _same), ("like", _like)):
        pairs = [(score(column, headings[key].text), key, column) for key in headings if key not in matches for column in target.columns]
        for points, key, column in sorted(pairs, key=lambda pair: -pair[0]):
            if points >= LIKE and key not in matches and column.name not in taken:
                matches[key] = Match(column.name, how, unit_of(column, headings[key].text))
                taken.add(column.name)
    return {key: matches.get(key, Match("", "none")) for key in headings}


def unit_of(column: ImportColumn, heading: str) -> str:
    """The unit the heading names, only for a column that has one."""
    return unit_in(heading) if column.unit else ""


def _words(column: ImportColumn) -> list[str]:
    return [plain(word) for word in (column.label, *column.aliases)]


def _same(column: ImportColumn, heading: str) -> float:
    """3 for the column's own name, 2 for another name, 1 when only the last part of a joined heading fits, 0 otherwise."""
    words = _words(column)
    for points, text in ((2, plain(heading)), (2, bare(heading)), (1, bare(heading.rsplit(" / ", maxsplit=1)[-1]))):
        if text and text in words:
            return points + (text == words[0])
    return 0


def _like(column: ImportColumn, heading: str) -> float:
    text = bare(heading.rsplit(" / ", maxsplit=1)[-1])
    if len(text) < 2:
        return 0
    return max(_likeness(text, word) for word in _words(column))


def _likeness(text: str, word: str) -> float:
    if len(word) >= 2 and (word in text or text in word):
        return 0.75 + 0.25 * min(len(word), len(text)) / max(len(word), len(text))
    return SequenceMatcher(None, text, word).ratio()


def is_certain(target: ImportTarget, matches: Mapping[str, Match]) -> bool:
    """Nothing to ask the person: every heading is known and every required column is there."""
    found = {match.column for match in matches.values()}
    return all(match.how in SURE for match in matches.values()) and all(column.name in found for column in target.columns if column.required)


def best_sheets(target: ImportTarget, sheets: list[Sheet], memory: Mapping[str, tuple[str, str]]) -> list[bool]:
    """Which sheets to take at first: those that fit the target as well as the best one does, the first with rows when none fits."""
    required = {column.name for column in target.columns if column.required}
    scores = []
    for sheet in sheets:
        found = {match.column for match in match_headings(target, heading_keys(sheet.headings), memory).values() if match.column}
        scores.append(len(found & required) * 100 + len(found) if sheet.rows else 0)
    best = max(scores, default=0)
    if best == 0:
        first = next((index for index, sheet in enumerate(sheets) if sheet.rows), 0)
        return [index == first for index in range(len(sheets))]
    return [score > 0 and score // 100 == best // 100 for score in scores]


def accepted(asked: Mapping[str, str], target: ImportTarget) -> dict:
    """What a person chose for a heading, unknown columns and units taken as none."""
    known = {column.name: column for column in target.columns}
    column, unit = asked.get("column", ""), asked.get("unit", "")
    return {"column": column if column in known else "", "unit": unit if column in known and known[column].unit and unit in UNITS else "", "how": "remembered"}


def check_mapping(target: ImportTarget, taken: list[str], constants: Mapping[str, str]) -> None:
    """Raise RuleViolation for a column chosen twice or a required one that nothing fills."""
    twice = {target.column(name).label for name in taken if taken.count(name) > 1}
    if twice:
        raise RuleViolation(f"「{'」「'.join(sorted(twice))}」选了两次，一栏只能对应一个栏名。", field="mapping")
    missing = [column.label for column in target.columns if column.required and column.name not in taken and column.name not in constants]
    if missing:
        raise RuleViolation(f"还没有对上必填的栏目：{'、'.join(missing)}。请在文件里选一栏，或者在下面填一个所有行都一样的值。", field="mapping")
