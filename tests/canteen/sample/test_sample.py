"""留样: enough, once, kept two days, locked for an incident, missed before the meal ends (CAN-07)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from canteen.incident.rules import close_incident, log_step, open_incident
from canteen.meal.models import MealDish
from canteen.sample import rules
from canteen.sample.models import FridgeReading, Sample, SampleState
from canteen.sample.queries import lacking, meals_of
from logistics.platform.audit.models import Event
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.canteen.safety_kit import TODAY, dish_of, fridge_of, meal_of, moment
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-07")
TAKEN = moment(TODAY, "11:40")
HOURS_48 = timedelta(hours=48)


@pytest.fixture
def dish(cast) -> MealDish:
    return dish_of(cast)


def keep(cast, dish, at=TAKEN, grams=150, container="1", **given) -> Sample:
    return rules.record_sample(actor=cast.chef, at=at, dish=dish, grams=grams, container=container, fridge=fridge_of(cast), **given)


def test_124_grams_are_refused_with_rule_and_basis_and_125_are_enough(cast, dish):
    with pytest.raises(RuleViolation, match=r"不少于 125 克，这里是 124 克.*第四十条") as refused:
        keep(cast, dish, grams=124)
    assert refused.value.field == "grams"
    assert not Sample.objects.exists()
    assert keep(cast, dish, grams=125).keep_until == TAKEN + HOURS_48


def test_the_second_who_records_is_told_who_was_first(cast, dish):
    keep(cast, dish)
    with pytest.raises(Conflict, match="厨某已经留了 150 克"):
        rules.record_sample(actor=cast.foodsafety, at=TAKEN, dish=dish, grams=140, container="2", fridge=fridge_of(cast))
    assert Sample.objects.count() == 1


def test_two_at_once_make_one(cast, together):
    dish = dish_of(cast)
    fridge = fridge_of(cast)

    def work(who, box):
        return lambda: rules.record_sample(actor=who, at=TAKEN, dish=dish, grams=150, container=box, fridge=fridge)

    outcomes = together(work(cast.chef, "1"), work(cast.foodsafety, "2"))
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Sample"]
    assert Sample.objects.count() == 1


def test_disposal_is_refused_at_47_59_and_taken_at_48_00(cast, dish):
    sample = keep(cast, dish)
    with pytest.raises(RuleViolation, match=r"留样要满 48 小时.*第四十条"):
        rules.dispose_sample(actor=cast.chef, at=TAKEN + HOURS_48 - timedelta(minutes=1), record=sample)
    assert Sample.objects.get().state == SampleState.KEPT
    rules.dispose_sample(actor=cast.chef, at=TAKEN + HOURS_48, record=sample)
    assert Sample.objects.get().state == SampleState.DISPOSED
    with pytest.raises(RuleViolation):
        rules.dispose_sample(actor=cast.chef, at=TAKEN + HOURS_48, record=sample)


def test_a_locked_sample_stays_until_it_is_unlocked(cast, dish):
    sample = keep(cast, dish)
    assert rules.lock_samples(actor=cast.foodsafety, at=TAKEN, dishes=[dish], reason="疑似食物中毒") == [sample]
    late = TAKEN + timedelta(days=5)
    with pytest.raises(RuleViolation, match="封存"):
        rules.dispose_sample(actor=cast.chef, at=late, record=sample)
    with pytest.raises(RuleViolation, match="不能划去"):
        strike(actor=cast.foodsafety, at=late, record=sample, reason="写错")
    rules.unlock_sample(actor=cast.foodsafety, at=late, record=sample, reason="检验合格")
    rules.dispose_sample(actor=cast.chef, at=late, record=sample)
    assert list(Event.objects.filter(kind="canteen.sample").order_by("id").values_list("action", flat=True)) == ["create", "lock", "unlock", "dispose"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"grams": 124},
        {"keep_until": TAKEN + HOURS_48 - timedelta(seconds=1)},
        {"state": "disposed", "disposed_at": TAKEN},
        {"happened_at": TAKEN + timedelta(hours=1)},
    ],
    ids=["grams", "keep", "dispose", "ahead"],
)
def test_the_database_holds_weight_and_hours_itself(cast, dish, wrong):
    sample = keep(cast, dish)
    wrong = {"dish": dish_of(cast, "另一道"), "container": "9", "disposed_by": cast.chef if "disposed_at" in wrong else None} | wrong
    copy = {field.attname: getattr(sample, field.attname) for field in Sample._meta.concrete_fields if field.name not in ("id", *wrong)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Sample.objects.create(**copy | wrong)


def test_what_was_written_is_not_rewritten_by_anybody(cast, dish):
    sample = keep(cast, dish)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(grams=500)
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM canteen_sample")
    assert Sample.objects.get().grams == 150


def test_a_struck_sample_makes_room_for_the_right_one(cast, dish):
    wrong = keep(cast, dish)
    with pytest.raises(RuleViolation, match="请写为什么"):
        strike(actor=cast.chef, at=TAKEN, record=wrong, reason=" ")
    strike(actor=cast.chef, at=TAKEN, record=wrong, reason="称错了")
    right = keep(cast, dish, grams=160)
    assert meals_of(TODAY)[0].rows[0].sample == right
    assert Sample.objects.count() == 2


def test_a_full_box_takes_no_second_dish(cast, dish):
    keep(cast, dish, container="7")
    with pytest.raises(RuleViolation, match="7 号盒里还有「红烧鸡块」"):
        keep(cast, dish_of(cast, "青菜"), container="7")


def test_a_sample_taken_long_after_the_meal_is_none(cast, dish):
    with pytest.raises(RuleViolation, match="不是当餐的样品"):
        keep(cast, dish, at=moment(TODAY, "18:00"))
    late = keep(cast, dish, at=moment(TODAY, "18:00"), happened_at=TAKEN)
    assert late.happened_at == TAKEN
    assert late.late.startswith("补记")


def test_missing_samples_are_told_before_the_meal_ends_and_once(cast, dish):
    dish_of(cast, "青菜")
    keep(cast, dish)
    assert rules.watch_samples(at=moment(TODAY, "12:05")) == 0
    assert rules.watch_samples(at=moment(TODAY, "12:15")) == 1
    assert rules.watch_samples(at=moment(TODAY, "12:16")) == 1
    told = OutboxMessage.objects.filter(key__startswith="canteen.sample:missing")
    assert told.count() == 1
    assert "青菜" in told.get().payload["body"]


def test_a_reason_closes_the_gap_and_only_the_officer_may_give_it(cast, dish):
    with pytest.raises(NotAllowed):
        rules.excuse_dish(actor=cast.chef, at=TAKEN, dish=dish, reason="忘了")
    rules.excuse_dish(actor=cast.foodsafety, at=TAKEN, dish=dish, reason="临时加菜，供完了")
    assert not lacking().exists()


def test_a_fridge_out_of_range_says_what_was_done(cast):
    fridge = fridge_of(cast)
    with pytest.raises(RuleViolation, match=r"0 到 8 ℃ 之间，现在是 9.5 ℃"):
        rules.record_reading(actor=cast.chef, at=NOW, fridge=fridge, celsius=Decimal("9.5"))
    row = rules.record_reading(actor=cast.chef, at=NOW, fridge=fridge, celsius=Decimal("9.5"), measure="样品移到二号冰箱")
    assert (row.is_within, FridgeReading.objects.count()) == (False, 1)


def test_the_sheet_prints_every_sample_with_its_marks(cast, dish):
    keep(cast, dish, at=moment(TODAY, "18:00"), happened_at=TAKEN)
    browser = Client()
    browser.force_login(cast.inspector)
    answer = browser.get("/canteen/sample/print/", {"since": "2026-11-18", "until": "2026-11-18"})
    words = Pdf(answer.content).text()
    assert all(part in words for part in ("食品留样记录表", "红烧鸡块", "150", "补记", "厨某"))
    assert browser.get("/canteen/sample/print/", {"since": "x"}).status_code == 400
    assert browser.get("/canteen/samples/labels/", {"day": "2026-11-18"}).content[:4] == b"%PDF"


def test_the_day_page_lists_what_is_missing(cast, dish):
    browser = Client()
    browser.force_login(cast.chef)
    page = browser.get("/canteen/samples/", {"day": "2026-11-18"}).content.decode()
    assert "还差 1 份" in page
    assert f"?dish={dish.pk}" in page
    assert browser.get("/canteen/samples/", {"day": "0001-01-01"}).status_code == 200
    assert meal_of(cast).dishes.count() == 1


def test_what_was_explained_takes_no_sample_and_nothing_is_explained_before_serving(cast, dish):
    with pytest.raises(RuleViolation, match="来得及留样"):
        rules.excuse_dish(actor=cast.foodsafety, at=NOW, dish=dish, reason="不想留")
    gap = rules.excuse_dish(actor=cast.foodsafety, at=TAKEN, dish=dish, reason="供完了")
    with pytest.raises(RuleViolation, match="已经说明没有留样"):
        keep(cast, dish)
    assert not Sample.objects.exists()
    strike(actor=cast.foodsafety, at=TAKEN, record=gap, reason="还有一盘")
    assert keep(cast, dish).grams == 150


@pytest.mark.parametrize("change", [{"is_active": False}, {"for_samples": False}])
def test_a_fridge_with_samples_in_it_stays_what_it_is(cast, dish, change):
    fridge = keep(cast, dish).fridge
    with pytest.raises(RuleViolation, match="还有 1 份样品"):
        rules.save_fridge(actor=cast.foodsafety, at=NOW, record=fridge, **change)
    assert rules.save_fridge(actor=cast.foodsafety, at=NOW, record=fridge, name="留样柜").name == "留样柜"


@pytest.mark.requirement("CAN-16")
def test_a_sample_of_an_open_incident_is_not_let_go_by_anybody(cast, dish):
    sample, later = keep(cast, dish), TAKEN + timedelta(days=3)
    incident = open_incident(actor=cast.nurse, at=TAKEN, symptoms="呕吐", meals=[dish.meal])
    after = keep(cast, dish_of(cast, "青菜", dish.meal), container="2")
    with pytest.raises(RuleViolation, match="还没有结案"):
        rules.unlock_sample(actor=cast.foodsafety, at=later, record=Sample.objects.get(pk=sample.pk), reason="不想留了")
    with pytest.raises(RuleViolation, match="还没有结案"):
        rules.dispose_sample(actor=cast.chef, at=later, record=after)
    for body in ("education", "market", "health"):
        log_step(actor=cast.foodsafety, at=TAKEN, record=incident, kind="report", body=body, contact="值班室", words="电话报告")
    close_incident(actor=cast.principal, at=later, record=incident, finding="unfounded", conclusion="与食堂无关")
    assert not rules.unlock_sample(actor=cast.foodsafety, at=later, record=Sample.objects.get(pk=sample.pk), reason="已结案").is_locked
