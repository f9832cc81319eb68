"""The register of fire equipment: days by the standard, looks, services, labels (SAF-05)."""

from datetime import date, timedelta

import pytest
from django.test import Client

from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from safety.fire import rules
from safety.fire.dates import scrap_day, service_day
from safety.fire.models import FireCheck, FireEquipment
from safety.fire.pages import code_of, equipment_by_code
from safety.fire.queries import fire_late, fire_todos, not_looked_at
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-05")
TODAY = NOW.date()


def equipment(cast, rooms, **given) -> FireEquipment:
    words = {"number": "MH-1", "kind": "powder", "place": rooms.room, "responsible": cast.safety, "made_on": date(2025, 3, 1)}
    return rules.save_equipment(actor=cast.safety, at=NOW, **words | given)


def test_days_follow_the_standard():
    assert service_day("powder", date(2020, 2, 29), None) == date(2025, 2, 28)
    assert service_day("powder", date(2020, 2, 29), date(2025, 2, 1)) == date(2027, 2, 1)
    assert service_day("water", date(2024, 5, 1), date(2026, 5, 1)) == date(2027, 5, 1)
    assert scrap_day("co2", date(2020, 1, 1)) == date(2032, 1, 1)
    assert scrap_day("water", date(2020, 1, 1)) == date(2026, 1, 1)
    assert scrap_day("hydrant", date(2020, 1, 1)) is None
    assert service_day("powder", None, None) is None


def test_empty_days_are_reckoned_and_none_later_than_the_standard_is_taken(cast, rooms):
    row = equipment(cast, rooms)
    assert (row.service_due, row.scrap_on) == (date(2030, 3, 1), date(2035, 3, 1))
    with pytest.raises(RuleViolation, match="不能更晚"):
        equipment(cast, rooms, number="MH-2", scrap_on=date(2036, 1, 1))
    with pytest.raises(RuleViolation, match="不能晚于今天"):
        equipment(cast, rooms, number="MH-2", made_on=TODAY + timedelta(days=1))
    assert FireEquipment.objects.count() == 1


def test_what_a_look_finds_is_told_and_the_next_good_look_clears_it(cast, rooms):
    row = equipment(cast, rooms)
    with pytest.raises(RuleViolation, match="有什么问题"):
        rules.look_at(actor=cast.guard, at=NOW, equipment=row, result="bad", found=" ")
    assert not FireCheck.objects.exists()
    rules.look_at(actor=cast.guard, at=NOW, equipment=row, result="bad", found="铅封断了")
    row.refresh_from_db()
    assert row.fault == "铅封断了"
    assert cast.safety.pk in OutboxMessage.objects.get(key__startswith="safety.fire:").payload["recipients"]
    assert [late.label for late in fire_late(cast.safety, NOW)] == ["消防器材有问题没修"]
    earlier = NOW + timedelta(hours=1)
    rules.look_at(actor=cast.guard, at=earlier + timedelta(hours=1), equipment=row, result="ok", happened_at=NOW - timedelta(minutes=5))
    row.refresh_from_db()
    assert row.fault == "铅封断了"  # the look written later was made before
    rules.look_at(actor=cast.guard, at=earlier, equipment=row, result="ok")
    row.refresh_from_db()
    assert row.fault == ""


def test_what_nobody_looked_at_this_month_is_counted(cast, rooms):
    first, _second = equipment(cast, rooms), equipment(cast, rooms, number="MH-2")
    rules.look_at(actor=cast.guard, at=NOW, equipment=first, result="ok")
    assert [row.number for row in not_looked_at(TODAY)] == ["MH-2"]
    assert fire_todos(cast.guard, NOW)[0].title == "1 处消防器材本月还没检查"
    assert not_looked_at(date(2026, 12, 1)).count() == 2


def test_a_refill_sets_the_next_one_and_none_follows_the_day_of_scrapping(cast, rooms):
    row = equipment(cast, rooms, made_on=date(2019, 1, 1))
    given = {"kind": "refill", "by_whom": "消防公司", "done_on": TODAY}
    with pytest.raises(RuleViolation, match="最迟"):
        rules.service(actor=cast.safety, at=NOW, record=row, due_on=date(2029, 1, 1), **given)
    with pytest.raises(RuleViolation, match="出厂日期"):
        rules.service(actor=cast.safety, at=NOW, record=row, **given | {"done_on": date(2018, 1, 1)})
    row = rules.service(actor=cast.safety, at=NOW, record=row, **given)
    assert (row.serviced_on, row.service_due) == (TODAY, date(2028, 11, 18))
    old = equipment(cast, rooms, number="MH-9", made_on=date(2010, 1, 1))
    with pytest.raises(RuleViolation, match="不能再换药"):
        rules.service(actor=cast.safety, at=NOW, record=old, **given)
    rules.scrap(actor=cast.safety, at=NOW, record=old, reason="到期")
    with pytest.raises(RuleViolation, match="已经报废"):
        rules.look_at(actor=cast.guard, at=NOW, equipment=old, result="ok")


def test_what_is_struck_out_counts_for_nothing(cast, rooms):
    row = equipment(cast, rooms)
    wrong = rules.look_at(actor=cast.guard, at=NOW, equipment=row, result="bad", found="记错了器材")
    strike(actor=cast.guard, at=NOW, record=wrong, reason="看的是另一具")
    row.refresh_from_db()
    assert row.fault == ""
    rules.look_at(actor=cast.guard, at=NOW, equipment=row, result="bad", found="压力低")
    given = {"kind": "refill", "by_whom": "消防公司"}
    rules.service(actor=cast.safety, at=NOW, record=row, done_on=TODAY - timedelta(days=90), **given)
    rules.service(actor=cast.safety, at=NOW, record=row, done_on=TODAY, **given)
    second, first = row.services.order_by("-pk")
    strike(actor=cast.safety, at=NOW, record=second, reason="日期写错")
    row.refresh_from_db()
    assert (row.serviced_on, row.service_due, row.fault) == (first.done_on, first.due_on, "")
    strike(actor=cast.safety, at=NOW, record=first, reason="不是这一具")
    row.refresh_from_db()
    assert (row.serviced_on, row.service_due, row.fault) == (None, date(2030, 3, 1), "压力低")


def test_scanning_the_label_leads_to_the_look_and_the_form_is_filled_by_it(cast, rooms):
    row, odd = equipment(cast, rooms), equipment(cast, rooms, number="甲楼东")
    assert equipment_by_code(code_of(row)) == row
    assert equipment_by_code(code_of(odd)) == odd
    browser = Client()
    browser.force_login(cast.guard)
    page = browser.get(f"/q/{code_of(row)}/").content.decode()
    assert "/safety/fire-check/new/?equipment=MH-1&amp;by_label=1" in page
    assert 'value="MH-1"' in browser.get("/safety/fire-check/new/?equipment=MH-1&by_label=1").content.decode()
    answer = browser.post("/safety/fire-check/new/", {"equipment": "mh-1", "result": "ok", "by_label": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    check = FireCheck.objects.get()
    assert (check.equipment, check.by_label) == (row, True)


def test_papers_say_what_hangs_where(cast, rooms):
    row = equipment(cast, rooms)
    rules.look_at(actor=cast.guard, at=NOW, equipment=row, result="bad", found="压力低")
    browser = Client()
    browser.force_login(cast.safety)
    assert "压力低" in Pdf(browser.get(f"/print/safety.fireequipment/{row.pk}/").content).text()
    assert "2035年3月1日" in Pdf(browser.get("/safety/fire/register/").content).text()
    assert browser.get("/safety/fire/labels/").status_code == 200
    assert browser.get("/safety/fire/?standing=bad", {"list": 1}).status_code == 200


def test_who_may(cast, rooms):
    row = equipment(cast, rooms)
    for act in (
        lambda: rules.save_equipment(actor=cast.guard, at=NOW, record=row, spot="x"),
        lambda: rules.look_at(actor=cast.teacher, at=NOW, equipment=row, result="ok"),
        lambda: rules.scrap(actor=cast.guard, at=NOW, record=row, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
