"""Core temperature, disinfection, disinfectants, additives: each number with its basis (CAN-06, CAN-09, CAN-19)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from canteen.hygiene import rules
from canteen.hygiene.methods import LIMITS
from canteen.hygiene.models import Agent, AgentMove, CoreTemperature, Disinfection
from canteen.sample.wiring import LIMITS as SAMPLE_LIMITS
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.limits.registry import SCHOOL
from logistics.platform.notices.models import OutboxMessage
from tests.canteen.safety_kit import dish_of
from tests.conftest import NOW

ROUNDS = {
    "steam": {"celsius": Decimal(100)},
    "infrared": {"celsius": Decimal(120)},
    "washer": {"celsius": Decimal(85)},
    "chlorine": {"chlorine": 250},
    "ultraviolet": {},
}


def disinfect(cast, method: str, seconds: int, **given) -> Disinfection:
    given = {"meal": "lunch", "things": "餐盘"} | ROUNDS[method] | given
    return rules.record_disinfection(actor=cast.chef, at=NOW, method=method, started_at=NOW - timedelta(seconds=seconds), ended_at=NOW, **given)


@pytest.mark.requirement("CAN-09")
@pytest.mark.parametrize(("method", "least"), [("steam", 600), ("infrared", 600), ("washer", 40), ("chlorine", 300), ("ultraviolet", 1800)])
def test_each_method_has_its_time(cast, method, least):
    with pytest.raises(RuleViolation, match="请重新消毒再记。依据") as refused:
        disinfect(cast, method, least - 1)
    assert refused.value.field == "ended_at"
    assert disinfect(cast, method, least).seconds == least
    assert Disinfection.objects.count() == 1


@pytest.mark.requirement("CAN-09")
@pytest.mark.parametrize(
    ("method", "given", "field"),
    [
        ("steam", {"celsius": Decimal("99.9")}, "celsius"),
        ("steam", {"celsius": None}, "celsius"),
        ("chlorine", {"chlorine": 249}, "chlorine"),
        ("washer", {"celsius": Decimal(84)}, "celsius"),
    ],
)
def test_each_method_has_its_heat_or_strength(cast, method, given, field):
    with pytest.raises(RuleViolation) as refused:
        disinfect(cast, method, 3600, **given)
    assert refused.value.field == field
    assert not Disinfection.objects.exists()


def test_a_round_ends_after_it_began_and_before_now(cast):
    with pytest.raises(RuleViolation, match="结束要晚于开始"):
        disinfect(cast, "steam", 0)
    given = {"meal": "lunch", "things": "餐盘", "celsius": Decimal(100)}
    with pytest.raises(RuleViolation, match="还没有结束"):
        rules.record_disinfection(actor=cast.chef, at=NOW, method="steam", started_at=NOW, ended_at=NOW + timedelta(minutes=20), **given)


@pytest.mark.requirement("CAN-06")
def test_a_cold_middle_is_recorded_only_with_what_was_done_and_told(cast):
    dish = dish_of(cast)
    with pytest.raises(RuleViolation, match=r"中心温度要 70 ℃以上，现在是 69.9 ℃.*依据"):
        rules.record_core(actor=cast.chef, at=NOW, dish=dish, celsius=Decimal("69.9"))
    assert not CoreTemperature.objects.exists()
    cold = rules.record_core(actor=cast.chef, at=NOW, dish=dish, celsius=Decimal("69.9"), measure="回锅")
    hot = rules.record_core(actor=cast.chef, at=NOW, dish=dish, celsius=Decimal(70), is_reheated=True)
    assert (cold.is_done, hot.is_done) == (False, True)
    assert OutboxMessage.objects.filter(key=f"canteen.core:{cold.pk}").exists()


@pytest.mark.requirement("CAN-19")
def test_the_cupboard_never_holds_less_than_nothing_and_two_are_there(cast):
    agent = rules.save_agent(actor=cast.foodsafety, at=NOW, name="84 消毒液", cupboard="专柜")

    def move(quantity, second=cast.foodsafety):
        return rules.move_agent(actor=cast.chef, at=NOW, agent=agent, quantity=Decimal(quantity), purpose="餐具", second=second)

    move(5)
    with pytest.raises(RuleViolation, match="只有 5 瓶，不够领 6 瓶"):
        move(-6)
    with pytest.raises(RuleViolation, match="第二人不能是您自己"):
        move(-1, second=cast.chef)
    assert move(-5).balance == 0
    assert Agent.objects.get().stock == sum(AgentMove.objects.values_list("quantity", flat=True)) == 0
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE canteen_agentmove SET quantity = 1")


@pytest.mark.requirement("CAN-19")
def test_killing_needs_the_agent_and_food_out_of_the_way(cast):
    for given, field in (({}, "agent"), ({"agent": "氯氰菊酯"}, "food_away")):
        with pytest.raises(RuleViolation) as refused:
            rules.record_pests(actor=cast.chef, at=NOW, kind="kill", where="库房", found="蟑螂", **given)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "亚硝酸钠"}, "name"),
        ({"name": "亚 硝酸盐"}, "name"),
        ({"grams": Decimal("100.01")}, "grams"),
        ({"reviewer": "chef"}, "reviewer"),
        ({"grams": Decimal(0)}, "grams"),
    ],
)
def test_additives_within_gb_2760_by_two_people_and_never_nitrite(cast, given, field):
    usual = {
        "name": "泡打粉",
        "batch": "B1",
        "food": "馒头",
        "food_kg": Decimal(20),
        "grams": Decimal(100),
        "most_per_kg": Decimal(5),
        "reviewer": cast.foodsafety,
    }
    with pytest.raises(RuleViolation) as refused:
        rules.record_additive(actor=cast.chef, at=NOW, **usual | given | ({"reviewer": cast.chef} if "reviewer" in given else {}))
    assert refused.value.field == field
    assert rules.record_additive(actor=cast.chef, at=NOW, **usual).grams == 100


def test_every_number_names_its_basis():
    assert [limit.code for limit in (*LIMITS, *SAMPLE_LIMITS) if limit.force != SCHOOL and not limit.basis] == []


@pytest.mark.requirement("CAN-06")
def test_a_middle_is_measured_before_the_meal_is_over(cast):
    dish, late = dish_of(cast), NOW.replace(hour=15)
    with pytest.raises(RuleViolation, match="请写当时的时间"):
        rules.record_core(actor=cast.chef, at=late, dish=dish, celsius=Decimal(80))
    row = rules.record_core(actor=cast.chef, at=late, dish=dish, celsius=Decimal(80), happened_at=NOW.replace(hour=11))
    assert row.late.startswith("补记")
