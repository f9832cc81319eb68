"""The month's statement: its arithmetic, its way to the board, its day (CAN-13, CAN-15)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from canteen.account.book import workbook
from canteen.account.figures import Heads, _shares, book_of, excess_of, gather, remarks_of
from canteen.account.home import account_todos, due_on, late_account
from canteen.account.models import AccountStatement
from canteen.account.prints import STATEMENT_SHEET
from canteen.account.queries import month_due
from canteen.account.statement_rules import create_statement, return_statement, send_statement, sign_statement
from canteen.pantry.models import PantryMove
from canteen.pantry.rules import return_food
from canteen.parents.queries import accounts
from logistics.platform.board.rules import take_down
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.school.limit_rules import change_limit
from tests.canteen.account_kit import DECEMBER, JANUARY, LATER, MONTH, TODAY, cooked, draft, eaters, entry, row_of, sent, signed
from tests.canteen.safety_kit import moment
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CAN-13")]


def test_the_month_adds_up_from_store_entries_and_people(cast):
    cooked(cast, "10")  # 25 kg at 2 yuan lay there, 10 of them eaten
    eaters(cast, 80, 15, guest=5)
    entry(cast, "opening", "30", book="pupil", summary="上期结余")
    entry(cast, "pupil_fee", "400")
    entry(cast, "staff_fee", "60")
    entry(cast, "power", "80")
    entry(cast, "refund", "10", book="pupil", summary="退李四伙食费")
    found = gather(MONTH, None)
    rice = row_of(found, "谷薯类")
    assert [rice[name] for name in ("opening", "bought", "actual", "closing")] == ["50.00", "0.00", "20.00", "30.00"]
    pupil, staff = found["books"]
    assert (pupil["spent"], staff["spent"]) == ("90.00", "20.00"), "80 % of food and power and their own refund; 20 % are the staff's and guests'"
    assert [pupil[name] for name in ("opening", "income", "surplus", "balance", "rate", "total_rate")] == [
        "30.00",
        "400.00",
        "310.00",
        "340.00",
        "77.50",
        "85.00",
    ]
    assert found["heads"] | {} == {"days": 1, "meals": 1, "total": 100, "pupils": 80, "staff": 15, "guests": 5, "uncounted": 0}
    assert (found["cost"]["food"], found["cost"]["whole"]) == ("0.20", "1.00"), "a refund is no cost"
    assert found["meals"] == [{"name": "午餐", "served": 1, "heads": 100, "food": "20.00", "each": "0.20"}]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 2000), st.integers(0, 500))
def test_what_is_shared_comes_to_the_whole_to_the_cent(food, power, pupil, staff):
    foods = [{"actual": f"{Decimal(food) / 100:.2f}"}]
    sums = {("power", "both"): Decimal(power) / 100}
    shares = _shares(foods, sums, Heads(1, 1, 0, {"class": pupil, "staff": staff}, {}, {}))
    assert sum(shares.values()) == (Decimal(food) + Decimal(power)) / 100
    assert all(value >= 0 for value in shares.values())


def test_what_moves_late_in_a_published_month_stands_in_the_next(cast):
    """A return for the month before, written down after it was published: nothing is lost and nothing counted twice."""
    cooked(cast, "10")
    eaters(cast, 80, 20)
    entry(cast, "pupil_fee", "400")
    first = signed(cast)
    assert row_of(first, "谷薯类")["closing"] == "30.00"
    move = PantryMove.objects.get(kind="issue")
    return_food(actor=cast.canteen, at=NOW + timedelta(days=1), record=move.issue, row=move, quantity=Decimal(4), reason="没用完")
    following = gather(DECEMBER, first)
    rice = row_of(following, "谷薯类")
    assert [rice[name] for name in ("opening", "actual", "closing")] == ["30.00", "-8.00", "38.00"]
    assert Decimal(row_of(first, "谷薯类")["actual"]) + Decimal(rice["actual"]) == Decimal(12)


def test_a_statement_goes_from_draft_to_the_board(cast):
    cooked(cast)
    eaters(cast, 100, 0)
    entry(cast, "pupil_fee", "20")
    made = sent(cast)
    with pytest.raises(NotAllowed):
        sign_statement(actor=cast.accountant, at=LATER, record=made)
    done = sign_statement(actor=cast.director, at=LATER, record=made)
    assert (done.state, done.post.audience, done.post.category) == ("signed", "everyone", "funds")
    assert "学生伙食账" in done.post.content
    assert [one.statement for one in accounts(LATER.date())] == [done]
    take_down(actor=cast.director, at=LATER, record=done.post, reason="贴错了")
    assert accounts(LATER.date()) == []


def test_the_parents_page_shows_published_accounts_only(cast):
    eaters(cast, 10, 0)
    entry(cast, "pupil_fee", "20")
    made = sent(cast)
    assert accounts(LATER.date()) == []
    sign_statement(actor=cast.director, at=LATER, record=made)
    assert [one.words for one in accounts(LATER.date())] == ["收入 20.00 元，支出 0.00 元，累计结余 20.00 元"]


def test_books_that_changed_since_the_sending_are_not_signed(cast):
    eaters(cast, 10, 0)
    entry(cast, "pupil_fee", "20")
    made = sent(cast)
    entry(cast, "pupil_fee", "1")
    with pytest.raises(RuleViolation, match="账上有变化"):
        sign_statement(actor=cast.director, at=LATER, record=made)
    back = return_statement(actor=cast.director, at=LATER, record=made, reason="多了一笔")
    again = send_statement(actor=cast.accountant, at=LATER, record=back)
    assert sign_statement(actor=cast.director, at=LATER, record=again).content["incomes"][0]["actual"] == "21.00"


def test_what_keeps_a_statement_from_being_sent(cast):
    made = draft(cast, measure="")
    with pytest.raises(RuleViolation, match="没有收入，也没有支出"):
        send_statement(actor=cast.accountant, at=LATER, record=made)
    cooked(cast)
    with pytest.raises(RuleViolation, match="没有登记用餐人数"):
        send_statement(actor=cast.accountant, at=LATER, record=made)
    eaters(cast, 100, 0)
    entry(cast, "pupil_fee", "20.50")
    with pytest.raises(RuleViolation, match=r"累计盈余 2.44%.*超过学校定的 2%") as refusal:
        send_statement(actor=cast.accountant, at=LATER, record=made)
    assert "退还学生" in refusal.value.message
    with pytest.raises(RuleViolation, match="还没有过完"):
        send_statement(actor=cast.accountant, at=NOW, record=made)
    assert AccountStatement.objects.get(pk=made.pk).content == {}


def test_cap_and_period_are_the_schools(cast):
    eaters(cast, 100, 0)
    cooked(cast)
    entry(cast, "pupil_fee", "20.50")
    given = {"actor": cast.director, "at": NOW, "effective_on": TODAY, "reason": "县里定的"}
    assert excess_of(gather(MONTH, None))
    change_limit(code="canteen.account.surplus", value=Decimal(3), **given)
    assert excess_of(gather(MONTH, None)) == ""
    first = signed(cast, measure="")
    change_limit(code="canteen.account.months", value=2, **given)
    entry(cast, "pupil_fee", "20", at=LATER, on=DECEMBER)
    book = book_of(gather(DECEMBER, first), "pupil")
    assert book["total_rate"] == "50.62", "20.50 of 40.50: the income of two months"


def test_months_follow_one_another_and_there_is_one_of_each(cast):
    made = draft(cast)
    with pytest.raises(Conflict, match="已经有了"):
        create_statement(actor=cast.accountant, at=LATER, month=MONTH)
    with pytest.raises(RuleViolation, match="还没有办完"):
        create_statement(actor=cast.accountant, at=LATER, month=DECEMBER)
    eaters(cast, 10, 0)
    entry(cast, "pupil_fee", "20")
    sign_statement(actor=cast.director, at=LATER, record=send_statement(actor=cast.accountant, at=LATER, record=made))
    with pytest.raises(RuleViolation, match="要接着2026年11月做"):
        create_statement(actor=cast.accountant, at=JANUARY, month=date(2027, 1, 1))
    assert create_statement(actor=cast.accountant, at=JANUARY, month=DECEMBER).pk


def test_the_month_is_a_task_until_the_15th_and_late_after(cast):
    entry(cast, "pupil_fee", "20")
    eaters(cast, 10, 0)
    assert month_due(TODAY) is None
    (todo,) = account_todos(cast.accountant, LATER)
    assert (todo.title, due_on(MONTH)) == ("做2026年11月伙食收支表", date(2026, 12, 15))
    assert late_account(cast.accountant, moment(date(2026, 12, 15), "20:00")) == []
    late = late_account(cast.director, moment(date(2026, 12, 16), "08:00"))
    assert [one.count for one in late] == [1]
    made = sent(cast)
    assert [one.title for one in account_todos(cast.director, LATER)] == ["签2026年11月伙食收支表"]
    assert account_todos(cast.canteen, LATER) == late_account(cast.canteen, moment(date(2026, 12, 16), "08:00")) == []
    sign_statement(actor=cast.director, at=LATER, record=made)
    assert late_account(cast.director, moment(date(2026, 12, 16), "08:00")) == []


def test_the_year_adds_up_over_the_months(cast):
    eaters(cast, 10, 0)
    entry(cast, "pupil_fee", "20")
    entry(cast, "power", "20")
    first = signed(cast)
    entry(cast, "fuel", "5", at=LATER, on=DECEMBER)
    found = gather(DECEMBER, first)
    assert [(row["name"], row["actual"], row["year"]) for row in found["rows"]] == [("燃料", "5.00", "5.00"), ("电费", "0.00", "20.00")]
    assert (found["total"]["actual"], found["total"]["year"]) == ("5.00", "25.00")


def test_food_for_a_meal_nobody_registered_is_said_on_the_paper(cast):
    cooked(cast)
    entry(cast, "pupil_fee", "20")
    assert remarks_of(gather(MONTH, None)) == ["午餐领用食材 20.00 元，没有登记供餐和人数，每餐成本里没有这些人次。"]


def test_the_workbook_and_the_paper_say_what_was_frozen(cast):
    cooked(cast)
    eaters(cast, 90, 10)
    entry(cast, "pupil_fee", "20")
    done = signed(cast)
    sheets = load_workbook(BytesIO(workbook(done, school="某校")))
    cells = [cell.value for row in sheets["月报"].iter_rows() for cell in row]
    assert {"谷薯类", "上月底库存", "学生伙食账", "本年累计"} <= set(cells)
    assert sheets["收支流水"].max_row == 5
    paper = STATEMENT_SHEET.context(done, cast.director)
    assert (paper["signer"], paper["books"][0]["spent"], paper["people"]["pupils"]) == (cast.director.name, Decimal("18.00"), "90")


def test_a_draft_has_no_paper_yet(cast, client):
    client.force_login(cast.accountant)
    answer = client.get(f"/canteen/account/{draft(cast).pk}/excel/")
    assert answer.status_code < 500
    assert "送签以后才能打印" in answer.content.decode()
