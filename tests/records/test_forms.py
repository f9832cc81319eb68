"""Forms of every record type: what is missing is said at its field, and nothing typed is lost."""

import pytest
from django import forms

from logistics.platform.audit.models import Event
from logistics.platform.web.records import allowed
from tests.records.conftest import address
from tests.records.test_budgets import MOST_BYTES
from tests.records.test_lists import one_of_each_app, turn_of

TYPED = "手打的<b>字"
SHOWN = "手打的&lt;b&gt;字"
GARBAGE = ("9" * 30, "-1", "1e400", "NaN", "0001-01-01", "9999-12-31", "25:61", "😀" * 2000, "\u202e\u200b", "id:999999999999999999")
TRIES = 2


@pytest.fixture
def form_pages(record, make, keeper):
    """(name, address, form class) of the forms for a new record and for a stored one that may be changed."""
    row, found = make(), []
    if record.create:
        found.append(("create", address(record, "create"), record.form_for_new))
    if record.update and allowed(record.check_update, keeper, row):
        found.append(("update", address(record, "update", row.pk), record.form))
    return found


def wrong(form: type[forms.Form]) -> dict[str, str]:
    """What cannot be right, in every field that a person types into."""
    typed = {}
    for name, field in form.base_fields.items():
        if isinstance(field.widget, forms.TextInput | forms.Textarea) and not isinstance(field.widget, forms.HiddenInput):
            typed[name] = TYPED
    return typed


@pytest.mark.once
def test_form_pages_open_and_are_small(record, form_pages, browser):
    for name, url, _ in form_pages:
        page = browser.get(url)
        assert page.status_code == 200, name
        assert len(page.content) <= MOST_BYTES, name
        if name == "create":
            assert browser.get(url, {"place": "9" * 30, "name": "\ufffd", "kind": "zzz", "parent": "abc"}).status_code == 200, name


@pytest.mark.once
def test_empty_form_says_at_each_field_what_is_missing(record, form_pages, browser):
    events = Event.objects.count()
    for name, url, form in form_pages:
        answer = browser.post(url, {})
        assert answer.status_code == 422, name
        errors = answer.context["form"].errors
        missing = [key for key, field in form.base_fields.items() if field.required and not isinstance(field, forms.BooleanField)]
        assert errors
        assert set(missing) & set(errors) or not missing
        html = answer.content.decode()
        for sentences in errors.values():
            for sentence in sentences:
                assert sentence in html, sentence
    assert Event.objects.count() == events


@pytest.mark.once
def test_form_keeps_what_was_typed(record, form_pages, browser):
    tried = set()
    for name, url, form in form_pages:
        if form in tried:  # the same form for a new record and for a stored one
            continue
        tried.add(form)
        typed = wrong(form)
        chosen = {key: "999999999999" for key, field in form.base_fields.items() if isinstance(field, forms.ModelChoiceField)}
        answer = browser.post(url, typed | chosen)
        if answer.status_code == 302:  # nothing but free text is asked
            continue
        assert answer.status_code == 422, name
        assert answer.content.decode().count(SHOWN) >= len(typed), name


@pytest.mark.everywhere
def test_garbage_in_a_form_is_no_error(record, form_pages, browser):
    """Each field gets some of it, its neighbours another; over all forms every sort of field has had everything."""
    for name, url, form in form_pages:
        for turn in range(turn_of(record), turn_of(record) + TRIES):
            typed = {field: GARBAGE[(n + turn) % len(GARBAGE)] for n, field in enumerate(form.base_fields)}
            assert browser.post(url, typed).status_code in (200, 302, 422), (name, typed)


@pytest.mark.once
@one_of_each_app
def test_a_character_no_column_holds_is_refused_in_words(record, form_pages, browser):
    events = Event.objects.count()
    for name, url, form in form_pages:
        answer = browser.post(url, dict.fromkeys(form.base_fields, "前\x00后"))
        assert answer.status_code == 400, name
        assert "认不出的字符" in answer.content.decode()
    assert Event.objects.count() == events


@pytest.mark.everywhere
def test_action_pages_open_or_refuse_in_words(record, make, browser):
    row = make()
    for action in record.actions:
        url = address(record, "action", row.pk, action.name)
        answer = browser.get(url)
        assert answer.status_code in (200, 400, 403, 409), action.name
        assert "。" in answer.content.decode() or answer.status_code == 200
        if not action.form:
            continue
        for given in ({}, dict.fromkeys(action.form.base_fields, ("9" * 30, TYPED)[turn_of(record) % 2])):
            assert browser.post(url, given).status_code in (302, 400, 403, 409, 422), action.name


@pytest.mark.once
@one_of_each_app
def test_an_action_on_what_somebody_changed_meanwhile_is_refused(record, make, browser):
    row = make()
    events = Event.objects.count()
    for action in record.actions:
        answer = browser.post(address(record, "action", row.pk, action.name), {"seen": "as it never was"})
        assert answer.status_code == 409, action.name
        assert "刚刚有人先动过" in answer.content.decode()
    assert Event.objects.count() == events
