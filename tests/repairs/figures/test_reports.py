"""The month's report: made once, frozen, issued anew with its corrections (REP-09, GEN-04)."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from logistics.platform.school.models import School as Facts
from repairs.figures.models import MonthReport
from repairs.figures.report import corrections, months_missing, number_of, opened
from repairs.figures.rules import make_missing_reports, make_month_report, reissue
from repairs.figures.tasks import month_report
from repairs.figures.words import compared
from repairs.ticket.models import Signature, State, Ticket
from tests.pdf import Pdf
from tests.repairs.figures.kit import School

OCTOBER = date(2026, 10, 1)
FIRST = datetime(2026, 10, 31, 22, 20, tzinfo=UTC)  # 06:20 on 1 November in the school


def day(month: int, on: int, hour: int = 1) -> datetime:
    return datetime(2026, month, on, hour, tzinfo=UTC)


@pytest.fixture
def autumn(school):
    """Two repairs in September; in October five reports: three mended, one taken back, one open."""
    make, kinds, rooms = school.ticket, school.kinds, school.rooms
    Ticket.objects.bulk_create(
        [
            make(day(9, 7), after=60, arrive=20, stars=5, material_cost=Decimal(30)),
            make(day(9, 8), after=60, arrive=20, stars=5),
            make(day(10, 8), after=30, arrive=10, stars=5, material_cost=Decimal("12.50")),
            make(day(10, 9), after=90, arrive=30, stars=3, kind=kinds[1], place=rooms[2], labour_cost=Decimal(100)),
            make(day(10, 12), after=3000, arrive=50, rework=1, kind=kinds[1]),
            make(day(10, 13), state=State.CANCELLED),
            make(day(10, 30), due_at=day(11, 9)),
        ]
    )
    return school


@pytest.fixture
def system(db):
    return User.objects.system()


def make(actor, at=FIRST, month=OCTOBER) -> MonthReport:
    return make_month_report(actor=actor, at=at, month=month)


@pytest.mark.requirement("REP-09")
def test_the_report_says_the_month_in_sentences(autumn, system):
    report = make(system)
    assert (report.month, report.version, report.made_at, str(report)) == (OCTOBER, 1, FIRST, "2026年10月维修月报")
    assert opened(report).sentences == [
        "10 月共报修 5 件，比上月多 3 件。其中撤销和并单 1 件，不算在下面的比率里。",
        "本月修好 3 件，月底还有 1 件没修好。当天修好 2 件，占 50%；超过期限 1 件，占 25%，比上月高 25.0 个百分点。",
        "一半的报修在 30 分内到场，九成在 50 分内到场；一半在 1 时 30 分内修好，九成在 2 天 2 时内修好（等配件、等人开门的时间不算）。",
        "报得最多的是水暖，3 件，占 60%；其次是电，2 件；各楼当中教学楼A座最多，4 件。",
        "返工 1 件，占 33.3%；2 件有评分，平均 4.0 分，50% 满意（4 星以上）。",
        "维修费 112.50 元，其中材料 12.50 元、人工 100.00 元，比上月多 82.50 元。平均每件 37.50 元。",
    ]
    assert [span.name for span, _ in opened(report).trend] == ["9月", "10月"]


def test_a_month_without_repairs_says_so(autumn, system):
    assert opened(make(system, month=date(2026, 8, 1))).sentences == ["8 月没有报修，也没有留下没修好的。"]


@pytest.mark.parametrize(("now", "then", "words"), [(5, 3, "比上月多 2 件"), (3, 5, "比上月少 2 件"), (1234, 0, "比上月多 1,234 件"), (4, 4, "与上月一样")])
def test_two_months_are_compared_in_words(now, then, words):
    assert compared(now, then, than="上月", unit="件") == words


def test_a_report_stays_as_it_was(autumn, system):
    report = make(system)
    before = report.figures
    Ticket.objects.update(material_cost=Decimal(999), rework=3)
    again = MonthReport.objects.get()
    assert again.figures == before == make(system, at=FIRST + timedelta(days=40)).figures


@pytest.mark.parametrize("at", [day(10, 31, 10), day(10, 5)])
def test_no_report_before_the_month_is_over(autumn, system, at):
    with pytest.raises(RuleViolation, match="还没有过完"):
        make(system, at=at)
    assert not MonthReport.objects.exists() and not Event.objects.exists() and not OutboxMessage.objects.exists()


def test_however_often_it_is_made_there_is_one_and_it_is_told_once(autumn, cast, system):
    first = make(system)
    assert make(system, at=FIRST + timedelta(hours=3)) == first
    assert MonthReport.objects.count() == 1
    assert list(Event.objects.filter(kind="repairs.monthreport").values_list("action", "actor_name")) == [("make", "系统")]
    message = OutboxMessage.objects.get(key__startswith="repairs.month-report")
    assert set(message.payload["recipients"]) >= {cast.director.pk, cast.vice.pk}
    assert cast.teacher.pk not in message.payload["recipients"] and cast.inspector.pk not in message.payload["recipients"]
    assert (message.payload["title"], message.payload["url"]) == ("2026年10月维修月报出来了", f"/repairs/month-report/{first.pk}/")


def test_made_by_four_at_once_there_is_one(together, cast, system):
    Ticket.objects.bulk_create([School().ticket(day(10, 8), after=30)])
    outcomes = together(*[lambda: make(system)] * 4)
    assert [type(outcome) for outcome in outcomes] == [MonthReport] * 4
    assert {outcome.pk for outcome in outcomes} == {MonthReport.objects.get().pk}
    assert Event.objects.filter(kind="repairs.monthreport").count() == OutboxMessage.objects.count() == 1


@pytest.mark.requirement("REP-09")
def test_three_months_off_and_all_missing_months_are_made(autumn, system):
    make(system, month=date(2026, 9, 1))
    with time_machine.travel(datetime(2027, 1, 15, 3, tzinfo=UTC), tick=False):
        assert month_report() == 3
        assert month_report() == 0
    assert list(MonthReport.objects.order_by("month").values_list("month", "version")) == [
        (date(2026, 9, 1), 1),
        (OCTOBER, 1),
        (date(2026, 11, 1), 1),
        (date(2026, 12, 1), 1),
    ]


def test_a_gap_between_reports_is_filled(autumn, system):
    make(system, at=datetime(2026, 12, 2, tzinfo=UTC), month=date(2026, 11, 1))
    assert months_missing(date(2026, 12, 31)) == [date(2026, 9, 1), OCTOBER]


def test_old_records_get_reports_of_one_year_at_most(school):
    Ticket.objects.bulk_create([school.ticket(datetime(2020, 5, 5, tzinfo=UTC), after=30)])
    missing = months_missing(date(2026, 11, 1))
    assert (len(missing), missing[0], missing[-1]) == (12, date(2025, 11, 1), OCTOBER)


def test_a_school_without_repairs_gets_no_reports(db):
    assert make_missing_reports(at=FIRST) == []


# ---------- issued anew ----------


def test_a_new_issue_shows_what_changed_and_keeps_the_old(autumn, cast, system):
    first = make(system)
    Ticket.objects.filter(material_cost=Decimal("12.50")).update(material_cost=Decimal("62.50"))
    second = reissue(actor=cast.director, at=FIRST + timedelta(days=2), record=first)
    assert (second.version, str(second), number_of(second)) == (2, "2026年10月维修月报（第 2 版）", "WX-2026-10-2")
    assert corrections(second) == [("材料费（元）", "12.50", "62.50")]
    assert corrections(first) == []
    assert opened(MonthReport.objects.get(pk=first.pk)).figures.total.materials == Decimal("12.50")
    event = Event.objects.get(action="reissue")
    assert (event.actor_id, event.changes) == (cast.director.pk, {"材料费（元）": ["12.50", "62.50"]})
    assert OutboxMessage.objects.filter(key__startswith="repairs.month-report").count() == 2


def test_the_same_numbers_are_not_issued_again(autumn, cast, system):
    report = make(system)
    with pytest.raises(RuleViolation, match="不用重出"):
        reissue(actor=cast.director, at=FIRST + timedelta(days=2), record=report)
    assert MonthReport.objects.count() == 1


def test_only_the_latest_issue_is_followed_by_another(autumn, cast, system):
    first = make(system)
    Ticket.objects.update(material_cost=Decimal(1))
    reissue(actor=cast.vice, at=FIRST + timedelta(days=2), record=first)
    Ticket.objects.update(material_cost=Decimal(2))
    with pytest.raises(RuleViolation, match="更新的一版"):
        reissue(actor=cast.director, at=FIRST + timedelta(days=3), record=first)
    assert MonthReport.objects.count() == 2


@pytest.mark.parametrize("role", ["principal", "inspector", "teacher", "repairer"])
def test_others_issue_no_report(autumn, cast, system, role):
    report = make(system)
    Ticket.objects.update(material_cost=Decimal(1))
    actor = getattr(cast, role)
    with pytest.raises(NotAllowed):
        reissue(actor=actor, at=FIRST + timedelta(days=2), record=report)
    with pytest.raises(NotAllowed):
        make_month_report(actor=actor, at=FIRST, month=date(2026, 9, 1))
    assert MonthReport.objects.count() == 1


def test_two_directors_issue_it_at_once_and_one_reads_why_not(together, cast, system):
    Ticket.objects.bulk_create([School().ticket(day(10, 8), after=30)])
    report = make(system)
    Ticket.objects.update(material_cost=Decimal(1))
    outcomes = together(*[lambda: reissue(actor=cast.director, at=FIRST, record=report)] * 2)
    assert sum(isinstance(outcome, MonthReport) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict | RuleViolation) for outcome in outcomes) == 1
    assert MonthReport.objects.count() == 2


def test_the_database_keeps_one_report_per_month_and_version(autumn, system):
    make(system)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthReport.objects.create(month=OCTOBER, version=1, made_at=FIRST, figures={})


# ---------- pages and papers ----------


@pytest.fixture
def director(client, cast):
    client.force_login(cast.director)
    return client


def test_the_list_and_the_report_show_the_frozen_figures(autumn, director, system):
    report = make(system)
    Ticket.objects.update(material_cost=Decimal(999))
    listed = director.get(reverse("repairs:month-report-list")).content.decode()
    assert "2026年10月维修月报" in listed and "112.50" in listed
    shown = director.get(f"/repairs/month-report/{report.pk}/").content.decode()
    assert "10 月共报修 5 件，比上月多 3 件" in shown and "999.00" not in shown and "4,995" not in shown
    assert "/repairs/ticket/?" not in shown.split("<main")[1].split("反复坏的")[0]  # frozen numbers lead nowhere


def test_the_report_page_stays_within_ten_queries(autumn, director, system, django_assert_max_num_queries):
    report = make(system)
    director.get("/notices/")
    with django_assert_max_num_queries(12):
        director.get(f"/repairs/month-report/{report.pk}/")


def test_issuing_anew_from_the_page_leads_to_the_new_issue(autumn, director, system):
    first = make(system)
    Ticket.objects.filter(material_cost=Decimal("12.50")).update(material_cost=Decimal("62.50"))
    response = director.post(f"/repairs/month-report/{first.pk}/reissue/")
    second = MonthReport.objects.get(version=2)
    assert response.url == f"/repairs/month-report/{second.pk}/"
    shown = director.get(response.url).content.decode()
    assert "和上一版不同的" in shown and "12.50" in shown and "62.50" in shown
    assert f'/repairs/month-report/{second.pk}/"' in director.get(f"/repairs/month-report/{first.pk}/").content.decode()


@pytest.mark.requirement("GEN-04")
def test_the_workbook_is_made_from_the_frozen_figures(autumn, director, system):
    report = make(system)
    Ticket.objects.update(material_cost=Decimal(999))
    book = openpyxl.load_workbook(io.BytesIO(director.get(f"/repairs/month-report/{report.pk}/excel/").content))
    assert book.sheetnames[:3] == ["总的情况", "文字", "各月"]
    assert book["文字"]["A4"].value.startswith("10 月共报修 5 件")
    rows = {row[0]: row for row in book["按类别"].iter_rows(values_only=True) if row[0]}
    assert rows["合计"][-1] == Decimal("112.5")
    assert [row[:2] for row in book["各月"].iter_rows(min_row=4, values_only=True) if row[0]] == [("9月", 2), ("10月", 5)]


@pytest.mark.requirement("GEN-04")
def test_the_paper_is_made_from_the_frozen_figures(autumn, director, system):
    Facts.objects.create(name="青禾实验学校")
    report = make(system)
    redone = Ticket.objects.get(rework=1)
    Signature.objects.create(ticket=redone, is_accepted=False, by=autumn.teacher, name="王老师", at=day(10, 14), reason="又漏了")
    second = reissue(actor=User.objects.get(username="director"), at=FIRST + timedelta(days=1), record=report)
    Ticket.objects.update(material_cost=Decimal(999))
    response = director.get(f"/print/repairs.monthreport/{second.pk}/")
    assert response["Content-Type"] == "application/pdf"
    paper = Pdf(response.content)
    words = paper.text().replace("\n", "")
    for said in ("2026年10月维修月报", "WX-2026-10-2", "青禾实验学校", "10 月共报修 5 件", "按类别", "又漏了", "编制：系统"):
        assert said in words, said
    assert "999" not in words
    assert paper.fonts() == {"notosanscjksc", "notosanscjkscbold"}


def test_an_empty_month_prints_too(autumn, director, system):
    report = make(system, month=date(2026, 8, 1))
    assert director.get(f"/repairs/month-report/{report.pk}/").status_code == 200
    assert director.get(f"/repairs/month-report/{report.pk}/excel/").status_code == 200
    assert "8 月没有报修" in Pdf(director.get(f"/print/repairs.monthreport/{report.pk}/").content).text().replace("\n", "")


def test_an_inspector_reads_and_exports_but_changes_nothing(autumn, client, cast, system):
    client.force_login(cast.inspector)
    report = make(system)
    page = f"/repairs/month-report/{report.pk}/"
    assert "重出月报" not in client.get(page).content.decode()
    assert client.get(f"{page}excel/").status_code == 200
    assert client.post(f"{page}reissue/").status_code in (302, 403)
    assert MonthReport.objects.count() == 1


def test_the_api_tells_the_frozen_totals(autumn, director, system):
    report = make(system)
    Ticket.objects.update(material_cost=Decimal(999))
    data = director.get(f"/api/v1/repairs/month-reports/{report.pk}/").json()
    assert (data["month"], data["version"], data["total"]["reported"], data["total"]["cost"]) == ("2026-10-01", 1, 5, "112.50")
    assert data["sentences"][0].startswith("10 月共报修 5 件")


def test_strangers_get_no_report(autumn, client, cast, system):
    report = make(system)
    client.force_login(cast.teacher)
    page = f"/repairs/month-report/{report.pk}/"
    for address in (page, f"{page}excel/", f"/print/repairs.monthreport/{report.pk}/", f"/api/v1/repairs/month-reports/{report.pk}/"):
        assert client.get(address).status_code in (403, 404), address
