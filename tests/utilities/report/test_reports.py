"""The report made once, frozen, issued anew with its corrections; the year for the energy office (UTL-02, UTL-05)."""

import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from logistics.platform.audit.models import Event
from logistics.platform.board.models import BoardPost, PostState
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from logistics.platform.terms.models import Term
from logistics.utilities.report import rules, year_rules
from logistics.utilities.report.content import content_of, corrections, last_due, number_of, reports_missing
from logistics.utilities.report.home import year_late, year_todos
from logistics.utilities.report.models import EnergyYear, UtilityReport, YearState
from logistics.utilities.report.words import compared
from logistics.utilities.usage.models import UseProblem
from logistics.utilities.usage.months import Span
from logistics.utilities.usage.rules import save_size
from tests.conftest import NOW, SHANGHAI
from tests.pdf import Pdf
from tests.utilities.use_kit import building_of, dial, meter_of, read

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, LAST_OCTOBER, LAST_NOVEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2025, 10, 1), date(2025, 11, 1)
MONTH = Span(OCTOBER, OCTOBER)


@pytest.fixture
def school(cast):
    """Power of two Octobers: a main meter with one building below it."""
    main = meter_of(cast, "总电表", "power")
    below = meter_of(cast, "乙楼电表", "power", place=building_of(cast, "乙楼"), parent=main)
    read(cast, main, dial([(LAST_OCTOBER, 1000), (OCTOBER, 800)]))
    read(cast, below, dial([(LAST_OCTOBER, 900), (OCTOBER, 600)]))
    save_size(actor=cast.director, at=NOW, since=date(2025, 1, 1), area=Decimal(1000), pupils=90, boarders=0, staff=10)
    return main


@pytest.fixture
def system(db):
    return User.objects.system()


def make(actor, **fields) -> UtilityReport:
    return rules.make_report(actor=actor, at=NOW, **({"kind": "month", "span": MONTH} | fields))


@pytest.mark.requirement("UTL-05")
def test_the_report_says_the_month_in_sentences(school, system):
    report = make(system)
    assert (str(report), number_of(report)) == ("2026年10月水电月报", "SD-2026-10")
    assert report.figures["sentences"] == [
        "2026年10月用电 800 kWh，比去年同期少 20.0%，人均 8.00 kWh（比去年同期少 20.0%），在目标以内。",
        "综合能耗折标准煤 98.3 kgce，比去年同期少 20.0%，人均 0.98 kgce，每平方米 0.10 kgce（水不折算）。",
        "用电最多的是乙楼，600 kWh。",
        "总表和分表对不上：总电表相差 25.0%，要查。",
        "没有发现异常。",
    ]


@pytest.mark.requirement("UTL-05")
def test_killed_and_started_again_it_has_the_same_bytes(school, system):
    first = json.dumps(content_of(MONTH), sort_keys=True)
    with transaction.atomic():
        make(system)
        transaction.set_rollback(True)  # killed before it was kept
    assert not UtilityReport.objects.exists()
    report = make(system)
    report.refresh_from_db()
    assert json.dumps(report.figures, sort_keys=True) == first
    assert make(system) == report
    with pytest.raises(IntegrityError), transaction.atomic():
        UtilityReport.objects.create(kind="month", first=OCTOBER, last=OCTOBER, version=1, made_at=NOW, figures={})
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        UtilityReport.objects.filter(pk=report.pk).update(figures={})


@pytest.mark.requirement("UTL-05")
def test_a_new_version_shows_the_difference_and_the_first_stays(cast, school, system):
    first = make(system)
    with pytest.raises(RuleViolation, match="不用重出"):
        rules.reissue(actor=cast.director, at=NOW, record=first)
    water = meter_of(cast, "水表")
    read(cast, water, dial([(OCTOBER, 50)]))
    second = rules.reissue(actor=cast.director, at=NOW, record=first)
    assert (second.version, number_of(second)) == (2, "SD-2026-10-2")
    assert ("用水（m³）", "—", "50.0") in corrections(second)
    assert UtilityReport.objects.get(pk=first.pk).figures == first.figures
    with pytest.raises(RuleViolation, match="更新的一版"):
        rules.reissue(actor=cast.director, at=NOW, record=first)
    with pytest.raises(NotAllowed):
        rules.reissue(actor=cast.accountant, at=NOW, record=second)
    keys = OutboxMessage.objects.filter(key__startswith="utilities.report:").values_list("key", flat=True)
    assert sorted(keys) == ["utilities.report:month:2026-10:1", "utilities.report:month:2026-10:2"]
    assert Event.objects.filter(kind="utilities.utilityreport", action="reissue").count() == 1


def test_a_month_that_is_not_over_has_no_report(cast, school):
    with pytest.raises(RuleViolation, match="还没有过完"):
        make(cast.director, span=Span(NOVEMBER, NOVEMBER))


@pytest.mark.requirement("UTL-05")
def test_what_is_due_is_made_once_and_its_problems_are_found_first(school, system):
    made = rules.make_missing_reports(at=NOW)
    assert {row.kind for row in made} == {"month", "two"}
    assert UseProblem.objects.filter(key=f"loss:{school.pk}:2026-10").count() == 1
    october = UtilityReport.objects.get(kind="month", first=OCTOBER)
    assert october.figures["problems"][0]["state"] == "待派人"
    assert rules.make_missing_reports(at=NOW) == []


def test_reports_wait_for_the_day_the_school_chose(school):
    assert [last_due(date(2026, 11, n)) for n in (2, 3)] == [date(2026, 9, 1), OCTOBER]
    Term.objects.create(name="春", year="2025-2026", start_on=date(2026, 2, 24), end_on=date(2026, 7, 3))
    due = reports_missing(date(2026, 8, 20))
    assert ("term", Span(date(2026, 2, 1), date(2026, 7, 1))) in due
    assert ("two", Span(date(2026, 5, 1), date(2026, 6, 1))) in due
    assert min(span.first for _, span in due) >= date(2025, 8, 1)


@pytest.mark.requirement("UTL-05")
def test_published_it_stands_on_the_board_and_a_new_version_takes_its_place(cast, school, system):
    first = make(system)
    rules.publish_report(actor=cast.director, at=NOW, record=first)
    with pytest.raises(RuleViolation, match="已经公示"):
        rules.publish_report(actor=cast.director, at=NOW, record=UtilityReport.objects.get(pk=first.pk))
    read(cast, meter_of(cast, "水表"), dial([(OCTOBER, 50)]))
    second = rules.reissue(actor=cast.director, at=NOW, record=UtilityReport.objects.get(pk=first.pk))
    rules.publish_report(actor=cast.director, at=NOW, record=second)
    assert sorted(BoardPost.objects.values_list("state", flat=True)) == sorted([PostState.PUBLISHED, PostState.WITHDRAWN])


def test_page_workbook_and_paper_of_a_report(cast, school, system, client):
    report = make(system)
    client.force_login(cast.director)
    page = client.get(reverse("utilities:utility-report-detail", args=[report.pk])).content.decode()
    assert "总电表相差 25.0%" in page
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(reverse("utilities:utility-report-excel", args=[report.pk])))))
    assert "总的用量" in book.sheetnames
    answer = client.get(f"/print/utilities.utilityreport/{report.pk}/")
    assert "2026年10月水电月报" in Pdf(answer.content if not answer.streaming else b"".join(answer)).text()
    client.force_login(cast.teacher)
    assert client.get(reverse("utilities:utility-report-detail", args=[report.pk])).status_code in (403, 404)


def test_words_of_a_change():
    assert [compared(value, "上期") for value in (None, Decimal(0), Decimal("2.5"), Decimal(-3))] == ["", "和上期一样", "比上期多 2.5%", "比上期少 3.0%"]


def start(cast) -> EnergyYear:
    return year_rules.start_year(actor=cast.director, at=NOW, year=2025)


@pytest.mark.requirement("UTL-02")
def test_the_year_is_filled_from_the_meters_put_right_reported_and_frozen(cast, school):
    row = start(cast)
    assert (row.power, row.area, row.users, row.coal_equivalent) == (1000, 1000, 100, Decimal("122.9"))
    year_rules.save_year(actor=cast.director, at=NOW, record=row, petrol=Decimal(100), note="公车用油")
    row.refresh_from_db()
    assert row.coal_equivalent == Decimal("231.8")  # 122.9 + 100 × 0.74 × 1.4714
    with pytest.raises(RuleViolation, match="哪个单位"):
        year_rules.report_year(actor=cast.director, at=NOW, record=row, reported_to=" ")
    year_rules.report_year(actor=cast.director, at=NOW, record=row, reported_to="区教育局")
    row.refresh_from_db()
    with pytest.raises(RuleViolation, match="先撤回"):
        year_rules.save_year(actor=cast.director, at=NOW, record=row, petrol=Decimal(0))
    assert EnergyYear.objects.get().petrol == 100
    with pytest.raises(RuleViolation, match="为什么"):
        year_rules.reopen_year(actor=cast.director, at=NOW, record=row, reason="")
    year_rules.reopen_year(actor=cast.director, at=NOW, record=row, reason="油量写错")
    assert EnergyYear.objects.get().state == YearState.DRAFT


def test_a_year_is_reported_once_and_only_when_over(cast, school):
    start(cast)
    with pytest.raises(Conflict):
        start(cast)
    for year in (2026, 1999, 3000):
        with pytest.raises(RuleViolation, match="过完"):
            year_rules.start_year(actor=cast.director, at=NOW, year=year)
    with pytest.raises(NotAllowed):
        year_rules.start_year(actor=cast.teacher, at=NOW, year=2024)


def test_the_year_is_a_to_do_until_march_and_late_after_it(cast, school):
    spring, summer = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI), datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)
    (todo,) = year_todos(cast.director, spring)
    assert todo.due_at is not None
    assert todo.due_at.date() == date(2026, 3, 31)
    assert (year_late(cast.director, spring), len(year_late(cast.director, summer))) == ([], 1)
    year_rules.report_year(actor=cast.director, at=NOW, record=start(cast), reported_to="区教育局")
    assert year_todos(cast.director, spring) == year_late(cast.director, summer) == []
