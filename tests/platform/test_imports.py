"""An import from upload to undo: mapping, checking, fixing, all or nothing, taking back (AST-14, ORG-04)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.audit.models import Event
from logistics.platform.imports import rules
from logistics.platform.imports.checking import sheets_of
from logistics.platform.imports.models import ImportData, ImportMemory, ImportRun, RunState
from logistics.platform.imports.queries import runs_visible_to, skipped_rows
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import Department, SchoolClass, User
from tests.platform.imports_kit import HEAD, RIGHTS, found, loader, noted, staff

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


# From upload to commit


def test_a_clean_file_is_mapped_checked_and_imported_whole(load, clerk, office, at):
    run = load("people", staff(3))
    assert run.state == RunState.PREVIEWED
    assert {name: run.counts[name] for name in ("new", "change", "same", "bad")} == {"new": 3, "change": 0, "same": 0, "bad": 0}
    assert not User.objects.filter(username__startswith="G").exists()

    run = rules.commit_run(actor=clerk, at=at, run=run)

    assert run.state == RunState.DONE
    assert (run.done_by, run.done_at) == (clerk, at)
    people = User.objects.filter(username__startswith="G").order_by("username")
    assert [(one.name, one.phone, one.department) for one in people] == [(f"教师{n}", f"139{n:08d}", office) for n in (1, 2, 3)]
    assert Event.objects.filter(kind="platform.user", action="create").count() == 3
    assert Event.objects.filter(kind="platform.importrun", action="commit", record_id=run.pk).count() == 1


def test_a_second_tap_on_import_writes_nothing_twice(load, clerk, office, at):
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(2)))
    events = Event.objects.count()
    again = rules.commit_run(actor=clerk, at=at, run=run)
    assert again.state == RunState.DONE
    assert User.objects.filter(username__startswith="G").count() == 2
    assert Event.objects.count() == events


def test_every_problem_is_told_by_row_and_column_and_nothing_is_written(load, clerk, office, at):
    rows = [["某校教职工名册"], HEAD, ["G001", "教师1", "总务处", "139"], ["", "教师2", "总物处", ""], ["G001", "", "", ""], ["合计", 3, "", ""]]
    run = load("people", rows)
    problems = found(run)
    assert set(problems) == {(3, "phone"), (4, "username"), (4, "department"), (5, "username"), (5, "name")}
    assert problems[4, "username"] == "工号必填。"
    assert problems[5, "username"] == "和第 3 行重复了。"
    assert "没有「总物处」这个部门" in problems[4, "department"]
    assert (run.counts["bad"], run.counts["skipped"]) == (3, 1)
    with pytest.raises(RuleViolation, match="还有 3 行要改"):
        rules.commit_run(actor=clerk, at=at, run=run)
    run.refresh_from_db()
    assert run.state == RunState.PREVIEWED
    assert not User.objects.filter(name__startswith="教师").exists()


def test_what_only_the_rule_knows_is_found_by_the_rehearsal(load, clerk, office, at):
    run = load("people", [HEAD, ["张 三号".replace(" ", "中"), "教师1", "总务处", ""], ["G002", "教师2", "", ""]])
    assert "工号用字母" in found(run)[2, "username"]
    assert run.counts["bad"] == 1
    assert not User.objects.filter(name__startswith="教师").exists()
    assert not Event.objects.filter(kind="platform.user").exists()


def test_data_that_changed_after_the_preview_are_found_at_commit(load, clerk, office, at):
    run = load("people", staff(2))
    User.objects.create(username="X1", name="别人", phone="13900000002")
    with pytest.raises(RuleViolation, match="第 3 行「工号」：手机号"):
        rules.commit_run(actor=clerk, at=at, run=run)
    run.refresh_from_db()
    assert run.state == RunState.PREVIEWED
    assert not User.objects.filter(username__startswith="G").exists()


def test_a_stored_row_is_changed_only_where_it_differs(load, clerk, office, at):
    kept = User.objects.create(username="G001", name="教师1", pinyin="x", department=office, phone="13900000001", title="主任")
    moved = User.objects.create(username="G002", name="教师贰", pinyin="x", phone="13700000000")
    run = load("people", staff(2))
    assert {name: run.counts[name] for name in ("new", "change", "same", "bad")} == {"new": 0, "change": 1, "same": 1, "bad": 0}
    assert noted(run)[3, "name"][0] == "现在是「教师贰」"
    rules.commit_run(actor=clerk, at=at, run=run)
    kept.refresh_from_db()
    moved.refresh_from_db()
    assert (kept.title, kept.name) == ("主任", "教师1")
    assert (moved.name, moved.phone, moved.department) == ("教师2", "13900000002", office)
    assert not Event.objects.filter(kind="platform.user", record_id=kept.pk).exists()


def test_a_blank_cell_leaves_the_stored_value(load, clerk, office, at):
    person = User.objects.create(username="G001", name="教师1", pinyin="x", phone="13900000001", department=office)
    run = load("people", [HEAD, ["G001", "教师1", "", ""]])
    assert run.counts["same"] == 1
    with pytest.raises(RuleViolation, match="没有要导入的行"):
        rules.commit_run(actor=clerk, at=at, run=run)
    person.refresh_from_db()
    assert person.phone == "13900000001"


def test_a_person_of_a_common_name_is_asked_for_by_number(load, clerk, at):
    one, two = (User.objects.create(username=f"W{n}", name="王丽萍") for n in (1, 2))
    run = load("classes", [["班级", "年级", "班主任"], ["三(1)班", "三年级", "王丽萍"], ["三(2)班", "三年级", "W2"], ["三(3)班", "三年级", "王丽平"]])
    problems = found(run)
    assert "有 2 个「王丽萍」" in problems[2, "head_teacher"]
    assert "W1" in problems[2, "head_teacher"] and "W2" in problems[2, "head_teacher"]
    assert (3, "head_teacher") not in problems
    assert ImportData.objects.get(run=run).findings["0:4"]["p"]["head_teacher"][1] == "王丽萍"
    for row in (2, 4):
        run = rules.fix_cell(actor=clerk, at=at, run=run, row=f"0:{row}", column="head_teacher", text="W1")
    rules.commit_run(actor=clerk, at=at, run=run)
    assert list(SchoolClass.objects.values_list("name", "head_teacher")) == [("三(1)班", one.pk), ("三(2)班", two.pk), ("三(3)班", one.pk)]


# Mapping


def test_unknown_headings_wait_for_the_person_and_are_remembered(load, clerk, office, at):
    odd = [["教工代码", "称呼", "备用"], ["G001", "教师1", "x"]]
    run = load("people", odd)
    assert run.state == RunState.READ
    with pytest.raises(RuleViolation, match="必填的栏目：工号"):
        rules.set_mapping(actor=clerk, at=at, run=run, mapping={"称呼": {"column": "name"}}, constants={})
    with pytest.raises(RuleViolation, match="「姓名」选了两次"):
        rules.set_mapping(
            actor=clerk, at=at, run=run, mapping={"称呼": {"column": "name"}, "备用": {"column": "name"}, "教工代码": {"column": "username"}}, constants={}
        )
    run.refresh_from_db()
    assert run.state == RunState.READ
    assert not ImportMemory.objects.exists()

    run = rules.set_mapping(
        actor=clerk, at=at, run=run, mapping={"教工代码": {"column": "username"}, "称呼": {"column": "name"}}, constants={"department": "总务处"}
    )
    assert run.state == RunState.PREVIEWED
    rules.commit_run(actor=clerk, at=at, run=run)
    assert User.objects.get(username="G001").department == office

    again = load("people", [["这是", "一行", "很忙的", "标题"], odd[0], ["G002", "教师2", "y"]])
    assert again.state == RunState.PREVIEWED
    assert again.mapping["备用"]["column"] == ""


def test_a_heading_that_is_only_alike_is_offered_but_not_taken_for_granted(load):
    run = load("people", [["工号", "姓名", "手机号码1"], ["G001", "教师1", ""]])
    assert run.state == RunState.READ
    assert run.mapping["手机号码1"] == {"column": "phone", "unit": "", "how": "like"}


def test_other_names_brackets_stars_and_joined_headings_are_known(load, office):
    rows = [["基本信息", "", "联系方式", ""], ["*职工号", "教师姓名（必填）", "手机号码", "所在部门"], ["G001", "教师1", "", "总务处"]]
    run = load("people", rows, merges=["A1:B1", "C1:D1"])
    assert run.state == RunState.PREVIEWED
    assert {chosen["column"] for chosen in run.mapping.values()} == {"username", "name", "phone", "department"}


def test_sheets_with_the_same_headings_come_in_together_and_say_which_sheet(load, clerk, office, at):
    one, two = staff(1), [HEAD, ["G001", "教师9", "总务处", ""], ["G009", "教师9", "没有处", ""]]
    run = load("people", one, two, [["使用说明"], ["先填工号"]], names=["教学楼", "办公楼", "说明"])
    data = ImportData.objects.get(run=run)
    assert [layout["chosen"] for layout in data.layouts] == [True, True, False]
    assert data.findings["1:2"]["p"]["username"][0] == "和工作表「教学楼」第 2 行重复了。"
    with pytest.raises(RuleViolation, match="工作表「办公楼」第 2 行"):
        rules.commit_run(actor=clerk, at=at, run=run)
    run = rules.set_sheets(actor=clerk, at=at, run=run, chosen=[0], headings={})
    assert run.state == RunState.READ
    run = rules.set_mapping(actor=clerk, at=at, run=run, mapping=run.mapping, constants={})
    assert (run.counts["new"], run.counts["bad"]) == (1, 0)


def test_a_wrong_heading_row_can_be_corrected(load, clerk, office, at):
    rows = [["单位", "总务处", "年度", "2026"], ["代码", "叫法", "", ""], ["G001", "教师1", "", ""], ["G002", "教师2", "", ""]]
    run = load("people", rows)
    run = rules.set_sheets(actor=clerk, at=at, run=run, chosen=[0], headings={0: (2, 2)})
    assert list(run.mapping)[:2] == ["代码", "叫法"]
    for heading in ((4, 4), (9, 9), (3, 2), (1, 9)):
        with pytest.raises(RuleViolation, match="表头行不对"):
            rules.set_sheets(actor=clerk, at=at, run=run, chosen=[0], headings={0: heading})
    with pytest.raises(RuleViolation, match="至少选一张"):
        rules.set_sheets(actor=clerk, at=at, run=run, chosen=[], headings={})


# Fixing in place


def test_one_cell_or_all_alike_are_mended_in_place(load, clerk, office, at):
    rows = [HEAD, *([f"G{n:03d}", f"教师{n}", "总物处", ""] for n in range(1, 6)), ["G006", "教师6", "乱写", ""]]
    run = load("people", rows)
    assert run.counts["bad"] == 6
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:2", column="department", text="总务处", everywhere=True)
    assert run.counts["bad"] == 1
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:7", column="department", text="")
    assert run.counts["bad"] == 0
    rules.commit_run(actor=clerk, at=at, run=run)
    assert User.objects.filter(department=office, username__startswith="G").count() == 5
    assert User.objects.get(username="G006").department is None


def test_a_mended_cell_is_read_like_any_other(load, clerk, office, at):
    run = load("people", [HEAD, ["G001", "教师1", "", "13900000001"]])
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:2", column="phone", text="１２３")
    assert found(run)[2, "phone"]
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:2", column="phone", text="１３９ ０００ ００００９")
    assert run.counts["bad"] == 0
    rules.commit_run(actor=clerk, at=at, run=run)
    assert User.objects.get(username="G001").phone == "13900000009"


@pytest.mark.parametrize(
    ("row", "column", "text_"), [("0:99", "name", "x"), ("7:2", "name", "x"), ("x", "name", "x"), ("0:2", "nothing", "x"), ("0:2", "name", "长" * 501)]
)
def test_a_cell_that_is_not_there_cannot_be_mended(load, clerk, office, at, row, column, text_):
    run = load("people", staff(1))
    with pytest.raises(RuleViolation):
        rules.fix_cell(actor=clerk, at=at, run=run, row=row, column=column, text=text_)
    assert ImportData.objects.get(run=run).fixes == {}


def test_a_row_can_be_left_out_and_a_skipped_one_called_back(load, clerk, office, at):
    rows = [HEAD, ["G001", "教师1", "", "坏"], ["小计", "", "", ""], ["G002", "教师2", "", ""]]
    run = load("people", rows)
    run = rules.choose_row(actor=clerk, at=at, run=run, row="0:2", keep=False)
    assert (run.counts["bad"], run.counts["new"], run.counts["skipped"]) == (0, 1, 2)
    run = rules.choose_row(actor=clerk, at=at, run=run, row="0:3", keep=True)
    assert found(run) == {(3, "name"): "姓名必填。"}
    data = ImportData.objects.get(run=run)
    told = skipped_rows(data, sheets_of(data, target_for("people")))
    assert [(one.number, one.reason, one.kept) for one in told] == [(2, "您选了不导入", False), (3, "合计行", True)]


def test_merged_cells_count_for_every_row_only_where_the_column_says_so(load, clerk, office, at):
    rows = [HEAD, ["G001", "教师1", "总务处", "13900000001"], ["G002", "教师2", "", ""], ["G003", "", "", ""]]
    run = load("people", rows, merges=["C2:C4", "B3:B4", "D2:D3"])
    assert noted(run)[3, "department"][0] == "合并单元格，和第 2 行一样"
    assert "和第 3 行是合并单元格" in found(run)[4, "name"]
    assert ImportData.objects.get(run=run).findings["0:4"]["p"]["name"][1] == "教师2"
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:4", column="name", text="教师3")
    rules.commit_run(actor=clerk, at=at, run=run)
    assert User.objects.filter(username__startswith="G", department=office).count() == 3
    assert User.objects.get(username="G002").phone == ""


# Who may, and what happens to the contents


def test_only_who_may_manage_the_target_may_import_it(load, clerk, person, office, at):
    stranger, students = person("外人"), person("学籍", "platform.students.manage")
    run = load("people", staff(1))
    for act in (
        lambda who: load("people", staff(1), who=who),
        lambda who: rules.set_mapping(actor=who, at=at, run=run, mapping={}, constants={}),
        lambda who: rules.fix_cell(actor=who, at=at, run=run, row="0:2", column="name", text="x"),
        lambda who: rules.commit_run(actor=who, at=at, run=run),
        lambda who: rules.ask_commit(actor=who, at=at, run=run),
        lambda who: rules.undo_run(actor=who, at=at, run=run),
        lambda who: rules.drop_run(actor=who, at=at, run=run),
    ):
        for who in (stranger, students):
            with pytest.raises(NotAllowed):
                act(who)
    assert list(runs_visible_to(clerk)) == [run]
    assert not runs_visible_to(students).exists()
    assert not User.objects.filter(username="G001").exists()


def test_a_finished_run_cannot_be_touched_any_more(load, clerk, office, at):
    run = rules.commit_run(actor=clerk, at=at, run=load("people", staff(1)))
    for act in (
        lambda: rules.fix_cell(actor=clerk, at=at, run=run, row="0:2", column="name", text="x"),
        lambda: rules.choose_row(actor=clerk, at=at, run=run, row="0:2", keep=False),
        lambda: rules.set_mapping(actor=clerk, at=at, run=run, mapping={}, constants={}),
        lambda: rules.set_sheets(actor=clerk, at=at, run=run, chosen=[0], headings={}),
        lambda: rules.check_run(actor=clerk, at=at, run=run),
        lambda: rules.drop_run(actor=clerk, at=at, run=run),
    ):
        with pytest.raises(Conflict, match="已导入"):
            act()


def test_giving_up_deletes_what_was_uploaded(load, clerk, office, at):
    run = rules.drop_run(actor=clerk, at=at, run=load("people", staff(1)))
    assert run.state == RunState.DROPPED
    assert not ImportData.objects.filter(run=run).exists()


def test_old_contents_are_forgotten_and_the_record_of_the_import_stays(load, clerk, office, at):
    done = rules.commit_run(actor=clerk, at=at, run=load("people", staff(1)))
    waiting, fresh = load("people", [["甲", "乙"], ["1", "2"]]), load("people", staff(2))
    ImportRun.objects.filter(pk=fresh.pk).update(created_at=at + timedelta(days=20))
    system = User.objects.system()
    assert rules.forget_old(actor=system, at=at + timedelta(days=31)) == 2
    assert {run.pk for run in ImportRun.objects.exclude(data=None)} == {fresh.pk}
    waiting.refresh_from_db()
    done.refresh_from_db()
    assert (waiting.state, done.state) == (RunState.DROPPED, RunState.DONE)
    assert done.counts["new"] == 1


def test_a_heading_is_remembered_once(db):
    ImportMemory.objects.create(target="people", heading="甲", column="name")
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportMemory.objects.create(target="people", heading="甲", column="")
