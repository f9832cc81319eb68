"""维修月报 as a paper in the style of a report, from the frozen figures alone (GEN-04)."""

from collections.abc import Sequence

from django.utils import timezone

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .drawings import by_row, over_time, speed
from .models import MonthReport
from .report import corrections, number_of, opened
from .tables import LABELS, MEASURES, SHORT, Table, numbers_of, short_tables_of, tables_of
from .tallies import Figures, Tally, Trouble
from .words import yuan

ON_PAPER = tuple(measure for measure in MEASURES if measure.on_paper)
ON_STRIP = ("reported", "same_day", "late", "cost")
MOST_ROWS = 8  # of places, classes, troubles and advice; all are in the workbook


def month_paper(report: MonthReport, user) -> dict:
    """Everything the paper says, as plain values."""
    issue = opened(report)
    figures = issue.figures
    long, short = sorted(tables_of(figures), key=lambda table: table.name == "times"), short_tables_of(figures)
    return {
        "heading": f"{report.month.year}年{report.month.month}月维修月报",
        "sub": f"{full_day(report.made_at)}编制" + (f"，第 {report.version} 版" if report.version > 1 else ""),
        "when": f"{figures.since.month}月{figures.since.day}日至{figures.until.month}月{figures.until.day}日",
        "strip": [number for number in numbers_of(figures.total) if number.name in ON_STRIP],
        "sentences": issue.sentences,
        "trend": over_time(issue.trend) if len(issue.trend) > 1 else "",
        "trend_caption": f"{issue.trend[0][0].name}至{issue.trend[-1][0].name}各月报修件数，柱子下面一截是超过期限的" if len(issue.trend) > 1 else "",
        "speed": speed(issue.trend) if len(issue.trend) > 1 else "",
        "buildings": by_row([row for row in figures.buildings if row.key], "各楼"),
        "tables": [_sheet(f"表 {number}　{table.title}", table, ON_PAPER) for number, table in enumerate(long, 1)],
        "pair": [_sheet(f"表 {number}　{table.title}", table, SHORT) for number, table in enumerate(short, len(long) + 1)],
        "troubles": _troubles(figures, len(long) + len(short) + 1),
        "advice": figures.advice[:MOST_ROWS],
        "callback": figures.callback,
        "corrections": corrections(report),
        "is_empty": figures.total.is_empty,
        "made_on": full_day(timezone.localdate(report.made_at)),
    }


def _sheet(caption: str, table: Table, measures: Sequence) -> dict:
    rows = [row for row in table.rows if table.name == "times" or row.tally.reported or row.tally.finished]
    return {
        "caption": caption,
        "columns": [(table.first, False), *((LABELS[measure.name], True) for measure in measures)],
        "rows": [_row(row.name, row.tally, measures) for row in (rows if table.total else rows[:MOST_ROWS])],
        "total": _row("合计", table.total, measures) if table.total else None,
    }


def _row(name: str, tally: Tally, measures: Sequence) -> list[str]:
    return [name, *(measure.words(tally) for measure in measures)]


def _troubles(figures: Figures, number: int) -> dict | None:
    rows = [_trouble(trouble) for trouble in figures.repeated[:MOST_ROWS]]
    columns = [("地点", False), ("什么", False), ("半年次数", True), ("修好又坏", True), ("花费（元）", True), ("最近一次", False)]
    return {"caption": f"表 {number}　半年内反复坏的", "columns": columns, "rows": rows} if rows else None


def _trouble(trouble: Trouble) -> list:
    soon = trouble.repeats or "—"
    return [
        trouble.place_name,
        trouble.thing or trouble.kind_name,
        trouble.times,
        soon,
        yuan(trouble.cost) if trouble.cost else "—",
        f"{trouble.last_on:%m-%d}",
    ]


MONTH_PAPER = PrintDocument(kind="repairs.monthreport", title="维修月报", template="print/repairs/month_report.html", context=month_paper, number=number_of)
