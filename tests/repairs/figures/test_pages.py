"""The page of figures: who sees it, where its numbers lead, its workbook, and what it answers to nonsense (REP-09, GEN-04)."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from logistics.platform.access.models import Scope
from logistics.platform.terms.models import Term
from repairs.figures.forms import FiguresForm
from repairs.figures.links import tickets_url
from repairs.figures.names import load_names
from repairs.figures.periods import Period, periods
from repairs.figures.queries import Asked
from repairs.ticket.forms import TicketFilters
from repairs.ticket.models import Ticket
from tests.repairs.figures.kit import AT, TERM, ByHand, person

PAGE = "/repairs/figures/"
EXCEL = "/repairs/figures/excel/"
API = "/api/v1/repairs/figures/"
SPAN = "since=2026-09-01&until=2026-11-20"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def boss(client, db):
    """The browser of somebody who sees every figure and every ticket."""
    user = person(permissions=("repairs.figures.view", "repairs.ticket.view"))
    client.force_login(user)
    client.user = user
    return client


def text_of(response) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("role", ["director", "vice", "principal", "inspector"])
def test_these_roles_see_the_figures(client, cast, role):
    client.force_login(getattr(cast, role))
    assert client.get(PAGE).status_code == 200
    assert client.get(API).status_code == 200


@pytest.mark.parametrize("role", ["teacher", "headteacher", "repairer", "guard", "accountant", "nobody"])
def test_nobody_else_does(client, cast, role):
    client.force_login(getattr(cast, role))
    for address in (PAGE, EXCEL, API, reverse("repairs:month-report-list")):
        assert client.get(address).status_code == 403


def test_without_a_login_the_page_sends_to_it(client, db):
    assert client.get(PAGE).url.startswith("/login/")
    assert client.get(API).status_code in (401, 403)


@pytest.mark.requirement("REP-09")
def test_the_page_shows_the_numbers_counted_by_hand(boss, term):
    by_hand = ByHand(term.all, TERM, AT)
    words = " ".join(text_of(boss.get(f"{PAGE}?{SPAN}")).split())
    assert f"报修 {len(by_hand.reported)} 件" in words
    assert f"超时 {len(by_hand.late)} 件" in words
    assert f"修好 {len(by_hand.finished)} 件" in words
    for name in ("水暖", "教学楼A座", "周建平", "七（1）班", "9月", "还没有派工"):
        assert name in words


@pytest.mark.requirement("REP-09")
def test_every_number_with_a_link_leads_to_just_as_many_tickets(boss, term):
    """The links are read off the page and put to the ticket list's own filters."""
    html = boss.get(f"{PAGE}?{SPAN}").content.decode()
    cells = re.findall(r'<a href="/repairs/ticket/\?([^"]+)">([\d,]+)</a>', html)
    strip = re.findall(r'<a href="/repairs/ticket/\?([^"]+)"><span>[^<]+</span><b>([\d,]+)<small>件', html)
    assert len(cells) > 10 and strip
    for query, shown in cells + strip:
        request = type("Request", (), {"user": boss.user})
        found = TicketFilters(QueryDict(unescape(query)), queryset=Ticket.objects.all(), request=request)
        assert found.form.is_valid(), found.form.errors
        assert found.qs.count() == int(shown.replace(",", "")), query


def test_a_number_the_list_cannot_single_out_has_no_link(school):
    names = load_names()
    today = date(2026, 11, 20)
    assert tickets_url("rating", TERM, names, today=today) == ""
    assert tickets_url("unfinished", Asked(date(2026, 9, 1), date(2026, 9, 30)), names, today=today) == ""
    assert tickets_url("reported", Asked(TERM.since, TERM.until, repairer=school.repairers[2].pk), names, today=today) == ""  # no longer a repairer
    assert tickets_url("reported", Asked(TERM.since, TERM.until, department=school.department.pk), names, today=today) == ""
    assert tickets_url("reported", TERM, names, today=today) == "/repairs/ticket/?since=2026-09-01&until=2026-11-20"


def test_queries_do_not_grow_with_the_tickets(boss, term, django_assert_max_num_queries):
    boss.get("/me/")  # the device is known, what every page keeps is kept
    with django_assert_max_num_queries(12):
        boss.get(f"{PAGE}?{SPAN}&kind={term.kinds[0].pk}&building={term.buildings[0].pk}")
    with django_assert_max_num_queries(12):
        response = boss.get(PAGE)
    assert len(response.content) < 100_000


def test_the_workbook_has_a_sheet_per_table_with_the_same_numbers(boss, term):
    response = boss.get(f"{EXCEL}?{SPAN}&building={term.buildings[0].pk}")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[:3] == ["总的情况", "文字", "按月"]
    assert {"按类别", "按楼栋", "按维修工", "报得最多的地点", "按班级", "按物品", "反复故障", "验收和回访"} < set(book.sheetnames)
    assert "楼栋：教学楼A座" in book["总的情况"]["A2"].value
    by_hand = ByHand([t for t in term.all if t.place.building_id == term.buildings[0].pk], TERM, AT)
    rows = {row[0]: row for row in book["按类别"].iter_rows(values_only=True) if row[0]}
    assert rows["合计"][1:3] == (len(by_hand.reported), len(by_hand.finished))
    assert Decimal(str(rows["合计"][-1])) == sum(t.cost for t in by_hand.finished)
    assert len(book["按月"]._charts) == 1


def test_what_people_typed_never_becomes_markup_or_a_formula(boss, school):
    times = [AT - timedelta(days=n, hours=1) for n in (1, 2, 3)]
    Ticket.objects.bulk_create([school.ticket(at, thing='=1+1"<script>alert(1)</script>', after=30, material_cost=9) for at in times])
    html = boss.get(PAGE).content.decode()
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html
    book = openpyxl.load_workbook(io.BytesIO(boss.get(EXCEL).content))
    assert [cell.data_type for row in book["按物品"].iter_rows() for cell in row if cell.value and str(cell.value).startswith("=")] == ["s"]


NONSENSE = [
    ("since=2026-11-20&until=2026-09-01", "开始不能晚于结束"),
    ("since=2020-01-01&until=2026-11-20", "一次最多看两年"),
    ("since=gestern", "日期写成"),
    ("until=2026-09-01", None),
    ("since=0001-01-01&until=9999-12-31", "日期太"),
    ("since=2026-11-20&until=9999-12-31", "日期太晚"),
    ("kind=999999", "从列出来的里面选"),
    ("kind=x&building=%0A&repairer=-1", "从列出来的里面选"),
    ("place=火星", "没有找到"),
    ("place=" + "长" * 10_000, "200"),
    ("school_class=1e9&department=😀", "从列出来的里面选"),
]


@pytest.mark.parametrize(("query", "sentence"), NONSENSE)
def test_nonsense_gets_a_sentence(boss, term, query, sentence):
    page, book, api = (boss.get(f"{address}?{query}") for address in (PAGE, EXCEL, API))
    if sentence is None:
        sentence = "从哪天开始"
        assert page.status_code == 200
        return
    assert (page.status_code, book.status_code, api.status_code) == (200, 400, 400)
    assert sentence in text_of(page) and sentence in text_of(book)
    assert "合计" not in text_of(page)


def test_a_place_narrows_to_what_is_inside(boss, term):
    words = " ".join(text_of(boss.get(f"{PAGE}?{SPAN}&place=id:{term.buildings[1].pk}")).split())
    by_hand = ByHand([t for t in term.all if t.place.building_id == term.buildings[1].pk], TERM, AT)
    assert f"报修 {len(by_hand.reported)} 件" in words


@pytest.mark.parametrize("scope", [Scope.OWN, Scope.DEPARTMENT])
def test_a_narrow_grant_sees_its_own_figures_but_no_reports_of_the_school(client, term, scope):
    user = person(scope=scope)
    client.force_login(user)
    response = client.get(PAGE)
    assert response.status_code == 200
    assert "这段时间没有报修" in text_of(response) and "维修月报" not in text_of(response)
    assert client.get(reverse("repairs:month-report-list")).status_code == 403


# ---------- periods ----------


def test_the_usual_period_is_the_present_term_so_far(db):
    term = Term(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 20))
    before = Term(name="春季学期", year="2025-2026", start_on=date(2026, 2, 23), end_on=date(2026, 7, 3))
    shown = periods([term, before], date(2026, 11, 20))
    assert shown == [
        Period("本学期", date(2026, 9, 1), date(2026, 11, 20)),
        Period("上学期", date(2026, 2, 23), date(2026, 7, 3)),
        Period("本月", date(2026, 11, 1), date(2026, 11, 20)),
        Period("上月", date(2026, 10, 1), date(2026, 10, 31)),
        Period("近一年", date(2025, 11, 21), date(2026, 11, 20)),
    ]


def test_without_terms_the_usual_period_is_three_months():
    shown = periods([], date(2026, 3, 31))
    assert shown[0] == Period("近三个月", date(2026, 1, 1), date(2026, 3, 31))
    assert [(one.since, one.until) for one in shown if one.label == "上月"] == [(date(2026, 2, 1), date(2026, 2, 28))]


def test_only_a_first_day_means_until_today(school):
    form = FiguresForm(QueryDict("since=2026-10-10"), names=load_names(), usual=Period("本学期", date(2026, 9, 1), date(2026, 11, 20)))
    assert form.is_valid()
    assert (form.asked.since, form.asked.until) == (date(2026, 10, 10), date(2026, 11, 20))


# ---------- API ----------


@pytest.mark.requirement("REP-09")
def test_the_api_gives_the_same_numbers(boss, term):
    data = boss.get(f"{API}?{SPAN}&kind={term.kinds[2].pk}").json()
    by_hand = ByHand([t for t in term.all if t.kind_id == term.kinds[2].pk], TERM, AT)
    total = data["total"]
    assert (total["reported"], total["finished"], total["late"]) == (len(by_hand.reported), len(by_hand.finished), len(by_hand.late))
    assert Decimal(total["cost"]) == sum(t.cost for t in by_hand.finished)
    assert [row["name"] for row in data["kinds"]] == ["门窗"]
    assert [row["name"] for row in data["times"]] == ["9月", "10月", "11月"]
