"""Figures of a span from real rows, leak tests, the ledger of problems (UTL-02, UTL-03, UTL-06)."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from logistics.platform.audit.models import Event
from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from logistics.utilities.usage import problem_rules, rules
from logistics.utilities.usage.figures import asked, figures_of
from logistics.utilities.usage.models import EnergyFactor, LeakTest, ProblemState, SchoolSize, UseProblem
from logistics.utilities.usage.months import Span
from repairs.ticket.models import State as TicketState
from tests.conftest import NOW, SHANGHAI
from tests.utilities.use_kit import building_of, dial, meter_of, read

pytestmark = pytest.mark.django_db
OCTOBER, SEPTEMBER, LAST_OCTOBER = date(2026, 10, 1), date(2026, 9, 1), date(2025, 10, 1)
TODAY = NOW.date()
NIGHT, MORNING = datetime(2026, 11, 17, 22, tzinfo=SHANGHAI), datetime(2026, 11, 18, 6, tzinfo=SHANGHAI)


def size(cast, since=date(2025, 1, 1), **fields) -> SchoolSize:
    return rules.save_size(actor=cast.director, at=NOW, since=since, **({"area": Decimal(1000), "pupils": 80, "boarders": 10, "staff": 10} | fields))


def water(cast, amounts: dict) -> None:
    """One main meter with two buildings below; the amounts are (main, first, second) of each month."""
    main = meter_of(cast)
    branches = [meter_of(cast, f"{name}水表", place=building_of(cast, name), parent=main) for name in ("乙楼", "丙楼")]
    for n, meter in enumerate([main, *branches]):
        read(cast, meter, dial([(month, row[n]) for month, row in sorted(amounts.items())]))


@pytest.mark.requirement("UTL-02")
def test_the_figures_compare_with_last_year_and_the_target(cast):
    water(cast, {LAST_OCTOBER: (1000, 600, 300), SEPTEMBER: (900, 500, 350), OCTOBER: (950, 500, 440)})
    size(cast)
    size(cast, since=date(2026, 9, 1), pupils=105)
    content = figures_of(asked(Span(OCTOBER, OCTOBER), TODAY))
    (row,) = content["media"]
    told = {name: row[name] for name in ("used", "before", "year_ago", "change", "per_user", "per_user_year_ago", "per_user_change", "target", "meets")}
    assert told == {
        "used": "950.0", "before": "900.0", "year_ago": "1000.0", "change": "-5.0", "per_user": "7.60", "per_user_year_ago": "10.00", "per_user_change": "-24.0",
        "target": "1125.0", "meets": True,
    }  # fmt: skip
    assert [(one["name"], one["used"]["water"]["used"], one["used"]["water"]["change"]) for one in content["buildings"]] == [
        ("乙楼", "500.0", "-16.7"), ("丙楼", "440.0", "46.7"), ("公用和线路损耗", "10.0", None),
    ]  # fmt: skip
    assert content["coal"]["used"] == "0.0"
    assert content["trend"]["lines"]["water"][-2:] == ["900.0", "950.0"]


def test_figures_take_as_many_queries_for_many_meters_as_for_one(cast, django_assert_max_num_queries):
    for n in range(8):
        read(cast, meter_of(cast, f"表{n}", place=building_of(cast, f"楼{n}")), {OCTOBER: 0, date(2026, 11, 1): 10})
    with django_assert_max_num_queries(14):
        figures_of(asked(Span(OCTOBER, OCTOBER), TODAY))


@pytest.mark.requirement("UTL-02")
def test_the_page_and_its_workbook(cast, client):
    water(cast, {OCTOBER: (950, 500, 440)})
    client.force_login(cast.director)
    page = client.get(reverse("utilities:usage"), {"first": "2026-10"})
    assert page.status_code == 200
    assert "2026年10月" in page.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(reverse("utilities:usage-excel"), {"first": "2026-10"}))))
    assert book.sheetnames == ["总的用量", "按楼", "总表和分表", "各块表", "各月"]
    assert [row[0].value for row in book["各块表"].iter_rows(min_row=4) if row[3].value == 950] == ["总水表"]
    for asked_for in (
        {"first": "2026-13"},
        {"first": "abc"},
        {"first": "2026-10", "last": "2026-09"},
        {"first": "2000-01", "last": "2026-10"},
        {"first": "２０２６-10"},
    ):
        assert client.get(reverse("utilities:usage"), asked_for).status_code == 200
    client.force_login(cast.teacher)
    assert client.get(reverse("utilities:usage")).status_code == 403


def test_sizes_are_of_the_school_or_a_building_and_once_a_day(cast):
    size(cast)
    for fields in ({}, {"since": date(2026, 1, 1), "pupils": 0, "boarders": 0, "staff": 0}, {"since": date(2026, 1, 1), "area": Decimal(0)}):
        with pytest.raises(Exception, match=r"这一天|不能都是|大于零"):
            size(cast, **fields)
    with pytest.raises(NotAllowed):
        rules.save_size(actor=cast.teacher, at=NOW, since=TODAY, area=Decimal(5), pupils=1)
    assert SchoolSize.objects.count() == 1


def test_a_factor_is_never_changed(cast):
    factor = rules.add_factor(actor=cast.director, at=NOW, fuel="power", since=TODAY, kgce=Decimal("0.1300"), source="省表", year=2026)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        EnergyFactor.objects.filter(pk=factor.pk).update(kgce=1)
    with pytest.raises(Exception, match="已经有了"):
        rules.add_factor(actor=cast.director, at=NOW, fuel="power", since=TODAY, kgce=Decimal(1), source="省表", year=2026)


@pytest.mark.parametrize("since", [date(1, 1, 1), date(1999, 12, 31), date(9999, 12, 31), TODAY + timedelta(days=400)])
def test_a_number_begins_on_a_day_somebody_means(cast, since):
    with pytest.raises(RuleViolation, match="检查年份"):
        rules.add_factor(actor=cast.director, at=NOW, fuel="power", since=since, kgce=Decimal("0.13"), source="省表", year=2026)
    with pytest.raises(RuleViolation, match="检查年份"):
        size(cast, since=since)
    assert not EnergyFactor.objects.exists()
    assert not SchoolSize.objects.exists()


@pytest.mark.requirement("UTL-02")
def test_a_wrong_factor_of_the_first_of_a_month_is_put_right_by_one_of_the_next_day(cast):
    read(cast, meter_of(cast, "电表", "power"), dial([(OCTOBER, 1000)]))
    for day, kgce in ((1, "12.29"), (2, "0.1229")):
        rules.add_factor(actor=cast.director, at=NOW, fuel="power", since=date(2026, 10, day), kgce=Decimal(kgce), source="省表", year=2026)
    assert figures_of(asked(Span(OCTOBER, OCTOBER), TODAY))["coal"]["used"] == "122.9"


def leak(cast, meter, **fields) -> LeakTest:
    given = {"kind": "night", "first_at": NIGHT, "first": Decimal(100), "second_at": MORNING, "second": Decimal("100.4")} | fields
    return rules.record_leak_test(actor=cast.repairer, at=NOW, meter=meter, **given)


@pytest.mark.requirement("UTL-06")
def test_water_that_runs_at_night_opens_a_problem(cast):
    meter = meter_of(cast)
    assert not leak(cast, meter).is_suspicious
    test = leak(cast, meter, second=Decimal(104), first_at=NIGHT - timedelta(hours=8), second_at=NIGHT)
    assert (test.flow, test.most) == (Decimal("0.5"), Decimal("0.10"))
    problem = UseProblem.objects.get()
    assert problem.description == "夜间没人用的时候每小时还走 0.5 m³，不该超过 0.1 m³"
    assert OutboxMessage.objects.filter(key=f"utilities.problem:{problem.pk}:found").count() == 1


@pytest.mark.requirement("UTL-06")
def test_a_leak_measured_three_nights_long_is_one_line_until_it_is_closed(cast):
    meter = meter_of(cast)
    for n in range(3):
        leak(cast, meter, second=Decimal(104), first_at=NIGHT - timedelta(days=n), second_at=MORNING - timedelta(days=n))
    problem = UseProblem.objects.get()
    assert Event.objects.filter(kind="utilities.useproblem", record_id=problem.pk, action="again").count() == 2
    problem_rules.dismiss_problem(actor=cast.director, at=NOW, record=problem, reason="消防试水")
    leak(cast, meter, second=Decimal(104), first_at=NIGHT - timedelta(days=9), second_at=MORNING - timedelta(days=9))
    assert UseProblem.objects.count() == 2


@pytest.mark.requirement("UTL-02")
def test_a_change_by_head_is_not_that_of_rounded_numbers(cast):
    water(cast, {LAST_OCTOBER: (16, 8, 8), OCTOBER: (14, 7, 7)})
    size(cast, pupils=980)  # 0.016 and 0.014 by head: rounded they would be 0.02 and 0.01
    (row,) = figures_of(asked(Span(OCTOBER, OCTOBER), TODAY))["media"]
    assert (row["change"], row["per_user_change"]) == ("-12.5", "-12.5")


@pytest.mark.requirement("UTL-06")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"second_at": NOW + timedelta(hours=1)}, "还没有到"),
        ({"second_at": NIGHT}, "晚于第一次"),
        ({"second_at": NIGHT + timedelta(minutes=30)}, "隔一小时"),
        ({"first_at": NIGHT - timedelta(days=30)}, "14 天"),
        ({"second": Decimal(99)}, "比第一次还小"),
        ({"second": Decimal(10**7)}, "7 位整数"),
        ({"second": Decimal(9_999_999), "factor": Decimal(999_999)}, "走得太多"),
        ({"first": Decimal(-1)}, "不能小于 0"),
    ],
)
def test_two_looks_that_cannot_be_are_refused(cast, fields, words):
    meter = meter_of(cast)
    meter.devices.update(factor=fields.pop("factor", 1))
    with pytest.raises(RuleViolation, match=words):
        leak(cast, meter, **fields)
    assert not LeakTest.objects.exists()


def test_a_leak_test_is_of_one_device_and_counts_once(cast):
    young = meter_of(cast, "新表", since=TODAY)
    with pytest.raises(RuleViolation, match=r"换过表|没有装表"):
        leak(cast, young)
    meter = meter_of(cast)
    leak(cast, meter)
    with pytest.raises(Conflict):
        leak(cast, meter)


@pytest.fixture
def found(cast) -> UseProblem:
    water(cast, {LAST_OCTOBER: (500, 250, 240), OCTOBER: (1000, 500, 300)})
    rows = problem_rules.find_problems(actor=User.objects.system(), at=NOW, month=OCTOBER)
    return rows[0]


@pytest.mark.requirement("UTL-06")
def test_a_month_finds_each_occasion_once(cast, found):
    keys = set(UseProblem.objects.values_list("key", flat=True))
    main, first = (found.meter_id, found.meter_id + 1)
    assert keys == {f"rise:{main}:2026-10", f"rise:{first}:2026-10", f"loss:{main}:2026-10"}
    assert problem_rules.find_problems(actor=User.objects.system(), at=NOW, month=OCTOBER) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        UseProblem.objects.filter(pk=found.pk).update(key=f"loss:{main}:2026-10")
    with pytest.raises(RuleViolation, match="还没有过完"):
        problem_rules.find_problems(actor=cast.director, at=NOW, month=date(2026, 11, 1))


def give(cast, problem, **fields) -> UseProblem:
    given = {"owner": cast.repairer, "measure": "夜里关总阀查", "due_on": TODAY + timedelta(days=3)} | fields
    return problem_rules.assign_problem(actor=cast.director, at=NOW, record=problem, **given)


@pytest.mark.requirement("UTL-03")
def test_a_problem_is_put_right_by_one_and_looked_at_by_another(cast, found):
    for fields, words in (({"measure": " "}, "整改措施"), ({"due_on": TODAY - timedelta(days=1)}, "期限"), ({"due_on": TODAY + timedelta(days=400)}, "期限")):
        with pytest.raises(RuleViolation, match=words):
            give(cast, found, **fields)
    give(cast, found)
    found.refresh_from_db()
    with pytest.raises(NotAllowed):
        problem_rules.fix_problem(actor=cast.guard, at=NOW, record=found, outcome="修了")
    problem_rules.fix_problem(actor=cast.director, at=NOW, record=found, outcome="换了阀门")
    found.refresh_from_db()
    with pytest.raises(NotAllowed, match="另一位"):
        problem_rules.check_problem(actor=cast.director, at=NOW, record=found, result="pass")
    problem_rules.check_problem(actor=cast.vice, at=NOW, record=found, result="fail", words="还在走")
    found.refresh_from_db()
    assert (found.state, found.returned, found.outcome) == (ProblemState.ASSIGNED, 1, "")
    problem_rules.fix_problem(actor=cast.repairer, at=NOW, record=found, outcome="换了管子")
    problem_rules.check_problem(actor=cast.director, at=NOW, record=UseProblem.objects.get(pk=found.pk), result="pass")
    assert UseProblem.objects.get(pk=found.pk).state == ProblemState.CLOSED
    assert Event.objects.filter(kind="utilities.useproblem", record_id=found.pk).count() == 6


@pytest.mark.requirement("UTL-03")
def test_a_signed_repair_puts_it_right(cast, found, kinds):
    give(cast, found)
    found.refresh_from_db()
    kind = kinds.water
    ticket = problem_rules.open_problem_ticket(actor=cast.repairer, at=NOW, record=found, kind=kind)
    found.refresh_from_db()
    with pytest.raises(RuleViolation, match="已经转了报修"):
        problem_rules.open_problem_ticket(actor=cast.repairer, at=NOW, record=found, kind=kind)
    ticket.state, ticket.work_done, ticket.repairer = TicketState.CLOSED, "补了漏点", cast.repairer  # as the handler is given it
    close(cast, ticket)
    found.refresh_from_db()
    assert (found.state, found.fixed_by) == (ProblemState.FIXED, cast.repairer)
    assert "补了漏点" in found.outcome


def close(cast, ticket) -> None:
    @rule
    def ended(*, actor, at):
        problem_rules.ticket_ended(actor=actor, at=at, origin=Ref(ticket.origin_kind, ticket.origin_id), ticket=ticket)

    ended(actor=cast.director, at=NOW)


def test_what_is_nothing_says_why(cast, found):
    with pytest.raises(RuleViolation, match="为什么"):
        problem_rules.dismiss_problem(actor=cast.director, at=NOW, record=found, reason="")
    problem_rules.dismiss_problem(actor=cast.director, at=NOW, record=found, reason="新增一个年级")
    assert UseProblem.objects.get(pk=found.pk).state == ProblemState.VOID


def test_the_ledger_of_a_year_prints_what_was_done(cast, found, client):
    client.force_login(cast.director)
    answer = client.get(reverse("utilities:use-problem-print"), {"year": "2026"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert client.get(reverse("utilities:use-problem-print"), {"year": "²026"}).status_code in (302, 400, 409, 422)
