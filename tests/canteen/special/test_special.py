"""Exam meals and official receptions (CAN-22)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from canteen.special import rules
from canteen.special.home import special_todos
from canteen.special.models import SpecialMeal
from canteen.special.pages import SPECIALS
from canteen.special.prints import special_paper
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.canteen.buying_kit import TODAY
from tests.conftest import NOW

VISIT = {
    "kind": "reception", "on": TODAY, "meal": "lunch", "occasion": "督导", "unit": "教育局", "letter": "教函 1 号", "guests": 10, "hosts": 3, "standard": Decimal(40),
    "payer": "official", "dishes": "啤酒鸭、杏鲍菇炒肉、米饭",
}  # fmt: skip


def ask(cast, **given) -> SpecialMeal:
    return rules.save_special(actor=cast.canteen, at=NOW, **VISIT | given)


@pytest.mark.requirement("CAN-22")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"letter": ""}, "letter"),
        ({"hosts": 4}, "hosts"),
        ({"guests": 11, "hosts": 4}, "hosts"),
        ({"payer": "meals"}, "payer"),
        ({"payer": "exam"}, "payer"),
        ({"standard": Decimal("60.01")}, "standard"),
        ({"dishes": "清炒青菜、白酒"}, "dishes"),
        ({"dishes": "红烧鱼翅"}, "dishes"),
        ({"dishes": "凉拌四季豆"}, "dishes"),
        ({"kind": "exam", "hosts": 1}, "hosts"),
        ({"on": TODAY - timedelta(days=8)}, "on"),
    ],
)
def test_a_reception_keeps_to_the_rules_of_official_hospitality(cast, given, field):
    with pytest.raises(RuleViolation) as refused:
        ask(cast, **given)
    assert refused.value.field == field
    assert not SpecialMeal.objects.exists()


@pytest.mark.requirement("CAN-22")
def test_at_the_limits_it_passes_and_the_database_holds_them(cast):
    assert ask(cast, guests=12, hosts=4, standard=Decimal(60)).budget == Decimal(960)
    for given in ({"payer": "meals"}, {"letter": ""}, {"hosts": 4}, {"guests": 30, "hosts": 11}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SpecialMeal.objects.create(**VISIT | given, created_by=cast.canteen, created_at=NOW)


@pytest.mark.requirement("CAN-22")
def test_somebody_else_approves_and_what_is_above_the_standard_is_not_paid(cast):
    row = ask(cast)
    assert [todo.verb for todo in special_todos(cast.vice, NOW)] == ["去批准"]
    with pytest.raises(NotAllowed):
        rules.approve_special(actor=cast.canteen, at=NOW, record=row)
    with pytest.raises(RuleViolation):
        rules.finish_special(actor=cast.canteen, at=NOW, record=row, came=10, cost=Decimal(1))
    rules.approve_special(actor=cast.vice, at=NOW, record=row)
    with pytest.raises(RuleViolation, match="不能再改"):
        rules.save_special(actor=cast.canteen, at=NOW, record=row, guests=3)
    for given, field in (({"hosts_came": 4, "cost": Decimal(1)}, "hosts_came"), ({"cost": Decimal("320.01")}, "cost")):
        with pytest.raises(RuleViolation) as refused:
            rules.finish_special(actor=cast.canteen, at=NOW, record=row, came=8, **given)
        assert refused.value.field == field
    done = rules.finish_special(actor=cast.canteen, at=NOW, record=row, came=8, cost=Decimal(320))
    assert special_paper(done, cast.vice)["words"] == "叁佰贰拾元整"
    with pytest.raises(RuleViolation):
        rules.void_special(actor=cast.vice, at=NOW, record=done, reason="不对")


@pytest.mark.requirement("CAN-22")
def test_an_exam_meal_is_asked_for_ahead_and_closed_on_its_day(cast):
    given = {"kind": "exam", "letter": "", "hosts": 0, "guests": 560, "payer": "exam", "standard": Decimal(80), "on": TODAY + timedelta(days=3)}
    row = rules.approve_special(actor=cast.principal, at=NOW, record=ask(cast, **given))
    with pytest.raises(RuleViolation, match="还没有到"):
        rules.finish_special(actor=cast.canteen, at=NOW, record=row, came=550, cost=Decimal(100))
    assert rules.void_special(actor=cast.canteen, at=NOW, record=row, reason="考试改期").void_reason == "考试改期"


@pytest.mark.requirement("CAN-22")
def test_hosts_keep_to_the_guests_who_really_came(cast):
    row = ask(cast, guests=30, hosts=10)
    rules.approve_special(actor=cast.vice, at=NOW, record=row)
    with pytest.raises(RuleViolation, match="实到 12 人，陪餐最多 4 人") as refused:
        rules.finish_special(actor=cast.canteen, at=NOW, record=row, came=12, hosts_came=5, cost=Decimal(10))
    assert refused.value.field == "hosts_came"
    assert rules.finish_special(actor=cast.canteen, at=NOW, record=row, came=12, hosts_came=4, cost=Decimal(10)).hosts_came == 4


@pytest.mark.requirement("CAN-22")
def test_a_leader_approves_what_was_read_and_nothing_else(cast, client):
    row = ask(cast)
    seen = SPECIALS.stamp(row)
    rules.save_special(actor=cast.canteen, at=NOW, record=row, standard=Decimal(60))
    client.force_login(cast.vice)
    client.post(f"/canteen/special/{row.pk}/approve/", {"seen": seen})
    assert SpecialMeal.objects.get().state == "asked"
    client.post(f"/canteen/special/{row.pk}/approve/", {"seen": SPECIALS.stamp(SpecialMeal.objects.get())})
    assert SpecialMeal.objects.get().state == "approved"
