"""晨检, roster and training: nobody unfit and nobody without a certificate is put to work (CAN-10, CAN-11)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from canteen.staff import rules
from canteen.staff.models import MorningCheck, RosterEntry, TrainingPerson
from canteen.staff.queries import day_of
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.papers.models import StaffPaper
from tests.canteen.safety_kit import FIT, TODAY, certify, worker_of
from tests.conftest import NOW, make_person
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-10")


@pytest.fixture
def cook(cast):
    return worker_of(cast)


def look(cast, worker, at=NOW, **given) -> MorningCheck:
    return rules.check_worker(actor=cast.foodsafety, at=at, worker=worker, **FIT | given)


def roster(cast, worker, on=TODAY) -> RosterEntry:
    return rules.put_on_roster(actor=cast.foodsafety, at=NOW, worker=worker, on=on)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"celsius": Decimal("37.3")}, "发热 37.3 ℃"),
        ({"symptoms": ["diarrhea"]}, "腹泻"),
        ({"symptoms": ["wound"]}, "皮肤或手部伤口"),
        ({"tidy": ["dress_ok", "nails_ok"]}, "不合格：洗手消毒"),
    ],
)
def test_nobody_goes_on_duty_with_a_finding(cast, cook, found, words):
    with pytest.raises(RuleViolation, match=words) as refused:
        look(cast, cook, **found)
    assert refused.value.field == "result"
    assert not MorningCheck.objects.exists()


def test_the_database_holds_it_too(cast, cook):
    row = look(cast, cook)
    copy = {field.attname: getattr(row, field.attname) for field in MorningCheck._meta.concrete_fields if field.name not in ("id", "on")}
    with pytest.raises(IntegrityError), transaction.atomic():
        MorningCheck.objects.create(**copy | {"on": TODAY + timedelta(days=1), "vomiting": True})


def test_one_check_a_person_and_day(cast, cook):
    look(cast, cook)
    with pytest.raises(Conflict, match="检查过"):
        look(cast, cook)


def test_two_checks_at_once_make_one(cast, together):
    cook = worker_of(cast)
    outcomes = together(lambda: look(cast, cook), lambda: look(cast, cook))
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "MorningCheck"]


def test_without_a_certificate_of_the_day_neither_duty_nor_roster(cast):
    worker = worker_of(cast, certified=False)
    certify(worker.person, until=TODAY - timedelta(days=1))
    with pytest.raises(RuleViolation, match=r"健康证.*第四十五条"):
        look(cast, worker)
    with pytest.raises(RuleViolation, match=r"没有有效的健康证，不能排班.*第四十五条"):
        roster(cast, worker)
    assert not RosterEntry.objects.exists()
    certify(worker.person)
    assert roster(cast, worker).paper_until == StaffPaper.objects.latest("pk").expires_on


def test_a_certificate_that_ends_before_the_day_does_not_count(cast):
    worker = worker_of(cast, certified=False)
    certify(worker.person, until=TODAY)
    roster(cast, worker)
    with pytest.raises(RuleViolation, match="没有有效的健康证"):
        roster(cast, worker, on=TODAY + timedelta(days=1))


def test_a_failed_check_takes_off_the_roster_and_keeps_off(cast, cook):
    entry = roster(cast, cook)
    look(cast, cook, symptoms=["throat"], result="doctor", went="去医院")
    entry.refresh_from_db()
    assert (entry.state, entry.reason) == ("off", "晨检就医：咽部炎症")
    with pytest.raises(RuleViolation, match="晨检没有通过（咽部炎症）"):
        roster(cast, cook, on=TODAY + timedelta(days=1))


def test_coming_back_says_what_cleared_it(cast, cook):
    look(cast, cook, symptoms=["throat"], result="off", went="回家休息")
    tomorrow = NOW + timedelta(days=1)
    with pytest.raises(RuleViolation, match="复工要写依据"):
        look(cast, cook, at=tomorrow)
    assert look(cast, cook, at=tomorrow, went="医生证明已痊愈").result == "duty"


def test_who_is_sent_off_goes_somewhere(cast, cook):
    with pytest.raises(RuleViolation, match="请写去哪里"):
        look(cast, cook, result="off")


def test_the_cook_does_not_check_himself_in(cast, cook):
    with pytest.raises(NotAllowed):
        rules.check_worker(actor=cast.chef, at=NOW, worker=cook, **FIT)


def test_many_at_once_names_who_was_refused(cast, cook):
    bare = worker_of(cast, make_person("K9", "无证某"), certified=False)
    made, refused = rules.roster_all(actor=cast.foodsafety, at=NOW, on=TODAY, workers=[cook, bare])
    assert [entry.worker for entry in made] == [cook]
    assert "无证某" in refused[0]


def test_the_day_shows_everybody(cast, cook):
    worker_of(cast, make_person("K9", "无证某"), certified=False)
    look(cast, cook)
    assert sorted(row.standing[0] for row in day_of(TODAY)) == ["上岗", "没有有效健康证"]


def test_card_and_sheet_are_printed_but_no_card_without_certificate(cast, cook):
    look(cast, cook)
    browser = Client()
    browser.force_login(cast.foodsafety)
    words = Pdf(browser.get("/canteen/morning-check/print/", {"since": "2026-11-18"}).content).text()
    assert all(part in words for part in ("晨检记录表", "厨某", "36.5", "上岗"))
    card = browser.get(f"/print/canteen.worker/{cook.pk}/")
    assert (card.status_code, card["Content-Type"]) == (200, "application/pdf")


@pytest.mark.requirement("CAN-11")
def test_a_test_has_everybodys_marks(cast, cook):
    given = {"actor": cast.foodsafety, "at": NOW, "kind": "test", "topic": "考核", "hours": Decimal(1), "workers": [cook]}
    for scores, words in (("", "每个人的分数"), ("厨某 101", "第 1 行"), ("别人 90", "第 1 行")):
        with pytest.raises(RuleViolation, match=words):
            rules.record_training(**given, scores=scores)
    rules.record_training(**given, scores="厨某 92")
    assert TrainingPerson.objects.get().score == 92


def test_a_certificate_without_a_last_day_proves_nothing(cast):
    worker = worker_of(cast, certified=False)
    certify(worker.person, until=None)
    with pytest.raises(RuleViolation, match="没有写到期日"):
        roster(cast, worker)
    with pytest.raises(RuleViolation, match="没有写到期日"):
        look(cast, worker)
    assert day_of(TODAY)[0].paper is None
    assert not RosterEntry.objects.exists()
