"""日管控, 周排查, 月调度: every item answered, faults mended, papers made of what was found, also of nothing (CAN-06, CAN-20)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from canteen.control import rules
from canteen.control.first_run import make_usual
from canteen.control.lists import USUAL
from canteen.control.models import Book, CheckItem, CheckSheet, ControlPaper, Fault
from canteen.control.queries import gathered, summary
from canteen.late import ClaimedField
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import User
from tests.canteen.safety_kit import TODAY, dish_of, meal_of
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-06", "CAN-20")
MONDAY = date(2026, 11, 16)


@pytest.fixture
def lists(cast):
    make_usual(actor=cast.foodsafety, at=NOW)


def walk(cast, book=Book.DAILY, bad: tuple[str, ...] = (), at=NOW, **given) -> CheckSheet:
    """One sheet; items whose number in the list is in `bad` are not in order."""
    items = list(CheckItem.objects.filter(book=book, is_active=True).order_by("order"))
    answers = {item.pk: ("bad", "有积水") if n in bad else ("ok", "") for n, item in enumerate(items)}
    fix = {"measure": "擦干", "owner": cast.chef, "due_on": TODAY} if bad else {}
    return rules.record_sheet(actor=cast.foodsafety, at=at, book=book, answers=answers, **fix | given)


def sign(person) -> list:
    return [typed_signature(person.name, signer=person.name)]


def test_every_item_is_answered_and_nothing_found_is_written(cast, lists):
    items = list(CheckItem.objects.filter(book=Book.DAILY))
    with pytest.raises(RuleViolation, match="还没有填") as refused:
        rules.record_sheet(actor=cast.foodsafety, at=NOW, book=Book.DAILY, answers={item.pk: ("ok", "") for item in items[1:]})
    assert refused.value.field == f"r_{items[0].pk}"
    sheet = walk(cast)
    assert (sheet.items, sheet.faults_found, sheet.answers.count()) == (len(USUAL[Book.DAILY]), 0, len(items))


def test_one_daily_check_a_day_and_a_struck_one_makes_room(cast, lists):
    sheet = walk(cast)
    with pytest.raises(Conflict, match="已经做过了"):
        walk(cast)
    strike(actor=cast.foodsafety, at=NOW, record=sheet, reason="选错了")
    assert walk(cast).pk != sheet.pk


@pytest.mark.parametrize(("missing", "field"), [({"measure": ""}, "measure"), ({"owner": None}, "owner"), ({"due_on": TODAY - timedelta(days=1)}, "due_on")])
def test_a_fault_has_measure_owner_and_day(cast, lists, missing, field):
    with pytest.raises(RuleViolation) as refused:
        walk(cast, bad=(0,), **missing)
    assert refused.value.field == field
    assert not CheckSheet.objects.exists()


def test_points_count_only_what_applies(cast, lists):
    assert (walk(cast, Book.HYGIENE).score, walk(cast, Book.HYGIENE, bad=(0, 1)).score) == (100, 75)


def test_the_owner_mends_and_others_do_not(cast, lists):
    walk(cast, bad=(3,))
    fault = Fault.objects.get()
    with pytest.raises(NotAllowed):
        rules.mend_fault(actor=cast.nurse, at=NOW, record=fault, words="擦了")
    rules.mend_fault(actor=cast.chef, at=NOW, record=fault, words="擦了")
    assert Fault.objects.get().done_by == cast.chef


def test_the_week_says_what_was_found_and_what_was_not_done(cast, lists):
    walk(cast, bad=(3,), at=NOW)
    dish_of(cast, meal=meal_of(cast))
    facts = gathered("week", MONDAY, MONDAY + timedelta(days=6))
    assert (facts["daily"], facts["found"], facts["mended"], facts["missing"], facts["rate"]) == (1, 1, 0, 1, "0 %")
    assert facts["faults"][0]["problem"] == "有积水"
    strike(actor=cast.foodsafety, at=NOW, record=CheckSheet.objects.get(), reason="错")
    assert gathered("week", MONDAY, TODAY)["unchecked"] == ["11-18"]


def test_nothing_found_makes_a_zero_report_that_the_officer_signs(cast, lists):
    walk(cast)
    paper = rules.draw_paper(actor=cast.foodsafety, at=NOW, kind="week", on=TODAY)
    assert "零风险报告" in summary(paper.facts)
    with pytest.raises(Conflict):
        rules.draw_paper(actor=cast.foodsafety, at=NOW, kind="week", on=MONDAY)
    with pytest.raises(RuleViolation, match="周五起再签"):
        rules.sign_paper(actor=cast.foodsafety, at=NOW, record=paper, signature=sign(cast.foodsafety))
    rules.sign_paper(actor=cast.foodsafety, at=NOW + timedelta(days=2), record=paper, signature=sign(cast.foodsafety))
    signed = ControlPaper.objects.get()
    with pytest.raises(RuleViolation, match="已经签字"):
        rules.save_paper(actor=cast.foodsafety, at=NOW, record=signed, focus="改")
    browser = Client()
    browser.force_login(cast.inspector)
    assert "零风险报告" in Pdf(browser.get(f"/print/canteen.controlpaper/{paper.pk}/").content).text()


def test_the_minutes_are_the_principals_and_need_their_decision(cast, lists):
    end = NOW.replace(day=27)
    paper = rules.draw_paper(actor=cast.foodsafety, at=end, kind="month", on=TODAY)
    with pytest.raises(NotAllowed):
        rules.sign_paper(actor=cast.foodsafety, at=end, record=paper, signature=sign(cast.foodsafety))
    with pytest.raises(RuleViolation, match="会议时间、地点、参加人员和决定"):
        rules.sign_paper(actor=cast.principal, at=end, record=paper, signature=sign(cast.principal))
    words = {"held_at": end, "place": "会议室", "attendees": "全体", "decision": "换地漏"}
    paper = rules.save_paper(actor=cast.foodsafety, at=end, record=paper, **words)
    assert rules.sign_paper(actor=cast.principal, at=end, record=paper, signature=sign(cast.principal)).signed_by == cast.principal


def test_the_clock_makes_last_weeks_paper_once(cast, lists):
    meal_of(cast, on=TODAY - timedelta(days=7))
    clock = User.objects.system()
    assert rules.remind_control(at=NOW, actor=clock) == 1
    assert rules.remind_control(at=NOW, actor=clock) == 0


def test_the_form_keeps_every_answer_and_says_what_is_missing(cast, lists):
    browser = Client()
    browser.force_login(cast.foodsafety)
    items = list(CheckItem.objects.filter(book=Book.HYGIENE).order_by("order"))
    typed = {"book": "hygiene"} | {f"r_{item.pk}": "ok" for item in items[1:]} | {f"w_{items[1].pk}": "写了一句"}
    answer = browser.post("/canteen/check/new/", typed)
    assert answer.status_code == 422
    assert "还没有填" in answer.content.decode()
    assert "写了一句" in answer.content.decode()
    answer = browser.post("/canteen/check/new/", typed | {f"r_{items[0].pk}": "none"})
    assert answer.status_code == 302
    assert CheckSheet.objects.get().full_score == 85
    page = browser.get("/canteen/safety/").content.decode()
    assert "卫生检查评分" in page


def test_a_meeting_that_is_still_to_come_is_not_signed(cast, lists):
    end = NOW.replace(day=27)
    paper = rules.draw_paper(actor=cast.foodsafety, at=end, kind="month", on=TODAY)
    words = {"held_at": end + timedelta(hours=1), "place": "会议室", "attendees": "全体", "decision": "换地漏"}
    paper = rules.save_paper(actor=cast.foodsafety, at=end, record=paper, **words)
    with pytest.raises(RuleViolation, match="会议还没有开"):
        rules.sign_paper(actor=cast.principal, at=end, record=paper, signature=sign(cast.principal))


@pytest.mark.parametrize("kind", ["week", "month"])
def test_the_last_day_there_is_has_no_paper(cast, kind):
    with pytest.raises(RuleViolation, match="还没有开始"):
        rules.draw_paper(actor=cast.foodsafety, at=NOW, kind=kind, on=date.max)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "0001-01-01T00:00", "9999-12-31T23:59-12:00"])
def test_a_year_that_cannot_be_is_refused_at_its_field(moment):
    with pytest.raises(ValidationError, match="年份"):
        ClaimedField().clean(moment)
