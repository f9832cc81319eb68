"""The tables of the figures, described once for page, paper and workbook (UTL-02, UTL-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .figures import read

NUMBER, CHANGE, TEXT = "number", "change", "text"
MOST_METERS = 30


@dataclass(frozen=True)
class Head:
    label: str
    kind: str = NUMBER
    width: int = 13


@dataclass(frozen=True)
class Sheet:
    """One table: `rows` hold text, Decimals or None; `marked` are the rows that want a look."""

    name: str
    title: str
    heads: Sequence[Head]
    rows: Sequence[Sequence]
    note: str = ""
    marked: frozenset[int] = frozenset()
    mark: str = "要查"
    more: int = 0

    @property
    def columns(self) -> list[tuple[str, bool]]:
        return [(head.label, head.kind != TEXT) for head in self.heads]

    @property
    def words(self) -> list[list[str]]:
        return [[shown(value, head.kind) for head, value in zip(self.heads, row, strict=True)] for row in self.rows]

    @property
    def body(self) -> list[tuple[list[tuple[str, str, bool]], bool]]:
        """For the page: ([(label, words, is a number)], is marked) of each row."""
        lines = [[(head.label, text, head.kind != TEXT) for head, text in zip(self.heads, row, strict=True)] for row in self.words]
        return [(line, n in self.marked) for n, line in enumerate(lines)]


def shown(value, kind: str = NUMBER) -> str:
    """1,234.5 and +12.5%; a dash of nothing."""
    if value is None or value == "":
        return "—"
    if kind == CHANGE:
        return "持平" if value == 0 else f"{value:+.1f}%"
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def tables_of(content: dict, *, all_meters: bool = False) -> list[Sheet]:
    """Empty ones are left out."""
    sheets = [_media(content), _groups(content, "buildings", "按楼", "楼"), _groups(content, "departments", "按部门", "部门"), _losses(content)]
    return [sheet for sheet in (*sheets, _meters(content, all_meters)) if sheet.rows]


def _media(content: dict) -> Sheet:
    heads = [
        Head("种类", TEXT, 10), Head("单位", TEXT, 8), Head("用量"), Head("上期"), Head("去年同期"), Head("比去年", CHANGE), Head("人均"), Head("去年人均"),
        Head("人均比去年", CHANGE), Head("目标用量"), Head("每平方米"), Head("折标煤 kgce"),
    ]  # fmt: skip
    names = ("used", "before", "year_ago", "change", "per_user", "per_user_year_ago", "per_user_change", "target", "per_area", "coal")
    rows = [
        [
            row["name"] + ("" if row["is_whole"] else "（不全）"),
            row["unit"],
            *(read(row[name]) if row["medium"] != "water" or name != "coal" else None for name in names),
        ]
        for row in content["media"]
    ]
    over = frozenset(n for n, row in enumerate(content["media"]) if row["meets"] is False)
    return Sheet("media", "总的用量", heads, rows, "目标是人均比去年同期少用学校定的比例。标出来的超过了目标。" if over else "", over, "超目标")


def _groups(content: dict, what: str, title: str, first: str) -> Sheet:
    media = [(row["medium"], row["name"], row["unit"]) for row in content["media"]]
    by_area, by_user = (any(row[name] for row in content[what]) for name in ("coal_per_area", "coal_per_user"))
    heads = [Head(first, TEXT, 20)]
    for _, name, unit in media:
        heads += [Head(f"{name}（{unit}）"), Head(f"{name}比去年", CHANGE, 11)]
    heads.append(Head("折标煤 kgce"))
    heads += [Head("每平方米 kgce")] * by_area + [Head("人均 kgce")] * by_user
    rows = []
    for row in content[what]:
        cells = [row["name"]]
        for medium, *_ in media:
            cells += [read(row["used"][medium]["used"]), read(row["used"][medium]["change"])]
        cells.append(read(row["coal"]))
        cells += [read(row["coal_per_area"])] * by_area + [read(row["coal_per_user"])] * by_user
        rows.append(cells)
    grouped = rows if what == "buildings" or any(not row["is_rest"] for row in content[what]) else []
    return Sheet(what, title, heads, grouped)


def _losses(content: dict) -> Sheet:
    heads = [Head("总表", TEXT, 20), Head("种类", TEXT, 8), Head("总表走了"), Head("分表合计"), Head("相差"), Head("占总表", CHANGE, 11)]
    names = {row["medium"]: row["name"] for row in content["media"]}
    rows = [[row["name"], names[row["medium"]], *(read(row[name]) for name in ("main", "below", "lost", "percent"))] for row in content["losses"]]
    marked = frozenset(n for n, row in enumerate(content["losses"]) if row["is_suspicious"])
    return Sheet("losses", "总表和分表", heads, rows, "标出来的相差太大，可能有漏、有没装表的用处，或者读错了。" if marked else "", marked)


def _meters(content: dict, is_whole: bool) -> Sheet:
    heads = [Head("表", TEXT, 22), Head("编码", TEXT, 14), Head("种类", TEXT, 8), Head("用量"), Head("上期"), Head("去年同期"), Head("比去年", CHANGE, 11)]
    names = {row["medium"]: row["name"] for row in content["media"]}
    by_change = sorted(content["meters"], key=lambda row: (-(read(row["change"]) or -1000), row["id"]))
    chosen = content["meters"] if is_whole else by_change[:MOST_METERS]
    rows = [
        [
            row["name"] + ("" if row["is_whole"] else "（读数不全）"),
            row["code"],
            names[row["medium"]],
            *(read(row[name]) for name in ("used", "before", "year_ago", "change")),
        ]
        for row in chosen
    ]
    return Sheet("meters", "各块表" if is_whole else "各块表，增得多的在前", heads, rows, more=len(content["meters"]) - len(rows))
