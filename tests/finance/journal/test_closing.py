"""日清月结: counted every day, reviewed, reconciled with the bank, closed by the month (FIN-11)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from finance.journal import close_rules, rules, statement_rules
from finance.journal.models import CashAccount, DayClose, MonthClose, StatementLine
from finance.journal.queries import month_of
from finance.journal.reconciliation import matches, reconcile
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW, SHANGHAI

pytestmark = pytest.mark.requirement("FIN-11")
OCTOBER = date(2026, 10, 1)
DECEMBER = datetime(2026, 12, 2, 9, tzinfo=SHANGHAI)


def close_day(books, day, account=None, month=11, **given):
    return close_rules.close_day(actor=books.cast.cashier, at=NOW, account=account or books.cash, on=date(2026, month, day), **given)


def test_what_is_counted_equals_the_book(books):
    books.write("in", "50.50", day=17)
    close = close_day(books, 17, pieces={"100": 1, "50": 1, "0.5": 1})
    assert (close.balance, close.counted, close.difference) == (Decimal("150.50"), Decimal("150.50"), 0)


@pytest.mark.parametrize(
    ("given", "words", "field"),
    [
        ({}, "请填盘点", "counted"),
        ({"counted": Decimal(149)}, "差 -1.00 元。请写明原因", "explanation"),
        ({"counted": Decimal(150), "pieces": {"100": 1}}, "对不上", "counted"),
        ({"pieces": {"100": -1}}, "张数", "p100"),
        ({"counted": "1.005"}, "两位小数", "counted"),
    ],
)
def test_a_wrong_count_gets_a_sentence(books, given, words, field):
    books.write("in", 50, day=17)
    with pytest.raises(RuleViolation, match=words) as refusal:
        close_day(books, 17, **given)
    assert refusal.value.field == field
    assert DayClose.objects.count() == 0


def test_a_difference_is_kept_with_its_explanation(books):
    books.write("in", 50, day=17)
    assert close_day(books, 17, counted=Decimal(149), explanation="找零少收 1 元").difference == -1


def test_a_closed_day_takes_no_entry_and_days_go_in_order(books):
    books.write("in", 50, day=16)
    books.write("in", 50, day=17)
    with pytest.raises(RuleViolation, match="2026-11-16 还没有日清"):
        close_day(books, 17, counted=Decimal(200))
    close_day(books, 16, counted=Decimal(150))
    close_day(books, 17, counted=Decimal(200))
    before = books.state()
    with pytest.raises(RuleViolation, match="已经日清"):
        books.write("in", 5, day=17)
    with pytest.raises(RuleViolation, match="已经日清"):
        close_day(books, 17, counted=Decimal(200))
    assert books.state() == before
    books.write("in", 5, day=18)


def october(books):
    """Cash of one day in October, closed and reviewed."""
    books.write("in", 50, day=30, month=10)
    close = close_day(books, 30, month=10, counted=Decimal(150))
    close_rules.review_day(actor=books.cast.accountant, at=NOW, record=close)


def close_month(books, account=None, at=NOW, month=OCTOBER):
    return close_rules.close_month(actor=books.cast.accountant, at=at, account=account or books.cash, month=month)


def test_a_month_is_closed_when_all_is_counted_and_reviewed(books):
    books.write("in", 50, day=30, month=10)
    with pytest.raises(RuleViolation, match="2026-10-30 还没有日清"):
        close_month(books)
    close = close_day(books, 30, month=10, counted=Decimal(150))
    with pytest.raises(RuleViolation, match="还有 1 笔没有复核"):
        close_month(books)
    assert MonthClose.objects.count() == 0
    close_rules.review_day(actor=books.cast.accountant, at=NOW, record=close)
    made = close_month(books)
    assert (made.opening, made.income, made.outgo, made.balance) == (100, 50, 0, 150)


def test_a_closed_month_takes_nothing_until_it_is_reopened_with_a_reason(books, cast):
    october(books)
    close = close_month(books)
    before = books.state()
    with pytest.raises(RuleViolation, match="已经月结"):
        books.write("in", 5, day=31, month=10)
    assert books.state() == before
    with pytest.raises(NotAllowed):
        close_rules.reopen_month(actor=cast.accountant, at=NOW, record=close, reason="补记")
    with pytest.raises(RuleViolation, match="原因"):
        close_rules.reopen_month(actor=cast.principal, at=NOW, record=close, reason=" ")
    close_rules.reopen_month(actor=cast.principal, at=NOW, record=close, reason="补记银行手续费")
    books.write("in", 5, day=31, month=10)
    assert MonthClose.objects.get().reason == "补记银行手续费"


def test_a_month_that_is_not_over_is_not_closed(books):
    with pytest.raises(RuleViolation, match="还没有过完") as refusal:
        close_month(books, month=date(2026, 11, 1))
    assert refusal.value.field == "month"


def test_the_printed_month_carries_forward(books):
    october(books)
    books.write("out", 30, day=2)
    books.write("in", 10, day=3)
    found = month_of(CashAccount.objects.get(pk=books.cash.pk), date(2026, 11, 1))
    assert (found.opening, found.income, found.outgo, found.balance) == (150, 10, 30, 130)
    assert (found.year_income, found.year_outgo) == (60, 30)
    assert [day.balance for day in found.days] == [120, 130]


class Bank:
    """A statement of October with lines like the book's."""

    def __init__(self, books):
        self.books, self.cashier = books, books.cast.cashier
        books.write("out", 200, day=8, month=10, account=books.bank, summary="电费")
        books.write("in", 500, day=20, month=10, account=books.bank, summary="拨款")
        books.write("out", 70, day=31, month=10, account=books.bank, summary="水费")
        self.statement = statement_rules.create_statement(actor=self.cashier, at=NOW, account=books.bank, month=OCTOBER, balance=Decimal("1287.50"))

    def line(self, day, side, amount, **given):
        return statement_rules.add_line(
            actor=self.cashier, at=NOW, record=self.statement, on=date(2026, 10, day), side=side, amount=Decimal(str(amount)), **given
        )

    def act(self, rule, **given):
        return rule(actor=self.cashier, at=NOW, record=self.statement, **given)


@pytest.fixture
def bank(books) -> Bank:
    bank = Bank(books)
    bank.line(9, "out", 200)
    bank.line(20, "in", 500)
    bank.line(31, "out", "12.50", summary="账户管理费")
    return bank


def test_matching_leaves_what_each_side_lacks_and_both_balances_agree(bank):
    bank.act(statement_rules.match)
    found = reconcile(bank.statement)
    assert [line.amount for line in found.book_out] == [Decimal("12.50")]
    assert [entry.summary for entry in found.bank_out] == ["水费"]
    assert (found.book, found.bank) == (Decimal(1230), Decimal("1287.50"))
    assert found.book_after == found.bank_after == Decimal("1217.50")
    assert bank.act(statement_rules.confirm).state == "balanced"


def test_a_difference_is_not_confirmed(bank):
    statement_rules.update_statement(actor=bank.cashier, at=NOW, record=bank.statement, balance=Decimal("1287.51"))
    with pytest.raises(RuleViolation, match=r"还差 0.01 元"):
        bank.act(statement_rules.confirm)
    bank.statement.refresh_from_db()
    assert bank.statement.state == "open"


def test_pairing_by_hand_needs_the_same_amount(bank, books):
    line, entry = StatementLine.objects.get(amount=200), books.bank.entries.get(amount=70)
    with pytest.raises(RuleViolation, match="对不上"):
        bank.act(statement_rules.pair, line=line, entry=entry)
    bank.act(statement_rules.pair, line=line, entry=books.bank.entries.get(amount=200))
    assert StatementLine.objects.get(pk=line.pk).by_hand
    bank.act(statement_rules.unpair, line=line)
    assert StatementLine.objects.get(pk=line.pk).entry is None


def test_a_line_struck_out_in_the_book_is_not_expected_from_the_bank(bank, books):
    rules.reverse_entry(actor=bank.cashier, at=NOW, record=books.bank.entries.get(amount=70), reason="记重了")
    statement_rules.match(actor=bank.cashier, at=NOW, record=bank.statement)
    assert [entry.summary for entry in reconcile(bank.statement).bank_out] == ["水费"]  # in October it still stood
    november = statement_rules.create_statement(actor=bank.cashier, at=NOW, account=books.bank, month=date(2026, 11, 1), balance=Decimal(0))
    assert reconcile(november).bank_out == []


def test_a_day_of_another_month_is_not_taken(bank):
    with pytest.raises(RuleViolation, match="日期要在这个月里") as refusal:
        statement_rules.add_line(actor=bank.cashier, at=NOW, record=bank.statement, on=date(2026, 11, 1), side="in", amount=Decimal(1))
    assert refusal.value.field == "on"
    assert bank.statement.lines.count() == 3


def test_the_nearest_day_wins_and_far_days_do_not_match(books):
    first = books.write("in", 10, day=2, account=books.bank)
    second = books.write("in", 10, day=9, account=books.bank)
    line = StatementLine(on=date(2026, 11, 8), side="in", amount=Decimal(10))
    assert matches([line], [first, second], days=5) == [(line, second)]
    assert matches([line], [first], days=5) == []


def test_the_bank_month_closes_only_when_it_is_balanced(bank, books):
    for day in (8, 20, 31):
        close_day(books, day, account=books.bank, month=10)
    rules.review_until(actor=books.cast.accountant, at=NOW, account=books.bank, until=date(2026, 10, 31))
    with pytest.raises(RuleViolation, match="和银行对平"):
        close_month(books, account=books.bank)
    bank.act(statement_rules.match)
    bank.act(statement_rules.confirm)
    assert close_month(books, account=books.bank).balance == 1230
    with pytest.raises(RuleViolation, match="已经月结"):
        statement_rules.reopen_statement(actor=bank.cashier, at=NOW, record=bank.statement)
