"""Drop-downs and plain inputs as strings, and choices that are not read anew for every page."""

from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django_filters import ModelChoiceFilter
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from logistics.platform.kernel.keeping import kept

UNSAID = "---------"  # Django's own words for no choice


def select(bound, attrs: dict) -> SafeString | None:
    """The field's <select>; joined by hand because Django renders a template for every option. None where options stand in groups.

    Where nobody said what an empty choice means, it is to be made, or may be left out.
    """
    widget, options = bound.field.widget, list(iter(bound.field.widget.choices))  # iter: list alone asks the length first, by a query
    if any(isinstance(label, list | tuple) for _, label in options):
        return None
    chosen = set(widget.format_value(bound.value()))
    own = widget.build_attrs(widget.attrs, bound.build_widget_attrs({"id": bound.auto_id} | attrs))
    empty = "请选" if bound.field.required else "不填"
    inner = "".join(_option(value, empty if label == UNSAID else label, chosen) for value, label in options)
    return mark_safe(f"<select{flatatt({'name': bound.html_name} | own)}>{inner}</select>")  # noqa: S308  escaped below


def _option(value, label, chosen: set[str]) -> str:
    text = "" if value is None else str(value)
    return f'<option value="{escape(text)}"{" selected" if text in chosen else ""}>{escape(label)}</option>'


DRAWN_BY_DJANGO_ALONE = forms.widgets.Input.get_context


def plain_input(bound, attrs: dict) -> SafeString | None:
    """The field's <input>; joined by hand like the drop-down. None where the widget draws something of its own."""
    widget = bound.field.widget
    if type(widget).get_context is not DRAWN_BY_DJANGO_ALONE or not widget.template_name.startswith("django/"):
        return None
    own = widget.build_attrs(widget.attrs, bound.build_widget_attrs({"id": bound.auto_id} | attrs))
    value = widget.format_value(plain_number(bound.value()))
    given = {"type": widget.input_type, "name": bound.html_name} | ({} if value is None else {"value": value}) | own
    return mark_safe(f"<input{flatatt(given)}>")  # noqa: S308  flatatt escapes


CENTS = -2  # the places money has


def plain_number(value):
    """40 for a quantity of 40.000, as a person would write it; money keeps its cents."""
    if isinstance(value, Decimal) and value.is_finite() and value.as_tuple().exponent < CENTS:
        return f"{value.normalize():f}"
    return value


class _KeptIterator(ModelChoiceIterator):
    """The options as (key, words), kept for a minute: a list page must not read every look-up table again."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(kept(f"choices.{self.field.kept}", self.read))

    def read(self) -> list[tuple[str, str]]:
        return [(str(key), str(label)) for key, label in super().__iter__()]


class _KeptField(ModelChoiceField):
    iterator = _KeptIterator

    def __init__(self, *args, kept: str, **kwargs):
        self.kept = kept
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        """One of those offered is taken by its key alone and read when somebody asks for more; any other is asked of the database."""
        if value not in self.empty_values and any(key == value for key, _ in self.iterator(self)):
            pk = self.queryset.model._meta.pk
            return self.queryset.model.from_db(self.queryset.db, [pk.attname], [pk.to_python(value)])
        return super().to_python(value)


class KeptModelChoiceFilter(ModelChoiceFilter):
    """A filter by a record of a look-up table. What is offered may be a minute old; what is not offered is asked of the database.

    `kept` is a name for these choices that no other filter uses.
    """

    field_class = _KeptField
