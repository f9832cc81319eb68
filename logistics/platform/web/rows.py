"""Line items inside one form: a browser posts lines-0-name, lines-1-name …, a program a list of objects.

    lines = RowsField(LineForm, label="明细")

The template shows `form.lines.rows`, each a form with its own errors, and a button named "lines-more" for another empty row;
a page whose form has rows answers it by `more_rows`. Works without script.
"""

import re
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError

EMPTY_ROWS = 1
MOST = 50
GONE = "gone"  # ticked at a row that is to be left out


class RowsInput(forms.Widget):
    """The rows as they were posted: {column: text} of each, in their order."""

    takes_rows = True
    use_fieldset = True

    def value_from_datadict(self, data, files, name) -> list[dict[str, str]]:
        if isinstance(data.get(name), list):  # initial values given as they are
            return data[name]
        found: dict[int, dict[str, str]] = {}
        shape = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-(\w+)", re.ASCII)
        for key in data:
            if part := shape.fullmatch(key):
                found.setdefault(int(part[1]), {})[part[2]] = data.get(key)
        return [found[n] for n in sorted(found)]

    def value_omitted_from_data(self, data, files, name) -> bool:
        return not self.value_from_datadict(data, files, name)

    @staticmethod
    def posted(name: str, rows: Iterable[dict]) -> dict[str, object]:
        """What a browser would have posted for these rows."""
        return {f"{name}-{n}-{column}": value for n, row in enumerate(rows) for column, value in row.items()}


class BoundRows(forms.BoundField):
    """The field on its form; `rows` are the row forms to show, an empty one last."""

    @property
    def rows(self) -> list[forms.Form]:
        raw = self.field.filled(self.value() or [])
        if self.form.is_bound:
            shown = [self.field.row(self.html_name, n, values) for n, values in enumerate(raw)]
        else:
            shown = [self.field.row(self.html_name, n, None, initial=values) for n, values in enumerate(raw)]
        spare = self.field.least if not shown else EMPTY_ROWS
        return shown + [self.field.row(self.html_name, len(shown) + n, None) for n in range(spare)]


class RowsField(forms.Field):
    """Several rows, each cleaned by `row_form`; the answer is a list of its cleaned data. Rows nobody wrote anything in are left out.

    `given` are keyword arguments of every row form; the form sets them when it knows its person.
    """

    widget = RowsInput

    def __init__(self, row_form: type[forms.Form], *, most: int = MOST, least: int = 3, **kwargs):
        super().__init__(**kwargs)
        self.row_form, self.most, self.least, self.given = row_form, most, least, {}

    def get_bound_field(self, form, field_name) -> BoundRows:
        return BoundRows(form, self, field_name)

    def row(self, name: str, n: int, values: dict | None, **kwargs) -> forms.Form:
        data = None if values is None else {f"{name}-{n}-{column}": value for column, value in values.items()}
        return self.row_form(data, prefix=f"{name}-{n}", use_required_attribute=False, **self.given, **kwargs)

    def filled(self, raw: Iterable[dict]) -> list[dict]:
        """The rows that say something: what is only chosen from a list does not count."""
        typed = [name for name, field in self.row_form.base_fields.items() if not isinstance(field.widget, forms.Select)]
        return [row for row in raw if not row.get(GONE) and any(str(row.get(name) if row.get(name) is not None else "").strip() for name in typed)]

    def clean(self, value) -> list[dict]:
        raw = self.filled(value or [])
        if not raw and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(raw) > self.most:
            raise ValidationError(f"最多 {self.most} 行，现在有 {len(raw)} 行。请分成几张。")
        cleaned, wrong = [], []
        for n, values in enumerate(raw):
            row = self.row("row", n, values)
            if row.is_valid():
                cleaned.append(row.cleaned_data)
            for name, sentences in row.errors.items():
                label = row.fields[name].label if name in row.fields else ""
                wrong += [f"第 {n + 1} 行{label}：{sentence}" for sentence in sentences]
        if wrong:
            raise ValidationError(wrong)
        return cleaned


def more_rows(form_class, data, **kwargs) -> forms.Form:
    """The form with everything typed so far and without complaints, to show it with one more empty row."""
    bound = form_class(data, **kwargs)
    typed = {key: field.widget.value_from_datadict(data, {}, bound.add_prefix(key)) for key, field in bound.fields.items()}
    return form_class(initial=typed, **kwargs)
