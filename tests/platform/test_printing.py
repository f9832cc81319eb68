"""Papers: their look, their check code, and the public page where anybody checks one (GEN-04)."""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import segno
import time_machine
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django_filters import FilterSet

from logistics.platform.audit.models import Event
from logistics.platform.charts import bars
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department
from logistics.platform.printing import documents, pages, rules
from logistics.platform.printing.content import LETTERS, digest_of, new_code, tidy_code
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.pdf import html_to_pdf, paper_context, render_pdf
from logistics.platform.printing.qr import dark_runs, qr_svg
from logistics.platform.printing.queries import Standing, base_address, standing_of
from logistics.platform.printing.rules import note_paper
from logistics.platform.school.models import School
from logistics.platform.web import registry
from logistics.platform.web.records import Record
from tests.pdf import Pdf

AT = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
KIND = "platform.department"


def facts_of(record, user) -> dict:
    facts = [("部门", record.name, False), ("电话", record.phone, False), ("说明", "管报修、派工、验收。\n每天早上看一遍。", True)]
    return {"sub": "总务处 · 一式两份", "facts": facts, "signers": [("制表", user.name), ("审核", ""), ("日期", "")]}


SHEET = PrintDocument(kind=KIND, title="部门登记表", template="print/facts.html", context=facts_of, number=lambda record: f"BM-{record.pk}")


def own_department(user):
    return Department.objects.filter(members=user)


@pytest.fixture
def sheet(monkeypatch):
    """The paper of a department, printable by its members."""
    described = Record(model=Department, namespace="platform:department", rows=own_department, columns=(), filters=FilterSet)
    monkeypatch.setitem(registry._records, KIND, described)
    monkeypatch.setitem(documents._documents, KIND, SHEET)
    return SHEET


@pytest.fixture
def office(db):
    return Department.objects.create(name="总务处", phone="8260 1103")


@pytest.fixture
def member(person, office):
    member = person("周建平")
    member.department = office
    member.save()
    return member


@pytest.fixture
def browser(member):
    client = Client()
    client.force_login(member, backend="logistics.platform.org.login.StaffOrPhoneBackend")
    return client


def printed(office, member, at=AT) -> PrintedPaper:
    return note_paper(actor=member, at=at, document=SHEET, record=office)


# the code


@pytest.mark.requirement("GEN-04")
def test_same_content_keeps_its_code_and_changed_content_gets_another(sheet, office, member):
    first = printed(office, member)
    assert printed(office, member, AT + timedelta(days=3)) == first
    assert PrintedPaper.objects.get().printed_at == AT
    office.phone = "8260 1104"
    second = printed(office, member)
    assert second.code != first.code and PrintedPaper.objects.count() == 2
    office.phone = "8260 1103"
    assert printed(office, member) == first


def test_first_printing_of_a_content_goes_into_the_journal_and_reprints_do_not(sheet, office, member):
    paper = printed(office, member)
    printed(office, member)
    event = Event.objects.get(action="print")
    assert (event.record_id, event.kind, event.actor_id, event.text) == (office.pk, KIND, member.pk, f"打印部门登记表，查验码 {paper.code}")


def test_a_paper_that_may_not_be_printed_yet_leaves_no_trace(office, member):
    def refuse(user, record):
        raise RuleViolation("还没有验收，验收后再打印。")

    document = PrintDocument(kind=KIND, title="验收单", template="print/facts.html", context=facts_of, check=refuse)
    with pytest.raises(RuleViolation, match="还没有验收"):
        note_paper(actor=member, at=AT, document=document, record=office)
    assert not PrintedPaper.objects.exists() and not Event.objects.filter(action="print").exists()


def test_two_people_printing_at_the_same_moment_share_one_code(sheet, office, member):
    paper = printed(office, member)
    same = {name: getattr(paper, name) for name in ("kind", "record_id", "title", "number", "digest")}
    assert rules._new_paper(actor=member, at=AT, record=office, same=same) == paper


def test_a_code_already_taken_is_drawn_again(sheet, office, member, monkeypatch):
    first = printed(office, member)
    codes = iter([first.code, first.code, "AAAA-CCCC"])
    monkeypatch.setattr(rules, "new_code", lambda: next(codes))
    office.phone = "1"
    assert printed(office, member).code == "AAAA-CCCC"


def test_a_report_over_a_period_is_a_paper_too(member, monkeypatch):
    @dataclass
    class Month:
        number: str

    document = PrintDocument(
        kind="repairs.month",
        title="维修月报",
        template="print/list.html",
        context=lambda month, user: {"when": month.number, "table": {"columns": [("月", False)], "rows": [[month.number]]}},
        number=lambda month: month.number,
        find=lambda paper: Month(paper.number),
    )
    monkeypatch.setitem(documents._documents, document.kind, document)
    paper = note_paper(actor=member, at=AT, document=document, record=Month("2026-10"))
    assert (paper.record_id, paper.number) == (0, "2026-10")
    assert standing_of(paper) is Standing.SAME
    assert note_paper(actor=member, at=AT, document=document, record=Month("2026-11")) != paper
    assert Event.objects.filter(action="print", kind="platform.printedpaper").count() == 2


def test_codes_have_no_letters_people_confuse():
    codes = [new_code() for _ in range(300)]
    assert len(set(codes)) == 300
    assert not set("".join(codes)) & set("01OILSBZU")
    assert all(len(code) == 9 and code[4] == "-" and set(code) - {"-"} <= set(LETTERS) for code in codes)


@pytest.mark.parametrize("typed", ["7K4M-Q2XD", "7k4mq2xd", " ７Ｋ４Ｍ－Ｑ２ＸＤ ", "7K4M Q2XD", "7K4M—Q2XD"])
def test_a_code_is_understood_however_it_is_typed(typed):
    assert tidy_code(typed) == "7K4M-Q2XD"


@pytest.mark.parametrize(("typed", "kept"), [("", ""), ("  ", ""), ("abc", "abc"), ("x" * 500, "x" * 12), ("a\x00b", "ab")])
def test_what_cannot_be_a_code_is_left_as_it_is(typed, kept):
    assert tidy_code(typed) == kept


# the digest


def test_digest_depends_on_every_value_and_on_nothing_else():
    content = {"a": [1, Decimal("86.00"), date(2026, 11, 20)], "b": {"c": AT, "d": None}}
    same = {"b": {"d": None, "c": AT.astimezone(UTC)}, "a": (1, Decimal("86.0"), date(2026, 11, 20))}
    assert digest_of(content) == digest_of(same)
    assert digest_of(content) != digest_of(content | {"a": [1, Decimal("86.01"), date(2026, 11, 20)]})
    assert digest_of({"a": "1"}) != digest_of({"a": 1})


def test_drawings_are_left_out_of_the_digest():
    assert digest_of({"n": 3, "chart": bars(["一"], [3], title="x")}) == digest_of({"n": 3})


def test_dataclasses_count_and_records_are_refused(office):
    @dataclass
    class Line:
        name: str
        price: Decimal

    assert digest_of({"lines": [Line("阀", Decimal(2))]}) != digest_of({"lines": [Line("阀", Decimal(3))]})
    with pytest.raises(TypeError, match="plain values, not Department"):
        digest_of({"department": office})


# the paper


@pytest.mark.requirement("GEN-04")
def test_printing_a_record_gives_its_paper_as_pdf(sheet, office, browser, caplog):
    with caplog.at_level(logging.WARNING):
        response = browser.get(f"/print/{KIND}/{office.pk}/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''%E9%83%A8%E9%97%A8")
    paper, pdf = PrintedPaper.objects.get(), Pdf(response.content)
    assert len(pdf.pages()) == 1
    assert all("notosanscjksc" in font for font in pdf.fonts())
    text = pdf.text()
    for words in ("部门登记表", f"BM-{office.pk}", f"查验码 {paper.code}", "8260 1103", "每天早上看一遍。", "第 1 页，共 1 页", "制表：周建平"):
        assert words in text, words
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


def test_other_peoples_records_are_not_found_and_leave_no_paper(sheet, office, person):
    stranger = Client()
    stranger.force_login(person("外人"), backend="logistics.platform.org.login.StaffOrPhoneBackend")
    assert stranger.get(f"/print/{KIND}/{office.pk}/").status_code == 404
    assert not PrintedPaper.objects.exists()


@pytest.mark.parametrize("address", ["/print/platform.unknown/1/", f"/print/{KIND}/999999/", "/print/platform.user/1/"])
def test_unknown_kinds_and_numbers_are_not_found(sheet, browser, address):
    assert browser.get(address).status_code == 404


def test_printing_asks_to_sign_in_first(sheet, office):
    response = Client().get(f"/print/{KIND}/{office.pk}/")
    assert response.status_code == 302 and response["Location"].startswith("/login/")
    assert not PrintedPaper.objects.exists()


def test_printing_answers_get_only(sheet, office, browser):
    assert browser.post(f"/print/{KIND}/{office.pk}/").status_code == 405


def test_papers_carry_the_schools_address_or_the_one_they_were_asked_at(rf, db):
    assert base_address(rf.get("/x/", headers={"host": "10.1.2.3:8000"})) == "http://10.1.2.3:8000"
    assert base_address() == ""
    School.objects.create(name="青禾实验学校", address="https://hq.example.edu.cn/")
    assert base_address(rf.get("/x/")) == "https://hq.example.edu.cn"


def test_the_qr_code_leads_to_the_check_of_this_paper(sheet, office, member):
    paper = printed(office, member)
    context = paper_context(document=sheet, content=facts_of(office, member), paper=paper, at=AT, address="https://hq.example.edu.cn")
    assert qr_svg(f"https://hq.example.edu.cn/verify/{paper.code}/") in render_to_string(sheet.template, context)


def test_qr_squares_are_those_of_the_standard():
    text = "https://hq.example.edu.cn/verify/7K4M-Q2XD/"
    side, runs = dark_runs(text)
    dark = {(x + step, y) for x, y, length in runs for step in range(length)}
    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    assert side == len(matrix) and dark == {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert f"M{runs[0][0]} {runs[0][1]}h{runs[0][2]}" in qr_svg(text)


def test_a_paper_without_reachable_address_has_its_code_but_no_qr(sheet, office, member):
    paper = printed(office, member)
    html = render_to_string(sheet.template, paper_context(document=sheet, content=facts_of(office, member), paper=paper, at=AT, address=""))
    assert "<svg" not in html and f"查验码 {paper.code}" in html and "二维码" not in html


def test_long_reports_repeat_their_heading_and_count_pages(office):
    columns = [("楼栋", False), ("用电", True), *((f"第{n}栏", True) for n in range(6))]
    table = {"caption": "表 1　各处用电", "columns": columns, "rows": [[f"{n} 号楼", n, *range(6)] for n in range(90)], "total": ["合计", 4005, *range(6)]}
    pdf = Pdf(render_pdf("print/list.html", {"title": "用电月报", "table": table, "paper": PrintedPaper(code="7K4M-Q2XD", number="NH-1")}))
    count = len(pdf.pages())
    text = pdf.text()
    assert count > 2 and text.count("楼栋") == count and f"第 {count} 页，共 {count} 页" in text
    assert text.count("NH-1") == count + 1
    assert b"/MediaBox [0 0 841.889764 595.275591]" in b" ".join(pdf.objects.values())


def test_an_empty_report_says_so():
    assert "没有记录" in render_to_string("print/list.html", {"title": "x", "table": {"columns": [("月", False)], "rows": []}})


@pytest.mark.parametrize(
    "source", ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "https://static.invalid/../settings/base.py", "https://static.invalid/none.png"]
)
def test_a_template_reaches_neither_disk_nor_network(source, caplog):
    html = f'<html lang="zh-CN"><body><img src="{source}">文</body></html>'
    with caplog.at_level(logging.ERROR, logger="weasyprint"):
        html_to_pdf(html)
    assert "Failed to load image" in caplog.text


def test_rare_names_and_signs_have_their_glyphs(caplog):
    html = '<html lang="zh-CN"><link rel="stylesheet" href="print.css"><body>25℃ 𫖯 𬭎 䶮 龑 ▲ − × ¥ 直骨角</body></html>'
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = Pdf(html_to_pdf(html))
    assert ".notdef" not in caplog.text and pdf.fonts() == {"notosanscjksc"}
    assert "𫖯 𬭎 䶮 龑" in pdf.text()


# the public check


@pytest.mark.requirement("GEN-04")
def test_anybody_can_check_a_paper_and_learns_only_what_is_on_its_head(sheet, office, member):
    paper = printed(office, member)
    page = Client().get(f"/verify/{paper.code}/")
    body = page.content.decode()
    assert page.status_code == 200
    for words in ("部门登记表", paper.number, "2026年11月20日 09:05", "内容一致"):
        assert words in body
    assert "8260" not in body and member.name not in body


def test_checking_tells_of_changes_made_since(sheet, office, member):
    paper = printed(office, member)
    Department.objects.update(phone="8260 1104")
    body = Client().get(f"/verify/{paper.code}/").content.decode()
    assert "记录有过改动" in body and "内容一致" not in body


def test_checking_tells_that_the_record_is_gone(sheet, office, member, monkeypatch):
    paper = printed(office, member)
    PrintedPaper.objects.update(record_id=999_999)
    assert "找不到原来的记录" in Client().get(f"/verify/{paper.code}/").content.decode()
    monkeypatch.delitem(documents._documents, KIND)
    assert standing_of(paper) is Standing.GONE


def test_an_unknown_code_gets_a_friendly_sentence(db):
    page = Client().get("/verify/7K4MQ2XD/")
    assert page.status_code == 404 and "没有找到查验码 7K4M-Q2XD" in page.content.decode()


@pytest.mark.parametrize("code", ["%00", "x", "' OR 1=1", "<script>", "二维码", "%F0%9F%98%80" * 40])
def test_no_typed_code_breaks_the_page(db, code):
    page = Client().get(f"/verify/{code}/")
    assert page.status_code == (400 if code == "%00" else 404)
    assert "<script>" not in page.content.decode()


@pytest.mark.parametrize(("typed", "target"), [("7k4m q2xd", "/verify/7K4M-Q2XD/"), ("a/b", "/verify/a%2Fb/")])
def test_the_form_leads_to_the_code(db, typed, target):
    assert Client().get("/verify/", {"code": typed})["Location"] == target


def test_the_form_is_open_to_everybody(db):
    page = Client().get("/verify/")
    assert page.status_code == 200 and 'name="code"' in page.content.decode()


def test_checking_codes_in_a_row_is_slowed(sheet, office, member, monkeypatch):
    monkeypatch.setattr(pages, "CHECKS_A_MINUTE", 3)
    paper = printed(office, member)
    with time_machine.travel(AT, tick=False):
        assert [Client().get(f"/verify/{paper.code}/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        assert Client(REMOTE_ADDR="10.9.9.9").get(f"/verify/{paper.code}/").status_code == 200
    with time_machine.travel(AT + timedelta(minutes=1), tick=False):
        assert Client().get(f"/verify/{paper.code}/").status_code == 200


# what forms are made of


def drawn(source: str, **context) -> str:
    return Template("{% load paper %}" + source).render(Context(context))


def test_boxes_are_ticked_for_what_was_chosen():
    assert drawn('{% box done "修好" %}', done=True) == '<span class="tick"><span class="box on"></span>修好</span>'
    html = drawn("{% boxes options chosen %}", options=[("a", "一般"), ("b", "急")], chosen="b")
    assert html.index("一般") < html.index("box on") < html.index("急")
    assert drawn("{% boxes options chosen %}", options=["水", "电", "木"], chosen=["水", "木"]).count("box on") == 2
    assert "<b>" not in drawn("{% box True name %}", name="<b>")


def test_signature_lines_print_name_and_date_where_known():
    assert "年　　月　　日" in drawn('{% signature "报修人（签字）" %}')
    signed = drawn('{% signature "维修人" "周建平" "2026年11月20日" %}')
    assert "周建平" in signed and "2026年11月20日" in signed and "年　　月" not in signed


def test_forms_keep_empty_lines_to_fill_in_by_hand():
    assert drawn("{% for row in rows|padded:4 %}[{{ row|default_if_none:'' }}]{% endfor %}", rows=["a"]) == "[a][][][]"
    assert drawn("{{ rows|padded:2|length }}", rows=[1, 2, 3]) == "3"


def test_amounts_stand_in_figures_and_words_and_blank_when_unknown():
    assert drawn("{{ a|amount }}/{{ a|yuan_words }}", a=Decimal("12840.50")) == "12,840.50/壹万贰仟捌佰肆拾元伍角"
    assert drawn("[{{ a|amount }}{{ a|yuan_words }}]", a=None) == "[]"


def test_facts_pair_up_and_wide_ones_stand_alone():
    facts = [("a", 1, False), ("b", 2, False), ("c", 3, False), ("d", 4, True), ("e", 5, False)]
    assert json.loads(drawn("[{% for row in facts|paired %}{{ row|length }}{% if not forloop.last %},{% endif %}{% endfor %}]", facts=facts)) == [2, 1, 1, 1]
