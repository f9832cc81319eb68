"""请购单 from draft to settled: what holds the budget, who may do what, what a refusal leaves alone (FIN-02, FIN-12, FIN-13)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finance.budget.models import BudgetLine
from finance.budget.year_rules import close_year
from finance.purchase import rules
from finance.purchase.models import RequestLine, RequestState
from finance.purchase.queries import effects_of, lines_of, open_lines, requests_visible_to
from logistics.platform.access.models import Role
from logistics.platform.approvals.models import Chain
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import Department
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.purchase.conftest import everything, row

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-02")]
TODAY = date(2026, 11, 18)  # the day of NOW


def refused(work, *, error=RuleViolation) -> RuleViolation:
    before = everything()
    with pytest.raises(error) as caught:
        work()
    assert everything() == before
    return caught.value


def test_the_draft_counts_its_amounts_to_the_cent_and_holds_nothing(desk, budget):
    request = desk.write(row(budget.line, quantity="3", price="0.33"), row(budget.line, "订书钉", "1.5", "0.33"))
    assert [line.amount for line in lines_of(request)] == [Decimal("0.99"), Decimal("0.50")]
    assert request.total == Decimal("1.49")
    assert (request.state, request.number) == ("draft", "")
    assert desk.reserved() == 0


def test_sending_numbers_it_holds_the_money_per_budget_line_and_asks_the_first_signer(desk, budget):
    request = desk.send(desk.write(row(budget.line), row(budget.line, "笔", "10", "1"), row(budget.other, "灯管", "2", "20")))
    assert request.number == "QG-2026-0001"
    assert request.state == RequestState.SUBMITTED
    assert desk.reserved() == Decimal("41.60")
    assert desk.reserved(budget.other) == Decimal("40.00")


def test_the_signed_request_waits_for_a_buyer_and_buyers_are_told(desk):
    request = desk.approved()
    assert request.state == RequestState.APPROVED
    assert request.decided_at == NOW
    assert desk.reserved() == Decimal("31.60")
    told = OutboxMessage.objects.get(key__startswith=f"finance.purchase:{request.pk}:approved").payload
    assert told["recipients"] == [desk.cast.buyer.pk]


@pytest.mark.parametrize(("act", "state"), [("reject", "rejected"), ("send_back", "draft")])
def test_what_is_refused_or_sent_back_gives_its_money_back(desk, act, state):
    request = desk.sign(desk.send(), act=act, opinion="数量太多")
    assert (request.state, request.opinion) == (state, "数量太多")
    assert desk.reserved() == 0


def test_taken_back_changed_and_sent_again_keeps_its_number_and_holds_the_new_sum(desk, budget):
    request = desk.send()
    rules.withdraw_request(actor=desk.cast.keeper, at=NOW, record=request)
    assert desk.reserved() == 0
    fields = {"title": "办公用品", "department": budget.office, "reason": "日常办公"}
    rules.update_request(actor=desk.cast.keeper, at=NOW, record=fresh(request), lines=[row(budget.line, quantity="1")], **fields)
    again = desk.send(fresh(request))
    assert (again.number, again.total) == ("QG-2026-0001", Decimal("15.80"))
    assert desk.reserved() == Decimal("15.80")


def test_an_approved_request_nobody_ordered_can_be_given_up(desk):
    request = desk.approved()
    rules.cancel_request(actor=desk.cast.keeper, at=NOW, record=request, reason="不要了")
    assert fresh(request).state == RequestState.CANCELLED
    assert desk.reserved() == 0


def test_open_lines_are_all_of_an_approved_request_and_none_of_a_draft(desk):
    assert open_lines(desk.write()) == []
    assert [line.left for line in open_lines(desk.approved())] == [Decimal(2)]


def test_the_signer_reads_what_is_free_before_and_after(desk):
    request = desk.write()
    (draft,) = effects_of(request, lines_of(request))
    sent = desk.send(request)
    (effect,) = effects_of(sent, lines_of(sent))
    for one in (draft, effect):
        assert (one.before, one.amount, one.after) == (Decimal(1000), Decimal("31.60"), Decimal("968.40"))
        assert not one.is_short


# Who


def test_only_the_applicant_changes_sends_and_takes_back(desk, budget):
    request, other = desk.write(), desk.cast.director
    fields = {"title": "别的", "department": budget.office, "reason": "别的", "lines": [row(budget.line)]}
    refused(lambda: rules.update_request(actor=other, at=NOW, record=request, **fields), error=NotAllowed)
    refused(lambda: rules.submit_request(actor=other, at=NOW, record=request), error=NotAllowed)
    refused(lambda: rules.cancel_request(actor=other, at=NOW, record=request, reason="乱来"), error=NotAllowed)
    sent = desk.send(request)
    refused(lambda: rules.withdraw_request(actor=other, at=NOW, record=sent), error=NotAllowed)


def test_a_sent_request_is_not_changed_or_sent_twice(desk, budget):
    request = desk.send()
    fields = {"title": "别的", "department": budget.office, "reason": "别的", "lines": [row(budget.line)]}
    assert "先撤回" in str(refused(lambda: rules.update_request(actor=desk.cast.keeper, at=NOW, record=request, **fields)))
    refused(lambda: rules.submit_request(actor=desk.cast.keeper, at=NOW, record=request))


def test_nobody_asks_in_the_name_of_a_foreign_department(desk, budget):
    refusal = refused(lambda: desk.write(department=Department.objects.get(name="文科组")))
    assert refusal.field == "department"


def test_whoever_sees_all_may_ask_for_any_department(desk, budget):
    desk.write(actor=desk.cast.director, department=Department.objects.get(name="文科组"))


def test_strangers_see_nothing_heads_see_their_department_signers_what_they_sign(desk, cast, budget):
    request = desk.send()
    assert not requests_visible_to(cast.stranger).filter(pk=request.pk).exists()
    budget.office.head = cast.stranger
    budget.office.save()
    assert requests_visible_to(cast.stranger).filter(pk=request.pk).exists()
    assert requests_visible_to(cast.principal).filter(pk=request.pk).exists()


@pytest.mark.requirement("FIN-12")
def test_whoever_approved_it_does_not_buy_it(desk, cast):
    Role.objects.get(key="buyer").holders.add(cast.principal)
    request = desk.approved()
    refusal = refused(lambda: rules.take_request(actor=cast.principal, at=NOW, record=request), error=NotAllowed)
    assert "批准请购" in str(refusal)
    rules.take_request(actor=cast.buyer, at=NOW, record=request)
    assert fresh(request).buyer == cast.buyer


def test_a_second_buyer_with_an_old_page_reads_that_it_was_taken(desk, cast):
    Role.objects.get(key="buyer").holders.add(cast.director)
    request, old = desk.approved(), None
    old = fresh(request)
    rules.take_request(actor=cast.buyer, at=NOW, record=request)
    refused(lambda: rules.take_request(actor=cast.director, at=NOW, record=old), error=Conflict)


# Money


def test_more_than_the_line_has_is_refused_at_the_lines_and_holds_nothing(desk, budget):
    request = desk.write(row(budget.other, "灯", "1", "100"), row(budget.line, "纸", "1", "1000.01"))
    refusal = refused(lambda: desk.send(request))
    assert "还差 0.01 元" in str(refusal)
    assert refusal.field == "lines"


@pytest.mark.requirement("FIN-13")
def test_special_money_pays_only_for_its_purpose(desk, budget):
    request = desk.write(row(budget.works, "茶叶", "1", "100"), title="接待用品", reason="来客")
    assert "专款专用" in str(refused(lambda: desk.send(request)))
    desk.send(desk.write(row(budget.works, "防水涂料", "1", "100"), title="屋面材料", reason="漏雨"))
    assert desk.reserved(budget.works) == 100


def test_a_closed_year_takes_no_request_however_old_the_draft(desk, budget, cast):
    request = desk.write()
    close_year(actor=cast.accountant, at=NOW + timedelta(days=60), record=fresh(budget.year))
    assert "已关账" in str(refused(lambda: desk.send(request)))
    assert "已关账" in str(refused(lambda: desk.write(row(fresh(budget.line)))))


def test_a_line_of_another_department_is_not_for_everybody(desk, budget, cast):
    budget_line = fresh(budget.line)
    lines = [row(budget_line)]
    teaching = budget.teaching
    desk.write(*lines, actor=cast.teacher, department=teaching)  # a department without lines of its own may name any
    BudgetLine.objects.create(year=fresh(budget.year), department=teaching, item=budget.paper, fund=budget.usual, created_by=cast.accountant, created_at=NOW)
    refusal = refused(lambda: desk.write(*lines, actor=cast.teacher, department=teaching))
    assert "不是本部门能用的" in str(refusal)


WRONG = [
    ({"quantity": "两"}, "请填数字"), ({"quantity": "0"}, "大于零"), ({"quantity": "-1"}, "大于零"), ({"quantity": "1.0005"}, "三位小数"),
    ({"quantity": "1e30"}, "太大"), ({"quantity": "NaN"}, "太大"), ({"price": "十元"}, "请填数字"), ({"price": "-0.01"}, "不能小于零"),
    ({"price": "1.005"}, "两位小数"), ({"price": "1000000000000"}, "一万亿"), ({"price": "0"}, "预计单价"), ({"price": "-0"}, "预计单价"),
    ({"price": "999999999999.99", "quantity": "2"}, "太大"), ({"name": " "}, "品名"), ({"unit": ""}, "单位"), ({"name": "长" * 81}, "80"),
    ({"destination": "moon"}, "归谁管"), ({"budget_line": None}, "预算指标"), ({"quantity": "0.001", "price": "0.01"}, "一分钱"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_a_wrong_line_is_refused_in_words_and_nothing_is_saved(desk, budget, wrong, words):
    refusal = refused(lambda: desk.write(row(budget.line), row(budget.line) | wrong))
    assert refusal.field == "lines"
    assert "第 2 行" in str(refusal)
    assert words in str(refusal)


def test_full_width_digits_count_as_digits(desk, budget):
    assert desk.write(row(budget.line) | {"quantity": "２", "price": "１５.80"}).total == Decimal("31.60")


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"title": " "}, "title"), ({"reason": ""}, "reason"), ({"needed_on": TODAY - timedelta(1)}, "needed_on"), ({"department": None}, "department")],
)
def test_wrong_words_of_the_head_are_refused_at_their_field(desk, fields, field):
    assert refused(lambda: desk.write(**fields)).field == field


def test_no_lines_and_too_many_lines_are_refused(desk, budget):
    fields = {"title": "纸", "department": budget.office, "reason": "用"}
    for lines in ([], [row(budget.line)] * 51):
        assert refused(lambda lines=lines: rules.create_request(actor=desk.cast.keeper, at=NOW, lines=lines, **fields)).field == "lines"


def test_without_a_chain_nothing_is_sent(cast, budget):
    from tests.finance.purchase.conftest import Desk

    desk = Desk.__new__(Desk)
    desk.cast, desk.budget = cast, budget
    Chain.objects.update(is_active=False)
    request = desk.write()
    assert "审批流程" in str(refused(lambda: desk.send(request)))


# 先买后补

URGENT = {"is_urgent": True, "urgent_reason": "三楼水管爆裂"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"is_urgent": True}, "urgent_reason"), ({"is_urgent": True, "urgent_reason": "急"}, "urgent_reason"), ({"bought_on": TODAY}, "bought_on"),
        (URGENT | {"bought_on": TODAY + timedelta(1)}, "bought_on"),
    ],
)  # fmt: skip
def test_an_urgent_request_says_why_and_what_was_bought_says_when(desk, given, field):
    assert refused(lambda: desk.write(**given)).field == field


def test_what_was_bought_first_has_seven_days_for_its_paper_and_then_says_why_it_is_late(desk):
    desk.send(**URGENT, bought_on=TODAY - timedelta(7))
    late = desk.write(**URGENT, bought_on=TODAY - timedelta(8))
    refusal = refused(lambda: desk.send(late))
    assert refusal.field == "late_reason"
    assert str(TODAY - timedelta(1)) in str(refusal)
    desk.send(**URGENT, bought_on=TODAY - timedelta(8), late_reason="采购员住院一周")


def test_an_ordinary_request_keeps_no_words_of_urgency(desk):
    request = desk.write(urgent_reason="其实不急", late_reason="没有")
    assert (request.urgent_reason, request.late_reason) == ("", "")


def test_lines_of_another_request_are_never_touched(desk, budget):
    first, second = desk.write(), desk.write(row(budget.line, "笔"))
    fields = {"title": "办公用品", "department": budget.office, "reason": "日常办公"}
    forged = row(budget.line, "纸") | {"id": lines_of(second)[0].pk, "pk": lines_of(second)[0].pk, "request": second}
    rules.update_request(actor=desk.cast.keeper, at=NOW, record=first, lines=[forged], **fields)
    assert [line.name for line in lines_of(second)] == ["笔"]
    assert RequestLine.objects.filter(request=first).count() == 1
