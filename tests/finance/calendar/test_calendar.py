"""The calendar of statutory reports and payments: an owner each, a duty each, done with a note and its paper (FIN-14)."""

from datetime import date, datetime, timedelta

import pytest

from finance.calendar import rules
from finance.calendar.first_run import make_usual, preset_lines
from finance.calendar.models import Filing
from finance.calendar.presets import BY_KEY, PRESETS
from finance.calendar.queries import filings_visible_to, month_lines, waiting_for
from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.duties.models import Duty, Occurrence
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.duties.rhythm import rhythm_of
from logistics.platform.duties.slots import occurrences
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import Post
from logistics.platform.terms.queries import calendar
from tests.conftest import NOW, SHANGHAI

pytestmark = pytest.mark.requirement("FIN-14")
TAX = BY_KEY["tax"]
START = datetime(2026, 10, 30, 9, tzinfo=SHANGHAI)
IN_TIME = datetime(2026, 11, 12, 9, tzinfo=SHANGHAI)


def paper() -> CleanPaper:
    return CleanPaper(content=b"%PDF-1.4\n%%EOF", name="回执.pdf")


@pytest.fixture
def tax(cast) -> Occurrence:
    rules.set_up(actor=cast.director, at=START, preset=TAX, owner_person=cast.accountant)
    make_by_clock(at=START)
    return Occurrence.objects.get(on=date(2026, 11, 1))


def file(cast, row, person=None, at=IN_TIME, **given):
    given = {"note": "已申报扣款", "papers": [paper()]} | given
    return rules.file_report(actor=person or cast.accountant, at=at, occurrence=row, **given)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_falls_due_on_its_day(db, preset):
    rhythm = rhythm_of(preset.rhythm)
    found = occurrences(rhythm, date(2026, 1, 1), date(2026, 12, 31), calendar())
    dues = {slot.due.astimezone(SHANGHAI) for slot in found}
    assert {due.month for due in dues} == set(preset.months or range(1, 13))
    assert {(due.day, due.hour) for due in dues} == {(preset.due, 17)}
    assert 1 <= preset.opens < preset.due <= 30


def test_the_first_day_brings_every_item_with_its_post_once(cast):
    assert preset_lines(None)
    make_usual(actor=cast.admin, at=NOW)
    assert Duty.objects.filter(subject__startswith="finance.calendar:").count() == len(PRESETS)
    assert Duty.objects.get(subject=TAX.subject).owner_post == Post.objects.get(name="会计")
    make_usual(actor=cast.admin, at=NOW)
    assert (Duty.objects.count(), preset_lines(None)) == (len(PRESETS), [])


def test_an_item_is_set_up_changed_stopped_and_used_again(cast):
    duty = rules.set_up(actor=cast.director, at=NOW, preset=TAX, owner_person=cast.accountant)
    again = rules.set_up(actor=cast.director, at=NOW, preset=TAX, owner_person=cast.cashier)
    assert (again.pk, again.owner_person, Duty.objects.count()) == (duty.pk, cast.cashier, 1)
    rules.stop(actor=cast.director, at=NOW, preset=TAX, reason="由教育局代办")
    assert not Duty.objects.get().is_active
    assert rules.set_up(actor=cast.director, at=NOW, preset=TAX, owner_person=cast.cashier).is_active


@pytest.mark.parametrize("both", [True, False])
def test_an_item_has_one_owner(cast, both):
    post = Post.objects.create(name="会计")
    owner = {"owner_post": post, "owner_person": cast.accountant} if both else {}
    with pytest.raises(RuleViolation):
        rules.set_up(actor=cast.director, at=NOW, preset=TAX, **owner)
    with pytest.raises(NotAllowed):
        rules.set_up(actor=cast.accountant, at=NOW, preset=TAX, owner_post=post)
    assert not Duty.objects.exists()


def test_it_is_done_with_a_note_and_a_paper(cast, tax):
    assert list(waiting_for(cast.accountant)) == list(Occurrence.objects.order_by("due_at"))
    filing = file(cast, tax)
    tax.refresh_from_db()
    assert (tax.state, tax.done_by, filing.due_on, filing.is_late, filing.title) == ("done", cast.accountant, date(2026, 11, 15), False, TAX.title)
    with pytest.raises((Conflict, RuleViolation)):
        file(cast, tax)
    assert Filing.objects.count() == 1


def test_late_is_late_and_after_the_grace_it_is_over(cast, tax):
    late = file(cast, tax, at=datetime(2026, 11, 16, 9, tzinfo=SHANGHAI))
    assert late.is_late


def test_after_the_last_moment_it_is_refused(cast, tax):
    with pytest.raises(RuleViolation, match="最晚"):
        file(cast, tax, at=tax.closes_at + timedelta(minutes=1))
    assert not Filing.objects.exists()


@pytest.mark.parametrize(("given", "field"), [({"note": " "}, "note"), ({"papers": []}, "papers")])
def test_without_words_or_proof_it_is_not_done(cast, tax, given, field):
    with pytest.raises(RuleViolation) as refusal:
        file(cast, tax, **given)
    assert refusal.value.field == field
    tax.refresh_from_db()
    assert (tax.state, Filing.objects.count()) == ("open", 0)


def test_somebody_else_s_is_refused_and_not_seen(cast, tax):
    with pytest.raises(NotAllowed):
        file(cast, tax, person=cast.teacher)
    file(cast, tax)
    assert not filings_visible_to(cast.teacher).exists()
    assert filings_visible_to(cast.principal).count() == 1


def test_the_month_shows_what_is_planned_and_what_lies_ahead(cast, tax):
    file(cast, tax)
    lines = month_lines(date(2026, 11, 1), NOW)
    assert [(line.title, line.due_on.day, line.word) for line in lines] == [(TAX.title, 15, "按时做了")]
    ahead = month_lines(date(2027, 3, 1), NOW)
    assert [(line.due_on, line.word, line.occurrence) for line in ahead] == [(date(2027, 3, 15), "没到时间", None)]


def test_its_pages(cast, tax, client):
    for person, status in ((cast.director, 200), (cast.accountant, 200), (cast.teacher, 403)):
        client.force_login(person)
        assert client.get("/finance/calendar/?month=2026-11").status_code == status
    client.force_login(cast.director)
    for month in ("2026-13", "x", "9999-01"):
        assert client.get(f"/finance/calendar/?month={month}").status_code == 200
    assert client.get("/finance/calendar/nothing/").status_code == 404
    assert client.post("/finance/calendar/close/", {}).status_code == 422
    answer = client.post("/finance/calendar/close/", {"owner_person": cast.accountant.pk})
    assert (answer.status_code, Duty.objects.filter(subject="finance.calendar:close").count()) == (302, 1)
    assert client.post("/finance/calendar/close/stop/", {"reason": "不用办"}).status_code == 302
    client.force_login(cast.accountant)
    assert client.get("/finance/calendar/close/").status_code == 403
