"""The demo's day books: a cash box and a bank account, three months closed and reconciled, the present one open."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.kernel.ref import ref

from .budget.models import BudgetLine
from .budget.rules import spend
from .demo_budget import WORDS, books_begin
from .journal.close_rules import close_day, close_month
from .journal.models import BankStatement, CashAccount, DayEntry, StatementLine
from .journal.queries import balance_on, month_end
from .journal.reconciliation import reconcile
from .journal.rules import reverse_entry, review_until, save_account, write_entry
from .journal.statement_rules import add_line, confirm, create_statement, match, update_statement

FIRMS = {
    "30201": "晨光文具店", "30202": "城南印刷厂", "30205": "市自来水公司", "30206": "市供电公司", "30207": "电信分公司", "30211": "教师差旅报销", "30213": "建材市场五金行",
    "30216": "区教师进修学校", "30217": "机关食堂", "30218": "教学仪器公司", "30226": "课后服务教师", "30399": "受助学生", "31003": "教学仪器公司", "31006": "大禹防水工程公司",
    "31007": "启明电脑公司",
}  # fmt: skip
CASH_WORDS = [
    ("购买粉笔和图钉", 68),
    ("快递费", 36),
    ("购买灯泡", 145),
    ("门卫值班餐补", 320),
    ("校车过路费", 90),
    ("购买急救药品", 212),
    ("拖把和水桶", 176),
    ("锁芯", 85),
]


class Story:
    """What the parts of the story share."""

    def __init__(self, school: DemoSchool, cash: CashAccount, bank: CashAccount):
        self.school, self.random, self.cash, self.bank = school, school.random, cash, bank
        self.cashier, self.accountant = school.people["cashier"], school.people["accountant"]
        self.today = timezone.localdate(school.now)
        self.numbers: dict[date, int] = {}

    def at(self, on: date, hour: int = 16) -> datetime:
        return min(timezone.make_aware(datetime.combine(on, time(hour, 20))), self.school.now)

    def voucher(self, on: date) -> str:
        month = on.replace(day=1)
        self.numbers[month] = self.numbers.get(month, 0) + 1
        return f"记-{on.month:02d}-{self.numbers[month]:03d}"

    def write(self, account: CashAccount, on: date, side: str, amount: Decimal, summary: str, firm: str = "", document=None) -> DayEntry:
        return write_entry(
            actor=self.cashier, at=self.at(on), account=account, on=on, side=side, amount=amount, summary=summary, counterparty=firm, voucher=self.voucher(on),
            document=document,
        )  # fmt: skip

    def workdays(self, first: date) -> list[date]:
        """Working days of the month up to today."""
        last = min(month_end(first), self.today)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [day for day in days if day.weekday() < 5]


def build(school: DemoSchool) -> None:
    first = books_begin(school.now)
    story = accounts(school, first)
    while first <= story.today:
        a_month(story, first)
        if month_end(first) < story.today:
            settle(story, first)
        first = month_end(first) + timedelta(days=1)


@rule
def accounts(school: DemoSchool, first: date) -> Story:
    accountant, at = school.people["accountant"], timezone.make_aware(datetime.combine(first, time(9)))
    usual = {"actor": accountant, "at": at, "opened_on": first, "is_active": True}
    cash = save_account(name="库存现金", kind="cash", bank="", number="", opening=Decimal("1260.50"), order=1, **usual)
    bank = save_account(
        name="基本户", kind="bank", bank="中国建设银行青禾支行", number="3300 1618 7805 0123 4567", opening=Decimal("286450.00"), order=2, **usual
    )
    return Story(school, cash, bank)


@rule
def a_month(story: Story, first: date) -> None:
    """Money comes, bills are paid, cash is drawn; each day is closed the same evening, only the last two of the present month are open."""
    days = story.workdays(first)
    if not days:
        return
    plan: dict[date, list] = {}
    for line in BudgetLine.objects.select_related("item", "department", "fund").order_by("pk"):
        if line.pk % 2 == first.month % 2 and days[2:]:
            plan.setdefault(story.random.choice(days[2:]), []).append(line)
    errands = {day: story.random.choice(CASH_WORDS) for day in days[1::3]}
    for day in days:
        a_day(story, day, plan.get(day, []), errands.get(day), is_first=day == days[0])
        if (story.today - day).days > 1 and day.month == first.month:
            evening(story, day)


def a_day(story: Story, day: date, lines: list, errand, *, is_first: bool) -> None:
    if is_first:
        story.write(story.bank, day, "in", Decimal(98000), f"{day.month}月公用经费拨款", "区财政局国库支付中心")
        draw = Decimal(1200)
        story.write(story.bank, day, "out", draw, "提取备用金", "库存现金")
        story.write(story.cash, day, "in", draw, "提取备用金", "基本户")
    for line in lines:
        pay(story, day, line)
    if errand:
        story.write(story.cash, day, "out", Decimal(errand[1]), errand[0], "零星采购")


def pay(story: Story, day: date, line: BudgetLine) -> None:
    """A bill paid from the bank, and the same yuan spent on its budget line."""
    now = BudgetLine.objects.get(pk=line.pk)
    amount = (line.allotment * Decimal(story.random.randint(50, 95)) / 1000).quantize(Decimal("0.1"))
    amount = min(amount, now.available if day.year == line.year.year else amount)
    if amount <= 0 or amount > CashAccount.objects.get(pk=story.bank.pk).balance:
        return
    entry = story.write(story.bank, day, "out", amount, f"付{WORDS[line.item.code]}", FIRMS[line.item.code], ref(line))
    if day.year == line.year.year:
        spend(actor=story.cashier, at=story.at(day), line=line, amount=amount, document=ref(entry))


def evening(story: Story, day: date) -> None:
    """日清 of the accounts that moved; once a coin was missing, once a line was wrong."""
    if day.day in (12, 13) and not DayEntry.objects.filter(account=story.cash.pk, reverses__isnull=False).exists():
        wrong = story.write(story.cash, day, "out", Decimal(150), "购买扫帚", "土产店")
        reverse_entry(actor=story.cashier, at=story.at(day, 17), record=wrong, reason="金额记错，应为 15 元")
        story.write(story.cash, day, "out", Decimal(15), "购买扫帚", "土产店")
    for account in (story.cash, story.bank):
        if not account.entries.filter(on=day).exists():
            continue
        counted = balance_on(account, day) if account.is_cash else None
        short = account.is_cash and day.day in (22, 23, 24) and not account.day_closes.exclude(explanation="").exists()
        words = "少 0.50 元，找零时收了旧币，出纳补足" if short else ""
        close_day(
            actor=story.cashier, at=story.at(day, 17), account=account, on=day, counted=counted - Decimal("0.50") if short else counted, explanation=words
        )


@rule
def settle(story: Story, first: date) -> None:
    """After the month: everything reviewed, the bank reconciled, both accounts closed."""
    on = month_end(first) + timedelta(days=3)
    at = story.at(on, 10)
    for account in (story.cash, story.bank):
        review_until(actor=story.accountant, at=at, account=account, until=month_end(first))
    reconcile_month(story, first, at)
    for account in (story.cash, story.bank):
        close_month(actor=story.accountant, at=at, account=account, month=first)


def reconcile_month(story: Story, first: date, at: datetime) -> None:
    """The bank's statement: yesterday's payments arrive a day later, the last one only next month, and the bank takes its fee."""
    statement = create_statement(actor=story.cashier, at=at, account=story.bank, month=first, balance=Decimal(0))
    given = {"actor": story.cashier, "at": at, "record": statement}
    match(**given)  # the fee that the bank took last month is in the book now
    entries = list(DayEntry.objects.filter(account=story.bank.pk, on__lte=month_end(first), bank_line=None).order_by("number"))
    late = entries.pop() if entries and entries[-1].side == "out" else None
    for entry in entries:
        on = min(max(entry.on, first) + timedelta(days=entry.number % 2), month_end(first))
        add_line(on=on, side=entry.side, amount=entry.amount, summary=entry.summary, counterparty=entry.counterparty, **given)
    fee_on = month_end(first)
    add_line(on=fee_on, side="out", amount=Decimal("12.50"), summary="账户管理费", counterparty="中国建设银行", **given)
    match(**given)
    statement = BankStatement.objects.get(pk=statement.pk)
    update_statement(balance=reconcile(statement).difference, **given)
    confirm(actor=story.cashier, at=at, record=statement)
    _book_fee(story, fee_on, late)


def _book_fee(story: Story, on: date, late: DayEntry | None) -> None:
    """The fee reaches the book with the next month's first lines; its bank line is matched by then."""
    if not StatementLine.objects.filter(on=on, summary="账户管理费", entry=None).exists():
        return
    nearest = next((day for day in story.workdays((on + timedelta(days=1)).replace(day=1))), None)
    if nearest:
        story.write(story.bank, nearest, "out", Decimal("12.50"), f"{on.month}月银行账户管理费", "中国建设银行")
