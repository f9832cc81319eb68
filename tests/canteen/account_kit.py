"""A month of the meal account: food in the store, meals with people, entries, and the way of its statement."""

from datetime import date
from decimal import Decimal

from canteen.account.models import AccountEntry, AccountStatement
from canteen.account.rules import write_entry
from canteen.account.statement_rules import create_statement, send_statement, sign_statement, update_statement
from canteen.meal.models import Meal, MealHeads
from canteen.pantry.rules import issue_food
from logistics.platform.imports.grid import Grid
from tests.canteen.buying_kit import ingredient_of, stock
from tests.canteen.menu_kit import pupils
from tests.canteen.safety_kit import meal_of, moment
from tests.conftest import NOW

TODAY = date(2026, 11, 18)
MONTH = date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)
LATER = moment(date(2026, 12, 3), "10:00")  # November is over
JANUARY = moment(date(2027, 1, 4), "10:00")


def entry(cast, purpose: str = "power", amount="100", *, at=NOW, on: date = TODAY, **given) -> AccountEntry:
    fields = {"summary": "食堂电费", "book": "" if purpose in ("pupil_fee", "staff_fee", "guest_fee", "nutrition") else "both"} | given
    return write_entry(actor=cast.accountant, at=at, on=on, purpose=purpose, amount=Decimal(amount), **fields)


def eaters(cast, pupil: int, staff: int, *, on: date = TODAY, guest: int = 0) -> Meal:
    """A lunch that so many ate."""
    meal = meal_of(cast, on)
    MealHeads.objects.create(meal=meal, group="class", school_class=pupils(0), planned=pupil + 5, eaten=pupil)
    MealHeads.objects.create(meal=meal, group="staff", planned=staff, eaten=staff)
    if guest:
        MealHeads.objects.create(meal=meal, group="guest", planned=guest, eaten=guest)
    return meal


def cooked(cast, quantity="10", *, price="2", had="25", on: date = TODAY, at=NOW):
    """Rice that lay there before, and what of it went to lunch."""
    rice = ingredient_of(cast, "大米", group="grain", papers="packed")
    if not rice.batches.exists():
        stock(cast, rice, had, price)
    issue_food(actor=cast.canteen, at=at, on=on, meal="lunch", taker=cast.chef, lines=[{"ingredient": rice, "quantity": Decimal(quantity)}])
    return rice


def draft(cast, month: date = MONTH, at=LATER, **words) -> AccountStatement:
    return create_statement(actor=cast.accountant, at=at, month=month, **{"measure": "退还学生", "note": ""} | words)


def sent(cast, month: date = MONTH, at=LATER, **words) -> AccountStatement:
    made = draft(cast, month, at, **words)
    return send_statement(actor=cast.accountant, at=at, record=made)


def signed(cast, month: date = MONTH, at=LATER, **words) -> AccountStatement:
    made = sign_statement(actor=cast.director, at=at, record=sent(cast, month, at, **words))
    return AccountStatement.objects.get(pk=made.pk)


def explained(cast, statement: AccountStatement, **words) -> AccountStatement:
    return update_statement(actor=cast.accountant, at=LATER, record=statement, **{"measure": "", "note": "退货单没有扣"} | words)


def row_of(statement_or_content, name: str) -> dict:
    content = getattr(statement_or_content, "content", statement_or_content)
    return next(row for row in content["rows"] if row["name"] == name)


# A small month as schools lay it out: the income on the left, the costs in the middle, the staff's book on the right.
TABLE = [
    ["某幼儿园2026 年 10月儿童伙食收支明细表"],
    ["膳 食 收 支 情 况", None, "膳 食 支 出 情 况 单位:元", None, None, None, None, "教 工 伙 食 明 细 账", None],
    ["人 日 数", "标 准", "名 称", "上月底 库存数", "本月账 面支出", "本月实 际支出", "本月底 库存数", "本月就餐人数", "6人"],
    ["40人*10.5元/天*20天+2人*5元/天*10天=8400+100=8500", None, "粮 食", 100, 1040.5, 1000.5, 140, "本 月 收 入", 1320],
    [None, None, "荤 食", None, 4300, 4300, 0, "本 月 支 出", 1284.5],
    ["合计:", 8500, "蔬 菜", None, 1990.25, 1990.25, 0, "本 月 结 余", 35.5],
    ["上月累计结余", 50, "人员经费", None, 1100, 1100, 0, "上 月 结 余", 60],
    ["本月结余", 109.25, "小 计", 100, 8430.75, 8390.75, 140, "累 计 结 余", 95.5],
    ["本月累计结余", 159.25, None, None, None, None, None, None, None],
    ["盈 %", "1.29%", None, None, None, None, None, None, None],
]


def table(**cells) -> list[list]:
    """The table with some cells changed: C5="手续费2"."""
    rows = [list(row) for row in TABLE]
    for name, value in cells.items():
        rows[int(name[1:]) - 1][ord(name[0]) - ord("A")] = value
    return rows


def grid(rows: list[list]) -> Grid:
    return Grid("10月", [(number, row) for number, row in enumerate(rows, 1)])
