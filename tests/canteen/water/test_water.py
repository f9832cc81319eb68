"""Drinking water: points, weekly looks, cleaning, tests that close a point (CAN-17)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from canteen.control.models import Fault
from canteen.water import rules
from canteen.water.home import late_water, water_todos
from canteen.water.models import LOOKED_AT, PointState, WaterCare, WaterCheck, WaterPoint, WaterTest
from canteen.water.pages import kept_on_phone, point_by_code
from canteen.water.queries import dues_of, standing, used_points
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.planning_rules import make_occurrences
from logistics.platform.duties.public import save_duty
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from logistics.platform.partners.rules import merge_partner
from logistics.platform.places.models import Place
from tests.canteen.buying_kit import PHOTO, TODAY, firm_of
from tests.conftest import NOW, make_place

FINE = dict.fromkeys(LOOKED_AT, "ok")
DONE = {"agent": "二氧化氯 100 mg/L", "minutes": 30, "is_rinsed": True}


def place() -> Place:
    return Place.objects.filter(name="饮水间").first() or make_place("饮水间", None, "room")


def point_of(cast, name="一层直饮机", **given) -> WaterPoint:
    given = {"kind": "direct", "permit": "卫水字 1", "since": TODAY - timedelta(days=30), "place": place()} | given
    return rules.save_point(actor=cast.canteen, at=NOW, name=name, **given)


def check(cast, point, at=NOW, **given) -> WaterCheck:
    return rules.check_point(actor=cast.foodsafety, at=at, record=point, **({"answers": FINE} | given))


def report(cast, point, at=NOW, **given) -> WaterTest:
    on = at.date()
    usual = {"sampled_on": on, "lab": "疾控中心", "number": "S-1", "result": "ok", "valid_until": on + timedelta(days=200), "photos": [PHOTO]}
    return rules.record_test(actor=cast.foodsafety, at=at, record=point, **usual | given)


@pytest.mark.requirement("CAN-17")
def test_every_item_is_answered_and_what_is_wrong_becomes_a_task(cast):
    point = point_of(cast)
    with pytest.raises(RuleViolation, match="还没有填") as refused:
        check(cast, point, answers=FINE | {"locked": ""})
    assert refused.value.field == "locked"
    bad = {"answers": FINE | {"works": "bad"}}
    with pytest.raises(RuleViolation, match="请写怎么回事"):
        check(cast, point, **bad)
    with pytest.raises(RuleViolation, match="选成不正常"):
        check(cast, point, problem="漏水")
    with pytest.raises(RuleViolation, match="怎么整改"):
        check(cast, point, problem="不加热", **bad)
    assert not WaterCheck.objects.exists()
    assert not Fault.objects.exists()
    row = check(cast, point, problem="不加热", measure="报修", owner=cast.chef, due_on=TODAY, **bad)
    assert row.fault.owner_id == cast.chef.pk
    assert row.fault.origin == "一层直饮机每周检查"
    assert row.kept_because
    assert WaterPoint.objects.get().state == PointState.USED


@pytest.mark.requirement("CAN-17")
def test_bad_water_closes_the_point_until_it_is_fine_again(cast):
    point = point_of(cast)
    check(cast, point, answers=FINE | {"smell": "bad"}, problem="有异味", measure="停用冲洗", owner=cast.chef, due_on=TODAY)
    point.refresh_from_db()
    assert (point.state, point.state_reason) == (PointState.STOPPED, "检查时水不正常：有异味")
    assert OutboxMessage.objects.filter(key__startswith=f"canteen.water:{point.pk}:").exists()
    with pytest.raises(RuleViolation, match="先处理好，再检查一次"):
        rules.restart_point(actor=cast.canteen, at=NOW, record=point)
    check(cast, point, at=NOW + timedelta(hours=2))
    assert rules.restart_point(actor=cast.canteen, at=NOW + timedelta(hours=3), record=point).state == PointState.USED


@pytest.mark.requirement("CAN-17")
def test_an_unfit_report_closes_the_point_and_only_a_fit_one_opens_it(cast):
    point = point_of(cast)
    report(cast, point, result="bad", unfit="菌落总数")
    point.refresh_from_db()
    assert point.state == PointState.STOPPED
    check(cast, point)
    with pytest.raises(RuleViolation, match="菌落总数"):
        rules.restart_point(actor=cast.canteen, at=NOW, record=point)
    report(cast, point, number="S-2", at=NOW + timedelta(days=2))
    assert rules.restart_point(actor=cast.canteen, at=NOW + timedelta(days=2), record=point).state == PointState.USED


@pytest.mark.requirement("CAN-17")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sampled_on": TODAY + timedelta(days=1)}, "sampled_on"),
        ({"valid_until": TODAY}, "valid_until"),
        ({"valid_until": TODAY + timedelta(days=366)}, "valid_until"),
        ({"unfit": "浊度"}, "unfit"),
        ({"result": "bad"}, "unfit"),
        ({"result": ""}, "result"),
        ({"photos": []}, "photos"),
    ],
)
def test_a_report_that_proves_nothing_is_refused(cast, given, field):
    point = point_of(cast)
    with pytest.raises(RuleViolation) as refused:
        report(cast, point, **given)
    assert refused.value.field == field
    assert not WaterTest.objects.exists()


@pytest.mark.requirement("CAN-17")
def test_what_was_not_rinsed_is_not_cleaned(cast):
    point = point_of(cast)
    for given, field in (({"is_rinsed": False}, "is_rinsed"), ({"minutes": None}, "minutes")):
        with pytest.raises(RuleViolation) as refused:
            rules.care_for_point(actor=cast.foodsafety, at=NOW, record=point, kind="disinfect", **DONE | given)
        assert refused.value.field == field
    assert not WaterCare.objects.exists()
    assert rules.care_for_point(actor=cast.foodsafety, at=NOW, record=point, kind="filter", **DONE | {"minutes": None}).kind == "filter"
    with pytest.raises(IntegrityError), transaction.atomic():
        WaterCare.objects.create(point=point, kind="scale", agent="酸", is_rinsed=True, happened_at=NOW, created_at=NOW, created_by=cast.chef)


@pytest.mark.requirement("CAN-17")
def test_bottled_water_needs_a_firm_with_papers_in_date(cast):
    with pytest.raises(RuleViolation, match="要写供水单位"):
        point_of(cast, kind="barrel")
    with pytest.raises(RuleViolation, match="启用日期不对"):
        point_of(cast, since=date(9999, 12, 31))
    with pytest.raises(RuleViolation, match=r"食品经营许可证.*到期") as refused:
        point_of(cast, kind="barrel", firm=firm_of(cast, "老水站", food=-1))
    assert refused.value.field == "firm"
    assert not WaterPoint.objects.exists()
    assert point_of(cast, kind="barrel", firm=firm_of(cast, "新水站")).kind == "barrel"


@pytest.mark.requirement("CAN-17")
def test_a_point_says_what_it_needs_and_by_when(cast):
    point = point_of(cast, filter_days=60)
    dues = {due.label: due for due in dues_of(used_points()[0], TODAY)}
    assert dues["每周检查"].is_late
    assert dues["消毒"].next_on == TODAY
    assert dues["换滤芯"].next_on == TODAY + timedelta(days=30)
    assert dues["水质检测"].is_late
    assert [todo.title for todo in water_todos(cast.foodsafety, NOW)] == ["查饮水点 1 处", "饮水设备 1 处该清洗消毒", "水质检测 1 处快到期"]
    assert late_water(cast.foodsafety, NOW)[0].count == 1
    check(cast, point)
    report(cast, point)
    for kind in ("disinfect", "scale"):
        rules.care_for_point(actor=cast.foodsafety, at=NOW, record=point, kind=kind, **DONE)
    assert standing(used_points()[0], TODAY) == ("正常", "done")
    assert standing(used_points()[0], TODAY + timedelta(days=8)) == ("该检查了", "late")
    assert not water_todos(cast.foodsafety, NOW)


@pytest.mark.requirement("CAN-17")
def test_looking_at_every_point_does_the_duty(cast):
    first, second = point_of(cast), point_of(cast, "二层直饮机")
    rhythm = {"kind": "weekly", "weekdays": [2], "times": ["08:00"], "minutes": 600}
    save_duty(actor=cast.director, at=NOW - timedelta(days=1), title="查饮水点", owner_person=cast.foodsafety, producer=rules.PRODUCER, rhythm=rhythm)
    make_occurrences(actor=User.objects.system(), at=NOW - timedelta(hours=2))
    row = Occurrence.objects.filter(opens_at__lte=NOW, closes_at__gt=NOW).get()
    check(cast, first)
    row.refresh_from_db()
    assert row.state == "open"
    check(cast, second)
    row.refresh_from_db()
    assert (row.state, row.done_by_id) == ("done", cast.foodsafety.pk)


@pytest.mark.requirement("CAN-17")
def test_strangers_look_at_nothing_and_a_check_cannot_be_changed(cast):
    point = point_of(cast)
    with pytest.raises(NotAllowed):
        rules.check_point(actor=cast.teacher, at=NOW, record=point, answers=FINE)
    check(cast, point)
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE canteen_watercheck SET smell = 'bad'")
    gone = rules.remove_point(actor=cast.canteen, at=NOW, record=rules.stop_point(actor=cast.foodsafety, at=NOW, record=point, reason="改造"), reason="拆了")
    with pytest.raises(RuleViolation, match="已经拆除"):
        check(cast, gone)


def test_a_label_leads_to_its_point_and_phones_keep_the_forms(cast):
    point = point_of(cast)
    assert point_by_code(f"ysd-{point.pk}") == point
    assert [point_by_code(code) for code in ("YSD-", "YSD-x", "LYP-1", "YSD-" + "9" * 30)] == [None] * 4
    assert f"/canteen/water/{point.pk}/check/" in dict(kept_on_phone(cast.foodsafety))


def test_merging_firms_moves_the_point(cast):
    old, new = firm_of(cast, "水站甲"), firm_of(cast, "水站乙")
    point = point_of(cast, kind="barrel", firm=old)
    merge_partner(actor=cast.director, at=NOW, record=old, target=new)
    point.refresh_from_db()
    assert point.firm_id == new.pk
