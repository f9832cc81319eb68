"""The sentences the computer writes about a span of months, in plain Chinese (UTL-05)."""

from datetime import date
from decimal import Decimal

from logistics.utilities.usage.figures import read
from logistics.utilities.usage.months import Span
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
    words += [compared(read(row["change_before"]), _before(content)), compared(read(row["change"]), "去年同期")]
    if row["per_user"]:
        each = compared(read(row["per_user_change"]), "去年同期")
        words.append(f"人均 {shown(read(row['per_user']))} {row['unit']}" + (f"（{each}）" if each else ""))
    if row["meets"] is not None:
        words.append(_target(row))
    return "，".join(filter(None, words)) + "。"


def _before(content: dict) -> str:
    """上月, or 前 2 个月 of a longer run."""
    first, last = (date.fromisoformat(content[name]) for name in ("first", "last"))
    months = len(Span(first, last))
    return "上月" if months == 1 else f"前 {months} 个月"


def _target(row: dict) -> str:
    used, target = Decimal(row["used"]), Decimal(row["target"])
    over = f"，超了 {shown(used - target)} {row['unit']}" if used > target else "，刚好超过"
    return "在目标以内" if row["meets"] else f"目标是 {shown(target)} {row['unit']}{over}"


def _coal(content: dict) -> str:
    coal = content["coal"]
    if not read(coal["used"]):
        return ""
    words = [f"各种能源一共折合标准煤 {shown(read(coal['used']))} 千克", compared(read(coal["change"]), "去年同期")]
    words += [
        f"人均 {shown(read(coal['per_user']))} 千克" if coal["per_user"] else "",
        f"每平方米 {shown(read(coal['per_area']))} 千克" if coal["per_area"] else "",
    ]
    return "，".join(filter(None, words)) + "（水不折算）。"


def _where(content: dict) -> str:
    """Who used most of each and whose use grew most; nothing of what one building uses alone."""
    return "".join(filter(None, (_most(content, row) for row in content["media"])))


def _most(content: dict, row: dict) -> str:
    rows = [(one["name"], one["used"][row["medium"]]) for one in content["buildings"] if not one["is_rest"]]
    known = [(read(told["used"]) or Decimal(0), name) for name, told in rows if told["used"] is not None]
    most = max(known, default=(Decimal(0), ""))
    if len(known) < 2 or most[0] <= 0:
        return ""
    words = f"用{row['name']}最多的是{most[1]}，{shown(most[0])} {row['unit']}"
    leap = max(((read(told["change"]) or Decimal(0), name) for name, told in rows), default=(Decimal(0), ""))
    if leap[0] <= 0:
        return f"{words}。"
    same = "，它也是增得最多的" if leap[1] == most[1] else f"；用{row['name']}增得最多的是{leap[1]}"
    return f"{words}{same}，{compared(leap[0], '去年同期')}。"


def _losses(content: dict) -> str:
    bad = [row for row in content["losses"] if row["is_suspicious"]]
    if bad:
        return "总表和分表对不上：" + "；".join(map(_loss, bad[:MOST_NAMES])) + (f"；等 {len(bad)} 块总表" if len(bad) > MOST_NAMES else "") + "，要查。"
    if not content["losses"]:
        return ""
    return ("读数齐全的总表和分表" if content["missing"] else "总表和分表") + "，相差都在允许以内。"


def _loss(row: dict) -> str:
    percent = Decimal(row["percent"])
    return f"{row['name']}比分表合计{'多' if percent > 0 else '少'}，相差 {abs(percent)}%"


def _costs(content: dict) -> str:
    if not content["costs"]:
        return ""
    total, rows = f"费用一共 {shown(read(content['cost']))} 元", content["costs"]
    parts = "、".join(f"{row['name']} {shown(read(row['amount']))} 元" for row in rows[:MOST_NAMES]) + ("等" if len(rows) > MOST_NAMES else "")
    unchecked = sum(row["unchecked"] for row in rows)
    words = [total, compared(read(content["cost_change"]), "去年同期"), f"其中{parts}"]
    return "，".join(filter(None, words)) + "。" + (f"有 {unchecked} 张账单还没有核对。" if unchecked else "")


def _problems(content: dict) -> str:
    rows = content["problems"]
    if not rows:
        return "没有发现异常。"
    open_ones = [row for row in rows if not row["is_done"]]
    if not open_ones:
        return f"发现异常 {len(rows)} 件，都办完了。"
    done = f"已经办完 {len(rows) - len(open_ones)} 件，还有 {len(open_ones)} 件没有办完" if len(open_ones) < len(rows) else "都还没有办完"
    more = f"等 {len(open_ones)} 件" if len(open_ones) > MOST_NAMES else ""
    return f"发现异常 {len(rows)} 件，{done}：" + "；".join(map(_action, open_ones[:MOST_NAMES])) + f"{more}。"


def _action(row: dict) -> str:
    """What is wrong, who does what about it by when."""
    if not row["owner"]:
        return f"{row['title']}，还没有派人"
    return f"{row['title']}，{row['owner']}{'已整改，等复查' if row['outcome'] else '正在整改'}，期限 {row['due_on']}"


def _missing(content: dict) -> str:
    names = content["missing"]
    return f"读数不全的表：{listed(names)}。{'它' if len(names) == 1 else '它们'}和所在的楼不和去年比。" if names else ""
