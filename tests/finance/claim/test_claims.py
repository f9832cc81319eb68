"""报销: from draft to approved; what is missing is said, what it holds of the budget is right at every step (FIN-06)."""

from datetime import date
from decimal import Decimal

import pytest

from finance.claim import line_rules, rules
from finance.claim.models import Claim, ClaimLine, Invoice
from finance.claim.queries import claims_visible_to
from logistics.platform.approvals import deciding_rules as deciding
from logistics.platform.approvals.public import current_run
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import ACCOUNT, TODAY, sums

pytestmark = pytest.mark.requirement("FIN-06")


def test_submitting_reserves_and_approval_makes_it_payable(desk):
    claim = desk.submit(desk.claim(120))
    assert (claim.number, claim.state, claim.total, claim.payee) == ("BZ-2026-0001", "submitted", Decimal(120), desk.cast.teacher.name)
    assert sums(desk.line) == (120, 0, 0)
    assert desk.approve(claim).state == "approved"
    assert sums(desk.line) == (120, 0, 0)


@pytest.mark.parametrize("how", ["withdraw", "return", "reject", "cancel"])
def test_what_does_not_go_on_frees_its_budget(desk, how):
    claim = desk.submit(desk.claim(120))
    teacher, principal = desk.cast.teacher, desk.cast.principal
    if how == "withdraw":
        rules.withdraw_claim(actor=teacher, at=NOW, record=claim)
    elif how == "return":
        deciding.send_back(actor=principal, at=NOW, record=current_run(claim), opinion="发票不清楚")
    elif how == "reject":
        deciding.reject(actor=principal, at=NOW, record=current_run(claim), opinion="不该学校出")
    else:
        rules.cancel_claim(actor=teacher, at=NOW, record=desk.approve(claim), reason="不报了")
    assert sums(desk.line) == (0, 0, 0)
    assert fresh(claim).state == {"withdraw": "draft", "return": "draft", "reject": "rejected", "cancel": "cancelled"}[how]
    assert Invoice.objects.get(claim=claim).is_live == (how in ("withdraw", "return"))


def test_a_returned_claim_keeps_its_number(desk):
    claim = desk.submit(desk.claim(120))
    rules.withdraw_claim(actor=desk.cast.teacher, at=NOW, record=claim)
    assert desk.submit(fresh(claim)).number == claim.number
    assert sums(desk.line) == (120, 0, 0)


def test_invoices_must_reach(desk):
    claim = desk.claim(120, invoice=False)
    desk.invoice(claim, Decimal("119.99"))
    with pytest.raises(RuleViolation, match=r"还差 0.01 元"):
        desk.submit(claim)
    assert (fresh(claim).state, sums(desk.line)) == ("draft", (0, 0, 0))


def test_allowances_of_a_trip_need_no_invoice(desk):
    claim = desk.claim(200, kind="trip", place="省城", from_on=date(2026, 11, 10), until_on=date(2026, 11, 12))
    line_rules.add_line(actor=desk.cast.teacher, at=NOW, record=claim, what="伙食补助", budget_line=desk.line, amount=Decimal(300), is_allowance=True)
    assert desk.submit(fresh(claim)).total == 500
    petty = desk.claim(10)
    with pytest.raises(RuleViolation, match="只有差旅有补助"):
        line_rules.add_line(actor=desk.cast.teacher, at=NOW, record=petty, what="补助", budget_line=desk.line, amount=Decimal(1), is_allowance=True)


BAD = [
    ({"amount": "十元"}, "amount"),
    ({"amount": "1.234"}, "amount"),
    ({"amount": "-5"}, "amount"),
    ({"amount": "-0"}, "amount"),
    ({"amount": "1" + "0" * 12}, "amount"),
    ({"amount": "NaN"}, "amount"),
    ({"budget_line": None}, "budget_line"),
    ({"title": " "}, "title"),
    ({"department": None}, "department"),
    ({"papers": 1000}, "papers"),
    ({"method": "offset"}, "method"),
    ({"kind": "purchase"}, "order"),
    ({"kind": "trip"}, "place"),
    ({"kind": "trip", "place": "省城", "from_on": date(2026, 11, 12), "until_on": date(2026, 11, 10)}, "until_on"),
    ({"kind": "trip", "place": "省城", "from_on": date(2026, 11, 12), "until_on": date(2027, 11, 10)}, "until_on"),
    ({"kind": "trip", "place": "省城", "from_on": date.min, "until_on": date(2026, 11, 10)}, "from_on"),
    ({"kind": "advance", "back_on": date(2026, 11, 1)}, "back_on"),
    ({"kind": "advance", "back_on": date.max}, "back_on"),
]


@pytest.mark.parametrize(("fields", "field"), BAD)
def test_wrong_input_is_refused_at_its_field(desk, fields, field):
    given = {
        "kind": "petty", "title": "买粉笔", "department": desk.budget.teaching, "method": "transfer", "budget_line": desk.line, "amount": "10", **ACCOUNT,
    } | fields  # fmt: skip
    with pytest.raises(RuleViolation) as refusal:
        rules.create_claim(actor=desk.cast.teacher, at=NOW, **given)
    assert refusal.value.field == field
    assert not Claim.objects.exists()
    assert not ClaimLine.objects.exists()


def test_a_line_of_another_department_is_refused(desk):
    with pytest.raises(RuleViolation, match="请从列出来的"):
        desk.claim(10, budget_line=desk.budget.line)
    claim, other = desk.claim(10), desk.claim(20)
    foreign = other.lines.get()
    with pytest.raises(RuleViolation, match="刚刚被去掉"):
        line_rules.edit_line(actor=desk.cast.teacher, at=NOW, record=claim, row=foreign, what="x", budget_line=desk.line, amount=Decimal(1))
    assert fresh(foreign).amount == 20


def test_not_enough_budget_says_how_much_and_changes_nothing(desk):
    claim = desk.claim(5000.01)
    with pytest.raises(RuleViolation, match=r"还差 0.01 元"):
        desk.submit(claim)
    assert (fresh(claim).state, fresh(claim).number, sums(desk.line)) == ("draft", "", (0, 0, 0))


def test_a_closed_year_takes_no_claim(desk):
    claim = desk.claim(10)
    type(desk.budget.year).objects.filter(pk=desk.budget.year.pk).update(state="closed")
    with pytest.raises(RuleViolation, match="预算指标现在不能用"):
        desk.submit(claim)
    assert fresh(claim).state == "draft"


def test_cash_above_the_limit_is_refused_at_submit(desk):
    claim = desk.claim(1000.01, method="cash", account="", bank="")
    with pytest.raises(RuleViolation, match=r"现金最多付 1,000.00 元"):
        desk.submit(claim)
    assert desk.submit(desk.claim(1000, method="cash", account="", bank="")).state == "submitted"


def test_a_transfer_needs_an_account(desk):
    with pytest.raises(RuleViolation, match="账号和开户行"):
        desk.submit(desk.claim(10, account=""))


def test_nothing_of_a_sent_claim_can_be_changed(desk):
    claim, teacher = desk.submit(desk.claim(10)), desk.cast.teacher
    line, invoice = claim.lines.get(), claim.invoices.get()
    acts = [
        lambda: line_rules.add_line(actor=teacher, at=NOW, record=claim, what="x", budget_line=desk.line, amount=Decimal(1)),
        lambda: line_rules.remove_line(actor=teacher, at=NOW, record=claim, row=line),
        lambda: line_rules.remove_invoice(actor=teacher, at=NOW, record=claim, invoice=invoice),
        lambda: desk.invoice(claim, 10),
        lambda: rules.update_claim(actor=teacher, at=NOW, record=claim, title="改", department=claim.department),
        lambda: rules.submit_claim(actor=teacher, at=NOW, record=claim),
    ]
    for act in acts:
        with pytest.raises(RuleViolation):
            act()
    assert (fresh(claim).total, claim.lines.count(), claim.invoices.count()) == (10, 1, 1)


def test_others_can_neither_see_nor_touch_it(desk):
    claim, stranger = desk.claim(10), desk.cast.stranger
    assert not claims_visible_to(stranger).exists()
    for act in (rules.submit_claim, rules.withdraw_claim):
        with pytest.raises(RuleViolation):
            act(actor=stranger, at=NOW, record=claim)
    with pytest.raises(NotAllowed):
        line_rules.remove_line(actor=stranger, at=NOW, record=claim, row=claim.lines.get())
    assert claims_visible_to(desk.cast.accountant).get() == claim


# orders


def test_an_order_fills_the_claim_and_uses_its_commitment(desk):
    order = desk.order(600, 300)
    claim = desk.of_order(order)
    assert (claim.total, claim.department, claim.partner) == (900, desk.budget.teaching, desk.firm)
    assert [(line.budget_line_id, line.amount) for line in claim.lines.all()] == [(desk.line.pk, 600), (desk.other.pk, 300)]
    claim = desk.submit(claim)
    assert (claim.payee, claim.account, claim.bank) == ("晨光文具有限公司", "10386001", "农业银行")
    assert (sums(desk.line), sums(desk.other)) == ((0, 600, 0), (0, 300, 0))


def test_no_more_than_what_was_accepted(desk):
    order = desk.order(600, accepted="0.5")
    claim = desk.of_order(order)
    assert claim.total == 300
    row = claim.lines.get()
    line_rules.edit_line(actor=desk.cast.buyer, at=NOW, record=claim, row=row, what="文具", budget_line=desk.line, amount=Decimal("300.01"))
    desk.invoice(claim, 10)
    with pytest.raises(RuleViolation, match=r"还没报销的有 300.00 元，不能报 300.01"):
        desk.submit(claim)
    line_rules.edit_line(actor=desk.cast.buyer, at=NOW, record=claim, row=row, what="文具", budget_line=desk.line, amount=Decimal(300))
    desk.submit(fresh(claim))
    with pytest.raises(RuleViolation, match="没有验收了还没报销的钱"):
        desk.of_order(order)


def test_two_drafts_of_one_order_can_only_be_sent_once(desk):
    order = desk.order(600)
    first, second = desk.of_order(order), desk.of_order(order)
    desk.submit(first)
    with pytest.raises(RuleViolation, match=r"不能报 600.00 元"):
        desk.submit(second)
    assert fresh(second).state == "draft"


def test_a_stranger_cannot_claim_somebody_elses_order(desk):
    order = desk.order(600)
    with pytest.raises(RuleViolation, match="您经手的采购单"):
        rules.create_from_order(actor=desk.cast.teacher, at=NOW, order=order)
    assert not Claim.objects.exists()


# invoices


@pytest.mark.parametrize(
    "typed", ["26312000003812345678", "２６３１２０００００３８１２３４５６７８", " 2631 2000 0038 1234 5678 ", "2631-2000-0038-1234-5678"]
)
def test_the_same_invoice_is_refused_and_says_where_it_was_used(desk, typed):
    first = desk.submit(desk.claim(10, invoice="26312000003812345678"))
    second = desk.claim(10, invoice=False, actor=desk.cast.headteacher)
    with pytest.raises(RuleViolation, match=rf"{desk.cast.teacher.name}的报销单 {first.number}") as refusal:
        desk.invoice(second, 10, number=typed)
    assert refusal.value.field == "number"
    assert Invoice.objects.count() == 1


def test_the_code_tells_paper_invoices_apart(desk):
    claim = desk.claim(10, invoice=False)
    desk.invoice(claim, 10, number="12345678", code="031001900111")
    desk.invoice(claim, 10, number="12345678", code="031001900112")
    with pytest.raises(RuleViolation, match="您自己的还没有送批的报销单"):
        desk.invoice(claim, 10, number="１２３４５６７８", code="0310 0190 0111")
    with pytest.raises(RuleViolation, match="还要写发票代码"):
        desk.invoice(claim, 10, number="12345678")


def test_leaving_out_the_code_does_not_help(desk):
    claim = desk.claim(10, invoice=False)
    desk.invoice(claim, 10, number="A123456789", code="11010212")
    with pytest.raises(RuleViolation, match="已经用过了"):
        desk.invoice(claim, 10, number="a123456789")


def test_an_invoice_of_a_refused_claim_may_be_used_again(desk):
    claim = desk.submit(desk.claim(10, invoice="26312000003812345678"))
    deciding.reject(actor=desk.cast.principal, at=NOW, record=current_run(claim), opinion="另填一张")
    desk.claim(10, invoice="26312000003812345678")
    assert Invoice.objects.filter(is_live=True).count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": "12"}, "number"),
        ({"number": "1" * 30}, "number"),
        ({"number": "！！！"}, "number"),
        ({"amount": "0"}, "amount"),
        ({"amount": "x"}, "amount"),
        ({"tax": "10"}, "tax"),
        ({"tax": "-1"}, "tax"),
        ({"issued_on": date(2026, 11, 19)}, "issued_on"),
        ({"issued_on": date.min}, "issued_on"),
        ({"seller": "  "}, "seller"),
    ],
)
def test_a_wrong_invoice_is_refused_at_its_field(desk, fields, field):
    claim = desk.claim(10, invoice=False)
    given = {"number": "26312000003812345678", "issued_on": TODAY, "amount": "10", "tax": "0", "seller": "店"} | fields
    with pytest.raises(RuleViolation) as refusal:
        line_rules.add_invoice(actor=desk.cast.teacher, at=NOW, record=claim, **given)
    assert refusal.value.field == field
    assert not Invoice.objects.exists()
