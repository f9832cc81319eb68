"""Reading what schools have: every kind of file, and where the table in it begins and ends (AST-14, design section 5 imports)."""

import io
import random
import struct
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.platform.imports import reader
from logistics.platform.imports.grid import Grid, Unread, cell_from_json
from logistics.platform.imports.layout import lay_out
from logistics.platform.imports.reader import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, read_grids, read_table
from logistics.platform.kernel.errors import RuleViolation
from tests.platform.imports_kit import work_seconds
from tests.platform.office_files import container, saved, xls, xlsx

pytestmark = pytest.mark.requirement("AST-14")
STAFF = [["工号", "姓名", "部门"], ["T01", "周建平", "总务处"], ["T02", "李敏", "教务处"]]


def refusal(data: bytes, name: str = "表.xlsx") -> str:
    with pytest.raises(RuleViolation) as caught:
        read_table(data, name)
    return caught.value.message


def only(data: bytes, name: str = "表.xlsx", **kwargs):
    (sheet,) = read_table(data, name, **kwargs)
    return sheet


def texts(sheet) -> list[str]:
    return [heading.text for heading in sheet.headings]


# Kinds of files


def test_xlsx_csv_and_pasted_cells_give_the_same_rows():
    comma = "\n".join(",".join(row) for row in STAFF)
    tabbed = "\n".join("\t".join(row) for row in STAFF)
    for data in (xlsx(STAFF), comma.encode(), comma.encode("utf-8-sig"), comma.encode("gb18030"), tabbed.encode("utf-16"), tabbed.encode()):
        sheet = only(data)
        assert texts(sheet) == STAFF[0]
        assert sheet.rows == [(2, STAFF[1]), (3, STAFF[2])]


def test_old_xls_is_read_with_its_merged_ranges():
    rows = [["教职工名册", "", ""], *STAFF, ["T03", "王芳", 2019]]
    sheet = only(xls(rows, merges=[(0, 0, 0, 2)]), "名册.xls")
    assert texts(sheet) == STAFF[0]
    assert sheet.rows[-1] == (5, ["T03", "王芳", 2019])
    assert sheet.merges == [(1, 0, 1, 2)]


def test_text_with_an_xls_name_is_read_by_its_content():
    assert only("\n".join("\t".join(row) for row in STAFF).encode("gb18030"), "导出.xls").rows[0] == (2, STAFF[1])


def test_gb18030_is_said_so_that_the_person_looks_at_the_characters():
    assert any("GB18030" in note for note in only("\n".join(",".join(row) for row in STAFF).encode("gb18030")).notes)


def test_a_quoted_cell_of_two_lines_counts_as_one_row():
    sheet = only('姓名,住址\n周建平,"一号楼\n201"\n李敏,二号楼\n'.encode())
    assert [number for number, _ in sheet.rows] == [2, 3]
    assert sheet.rows[0][1] == ["周建平", "一号楼\n201"]


def test_semicolons_and_chinese_commas_divide_too():
    for mark in (";", "，"):
        assert only("\n".join(mark.join(row) for row in STAFF).encode()).rows[1] == (3, STAFF[2])


# Files that are refused


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\x00" * 3000, "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "网页"),
        (b"PK\x03\x04 not really", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 900, "损坏"),
        (bytes(range(256)) * 40, "不认得"),
    ],
)
def test_what_is_no_table_gets_a_sentence(data, words):
    assert words in refusal(data)


def test_encrypted_files_are_refused_whatever_their_format():
    assert "密码" in refusal(container({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))
    assert "密码" in refusal(xls(STAFF, locked=True), "锁.xls")


def test_macros_are_refused_in_both_formats():
    out = io.BytesIO(xlsx(STAFF))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert "宏" in refusal(out.getvalue())
    assert "宏" in refusal(container({"Workbook": b"x", "_VBA_PROJECT_CUR": b"macro"}))


def test_other_office_files_say_what_to_do():
    def archive(*names: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            for name in names:
                file.writestr(name, "x")
        return out.getvalue()

    assert "Word" in refusal(archive("word/document.xml"))
    assert "另存为" in refusal(archive("xl/workbook.bin"))
    assert "另存为" in refusal(archive("mimetype", "content.xml"))
    assert "解压" in refusal(archive("名单.xlsx"))
    assert "Word" in refusal(container({"WordDocument": b"x"}))


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at():
    assert "最多 20 MB" in refusal(b"\x00" * (MAX_BYTES + 1))


def test_a_zip_bomb_is_refused_without_unpacking():
    out = io.BytesIO(xlsx(STAFF))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * (40 * 1024 * 1024))
    began = work_seconds()
    assert "太大" in refusal(out.getvalue())
    assert work_seconds() - began < 2


def test_a_zip_that_lies_about_its_sizes_cannot_eat_the_memory():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(STAFF))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content + b" " * (150 * 1024 * 1024) if name == "xl/worksheets/sheet1.xml" else content)
    data = bytearray(out.getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    place = data.rindex(struct.pack("<I", real))
    data[place : place + 4] = struct.pack("<I", 2000)
    survives(bytes(data), "假.xlsx")


def test_one_cell_at_the_far_end_cannot_eat_the_memory():
    book = openpyxl.Workbook()
    book.active["A1"] = "工号"
    book.active["XFD1048576"] = "x"
    began = work_seconds()
    assert "零星内容" in refusal(saved(book))
    assert work_seconds() - began < 20


def test_a_million_rows_of_nothing_but_format_are_read_at_once():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for row in STAFF:
        sheet.append(row)
    data = io.BytesIO(saved(book))
    out = io.BytesIO()
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (number, number) for number in range(4, 300_000))
                content = content.replace(b"</sheetData>", empty + b"</sheetData>")
            archive.writestr(name, content)
    assert len(only(out.getvalue()).rows) == 2


def test_too_many_rows_or_columns_say_how_many_are_allowed():
    many = "姓名,号\n" + "张三,1\n" * MAX_ROWS
    assert f"{MAX_ROWS:,} 行" in refusal(many.encode(), "多.csv")
    wide = ",".join(f"栏{n}" for n in range(MAX_COLUMNS + 1))
    assert f"{MAX_COLUMNS} 列" in refusal(f"{wide}\n{wide}".encode(), "宽.csv")
    assert f"{MAX_COLUMNS} 列" in refusal(xlsx([[f"栏{n}" for n in range(MAX_COLUMNS + 1)]] * 2))


def test_an_unbalanced_quote_names_the_row():
    broken = '姓名,号\n张三,"1\n' + "李四,2\n" * 3000
    assert "引号" in refusal(broken.encode(), "引号.csv")


def test_hidden_sheets_are_left_out_and_named():
    sheet = only(xlsx(STAFF, [["机密"]], names=["名册", "旧表"], hidden=["旧表"]))
    assert "隐藏的工作表没有读：旧表。" in sheet.notes


def test_formulas_without_a_result_and_errors_are_never_read_as_blanks():
    book = openpyxl.Workbook()
    book.active.append(["品名", "数量", "金额", "备注"])
    book.active.append(["课桌", 2, "=B2*120", "x"])
    book.active.append(["课椅", 3, "#DIV/0!", "y"])
    book.active["C3"].data_type = "e"
    sheet = only(saved(book))
    cells = [cell_from_json(cells[2]) for _, cells in sheet.rows]
    assert isinstance(cells[0], Unread) and "公式" in cells[0].text
    assert isinstance(cells[1], Unread) and "#DIV/0!" in cells[1].text
    assert any("1 个公式" in note for note in sheet.notes)


def test_dates_and_numbers_keep_their_kind():
    sheet = only(xlsx([["品名", "日期", "价"], ["课桌", date(2019, 9, 1), 120.5], ["课椅", 43709, 80]]))
    assert [[cell_from_json(cell) for cell in cells[1:]] for _, cells in sheet.rows] == [[date(2019, 9, 1), 120.5], [43709, 80]]


# Where the table is


def test_titles_above_the_heading_are_skipped_and_told():
    rows = [["某小学固定资产台账", "", ""], ["填报单位：总务处", "", "2026年3月"], *STAFF]
    sheet = only(xlsx(rows, merges=["A1:C1"]))
    assert sheet.heading_rows == (3, 3)
    assert [(one.number, one.reason) for one in sheet.skipped] == [(1, "表头上面的标题"), (2, "表头上面的标题")]
    assert [number for number, _ in sheet.rows] == [4, 5]


def test_two_heading_rows_are_joined_with_merged_ranges():
    rows = [["序号", "名称", "规格", "", "备注"], ["", "", "长", "宽", ""], [1, "课桌", 60, 40, ""], [2, "讲台", 120, 50, ""]]
    sheet = only(xlsx(rows, merges=["A1:A2", "B1:B2", "C1:D1", "E1:E2"]))
    assert texts(sheet) == ["序号", "名称", "规格 / 长", "规格 / 宽", "备注"]
    assert sheet.heading_rows == (1, 2)
    assert len(sheet.rows) == 2


def test_two_heading_rows_are_joined_in_a_csv_that_has_no_merged_ranges():
    sheet = only("月份,水费,,电费,\n,去年,今年,去年,今年\n1,61,68,83,71\n2,73,67,103,93\n".encode())
    assert texts(sheet) == ["月份", "水费 / 去年", "水费 / 今年", "电费 / 去年", "电费 / 今年"]
    assert [number for number, _ in sheet.rows] == [3, 4]


def test_blanks_that_spread_a_heading_are_taken_out():
    assert texts(only(xlsx([["序 号", "名\n称", "单　位"], ["1", "课桌", "张"], ["2", "课椅", "把"]]))) == ["序号", "名称", "单位"]


def test_a_first_row_of_words_does_not_pass_for_a_second_heading():
    sheet = only("日期,类别,品名\n周一,主食,米饭\n,素菜,茄子\n".encode())
    assert sheet.heading_rows == (1, 1)
    assert len(sheet.rows) == 2


def test_known_headings_win_over_a_busy_title_row():
    rows = [["编制", "周建平", "审核", "李敏"], ["工号", "姓名", "部门", ""], ["T1", "王芳", "总务处", "无"]]
    assert only(xlsx(rows), known=frozenset({"工号", "姓名", "部门"})).heading_rows == (2, 2)


def test_totals_notes_signatures_groups_and_repeated_headings_are_skipped_with_the_reason():
    rows = [
        ["品名", "数量", "金额"],
        ["一、家具", "", ""],
        ["课桌", 2, 240],
        ["小 计", 2, 240],
        ["品名", "数量", "金额"],
        ["合计器", 1, 90],
        ["", "合计", 330],
        ["本页合计：", 3, 330],
        ["注1：单价含税", "", ""],
        ["制表：周建平", "", "审核：李敏"],
    ]
    sheet = only(xlsx(rows, merges=["A2:C2"]))
    assert [(one.number, one.reason) for one in sheet.skipped] == [
        (2, "分组标题"),
        (4, "合计行"),
        (5, "重复的表头"),
        (7, "合计行"),
        (8, "合计行"),
        (9, "说明文字"),
        (10, "落款和签字"),
    ]
    assert [cells[0] for _, cells in sheet.rows] == ["课桌", "合计器"]


def test_the_row_that_numbers_the_columns_is_skipped():
    sheet = only(xlsx([["品名", "数量", "单价", "金额"], ["甲", 1, 2, "3=1×2"], ["课桌", 2, 120, 240]]))
    assert [one.reason for one in sheet.skipped] == ["栏次行"]
    assert [number for number, _ in sheet.rows] == [3]


def test_empty_rows_go_and_the_numbers_of_the_file_stay():
    sheet = only(xlsx([STAFF[0], [], STAFF[1], [], [], STAFF[2]]))
    assert [number for number, _ in sheet.rows] == [3, 6]


def test_empty_columns_go_and_unnamed_ones_with_content_stay():
    sheet = only(xlsx([["品名", None, None, "数量"], ["课桌", None, "旧", 2], ["课椅", None, "新", 3]]))
    assert [(heading.letter, heading.label) for heading in sheet.headings] == [("A", "品名"), ("C", "（C 列没有栏名）"), ("D", "数量")]


def test_headings_that_repeat_are_told():
    assert any("栏名一样" in note for note in only(xlsx([["品名", "数量", "数量"], ["课桌", 1, 2]])).notes)


def test_tables_side_by_side_are_told():
    rows = [["收 入", "", "支 出", ""], ["项目", "金额", "名称", "钱数"], ["伙食费", 100, "粮食", 40], ["补助", 20, "油", 10]]
    assert any("并排" in note for note in only(xlsx(rows, merges=["A1:B1", "C1:D1"])).notes)


def test_a_sheet_without_a_heading_says_so_and_imports_nothing():
    sheet = only(xlsx([[1, 2], [3, 4]]))
    assert sheet.heading_rows is None
    assert sheet.rows == []
    assert any("没有找到表头" in note for note in sheet.notes)


def test_a_heading_given_by_the_person_replaces_the_guess():
    (grid,) = read_grids(xlsx([["甲", "乙"], ["丙", "丁"], ["戊", "己"]]), "表.xlsx")
    assert texts(lay_out(grid, heading=(2, 2))) == ["丙", "丁"]


def test_a_grid_survives_storage():
    (grid,) = read_grids(xlsx(STAFF, merges=["A1:B1"]), "表.xlsx")
    assert Grid.from_json(grid.to_json()) == grid


# Anything at all


def survives(data: bytes, name: str = "x.xlsx") -> None:
    """Either sheets, or a sentence that ends like one; never another exception."""
    try:
        found = bool(read_table(data, name))
    except RuleViolation as refused:
        found = refused.message.endswith("。")
    assert found


@settings(max_examples=150)
@given(st.binary(max_size=2000), st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"a,b\n", b"<"]))
def test_random_bytes_are_read_or_refused(data, start):
    survives(start + data)


@settings(max_examples=25)
@given(st.binary(max_size=600), st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_random_bytes_behind_an_office_signature_are_refused(data, start):
    survives(start + data)


def test_damaged_workbooks_are_read_or_refused():
    chance = random.Random(7)  # noqa: S311  the same damage every time
    for original in (xlsx(STAFF * 20, merges=["A1:C1"]), xls(STAFF * 20)):
        for _ in range(20):
            data = bytearray(original)
            for _ in range(chance.randint(1, 12)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            survives(bytes(data[: chance.randint(len(data) // 2, len(data))]))


CELLS = st.one_of(
    st.just(""),
    st.text(max_size=12),
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=False),
    st.booleans(),
    st.sampled_from(["合计", "姓名", "注：", "=1+1", {"d": "2019-09-01"}, {"x": "公式"}]),
)


@settings(max_examples=200)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3)), max_size=4),
)
def test_any_grid_is_laid_out_and_every_row_is_accounted_for(rows, areas):
    merges = [(top, left, top + down, left + right) for top, left, down, right in areas]
    grid = Grid("表", [(number, cells) for number, cells in enumerate(rows, 1)], merges)
    sheet = lay_out(grid, known=frozenset({"姓名"}))
    kept = {number for number, _ in sheet.rows} | {one.number for one in sheet.skipped}
    heading = set(range(sheet.heading_rows[0], sheet.heading_rows[1] + 1)) if sheet.heading_rows else set()
    assert kept | heading == set(range(1, len(rows) + 1))
    assert not kept & heading


def test_ten_thousand_rows_are_read_within_seconds(record_property):
    rows = [["资产编号", "名称", "规格", "数量", "单价", "日期", "地点", "保管人", "来源", "备注"]]
    rows += [[f"ZC{n:05d}", "学生课桌", "600×400", 1, 120.5, date(2019, 9, 1), f"教学楼A座 {n % 60}", "周建平", "购置", ""] for n in range(10_000)]
    data = xlsx(rows)
    began = work_seconds()
    sheet = only(data)
    record_property("seconds", work_seconds() - began)
    assert len(sheet.rows) == 10_000
    assert work_seconds() - began < 4
    assert reader.MEMORY <= 1024 * 1024 * 1024
