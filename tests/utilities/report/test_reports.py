"""The report made once, frozen, issued anew with its corrections; the year for the energy office (UTL-02, UTL-05)."""

import io
import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.audit.models import Event
from logistics.platform.board.models import BoardPost, PostState
from logistics.platform.board.rules import take_down
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from logistics.platform.school.limit_rules import change_limit
from logistics.platform.terms.models import Term
from logistics.utilities.report import rules, words, year_rules
from logistics.utilities.report.content import content_of, corrections, last_due, number_of, reports_missing
from logistics.utilities.report.home import year_late, year_todos
from logistics.utilities.report.models import EnergyYear, UtilityReport, YearState
from logistics.utilities.report.prints import year_paper
from logistics.utilities.report.words import compared
from logistics.utilities.usage import problem_rules
from logistics.utilities.usage.models import UseProblem
from logistics.utilities.usage.months import Span
from logistics.utilities.usage.rules import save_size
from tests.conftest import NOW, SHANGHAI
from tests.pdf import Pdf
from tests.utilities.use_kit import building_of, dial, meter_of, read

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, LAST_OCTOBER, LAST_NOVEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2025, 10, 1), date(2025, 11, 1)
MONTH = Span(OCTOBER, OCTOBER)
IN_OCTOBER = datetime(2026, 10, 20, 9, tzinfo=SHANGHAI)
PROBE = str(Path(__file__).with_name("probe_report.py"))


@pytest.fixture
def school(cast):
    return filled(cast)


def filled(cast, months=((LAST_OCTOBER, 1000, 900), (OCTOBER, 800, 600))):
    """Power of some months: a main meter with one building below it."""
    main = meter_of(cast, "总电表", "power")
    below = meter_of(cast, "乙楼电表", "power", place=building_of(cast, "乙楼"), parent=main)
    read(cast, main, dial([(month, amount) for month, amount, _ in months]))
    read(cast, below, dial([(month, amount) for month, _, amount in months]))
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
        "各种能源一共折合标准煤 98.3 千克，比去年同期少 20.0%，人均 0.98 千克，每平方米 0.10 千克（水不折算）。",
        "总表和分表对不上：总电表比分表合计多，相差 25.0%，要查。",
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
    problem_rules.find_problems(actor=system, at=NOW, month=OCTOBER)
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


@pytest.mark.requirement("UTL-05")
def test_a_worker_killed_at_every_step_and_started_again_gives_each_report_once(cast, transactional_db, tmp_path):
    filled(cast, [(date(2026, 9, 1), 500, 490), (OCTOBER, 800, 600)])
    rules.make_missing_reports(at=IN_OCTOBER)
    before, told_before = UtilityReport.objects.count(), OutboxMessage.objects.filter(key__startswith="utilities.report:").count()
    with transaction.atomic():
        rules.make_missing_reports(at=NOW)
        expected = [[row.kind, str(row.first), row.version, row.figures] for row in UtilityReport.objects.order_by("pk")]
        transaction.set_rollback(True)
    environment = os.environ | {"AT": NOW.isoformat(), "DJANGO_SETTINGS_MODULE": "logistics.settings.test", "PYTHONPATH": str(Path.cwd())}
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        name = str(tmp_path / "school.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [name])
    ended = subprocess.run([sys.executable, PROBE, name], env=environment, capture_output=True, timeout=200)
    assert ended.returncode == 0, ended.stderr.decode()
    told = json.loads(ended.stdout.splitlines()[-1])
    stood = [(death["step"], death["signal"], len(death["reports"]) - before, death["problems"], death["told"] - told_before) for death in told["deaths"]]
    assert stood == [("found", 9, 0, 1, 0), ("saved", 9, 0, 1, 0), ("told", 9, 0, 1, 0), ("first", 9, 1, 1, 1)]
    assert [row[0] for row in expected[before:]] == ["month", "two"]
    assert json.dumps(told["end"]["reports"], sort_keys=True) == json.dumps(expected, sort_keys=True)
    assert (told["end"]["problems"], told["end"]["told"] - told_before) == (1, 2)


@pytest.mark.requirement("UTL-05")
def test_a_report_that_cannot_be_made_holds_up_no_other(cast):
    filled(cast, [(date(2025, 9, 1), 500, 490), (date(2026, 9, 1), 500, 490), (OCTOBER, 800, 600)])
    meter_of(
        cast, "坏了的表", "nothing", since=date(2024, 9, 3), until=date(2024, 9, 20)
    )  # nobody can say what it counts; only September 2025 looks back so far
    september = Span(date(2025, 9, 1), date(2025, 9, 1))
    at = datetime(2026, 8, 20, 9, tzinfo=SHANGHAI)
    due = reports_missing(at.date())
    assert due[0] == ("month", september)
    last = due[-1]
    UtilityReport.objects.bulk_create([UtilityReport(kind=kind, first=one.first, last=one.last, made_at=at, figures={}) for kind, one in due[1:-1]])
    with pytest.raises(ValueError, match="nothing"):
        rules.make_missing_reports(at=at)
    assert reports_missing(at.date()) == [("month", september)]
    assert UtilityReport.objects.get(kind=last[0], first=last[1].first).figures["sentences"]


@pytest.mark.requirement("UTL-05")
def test_the_notice_leads_whoever_may_see_the_figures_and_nothing_else_to_the_paper(cast, school, system, client):
    clerk = Role.objects.create(key="clerk", name="统计员")
    Grant.objects.create(role=clerk, permission=rules.VIEW, scope=Scope.ALL)
    clerk.holders.add(cast.teacher)
    make(system)
    told = OutboxMessage.objects.get(key="utilities.report:month:2026-10:1").payload
    assert cast.teacher.pk in told["recipients"]
    assert client.get(told["url"])["Location"].startswith("/login/?next=/print/")
    client.force_login(cast.teacher)
    answer = client.get(told["url"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    client.force_login(cast.guard)
    assert client.get(told["url"]).status_code == 404


@pytest.mark.requirement("UTL-05")
def test_the_workbook_of_a_new_version_says_what_differs(cast, school, system, client):
    first = make(system)
    read(cast, meter_of(cast, "水表"), dial([(OCTOBER, 50)]))
    second = rules.reissue(actor=cast.director, at=NOW, record=first)
    client.force_login(cast.director)
    books = [
        openpyxl.load_workbook(io.BytesIO(b"".join(client.get(reverse("utilities:utility-report-excel", args=[report.pk]))))) for report in (first, second)
    ]
    assert "和上一版不同的" not in books[0].sheetnames
    assert ("用水（m³）", "—", "50.0") in list(books[1]["和上一版不同的"].iter_rows(values_only=True, max_col=3))


@pytest.mark.requirement("UTL-06")
def test_readings_that_came_after_the_report_are_looked_through_when_it_is_issued_anew(cast, school, system):
    first = make(system)
    water = meter_of(cast, "水表")
    read(cast, water, dial([(LAST_OCTOBER, 50), (OCTOBER, 200)]))
    second = rules.reissue(actor=cast.director, at=NOW, record=first)
    assert UseProblem.objects.filter(key=f"rise:{water.pk}:2026-10").count() == 1
    assert any("水表2026年10月用水 200.0 m³" in problem["description"] for problem in second.figures["problems"])


@pytest.mark.requirement("UTL-05")
def test_what_is_found_goes_by_the_limit_of_its_report_however_late_the_clock_comes(cast, school):
    change_limit(actor=cast.director, at=IN_OCTOBER, code="utilities.loss.percent", value=Decimal(40), effective_on=date(2026, 11, 10), reason="放宽")
    rules.make_missing_reports(at=NOW)
    report = UtilityReport.objects.get(kind="month", first=OCTOBER)
    assert report.figures["losses"][0]["is_suspicious"]
    assert len(report.figures["problems"]) == 1


def test_what_was_taken_off_the_board_can_be_published_again(cast, school, system):
    report = make(system)
    rules.publish_report(actor=cast.director, at=NOW, record=report)
    take_down(actor=cast.director, at=NOW, record=BoardPost.objects.get(), reason="先撤下来")
    rules.publish_report(actor=cast.director, at=NOW, record=UtilityReport.objects.get())
    assert sorted(BoardPost.objects.values_list("state", flat=True)) == sorted([PostState.PUBLISHED, PostState.WITHDRAWN])


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
    assert "相差 25.0%" in page
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(reverse("utilities:utility-report-excel", args=[report.pk])))))
    assert "总的用量" in book.sheetnames
    url = OutboxMessage.objects.get(key="utilities.report:month:2026-10:1").payload["url"]  # where the mail leads
    answer = client.get(url)
    assert "2026年10月水电月报" in Pdf(answer.content if not answer.streaming else b"".join(answer)).text()
    client.force_login(cast.teacher)
    assert client.get(reverse("utilities:utility-report-detail", args=[report.pk])).status_code in (403, 404)


def test_the_sentences_say_of_what_how_much_and_by_whom():
    row = {"medium": "power", "name": "电", "unit": "kWh", "used": "1100", "target": "1000", "meets": False, "change": None, "change_before": "3.0"}
    content = {"first": "2026-09-01", "last": "2026-10-01", "words": "2026年9至10月", "media": [row | {"per_user": None}], "missing": ["丁表"]}
    assert words._medium(content, content["media"][0]) == "2026年9至10月用电 1,100 kWh，比前 2 个月多 3.0%，目标是 1,000 kWh，超了 100 kWh。"
    used = [("甲楼", "600", "1.0"), ("乙楼", "500", "2.5")]
    content["buildings"] = [{"name": name, "is_rest": False, "used": {"power": {"used": one, "change": more}}} for name, one, more in used]
    assert words._where(content) == "用电最多的是甲楼，600 kWh；用电增得最多的是乙楼，比去年同期多 2.5%。"
    assert words._where(content | {"buildings": content["buildings"][:1]}) == ""
    assert (
        words._losses(content | {"losses": [{"name": "总表", "percent": "-20.0", "is_suspicious": True}]})
        == "总表和分表对不上：总表比分表合计少，相差 20.0%，要查。"
    )
    assert words._losses(content | {"losses": [{"is_suspicious": False}]}) == "读数齐全的总表和分表，相差都在允许以内。"
    problem = {"title": "甲楼漏水", "owner": "王强", "due_on": "11-26", "outcome": "", "is_done": False}
    rows = [problem, problem | {"title": "乙楼突增", "owner": ""}]
    assert words._problems({"problems": rows}) == "发现异常 2 件，都还没有办完：甲楼漏水，王强正在整改，期限 11-26；乙楼突增，还没有派人。"


def test_one_meter_that_was_not_read_is_not_many():
    assert words._missing({"missing": ["甲表"]}) == "读数不全的表：甲表。它和所在的楼不和去年比。"
    assert words._missing({"missing": ["甲表", "乙表"]}) == "读数不全的表：甲表、乙表。它们和所在的楼不和去年比。"


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


@pytest.mark.requirement("UTL-02")
def test_the_year_of_meters_that_began_late_is_that_of_the_bills():
    most = year_rules._most
    assert most(Decimal(5), Decimal(5), Decimal(9)) == 5, "read all year long"
    assert most(None, Decimal(4), Decimal(12)) == 12
    assert (most(None, Decimal(4), None), most(None, None, None)) == (4, None)


def test_the_paper_of_a_year_says_to_whom_it_went(cast, school):
    row = start(cast)
    assert year_paper(row, cast.director)["law"].startswith("还没有上报。")
    year_rules.report_year(actor=cast.director, at=NOW, record=row, reported_to="区教育局")
    row.refresh_from_db()
    assert year_paper(row, cast.director)["law"].startswith("2026年11月18日报给区教育局。")


def test_more_coal_than_can_be_is_refused_in_words(cast, school):
    row = start(cast)
    with pytest.raises(RuleViolation, match="太大了"):
        year_rules.save_year(actor=cast.director, at=NOW, record=row, heat=Decimal("999999999999.99"))
    assert EnergyYear.objects.get().heat == 0


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
