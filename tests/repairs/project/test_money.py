"""The money of a works project, and what its tables refuse (REP-11)."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from repairs.project import acceptance, payments, rules
from repairs.project.models import Defect, Inspector, Payment, Project, ProjectState, Quote
from repairs.project.queries import steps_of
from tests.conftest import NOW
from tests.repairs.project.conftest import TODAY

pytestmark = pytest.mark.requirement("REP-11")
YEAR_LATER = NOW + timedelta(days=366)


# Money


def test_payments_never_exceed_the_contract(inspected, cast, stored, pay):
    pay(cast.director, inspected, 77600)
    with pytest.raises(RuleViolation, match="超过了合同"):
        pay(cast.director, inspected, "2400.01", at=YEAR_LATER)
    pay(cast.director, inspected, 2400, at=YEAR_LATER)
    assert stored(inspected).paid == Decimal(80000)
    with pytest.raises(RuleViolation, match="付清"):
        pay(cast.director, inspected, "0.01", at=YEAR_LATER)
    assert sum(payment.amount for payment in Payment.objects.all()) == Decimal(80000)


def test_the_retention_waits_for_the_end_of_the_warranty(inspected, cast, stored, pay):
    with pytest.raises(RuleViolation, match=r"质保金 2,400.00 元到 2027-11-18 质保期满才能付，现在最多付 77,600.00 元") as refusal:
        pay(cast.director, inspected, 80000)
    assert refusal.value.field == "amount"
    pay(cast.director, inspected, 77600)
    with pytest.raises(RuleViolation):
        pay(cast.director, inspected, 2400)
    assert stored(inspected).paid == Decimal(77600)


def test_the_retention_waits_for_open_defects_too(inspected, cast, pay):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    with pytest.raises(RuleViolation, match="整改复查以后"):
        pay(cast.director, inspected, 80000, at=YEAR_LATER)
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=inspected, defect=defect, fixed_on=TODAY)
    acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=True)
    assert pay(cast.director, inspected, 80000, at=YEAR_LATER).amount == Decimal(80000)


@pytest.mark.parametrize(("amount", "days"), [("0", 0), ("-5", 0), ("5", 1), ("5", -1)])
def test_a_payment_has_a_sum_and_a_possible_day(contracted, cast, amount, days, stored, pay):
    project = contracted()
    with pytest.raises(RuleViolation):
        pay(cast.director, project, amount, on=TODAY + timedelta(days=days))
    assert (stored(project).paid, Payment.objects.count()) == (Decimal(0), 0)


def test_before_the_contract_nothing_is_paid_and_others_do_not_pay(approved, contracted, cast, pay):
    with pytest.raises(RuleViolation, match="签了合同"):
        pay(cast.director, approved(title="甲"), 1)
    project = contracted()
    for person in (cast.keeper, cast.teacher, cast.vice):
        with pytest.raises(NotAllowed):
            pay(person, project, 1)
    assert not Payment.objects.exists()


def test_a_wrong_payment_is_reversed_once_by_an_entry_of_its_own(contracted, cast, stored, pay):
    project = contracted()
    first = pay(cast.director, project, 30000)
    entry = payments.reverse_payment(actor=cast.director, at=NOW, record=project, payment=first, reason="付错单位")
    assert (entry.amount, entry.reverses, stored(first).amount, stored(project).paid) == (Decimal(-30000), first, Decimal(30000), Decimal(0))
    pay(cast.director, project, 100)
    for payment in (first, entry):
        with pytest.raises(RuleViolation, match="冲销过"):
            payments.reverse_payment(actor=cast.director, at=NOW, record=project, payment=payment, reason="再来")
    assert stored(project).paid == Decimal(100)


def test_the_final_sum_after_audit_is_the_new_limit(inspected, cast, stored, pay):
    pay(cast.director, inspected, 70000)
    for amount, words in ((Decimal(90000), "不能超过合同"), (Decimal(60000), "不能更少")):
        with pytest.raises(RuleViolation, match=words):
            payments.fix_final(actor=cast.director, at=NOW, record=inspected, amount=amount, reason="审字 12 号")
    payments.fix_final(actor=cast.director, at=NOW, record=inspected, amount=Decimal(75000), reason="审字 12 号")
    with pytest.raises(RuleViolation, match="超过了合同"):
        pay(cast.director, inspected, "5000.01", at=YEAR_LATER)
    pay(cast.director, inspected, 5000, at=YEAR_LATER)
    payments.settle_project(actor=cast.director, at=YEAR_LATER, record=inspected)
    assert stored(inspected).state == ProjectState.SETTLED


def test_settled_only_when_paid_and_without_open_defects(inspected, cast, stored, pay):
    with pytest.raises(RuleViolation, match=r"还有 80,000.00 元"):
        payments.settle_project(actor=cast.director, at=NOW, record=inspected)
    pay(cast.director, inspected, 80000, at=YEAR_LATER)
    defect = acceptance.add_defect(actor=cast.vice, at=YEAR_LATER, record=inspected, content="新渗漏", fix_by=date(2027, 12, 1))
    with pytest.raises(RuleViolation, match="1 个验收问题"):
        payments.settle_project(actor=cast.director, at=YEAR_LATER, record=inspected)
    acceptance.fix_defect(actor=cast.keeper, at=YEAR_LATER, record=inspected, defect=defect, fixed_on=TODAY)
    acceptance.check_defect(actor=cast.vice, at=YEAR_LATER, record=inspected, defect=defect, is_good=True)
    payments.settle_project(actor=cast.director, at=YEAR_LATER, record=inspected)
    assert (stored(inspected).state, [step.css for step in steps_of(stored(inspected))]) == (ProjectState.SETTLED, ["ok"] * 6)


def test_what_was_paid_for_is_not_dropped(contracted, cast, stored, pay):
    project = contracted()
    pay(cast.director, project, 100)
    with pytest.raises(RuleViolation, match="不能取消"):
        rules.drop_project(actor=cast.director, at=NOW, record=project, reason="不做了")
    assert stored(project).state == ProjectState.CONTRACTED


def test_two_payments_at_once_do_not_exceed_the_contract(together, contracted, cast, pay, stored):
    project, director = contracted(), cast.director
    copies = [stored(project), stored(project)]
    outcomes = together(*(partial(pay, director, copy, 50000) for copy in copies))
    assert sorted(isinstance(outcome, RuleViolation) for outcome in outcomes) == [False, True], outcomes
    assert (stored(project).paid, Payment.objects.count()) == (Decimal(50000), 1)


# The tables themselves


def test_the_table_refuses_a_broken_project(inspected, cast):
    broken = (
        {"budget": 0}, {"end_on": date(2020, 1, 1)}, {"method": "single"}, {"approved_by": None}, {"approved_by": cast.keeper}, {"approved_by": cast.director},
        {"firm": ""}, {"contract_amount": None}, {"contract_on": None}, {"budget": 79999}, {"retention": 21}, {"retention": -1}, {"paid": 80001}, {"paid": -1},
        {"final_amount": 80001}, {"final_amount": 0}, {"inspected_on": None}, {"warranty_until": None}, {"state": "settled"}, {"state": "dropped"},
    )  # fmt: skip
    for values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=inspected.pk).update(**values)


def test_the_tables_refuse_broken_lines(inspected, cast, stored, pay):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    payment = pay(cast.director, inspected, 100)
    half = (
        (Quote, {"amount": 0}), (Quote, {"firm": "大禹防水"}), (Quote, {"valid_until": date(2020, 1, 1)}),
        (Defect, {"fixed_on": TODAY}), (Defect, {"checked_on": TODAY, "checked_by": cast.vice}),
        (Defect, {"fixed_on": TODAY, "fixed_by": cast.vice, "checked_on": TODAY, "checked_by": cast.vice}),
        (Inspector, {"signed_at": None}), (Inspector, {"is_passed": False}), (Inspector, {"user": cast.vice}), (Payment, {"amount": -5}),
    )  # fmt: skip
    for model, values in half:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(project=inspected).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(reverses=payment)
    assert stored(defect).fixed_on is None


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_order_the_sum_is_that_of_the_entries_and_within_the_contract(inspected, cast, pay, stored, seed):
    luck = Random(seed)  # noqa: S311  # the same seed must give the same order
    for _ in range(25):
        at = luck.choice((NOW, YEAR_LATER))
        with suppress(RuleViolation):
            if luck.random() < 0.3 and Payment.objects.exists():
                wrong = luck.choice(list(Payment.objects.all()))
                payments.reverse_payment(actor=cast.director, at=at, record=inspected, payment=wrong, reason="错了")
            else:
                pay(cast.director, inspected, Decimal(luck.randint(1, 4_000_000)) / 100, at=at)
        paid = stored(inspected).paid
        assert paid == sum((payment.amount for payment in Payment.objects.all()), Decimal(0))
        assert 0 <= paid <= Decimal(80000)
