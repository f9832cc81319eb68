"""The words and marks that every page shares."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

import lucide as lucide_icons
from django import forms, template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe

from logistics.platform.access.rules import has
from logistics.platform.web.records import allowed
from logistics.platform.web.registry import all_records
from logistics.platform.web.selects import plain_input, select

register = template.Library()
WEEKDAYS = "一二三四五六日"
UNFOLDED = 24  # lines of the left menu that fit a screen; above them its sections fold
# A page has a hundred icons: what `.i` of the styles says is not said again in each.
SAID_BY_THE_STYLES = re.compile(
    r' (?:fill="none"|stroke="currentColor"|stroke-width="2"|stroke-linecap="round"|stroke-linejoin="round"|width="24"|height="24")'
)
BETWEEN_TAGS = re.compile(r">\s+<")


@register.simple_tag(name="lucide")
@lru_cache(maxsize=512)
def icon(name: str, size: int | None = None, **kwargs):
    """An inline icon; `class` defaults to "i". Cached: parsing an icon costs more than the rest of a row."""
    kwargs.setdefault("class", "i")
    kwargs.setdefault("aria-hidden", "true")
    drawn = lucide_icons._render_icon(name, size, **{key: str(value) + "" for key, value in kwargs.items()})
    return mark_safe(BETWEEN_TAGS.sub("><", SAID_BY_THE_STYLES.sub("", drawn)).strip() if "i" in kwargs["class"].split() else drawn)  # noqa: S308  package's own markup


@register.simple_tag
@lru_cache(maxsize=512)
def frame_icon(name: str, css: str = ' class="i"'):
    """An icon of the frame around the page or of every list, out of the one file that holds them (web/sprite.py); one that is not in it is drawn here."""
    from logistics.platform.web import sprite  # that module draws with `icon`

    if name not in sprite.names():
        return icon(name)
    return mark_safe(f'<svg{css} aria-hidden="true"><use href="{sprite.address()}#{name}"/></svg>')  # noqa: S308  our own names


@lru_cache(maxsize=512)
def _menu_line(item, is_here: bool, count: int) -> str:
    here, badge = ' aria-current="page"' if is_here else "", f'<span class="n">{count}</span>' if count else ""
    return f'<a href="{escape(item.url)}"{here}>{frame_icon(item.icon, "")}{escape(item.label)}{badge}</a>'


def _item_here(items: list, here: str):
    """The one item this page lies under: of several the nearest."""
    under = [(len(begin), n) for n, item in enumerate(items) for begin in item.beginnings if here == begin or (begin != "/" and here.startswith(begin))]
    return items[max(under)[1]] if under else None


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _section_of(menu: list, here: str) -> str:
    """The section to open: of the items of this page's app that whose address has most in common with it, the first named one where there is none."""
    app = f"/{here.split('/')[1]}/"
    near = [(_alike(here, item.url), section) for section, items in menu if section for item in items if item.url.startswith(app)]
    return max(near, key=lambda one: one[0])[1] if near else next((section for section, _ in menu if section), "")


@register.simple_tag(takes_context=True)
def side_menu(context):
    """The left menu as one string: it may have a hundred lines, and a template for each was a fifth of a page. A long one folds by section."""
    here, counts = context["here"], {"/notices/": context["unread"], "/approvals/": context["to_sign"]}
    menu, parts = context["menu"], []
    every = [item for _, items in menu for item in items]
    folds, marked, opened = len(every) > UNFOLDED, _item_here(every, here), _section_of(menu, here)
    for section, items in menu:
        lines = "".join(_menu_line(item, item is marked, counts.get(item.url, 0)) for item in items)
        if section and folds:
            state = " open" if section == opened else ""
            parts.append(f'<details name="menu"{state}><summary>{escape(section)}<span>{len(items)}</span></summary>{lines}</details>')
        else:
            parts.append(f"<h2>{escape(section)}</h2>{lines}" if section else lines)
    return mark_safe("".join(parts))  # noqa: S308  escaped above


@register.filter
def money(value) -> str:
    """12,840.00, or a dash for nothing."""
    return "—" if value is None or value == "" else f"{value:,.2f}"


@register.filter
def yuan(value) -> str:
    return "—" if value is None or value == "" else f"¥{value:,.2f}"


def on_our_clock(at: datetime) -> datetime:
    """The moment as the school's clock shows it. Nobody has another one; to ask for this thread's would cost a twentieth of a list."""
    return at.astimezone(timezone.get_default_timezone())


def today() -> date:
    return on_our_clock(timezone.now()).date()


def day_words(on: date, today: date) -> str:
    near = {0: "今天", 1: "明天", -1: "昨天"}.get((on - today).days)
    if near:
        return near
    return f"{on.month}月{on.day}日" if on.year == today.year else f"{on.year}年{on.month}月{on.day}日"


@register.filter
def day(value) -> str:
    """今天, 昨天, 11月23日, or with the year when it is another one."""
    if not value:
        return "—"
    on = on_our_clock(value).date() if isinstance(value, datetime) else value
    return day_words(on, today())


@register.filter
def moment(value) -> str:
    """今天 08:52, 11月18日 20:40."""
    if not value:
        return "—"
    local = on_our_clock(value)
    return f"{day_words(local.date(), today())} {local.hour:02}:{local.minute:02}"


@register.filter
def stamp(value) -> str:
    """11-20 08:52 for tables; with the year when it is another one."""
    if not value:
        return "—"
    local = on_our_clock(value)
    return f"{local.month:02}-{local.day:02} {local.hour:02}:{local.minute:02}" if local.year == today().year else f"{local:%Y-%m-%d}"


@register.filter
def full_day(value) -> str:
    """2026年11月20日, for papers."""
    if not value:
        return ""
    on = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日"


@register.filter
def full_moment(value) -> str:
    return f"{full_day(value)} {timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def weekday(value) -> str:
    on = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"星期{WEEKDAYS[on.weekday()]}" if on else ""


@register.filter
def minutes(value) -> str:
    """57 分, 7 时 05 分, 3 天 4 时."""
    if value is None or value == "":
        return "—"
    value = round(value)
    if value < 60:
        return f"{value} 分"
    hours, rest = divmod(value, 60)
    if hours < 48:
        return f"{hours} 时 {rest:02d} 分" if rest else f"{hours} 时"
    return f"{hours // 24} 天 {hours % 24} 时" if hours % 24 else f"{hours // 24} 天"


def over_words(late_by: timedelta) -> str:
    hours = int(late_by.total_seconds() // 3600)
    return f"超 {hours // 24} 天" if hours >= 24 else f"超 {hours} 小时" if hours else f"超 {max(1, int(late_by.total_seconds() // 60))} 分"


def due_mark(due_at: datetime | None, now: datetime, *, open_still: bool = True):
    """A deadline: red and by how much when late, amber within a day, plain otherwise."""
    if not due_at:
        return "—"
    if not open_still:
        return stamp(due_at)
    if due_at < now:
        return mark_safe(f'<span class="due late">{over_words(now - due_at)}</span>')  # noqa: S308  digits and words of our own
    tone = "soon" if due_at - now < timedelta(hours=24) else ""
    return mark_safe(f'<span class="due {tone}">{moment(due_at)}</span>')  # noqa: S308


@register.filter
def due(value):
    return due_mark(value, timezone.now())


@register.simple_tag(takes_context=True)
def with_query(context, **changes) -> str:
    """This page's address with some parameters changed; an empty value removes one, and the page number starts again."""
    query = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def control(bound):
    """The field's control with the house's class, tied to its error for screen readers."""
    widget, attrs = bound.field.widget, {}
    kept = widget.attrs.get("class", "")
    if isinstance(widget, forms.Select):
        attrs["class"] = f"form-select {kept}".strip()
    elif isinstance(widget, forms.Textarea) or getattr(widget, "input_type", "") in PLAIN_INPUTS:
        attrs["class"] = f"form-control {kept}".strip()
    elif getattr(widget, "input_type", "") == "checkbox" and not isinstance(widget, MANY_INPUTS):
        attrs["class"] = "form-check-input"
    if bound.errors:
        attrs["aria-describedby"] = f"{bound.auto_id}-e"
    drawn = select(bound, attrs) if type(widget) is forms.Select else plain_input(bound, attrs)
    return drawn or bound.as_widget(attrs=attrs)


MANY_INPUTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
PLAIN_INPUTS = ("text", "number", "email", "password", "tel", "url", "search", "date", "time", "datetime-local", "month", "file")


@register.simple_tag
def filter_fields(form):
    """A list's filters but its search words, joined by hand: they were a quarter of the page's template. A hidden one is kept when it says something."""
    return mark_safe("".join(_filter_field(bound) for bound in form if bound.name != "q"))  # noqa: S308  escaped below


def _filter_field(bound) -> str:
    if bound.is_hidden:
        value = bound.value()
        return f'<input type="hidden" name="{escape(bound.html_name)}" value="{escape(value)}">' if value else ""
    css, wrong = (" bad" if bound.errors else ""), "".join(f'<small class="t-late">{escape(error)}</small>' for error in bound.errors)
    return f'<label class="flt{css}"><span>{escape(bound.label)}</span>{control(bound)}{wrong}</label>'


@register.inclusion_tag("web/field.html")
def field(bound, wide: bool = False, last: bool = False):
    """One field with label, control, hint and error, in the house's markup."""
    return {"field": bound, "wide": wide or isinstance(bound.field.widget, (forms.Textarea, *MANY_INPUTS)), "last": last}


@register.filter
def first_letter(value) -> str:
    return str(value)[:1]


@register.filter
def get_item(mapping, key):
    return mapping.get(key)


@register.filter
def percent(value) -> str:
    return "—" if value is None else f"{value * 100:.0f}%"


@register.filter
def has_page(record, page: str) -> bool:
    return record.has_page(page)


@register.filter
def may(user, code: str) -> bool:
    """Whether the person has this permission; a link to what would be refused is not shown."""
    return has(user, code)


@register.filter
def lets_in(page: str, user) -> bool:
    """Whether a record's page lets the person in: "dorms:move-create", "dorms:move-list"; the record's own check says so."""
    name, _, kind = page.rpartition("-")
    record = next(one for one in all_records() if one.namespace == name)
    return allowed({"list": record.check_view, "create": record.check_create}[kind], user)


EVENT_TONES = {
    "accept": "done",
    "sign_for": "done",
    "approve": "done",
    "finish": "doing",
    "arrive": "doing",
    "resume": "doing",
    "take": "doing",
    "assign": "doing",
    "wait": "wait",
}
BAD_EVENTS = ("reject", "refer", "escalate", "cancel", "decline", "return", "decide_drop")


@register.filter
def event_tone(action: str) -> str:
    """The colour of a dot in the story."""
    return "late" if action in BAD_EVENTS else EVENT_TONES.get(action, "")
