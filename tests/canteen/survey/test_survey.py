"""满意度测评: one answer a device, without names, against the goal, published as figures (CAN-14)."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from canteen.survey import rules
from canteen.survey.models import QUESTIONS, Survey, SurveyAnswer
from canteen.survey.queries import Rate, public_text, rates_of
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import User
from tests.canteen.safety_kit import TODAY
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("CAN-14")
FINE = dict.fromkeys(QUESTIONS, "good")


def opened(cast, at=NOW, since=TODAY, days=7) -> Survey:
    return rules.open_survey(actor=cast.foodsafety, at=at, title="食堂满意度测评", since=since, until=since + timedelta(days=days))


def answer(survey, device="a", at=NOW, **given) -> SurveyAnswer:
    return rules.answer_survey(actor=User.objects.system("public"), at=at, survey=survey, device=device, **{"who": "parent", "answers": FINE} | given)


def test_one_answer_a_device_within_the_days_and_every_question(cast):
    survey = opened(cast)
    answer(survey)
    with pytest.raises(Conflict, match="已经答过"):
        answer(survey)
    with pytest.raises(RuleViolation, match="「饭菜味道」还没有选"):
        answer(survey, "b", answers={})
    with pytest.raises(RuleViolation, match="已经结束"):
        answer(survey, "b", at=NOW + timedelta(days=8))
    with pytest.raises(RuleViolation, match="还没有开始"):
        answer(opened(cast, since=TODAY + timedelta(days=1)), "b")
    assert SurveyAnswer.objects.count() == 1


def test_the_goal_is_not_reached_by_rounding():
    assert Rate("", 9496, 3, 501).percent == 94.9
    assert Rate("", 95, 0, 5).percent == 95
    assert Rate("", 0, 0, 0).percent is None


def test_the_result_is_published_after_the_end_as_figures(cast):
    survey, after = opened(cast), NOW + timedelta(days=9)
    with pytest.raises(RuleViolation, match="没有收到答卷"):
        rules.publish_result(actor=cast.foodsafety, at=after, record=survey)
    for n in range(10):
        answer(survey, str(n), answers=FINE | ({"overall": "bad"} if n == 0 else {}), words="不公开的话")
    assert rates_of(survey)[-1].percent == 90
    with pytest.raises(RuleViolation, match="还没有结束"):
        rules.publish_result(actor=cast.foodsafety, at=NOW, record=survey)
    with pytest.raises(NotAllowed):
        rules.publish_result(actor=cast.teacher, at=after, record=survey)
    text = rules.publish_result(actor=cast.foodsafety, at=after, record=survey).post.content
    assert "满意度 90 %，没有达到 95 % 的目标" in text
    assert "不公开的话" not in text
    assert public_text(survey) == text


def test_days_that_cannot_be_are_refused(cast):
    with pytest.raises(RuleViolation, match="已经过去"):
        opened(cast, since=TODAY - timedelta(days=9))
    with pytest.raises(RuleViolation, match="提前一年"):
        opened(cast, since=date(9999, 12, 1))
    with pytest.raises(RuleViolation, match="最多开 62 天"):
        opened(cast, days=63)


def test_by_qr_without_a_login_once_and_never_for_programs(cast):
    cache.clear()
    now = timezone.now()
    survey = opened(cast, at=now, since=timezone.localdate(now))
    address, typed = f"/public/survey/{survey.token}/", {"who": "pupil", **FINE, "words": "好吃"}
    assert "Cookie" in Client().post(address, typed).content.decode()
    phone = Client()
    assert "不记名字" in phone.get(address).content.decode()
    assert phone.post(address, typed | {"website": "x"}).status_code == 200
    assert phone.post(address, typed | {"taste": ""}).status_code == 422
    assert SurveyAnswer.objects.count() == 0
    assert phone.post(address, typed).status_code == 201
    assert phone.post(address, typed).status_code == 200
    assert "已收到" in phone.get(address).content.decode()
    assert SurveyAnswer.objects.count() == 1
    assert Client().get("/public/survey/nothing/").status_code == 404
    keeper = Client()
    keeper.force_login(cast.principal)
    page = keeper.get(f"/canteen/survey/{survey.pk}/").content.decode()
    assert "1 份答卷，满意度 100 %，目标 95 %" in page
    assert "好吃" in page


def test_a_survey_is_put_right_and_ended_sooner_but_not_after_the_end(cast):
    survey = opened(cast)
    new = {"title": "秋季学期测评", "since": TODAY, "until": TODAY}
    answer(survey)
    with pytest.raises(RuleViolation, match="从哪天起不能再改"):
        rules.change_survey(actor=cast.foodsafety, at=NOW, record=survey, **new | {"since": TODAY - timedelta(days=1)})
    with pytest.raises(RuleViolation, match="已经过去"):
        rules.change_survey(actor=cast.foodsafety, at=NOW, record=survey, **new | {"until": TODAY - timedelta(days=1)})
    with pytest.raises(NotAllowed):
        rules.change_survey(actor=cast.teacher, at=NOW, record=survey, **new)
    survey = rules.change_survey(actor=cast.foodsafety, at=NOW, record=survey, **new)
    assert (survey.title, survey.until, survey.answers.count()) == ("秋季学期测评", TODAY, 1)
    with pytest.raises(RuleViolation, match="已经结束"):
        rules.change_survey(actor=cast.foodsafety, at=NOW + timedelta(days=1), record=survey, **new)


def test_every_word_can_be_read_and_none_says_at_what_minute(cast):
    survey, moment = opened(cast), NOW + timedelta(minutes=7)
    rows = [SurveyAnswer(survey=survey, device=f"d{n}", who="staff", words=f"第{n}句话", answered_at=moment, **FINE) for n in range(51)]
    SurveyAnswer.objects.bulk_create(rows)
    browser = Client()
    browser.force_login(cast.foodsafety)
    first, last = (browser.get(f"/canteen/survey/{survey.pk}/?page={n}").content.decode() for n in (1, 2))
    assert ("第50句话" in first, "第0句话" in first, "第0句话" in last) == (True, False, True)
    assert "09:07" not in first
