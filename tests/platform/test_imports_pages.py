"""Importing on screen: upload, mapping, preview, fixing, import, undo; whoever may not sees nothing (AST-14)."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.platform.audit.models import Event
from logistics.platform.imports.models import ImportData, ImportRun, RunState
from logistics.platform.imports.reader import MAX_BYTES
from logistics.platform.org.models import Department, User
from tests.platform.imports_kit import HEAD
from tests.platform.office_files import saved, xls, xlsx

pytestmark = pytest.mark.requirement("AST-14")


@pytest.fixture
def clerk(person):
    return person("周建平", "platform.people.manage")


@pytest.fixture
def web(client, clerk):
    client.force_login(clerk, backend="logistics.platform.org.login.StaffOrPhoneBackend")
    return client


@pytest.fixture
def office(db):
    return Department.objects.create(name="总务处")


def upload(web, *sheets, key="people", name="名册.xlsx", content: bytes | None = None):
    file = SimpleUploadedFile(name, content if content is not None else xlsx(*sheets))
    return web.post(reverse("imports:new", args=[key]), {"file": file, "pasted": ""})


def body(response) -> str:
    return response.content.decode()


def latest() -> ImportRun:
    return ImportRun.objects.latest("pk")


def test_the_story_from_upload_to_undo(web, office):
    page = web.get(reverse("imports:index"))
    assert "教职工" in body(page) and "学生" not in body(page).split("导入过的")[0].split("<main")[1]

    answer = upload(web, [["某校名册"], HEAD, ["G001", "王　芳", "总物处", "139 0000 0001"], ["G002", "李敏", "总物处", ""], ["合计", 2, "", ""]])
    run = latest()
    address = reverse("imports:run", args=[run.pk])
    assert answer.headers["Location"] == address

    page = body(web.get(address))
    assert "还有 2 行要改" in page and "cell-bad" in page and "没有「总物处」这个部门" in page
    assert "cell-fix" in page and "原文 王　芳" in page
    assert "合计行" in body(web.get(address, {"view": "skipped"}))

    answer = web.post(reverse("imports:fix", args=[run.pk]), {"cell 0:3 department": "总务处", "all 0:3 department": "on", "view": "bad", "page": "1"})
    assert answer.headers["Location"] == f"{address}?view=bad&page=1"
    page = body(web.get(address))
    assert "导入全部 2 行" in page and "cell-bad" not in page

    assert web.post(reverse("imports:commit", args=[run.pk])).headers["Location"] == address
    assert User.objects.filter(department=office).count() == 2
    page = body(web.get(address))
    assert "撤回这次导入" in page and "教职工已导入" in page
    assert "名册.xlsx" in body(web.get(reverse("imports:index")))

    web.post(reverse("imports:undo", args=[run.pk]))
    assert not User.objects.filter(department=office).exists()
    assert "整批撤回了" in body(web.get(address))


def test_characters_no_database_takes_are_left_out(web, office):
    upload(web, name="旧.xls", content=xls([["工号", "姓名"], ["G001", "王\x00芳"]], name="名\x00册"))
    assert latest().counts["new"] == 1
    web.post(reverse("imports:commit", args=[latest().pk]))
    assert User.objects.get(username="G001").name == "王芳"


def test_pasted_cells_are_read_like_a_file(web, office):
    pasted = "\n".join("\t".join(row) for row in (HEAD, ["G001", "王芳", "总务处", ""]))
    web.post(reverse("imports:new", args=["people"]), {"pasted": pasted})
    assert latest().counts["new"] == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请选一个文件，或者粘贴表格"),
        ({"pasted": "   "}, "请选一个文件，或者粘贴表格"),
        ({"pasted": "a\tb", "file": b"x"}, "请选一个文件，或者粘贴表格"),
        ({"file": b""}, "空的"),
        ({"file": b"%PDF-1.4"}, "这是 PDF 文件"),
        ({"file": b"0" * (MAX_BYTES + 1)}, "最多 20 MB"),
    ],
)
def test_an_upload_that_cannot_be_read_is_told_at_the_field_and_nothing_is_kept(web, given, words):
    if "file" in given:
        given = given | {"file": SimpleUploadedFile("表.xlsx", given["file"])}
    answer = web.post(reverse("imports:new", args=["people"]), given)
    assert answer.status_code == 422
    assert words in body(answer)
    assert not ImportRun.objects.exists()


def test_headings_are_matched_by_hand_and_a_refusal_keeps_the_choices(web, office):
    upload(web, [["代码", "叫法", "旧工号"], ["G001", "王芳", "1"]])
    run = latest()
    page = body(web.get(reverse("imports:run", args=[run.pk])))
    assert "文件里的栏目对应哪一栏" in page and "代码" in page
    keys = {f"key-{number}": key for number, key in enumerate(("代码", "叫法", "旧工号"))}
    address = reverse("imports:mapping", args=[run.pk])
    answer = web.post(address, keys | {"column-0": "", "column-1": "name", "column-2": ""})
    assert answer.status_code == 422
    assert "还没有对上必填的栏目：工号" in body(answer)
    assert re.search(r'value="name" selected', body(answer))
    answer = web.post(address, keys | {"column-0": "username", "column-1": "name", "column-2": "", "all-department": "总务处"})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert (run.state, run.counts["new"]) == (RunState.PREVIEWED, 1)


def test_sheets_and_heading_rows_are_chosen_by_hand(web, office):
    upload(web, [["甲", "乙", "丙"], HEAD[:3], ["G001", "王芳", "总务处"]], [["工号", "姓名"], ["G9", "李敏"]])
    run = latest()
    web.post(reverse("imports:sheets", args=[run.pk]), {"sheet": ["0"], "first-0": "2", "last-0": "", "first-1": "x", "last-1": "1"})
    data = ImportData.objects.get(run=run)
    assert data.layouts[0] == {"chosen": True, "heading": [2, 2]}
    assert data.layouts[1]["chosen"] is False
    assert body(web.get(reverse("imports:run", args=[run.pk]))).count("selected") == 3


def test_several_cells_a_suggestion_and_a_row_in_one_go(web, office):
    Department.objects.create(name="教务处")
    upload(web, [HEAD, ["G001", "王芳", "教务", ""], ["G002", "", "总务部", "1"], ["G003", "李敏", "总务部", ""], ["G004", "", "", ""]])
    run = latest()
    assert body(web.get(reverse("imports:run", args=[run.pk]))).count("2 处都用它") == 2
    address = reverse("imports:fix", args=[run.pk])
    web.post(
        address,
        {
            "cell 0:2 department": "教务处",
            "cell 0:3 name": "赵四",
            "cell 0:3 phone": "",
            "cell 0:3 department": "总务部",
            "use_all": "0:3 department",
            "skip": "0:5",
        },
    )
    run.refresh_from_db()
    assert (run.counts["bad"], run.counts["new"], run.counts["skipped"]) == (0, 3, 1)
    data = ImportData.objects.get(run=run)
    assert data.fixes == {"0:2": {"department": "教务处"}, "0:3": {"name": "赵四", "phone": "", "department": "总务处"}, "0:4": {"department": "总务处"}}
    for junk in ({"cell x y": "1"}, {"cell 0:9 name": "1"}, {"cell 0:2 nothing": "1"}, {"use": "zzz"}, {"skip": "9:9"}, {"cell 0:2 name": "长" * 600}):
        assert web.post(address, junk).status_code == 302
    data.refresh_from_db()
    assert data.fixes["0:2"] == {"department": "教务处"}


def test_rows_are_left_out_and_called_back_on_the_page(web, office):
    upload(web, [HEAD, ["G001", "王芳", "没有", ""], ["G002", "李敏", "", ""]])
    run = latest()
    web.post(reverse("imports:row", args=[run.pk]), {"row": "0:2", "view": "bad"})
    assert "您选了不导入" in body(web.get(reverse("imports:run", args=[run.pk]), {"view": "skipped"}))
    web.post(reverse("imports:row", args=[run.pk]), {"row": "0:2", "keep": "1"})
    run.refresh_from_db()
    assert run.counts["bad"] == 1


def test_all_wrong_rows_are_left_out_at_once_and_called_back(web, office):
    wrong = [[f"G{number:03}", "", "没有", ""] for number in range(60)]
    upload(web, [HEAD, *wrong, ["G901", "王芳", "", ""], ["G902", "李敏", "没有", ""]])
    run = latest()
    address, page = reverse("imports:fix", args=[run.pk]), reverse("imports:run", args=[run.pk])
    assert "有错的都不导入" in body(web.get(page))
    web.post(address, {"cell 0:63 department": "总务处", "without_bad": "1"})
    run.refresh_from_db()
    assert (run.counts["bad"], run.counts["new"], run.counts["skipped"]) == (0, 2, 60)
    assert Event.objects.filter(action="fix").latest("pk").text == "第 63 行「部门」改为「总务处」；有错的 60 行不导入"
    assert "恢复选了不导入的 60 行" in body(web.get(page, {"view": "skipped"}))
    web.post(reverse("imports:row", args=[run.pk]), {"row": "all", "keep": "0"})
    run.refresh_from_db()
    assert run.counts["skipped"] == 60
    web.post(reverse("imports:row", args=[run.pk]), {"row": "all", "keep": "1", "view": "bad"})
    run.refresh_from_db()
    assert (run.counts["bad"], run.counts["new"], run.counts["skipped"]) == (60, 2, 0)
    assert "恢复选了" not in body(web.get(page, {"view": "skipped"}))


def test_leaving_out_the_wrong_rows_of_a_file_without_any_changes_nothing(web, office):
    upload(web, [HEAD, ["G901", "王芳", "总务处", ""]])
    run = latest()
    web.post(reverse("imports:fix", args=[run.pk]), {"without_bad": "1"})
    run.refresh_from_db()
    assert (run.counts["bad"], run.counts["new"], run.counts["skipped"]) == (0, 1, 0)
    assert ImportData.objects.get(run=run).choices == {}


def test_pages_of_fifty_rows_and_views(web, office):
    upload(web, [HEAD, *([f"G{n:03d}", f"教师{n}", "总务处", ""] for n in range(120))])
    address = reverse("imports:run", args=[latest().pk])
    for page, rows in (("1", 50), ("3", 20), ("99", 20), ("x", 50), ("0", 50)):
        assert body(web.get(address, {"view": "all", "page": page})).count('<td class="mute">') == rows
    for view in ("bad", "noted", "change", "skipped", "nonsense"):
        assert web.get(address, {"view": view}).status_code == 200


def test_the_template_has_the_headings_and_comes_back_in(web, office):
    answer = web.get(reverse("imports:template", args=["people"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    assert [cell.value for cell in book.worksheets[0][3]][:2] == ["工号*", "姓名*"]
    assert "填写说明" in book.sheetnames
    book.worksheets[0].append(["G001", "王芳", "总务处", None, "13900000001"])
    upload(web, content=saved(book))
    assert (latest().state, latest().counts["new"]) == (RunState.PREVIEWED, 1)


def test_the_list_of_problems_can_be_downloaded(web, office):
    upload(web, [HEAD, ["G001", "王芳", "总物处", "1"]])
    answer = web.get(reverse("imports:problems", args=[latest().pk]))
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(min_row=4)]
    assert sorted(row[2] for row in rows) == ["手机", "部门"]
    assert all(row[1] == 2 for row in rows)


def test_the_same_file_again_is_told(web, office):
    content = xlsx([HEAD, ["G001", "王芳", "", ""]])
    upload(web, content=content)
    web.post(reverse("imports:commit", args=[latest().pk]))
    upload(web, content=content)
    page = body(web.get(reverse("imports:run", args=[latest().pk])))
    assert "这个文件导入过" in page and "没有要导入的行" in page


def test_a_commit_that_is_refused_shows_what_has_changed(web, office):
    upload(web, [HEAD, ["G001", "王芳", "总务处", ""]])
    run = latest()
    Department.objects.update(is_active=False)
    web.post(reverse("imports:commit", args=[run.pk]))
    page = body(web.get(reverse("imports:run", args=[run.pk])))
    assert "一行也没有导入" in page and "cell-bad" in page
    assert not User.objects.filter(username="G001").exists()


def test_a_long_import_is_followed_by_the_page(web, office, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("logistics.platform.imports.pages.BACKGROUND_ROWS", 1)
    upload(web, [HEAD, ["G001", "王芳", "", ""], ["G002", "李敏", "", ""]])
    address = reverse("imports:run", args=[latest().pk])
    with django_capture_on_commit_callbacks(execute=False):
        web.post(reverse("imports:commit", args=[latest().pk]))
        assert "正在导入 2 行" in body(web.get(address))
    web.post(reverse("imports:commit", args=[latest().pk]))
    assert latest().state == RunState.DONE


def test_giving_up_and_checking_again(web, office):
    upload(web, [HEAD, ["G001", "王芳", "没有", ""]])
    run = latest()
    Department.objects.create(name="没有")
    web.post(reverse("imports:check", args=[run.pk]))
    run.refresh_from_db()
    assert run.counts["bad"] == 0
    web.post(reverse("imports:drop", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == RunState.DROPPED
    assert web.get(reverse("imports:run", args=[run.pk])).status_code == 200
    assert web.get(reverse("imports:problems", args=[run.pk])).status_code == 404


def test_strangers_see_neither_targets_nor_runs(web, office, client, person):
    upload(web, [HEAD, ["G001", "王芳", "", ""]])
    pk = latest().pk
    client.force_login(person("外人", "platform.students.manage"), backend="logistics.platform.org.login.StaffOrPhoneBackend")
    assert "名册.xlsx" not in body(client.get(reverse("imports:index")))
    for name in ("run", "problems"):
        assert client.get(reverse(f"imports:{name}", args=[pk])).status_code == 404
    for name in ("sheets", "mapping", "fix", "row", "check", "commit", "undo", "drop"):
        assert client.post(reverse(f"imports:{name}", args=[pk])).status_code == 404
    for name in ("new", "template"):
        assert client.get(reverse(f"imports:{name}", args=["people"])).status_code == 404
        assert client.get(reverse(f"imports:{name}", args=["nothing"])).status_code == 404
    client.logout()
    assert client.get(reverse("imports:index")).status_code == 302
    assert not User.objects.filter(username="G001").exists()


def test_what_a_file_says_is_shown_as_text_not_as_markup(web, office):
    upload(web, [HEAD, ["G001", "<script>alert(1)</script>", '"><img src=x>', ""]])
    page = body(web.get(reverse("imports:run", args=[latest().pk]), {"view": "all"}))
    assert "<script>alert" not in page and "<img src=x" not in page


def test_pages_stay_small_and_ask_few_queries(web, office, django_assert_max_num_queries):
    upload(web, [HEAD, *([f"G{n:04d}", f"教师{n}", "没有这个部门", "x"] for n in range(1500))])
    web.get(reverse("imports:index"))  # what every page asks once a minute
    with django_assert_max_num_queries(10):
        page = web.get(reverse("imports:run", args=[latest().pk]))
    assert len(page.content) < 150_000
    with django_assert_max_num_queries(10):
        web.get(reverse("imports:index"))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)  # a page refuses that one before any view


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                TEXT,
                st.integers(-5, 10**12),
                st.floats(allow_nan=False, allow_infinity=False),
                st.sampled_from(["合计", "总务处", "G001", "=1+1"]),
            ),
            min_size=1,
            max_size=4,
        ),
        max_size=6,
    ),
    text=TEXT,
)
def test_whatever_stands_in_the_cells_no_page_breaks(web, office, rows, text):
    lines = [HEAD, *rows]
    pasted = "\n".join("\t".join(str(cell).replace("\t", " ").replace("\n", " ").replace("\r", " ") for cell in line) for line in lines)
    answer = web.post(reverse("imports:new", args=["people"]), {"pasted": pasted})
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        run = latest()
        address = reverse("imports:run", args=[run.pk])
        for view in ("bad", "noted", "all", "skipped"):
            assert web.get(address, {"view": view}).status_code == 200
        web.post(reverse("imports:fix", args=[run.pk]), {"cell 0:2 name": text, "all 0:2 name": "1", "use": "0:2 department", "skip": "0:3"})
        assert web.post(reverse("imports:commit", args=[run.pk])).status_code == 302
        assert web.get(address).status_code == 200
