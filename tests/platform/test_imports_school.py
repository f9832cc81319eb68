"""The school's own lists from a file: places, classes, students, calendar, departments (ORG-01 to ORG-04)."""

from datetime import date, timedelta

import pytest

from logistics.platform.imports import rules
from logistics.platform.imports.models import ImportRun, RunState
from logistics.platform.org.models import Department, SchoolClass, Student, User
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.platform.places.rules import save_place
from logistics.platform.terms.models import CalendarDay, DayKind
from logistics.platform.terms.rules import save_calendar_day
from tests.platform.imports_kit import RIGHTS, found, loader, noted


@pytest.fixture
def clerk(person):
    return person("周建平", *RIGHTS)


@pytest.fixture
def load(clerk, at):
    def upload(key: str, rows: list, **kwargs) -> ImportRun:
        run = loader(clerk, at)(key, rows, **kwargs)
        assert run.state == RunState.PREVIEWED
        return run

    return upload


@pytest.fixture
def commit(clerk, at):
    return lambda run: rules.commit_run(actor=clerk, at=at, run=run)


# Places


@pytest.mark.requirement("ORG-02")
def test_places_come_in_with_the_buildings_and_floors_between(load, commit, clerk, at):
    keeper = User.objects.create(username="K1", name="李敏")
    rows = [
        ["楼栋", "楼层", "房间", "用途", "责任人"],
        ["教学楼A座", 3, "３０５", "教室", "李敏"],
        ["", "", "306", "厕所", ""],
        ["体育馆", "", "", "运动场地", ""],
    ]
    run = load("places", rows, merges=["A2:A3", "B2:B3"])
    assert noted(run)[2, "building"][0] == "会先新建「教学楼A座」「3层」"
    run = commit(run)
    told = [(place.full_name, place.level, place.kind) for place in Place.objects.order_by("full_name")]
    assert told == [
        ("体育馆", Level.BUILDING, PlaceKind.SPORTS),
        ("教学楼A座", Level.BUILDING, PlaceKind.OTHER),
        ("教学楼A座 3层", Level.FLOOR, PlaceKind.OTHER),
        ("教学楼A座 3层 305", Level.ROOM, PlaceKind.CLASSROOM),
        ("教学楼A座 3层 306", Level.ROOM, PlaceKind.TOILET),
    ]
    room = Place.objects.get(name="305")
    assert room.responsible == keeper
    assert room.building.name == "教学楼A座"
    assert room.path.startswith(room.building.path)
    assert rules.undo_run(actor=clerk, at=at, run=run).state == RunState.UNDONE
    assert not Place.objects.exists()


@pytest.mark.requirement("ORG-02")
def test_known_places_are_updated_and_keep_their_code(load, commit, clerk, at):
    campus = save_place(actor=clerk, at=at, level=Level.CAMPUS, name="本部")
    building = save_place(actor=clerk, at=at, level=Level.BUILDING, name="办公楼", parent=campus)
    room = save_place(actor=clerk, at=at, level=Level.ROOM, name="201", parent=building, code="R201")
    office = Department.objects.create(name="总务处")
    run = load(
        "places",
        [
            ["楼号", "房间号", "编码", "使用部门"],
            ["办公楼", 201, "r201", "总务处"],
            ["办公楼", "202", "R201", ""],
            ["办公楼", 203, "", "没有处"],
            ["办公楼", "203", "", ""],
        ],
    )
    assert set(found(run)) == {(3, "code"), (4, "department"), (5, "name")}
    for row in (3, 4):
        run = rules.choose_row(actor=clerk, at=at, run=run, row=f"0:{row}", keep=False)
    run = commit(run)
    room.refresh_from_db()
    assert (room.department, room.code, run.counts["change"], run.counts["new"]) == (office, "R201", 1, 1)
    assert Place.objects.get(name="203").parent == building


@pytest.mark.requirement("ORG-02")
def test_a_place_used_since_stays_with_the_building_it_is_in(load, commit, clerk, at):
    run = commit(load("places", [["楼栋", "房间"], ["甲楼", "101"], ["乙楼", "201"]]))
    SchoolClass.objects.create(name="三(1)班", grade="三年级", room=Place.objects.get(name="101"))
    run = rules.undo_run(actor=clerk, at=at, run=run)
    assert sorted(run.report) == ["「甲楼 101」已经用到了（班级），没有撤回。", "「甲楼」已经用到了（地点），没有撤回。"]
    assert sorted(Place.objects.values_list("name", flat=True)) == ["101", "甲楼"]


@pytest.mark.requirement("ORG-02")
def test_a_second_campus_taken_back_leaves_the_full_names_as_they_were(load, commit, clerk, at):
    commit(load("places", [["校区", "楼栋"], ["本部", "甲楼"]]))
    run = commit(load("places", [["校区", "楼栋"], ["东校区", "乙楼"]]))
    assert sorted(Place.objects.filter(level=Level.BUILDING).values_list("full_name", flat=True)) == ["东校区 乙楼", "本部 甲楼"]
    rules.undo_run(actor=clerk, at=at, run=run)
    assert sorted(Place.objects.values_list("full_name", flat=True)) == ["本部", "甲楼"]


@pytest.mark.requirement("ORG-02")
def test_a_row_that_names_no_place_is_told(load):
    run = load("places", [["楼栋", "房间", "用途"], ["甲楼", "101", "教室"], ["", "", "办公室"], ["甲楼", "102", "天台花园"]])
    assert set(found(run)) == {(3, "name"), (4, "kind")}


# Classes and students


@pytest.mark.requirement("ORG-04")
def test_classes_find_head_teacher_and_room_and_tell_the_grade_they_derive(load, commit, clerk, at):
    teacher = User.objects.create(username="T9", name="李敏")
    building = save_place(actor=clerk, at=at, level=Level.BUILDING, name="教学楼A座")
    floor = save_place(actor=clerk, at=at, level=Level.FLOOR, name="3层", parent=building)
    room = save_place(actor=clerk, at=at, level=Level.ROOM, name="305", parent=floor)
    run = load(
        "classes",
        [
            ["班级", "班主任", "教室"],
            ["三（1）班", "李敏(T9)", "教学楼A座 305"],
            ["高一2班", "", "教学楼A座/3层/305"],
            ["2026级3班", "", "教学楼B座 305"],
            ["实验班", "", ""],
        ],
    )
    assert noted(run)[2, "grade"][0] == "从班级名称看出来的"
    assert set(found(run)) == {(4, "room"), (5, "grade")}
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:4", column="room", text="")
    run = rules.fix_cell(actor=clerk, at=at, run=run, row="0:5", column="grade", text="一年级")
    commit(run)
    assert list(SchoolClass.objects.order_by("pk").values_list("grade", "head_teacher", "room")) == [
        ("三年级", teacher.pk, room.pk),
        ("高一", None, room.pk),
        ("2026级", None, None),
        ("一年级", None, None),
    ]


@pytest.fixture
def classes(db):
    return [SchoolClass.objects.create(name=f"{grade}({n})班", grade=f"{grade}年级") for grade in "三四" for n in (1, 2)]


@pytest.mark.requirement("ORG-04")
def test_students_find_their_class_however_it_is_written(load, commit, classes):
    rows = [
        ["学号", "姓名", "年级", "班级", "性别", "住宿情况"],
        [1, "王　明", "", "三（1）班", "男", "走读"],
        [2, "李红", "", "三年级1班", "女", "住校"],
        [3, "赵四", "四年级", "2班", "男生", "否"],
        [4, "钱五", "四", "2", "", ""],
    ]
    run = load("students", rows)
    assert found(run) == {}
    assert "写法不同" in noted(run)[3, "school_class"][0]
    assert "合起来" in noted(run)[4, "school_class"][0]
    commit(run)
    told = list(Student.objects.order_by("number").values_list("number", "name", "school_class__name", "sex", "is_boarder"))
    assert told == [
        ("1", "王明", "三(1)班", "m", False),
        ("2", "李红", "三(1)班", "f", True),
        ("3", "赵四", "四(2)班", "m", False),
        ("4", "钱五", "四(2)班", "", False),
    ]


@pytest.mark.requirement("ORG-04")
def test_unknown_and_contradicting_classes_are_told(load, classes):
    run = load(
        "students", [["学号", "姓名", "年级", "班级", "性别"], [1, "甲", "", "五(1)班", "男"], [2, "乙", "四年级", "三(1)班", "保密"], [3, "丙", "", "", ""]]
    )
    assert set(found(run)) == {(2, "school_class"), (3, "grade"), (3, "sex"), (4, "school_class")}


@pytest.mark.requirement("ORG-04")
def test_students_move_up_by_importing_the_new_list(load, commit, clerk, at, classes):
    commit(load("students", [["学号", "姓名", "班级"], [1, "王明", "三(1)班"], [2, "李红", "三(2)班"]]))
    run = load("students", [["学号", "姓名", "班级"], [1, "王明", "四(1)班"], [2, "李红", "三(2)班"], [3, "新生", "四(1)班"]])
    assert {name: run.counts[name] for name in ("new", "change", "same")} == {"new": 1, "change": 1, "same": 1}
    assert noted(run)[2, "school_class"][0] == "现在是「三(1)班」"
    run = commit(run)
    assert Student.objects.get(number="1").school_class.name == "四(1)班"
    rules.undo_run(actor=clerk, at=at, run=run)
    assert list(Student.objects.order_by("number").values_list("number", "school_class__name")) == [("1", "三(1)班"), ("2", "三(2)班")]


# Calendar and departments


@pytest.mark.requirement("ORG-03")
def test_a_school_calendar_is_spread_over_its_days(load, commit, clerk, at):
    save_calendar_day(actor=clerk, at=at, on=date(2026, 10, 1), kind=DayKind.HOLIDAY, name="国庆")
    save_calendar_day(actor=clerk, at=at, on=date(2026, 9, 20), kind=DayKind.HOLIDAY, name="误填")
    rows = [["日期", "安排", "节日"], ["2026年10月1日至7日", "放假", "国庆节"], ["2026-09-20", "上班", "国庆节"], ["2026.10.10", "调休", "国庆节"]]
    run = load("calendar", rows)
    assert "1 天校历里已经有了" in noted(run)[2, "on"][0]
    assert noted(run)[3, "kind"][0] == "现在是「放假」"
    run = commit(run)
    days = {day.on: (day.kind, day.name) for day in CalendarDay.objects.all()}
    assert len(days) == 9
    assert days[date(2026, 10, 1)] == (DayKind.HOLIDAY, "国庆")
    assert days[date(2026, 10, 7)] == (DayKind.HOLIDAY, "国庆节")
    assert days[date(2026, 9, 20)] == (DayKind.MAKEUP, "国庆节")
    rules.undo_run(actor=clerk, at=at, run=run)
    assert {day.on: day.name for day in CalendarDay.objects.all()} == {date(2026, 10, 1): "国庆", date(2026, 9, 20): "误填"}


@pytest.mark.requirement("ORG-03")
def test_days_written_twice_are_told_and_a_known_span_changes_nothing(load, clerk, at):
    for number in range(3):
        save_calendar_day(actor=clerk, at=at, on=date(2026, 5, 1) + timedelta(days=number), kind=DayKind.HOLIDAY, name="劳动节")
    run = load(
        "calendar",
        [["日期", "类别", "名称"], ["2026-05-01至2026-05-03", "放假", "劳动节"], ["2026-06-01至2026-06-03", "放假", "端午"], ["2026-06-03", "上班", "端午"]],
    )
    assert found(run) == {(4, "on"): "和第 3 行的日期重复了。"}
    assert run.counts["same"] == 1


@pytest.mark.requirement("ORG-01")
def test_departments_come_first_and_people_after(load, commit):
    commit(load("departments", [["处室", "电话"], ["总务处", "8260 1103"], ["教务处", ""]]))
    assert list(Department.objects.order_by("pk").values_list("name", "phone")) == [("总务处", "82601103"), ("教务处", "")]
    run = load("departments", [["处室", "电话"], ["总务处", "82601104"]])
    assert run.counts["change"] == 1
    commit(run)
    assert Department.objects.get(name="总务处").phone == "82601104"


@pytest.mark.requirement("ORG-01")
def test_the_softwares_own_account_is_not_a_person_to_import(load, db):
    User.objects.system()
    run = load("people", [["工号", "姓名"], ["system", "系统"]])
    assert "系统自己用的" in found(run)[2, "username"]
