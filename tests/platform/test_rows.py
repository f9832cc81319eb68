"""Rows inside one form: what a browser posts and a program sends becomes the same list, what is wrong is said by row."""

import pytest
from django import forms
from django.http import QueryDict

from logistics.platform.api.form_data import form_data
from logistics.platform.web.forms import Words
from logistics.platform.web.rows import RowsField, more_rows


class ThingRowForm(forms.Form):
    name = Words(label="品名", max_length=10)
    count = forms.IntegerField(label="数量", min_value=1)
    colour = forms.ChoiceField(label="颜色", choices=[("red", "红"), ("blue", "蓝")], required=False)


class ThingsForm(forms.Form):
    title = Words(label="名称", max_length=10)
    lines = RowsField(ThingRowForm, label="明细", most=3)


def posted(*rows, **given) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"title": "甲"} | given)
    for n, row in rows:
        data.update({f"lines-{n}-{column}": value for column, value in row.items()})
    return data


def test_rows_come_in_the_order_of_their_numbers_without_empty_and_dropped_ones():
    rows = [
        (7, {"name": "笔", "count": "3"}),
        (2, {"name": "纸", "count": "2"}),
        (3, {"name": " ", "count": "", "colour": "red"}),
        (4, {"name": "尺", "gone": "1"}),
    ]
    form = ThingsForm(posted(*rows))
    assert form.is_valid(), form.errors
    assert [(row["name"], row["count"]) for row in form.cleaned_data["lines"]] == [("纸", 2), ("笔", 3)]


def test_a_program_sends_a_list_of_objects():
    form = ThingsForm(form_data({"title": "甲", "lines": [{"name": "纸", "count": 2, "colour": None}]}, ThingsForm))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["lines"] == [{"name": "纸", "count": 2, "colour": ""}]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [({"name": "", "count": "2"}, "第 1 行品名：请填写这一项。"), ({"name": "纸", "count": "二"}, "第 1 行数量：请填整数，例如 12。")],
)
def test_what_is_wrong_names_row_and_column_and_stands_at_the_cell(row, sentence):
    form = ThingsForm(posted((0, row)))
    assert form.errors["lines"] == [sentence]
    (shown, spare) = form["lines"].rows
    assert shown.errors
    assert not spare.is_bound


def test_none_and_too_many_rows_are_refused():
    assert ThingsForm(posted()).errors["lines"] == ["请填写这一项。"]
    four = [(n, {"name": "纸", "count": "1"}) for n in range(4)]
    assert "最多 3 行" in ThingsForm(posted(*four)).errors["lines"][0]


def test_names_that_only_look_like_rows_do_not_count():
    data = posted((0, {"name": "纸", "count": "1"}))
    data.update({"lines-x-name": "甲", "lines-１-name": "乙", "lines-99999-name": "丙", "xlines-1-name": "丁", "lines": "戊"})
    assert [row["name"] for row in ThingsForm(data).fields["lines"].widget.value_from_datadict(data, {}, "lines")] == ["纸"]


def test_one_more_row_keeps_what_was_typed_and_complains_of_nothing():
    form = more_rows(ThingsForm, posted((0, {"name": "纸", "count": "oops"}), title=""))
    assert not form.is_bound
    assert [row["name"].value() for row in form["lines"].rows] == ["纸", None]
    assert form["lines"].rows[0]["count"].value() == "oops"
