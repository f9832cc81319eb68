"""The statement in plain sentences, for the board."""

from decimal import Decimal

from .models import Disclosure

MOST = 40  # rows of a list; all are in the attached table


def yuan(text: str) -> str:
    return f"{Decimal(text):,.2f}"


def post_text(disclosure: Disclosure) -> str:
    """One paragraph a line, from the frozen content alone."""
    content = disclosure.content
    total = content["total"]
    lines = [f"{disclosure.first_on} 至 {disclosure.last_on}，单位：元。完整的表见附件。", "一、资金收支"]
    lines += [_account(row) for row in content["accounts"]]
    if len(content["accounts"]) > 1:
        lines.append(_account({"name": "合计", **total}) + "合计里有账户之间的转款。")
    lines += ["二、预算执行", *_some([_spent(row) for row in content["items"] if Decimal(row["period"])], "这一期没有支出。")]
    lines += [f"三、{yuan(content['above'])} 元以上的采购", *_some([_bought(row) for row in content["purchases"]], "这一期没有。")]
    lines += [disclosure.note] if disclosure.note else []
    return "\n".join([*lines, "对哪一笔有疑问，请在下面提问，学校会答复。"])


def _account(row: dict) -> str:
    return f"{row['name']}：上期结余 {yuan(row['opening'])}，收入 {yuan(row['income'])}，支出 {yuan(row['outgo'])}，期末结余 {yuan(row['balance'])}。"


def _spent(row: dict) -> str:
    rate = f"，占全年预算 {row['rate']}" if row["rate"] else ""
    return f"{row['name']}：本期支出 {yuan(row['period'])}，本年累计 {yuan(row['spent'])}{rate}。"


def _bought(row: dict) -> str:
    return f"{row['on']} {row['name']}，{row['partner']}，{row['method']}，{yuan(row['amount'])}。"


def _some(rows: list[str], nothing: str) -> list[str]:
    if not rows:
        return [nothing]
    return rows if len(rows) <= MOST else [*rows[:MOST], f"其余 {len(rows) - MOST} 行见附件。"]
