"""打印复印: by meter or by register, against the department's quota (STK-08)."""

from datetime import date
from decimal import Decimal

import pytest

from assets.copying import rules
from assets.copying.models import CopyCount
from assets.copying.queries import sheet_rows
from assets.quota.rules import save_quota
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department
from logistics.platform.terms.models import Term
from tests.assets.store.conftest import StoreRoom
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("STK-08")
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))


class Office:
    def __init__(self, cast):
        self.cast = cast
        self.office, self.science = Department.objects.get(name="总务处"), Department.objects.get(name="理科组")
        self.machine = rules.save_machine(actor=cast.director, at=NOW, name="理科组复印机", department=self.science)
        self.shared = rules.save_machine(actor=cast.director, at=NOW, name="文印室")

    def read(self, month, reading, **given) -> CopyCount:
        return rules.save_count(actor=self.cast.storekeeper, at=NOW, month=month, machine=self.machine, reading=reading, **given)

    def write(self, month, department, sheets, **given) -> CopyCount:
        return rules.save_count(actor=self.cast.storekeeper, at=NOW, month=month, department=department, sheets=sheets, **given)


@pytest.fixture
def office(cast):
    return Office(cast)


def test_a_meter_goes_on_from_its_last_reading(office):
    with pytest.raises(RuleViolation) as first:
        office.read(SEPTEMBER, 12_000)
    assert first.value.field == "start"
    assert office.read(SEPTEMBER, 12_000, start=10_000).sheets == 2000
    october = office.read(OCTOBER, 15_500)
    assert (october.start, october.sheets, october.department) == (12_000, 3500, office.science)
    with pytest.raises(RuleViolation, match="比上次（15,500）还小"):
        office.read(NOVEMBER, 300)
    assert office.read(NOVEMBER, 300, start=0, note="换了新机器").sheets == 300
    assert CopyCount.objects.count() == 3


def test_what_a_later_month_stands_on_stays(office):
    september = office.read(SEPTEMBER, 12_000, start=10_000)
    office.read(OCTOBER, 15_500)
    with pytest.raises(RuleViolation, match="后面的月份已经按这个读数算了"):
        rules.save_count(actor=office.cast.storekeeper, at=NOW, record=september, reading=12_500)
    with pytest.raises(RuleViolation, match="请先删后面的"):
        rules.remove_count(actor=office.cast.storekeeper, at=NOW, record=september)
    rules.remove_count(actor=office.cast.storekeeper, at=NOW, record=CopyCount.objects.get(month=OCTOBER))
    assert rules.save_count(actor=office.cast.storekeeper, at=NOW, record=september, reading=12_500).sheets == 2500


def test_a_shared_machine_is_counted_by_department(office):
    office.write(OCTOBER, office.office, 400, machine=office.shared)
    office.write(OCTOBER, office.science, 600, machine=office.shared)
    with pytest.raises(RuleViolation) as nobody:
        office.write(OCTOBER, None, 5, machine=office.shared)
    with pytest.raises(RuleViolation) as future:
        office.write(date(2026, 12, 1), office.office, 5)
    with pytest.raises(NotAllowed):
        rules.save_count(actor=office.cast.teacher, at=NOW, month=OCTOBER, department=office.office, sheets=1)
    assert (nobody.value.field, future.value.field) == ("department", "month")
    assert CopyCount.objects.count() == 2


def test_departments_against_their_quota_and_the_paper_they_drew(office):
    cast = office.cast
    room = StoreRoom(cast)
    type(room.paper).objects.filter(pk=room.paper.pk).update(sheets=500)
    room.receive(20, 200)
    room.hand_over(room.request((room.paper, 3)))
    term = Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    Term.objects.create(name="2026年春季学期", year="2025-2026", start_on=date(2026, 2, 20), end_on=date(2026, 8, 31))
    save_quota(actor=cast.director, at=NOW, term=term, department=office.office, sheets=1000)
    for month, sheets in ((AUGUST, 5000), (SEPTEMBER, 700), (OCTOBER, 500)):
        office.write(month, office.office, sheets)
    found, rows = sheet_rows(cast.director, [AUGUST, SEPTEMBER, OCTOBER, NOVEMBER])
    (row,) = rows
    assert (found, row.months, row.term, row.left, row.is_over, row.paper) == (term, [5000, 700, 500, 0], 1200, -200, True, 1500)


def test_pages(office, client):
    office.read(SEPTEMBER, 12_000, start=10_000)
    client.force_login(office.cast.storekeeper)
    text = client.get("/assets/copying/?until=2026-11").content.decode()
    assert "理科组" in text
    assert "2,000" in text
    assert client.get("/assets/copying/excel/?until=2026-11").status_code == 200
    assert client.get("/assets/copying/?until=abc").status_code == 200
    given = {"month": "2026-10", "machine": office.machine.pk, "reading": "12500"}
    assert client.post("/assets/copy-count/new/", given).status_code == 302
    assert CopyCount.objects.get(month=OCTOBER).sheets == Decimal(500)
    assert client.post("/assets/copy-count/new/", given).status_code == 422


def test_another_start_than_the_last_reading_needs_words(office):
    office.read(SEPTEMBER, 12_000, start=10_000)
    with pytest.raises(RuleViolation, match="上次读数登记的是 12,000") as hidden:
        office.read(OCTOBER, 15_500, start=15_000)
    assert hidden.value.field == "start"
    assert office.read(OCTOBER, 15_500, start=12_000).sheets == 3500
