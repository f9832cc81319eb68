"""Day books on pages and paper, and the bank's file (FIN-11)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from finance.journal import close_rules, statement_rules
from finance.journal.models import DayEntry
from logistics.platform.imports import rules as imports
from logistics.platform.imports.targets import target_for
from tests.conftest import NOW
from tests.pdf import Pdf
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("FIN-11")


@pytest.fixture
def browse():
    def as_person(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return as_person


def test_the_book_shows_the_month_with_its_sums(books, cast, browse):
    books.write("in", 50, day=17, summary="收水费")
    books.write("out", 30, day=18)
    text = browse(cast.accountant).get(f"/finance/account/{books.cash.pk}/?month=2026-11").content.decode()
    for words in ("上月结转", "收水费", "本日合计", "本月合计", "本年累计", "120.00"):
        assert words in text
    paper = Pdf(browse(cast.accountant).get(f"/finance/account/{books.cash.pk}/book.pdf?month=2026-11").content).text()
    assert "库存现金日记账" in paper
    assert "120.00" in paper


def test_the_cashier_writes_on_the_page_and_strangers_see_nothing(books, cast, browse):
    given = {"account": books.cash.pk, "on": "2026-11-18", "side": "out", "amount": "12.50", "summary": "快递费"}
    assert browse(cast.cashier).post("/finance/entry/new/", given).status_code == 302
    assert DayEntry.objects.get().balance == Decimal("87.50")
    assert browse(cast.accountant).post("/finance/entry/new/", given).status_code == 403
    assert browse(cast.teacher).get("/finance/account/").status_code == 403
    assert DayEntry.objects.count() == 1


@pytest.mark.parametrize("amount", ["十元", "1.005", "-1", "0", "1000000000000", ""])
def test_a_wrong_amount_stands_at_its_field(books, cast, browse, amount):
    given = {"account": books.cash.pk, "on": "2026-11-18", "side": "in", "amount": amount, "summary": "快递费"}
    answer = browse(cast.cashier).post("/finance/entry/new/", given)
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]
    assert DayEntry.objects.count() == 0


def test_counting_by_denominations_on_the_page(books, cast, browse):
    books.write("in", 50, day=17)
    answer = browse(cast.cashier).post("/finance/day/new/", {"account": books.cash.pk, "on": "2026-11-17", "p100": "1", "p50": "1"})
    assert answer.status_code == 302
    close = books.cash.day_closes.get()
    assert (close.counted, close.pieces) == (150, {"100": 1, "50": 1})
    assert "库存现金盘点表" in Pdf(browse(cast.cashier).get(f"/print/finance.dayclose/{close.pk}/").content).text()


def test_the_banks_file_is_read_and_reconciled(books, cast, browse):
    books.write("out", "86.40", day=8, month=10, account=books.bank, summary="电费")
    statement = statement_rules.create_statement(actor=cast.cashier, at=NOW, account=books.bank, month=date(2026, 10, 1), balance=Decimal("913.60"))
    head = ["交易日期", "借方发生额", "贷方发生额", "对方户名", "摘要"]
    rows = [head, ["2026-10-09", 86.4, "", "市供电公司", "电费"]]
    run = imports.start_run(actor=cast.cashier, at=NOW, target=target_for("finance-bank"), name="建行.xlsx", content=xlsx(rows), into=statement.pk)
    assert found(run) == {}
    imports.commit_run(actor=cast.cashier, at=NOW, run=run)
    reader = browse(cast.cashier)
    assert reader.post(f"/finance/statement/{statement.pk}/match/").status_code == 302
    assert "两边相符" in reader.get(f"/finance/statement/{statement.pk}/").content.decode()
    assert reader.post(f"/finance/statement/{statement.pk}/confirm/").status_code == 302
    statement.refresh_from_db()
    assert statement.state == "balanced"
    text = Pdf(reader.get(f"/print/finance.bankstatement/{statement.pk}/").content).text()
    assert "银行存款余额调节表" in text
    assert text.count("913.60") == 4


def test_a_bank_file_with_both_sides_in_one_row_is_a_problem(books, cast):
    statement = statement_rules.create_statement(actor=cast.cashier, at=NOW, account=books.bank, month=date(2026, 10, 1), balance=Decimal(0))
    rows = [["日期", "收入", "支出"], ["2026-10-09", 5, 5], ["2026-11-09", 5, ""]]
    run = imports.start_run(actor=cast.cashier, at=NOW, target=target_for("finance-bank"), name="建行.xlsx", content=xlsx(rows), into=statement.pk)
    assert set(found(run)) == {(2, "outgo"), (3, "on")}


def test_the_first_page_tells_the_cashier_of_the_open_day(books, cast, browse):
    books.write("in", 50, day=17)
    from finance.journal.home import journal_todos

    assert [todo.verb for todo in journal_todos(cast.cashier, NOW)] == ["日清"]
    close_rules.close_day(actor=cast.cashier, at=NOW, account=books.cash, on=date(2026, 11, 17), counted=Decimal(150))
    assert journal_todos(cast.cashier, NOW) == []
    assert [todo.verb for todo in journal_todos(cast.accountant, NOW)] == ["复核"]
    assert journal_todos(cast.teacher, NOW) == []
