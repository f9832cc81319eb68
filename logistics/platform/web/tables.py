"""Lists: columns described once, for the table, the phone's cards, the sort links and the Excel file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Column:
    """`value(row)` is what Excel and the sort see, `cell(row)` the HTML; without `cell` the value is shown.

    css: "key" is the card's title, "tail" stands in its corner, "only-wide" is left off the card, "num" aligns right, "nw" never wraps.
    kind: how Excel writes it: text, integer, number, money, date, datetime.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    cell: Callable[[Any], Any] | None = None
    css: str = ""
    sort: str = ""
    kind: str = "text"
    width: int = 14
    optional: bool = False  # hidden until a person chooses it

    def html(self, row) -> SafeString:
        shown = self.cell(row) if self.cell else self.value(row)
        return NOTHING if shown is None or shown == "" else escaped(shown)


NOTHING = SafeString("—")


def escaped(value) -> SafeString:
    """The value as HTML. Like conditional_escape, without its care for lazy text, which costs a tenth of a page of cells."""
    return value if value.__class__ is SafeString else SafeString(escape(str(value)))


def link(text, url: str, two: str = "") -> SafeString:
    """The cell that opens the record, with a second line of small print; without an address it only names it."""
    second = f'<span class="two">{escaped(two)}</span>' if two else ""
    named = f'<a class="name" href="{escaped(url)}">{escaped(text)}</a>' if url else f'<span class="name">{escaped(text)}</span>'
    return SafeString(named + second)


@lru_cache(512)
def state_mark(label: str, tone: str) -> SafeString:
    """State as colour, shape and word; tone is wait, doing, done, late or void."""
    return format_html('<span class="st {}">{}</span>', tone, label)


def render_rows(columns: Iterable[Column], rows: Iterable, *, pick: bool) -> SafeString:
    """The body rows as one string; joined by hand because a template per cell costs five times as much.

    Neither cells nor rows are closed: in HTML the next one closes them, and fifty rows are three kilobytes shorter.
    """
    parts = []
    shapes = [(_td(column), column.cell or column.value) for column in columns]
    for row in rows:
        parts.append("<tr>")
        if pick:
            parts.append(
                f'<td class="only-wide"><input class="form-check-input" type="checkbox" name="ids" value="{row.pk}" form="bulk" aria-label="选这一行">'
            )
        parts += [f"{opening}{NOTHING if (shown := read(row)) is None or shown == '' else escaped(shown)}" for opening, read in shapes]
    return mark_safe("".join(parts))  # noqa: S308  every cell was escaped


def render_heads(columns: Iterable[Column], asked: QueryDict) -> SafeString:
    """The heads of the columns; one that sorts is a link to this page sorted by it, or by it backwards when it is already."""
    sort, others = asked.get("sort", ""), asked.copy()
    for name in ("sort", "page"):
        others.pop(name, None)
    kept = f"{others.urlencode()}&" if others else ""
    parts = []
    for column in columns:
        css = ' class="num"' if "num" in column.css else ""
        if column.sort:
            up, now = ("-", ' aria-sort="ascending"') if sort == column.sort else ("", "")
            parts.append(f'<th{css}{now}><a href="{escape(f"?{kept}sort={up}{column.sort}")}">{escape(column.label)}</a>')
        else:
            parts.append(f"<th{css}>{escape(column.label)}")
    return mark_safe("".join(parts))  # noqa: S308  escaped above


def render_choices(columns: Iterable[Column], shown: Iterable[Column]) -> SafeString:
    """A box for every column, ticked where it is shown; the card's title always is."""
    names, parts = {column.name for column in shown}, []
    for column in columns:
        ticked, fixed = " checked" if column.name in names else "", " disabled" if "key" in column.css else ""
        box = f'<input class="form-check-input" type="checkbox" value="{escape(column.name)}"{ticked}{fixed}>'
        parts.append(f'<label class="form-check">{box}<span class="form-check-label">{escape(column.label)}</span></label>')
    return mark_safe("".join(parts))  # noqa: S308  escaped above


def _td(column: Column) -> str:
    carded = not {"key", "tail", "only-wide"} & set(column.css.split())
    css = f' class="{column.css}"' if column.css else ""
    return f'<td{css} data-l="{column.label}">' if carded else f"<td{css}>"


def chosen_columns(columns: tuple[Column, ...], asked: str) -> list[Column]:
    """The columns named in "a,b,c" in table order; the usual ones when nothing valid was asked."""
    names = {name for name in asked.split(",") if name}
    chosen = [column for column in columns if column.name in names or "key" in column.css.split()]
    return chosen if len(chosen) > 1 else [column for column in columns if not column.optional]
