"""资产编号: the school's own template, and serials that never collide however many people register at once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import connection

from logistics.platform.audit.saving import CHUNK
from logistics.platform.kernel.errors import RuleViolation

TOKENS = ("类别", "年", "房间", "流水")
USUAL = "{类别}-{年}-{流水}"
LONGEST = 40
NO_ROOM = "00"
TOKEN = re.compile(r"\{([^{}]*)\}")
NEXT = (
    "INSERT INTO assets_numbercounter (prefix, last) VALUES (%s, %s)"
    " ON CONFLICT (prefix) DO UPDATE SET last = assets_numbercounter.last + excluded.last RETURNING last"
)
PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff._-]*")


def check_template(text: str) -> None:
    """Raise ValidationError with a sentence unless the text is a usable template."""
    tokens = TOKEN.findall(text)
    unknown = [token for token in tokens if token not in TOKENS]
    if unknown:
        raise ValidationError(f"不认识 {{{unknown[0][:10]}}}。可以用 {{类别}} {{年}} {{房间}} {{流水}}。")
    if tokens.count("流水") != 1:
        raise ValidationError("要有一个 {流水}，也只能有一个。")
    if not PLAIN.fullmatch(TOKEN.sub("", text)):
        raise ValidationError("大括号外面只能用字母、数字、汉字、点和横线。")


def parts_of(template: str, card) -> tuple[str, str]:
    """What stands before and after the card's serial."""
    values = {"类别": card.asset_class.code, "年": f"{card.acquired_on.year}", "房间": card.place.code if card.place else NO_ROOM}
    before, after = template.split("{流水}")
    return tuple(TOKEN.sub(lambda found: values[found.group(1)], part) for part in (before, after))


def current_rule():
    """(template, digits) in force."""
    from .models import NumberRule  # the model's validator is of this module

    rule = NumberRule.objects.order_by("-pk").first()
    return (rule.template, rule.digits) if rule else (USUAL, 4)


def number_cards(cards: Sequence) -> None:
    """Give a number to each of these new cards that has none. Belongs into the transaction that saves them: the counters stay locked until it ends.

    Raises RuleViolation when the template makes numbers that are too long.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are taken inside the transaction that uses them")
    template, digits = current_rule()
    waiting, parts = defaultdict(list), {}
    for card in cards:
        if not card.number:
            known = (card.asset_class_id, card.acquired_on.year, card.place_id)  # all that a template asks
            if known not in parts:
                parts[known] = parts_of(template, card)
            waiting[parts[known]].append(card)
    typed = {card.number for card in cards if card.number}
    for (before, after), some in sorted(waiting.items(), key=lambda item: item[0]):  # always in one order, against deadlock
        fresh = _free_numbers(before, after, digits, len(some), typed)
        for card, number in zip(some, fresh, strict=True):
            card.number = number


def _free_numbers(before: str, after: str, digits: int, count: int, typed: set[str]) -> list[str]:
    """So many numbers that nobody has; a serial that somebody typed by hand is passed over."""
    found: list[str] = []
    while len(found) < count:
        serials = _serials(f"{before}*{after}", count - len(found))
        numbers = [f"{before}{serial:0{digits}d}{after}" for serial in serials]
        if len(numbers[-1]) > LONGEST:
            raise RuleViolation(f"照编号规则排出来的「{numbers[-1]}」太长，最多 {LONGEST} 个字符。请改短编号规则。", field="number")
        taken = taken_numbers(numbers) | typed
        found += [number for number in numbers if number not in taken]
    return found


def _serials(prefix: str, count: int) -> range:
    """The next serials, by one statement that also begins a new prefix."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [prefix, count])
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def taken_numbers(numbers: Iterable[str]) -> set[str]:
    """Those of these numbers that a card has."""
    from .models import AssetCard

    wanted, found = sorted(set(numbers)), set()
    for start in range(0, len(wanted), CHUNK):
        found.update(AssetCard.objects.filter(number__in=wanted[start : start + CHUNK]).exclude(status="void").values_list("number", flat=True))
    return found
