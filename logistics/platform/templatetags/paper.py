"""What printed forms are made of: tick boxes, signatures, empty rows, amounts in words."""

from django import template
from django.utils.html import format_html, format_html_join

from logistics.platform.kernel.money import yuan_words as words

register = template.Library()
DATE_LINE = "　　年　　月　　日"


@register.simple_tag
def box(checked, label: str = ""):
    """A tick box with its label: {% box ticket.is_safe "修好" %}."""
    return format_html('<span class="tick"><span class="box{}"></span>{}</span>', " on" if checked else "", label)


@register.simple_tag
def boxes(options, chosen=None):
    """A tick box for each option: plain labels or (value, label) pairs; `chosen` is one value or several."""
    several = set(chosen) if isinstance(chosen, (list, tuple, set, frozenset)) else {chosen}
    pairs = [option if isinstance(option, (list, tuple)) else (option, option) for option in options]
    return format_html_join("", "{}", ((box(value in several, label),) for value, label in pairs))


@register.simple_tag
def signature(label: str = "", name: str = "", on: str = ""):
    """A line to sign on, with the date beside it; name and date are printed where they are known."""
    return format_html('<span class="signature">{}<span>{}</span>{}</span>', label, name or "\u00a0", f"　{on}" if on else DATE_LINE)


@register.filter
def padded(rows, least: int) -> list:
    """The rows, with None added until there are `least` of them: empty lines to fill in by hand."""
    rows = list(rows or ())
    return rows + [None] * (int(least) - len(rows))


@register.filter
def amount(value) -> str:
    """12,840.50; nothing for no amount, as papers leave it blank."""
    return "" if value is None or value == "" else f"{value:,.2f}"


@register.filter
def yuan_words(value) -> str:
    """壹万贰仟捌佰肆拾元伍角."""
    return "" if value is None or value == "" else words(value)


@register.filter
def paired(facts) -> list[list]:
    """Facts (label, value, wide) as rows of a form: two narrow ones beside each other, a wide one alone."""
    rows: list[list] = []
    for fact in facts:
        if fact[2] or not rows or len(rows[-1]) == 2 or rows[-1][0][2]:
            rows.append([fact])
        else:
            rows[-1].append(fact)
    return rows
