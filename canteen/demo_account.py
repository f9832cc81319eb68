"""The meal account of the demo school: two months from the accountant's Excel tables, the second one signed and public, this month entry by entry."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from logistics.platform.demo.build import DemoSchool

from .account.figures import book_of
from .account.models import AccountStatement, Book, month_words
from .account.rules import correct_entry, write_entry
from .account.statement_rules import create_statement, file_statement, read_file, send_statement, sign_statement, update_statement
from .demo_safety import moment

# name, stock before, bought, stock left; the meat of the first table does not add up, as in real ones
FOOD = (
    ("粮食", "3120.00", "28640.50", "2980.00"),
    ("油", "860.00", "7215.00", "915.00"),
    ("调味品", "412.60", "3380.20", "398.40"),
    ("肉禽蛋", "1260.00", "96418.70", "1045.00"),
    ("蔬菜", "0.00", "41206.35", "0.00"),
    ("豆制品", "0.00", "6893.10", "0.00"),
    ("牛奶", "540.00", "15320.00", "620.00"),
    ("水果", "0.00", "18744.90", "0.00"),
)
OTHER = (("人员经费", "46200.00"), ("燃料", "12860.00"), ("水费", "2148.50"), ("电费", "6920.30"), ("餐具清洁用品", "1875.00"), ("手续费", "36.00"))
PUPILS, STAFF = Decimal("253800.00"), Decimal("21240.00")
STAFF_SPENT = Decimal("20986.40")


def build(school: DemoSchool) -> None:
    """Filed, published, and the month that runs with a correction in it."""
    today = timezone.localdate(school.now)
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    before = (last - timedelta(days=1)).replace(day=1)
    made = table(school, before, opening=Decimal("2310.55"), staff=Decimal("640.20"), wrong=Decimal("9.00"))
    given = {"note": "肉禽蛋的实际支出多写了 9.00 元，是一张退货单没有扣，十月已经退回。", "measure": ""}
    update_statement(actor=school.people["accountant"], at=made.created_at, record=made, **given)
    file_statement(actor=school.people["accountant"], at=made.created_at + timedelta(hours=1), record=made)
    second = table(school, last, opening=balance(made, Book.PUPIL), staff=balance(made, Book.STAFF), wrong=Decimal(0))
    send_statement(actor=school.people["accountant"], at=min(school.now, moment(this + timedelta(days=5), "10:00")), record=second)
    signed_at = min(school.now, moment(this + timedelta(days=6), "09:20"))
    sign_statement(actor=school.people["director"], at=signed_at, record=AccountStatement.objects.get(pk=second.pk))
    running(school, this, today)


def balance(statement: AccountStatement, book: Book) -> Decimal:
    return Decimal(book_of(statement.content, book)["balance"])


def table(school: DemoSchool, month: date, *, opening: Decimal, staff: Decimal, wrong: Decimal) -> AccountStatement:
    """The month's table as the accountant keeps it, read in."""
    accountant = school.people["accountant"]
    at = min(school.now, moment(month + timedelta(days=33), "15:00"))
    found = create_statement(actor=accountant, at=at, month=month)
    file = SimpleUploadedFile(f"{month_words(month)}伙食收支明细表.csv", csv_of(month, opening, staff, wrong).encode())
    return read_file(actor=accountant, at=at, record=found, file=file)


def csv_of(month: date, opening: Decimal, staff: Decimal, wrong: Decimal) -> str:
    rows, bought, actual, left, before = [], Decimal(0), Decimal(0), Decimal(0), Decimal(0)
    share = Decimal("0.88")  # the pupils' part of what was cooked
    for name, stock, came, rest in FOOD:
        values = [(Decimal(value) * share).quantize(Decimal("0.01")) for value in (stock, came, rest)]
        used = values[0] + values[1] - values[2] + (wrong if name == "肉禽蛋" else 0)
        rows.append([name, values[0], values[1], used, values[2]])
        before, bought, actual, left = before + values[0], bought + values[1], actual + used, left + values[2]
    for name, amount in OTHER:
        value = (Decimal(amount) * share).quantize(Decimal("0.01"))
        rows.append([name, "", value, value, ""])
        bought, actual = bought + value, actual + value
    rows.append(["小计", before, bought, actual, left])
    surplus = PUPILS - actual
    sides = [("合计", PUPILS), ("上月累计结余", opening), ("本月结余", surplus), ("本月累计结余", opening + surplus)]
    others = [("本月收入", STAFF), ("本月支出", STAFF_SPENT), ("本月结余", STAFF - STAFF_SPENT), ("上月结余", staff), ("累计结余", staff + STAFF - STAFF_SPENT)]
    lines = [f"{month_words(month)}学生伙食收支明细表", "项目内容,金额,名称,上月底库存数,本月账面支出,本月实际支出,本月底库存数,教职工,金额"]
    for n, row in enumerate(rows):
        left_side = sides[n] if n < len(sides) else ("", "")
        right_side = others[n] if n < len(others) else ("", "")
        lines.append(",".join(str(value) for value in (*left_side, *row, *right_side)))
    return "\n".join(lines)


ENTRIES = (  # day, purpose, book, yuan, summary, payee, voucher
    (2, "pupil_fee", "", "268800.00", "本月学生伙食费，1120 人", "", "记-3"),
    (2, "staff_fee", "", "20160.00", "本月教职工伙食费，112 人", "", "记-4"),
    (3, "subsidy", "pupil", "6000.00", "家庭经济困难学生伙食补助", "区教育局", "记-6"),
    (5, "fuel", "both", "6430.00", "液化气 46 瓶", "宏达燃气站", "记-11"),
    (6, "repair", "both", "480.00", "蒸饭柜换加热管", "鼎厨设备维修", "记-13"),
    (8, "supplies", "both", "912.50", "洗洁精、钢丝球、一次性手套", "惠民超市", "记-15"),
    (9, "power", "both", "6814.20", "上月食堂电费", "市供电公司", "记-18"),
    (9, "water", "both", "2096.00", "上月食堂水费", "市自来水公司", "记-19"),
    (10, "labour", "both", "46200.00", "食堂工勤人员 12 人工资", "", "记-21"),
    (12, "guest_fee", "", "385.00", "外校听课老师用餐 35 份", "", "记-24"),
)


def running(school: DemoSchool, this: date, today: date) -> None:
    """This month's entries up to today; one amount was written wrong and put right."""
    accountant, written = school.people["accountant"], []
    for day, purpose, book, amount, summary, payee, voucher in ENTRIES:
        on = this + timedelta(days=day - 1)
        if on <= today:
            given = {"purpose": purpose, "book": book, "amount": Decimal(amount), "summary": summary, "payee": payee, "voucher": voucher}
            written.append(write_entry(actor=accountant, at=min(school.now, moment(on, "16:00")), on=on, **given))
    if fuel := next((one for one in written if one.purpose == "fuel"), None):
        correct_entry(
            actor=accountant, at=min(school.now, moment(fuel.on, "16:40")), record=fuel, amount=Decimal("6340.00"), reason="46 瓶，金额两位数字写反了"
        )
