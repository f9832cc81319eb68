"""The pages of claims and payments as people meet them: from the phone's form to the bank's list (FIN-06)."""

import io

import pytest
from openpyxl import load_workbook

from finance.claim.home import claim_todos, late_advances
from finance.claim.models import Claim
from finance.payment import batch_rules
from finance.payment.models import Payment
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-06")]


@pytest.fixture
def as_(client, desk):
    def login(who):
        client.force_login(getattr(desk.cast, who))
        return client

    return login


def fields(desk, **given) -> dict:
    return {
        "kind": "petty", "title": "买粉笔", "department": desk.budget.teaching.pk, "budget_line": desk.line.pk, "amount": "12.50", "method": "transfer",
        "account": "6222", "bank": "工行",
    } | given  # fmt: skip


def test_a_teacher_files_a_claim_with_its_invoice_and_sends_it(desk, as_):
    client = as_("teacher")
    assert "出差、外出学习" in client.get("/finance/claim/new/").content.decode()
    page = client.get("/finance/claim/new/?kind=petty").content.decode()
    assert "去了哪里" not in page
    assert "采购单" not in page
    assert client.post("/finance/claim/new/", fields(desk)).status_code == 302
    claim = Claim.objects.get()
    page = client.get(f"/finance/claim/{claim.pk}/").content.decode()
    assert "还差 12.50" in page.replace("¥", "").replace("&nbsp;", " ")
    given = {"number": "２６３１２０００００３８１２３４５６７８", "issued_on": "2026-11-18", "amount": "12.50", "tax": "0.36", "seller": "晨光"}
    assert client.post(f"/finance/claim/{claim.pk}/add_invoice/", given).status_code == 302
    seen = f"draft.12.50.0.00.None.{claim.account}"
    assert client.post(f"/finance/claim/{claim.pk}/submit/", {"seen": seen}).status_code == 302
    assert (fresh(claim).state, claim.invoices.get().number) == ("submitted", "26312000003812345678")
    assert client.post(f"/finance/claim/{claim.pk}/submit/", {"seen": seen}).status_code in (403, 409, 422)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "十元"}, "请填数字"),
        ({"amount": "1.234"}, "小数"),
        ({"title": "长" * 10000}, "最多 80 个字"),
        ({"budget_line": "999999"}, "请从列出来的"),
        ({"amount": ""}, "请填写"),
    ],
)
def test_wrong_input_keeps_the_form_and_saves_nothing(desk, as_, wrong, words):
    response = as_("teacher").post("/finance/claim/new/", fields(desk, **wrong))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Claim.objects.exists()


def test_every_page_opens_for_who_may_and_for_nobody_else(desk, as_):
    order = desk.order(600)
    of_order = desk.submit(desk.of_order(order))
    desk.approve(of_order)
    desk.pay(of_order)
    owed, claim = desk.paid(500, kind="advance"), desk.approved(20)
    batch = batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=[claim])
    payment = Payment.objects.first()
    pages = [
        "/finance/claim/", f"/finance/claim/{of_order.pk}/", f"/finance/claim/{owed.pk}/", f"/finance/claim/{claim.pk}/", "/finance/payment/",
        f"/finance/payment/{payment.pk}/", "/finance/batch/", f"/finance/batch/{batch.pk}/", f"/finance/batch/{batch.pk}/bank.xlsx", "/finance/batch/new/",
        f"/finance/claim/{owed.pk}/pay_back/", f"/finance/payment/{payment.pk}/return/", f"/print/finance.claim/{of_order.pk}/",
        f"/print/finance.payment/{payment.pk}/", f"/print/finance.paymentbatch/{batch.pk}/",
    ]  # fmt: skip
    client = as_("cashier")
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    stranger = as_("stranger")
    assert {stranger.get(page).status_code for page in pages[1:]} <= {403, 404}


def test_the_banks_list_has_its_columns_and_the_total_in_capitals(desk, as_):
    claims = [desk.approved("100.10"), desk.approved(200)]
    batch = batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=claims)
    content = b"".join(as_("cashier").get(f"/finance/batch/{batch.pk}/bank.xlsx").streaming_content)
    rows = [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)][2:]
    assert rows[0] == ["序号", "收款人", "账号", "开户行", "金额", "用途"]
    assert [row[:2] + row[4:5] for row in rows[1:3]] == [[1, "教某", 100.1], [2, "教某", 200]]
    assert rows[3][1:5] == ["合计", "2 笔", "叁佰元壹角整" if "叁佰元壹角整" in rows[3] else "叁佰元壹角", 300.1]


def test_a_stale_page_pays_nothing(desk, as_):
    claim = desk.approved(100)
    response = as_("cashier").post(
        f"/finance/claim/{claim.pk}/pay/", {"seen": "draft.100.00.0.00.None.", "account": desk.bank.pk, "paid_on": TODAY.isoformat()}
    )
    assert response.status_code == 409
    assert not Payment.objects.exists()


def test_the_api_files_and_pays_by_the_same_rules(desk, as_):
    client = as_("teacher")
    made = client.post("/api/v1/finance/claims/", fields(desk), content_type="application/json")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert made.json()["account"].startswith("****")
    bad = client.post("/api/v1/finance/claims/", fields(desk, amount="-1"), content_type="application/json")
    assert bad.status_code == 400
    assert (
        client.post(f"/api/v1/finance/claims/{pk}/pay/", {"account": desk.bank.pk, "paid_on": "2026-11-18"}, content_type="application/json").status_code == 403
    )


def test_the_first_page_tells_cashier_accountant_and_owner(desk):
    desk.approved(10)
    desk.paid(20)
    assert [todo.verb for todo in claim_todos(desk.cast.cashier, NOW)] == ["付"]
    assert [todo.verb for todo in claim_todos(desk.cast.accountant, NOW)] == ["记"]
    assert claim_todos(desk.cast.teacher, NOW) == []
    assert late_advances(desk.cast.teacher, NOW) == []


@pytest.mark.requirement("FIN-02")
def test_the_buyer_is_led_from_what_came_to_its_claim_and_nobody_else_is(desk, as_):
    order = desk.order(300, 200)
    address = f"/finance/order/{order.pk}/"
    link = f"/finance/claim/new/?kind=purchase&amp;order={order.pk}"
    page = as_("buyer").get(address).content.decode()
    assert "500.00" in page
    assert link in page
    assert [todo.url for todo in claim_todos(desk.cast.buyer, NOW)] == [address]
    assert claim_todos(desk.cast.keeper, NOW) == []
    assert link not in as_("keeper").get(address).content.decode()
    claim = desk.of_order(order)
    assert claim_todos(desk.cast.buyer, NOW) == []
    desk.submit(claim)
    assert link not in as_("buyer").get(address).content.decode()


def test_what_came_in_part_is_claimed_from_its_page_and_what_did_not_come_is_not(desk, as_):
    some, nothing = desk.order(300, accepted=0.5), desk.order(100, accepted=0)
    assert "150.00" in as_("buyer").get(f"/finance/order/{some.pk}/").content.decode()
    assert "claim/new" not in as_("buyer").get(f"/finance/order/{nothing.pk}/").content.decode()
