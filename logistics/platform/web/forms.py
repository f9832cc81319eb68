"""Form fields the house uses everywhere."""

from django import forms
from django.db.models import TextChoices
from django.utils.safestring import mark_safe

from logistics.platform.kernel.text import tidy
from logistics.platform.places.models import Place


class Words(forms.CharField):
    """Text a person typed: control characters go, outer blanks go, the length has a sentence."""

    def __init__(self, *, rows: int = 0, **kwargs):
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        if self.max_length:
            self.error_messages["max_length"] = f"最多 {self.max_length} 个字，现在太长了。"

    def clean(self, value):
        return tidy(super().clean(value) or "")

    def widget_attrs(self, widget):
        # the browser must not cut pasted text silently; the server says how long is too long
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class Picks(forms.RadioSelect):
    """Big buttons to choose one of; `icons` {value: icon}, `hints` {value: small print}, `columns` 2, 3 or 4."""

    template_name = "web/picks.html"

    def __init__(self, *args, icons=None, hints=None, columns: int = 3, **kwargs):
        super().__init__(*args, **kwargs)
        self.icons, self.hints, self.columns = icons or {}, hints or {}, columns

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"icons": self.icons, "hints": self.hints, "per_row": {2: "two", 4: "four"}.get(self.columns, "")}
        for _, options, _ in context["widget"]["optgroups"]:
            for option in options:
                option["icon"] = self.icons.get(str(option["value"]), "")
                option["small"] = self.hints.get(str(option["value"]), "")
        return context


class DayInput(forms.DateInput):
    """The browser's own day picker."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class PlaceField(forms.CharField):
    """A place typed by name with suggestions, scanned as a code, or chosen; cleans to a Place.

    Accepts the full name, the code, or "id:12". Several matches or none give a sentence.
    """

    widget = forms.TextInput(
        attrs={"list": "places", "autocomplete": "off", "placeholder": "输入楼名和房间，例如 教学楼A座 305", "data-suggest": "/places/suggest/"}
    )

    def prepare_value(self, value):
        if isinstance(value, Place):
            return str(value)
        if isinstance(value, int) or (isinstance(value, str) and value.isdecimal() and len(value) < 10):
            place = Place.objects.filter(pk=value).first()
            return str(place) if place else value
        return value

    def clean(self, value):
        from logistics.platform.places.queries import match_place

        text = super().clean(value)
        return match_place(text) if text else None


def blank(choices: type[TextChoices] | list, words: str) -> list:
    """Choices with a first line that stands for "any" or "none"."""
    return [("", words), *(choices.choices if isinstance(choices, type) else choices)]


class Switch(forms.CheckboxInput):
    def render(self, name, value, attrs=None, renderer=None):
        return mark_safe(super().render(name, value, {**(attrs or {}), "class": "form-check-input"}, renderer))  # noqa: S308  Django's own markup


PLAIN_WORDS = {
    forms.Field: {"required": "请填写这一项。"},
    forms.ChoiceField: {"invalid_choice": "请从列出来的里面选一项。"},
    forms.ModelChoiceField: {"invalid_choice": "请从列出来的里面选一项。"},
    forms.ModelMultipleChoiceField: {"invalid_choice": "请从列出来的里面选。", "invalid_pk_value": "请从列出来的里面选。"},
    forms.IntegerField: {"invalid": "请填整数，例如 12。"},
    forms.DecimalField: {"invalid": "请填数字，例如 15.80。"},
    forms.DateField: {"invalid": "日期写成 2026-11-20 这样。"},
    forms.TimeField: {"invalid": "时间写成 08:30 这样。"},
    forms.DateTimeField: {"invalid": "时间写成 2026-11-20 08:30 这样。"},
}


def speak_plainly() -> None:
    """Give Django's own field errors the house's words; called once at start."""
    for field, words in PLAIN_WORDS.items():
        field.default_error_messages = field.default_error_messages | words
