"""The first page and the to-do page (GEN-02, GEN-05)."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from logistics.cockpit.home.greeting import address, date_line, hello
from logistics.cockpit.home.queries import LateBoard, late_board, todo_groups
from logistics.platform.terms.calendar import SchoolCalendar, SpecialDay
from logistics.platform.terms.models import DayKind, Term
from logistics.platform.web import home
from logistics.platform.web.home import Figure, Late, Line, Lines, Todo
from tests.conftest import NOW, SHANGHAI

from .conftest import words

TERM = Term(name="秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))


@pytest.fixture
def only(monkeypatch):
    """only(todos=…, late=…) replaces what the apps tell the first page."""

    def tell(**told):
        fresh = home.Sources(**{name: [lambda user, at, rows=rows: rows] for name, rows in told.items()})
        monkeypatch.setattr(home, "sources", fresh)
        monkeypatch.setattr("logistics.cockpit.home.queries.sources", fresh)

    return tell


def todo(title: str, due_at=None) -> Todo:
    return Todo(title, "细节", "/somewhere/", "派工", "wrench", due_at)


@pytest.mark.parametrize(
    ("name", "title", "said"),
    [
        ("陈国栋", "总务主任", "陈主任"),
        ("林静", "副校长", "林校长"),
        ("王丽萍", "班主任", "王老师"),
        ("周建平", "电工", "周师傅"),
        ("沈岚", "校医", "沈医生"),
        ("欧阳明华", "语文教师", "欧阳老师"),
        ("欧阳", "", "欧老师"),
        ("无角色", "", "无老师"),
    ],
)
def test_people_are_addressed_by_surname_and_title(name, title, said):
    assert address(name, title) == said


@pytest.mark.parametrize(("hour", "said"), [(1, "晚上好"), (6, "早上好"), (10, "上午好"), (12, "中午好"), (15, "下午好"), (20, "晚上好")])
def test_the_greeting_goes_by_the_schools_clock(hour, said):
    assert hello(datetime(2026, 11, 18, hour, 30, tzinfo=SHANGHAI)) == said


@pytest.mark.requirement("ORG-03")
def test_the_date_line_names_the_teaching_week_and_holidays():
    calendar = SchoolCalendar(
        terms=(TERM,), special={date(2026, 10, 1): SpecialDay(DayKind.HOLIDAY, "国庆节"), date(2026, 10, 10): SpecialDay(DayKind.MAKEUP, "国庆节")}
    )
    assert date_line(calendar, date(2026, 11, 20)) == "2026年11月20日 星期五 · 秋季学期第 12 周"
    assert date_line(calendar, date(2026, 10, 1)) == "2026年10月1日 星期四 · 国庆节放假"
    assert date_line(calendar, date(2026, 10, 10)) == "2026年10月10日 星期六 · 秋季学期第 6 周（国庆节调休上班）"
    assert date_line(calendar, date(2027, 2, 10)) == "2027年2月10日 星期三"


@pytest.mark.requirement("GEN-02")
def test_todos_stand_under_late_today_and_later(cast, only):
    at = NOW
    only(todos=[todo("没有期限"), todo("晚上", at + timedelta(hours=9)), todo("过了", at - timedelta(minutes=1)), todo("后天", at + timedelta(days=2))])
    groups = {group.label: [line.todo.title for line in group.lines] for group in todo_groups(cast.director, at)}
    assert groups == {"已经逾期": ["过了"], "今天": ["晚上"], "以后": ["后天", "没有期限"]}
    tones = {line.todo.title: line.tone for group in todo_groups(cast.director, at) for line in group.lines}
    assert tones == {"过了": "late", "晚上": "wait", "后天": "doing", "没有期限": "doing"}


@pytest.mark.requirement("GEN-02")
def test_the_todo_page_says_how_late_and_an_empty_one_says_so(director, only):
    only(todos=[todo("水管漏水", timezone.now() - timedelta(hours=13, minutes=5))])
    page = words(director.get("/todos/"))
    assert "已经逾期" in page
    assert "超 13 小时" in page
    only(todos=[])
    assert "没有等您处理的事" in words(director.get("/todos/"))


@pytest.mark.requirement("GEN-05")
def test_the_first_page_shows_what_waits_what_is_late_and_the_figures(director, only):
    chart = ("每周报修", "<svg></svg>", [("late", "超时")])
    only(
        todos=[todo(f"事 {n}") for n in range(9)],
        late=[Late("报修超时", "最久 13 小时", 2, "/x/"), Late("都按时的", "", 0, "/y/")],
        figures=[Figure("在修报修", "18", "件", "当天修好 91%", "/z/")],
        charts=[chart],
        lists=[Lines("我报的", [Line("灯不亮", "昨天", "/t/", "wrench", "维修中", "doing")], "/all/", "还没有报过修。")],
    )
    page = words(director.get("/"))
    for said in ("总主任", "等我处理", ">9<", "报修超时", "在修报修", "当天修好 91%", "每周报修", "灯不亮", "维修中"):
        assert said in page, said
    assert "都按时的" not in page
    assert page.count('<li class="doing"><span class="glyph">') == 8, "seven to-dos and one line of the list"
    assert "哪里坏了" not in page


@pytest.mark.requirement("GEN-05")
def test_who_has_no_field_gets_the_big_button_and_no_board_of_delays(teacher, plumber, only):
    only(lists=[Lines("我报的", [], "/all/", "还没有报过修。")])
    page = words(teacher.get("/"))
    assert "哪里坏了，说一声" in page
    assert "还没有报过修。" in page
    assert "全校逾期" not in page
    assert "哪里坏了" not in words(plumber.get("/"))


def test_a_field_without_delays_says_so(cast, director, only):
    only(late=[Late("报修超时", "", 0, "/x/")])
    assert late_board(cast.director, NOW).has_field
    assert "没有逾期的事" in words(director.get("/"))


@pytest.fixture
def plumber(as_person):
    return as_person("plumber")


@pytest.mark.requirement("GEN-05")
@pytest.mark.parametrize("key", ["admin", "principal", "vice", "director", "plumber", "headteacher", "teacher", "inspector", "nobody", "guard"])
def test_every_role_opens_its_first_page_and_todos(as_person, key):
    browser = as_person(key)
    assert browser.get("/").status_code == 200
    assert browser.get("/todos/").status_code == 200


def test_the_menu_offers_setup_only_to_who_sets_something_up(director, teacher, as_person):
    assert 'href="/setup/"' in words(director.get("/"))
    assert 'href="/setup/"' not in words(teacher.get("/"))
    assert 'href="/setup/"' in words(as_person("inspector").get("/")), "an inspector reads the journal"
    assert teacher.get("/setup/").status_code == 403
    assert "/setup/journal/" in words(as_person("inspector").get("/setup/"))


def test_who_has_no_field_of_his_own_is_asked_what_is_broken(teacher, director, as_person):
    assert "哪里坏了，说一声" in words(teacher.get("/"))
    assert "哪里坏了，说一声" in words(as_person("nobody").get("/"))
    assert "哪里坏了，说一声" not in words(director.get("/"))


def test_a_long_menu_folds_and_stays_open_where_one_is(director, as_person):
    page = words(director.get("/finance/claim/"))
    menu = page[page.index('aria-label="主菜单"') : page.index("</nav>")]
    opened = menu.index('<details name="menu" open>')
    assert menu.count(" open>") == 1
    assert menu.count("<details") > 4
    assert opened < menu.index('href="/finance/claim/" aria-current="page"') < menu.index("</details>", opened)
    assert '<details name="menu"' not in words(as_person("nobody").get("/"))


def menu_of(response) -> tuple[list[str], str]:
    """(addresses marked as the page one is on, the open section) of the left menu."""
    page = words(response)
    menu = page[page.index('aria-label="主菜单"') : page.index("</nav>")]
    return re.findall(r'href="([^"]*)" aria-current', menu), re.search(r" open><summary>([^<]*)<", menu)[1]


@pytest.mark.parametrize(
    ("here", "marked", "section"),
    [
        ("/dorms/scores/", ["/dorms/scores/"], "宿舍和水电"),
        ("/dorms/check/", ["/dorms/tonight/"], "宿舍和水电"),
        ("/utilities/waste-finding/", ["/utilities/waste/"], "宿舍和水电"),
        ("/assets/card/", ["/assets/card/?state=alive"], "家底"),
        ("/safety/trip/", ["/safety/trip/"], "日常"),
        ("/todos/", ["/todos/"], "日常"),
    ],
)
def test_one_line_of_the_menu_is_marked_and_its_section_open(director, here, marked, section):
    assert menu_of(director.get(here)) == (marked, section)


def test_many_kinds_of_delay_fold_below_the_first():
    board = LateBoard(True, [Late(f"第{n}类", "", 1, "/") for n in range(12)])
    assert [row.label for row in (*board.first, *board.rest)] == [row.label for row in board.rows]
    assert (len(board.first), len(board.rest)) == (8, 4)
    assert LateBoard(True, board.rows[:9]).rest == []
