"""The tables of the figures, described once for the page, the workbook and the paper."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.web.templatetags.school import minutes as lasted

from .tallies import Figures, Row, Tally, Times, Trouble
from .words import percent, stars, yuan


@dataclass(frozen=True)
class Measure:
    """One column of numbers. `value` is what a spreadsheet calculates with, `shown` what people read."""

    name: str
    label: str
    value: Callable[[Tally], Any]
    shown: Callable[[Tally], str] | None = None
    kind: str = "integer"
    on_paper: bool = True
    on_card: bool = False

    def words(self, tally: Tally) -> str:
        if self.shown:
            return self.shown(tally)
        number = self.value(tally)
        return "—" if number is None else f"{number:,}"


def _share(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)


def _half(times: Times | None) -> int | None:
    return times.half if times else None


def _most(times: Times | None) -> int | None:
    return times.most if times else None


MEASURES = (
    Measure("reported", "报修（件）", lambda t: t.reported, on_card=True),
    Measure("finished", "修好（件）", lambda t: t.finished),
    Measure("unfinished", "没修好（件）", lambda t: t.unfinished),
    Measure("late", "超时（件）", lambda t: t.late),
    Measure("late_share", "超时率（%）", lambda t: _share(t.late_share), lambda t: percent(t.late_share), "number", on_card=True),
    Measure("same_day", "当天修好（%）", lambda t: _share(t.same_day_share), lambda t: percent(t.same_day_share), "number"),
    Measure("response", "一半到场（分）", lambda t: _half(t.response), lambda t: lasted(_half(t.response)), on_paper=False),
    Measure("response_most", "九成到场（分）", lambda t: _most(t.response), lambda t: lasted(_most(t.response)), on_paper=False),
    Measure("repair", "一半修好（分）", lambda t: _half(t.repair), lambda t: lasted(_half(t.repair))),
    Measure("repair_most", "九成修好（分）", lambda t: _most(t.repair), lambda t: lasted(_most(t.repair)), on_paper=False),
    Measure("rework", "返工率（%）", lambda t: _share(t.rework_share), lambda t: percent(t.rework_share), "number", on_paper=False),
    Measure("rating", "评分", lambda t: t.rating, lambda t: stars(t.rating), "number", on_card=True),
    Measure("cost", "费用（元）", lambda t: t.cost, lambda t: yuan(t.cost), "money", on_card=True),
)
# Where people read them, times and shares say their unit themselves, and counts are plain.
LABELS = {measure.name: re.sub("（[分%件]）", "", measure.label) for measure in MEASURES}


@dataclass(frozen=True)
class Table:
    """One dimension: `name` is its key on the page and in links, `first` the heading of the names."""

    name: str
    title: str
    first: str
    rows: Sequence[Row]
    total: Tally | None = None


def tables_of(figures: Figures) -> list[Table]:
    """By time, kind, building and person with every measure; empty ones are left out."""
    by_week = figures.times and "月" not in figures.times[0][0].name
    times = [Row(number, span.name, tally) for number, (span, tally) in enumerate(figures.times)]
    tables = [
        Table("times", "按周" if by_week else "按月", "从这天起" if by_week else "月份", times, figures.total),
        Table("kinds", "按类别", "类别", figures.kinds, figures.total),
        Table("buildings", "按楼栋", "楼栋", figures.buildings, figures.total),
        Table("repairers", "按维修工", "维修工", figures.repairers, figures.total),
    ]
    return [table for table in tables if table.rows]


def short_tables_of(figures: Figures) -> list[Table]:
    """By place and class, where only a few measures make sense."""
    tables = [Table("places", "报得最多的地点", "地点", figures.places), Table("classes", "按班级", "班级", figures.classes)]
    return [table for table in tables if table.rows]


SHORT = tuple(measure for measure in MEASURES if measure.name in ("reported", "finished", "late", "cost"))


def sheet_columns(first: str, measures: Sequence[Measure] = MEASURES) -> list[SheetColumn]:
    return [SheetColumn(first, 22), *(SheetColumn(measure.label, 13 if measure.kind == "money" else 12, measure.kind) for measure in measures)]


def sheet_row(name: str, tally: Tally, measures: Sequence[Measure] = MEASURES) -> list:
    return [name, *(measure.value(tally) for measure in measures)]


@dataclass(frozen=True)
class Number:
    """One of the big numbers: a label, the number with its unit, and a line of small print."""

    name: str
    label: str
    value: str
    unit: str
    note: str


def numbers_of(total: Tally) -> list[Number]:
    """The eight numbers above everything."""
    left = f"还有 {total.unfinished} 件没修好" if total.unfinished else "都修好了" if total.reported else "没有新报的"
    void = f"，撤销并单 {total.void} 件" if total.void else ""
    return [
        Number("reported", "报修", f"{total.reported:,}", "件", left + void),
        Number(
            "finished", "修好", f"{total.finished:,}", "件", f"返工 {total.reworked} 件，占 {percent(total.rework_share)}" if total.reworked else "没有返工"
        ),
        Number("late", "超时", f"{total.late:,}", "件", f"占 {percent(total.late_share)}" if total.late else "没有超过期限的"),
        Number("same_day", "当天修好", percent(total.same_day_share).removesuffix("%"), "%" if total.valid else "", f"{total.same_day:,} 件"),
        _times("response", "一半到场用时", total.response),
        _times("repair", "一半修好用时", total.repair),
        Number(
            "rating",
            "评分",
            stars(total.rating),
            "分" if total.rated else "",
            f"{total.rated} 件有评分，{percent(total.satisfaction)} 满意" if total.rated else "还没有评分",
        ),
        Number("cost", "费用", f"{total.cost:,.0f}", "元", f"材料 {yuan(total.materials)}，人工 {yuan(total.labour)}"),
    ]


def _times(name: str, label: str, times: Times | None) -> Number:
    if times is None:
        return Number(name, label, "—", "", "还没有")
    value, _, unit = lasted(times.half).rpartition(" ")
    return Number(name, label, value, unit, f"九成在 {lasted(times.most)}内")


TROUBLE_COLUMNS = (
    SheetColumn("地点", 28),
    SheetColumn("什么", 16),
    SheetColumn("半年次数", 10, "integer"),
    SheetColumn("修好又坏（次）", 14, "integer"),
    SheetColumn("花费（元）", 13, "money"),
    SheetColumn("最近一次", 12, "date"),
)


def trouble_row(trouble: Trouble) -> list:
    return [trouble.place_name, trouble.thing or trouble.kind_name, trouble.times, trouble.repeats, trouble.cost, trouble.last_on]
