"""Long imports in the background, what they cost, and a table of another app (AST-14)."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from logistics.platform.imports import rules, targets
from logistics.platform.imports.cells import name, text
from logistics.platform.imports.checking import sheets_of
from logistics.platform.imports.figures import yuan
from logistics.platform.imports.models import ImportData, RunState
from logistics.platform.imports.queries import PAGE_SIZE, preview_of
from logistics.platform.imports.targets import ImportColumn, ImportTarget, target_for
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department, SchoolClass, Student, User
from tests.platform.imports_kit import RIGHTS, loader, noted, staff, work_seconds
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("AST-14")


@pytest.fixture
def clerk(person):
    return person("周建平", *RIGHTS)


@pytest.fixture
def office(db):
    return Department.objects.create(name="总务处")


@pytest.fixture
def load(clerk, at):
    return loader(clerk, at)


def test_a_long_import_goes_to_the_worker_and_comes_in_once(load, clerk, office, at, django_capture_on_commit_callbacks):
    run = load("people", staff(2))
    with django_capture_on_commit_callbacks(execute=True):
        run = rules.ask_commit(actor=clerk, at=at, run=run)
        assert run.state == RunState.COMMITTING
        assert rules.ask_commit(actor=clerk, at=at, run=run).state == RunState.COMMITTING
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert User.objects.filter(username__startswith="G").count() == 2


def test_a_worker_that_is_refused_leaves_the_reason_and_nothing_else(load, clerk, office, at, django_capture_on_commit_callbacks):
    run = load("people", staff(2))
    with django_capture_on_commit_callbacks(execute=True):
        run = rules.ask_commit(actor=clerk, at=at, run=run)
        User.objects.create(username="X1", name="别人", phone="13900000002")
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "第 3 行" in run.note
    assert not User.objects.filter(username__startswith="G").exists()
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:3", column="phone", text="")
    rules.commit_run(actor=clerk, at=at, run=run)
    assert User.objects.filter(username__startswith="G").count() == 2


def test_queries_do_not_grow_with_the_rows(load, clerk, office, at, django_assert_max_num_queries):
    counts = []
    for rows in (staff(3), staff(60)):
        User.objects.filter(username__startswith="G").delete()
        with CaptureQueriesContext(transaction.get_connection()) as seen:
            rules.commit_run(actor=clerk, at=at, run=load("people", rows))
        counts.append(len(seen))
    assert counts[1] - counts[0] <= 4
    run = load("people", staff(60))
    with django_assert_max_num_queries(3):
        data = ImportData.objects.get(run=run)
        page = preview_of(run, data, target_for("people"), sheets_of(data, target_for("people")), view="all", number=9)
    assert (page.pages, page.number, len(page.rows)) == (2, 2, 60 - PAGE_SIZE)


# A target of another app


def test_a_target_with_money_and_a_record_to_go_under(monkeypatch, clerk, office, at):
    monkeypatch.setattr(targets, "_targets", {})
    made = []

    def resolve(rows, *, user, into):
        for row in rows:
            if into == 8 and "cost" in row.values and row.values["cost"] > 10**6:
                row.refuse("cost", "超过百万。")

    def create(*, actor, at, rows, into):
        made.extend((into, row["title"], row["cost"]) for row in rows)
        return [Department.objects.create(name=row["title"]) for row in rows]

    target = ImportTarget(
        key="plan", label="维修计划", permission="platform.people.manage", model="platform.Department", resolve=resolve, create=create,
        into=targets.Into("计划", lambda user: [(7, "暑期维修"), (8, "寒假维修")]),
        columns=(ImportColumn("title", "项目名称", name(50), required=True), ImportColumn("cost", "预算", yuan(), required=True, unit="元"), ImportColumn("note", "备注", text(200))),
    )  # fmt: skip
    targets.register(target)
    with pytest.raises(ValueError, match="registered twice"):
        targets.register(target)
    content = xlsx([["校舍维修计划（单位：万元）", ""], ["项目名称", "预算"], ["防水", 0.5], ["吊顶", "1.6万元"], ["门", "3000元"]], merges=["A1:B1"])
    with pytest.raises(RuleViolation, match="请先选计划"):
        rules.start_run(actor=clerk, at=at, target=target, name="计划.xlsx", content=content)
    run = rules.start_run(actor=clerk, at=at, target=target, name="计划.xlsx", content=content, into=7)
    assert run.mapping["预算"]["unit"] == "万元"
    assert noted(run)[3, "cost"] == ["按「万元」换算成元", "5,000.00"]
    rules.commit_run(actor=clerk, at=at, run=run)
    assert made[-3:] == [(7, "防水", Decimal("5000.00")), (7, "吊顶", Decimal("16000.00")), (7, "门", Decimal("3000.00"))]


def test_ten_thousand_rows_are_checked_and_imported_within_seconds(load, clerk, at, record_property):
    classes = [SchoolClass.objects.create(name=f"{grade}({n})班", grade=f"{grade}年级") for grade in "一二三四五六" for n in range(1, 7)]
    rows = [["学号", "姓名", "班级", "性别", "是否住校"]] + [[20260000 + n, f"学生{n % 700}", classes[n % 36].name, "男女"[n % 2], "×"] for n in range(10_000)]
    began = work_seconds()
    run = load("students", rows)
    rules.commit_run(actor=clerk, at=at, run=run)
    record_property("seconds", round(work_seconds() - began, 2))
    assert Student.objects.count() == 10_000
    assert work_seconds() - began < 10
