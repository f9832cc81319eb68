"""Drop-downs drawn by hand look like Django's own; their kept choices are checked anew."""

import pytest
from django import forms
from django.test.html import parse_html
from django_filters import FilterSet

from logistics.platform.org.models import Department, User
from logistics.platform.web.forms import DayInput
from logistics.platform.web.record_pages import filter_words
from logistics.platform.web.selects import KeptModelChoiceFilter, plain_input, select
from logistics.platform.web.templatetags.school import control

WORDS = [("", "都看"), ("a", "甲 <b>"), ("b", '乙 "&')]


class Choices(forms.Form):
    plain = forms.ChoiceField(choices=WORDS, required=False)
    wanted = forms.ChoiceField(choices=WORDS, initial="b", help_text="选一个")
    typed = forms.TypedChoiceField(choices=[(1, "一"), (2, "二")], coerce=int, disabled=True, initial=2)
    record = forms.ModelChoiceField(Department.objects.all(), required=False, empty_label="全部")


@pytest.mark.parametrize("sent", [None, {}, {"plain": "a", "wanted": "a", "record": "1"}, {"plain": "没有", "wanted": "", "record": "x"}])
def test_a_drop_down_has_the_markup_of_djangos_own(office, sent):
    for bound in Choices(sent, prefix="p"):
        own, drawn = bound.as_widget(attrs={"class": "form-select"}), select(bound, {"class": "form-select"})
        assert parse_html(str(drawn)) == parse_html(str(own)), bound.name


class Inputs(forms.Form):
    words = forms.CharField(max_length=30, help_text="写一个", initial='甲 "<b>')
    number = forms.IntegerField(min_value=1, required=False, disabled=True, initial=3)
    day = forms.DateField(widget=DayInput(), required=False)
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize("sent", [None, {}, {"words": "乙 & 丙", "number": "x", "day": "2026-11-20", "secret": "a", "hidden": "1"}])
def test_an_input_has_the_markup_of_djangos_own(sent):
    for bound in Inputs(sent, prefix="p"):
        own, drawn = bound.as_widget(attrs={"class": "form-control"}), plain_input(bound, {"class": "form-control"})
        assert drawn is None if bound.name == "secret" else parse_html(str(drawn)) == parse_html(str(own)), bound.name


def test_choices_in_groups_are_left_to_django():
    class Grouped(forms.Form):
        place = forms.ChoiceField(choices=[("教学楼", [("1", "101")]), ("2", "操场")])

    assert select(Grouped()["place"], {}) is None
    assert "optgroup" in control(Grouped()["place"])


class Filters(FilterSet):
    department = KeptModelChoiceFilter(kept="test.departments", queryset=Department.objects.all(), empty_label="全部")


def shown() -> str:
    return str(control(Filters({}, queryset=User.objects.all()).form["department"]))


def test_kept_choices_are_read_once_a_minute_and_still_checked(office, person, django_assert_num_queries):
    assert "总务处" in shown()
    later = Department.objects.create(name="教务处")
    someone = person("周建平")
    User.objects.filter(pk=someone.pk).update(department=later)
    with django_assert_num_queries(0):
        assert "教务处" not in shown()
    assert list(Filters({"department": later.pk}, queryset=User.objects.all()).qs) == [someone]
    assert not Filters({"department": "99999"}, queryset=User.objects.all()).form.is_valid()


def test_what_was_offered_is_taken_by_its_key_and_read_only_when_somebody_asks(office, person, django_assert_num_queries):
    shown()
    found = Filters({"department": str(office.pk)}, queryset=User.objects.all())
    with django_assert_num_queries(0):
        assert found.form.is_valid()
        chosen = found.form.cleaned_data["department"]
        assert chosen.pk == office.pk
    with django_assert_num_queries(1):
        assert chosen.name == "总务处"
    assert filter_words(found) == f"{found.form['department'].label}：总务处"
