"""The sentences the computer writes about a span of months, in plain Chinese (UTL-05)."""

from decimal import Decimal

from logistics.utilities.usage.figures import read
from logistics.utilities.usage.tables import shown

MOST_NAMES = 5


def compared(change: Decimal | None, than: str) -> str:
    """比去年同期少 5.2%; nothing without a number."""
    if change is None:
        return ""
    if change == 0:
        return f"和{than}一样"
    return f"比{than}{'多' if change > 0 else '少'} {abs(change):.1f}%"


def listed(names: list[str]) -> str:
    """甲、乙、丙等 8 块."""
    return "、".join(names[:MOST_NAMES]) + (f"等 {len(names)} 块" if len(names) > MOST_NAMES else "")


def sentences(content: dict) -> list[str]:
    """Paragraphs from the general to the particular; empty ones are left out."""
    if not content["media"]:
        return [f"{content['words']}还没有在用的表计，没有用量。"]
    said = [*(_medium(content, row) for row in content["media"]), _coal(content), _where(content), _losses(content), _costs(content), _problems(content)]
    return [words for words in [*said, _missing(content)] if words]


def _medium(content: dict, row: dict) -> str:
    if row["used"] is None:
        return f"{row['name']}没有读数。"
    words = [f"{content['words']}用{row['name']} {shown(read(row['used']))} {row['unit']}"]
    words += [compared(read(row["change_before"]), "上期"), compared(read(row["change"]), "去年同期")]
    if row["per_user"]:
        each = compared(read(row["per_user_change"]), "去年同期")
        words.append(f"人均 {shown(read(row['per_user']))} {row['unit']}" + (f"（{each}）" if each else ""))
    if row["meets"] is not None:
        words.append("在目标以内" if row["meets"] else f"超过目标 {shown(read(row['target']))} {row['unit']}")
    return "，".join(filter(None, words)) + "。"


def _coal(content: dict) -> str:
    coal = content["coal"]
    if not read(coal["used"]):
        return ""
    words = [f"综合能耗折标准煤 {shown(read(coal['used']))} kgce", compared(read(coal["change"]), "去年同期")]
    words += [
        f"人均 {shown(read(coal['per_user']))} kgce" if coal["per_user"] else "",
        f"每平方米 {shown(read(coal['per_area']))} kgce" if coal["per_area"] else "",
    ]
    return "，".join(filter(None, words)) + "（水不折算）。"


def _where(content: dict) -> str:
    words = []
    for row in content["media"]:
        known = [(read(one["used"][row["medium"]]["used"]) or Decimal(0), one["name"]) for one in content["buildings"] if not one["is_rest"]]
        most = max(known, default=(Decimal(0), ""))
        if most[0] > 0:
            words.append(f"用{row['name']}最多的是{most[1]}，{shown(most[0])} {row['unit']}")
        grown = [(read(one["used"][row["medium"]]["change"]) or Decimal(0), one["name"]) for one in content["buildings"] if not one["is_rest"]]
        leap = max(grown, default=(Decimal(0), ""))
        if leap[0] > 0:
            words.append(f"增得最多的是{leap[1]}，{compared(leap[0], '去年同期')}")
    return "；".join(words) + "。" if words else ""


def _losses(content: dict) -> str:
    bad = [row for row in content["losses"] if row["is_suspicious"]]
    if bad:
        return "总表和分表对不上：" + "；".join(f"{row['name']}相差 {abs(Decimal(row['percent']))}%" for row in bad[:MOST_NAMES]) + "，要查。"
    return "总表和分表相差都在允许以内。" if content["losses"] else ""


def _costs(content: dict) -> str:
    if not content["costs"]:
        return ""
    total = f"费用一共 {shown(read(content['cost']))} 元"
    parts = "、".join(f"{row['name']} {shown(read(row['amount']))} 元" for row in content["costs"][:MOST_NAMES])
    unchecked = sum(row["unchecked"] for row in content["costs"])
    words = [total, compared(read(content["cost_change"]), "去年同期"), f"其中{parts}"]
    return "，".join(filter(None, words)) + "。" + (f"有 {unchecked} 张账单还没有核对。" if unchecked else "")


def _problems(content: dict) -> str:
    rows = content["problems"]
    if not rows:
        return "没有发现异常。"
    done = sum(row["is_done"] for row in rows)
    return f"发现异常 {len(rows)} 件，已经办完 {done} 件" + (f"，还有 {len(rows) - done} 件在办。" if done < len(rows) else "。")


def _missing(content: dict) -> str:
    names = content["missing"]
    return f"读数不全的表：{listed(names)}，这些表和它们所在的楼不和去年比。" if names else ""
