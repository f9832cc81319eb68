"""JSON turned into what a browser would have posted, so that one form serves pages and API."""

from django import forms
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from .parsers import check_usable

NO_OBJECT = "请求正文要是一个对象，写成 {字段: 值}。"
ONE_VALUE = "这里填一个值，不能是一组。"
PLAIN_VALUE = "这里填文字、数字或者真假，不能是对象。"
ROWS = "这里填几行，每行写成 {栏: 值}，最多 500 行。"
MOST_ROWS = 500
NO_FILE = "文件和照片要用 multipart/form-data 传，JSON 里放不下。"


def form_data(data, form: type[forms.Form] | None, *, left_out: dict | None = None) -> QueryDict:
    """The body as a form expects it. `left_out` gives the ticks that hold where JSON says nothing; a browser's silence means no tick.

    Raises ValidationError with a sentence at each field whose value no form can hold.
    """
    if isinstance(data, QueryDict):
        check_usable(dict(data.lists()))
        return data
    if not isinstance(data, dict):
        raise ValidationError({"detail": [NO_OBJECT]})
    sent, wrong = QueryDict(mutable=True), {}
    fields = form.base_fields if form else {}
    for name, value in ((left_out or {}) | data).items():
        problem = _problem(fields.get(name), value)
        if problem:
            wrong[name] = [problem]
        elif value is not None:
            _put(sent, fields.get(name), name, value)
    if wrong:
        raise ValidationError(wrong)
    return sent


def _put(sent: QueryDict, field: forms.Field | None, name: str, value) -> None:
    if takes_rows(field):
        for key, cell in field.widget.posted(name, value).items():
            sent[key] = _text(cell)
    else:
        sent.setlist(name, [_text(item) for item in value] if isinstance(value, list) else [_text(value)])


def takes_rows(field: forms.Field | None) -> bool:
    return field is not None and getattr(field.widget, "takes_rows", False)


def _problem(field: forms.Field | None, value) -> str:
    if field is not None and getattr(field.widget, "needs_multipart_form", False):
        return NO_FILE if value else ""
    if takes_rows(field):
        return _rows_problem(value)
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in items):
        return PLAIN_VALUE
    is_many = field is None or getattr(field.widget, "allow_multiple_selected", False)
    return ONE_VALUE if isinstance(value, list) and not is_many else ""


def _rows_problem(rows) -> str:
    if rows is None:
        return ""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or len(rows) > MOST_ROWS:
        return ROWS
    return PLAIN_VALUE if any(isinstance(cell, dict | list) for row in rows for cell in row.values()) else ""


def _text(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def ticks(form: type[forms.Form], instance=None) -> dict[str, bool]:
    """What the form's ticks say before anybody touches them: the record's own, or the usual ones of a new record."""
    boxes = {name: field for name, field in form.base_fields.items() if isinstance(field, forms.BooleanField)}
    return {name: bool(getattr(instance, name, field.initial)) for name, field in boxes.items()}
