"""Day books: in order of time, never below zero, corrected in red, reviewed by another person (FIN-11, FIN-12)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from finance.journal import rules
from finance.journal.models import CashAccount, DayEntry
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("FIN-11")


def test_the_balance_runs_along(books):
    balances = [books.write("in", "50.50").balance, books.write("out", "30.25").balance, books.write("out", "120.25").balance]
    assert balances == [Decimal("150.50"), Decimal("120.25"), Decimal(0)]
    assert list(DayEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert CashAccount.objects.get(pk=books.cash.pk).balance == 0


def test_cash_never_goes_below_zero(books):
    before = books.state()
    with pytest.raises(RuleViolation, match=r"只有 100.00 元，不够支出 100.01 元") as refusal:
        books.write("out", "100.01")
    assert refusal.value.field == "amount"
    assert books.state() == before


def test_entries_are_written_in_order_of_time(books):
    books.write("in", 10, day=17)
    before = books.state()
    with pytest.raises(RuleViolation, match="已经记到 2026-11-17") as refusal:
        books.write("in", 10, day=16)
    assert refusal.value.field == "on"
    assert books.state() == before


@pytest.mark.parametrize(
    ("fields", "words", "field"),
    [
        ({"day": 19}, "不能晚于今天", "on"),
        ({"month": 9, "day": 30}, "起记账", "on"),
        ({"summary": "  "}, "请写摘要", "summary"),
    ],
)
def test_wrong_input_gets_a_sentence_at_its_field(books, fields, words, field):
    before = books.state()
    with pytest.raises(RuleViolation, match=words) as refusal:
        books.write("in", 10, **fields)
    assert refusal.value.field == field
    assert books.state() == before


@pytest.mark.parametrize("amount", ["十", "1.005", "-1", "0", "1000000000000", None])
def test_wrong_amounts_are_refused(books, amount):
    before = books.state()
    with pytest.raises(RuleViolation) as refusal:
        rules.write_entry(actor=books.cast.cashier, at=NOW, account=books.cash, on=date(2026, 11, 18), side="in", amount=amount, summary="拨款")
    assert refusal.value.field == "amount"
    assert books.state() == before


def test_only_the_cashier_writes(books):
    before = books.state()
    for person in (books.cast.accountant, books.cast.teacher, books.cast.principal):
        with pytest.raises(NotAllowed):
            rules.write_entry(actor=person, at=NOW, account=books.cash, on=date(2026, 11, 18), side="in", amount=Decimal(5), summary="拨款")
    assert books.state() == before


def test_a_mistake_is_struck_out_in_red(books):
    wrong = books.write("out", 60)
    red = rules.reverse_entry(actor=books.cast.cashier, at=NOW, record=wrong, reason="应为 6 元")
    assert (red.side, red.amount, red.balance, red.reverses) == ("out", Decimal(-60), Decimal(100), wrong)
    before = books.state()
    for record, words in ((wrong, "已经冲销过"), (red, "不能再冲")):
        with pytest.raises(RuleViolation, match=words):
            rules.reverse_entry(actor=books.cast.cashier, at=NOW, record=record, reason="再冲")
    assert books.state() == before


def test_a_line_is_never_edited_or_deleted(books):
    """The database itself refuses; only the review is filled in."""
    books.write("in", 50)
    for spoil in (lambda rows: rows.update(amount=5), lambda rows: rows.update(on=date(2026, 11, 1)), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            spoil(DayEntry.objects.all())
    assert DayEntry.objects.get().amount == 50


def test_striking_out_an_income_already_spent_is_refused(books):
    income = books.write("in", 50)
    books.write("out", 140)
    before = books.state()
    with pytest.raises(RuleViolation, match="只有 10"):
        rules.reverse_entry(actor=books.cast.cashier, at=NOW, record=income, reason="记错")
    assert books.state() == before


@pytest.mark.requirement("FIN-12")
def test_nobody_reviews_what_he_wrote(books, cast):
    entry = books.write("in", 10)
    from logistics.platform.access.models import Role

    Role.objects.get(key="accountant").holders.add(cast.cashier)
    with pytest.raises(NotAllowed, match="办过这张日记账的「记日记账」"):
        rules.review_entry(actor=cast.cashier, at=NOW, record=entry)
    assert DayEntry.objects.get().reviewed_at is None
    rules.review_entry(actor=cast.accountant, at=NOW, record=entry)
    assert DayEntry.objects.get().reviewed_by == cast.accountant
    with pytest.raises(RuleViolation, match="已经复核过"):
        rules.review_entry(actor=cast.accountant, at=NOW, record=entry)


def test_cash_above_the_limit_is_told_once(books, cast):
    told = OutboxMessage.objects.filter(key__startswith="finance.cash")
    books.write("in", 4900)
    assert told.count() == 0
    books.write("in", "0.01")
    assert set(told.get().payload["recipients"]) == {cast.cashier.pk, cast.accountant.pk}
    books.write("in", 10)
    assert told.count() == 1


def test_what_an_account_began_with_stays(books, cast):
    books.write("in", 10)
    with pytest.raises(RuleViolation, match="期初余额不能再改") as refusal:
        rules.save_account(actor=cast.accountant, at=NOW, record=books.cash, name="库存现金", opening=Decimal(900))
    assert refusal.value.field == "opening"
    assert CashAccount.objects.get(pk=books.cash.pk).opening == 100


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_never_overdraw(books, together):
    cashier, account = books.cast.cashier, books.cash

    def pay():
        return rules.write_entry(actor=cashier, at=NOW, account=account, on=date(2026, 11, 18), side="out", amount=Decimal(40), summary="零星采购")

    outcomes = together(*[pay] * 4)
    assert sum(isinstance(one, RuleViolation) for one in outcomes) == 2, outcomes
    assert [*DayEntry.objects.order_by("number").values_list("number", "balance")] == [(1, Decimal(60)), (2, Decimal(20))]
