"""No month of the meal account is a dead end, and no balance is lost on the way (CAN-13)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from canteen.account.figures import book_of, gather, remarks_of
from canteen.account.models import AccountEntry, AccountStatement
from canteen.account.queries import month_due
from canteen.account.rules import correct_entry
from canteen.account.statement_rules import create_statement, file_statement, send_statement, update_statement
from canteen.pantry.models import PantryMove
from canteen.pantry.rules import return_food
from logistics.platform.imports import rules as imports
from logistics.platform.imports.models import ImportRun
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import RuleViolation
from tests.canteen.account_kit import DECEMBER, JANUARY, LATER, MONTH, TODAY, cooked, draft, eaters, entry, sent, signed
from tests.conftest import NOW
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CAN-13")]

BALANCE = {"key": "pupil", "name": "学生伙食账", "opening": "0.00", "income": "9.00", "spent": "0.00", "surplus": "9.00", "balance": "9.00"}


def filed(cast, month: date, *books: dict) -> AccountStatement:
    """A school's own table that says what these books closed with."""
    content = {"rows": [], "total": {"actual": ""}, "incomes": [], "books": list(books), "doubts": []}
    made = draft(cast, month)
    AccountStatement.objects.filter(pk=made.pk).update(from_file=True, content=content)
    return file_statement(actor=cast.accountant, at=LATER, record=made)


def test_a_month_without_meals_shares_by_who_ate_when_there_were_meals(cast):
    eaters(cast, 80, 20)
    entry(cast, "pupil_fee", "20")
    signed(cast)
    entry(cast, "power", "50", at=LATER, on=DECEMBER)
    made = sent(cast, DECEMBER, JANUARY)
    assert [book["spent"] for book in made.content["books"]] == ["40.00", "10.00"]
    assert any("这个月没有供餐" in one and "其中学生 80" in one for one in remarks_of(made.content))


def test_what_one_book_gives_back_needs_no_people(cast):
    entry(cast, "refund", "10", book="pupil", summary="退李四伙食费")
    assert sent(cast).content["books"][0]["spent"] == "10.00"


def test_food_brought_back_a_month_later_is_explained_not_forbidden(cast):
    cooked(cast, "10")
    eaters(cast, 80, 20)
    signed(cast)
    move = PantryMove.objects.get(kind="issue")
    return_food(actor=cast.canteen, at=NOW + timedelta(days=1), record=move.issue, row=move, quantity=Decimal(4), reason="没用完")
    made = draft(cast, DECEMBER, JANUARY)
    with pytest.raises(RuleViolation, match="在说明里写原因"):
        send_statement(actor=cast.accountant, at=JANUARY, record=made)
    made = update_statement(actor=cast.accountant, at=JANUARY, record=made, note="上月的这个月退回")
    assert send_statement(actor=cast.accountant, at=JANUARY, record=made).state == "sent"


def test_an_opening_balance_of_the_day_before_stands_in_the_first_month(cast):
    entry(cast, "opening", "30", book="pupil", summary="上期结余", on=MONTH - timedelta(days=1))
    entry(cast, "pupil_fee", "20")
    assert month_due(LATER.date()) == MONTH
    made = sent(cast)
    assert (made.content["books"][0]["opening"], made.content["books"][0]["balance"]) == ("30.00", "50.00")


def test_an_entry_of_a_wrong_year_is_put_right_on_its_own_day(cast):
    wrong = entry(cast, on=TODAY - timedelta(days=365))
    entry(cast, "pupil_fee", "20")
    made = draft(cast)
    with pytest.raises(RuleViolation, match="年份写错"):
        send_statement(actor=cast.accountant, at=LATER, record=made)
    correct_entry(actor=cast.accountant, at=NOW, record=wrong, amount=0, reason="年份写错", on=wrong.on)
    assert month_due(LATER.date()) == MONTH
    assert send_statement(actor=cast.accountant, at=LATER, record=made).state == "sent"


def test_a_day_no_statement_can_be_made_of_is_refused(cast):
    with pytest.raises(RuleViolation, match="年份") as refusal:
        entry(cast, on=date(2016, 11, 18))
    assert refusal.value.field == "on"
    assert not AccountEntry.objects.exists()


def test_a_month_in_which_nothing_happened_does_not_stop_the_next(cast):
    entry(cast, "pupil_fee", "20", on=TODAY)
    first = signed(cast)
    AccountStatement.objects.filter(pk=first.pk).update(content=first.content | {"rows": [], "incomes": []})  # as after a year's end
    made = sent(cast, DECEMBER, JANUARY)
    assert book_of(made.content, "pupil")["balance"] == "20.00"


def test_a_table_that_is_silent_about_the_staff_takes_their_opening_balance(cast):
    filed(cast, date(2026, 10, 1), BALANCE)
    with pytest.raises(RuleViolation, match="接下来"):
        entry(cast, "opening", "5", book="pupil", summary="上期结余")
    entry(cast, "opening", "60", book="staff", summary="上期结余")
    entry(cast, "pupil_fee", "20")
    assert [book["opening"] for book in sent(cast).content["books"]] == ["9.00", "60.00"]


def test_a_balance_goes_on_past_a_table_that_is_silent_about_it(cast):
    entry(cast, "staff_fee", "70")
    entry(cast, "pupil_fee", "9")
    signed(cast)
    AccountStatement.objects.create(
        month=DECEMBER, state="filed", from_file=True, content={"books": [BALANCE], "rows": [], "doubts": []}, created_by=cast.accountant, created_at=LATER
    )
    january = create_statement(actor=cast.accountant, at=JANUARY, month=date(2027, 1, 1))
    books = gather(january.month, AccountStatement.objects.get(month=DECEMBER))["books"]
    assert [book["opening"] for book in books] == ["9.00", "70.00"]


def test_a_list_that_was_taken_back_may_come_again(cast):
    sheet = xlsx([["日期", "项目", "哪本账", "金额", "摘要"], ["2026-11-05", "电费", "共同", 100.5, "食堂电费"], ["2026-11-05", "水费", "共同", 8, "食堂水费"]])

    def check() -> ImportRun:
        return imports.start_run(actor=cast.accountant, at=NOW, target=target_for("canteen-account"), name="账.xlsx", content=sheet)

    run = check()
    imports.commit_run(actor=cast.accountant, at=NOW, run=run)
    assert set(found(check())) == {(2, "amount"), (3, "amount")}, "what stands is not taken twice"
    imports.undo_run(actor=cast.accountant, at=NOW, run=ImportRun.objects.get(pk=run.pk))
    assert ImportRun.objects.get(pk=run.pk).state == "undone"
    assert found(check()) == {}
