"""The budget's pages, papers, workbook and import (FIN-01, FIN-13)."""

import io
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook

from finance.budget.execution import execution
from finance.budget.first_run import USUAL_FUNDS, make_usual
from finance.budget.models import BudgetItem, BudgetLine, Fund
from finance.budget.queries import lines_visible_to, usable_lines
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.imports import rules as imports
from logistics.platform.imports.targets import target_for
from logistics.platform.org.models import Department
from tests.conftest import NOW
from tests.finance.budget.conftest import parts
from tests.pdf import Pdf
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("FIN-01")


@pytest.fixture
def browse():
    def as_person(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return as_person


def test_the_head_of_a_department_sees_its_lines_only(budget, cast, browse):
    Department.objects.filter(pk=budget.office.pk).update(head=cast.keeper)
    assert lines_visible_to(cast.keeper).count() == 3
    Department.objects.filter(pk=budget.office.pk).update(head=None)
    Department.objects.filter(pk=budget.teaching.pk).update(head=cast.keeper)
    assert lines_visible_to(cast.keeper).count() == 0
    assert browse(cast.keeper).get(f"/finance/line/{budget.line.pk}/").status_code == 404
    assert browse(cast.accountant).get(f"/finance/line/{budget.line.pk}/").status_code == 200
    assert browse(cast.teacher).get("/finance/line/").status_code == 403


def test_a_request_may_name_the_lines_of_the_own_department(budget, cast):
    assert usable_lines(cast.buyer).count() == 3
    assert usable_lines(cast.teacher).count() == 0


def test_the_list_shows_sums_and_marks_what_is_nearly_gone(budget, cast, browse):
    budget.spend(900)
    page = browse(cast.accountant).get("/finance/line/?state=open&tight=1")
    assert page.context["totals"].spent == 900
    assert "办公费" in page.context["body"]
    assert "维修（护）费" not in page.context["body"]
    assert "90%" in page.context["body"]


def test_the_line_shows_its_ledger_and_who_holds_money(budget, cast, browse):
    budget.reserve(300, note="打印纸")
    text = browse(cast.accountant).get(f"/finance/line/{budget.line.pk}/").content.decode()
    assert "申请占用 300.00" in text
    assert "打印纸" in text


@pytest.mark.parametrize(
    ("amount", "words"),
    [("十元", "请填数字"), ("1.005", "小数"), ("-1", "大于或等于"), ("1000000000000", "12"), ("", "请填写这一项")],
)
def test_a_wrong_amount_stands_at_its_field_and_nothing_is_saved(drafted, cast, browse, amount, words):
    count = BudgetLine.objects.count()
    given = {
        "year": drafted.year.pk,
        "department": drafted.teaching.pk,
        "item": drafted.paper.pk,
        "fund": drafted.usual.pk,
        "allotment": amount,
        "note": "留着",
    }
    answer = browse(cast.accountant).post("/finance/line/new/", given)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["allotment"])
    assert "留着" in answer.content.decode()
    assert BudgetLine.objects.count() == count


def test_the_report_stops_at_the_end_of_its_month(budget, later):
    budget.spend(400)
    november = execution(budget.year, BudgetLine.objects.all(), month=11)
    assert (november.total.allotment, november.total.spent, november.total.month, november.total.rate) == (3500, 400, 400, 11)
    assert [row.code for row in november.items] == ["30201", "30213"]
    assert november.items[1].opening == 2500
    assert [row.name for row in november.departments] == ["总务处"]
    assert execution(budget.year, BudgetLine.objects.all(), month=10).total.spent == 0


def test_the_workbook_and_the_paper_say_the_same(budget, cast, browse):
    budget.spend(400)
    reader = browse(cast.inspector)
    book = load_workbook(io.BytesIO(reader.get(f"/finance/year/{budget.year.pk}/excel/?month=11").content))
    assert book.sheetnames == ["按科目", "按部门", "按经费", "按月"]
    values = [cell.value for row in book["按科目"].iter_rows() for cell in row]
    assert 400 in values
    paper = reader.get(f"/finance/year/{budget.year.pk}/execution.pdf?month=11")
    text = Pdf(paper.content).text()
    assert "2026年11月预算执行表" in text
    assert "3,100.00" in text


@pytest.mark.parametrize("address", ["?month=13", "?month=x"])
def test_a_month_that_does_not_exist_is_not_found(budget, cast, browse, address):
    assert browse(cast.accountant).get(f"/finance/year/{budget.year.pk}/{address}").status_code == 404


def test_the_ledger_and_the_change_print(budget, cast, browse):
    from finance.budget import change_rules

    change = change_rules.create_change(actor=cast.accountant, at=NOW, kind="adjust", line=budget.line, amount=Decimal(1284), reason="增拨")
    load_usual_chains(actor=cast.director, at=NOW)
    change_rules.submit_change(actor=cast.accountant, at=NOW, record=change)
    reader = browse(cast.accountant)
    assert "预算明细账" in Pdf(reader.get(f"/print/finance.budgetline/{budget.line.pk}/").content).text()
    text = Pdf(reader.get(f"/print/finance.budgetchange/{change.pk}/").content).text()
    assert "壹仟贰佰捌拾肆元整" in text


HEAD = ["部门", "科目", "经费来源", "预算金额（万元）"]


def load(cast, into, *rows):
    return imports.start_run(actor=cast.accountant, at=NOW, target=target_for("finance-lines"), name="预算.xlsx", content=xlsx([HEAD, *rows]), into=into)


def test_a_budget_sheet_goes_in(drafted, cast):
    run = load(cast, drafted.year.pk, ["理科组", "30201 办公费", "公用经费", 1.25], ["总务处", "办公费", "公用经费", 0.2])
    assert found(run) == {}
    imports.commit_run(actor=cast.accountant, at=NOW, run=run)
    assert drafted.year.lines.count() == 4
    assert parts(drafted.line)[0] == 2000
    assert parts(drafted.year.lines.get(department=drafted.teaching))[0] == 12500


@pytest.mark.requirement("FIN-13")
def test_a_budget_sheet_with_wrong_cells_says_where(drafted, cast):
    rows = [
        ["没有的处", "办公费", "公用经费", 1],
        ["总务处", "30201", "校舍维修专项", 1],
        ["总务处", "办公费", "公用经费", "约1"],
        ["总务处", "办公费", "公用经费", 2],
    ]
    run = load(cast, drafted.year.pk, *rows)
    problems = found(run)
    assert {(2, "department"), (3, "item"), (4, "allotment")} <= set(problems)
    assert "不能用于" in problems[3, "item"]
    assert drafted.year.lines.count() == 3


@pytest.mark.requirement("FIN-13")
def test_a_school_begins_with_the_usual_funds_once(cast):
    for _ in range(2):
        make_usual(actor=cast.accountant, at=NOW)
    assert set(Fund.objects.values_list("name", flat=True)) == set(USUAL_FUNDS)
    assert BudgetItem.objects.filter(code="30201", name="办公费").count() == 1
    assert not Fund.objects.get(name="校舍维修专项").allows(BudgetItem.objects.get(code="30201"))
