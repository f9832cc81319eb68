"""Nothing outside the list, nothing above the standard, nothing without the parent; money to the cent (FIN-08)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.fee import cash_rules, consent_rules, item_rules, rules
from finance.fee.models import FeeCharge, FeeDue, FeeItem, FeePayment, FeeRefund
from finance.fee.queries import charges_visible_to, dues_visible_to, payments_visible_to, public_items
from finance.fee.shares import shares
from finance.journal.models import DayEntry
from logistics.platform.access.models import Role
from logistics.platform.attachments.photos import clean_photo, typed_signature
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import User
from tests.conftest import NOW
from tests.finance.fee.conftest import TODAY, fresh
from tests.platform.attachments_kit import saved, scene, upload

pytestmark = pytest.mark.requirement("FIN-08")


def money_state():
    """Everything a refusal about money may not change."""
    return [*FeeDue.objects.order_by("pk").values_list("paid", "waived", "consent")], FeePayment.objects.count(), DayEntry.objects.count()


def test_an_item_is_public_once_somebody_else_published_it_with_its_paper(fees, cast):
    bare = fees.draft("试卷费", "service", 20, papers=[])
    assert bare not in public_items(TODAY)
    with pytest.raises(RuleViolation, match="批文"):
        item_rules.publish_item(actor=cast.principal, at=NOW, record=bare)
    item = fees.draft("校车", "service", 500)
    Role.objects.get(key="principal").holders.add(cast.accountant)
    with pytest.raises(NotAllowed, match="登记收费项目"):
        item_rules.publish_item(actor=cast.accountant, at=NOW, record=item)
    assert fresh(item).state == "draft"
    item_rules.publish_item(actor=cast.principal, at=NOW, record=item)
    assert fresh(item) in public_items(TODAY)
    item_rules.retire_item(actor=cast.accountant, at=NOW, record=fresh(item))
    assert fresh(item) not in public_items(TODAY)


def test_a_published_standard_is_not_changed_nor_doubled(fees, cast):
    with pytest.raises(RuleViolation, match="不能再改"):
        item_rules.save_item(actor=cast.accountant, at=NOW, record=fees.boarding, name="住宿费", amount=Decimal(900), valid_from=date(2026, 9, 1))
    with pytest.raises(RuleViolation, match="已经有一项"):
        fees.draft("住宿费", "service", 900)
    fees.draft("教辅", "agency", 76, grades="七年级")
    fees.draft("教辅", "agency", 84, grades="八年级")
    with pytest.raises(RuleViolation, match="已经有一项"):
        fees.draft("教辅", "agency", 99)
    with pytest.raises(RuleViolation, match="年级"):
        fees.draft("教辅二", "agency", 99, grades="十年级")
    assert fresh(fees.boarding).amount == 300
    assert FeeItem.objects.filter(name="教辅").count() == 2


@pytest.mark.parametrize("amount", ["300.01", "301", "-1", "0", "1.005", "1000000000000", "三百", "NaN"])
def test_a_charge_above_the_standard_or_of_no_amount_is_refused(fees, amount):
    with pytest.raises(RuleViolation) as refusal:
        rules.create_charge(
            actor=fees.cast.accountant, at=NOW, item=fees.boarding, term=fees.term, amount=amount, due_on=TODAY, classes=[fees.mine]
        )  # fmt: skip
    assert refusal.value.field == "amount"
    assert FeeCharge.objects.count() == 0


def test_a_charge_outside_the_list_is_refused(fees, cast):
    draft = fees.draft("补课费", "service", 100)
    late = fees.item("取暖费", "service", 80, valid_from=date(2026, 12, 1))
    over = fees.item("旧项目", "service", 80, valid_until=date(2026, 11, 1))
    for item in (draft, late, over):
        with pytest.raises(RuleViolation) as refusal:
            fees.drafted(item)
        assert refusal.value.field == "item"
    charge = fees.drafted()
    FeeItem.objects.filter(pk=fees.boarding.pk).update(state="retired")
    with pytest.raises(RuleViolation, match="不在收费目录"):
        rules.issue_charge(actor=cast.principal, at=NOW, record=charge)
    assert (fresh(charge).state, FeeDue.objects.count()) == ("draft", 0)


def test_a_standard_for_one_grade_is_not_charged_in_another(fees):
    item = fees.item("报刊", "agency", 60, grades="七年级")
    with pytest.raises(RuleViolation, match="只适用于七年级") as refusal:
        fees.drafted(item)
    assert refusal.value.field == "classes"
    assert fees.issued(item, classes=[fees.mine]).dues.count() == 3


def test_nobody_is_charged_twice_beyond_the_standard(fees, cast):
    fees.issued(amount=200)
    again = fees.drafted(amount=150)
    with pytest.raises(RuleViolation, match="超过标准"):
        rules.issue_charge(actor=cast.principal, at=NOW, record=again)
    assert (fresh(again).state, FeeDue.objects.count()) == ("draft", 5)
    assert fees.issued(amount=100).dues.count() == 5
    monthly = fees.item("课后服务费", "service", 100, period="month")
    with pytest.raises(RuleViolation, match="2 个月是 200"):
        fees.drafted(monthly, amount=201, months=2)
    assert fees.issued(monthly, amount=500, months=5).dues.first().amount == 500


def test_yearly_standards_count_both_terms(fees, cast):
    yearly = fees.item("保险代收", "agency", 100, period="year")
    fees.issued(yearly, amount=60)
    second = fees.drafted(yearly, amount=60, term=fees.spring)
    with pytest.raises(RuleViolation, match="超过标准"):
        rules.issue_charge(actor=cast.principal, at=NOW, record=second)


def test_who_drew_up_a_charge_does_not_decide_it(fees, cast):
    charge = fees.drafted()
    Role.objects.get(key="principal").holders.add(cast.accountant)
    with pytest.raises(NotAllowed, match="起草收费"):
        rules.issue_charge(actor=cast.accountant, at=NOW, record=charge)
    assert fresh(charge).state == "draft"
    with pytest.raises(NotAllowed):
        rules.issue_charge(actor=cast.headteacher, at=NOW, record=charge)


def test_an_agency_fee_is_taken_only_from_who_agreed(fees):
    charge = fees.issued(fees.uniform)
    before = money_state()
    with pytest.raises(RuleViolation, match="还没有同意"):
        fees.pay(charge, "701", 403)
    assert money_state() == before
    fees.agree(charge, "701")
    fees.agree(charge, "702", agrees=False)
    fees.pay(charge, "701", 403)
    with pytest.raises(RuleViolation, match="不同意"):
        fees.pay(charge, "702", 403)
    assert (fees.due(charge, "701").paid, fees.due(charge, "702").owed) == (403, 0)


def test_a_link_answers_once_and_a_new_one_kills_the_old(fees, cast):
    charge = fees.issued(fees.uniform)
    due = fees.due(charge, "701")
    old = consent_rules.code_of(due)
    assert consent_rules.due_by_code(old) == due
    assert consent_rules.due_by_code(f"{fees.due(charge, '702').pk}-{old.partition('-')[2]}") is None
    consent_rules.renew_link(actor=cast.headteacher, at=NOW, record=due, until=TODAY + timedelta(days=3))
    assert consent_rules.due_by_code(old) is None
    public, given = User.objects.system("public"), {"agrees": True, "name": "赵大", "relation": "", "signature": typed_signature("赵大")}
    with pytest.raises(Conflict):
        consent_rules.answer(actor=public, at=NOW, record=due, code=old, **given)
    with pytest.raises(RuleViolation, match="过期"):
        consent_rules.answer(actor=public, at=NOW + timedelta(days=4), record=due, code=consent_rules.code_of(fresh(due)), **given)
    fees.agree(charge, "701")
    with pytest.raises(RuleViolation, match="用过了"):
        fees.agree(charge, "701", agrees=False)
    assert fees.due(charge, "701").consent == "agreed"


def test_links_are_handed_out_by_the_own_class_teacher(fees, cast):
    charge = fees.issued(fees.uniform)
    until = TODAY + timedelta(days=3)
    with pytest.raises(NotAllowed):
        consent_rules.renew_link(actor=cast.headteacher, at=NOW, record=fees.due(charge, "801"), until=until)
    photo = clean_photo(upload(saved(scene())))
    with pytest.raises(RuleViolation, match="拍下"):
        consent_rules.file_paper(actor=cast.headteacher, at=NOW, record=fees.due(charge, "701"), agrees=True, name="赵大", relation="", photos=[])
    consent_rules.file_paper(actor=cast.headteacher, at=NOW, record=fees.due(charge, "701"), agrees=True, name="赵大", relation="", photos=[photo])
    assert fees.due(charge, "701").consent == "agreed"
    with pytest.raises(RuleViolation, match="已经同意"):
        consent_rules.renew_link(actor=cast.headteacher, at=NOW, record=fees.due(charge, "701"), until=until)


@pytest.mark.parametrize("amount", ["300.01", "-1", "0", "1.005", "三百"])
def test_wrong_payments_change_nothing(fees, cast, amount):
    charge = fees.issued()
    before = money_state()
    with pytest.raises(RuleViolation) as refusal:
        cash_rules.collect(actor=cast.cashier, at=NOW, record=fees.due(charge, "701"), amount=amount, paid_on=TODAY)
    assert refusal.value.field == "amount"
    assert money_state() == before


def test_payments_in_parts_receipts_and_taking_back(fees, cast):
    charge = fees.issued()
    with pytest.raises(RuleViolation, match="到今天之间"):
        fees.pay(charge, "701", 100, paid_on=TODAY + timedelta(days=1))
    wrong = fees.pay(charge, "701", 100, receipt="A1")
    with pytest.raises(RuleViolation, match="别的学生"):
        fees.pay(charge, "702", 100, receipt="A1")
    with pytest.raises(RuleViolation, match="已经登记过"):
        fees.pay(charge, "701", 100, receipt="A1")
    cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=wrong, reason="记错")
    with pytest.raises(RuleViolation, match="已经冲销"):
        cash_rules.reverse_payment(actor=cast.cashier, at=NOW, record=wrong, reason="记错")
    assert fees.due(charge, "701").paid == 0
    fees.pay(charge, "701", 120, receipt="A1")
    assert fees.pay(charge, "701").amount == 180
    with pytest.raises(RuleViolation, match="缴清"):
        fees.pay(charge, "701")
    with pytest.raises(NotAllowed):
        cash_rules.collect(actor=cast.accountant, at=NOW, record=fees.due(charge, "702"), paid_on=TODAY)
    paid = fees.due(charge, "701")
    assert paid.paid == sum(payment.amount for payment in paid.payments.all()) == 300


def test_a_waiver_lowers_what_is_owed_and_never_below(fees, cast):
    charge = fees.issued()
    due = fees.due(charge, "701")
    with pytest.raises(NotAllowed):
        cash_rules.waive(actor=cast.accountant, at=NOW, record=due, amount=Decimal(100), kind="poor", reason="低保")
    cash_rules.waive(actor=cast.vice, at=NOW, record=due, amount=Decimal(100), kind="poor", reason="低保")
    with pytest.raises(RuleViolation, match=r"200\.00"):
        cash_rules.waive(actor=cast.vice, at=NOW, record=due, amount=Decimal("200.01"), kind="poor", reason="低保")
    assert fees.pay(charge, "701").amount == 200
    assert fees.due(charge, "701").owed == 0


def test_settlement_gives_back_to_the_cent_through_the_day_book(fees, cast):
    charge = fees.issued(fees.boarding, classes=[fees.mine])
    for number, amount in (("701", 300), ("702", 300), ("703", 100)):
        fees.pay(charge, number, amount)
    with pytest.raises(RuleViolation, match="没有入账"):
        fees.settled(charge, 650)
    fees.booked(charge)
    assert fees.balance == 1700
    done = fees.settled(charge, "599.99")
    back = {refund.due.student.number: refund.amount for refund in done.refunds.all()}
    assert back == {"701": Decimal("42.86"), "702": Decimal("42.86"), "703": Decimal("14.29")}
    assert sum(back.values()) == Decimal("100.01")
    with pytest.raises(RuleViolation, match="不能登记缴费"):
        fees.pay(charge, "703", 1)
    cash_rules.pay_refund(actor=cast.cashier, at=NOW, record=FeeRefund.objects.get(due__student__number="701"), account=fresh(fees.bank), on=TODAY)
    assert fees.balance == Decimal("1657.14")
    with pytest.raises(RuleViolation, match="不能撤回"):
        cash_rules.reopen(actor=cast.principal, at=NOW, record=fresh(charge), reason="算错")
    fees.refund(charge)
    assert (fees.balance, fresh(charge).state) == (Decimal("1599.99"), "closed")
    assert not FeeRefund.objects.exclude(state="paid").exists()
    with pytest.raises(RuleViolation):
        fees.refund(charge)


def test_who_settled_does_not_pay(fees, cast):
    charge = fees.issued()
    fees.pay(charge, "701")
    fees.booked(charge)
    fees.settled(charge, 0)
    Role.objects.get(key="cashier").holders.add(cast.accountant)
    with pytest.raises(NotAllowed, match="结算"):
        cash_rules.pay_refunds(actor=cast.accountant, at=NOW, record=fresh(charge), account=fresh(fees.bank), on=TODAY)
    assert fresh(charge).state == "settled"


def test_official_fees_are_turned_in_whole_and_overspending_is_the_schools(fees, cast):
    official = fees.item("学费", "official", 100)
    charge = fees.issued(official)
    fees.pay(charge, "701")
    fees.booked(charge)
    with pytest.raises(RuleViolation, match="全额上缴"):
        fees.settled(charge, 50)
    assert fees.settled(charge, 100).state == "closed"
    other = fees.issued()
    fees.pay(other, "701")
    fees.booked(other)
    with pytest.raises(RuleViolation, match="不能再向学生收"):
        fees.settled(other, "300.01")
    done = cash_rules.settle(actor=cast.accountant, at=NOW, record=fresh(other), spent=Decimal("300.01"), note="公用经费承担")
    assert (fresh(done).state, FeeRefund.objects.count()) == ("closed", 0)


def test_a_charge_is_called_off_only_before_money_came(fees, cast):
    charge, paid = fees.issued(amount=100), fees.issued(amount=100)
    fees.pay(paid, "701", 1)
    with pytest.raises(RuleViolation, match="已经有学生缴费"):
        rules.cancel_charge(actor=cast.principal, at=NOW, record=paid, reason="不收了")
    rules.cancel_charge(actor=cast.principal, at=NOW, record=charge, reason="不收了")
    assert (fresh(charge).state, fresh(paid).state) == ("cancelled", "issued")


def test_the_class_teacher_sees_the_own_class_only(fees, cast):
    charge = fees.issued()
    fees.pay(charge, "701")
    fees.pay(charge, "801")
    assert {due.student.number for due in dues_visible_to(cast.headteacher)} == {"701", "702", "703"}
    assert [payment.due.student.number for payment in payments_visible_to(cast.headteacher)] == ["701"]
    assert list(charges_visible_to(cast.headteacher)) == [charge]
    only_others = fees.issued(fees.uniform, classes=[fees.other])
    assert only_others not in charges_visible_to(cast.headteacher)
    assert dues_visible_to(cast.accountant).count() == 7
    assert not dues_visible_to(cast.teacher).exists()


def test_new_arrivals_are_added_once(fees, cast):
    charge = fees.issued(classes=[fees.mine])
    rules.add_students(actor=cast.principal, at=NOW, record=charge, students=[fees.students["801"]])
    with pytest.raises(RuleViolation, match="已经在"):
        rules.add_students(actor=cast.principal, at=NOW, record=charge, students=[fees.students["801"]])
    assert charge.dues.count() == 4


PAYMENTS = st.dictionaries(st.text("0123456789", min_size=1, max_size=6), st.decimals(0, 99999, places=2), max_size=30)


@settings(max_examples=200, deadline=None)
@given(PAYMENTS, st.integers(0, 10**4))
def test_shares_always_add_up(paid, part):
    total = sum(paid.values(), Decimal(0))
    surplus = (total * part / 10**4).quantize(Decimal("0.01"), "ROUND_DOWN")
    parts = shares(surplus, paid.items())
    assert sum(parts.values(), Decimal(0)) == surplus
    assert all(0 < back <= paid[key] for key, back in parts.items())
    assert parts == shares(surplus, reversed(list(paid.items())))
