"""Fees on pages and paper, at the parent's link, from a list of payments (FIN-08)."""

from decimal import Decimal

import pytest
from django.test import Client

from finance.fee import cash_rules, consent_rules
from finance.fee.models import FeeCharge, FeeDue, FeePayment
from logistics.platform.attachments.models import Attachment
from logistics.platform.imports import rules as imports
from logistics.platform.imports.targets import target_for
from logistics.platform.search.queries import find
from tests.conftest import NOW, api_key
from tests.finance.fee.conftest import TODAY
from tests.pdf import Pdf
from tests.platform.attachments_kit import PDF
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("FIN-08")
SIGNED = {"agrees": "yes", "name": "赵大", "relation": "父亲", "signature_typed": "赵大"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """Pages ask the clock; the school's day is the one of NOW."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def browse():
    def as_person(person=None) -> Client:
        client = Client()
        if person:
            client.force_login(person)
        return client

    return as_person


def link_of(due) -> str:
    return f"/public/fee/{consent_rules.code_of(due)}/"


def test_the_public_list_is_open_and_shows_the_approval(fees, browse):
    fees.draft("没核定的", "service", 20)
    answer = browse().get("/public/fees/")
    text = answer.content.decode()
    assert "校服" in text
    assert "403.00 元/生·学期" in text
    assert "没核定的" not in text
    shown = Attachment.objects.filter(kind="finance.feeitem", record_id=fees.uniform.pk).get()
    hidden = Attachment.objects.get(kind="finance.feeitem", record_id=fees.draft("也没核定", "service", 9).pk)
    paper = browse().get(f"/public/fees/file/{shown.token}/")
    assert (paper.status_code, paper["Content-Type"], paper.getvalue()) == (200, "application/pdf", PDF)
    assert browse().get(f"/public/fees/file/{hidden.token}/").status_code == 404


def test_a_parent_signs_once_and_sees_one_student(fees, browse):
    charge = fees.issued(fees.uniform)
    due = fees.due(charge, "701")
    web, url = browse(), link_of(due)
    page = web.get(url)
    text = page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "赵一" in text
    assert not any(name in text for name in ("钱二二", "孙三", "李四", "周五"))
    for wrong in ({}, SIGNED | {"signature_typed": "别人"}, SIGNED | {"agrees": "maybe"}, SIGNED | {"name": "长" * 10_000}, SIGNED | {"signature_typed": ""}):
        assert web.post(url, wrong).status_code == 422
    assert fees.due(charge, "701").consent == "pending"
    assert web.post(url, SIGNED).status_code == 201
    after = web.get(url)
    assert (after.status_code, "赵一" in after.content.decode()) == (410, False)
    assert web.post(url, SIGNED | {"agrees": "no"}).status_code == 410
    signed = fees.due(charge, "701")
    assert (signed.consent, signed.consent_name, signed.consent_by) == ("agreed", "赵大", None)


def test_links_cannot_be_guessed_and_guessing_is_stopped(fees, browse):
    charge = fees.issued(fees.uniform)
    due, other = fees.due(charge, "701"), fees.due(charge, "702")
    mac = consent_rules.code_of(due).partition("-")[2]
    web = browse()
    for code in (f"{other.pk}-{mac}", str(due.pk), f"{due.pk}-", f"{due.pk}-{mac[:-1]}", "9" * 40 + "-a", "abc", f"²-{mac}"):
        assert web.get(f"/public/fee/{code}/").status_code == 404, code
    statuses = {web.get(f"/public/fee/{due.pk}-{n:032x}/").status_code for n in range(25)}
    assert statuses == {404, 429}
    free = fees.issued()
    assert consent_rules.due_by_code(consent_rules.code_of(fees.due(free, "701"))) is None


def test_the_class_teacher_hands_out_links_of_the_own_class(fees, cast, browse):
    charge = fees.issued(fees.uniform)
    text = browse(cast.headteacher).get(f"/finance/charge/{charge.pk}/links/").content.decode()
    assert consent_rules.code_of(fees.due(charge, "701")) in text
    assert "李四" not in text
    assert browse(cast.headteacher).get(f"/finance/charge/{charge.pk}/links/?xlsx").status_code == 200
    assert browse(cast.cashier).get(f"/finance/charge/{charge.pk}/links/").status_code == 403
    assert browse(cast.teacher).get(f"/finance/charge/{charge.pk}/links/").status_code == 403
    due = fees.due(charge, "701")
    assert consent_rules.code_of(due) not in browse(cast.inspector).get(f"/finance/due/{due.pk}/").content.decode()
    assert browse(cast.headteacher).get(f"/finance/due/{fees.due(charge, '801').pk}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "三百"), ("amount", "1.005"), ("amount", "-1"), ("amount", "0"), ("amount", "301"), ("amount", "1000000000000"), ("item", "99999"), ("term", ""),
        ("due_on", "昨天"), ("due_on", "2026-11-01"), ("due_on", "9999-12-31"), ("students", "没有这个"), ("classes", "77777"), ("note", "长" * 10_000),
    ],
)  # fmt: skip
def test_wrong_input_stands_at_its_field(fees, cast, browse, field, value):
    given = {"item": fees.boarding.pk, "term": fees.term.pk, "amount": "300", "due_on": "2026-11-30", "classes": [fees.mine.pk]}
    answer = browse(cast.accountant).post("/finance/charge/new/", given | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert FeeCharge.objects.count() == 0


def test_a_charge_is_made_on_the_page_and_decided_by_the_api(fees, cast, browse):
    given = {"item": fees.boarding.pk, "term": fees.term.pk, "amount": "300", "due_on": "2026-11-30", "students": "701，８０１"}
    answer = browse(cast.accountant).post("/finance/charge/new/", given)
    assert answer.status_code == 302
    charge = FeeCharge.objects.get()
    web = Client(headers={"authorization": f"Token {api_key(cast.accountant)}"})
    assert web.post(f"/api/v1/finance/charges/{charge.pk}/issue/").status_code == 403
    boss = Client(headers={"authorization": f"Token {api_key(cast.principal)}"})
    assert boss.post(f"/api/v1/finance/charges/{charge.pk}/issue/", {"seen": "issued"}).status_code == 409
    assert boss.post(f"/api/v1/finance/charges/{charge.pk}/issue/").status_code == 200
    assert sorted(charge.dues.values_list("student__number", flat=True)) == ["701", "801"]
    teacher = Client(headers={"authorization": f"Token {api_key(cast.headteacher)}"})
    assert teacher.get("/api/v1/finance/dues/").json()["count"] == 1
    assert teacher.post(f"/api/v1/finance/dues/{fees.due(charge, '801').pk}/collect/", {"paid_on": "2026-11-18"}).status_code == 404


def test_payments_come_from_a_list_all_or_nothing_and_not_twice(fees, cast):
    charge = fees.issued()
    head = ["学号", "姓名", "实缴金额", "缴费时间", "流水号"]
    good = [["701", "赵一", "300.00", "2026-11-18", "L1"], ["702", "钱二二", "１００", "2026年11月18日", "L2"]]

    def run(rows):
        return imports.start_run(
            actor=cast.cashier, at=NOW, target=target_for("finance-fee-payments"), name="名单.xlsx", content=xlsx([head, *rows]), into=charge.pk
        )

    assert found(
        run([*good, ["703", "别人", "300", "2026-11-18", "L3"], ["999", "无", "1", "2026-11-18", "L4"], ["801", "李四", "300.01", "2026-11-18", "L5"]])
    )
    assert FeePayment.objects.count() == 0
    ready = run(good)
    assert found(ready) == {}
    imports.commit_run(actor=cast.cashier, at=NOW, run=ready)
    assert (fees.due(charge, "701").paid, fees.due(charge, "702").paid) == (300, 100)
    assert found(run(good[:1]))


def test_many_are_noted_at_once_each_with_its_own_receipt(fees, cast, browse):
    charge = fees.issued()
    ids = list(FeeDue.objects.values_list("pk", flat=True))
    answer = browse(cast.cashier).post("/finance/due/bulk/collect/", {"ids": ids, "confirmed": "1", "paid_on": str(TODAY), "means": "transfer"})
    assert answer.status_code == 302
    assert charge.dues.filter(paid=300).count() == 5
    assert FeePayment.objects.values("receipt").distinct().count() == 5


def test_the_papers_print(fees, cast, browse):
    charge = fees.issued(fees.boarding, classes=[fees.mine])
    web = browse(cast.accountant)
    assert "还没有结算" in web.get(f"/print/finance.feecharge/{charge.pk}/").content.decode()
    fees.pay(charge, "701")
    fees.booked(charge)
    fees.settled(charge, "99.99")
    settlement = Pdf(web.get(f"/print/finance.feecharge/{charge.pk}/").content).text()
    assert "结算表" in settlement
    assert "200.01" in settlement
    refunds = Pdf(web.get(f"/finance/charge/{charge.pk}/refunds.pdf").content).text()
    assert "退费清单" in refunds
    assert "签收" in refunds
    board = Pdf(web.get("/finance/fee-board.pdf").content).text()
    assert "收费公示表" in board
    assert "价费〔2024〕12号" in board
    assert browse(cast.teacher).get("/finance/fee-board.pdf").status_code == 403


def test_why_a_fee_was_waived_is_for_few(fees, cast, browse):
    charge = fees.issued()
    due = fees.due(charge, "701")
    given = {"amount": "100", "kind": "poor", "reason": "全家吃低保"}
    assert browse(cast.vice).post(f"/finance/due/{due.pk}/waive/", given).status_code == 302
    for person, sees in ((cast.vice, True), (cast.accountant, True), (cast.headteacher, False), (cast.cashier, False), (cast.inspector, False)):
        assert ("全家吃低保" in browse(person).get(f"/finance/due/{due.pk}/").content.decode()) is sees
    assert fees.due(charge, "701").waived == Decimal(100)


def test_a_parent_signs_without_cookies_and_is_told_what_is_left_after_a_waiver(fees, cast):
    charge = fees.issued(fees.uniform)
    due = fees.due(charge, "701")
    cash_rules.waive(actor=cast.vice, at=NOW, record=due, amount=Decimal("103.50"), kind="poor", reason="全家吃低保")
    web, url = Client(enforce_csrf_checks=True), link_of(due)
    text = web.get(url).content.decode()
    assert "299.50" in text
    assert "低保" not in text
    web.cookies.clear()
    answer = web.post(url, SIGNED)
    assert answer.status_code == 201
    assert "299.50" in answer.content.decode()


def test_a_hall_full_of_parents_can_open_their_links(fees, browse):
    due = fees.due(fees.issued(fees.uniform), "701")
    web = browse()
    assert {web.get(link_of(due)).status_code for _ in range(60)} == {200}
    assert FeeDue.objects.get(pk=due.pk).consent == "pending"


def test_fees_are_found_by_who_may_see_them(fees, cast):
    charge = fees.issued(fees.uniform, classes=[fees.other])
    fees.draft("没核定的", "service", 20)

    def titles(person, typed):
        return {hit.title for found in find(person, typed) for hit in found.hits}

    assert "校服" in titles(cast.accountant, "xiaofu")
    assert "校服" in titles(cast.cashier, charge.number)
    assert "没核定的" in titles(cast.accountant, "没核定")
    assert titles(cast.cashier, "没核定") == set()
    assert titles(cast.headteacher, charge.number) == set()
    assert titles(cast.teacher, "校服") == set()
