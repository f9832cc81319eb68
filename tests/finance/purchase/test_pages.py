"""The form with its lines, the paper, the API, the print: what people type, forge and press twice (FIN-02)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from finance.purchase import rules
from finance.purchase.home import overdue_purchases, purchase_todos
from finance.purchase.models import PurchaseRequest, RequestState
from finance.purchase.prints import sheet
from finance.purchase.queries import lines_of
from logistics.platform.approvals.public import current_run
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.order.conftest import Shop
from tests.finance.purchase.conftest import everything, row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-02")]


@pytest.fixture
def shop(cast, budget) -> Shop:
    return Shop(cast, budget)


def typed(budget, *lines, **given) -> dict:
    head = {"title": "办公用品", "department": budget.office.pk, "reason": "日常办公", "needed_on": ""} | given
    first = {"name": "A4 纸", "quantity": "2", "unit": "包", "price": "15.80", "budget_line": budget.line.pk, "destination": "store"}
    for n, line in enumerate(lines or [first]):
        head |= {f"lines-{n}-{name}": value for name, value in (first | line).items()}
    return head


def test_a_typed_form_becomes_a_draft_and_empty_rows_do_not_count(desk, budget, cast, browse):
    empty = dict.fromkeys(("name", "quantity", "unit", "price", "budget_line", "destination"), "")
    same = {"name": "笔", "unit": "", "budget_line": "", "destination": "", "price": "１.50", "quantity": "１０"}
    answer = browse(cast.keeper).post("/finance/purchase/new/", typed(budget, {}, empty, same))
    assert answer.status_code == 302, answer.context["form"].errors
    request = PurchaseRequest.objects.get()
    assert [(line.name, line.unit, line.budget_line, line.destination, line.amount) for line in lines_of(request)] == [
        ("A4 纸", "包", budget.line, "store", Decimal("31.60")),
        ("笔", "包", budget.line, "store", Decimal("15.00")),
    ]
    assert request.created_by == cast.keeper


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(desk, budget, cast, browse):
    before = everything()
    answer = browse(cast.keeper).post("/finance/purchase/new/", typed(budget, {"name": "打印纸", "price": "oops"}) | {"lines-more": "1"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="打印纸"' in text
    assert 'value="oops"' in text
    assert 'name="lines-1-name"' in text
    assert "要改，还没有保存" not in text
    assert everything() == before


def test_a_row_ticked_away_is_left_out(desk, budget, cast, browse):
    browse(cast.keeper).post("/finance/purchase/new/", typed(budget, {}, {"name": "笔", "gone": "1"}))
    assert [line.name for line in lines_of(PurchaseRequest.objects.get())] == ["A4 纸"]


WRONG = [
    ({"price": "十元"}, "第 1 行预计单价（元）：请填数字"), ({"price": "1.005"}, "小数"), ({"price": "-1"}, "大于或等于0"), ({"price": "1000000000000"}, "12"),
    ({"quantity": "两个"}, "请填数字"), ({"quantity": "0"}, "大于零"), ({"budget_line": "999999"}, "请从列出来的里面选"), ({"budget_line": ""}, "预算指标"),
    ({"budget_line": "1e5"}, "整数"), ({"destination": "moon"}, "请从列出来的里面选"), ({"name": ""}, "请填写这一项"), ({"name": "长" * 10000}, "最多 80"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_what_is_wrong_stands_at_the_lines_and_nothing_is_saved(desk, budget, cast, browse, wrong, words):
    before = everything()
    answer = browse(cast.keeper).post("/finance/purchase/new/", typed(budget, wrong))
    assert answer.status_code == 422
    assert any(words in sentence for sentence in answer.context["form"].errors["lines"]), answer.context["form"].errors
    assert everything() == before


def test_the_form_offers_no_foreign_department_and_takes_none(desk, budget, cast, browse):
    from logistics.platform.org.models import Department

    other = Department.objects.get(name="文科组")
    page = browse(cast.keeper).get("/finance/purchase/new/")
    assert other.name not in page.content.decode()
    assert browse(cast.keeper).post("/finance/purchase/new/", typed(budget, department=other.pk)).status_code == 422


def test_an_edit_of_an_old_page_is_refused(desk, budget, cast, browse):
    request = desk.write()
    old = request.stamp
    client = browse(cast.keeper)
    assert client.post(f"/finance/purchase/{request.pk}/edit/", typed(budget, {"name": "甲"}) | {"seen": old}).status_code == 302
    assert client.post(f"/finance/purchase/{request.pk}/edit/", typed(budget, {"name": "乙"}) | {"seen": old}).status_code == 409
    assert [line.name for line in lines_of(request)] == ["甲"]


def test_the_edit_page_shows_the_stored_lines(desk, budget, cast, browse):
    request = desk.write(row(budget.line, "A4 纸", "2.500"))
    text = browse(cast.keeper).get(f"/finance/purchase/{request.pk}/edit/").content.decode()
    assert 'value="A4 纸"' in text
    assert 'value="2.5"' in text
    assert f'name="seen" value="{request.stamp}"' in text


def test_others_rows_are_404_by_page_and_api(desk, cast, browse, call):
    request = desk.send()
    for page in ("", "edit/", "submit/", "withdraw/", "cancel/"):
        assert browse(cast.stranger).get(f"/finance/purchase/{request.pk}/{page}").status_code == 404, page
    assert call(cast.stranger).get(f"/api/v1/finance/purchases/{request.pk}/").status_code == 404
    assert call(cast.stranger).post(f"/api/v1/finance/purchases/{request.pk}/submit/").status_code == 404
    assert browse(cast.stranger).get(f"/print/finance.purchaserequest/{request.pk}/").status_code == 404


def test_a_program_writes_lines_as_a_list_and_meets_the_same_sentences(desk, budget, cast, call):
    line = {"name": "纸", "quantity": 2, "unit": "包", "price": "15.80", "budget_line": budget.line.pk, "destination": "store"}
    body = {"title": "办公用品", "department": budget.office.pk, "reason": "日常办公", "lines": [line, {"name": "笔", "quantity": "3", "price": 1}]}
    made = call(cast.keeper).post("/api/v1/finance/purchases/", body, "json")
    assert made.status_code == 201, made.json()
    assert [(one["name"], one["amount"]) for one in made.json()["lines"]] == [("纸", "31.60"), ("笔", "3.00")]
    before = everything()
    for wrong in ([line | {"price": "-1"}], [line | {"price": [1]}], "纸", [1], [], [line] * 600, {"0": line}):
        answer = call(cast.keeper).post("/api/v1/finance/purchases/", body | {"lines": wrong}, "json")
        assert answer.status_code == 400, wrong
        assert "lines" in answer.json()
    assert everything() == before


def test_pressed_twice_by_page_it_is_sent_once(desk, cast, browse):
    request = desk.write()
    client, seen = browse(cast.keeper), request.stamp
    assert client.post(f"/finance/purchase/{request.pk}/submit/", {"seen": seen}).status_code == 302
    assert client.post(f"/finance/purchase/{request.pk}/submit/", {"seen": seen}).status_code == 409
    assert desk.reserved() == Decimal("31.60")


def test_the_paper_of_the_signer_tells_lines_and_budget(desk, cast, browse):
    request = desk.send()
    text = browse(cast.principal).get(reverse("approvals:run-detail", args=[current_run(request).pk])).content.decode()
    for words in ("A4 纸", "31.60", "可用 1,000.00", "968.40"):
        assert words in text, words


def test_the_paper_of_the_signer_tells_what_was_paid_before_and_what_looks_odd(shop, cast, browse):
    shop.order(at=NOW - timedelta(days=40))
    request = shop.send(shop.write(row(fresh(shop.budget.line), price="19.80")))
    text = browse(cast.principal).get(reverse("approvals:run-detail", args=[current_run(request).pk])).content.decode()
    for words in ("买过", "晨光文具店", "15.80", "高 25%", "批后可用"):
        assert words in text, words


def test_the_detail_page_tells_the_story(desk, cast, browse):
    request = desk.approved()
    text = browse(cast.buyer).get(f"/finance/purchase/{request.pk}/").content.decode()
    assert "接手采购" in text
    assert "询价、下单" in text
    assert "接手采购" not in browse(cast.keeper).get(f"/finance/purchase/{request.pk}/").content.decode()


def test_the_price_fragment_is_for_whoever_may_ask(desk, cast, browse):
    assert browse(cast.keeper).get("/finance/purchase/prices/", {"lines-0-name": "A4 纸"}).status_code == 200
    assert browse(cast.nobody).get("/finance/purchase/prices/", {"lines-0-name": "A4 纸"}).status_code == 403


def test_the_sheet_says_everything_and_prints(desk, cast, browse):
    request = desk.approved()
    said = sheet(request, cast.keeper)
    assert said["total"] == Decimal("31.60")
    assert [one["name"] for one in said["signers"]] == ["校某"]
    pdf = browse(cast.keeper).get(f"/print/finance.purchaserequest/{request.pk}/")
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF-")


def test_first_page_tells_applicant_and_buyer(desk, cast):
    request = desk.send()
    assert purchase_todos(cast.keeper, NOW) == []
    desk.sign(request, "send_back", opinion="数量太多")
    (todo,) = purchase_todos(cast.keeper, NOW)
    assert "数量太多" in todo.detail
    approved = desk.approved(title="墨盒", needed_on=NOW.date())
    assert [todo.title for todo in purchase_todos(cast.buyer, NOW)] == ["墨盒"]
    (late,) = overdue_purchases(cast.buyer, NOW + timedelta(days=2))
    assert late.count == 1
    rules.take_request(actor=cast.buyer, at=NOW, record=approved)
    assert [todo.title for todo in purchase_todos(cast.buyer, NOW)] == ["墨盒"]
    assert fresh(approved).state == RequestState.APPROVED


def test_bought_first_stands_on_the_first_page_until_its_paper_is_sent(desk, cast):
    desk.write(is_urgent=True, urgent_reason="水管爆裂抢修", bought_on=NOW.date() - timedelta(days=2))
    (todo,) = purchase_todos(cast.keeper, NOW)
    assert todo.due_at.date() == NOW.date() + timedelta(days=5)


def test_the_search_box_finds_it_by_number_title_pinyin_and_thing(desk, cast, browse):
    request = desk.send()
    for words in (request.number, "办公用品", "bgyp", "A4 纸"):
        assert "办公用品" in browse(cast.keeper).get("/search/", {"q": words}).content.decode(), words
        assert f"/finance/purchase/{request.pk}/" not in browse(cast.stranger).get("/search/", {"q": words}).content.decode()


def test_a_person_without_budget_rights_reads_no_foreign_sums(desk, budget, cast, browse):
    request = desk.write(actor=cast.teacher, department=budget.teaching)
    assert "批后可用" not in browse(cast.teacher).get(f"/finance/purchase/{request.pk}/").content.decode()
    assert "可用" not in browse(cast.teacher).get("/finance/purchase/new/").content.decode()
    assert "批后可用" in browse(cast.accountant).get(f"/finance/purchase/{request.pk}/").content.decode()
