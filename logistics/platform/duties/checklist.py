"""Items of a checklist: typed one a line, kept as JSON, answered at the end (SAF-02)."""

import re
from decimal import Decimal, InvalidOperation

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import tidy

MOST_ITEMS = 30
LONGEST_ITEM = 60
PHOTO = "拍照"
LIMITS = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:至|到|~|～|—|–)\s*(-?\d+(?:\.\d+)?)\s*(\S{0,8})")


def items_of(text: str) -> list[dict]:
    """The items typed one a line as "内容", "内容｜拍照" or "内容｜0 至 8 ℃". Raises RuleViolation naming the line."""
    items = [_item(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    return checked(items)


def _item(n: int, line: str) -> dict:
    words, *marks = (tidy(part) for part in line.replace("|", "｜").split("｜"))
    item: dict = {"text": words, "photo": False, "low": None, "high": None, "unit": ""}
    for mark in marks:
        limits = LIMITS.fullmatch(mark)
        if mark == PHOTO:
            item["photo"] = True
        elif limits:
            item |= {"low": limits[1], "high": limits[2], "unit": limits[3]}
        else:
            raise RuleViolation(f"第 {n} 行“{mark[:20]}”看不懂。要照片写“拍照”，要数字写“0 至 8 ℃”这样。", field="checklist")
    return item


def checked(items: list[dict]) -> list[dict]:
    if len(items) > MOST_ITEMS:
        raise RuleViolation(f"检查项目最多 {MOST_ITEMS} 行，请分成几个任务。", field="checklist")
    for n, item in enumerate(items, 1):
        if not 1 <= len(item["text"]) <= LONGEST_ITEM:
            raise RuleViolation(f"第 {n} 行请写检查什么，不超过 {LONGEST_ITEM} 个字。", field="checklist")
        if item["low"] is not None and Decimal(item["low"]) > Decimal(item["high"]):
            raise RuleViolation(f"第 {n} 行的范围反了，小的写在前面。", field="checklist")
    return items


def lines_of(items: list[dict]) -> str:
    """The items as they are typed."""
    return "\n".join("｜".join(part for part in (item["text"], PHOTO if item["photo"] else "", limits_of(item)) if part) for item in items)


def limits_of(item: dict) -> str:
    return f"{item['low']} 至 {item['high']} {item['unit']}".strip() if item["low"] is not None else ""


def answered(items: list[dict], given: dict[int, dict]) -> list[dict]:
    """The answers to keep: {"text", "value", "ok", "note"} per item, `given` {n: {"value", "note", "photos"}}.

    A number outside its limits is not in order whatever was ticked. Raises RuleViolation at answer_<n>, photo_<n> or note_<n>.
    """
    return [_answer(n, item, given.get(n, {})) for n, item in enumerate(items)]


def _answer(n: int, item: dict, given: dict) -> dict:
    value, note = str(given.get("value") or "").strip(), tidy(given.get("note") or "")[:200]
    if not value:
        raise RuleViolation(f"“{item['text']}”还没有填。", field=f"answer_{n}")
    ok = _within(n, item, value) if item["low"] is not None else _ticked(n, value)
    if item["photo"] and not given.get("photos"):
        raise RuleViolation(f"“{item['text']}”要拍一张照片。", field=f"photo_{n}")
    if not ok and not note:
        raise RuleViolation(f"“{item['text']}”不正常，请写一句怎么回事。", field=f"note_{n}")
    shown = f"{value} {item['unit']}".strip() if item["low"] is not None else ("正常" if ok else "不正常")
    return {"text": item["text"], "value": shown, "ok": ok, "note": note}


def _ticked(n: int, value: str) -> bool:
    if value not in ("ok", "bad"):
        raise RuleViolation("请选正常或不正常。", field=f"answer_{n}")
    return value == "ok"


def _within(n: int, item: dict, value: str) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise RuleViolation("请填数字，例如 4.5。", field=f"answer_{n}") from error
    if not number.is_finite() or abs(number) > 10**9:
        raise RuleViolation("请填数字，例如 4.5。", field=f"answer_{n}")
    return Decimal(item["low"]) <= number <= Decimal(item["high"])
