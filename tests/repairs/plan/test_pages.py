"""The pages of plans and preventive work, their papers, files and API (REP-10, GEN-04)."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from rest_framework.test import APIClient

from logistics.platform.printing.models import PrintedPaper
from repairs.plan import rules
from repairs.plan.models import PlanItem, PlanList, PlanState, Preventive
from repairs.ticket.models import Ticket
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-10")
ITEM = {"place": "教学楼A座 305", "content": "更换日光灯", "quantity": "12", "unit": "盏", "estimate": "1200.50", "finish_by": "2027-08-20"}


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person, backend="logistics.platform.org.login.StaffOrPhoneBackend")
        return client

    return sign_in


def text(answer) -> str:
    return answer.content.decode()


def test_a_plan_is_written_on_pages_item_by_item(as_, cast, rooms):
    client = as_(cast.director)
    client.post("/repairs/plan/new/", {"title": "暑期", "start_on": "2027-07-05", "end_on": "2027-08-25"})
    plan = PlanList.objects.get()
    again = client.post(f"/repairs/plan/{plan.pk}/add_item/", ITEM | {"again": "1"})
    assert again["Location"] == f"/repairs/plan/{plan.pk}/add_item/"
    client.post(f"/repairs/plan/{plan.pk}/add_item/", ITEM | {"place": "西围墙外", "content": "修排水沟"})
    first, second = plan.items.all()
    assert (first.place, first.place_text, first.estimate) == (rooms.room, "", Decimal("1200.50"))
    assert (second.place, second.place_text) == (None, "西围墙外")
    page = text(client.get(f"/repairs/plan/{plan.pk}/"))
    assert "更换日光灯" in page
    assert "2,401.00" in page
    assert "从表格导入" in page


def test_the_edit_page_of_an_item_starts_from_what_it_says(as_, cast, plan, add, stored):
    item, client = add(), as_(cast.director)
    page = text(client.get(f"/repairs/plan/{plan.pk}/edit_item/?item={item.pk}"))
    assert 'value="1200.00"' in page
    assert "更换日光灯" in page
    client.post(f"/repairs/plan/{plan.pk}/edit_item/", ITEM | {"item": item.pk, "estimate": "900"})
    assert stored(item).estimate == Decimal(900)
    assert PlanItem.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"estimate": "-1"}, {"estimate": "一万"}, {"quantity": "0"}, {"content": ""}, {"place": " "}, {"content": "长" * 301}, {"finish_by": "8月"}]
)
def test_a_wrong_item_is_shown_again_and_nothing_is_kept(as_, cast, plan, changes):
    answer = as_(cast.director).post(f"/repairs/plan/{plan.pk}/add_item/", ITEM | changes)
    assert answer.status_code == 422
    assert "保存" in text(answer)
    assert not plan.items.exists()


def test_the_approver_sees_the_sum_and_approves(as_, cast, plan, add, stored):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    client = as_(cast.vice)
    assert "1 项，预算 1,200.00 元" in text(client.get(f"/repairs/plan/{plan.pk}/approve/"))
    client.post(f"/repairs/plan/{plan.pk}/approve/", {"opinion": "同意"})
    assert (stored(plan).state, stored(plan).decided_by) == (PlanState.APPROVED, cast.vice)


def test_a_stale_page_is_told(as_, cast, plan, add, stored):
    add()
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.principal, at=NOW, record=plan)
    answer = as_(cast.vice).post(f"/repairs/plan/{plan.pk}/return/", {"opinion": "改", "seen": "submitted"})
    assert answer.status_code in (403, 409, 422)
    assert stored(plan).decided_by == cast.principal


def test_an_item_page_offers_what_may_be_done(as_, cast, approved):
    item = approved.items.first()
    page = text(as_(cast.director).get(f"/repairs/plan/{approved.pk}/item/{item.pk}/"))
    assert "登记完成" in page
    assert "打开报修单" in page
    assert "修改项目" not in page
    watching = text(as_(cast.inspector).get(f"/repairs/plan/{approved.pk}/item/{item.pk}/"))
    assert "登记完成" not in watching


def test_an_item_is_finished_and_becomes_a_ticket_by_page(as_, cast, approved, kinds, stored):
    first, second = approved.items.all()
    client = as_(cast.director)
    client.post(f"/repairs/plan/{approved.pk}/finish_item/", {"item": first.pk, "done_on": "2026-11-01", "actual": "1100"})
    assert (stored(first).done_on, stored(first).actual) == (date(2026, 11, 1), Decimal(1100))
    client.post(f"/repairs/plan/{approved.pk}/open_ticket/", {"item": second.pk, "kind": kinds.water.pk, "urgency": "normal"})
    assert Ticket.objects.get() == stored(second).ticket


def test_who_is_in_charge_sees_the_plan_and_finishes_the_own_item(as_, cast, plan, add, stored):
    mine, other = add(owner=cast.guard), add("别人的")
    client = as_(cast.guard)
    assert client.get(f"/repairs/plan/{plan.pk}/").status_code == 403  # nobody has approved it yet
    rules.submit_plan(actor=cast.director, at=NOW, record=plan)
    rules.approve_plan(actor=cast.vice, at=NOW, record=plan)
    assert client.get(f"/repairs/plan/{plan.pk}/").status_code == 200
    assert client.post(f"/repairs/plan/{plan.pk}/finish_item/", {"item": other.pk, "done_on": "2026-11-01", "actual": "0"}).status_code == 422
    client.post(f"/repairs/plan/{plan.pk}/finish_item/", {"item": mine.pk, "done_on": "2026-11-01", "actual": "0"})
    assert (stored(mine).done_on, stored(other).done_on) == (date(2026, 11, 1), None)


@pytest.mark.parametrize("url", ["item/{item}/", "items.xlsx", "finish_item/"])
def test_strangers_do_not_get_to_items(as_, cast, approved, url):
    address = f"/repairs/plan/{approved.pk}/" + url.format(item=approved.items.first().pk)
    assert as_(cast.teacher).get(address).status_code in (403, 404)


def test_items_of_another_plan_are_not_found(as_, cast, approved):
    other = rules.create_plan(actor=cast.director, at=NOW, title="另一份", start_on=date(2027, 1, 1), end_on=date(2027, 1, 2))
    assert as_(cast.director).get(f"/repairs/plan/{other.pk}/item/{approved.items.first().pk}/").status_code == 404


@pytest.mark.requirement("GEN-04")
def test_items_as_a_workbook(as_, cast, approved):
    answer = as_(cast.inspector).get(f"/repairs/plan/{approved.pk}/items.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][:6] == ("序号", "地点", "维修内容", "数量", "单位", "预算（元）")
    assert rows[3][:6] == (1, "教学楼A座 3层 305教室", "更换日光灯", 12, "盏", 1200)
    assert len(rows) == 5


@pytest.mark.requirement("GEN-04")
def test_the_plan_prints_with_its_approval(as_, cast, approved):
    answer = as_(cast.director).get(f"/print/repairs.planlist/{approved.pk}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    paper = PrintedPaper.objects.get()
    assert (paper.number, paper.title) == ("JH-2026-0001", "维修计划表")


def test_preventive_work_is_set_by_page(as_, cast, rooms, kinds):
    given = {
        "title": "检查暖气",
        "place": "三号宿舍楼",
        "kind": kinds.water.pk,
        "work": "逐层放气",
        "season": "heating",
        "owner": cast.plumber.pk,
        "is_active": "on",
    }
    answer = as_(cast.director).post("/repairs/preventive/new/", given)
    assert answer.status_code == 302
    assert (Preventive.objects.get().season, Preventive.objects.get().next_on.month) == ("heating", 10)
    assert as_(cast.director).post("/repairs/preventive/new/", given | {"title": "别的", "every_months": "3"}).status_code == 422
    assert Preventive.objects.count() == 1


def test_preventive_work_is_seen_by_whom_it_is_given_to(as_, cast, preventive):
    work = preventive(owner=cast.guard)
    assert as_(cast.guard).get(f"/repairs/preventive/{work.pk}/").status_code == 200
    assert as_(cast.teacher).get(f"/repairs/preventive/{work.pk}/").status_code == 403


def test_the_api_runs_the_same_rules(cast, plan, rooms, stored):
    director, vice = APIClient(), APIClient()
    director.force_authenticate(cast.director)
    vice.force_authenticate(cast.vice)
    answer = director.post(f"/api/v1/repairs/plans/{plan.pk}/add_item/", ITEM | {"note": ""}, format="json")
    assert answer.status_code == 200
    assert answer.json()["items"][0]["where"] == "教学楼A座 3层 305教室"
    assert vice.post(f"/api/v1/repairs/plans/{plan.pk}/add_item/", ITEM, format="json").status_code == 403
    director.post(f"/api/v1/repairs/plans/{plan.pk}/submit/")
    assert director.post(f"/api/v1/repairs/plans/{plan.pk}/approve/", {}, format="json").status_code == 403
    assert vice.post(f"/api/v1/repairs/plans/{plan.pk}/approve/", {"opinion": "同意"}, format="json").json()["state"] == "approved"
    item = plan.items.get()
    done = director.post(f"/api/v1/repairs/plans/{plan.pk}/finish_item/", {"item": item.pk, "done_on": "2026-11-01", "actual": "5"}, format="json")
    assert done.json()["items"][0]["actual"] == "5.00"
    assert (
        director.post(f"/api/v1/repairs/plans/{plan.pk}/finish_item/", {"item": 10**20, "done_on": "2026-11-01", "actual": "5"}, format="json").status_code
        == 400
    )


def test_the_usual_filters_show_what_they_count(as_, cast, approved, kinds):
    rules.create_plan(actor=cast.director, at=NOW, title="寒假", start_on=date(2027, 1, 1), end_on=date(2027, 1, 2))
    client = as_(cast.director)
    for view in client.get("/repairs/plan/").context["views"]:
        total = client.get(f"/repairs/plan/?{view.query}").context["total"]
        assert view.count in (None, total), view.label
    assert client.get("/repairs/plan/?q=寒假&year=2027").context["total"] == 1
    assert client.get("/repairs/plan/?year=99999").context["total"] == 0


def test_carrying_over_leads_to_the_new_plan(as_, cast, approved):
    answer = as_(cast.director).post(f"/repairs/plan/{approved.pk}/carry/", {"title": "寒假", "start_on": "2027-01-20", "end_on": "2027-02-20"})
    fresh = PlanList.objects.get(title="寒假")
    assert answer["Location"] == f"/repairs/plan/{fresh.pk}/"
    assert fresh.items.count() == 2
