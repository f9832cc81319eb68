"""水电报告 in the style of a report, from the frozen figures alone, and the year's statement (UTL-05, UTL-02)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day
from logistics.utilities.usage.drawings import drawings_of
from logistics.utilities.usage.pages import number, numbers_of
from logistics.utilities.usage.tables import Sheet, tables_of

from .content import corrections, number_of
from .models import EnergyYear, UtilityReport
from .tables import report_tables
from .year_rules import DENSITY

MOST_ROWS = 40


def report_paper(report: UtilityReport, user) -> dict:
    """Everything the paper says, as plain values."""
    content = report.figures
    sheets = [*tables_of(content), *report_tables(content)]
    return {
        "heading": f"{report.span.words}水电{report.get_kind_display()}",
        "sub": f"{full_day(report.made_at)}编制" + (f"，第 {report.version} 版" if report.version > 1 else ""),
        "strip": [{"label": label, "value": value, "unit": unit, "note": note} for label, value, unit, note in numbers_of(content)],
        "sentences": content["sentences"],
        "figures": [{"title": title, "picture": picture} for title, picture in drawings_of(content, wide=True)],
        "tables": [table_of(sheet, n) for n, sheet in enumerate(sheets, 1)],
        "corrections": corrections(report),
    }


def table_of(sheet: Sheet, place: int) -> dict:
    more = len(sheet.rows) - MOST_ROWS + sheet.more if len(sheet.rows) > MOST_ROWS else sheet.more
    note = f"还有 {more} 行在 Excel 里。" if more else ""
    return {
        "caption": f"表 {place}　{sheet.title}",
        "columns": sheet.columns,
        "rows": [[told[0], *words[1:]] for told, words in zip(sheet.told, sheet.words, strict=True)][:MOST_ROWS],
        "note": sheet.note + note,
    }


REPORT_PAPER = PrintDocument(kind="utilities.utilityreport", title="水电报告", template="print/utilities/report.html", context=report_paper, number=number_of)

LINES = (
    ("建筑面积", "m²", "area"), ("用能人数", "人", "users"), ("电", "kWh", "power"), ("原煤", "kg", "coal"), ("天然气", "m³", "gas"), ("液化石油气", "kg", "lpg"), ("汽油", "升", "petrol"),
    ("柴油", "升", "diesel"), ("热力", "GJ", "heat"), ("水", "m³", "water"), ("能源和水的费用", "元", "cost"), ("综合能耗", "kgce", "coal_equivalent"),
)  # fmt: skip


def year_paper(row: EnergyYear, user) -> dict:
    """The customary lines: name, unit, number, and what it comes to by head and square metre."""
    rows = [[str(n), label, unit, number(getattr(row, name))] for n, (label, unit, name) in enumerate(LINES, 1)]
    if row.users and row.area:
        each = (
            ("人均综合能耗", "kgce/人", row.coal_equivalent / row.users), ("单位建筑面积能耗", "kgce/m²", row.coal_equivalent / row.area), ("人均用电", "kWh/人", row.power / row.users),
            ("单位建筑面积电耗", "kWh/m²", row.power / row.area), ("人均用水", "m³/人", row.water / row.users),
        )  # fmt: skip
        rows += [[str(n), label, unit, f"{value:,.2f}"] for n, (label, unit, value) in enumerate(each, len(rows) + 1)]
    sent = f"{full_day(row.reported_at)}报给{row.reported_to}。" if row.reported_at else "还没有上报。"
    petrol, diesel = DENSITY["petrol"], DENSITY["diesel"]
    return {
        "heading": "能源资源消费统计表",
        "table": {"columns": [("序", True), ("指标", False), ("单位", False), ("数量", True)], "rows": rows},
        "count": len(rows),
        "law": f"{sent}依据：《公共机构节能条例》第十五条，3 月 31 日以前报上一年的。汽油按 {petrol}、柴油按 {diesel} 千克每升折算，水不折标准煤。{row.note}",
        "signers": [("填表人", row.reported_by.name if row.reported_by else ""), ("负责人", ""), ("日期", "")],
    }


YEAR_PAPER = PrintDocument(
    kind="utilities.energyyear", title="能源资源消费统计表", template="print/evidence/log.html", context=year_paper, number=lambda row: f"{row.year}年"
)
