"""What a report has besides the figures: costs and the problems of its months (UTL-05)."""

from logistics.utilities.usage.figures import read
from logistics.utilities.usage.tables import CHANGE, SHORT, TEXT, Head, Sheet

CORRECTIONS = "和上一版不同的"


def report_tables(content: dict) -> list[Sheet]:
    """Empty ones are left out."""
    return [sheet for sheet in (_costs(content), _problems(content)) if sheet.rows]


def corrections_table(rows: list[tuple[str, str, str]]) -> list[Sheet]:
    """What a new version says otherwise than the one before; nothing of a first one."""
    heads = [Head("项目", TEXT, 30), Head("上一版", SHORT, 16), Head("这一版", SHORT, 16)]
    return [Sheet("corrections", CORRECTIONS, heads, rows)] if rows else []


def _costs(content: dict) -> Sheet:
    heads = [Head("费用", TEXT, 16), Head("金额（元）"), Head("去年同期（元）"), Head("比去年", CHANGE, 11)]
    rows = [[row["name"], read(row["amount"]), read(row["year_ago"]), read(row["change"])] for row in content["costs"]]
    if rows:
        rows.append(["合计", read(content["cost"]), None, read(content["cost_change"])])
    return Sheet("costs", "费用", heads, rows)


def _problems(content: dict) -> Sheet:
    heads = [
        Head("异常", TEXT, 44),
        Head("责任人", SHORT, 10),
        Head("期限", SHORT, 8),
        Head("整改措施", TEXT, 24),
        Head("整改结果", TEXT, 24),
        Head("状态", SHORT, 10),
    ]
    rows = [[row["description"], row["owner"], row["due_on"], row["measure"], row["outcome"], row["state"]] for row in content["problems"]]
    return Sheet("problems", "异常和整改", heads, rows)
