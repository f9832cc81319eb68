"""陪餐: the rota, what was found at the table, the week on the board (CAN-12)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from canteen.accompany import rules
from canteen.accompany.home import accompany_todos, late_meals
from canteen.accompany.models import GRADED, Accompanied, AccompanyTurn, AccompanyWeek
from canteen.accompany.queries import week_text
from canteen.control.models import Fault
from canteen.control.queries import gathered
from canteen.control.rules import mend_fault
from canteen.meal.models import Meal, MealDish
from logistics.platform.board.models import BoardPost
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.canteen.safety_kit import TODAY, dish_of, meal_of, moment
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-12")
AT = moment(TODAY, "12:05")
FINE = dict.fromkeys(GRADED, "good")
MONDAY = date(2026, 11, 16)


def eat(cast, who=None, at=AT, dish=None, **given) -> Accompanied:
    dish = dish or dish_of(cast, f"菜{MealDish.objects.count()}")
    return rules.record_accompanied(actor=who or cast.principal, at=at, meal=dish.meal, **{"dishes": [dish], "grades": FINE} | given)


def complain(cast, **given) -> Accompanied:
    words = {"opinion": "汤是凉的", "measure": "加保温桶", "owner": cast.chef, "due_on": TODAY + timedelta(days=1), "grades": FINE | {"taste": "bad"}}
    return eat(cast, **words | given)


def test_the_rota_goes_round_over_working_days_and_leaves_what_is_arranged(cast):
    rules.save_turn(actor=cast.canteen, at=NOW, on=TODAY, kind="lunch", person=cast.director)
    made = rules.lay_rota(actor=cast.canteen, at=NOW, since=TODAY, until=TODAY + timedelta(days=5), kinds=["lunch"], people=[cast.principal, cast.director])
    assert [(turn.on.day, turn.person) for turn in made] == [(19, cast.principal), (20, cast.director), (23, cast.principal)]
    assert OutboxMessage.objects.filter(key=f"canteen.accompany:{made[0].pk}").count() == 1
    with pytest.raises(RuleViolation, match="已经有人"):
        rules.lay_rota(actor=cast.canteen, at=NOW, since=TODAY, until=TODAY, kinds=["lunch"], people=[cast.principal])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"since": TODAY - timedelta(days=1)}, "过去的日子"),
        ({"until": TODAY - timedelta(days=1)}, "日期反了"),
        ({"until": TODAY + timedelta(days=90)}, "最多排 62 天"),
        ({"people": []}, "请选"),
    ],
)
def test_a_rota_that_cannot_be_makes_nothing(cast, change, words):
    given = {"since": TODAY, "until": TODAY, "kinds": ["lunch"], "people": [cast.principal]} | change
    with pytest.raises(RuleViolation, match=words):
        rules.lay_rota(actor=cast.canteen, at=NOW, **given)
    assert not AccompanyTurn.objects.exists()


def test_only_a_leader_is_put_on_and_a_change_keeps_the_reason(cast):
    with pytest.raises(RuleViolation, match="第十三条"):
        rules.save_turn(actor=cast.canteen, at=NOW, on=TODAY, kind="lunch", person=cast.chef)
    turn = rules.save_turn(actor=cast.canteen, at=NOW, on=TODAY, kind="lunch", person=cast.principal)
    with pytest.raises(Conflict):
        rules.save_turn(actor=cast.canteen, at=NOW, on=TODAY, kind="lunch", person=cast.principal)
    with pytest.raises(RuleViolation, match="为什么换人"):
        rules.change_turn(actor=cast.canteen, at=NOW, record=turn, person=cast.director, reason=" ")
    new = rules.change_turn(actor=cast.canteen, at=NOW, record=turn, person=cast.director, reason="校长外出开会")
    turn.refresh_from_db()
    assert (turn.state, turn.reason, new.person) == ("off", "校长外出开会", cast.director)
    with pytest.raises(NotAllowed):
        rules.change_turn(actor=cast.teacher, at=NOW, record=new, person=cast.principal, reason="x")


def test_a_meal_at_the_table_is_written_once_with_its_dishes(cast):
    row = eat(cast, dish=dish_of(cast, "红烧鸡块"))
    assert (row.dishes, row.fault, row.late) == ("红烧鸡块", None, "")
    with pytest.raises(Conflict, match="已经记过"):
        eat(cast)
    strike(actor=cast.principal, at=AT, record=row, reason="选错了菜")
    assert eat(cast).pk != row.pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dishes": []}, "dishes"),
        ({"grades": {}}, "portion"),
        ({"grades": FINE | {"taste": "bad"}}, "opinion"),
        ({"opinion": "凉"}, "measure"),
        ({"opinion": "凉", "measure": "热"}, "owner"),
        ({"at": moment(TODAY, "15:00")}, "happened_at"),
        ({"at": moment(TODAY, "10:00")}, "happened_at"),
        ({"eater": "parent"}, "guest"),
        ({"guest": "王先生"}, "guest"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(cast, change, field):
    with pytest.raises(RuleViolation) as refused:
        eat(cast, **change)
    assert refused.value.field == field
    assert not Accompanied.objects.exists()
    assert not Fault.objects.exists()


def test_dishes_of_another_meal_and_records_by_others_are_refused(cast):
    other = dish_of(cast, "晚上的菜", meal_of(cast, kind="dinner", starts="17:30", ends="18:30"))
    with pytest.raises(RuleViolation, match="不是"):
        rules.record_accompanied(actor=cast.principal, at=AT, meal=meal_of(cast), dishes=[other], grades=FINE)
    with pytest.raises(NotAllowed):
        eat(cast, who=cast.teacher)
    with pytest.raises(RuleViolation, match="本人记录"):
        eat(cast, who=cast.canteen)
    assert eat(cast, who=cast.canteen, eater="parent", guest="三年级2班王先生").who == "三年级2班王先生"


def test_written_afterwards_carries_both_times(cast):
    row = eat(cast, at=moment(TODAY, "16:00"), happened_at=AT)
    assert row.happened_at == AT
    assert "补记" in row.late


def test_an_opinion_becomes_a_task_of_the_week_and_keeps_the_record(cast):
    row = complain(cast)
    assert (row.fault.owner, row.fault.source) == (cast.chef, f"11月18日午餐{cast.principal.name}陪餐")
    assert gathered("week", MONDAY, MONDAY + timedelta(days=6))["faults"][0]["item"] == row.fault.source
    assert OutboxMessage.objects.filter(key=f"canteen.fault:{row.fault_id}").exists()
    with pytest.raises(RuleViolation, match="不能划去"):
        strike(actor=cast.principal, at=AT, record=row, reason="算了")


def test_the_week_stands_on_the_board_without_parents_names_and_follows_what_is_mended(cast):
    row = complain(cast)
    eat(cast, who=cast.foodsafety, eater="parent", guest="三年级2班王先生")
    later = moment(MONDAY + timedelta(days=8), "18:40")
    assert rules.publish_weeks(at=later) == 1
    first = AccompanyWeek.objects.get()
    assert "王先生" not in first.content
    assert "家长代表" in first.content
    assert "意见：汤是凉的。加保温桶，整改中" in first.post.content
    assert rules.publish_weeks(at=later + timedelta(days=1)) == 0
    mend_fault(actor=cast.chef, at=later, record=row.fault, words="买了保温桶")
    assert rules.publish_weeks(at=later + timedelta(days=2)) == 1
    assert list(BoardPost.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "published"]
    with pytest.raises(NotAllowed):
        rules.publish_week(actor=cast.teacher, at=later, monday=MONDAY)


def test_a_meal_without_anybody_is_said_to_parents_and_to_whoever_arranges(cast):
    eat(cast, who=cast.canteen, eater="parent", guest="王先生")
    assert "没有陪餐记录 1 餐：11月18日午餐" in week_text(MONDAY)
    assert week_text(MONDAY - timedelta(days=7)) == ""
    assert [late.count for late in late_meals(cast.canteen, AT + timedelta(days=1))] == [1]
    assert late_meals(cast.canteen, AT) == []


def test_todays_turn_is_asked_for_until_it_is_written(cast):
    rules.save_turn(actor=cast.canteen, at=NOW, on=TODAY, kind="lunch", person=cast.principal)
    dish = dish_of(cast)
    assert [todo.url for todo in accompany_todos(cast.principal, AT)] == [f"/canteen/accompany/new/?meal={dish.meal_id}"]
    eat(cast, dish=dish)
    assert accompany_todos(cast.principal, AT) == []


def test_the_phone_form_and_the_sheet(cast):
    now = timezone.now()
    span = {"starts_at": now - timedelta(minutes=20), "ends_at": now + timedelta(minutes=40)}
    meal = Meal.objects.create(on=timezone.localdate(now), kind="lunch", created_by=cast.canteen, created_at=now, **span)
    dish = dish_of(cast, meal=meal)
    browser = Client()
    browser.force_login(cast.principal)
    assert "红烧鸡块" in browser.get(f"/canteen/accompany/new/?meal={meal.pk}").content.decode()
    typed = {"meal": meal.pk, "eater": "leader", "dishes": [dish.pk], **FINE}
    assert browser.post("/canteen/accompany/new/", typed | {"taste": ""}).status_code == 422
    assert browser.post("/canteen/accompany/new/", typed).status_code == 302
    text = Pdf(browser.get("/canteen/accompany/print/").content).text()
    assert "陪餐记录表" in text
    assert "红烧鸡块" in text
