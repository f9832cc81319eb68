"""Key places with their cards; special equipment that never runs uninspected (SAF-15)."""

from datetime import timedelta

import pytest
from django.test import Client

from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.papers.rules import save_paper
from safety.key_place import rules
from safety.key_place.models import SpecialEquipment
from safety.key_place.queries import special_late, special_todos
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-15")
TODAY = NOW.date()


def special(cast, rooms, **given) -> SpecialEquipment:
    words = {"name": "客梯", "kind": "lift", "registration": "梯1", "place": rooms.building, "responsible": cast.safety, "due_on": TODAY + timedelta(days=90)}
    return rules.save_special(actor=cast.safety, at=NOW, **words | given)


def inspect(cast, row, **given) -> SpecialEquipment:
    words = {"kind": "inspection", "result": "passed", "by_whom": "特检院", "number": "T-1", "done_on": TODAY, "due_on": TODAY + timedelta(days=365)}
    return rules.record_inspection(actor=cast.safety, at=NOW, record=row, **words | given)


def test_nothing_is_registered_for_use_uninspected_and_the_day_moves_by_inspections_only(cast, rooms):
    with pytest.raises(RuleViolation, match="检验已经过期"):
        special(cast, rooms, due_on=TODAY - timedelta(days=1))
    row = special(cast, rooms)
    with pytest.raises(RuleViolation, match="登记检验"):
        rules.save_special(actor=cast.safety, at=NOW, record=row, due_on=TODAY + timedelta(days=900))
    for wrong, words in (({"due_on": None}, "有效期到哪天"), ({"number": ""}, "报告编号"), ({"done_on": TODAY + timedelta(days=1)}, "不能晚于今天")):
        with pytest.raises(RuleViolation, match=words):
            inspect(cast, row, **wrong)
    assert inspect(cast, row).due_on == TODAY + timedelta(days=365)
    assert inspect(cast, row, kind="service", number="", due_on=TODAY + timedelta(days=15)).serviced_due == TODAY + timedelta(days=15)


def test_one_that_failed_stops_at_once_and_starts_only_when_it_passed(cast, rooms):
    row = inspect(cast, special(cast, rooms), result="failed", due_on=None)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("stopped", "定期检验不合格")
    with pytest.raises(RuleViolation, match="不合格"):
        rules.start_special(actor=cast.safety, at=NOW, record=row)
    row = inspect(cast, row)
    assert rules.start_special(actor=cast.safety, at=NOW, record=row).state == "in_use"
    row = rules.stop_special(actor=cast.safety, at=NOW, record=row, reason="放假")
    with pytest.raises(RuleViolation, match="已经过期"):
        rules.start_special(actor=cast.safety, at=NOW + timedelta(days=500), record=row)
    assert SpecialEquipment.objects.get().state == "stopped"


def test_without_a_standing_inspection_nothing_runs(cast, rooms):
    row = special(cast, rooms)
    given = {"actor": cast.safety, "at": NOW, "record": row, "kind": "inspection", "result": "passed", "by_whom": "特检院", "number": "TJ-1"}
    rules.record_inspection(**given, done_on=NOW.date() - timedelta(days=2), due_on=NOW.date() + timedelta(days=300))
    rules.record_inspection(**given, done_on=NOW.date(), due_on=NOW.date() + timedelta(days=900))
    second, first = row.inspections.order_by("-pk")
    strike(actor=cast.safety, at=NOW, record=second, reason="报告写错")
    row.refresh_from_db()
    assert (row.due_on, row.state) == (first.due_on, "in_use")
    strike(actor=cast.safety, at=NOW, record=first, reason="是另一台")
    row.refresh_from_db()
    assert row.state == "stopped"
    with pytest.raises(RuleViolation, match="重新登记检验"):
        rules.start_special(actor=cast.safety, at=NOW, record=row)
    rules.record_inspection(**given, done_on=NOW.date(), due_on=NOW.date() + timedelta(days=365))
    assert rules.start_special(actor=cast.safety, at=NOW, record=row).state == "in_use"


def test_an_operator_holds_a_paper_in_force(cast, rooms):
    with pytest.raises(RuleViolation, match="没有有效的特种作业证"):
        special(cast, rooms, operator=cast.plumber)
    save_paper(actor=cast.admin, at=NOW, person=cast.plumber, kind="operation", number="G1", expires_on=TODAY + timedelta(days=10))
    row = special(cast, rooms, operator=cast.plumber)
    assert special_late(cast.safety, NOW) == []
    labels = [late.label for late in special_late(cast.safety, NOW + timedelta(days=11))]
    assert labels == ["特种设备作业人员无证"]
    row = rules.stop_special(actor=cast.safety, at=NOW, record=row, reason="检修")
    with pytest.raises(RuleViolation, match="换一个有证的人"):
        rules.start_special(actor=cast.safety, at=NOW + timedelta(days=11), record=row)


def test_the_inspection_is_asked_for_before_it_runs_out_and_late_afterwards(cast, rooms):
    row = special(cast, rooms)
    assert special_todos(cast.safety, NOW) == []
    assert special_todos(cast.safety, NOW + timedelta(days=50))[0].title == f"{row}检验快到期"
    assert special_todos(cast.guard, NOW + timedelta(days=50)) == []
    assert special_late(cast.safety, NOW + timedelta(days=91))[0].count == 1


def test_the_card_on_the_door_names_the_person_and_the_danger(cast, rooms):
    given = {"place": rooms.room, "responsible": cast.electrician, "leader": cast.vice, "danger": "触电", "rules": "专人看管\n不堆物", "emergency": "断电"}
    made = rules.save_key_place(actor=cast.safety, at=NOW, name="配电房", kind="power", **given)
    browser = Client()
    browser.force_login(cast.safety)
    text = Pdf(browser.get(f"/print/safety.keyplace/{made.pk}/").content).text()
    assert all(word in text for word in ("配电房", "触电", "电工甲", "不堆物", "119"))
    with pytest.raises(NotAllowed):
        rules.save_key_place(actor=cast.guard, at=NOW, record=made, name="x")
