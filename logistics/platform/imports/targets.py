"""What can be imported. An app describes its table once and registers it in wiring.py; reading, mapping, preview,
fixing, committing and taking back are done here for every target alike.

A worked example, furniture under a room::

    def resolve(rows, *, user, into):
        known = {asset.number: asset for asset in Asset.objects.filter(number__in=[row.values.get("number") for row in rows])}
        rooms = {plain(room.full_name): room for room in Place.objects.filter(is_active=True)}
        for row in rows:
            row.existing = known.get(row.values.get("number"))          # then the row changes it instead of making a new one
            if "room" in row.values:                                     # only given, readable cells are there
                room = rooms.get(plain(row.values["room"]))
                if room:
                    row.values["room"] = room                           # the value the rule wants
                else:
                    row.refuse("room", f"没有「{row.values['room']}」这个地点。", suggest=nearest(row.values["room"], rooms))

    register(
        ImportTarget(
            key="assets", label="校产", permission="assets.asset.manage", model="assets.Asset", icon="armchair",
            columns=(
                ImportColumn("number", "资产编号", code(30), required=True, unique=True, aliases=("编号", "卡片编号"), example="ZC-0001"),
                ImportColumn("name", "名称", text(60), required=True, aliases=("资产名称", "品名"), example="学生课桌"),
                ImportColumn("price", "单价", yuan(), unit="元", aliases=("价格", "单位价值"), example="120.00"),
                ImportColumn("bought_on", "购置日期", day(exact="month"), aliases=("取得日期", "购入时间"), example="2019-08-20"),
                ImportColumn("room", "存放地点", text(60), fill_down=True, aliases=("地点", "使用地点"), example="教学楼A座 305"),
            ),
            resolve=resolve,
            create=save_assets,      # the bulk rule: create(*, actor, at, rows: list[dict]) -> list of records
            change=save_asset,       # the page's own rule: change(*, actor, at, record, **values) -> record
        )
    )

`create` gets one dict per new row, {column name: value}; columns that are not in the file, and blank cells, are left out. It checks and
journals like any rule and raises BadRows (audit.saving) for wrong rows, or RuleViolation. `change` gets only what differs.
Without `change` a row that exists already is a problem. `remove(*, actor, at, record)` takes a created record back; without it a record
that nothing refers to and nobody has changed is simply deleted and journaled; `settle()` is called after that, for what follows from it. With `into` the person chooses a record the rows go
under, and resolve and create get its id as `into`. Nothing in resolve may write.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from logistics.platform.access.rules import has

from .cells import Parser


@dataclass(frozen=True)
class ImportColumn:
    """One column a target knows. `aliases` are other headings for it; `unit` "元" lets the person say the file is in 万元.

    `unique`: no two rows of the file may have the same value. `fill_down`: a cell merged over several rows counts for all of them.
    """

    name: str
    label: str
    parse: Parser
    required: bool = False
    aliases: tuple[str, ...] = ()
    unique: bool = False
    fill_down: bool = False
    unit: str = ""
    help: str = ""
    example: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Into:
    """The record that imported rows go under. `choices(user)` gives (id, name) of those the person may use."""

    label: str
    choices: Callable[[Any], list[tuple[int, str]]]


@dataclass(frozen=True)
class ImportTarget:
    """A table that can be filled from a file; the module's docstring explains every part."""

    key: str
    label: str
    permission: str
    model: str
    columns: tuple[ImportColumn, ...]
    resolve: Callable
    create: Callable
    foresee: Callable | None = None  # what `create` refuses, found without writing; else the preview writes the rows and takes them back
    change: Callable | None = None
    remove: Callable | None = None
    remove_all: Callable | None = None  # the same for many records at once: remove_all(*, actor, at, records)
    settle: Callable | None = None
    hold: Callable | None = None  # takes what the target's rules lock before they lock a record; called before an undo locks them
    own_ties: tuple[tuple[type, dict], ...] = ()  # (model, its rows) that the import itself made: no reason to keep a record
    into: Into | None = None
    totals: tuple[str, ...] = ()  # columns whose sum lines (合计, 小计) are compared with the rows above them
    icon: str = "file-spreadsheet"
    help: str = ""
    after: str = ""  # what to do once the rows are in

    def column(self, name: str) -> ImportColumn:
        return self.by_name[name]

    @property
    def has_units(self) -> bool:
        return any(column.unit for column in self.columns)

    @property
    def by_name(self) -> dict[str, ImportColumn]:
        return {column.name: column for column in self.columns}


@dataclass(slots=True)
class Row:
    """One record of the file while it is checked.

    `values` holds what could be read, by column; blanks and unreadable cells are not in it. `existing` is the stored record it changes.
    """

    key: str
    sheet: str
    number: int
    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)
    existing: Any = None

    def refuse(self, column: str, sentence: str, *, suggest: str = "") -> None:
        """The cell cannot be taken; the first problem of a cell stays. `suggest` is a text that would do, offered with one click."""
        self.problems.setdefault(column, (sentence, suggest))

    def note(self, column: str, sentence: str, *, shown: str = "") -> None:
        """The cell is taken, but not as it stands; `shown` is what it is taken for."""
        self.notes[column] = (sentence, shown)

    @property
    def place(self) -> str:
        """Where in the file, for a sentence."""
        return f"第 {self.number} 行"


_targets: dict[str, ImportTarget] = {}


def register(*targets: ImportTarget) -> None:
    """Make targets known. Raises ValueError for a key or a column name used twice."""
    for target in targets:
        names = [column.name for column in target.columns]
        if target.key in _targets or len(set(names)) != len(names):
            raise ValueError(f"import target {target.key} is registered twice or repeats a column")
        _targets[target.key] = target


def target_for(key: str) -> ImportTarget | None:
    return _targets.get(key)


def all_targets() -> list[ImportTarget]:
    return list(_targets.values())


def targets_for(user) -> Iterable[ImportTarget]:
    """What this person may import, in order of registration."""
    return [target for target in _targets.values() if has(user, target.permission)]
