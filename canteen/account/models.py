"""伙食账: the canteen's own purse, entry by entry, and the statement of each month (CAN-13)."""

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.fields import money_field
from logistics.platform.kernel.models import Stamped

PERSON = settings.AUTH_USER_MODEL


class Book(models.TextChoices):
    """师生分开: two books that never pay for each other; a cost of both is shared by who ate."""

    PUPIL = "pupil", "学生伙食账"
    STAFF = "staff", "教职工伙食账"
    BOTH = "both", "两本账共同"


class Purpose(models.TextChoices):
    """What meal money may come from and go to. There is nothing else: what is not a meal has no word here."""

    PUPIL_FEE = "pupil_fee", "学生伙食费"
    STAFF_FEE = "staff_fee", "教职工伙食费"
    GUEST_FEE = "guest_fee", "其他人员伙食费"
    NUTRITION = "nutrition", "营养改善补助"
    SUBSIDY = "subsidy", "财政和学校补贴"
    SIDE = "side", "其他收入"
    DIRECT = "direct", "直送食材（不入库）"
    LABOUR = "labour", "人员经费"
    FUEL = "fuel", "燃料"
    WATER = "water", "水费"
    POWER = "power", "电费"
    REPAIR = "repair", "炊具设备维修"
    SUPPLIES = "supplies", "餐具清洁用品"
    BANK = "bank", "手续费"
    OTHER = "other", "其他伙食支出"
    REFUND = "refund", "退伙食费"
    OPENING = "opening", "期初结余"


INCOMES = (Purpose.PUPIL_FEE, Purpose.STAFF_FEE, Purpose.GUEST_FEE, Purpose.NUTRITION, Purpose.SUBSIDY, Purpose.SIDE)
COSTS = (
    Purpose.DIRECT, Purpose.LABOUR, Purpose.FUEL, Purpose.WATER, Purpose.POWER, Purpose.REPAIR, Purpose.SUPPLIES, Purpose.BANK, Purpose.OTHER, Purpose.REFUND,
)  # fmt: skip
FIXED = {Purpose.PUPIL_FEE: Book.PUPIL, Purpose.NUTRITION: Book.PUPIL, Purpose.STAFF_FEE: Book.STAFF, Purpose.GUEST_FEE: Book.STAFF}
SHARED = tuple(kind for kind in COSTS if kind != Purpose.REFUND)


class AccountEntry(Stamped):
    """One entry of the meal account, never changed or removed. A wrong one is put right by another that says by how much (`corrects`)."""

    on = models.DateField("日期")
    purpose = models.CharField("项目", max_length=10, choices=Purpose)
    book = models.CharField("记到哪本账", max_length=5, choices=Book)
    amount = money_field("金额（元）")
    summary = models.CharField("摘要", max_length=120)
    voucher = models.CharField("凭证号", max_length=30, blank=True)
    payee = models.CharField("对方", max_length=80, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="corrections", verbose_name="更正")
    source = models.CharField("来源", max_length=40, blank=True, editable=False)  # "fee:12": a charge of finance whose money was taken over
    source_step = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "伙食账收支"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["on", "purpose", "book"], name="meal_account_by_month")]
        constraints = [
            models.CheckConstraint(
                name="meal_account_sign",
                condition=Q(corrects__isnull=False) & ~Q(amount=0) | Q(corrects=None, amount__gt=0) | Q(corrects=None, purpose="opening") & ~Q(amount=0),
                violation_error_message="金额要大于零",
            ),
            models.CheckConstraint(name="meal_account_has_summary", condition=~Q(summary=""), violation_error_message="请写摘要"),
            models.CheckConstraint(
                name="meal_account_books_apart",
                condition=Q(purpose__in=["pupil_fee", "nutrition"], book="pupil")
                | Q(purpose__in=["staff_fee", "guest_fee"], book="staff")
                | Q(purpose__in=["subsidy", "side", "refund", "opening"], book__in=["pupil", "staff"])
                | Q(purpose__in=[str(kind) for kind in SHARED]),
                violation_error_message="师生的账分开记，请选学生账还是教职工账",
            ),
            models.UniqueConstraint(
                fields=["book"],
                condition=Q(purpose="opening", corrects=None),
                name="meal_account_opening_once",
                violation_error_message="这本账的期初结余记过了",
            ),
            models.UniqueConstraint(fields=["source", "source_step"], condition=~Q(source=""), name="meal_account_source_once"),
        ]

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日 {self.summary}"

    @property
    def is_income(self) -> bool:
        return self.purpose in INCOMES

    @property
    def side(self) -> str:
        return "结余" if self.purpose == Purpose.OPENING else "收入" if self.is_income else "支出"


class StatementState(models.TextChoices):
    DRAFT = "draft", "编制中"
    SENT = "sent", "待签字"
    SIGNED = "signed", "已公布"
    FILED = "filed", "已存档"
    VOID = "void", "作废"


STATEMENT_MOVES = {
    StatementState.DRAFT: (StatementState.SENT, StatementState.FILED, StatementState.VOID),
    StatementState.SENT: (StatementState.SIGNED, StatementState.DRAFT),
    StatementState.FILED: (StatementState.VOID,),
}
STATEMENT_TONES = {
    StatementState.DRAFT: "wait", StatementState.SENT: "wait", StatementState.SIGNED: "done", StatementState.FILED: "done", StatementState.VOID: "void",
}  # fmt: skip
CLOSED = (StatementState.SIGNED, StatementState.FILED)


class AccountStatement(Stamped):
    """膳食收支月报. `content` is what the books said when it was sent, or what the school's own Excel table says, word for word; published it never changes."""

    month = models.DateField("月份", editable=False)  # its first day
    note = models.CharField("说明", max_length=500, blank=True)
    measure = models.CharField("盈亏超限怎么办", max_length=300, blank=True, help_text="超过学校定的比例时写：退还学生，还是下月加菜、加量。")
    state = models.CharField("状态", max_length=6, choices=StatementState, default=StatementState.DRAFT, editable=False)
    from_file = models.BooleanField("从 Excel 读入", default=False, editable=False)
    content = models.JSONField("内容", default=dict, editable=False)
    sent_at = models.DateTimeField("送签时间", null=True, editable=False)
    sent_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="编制人")
    signed_at = models.DateTimeField("签字时间", null=True, editable=False)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="签字人")
    reason = models.CharField("退回或作废的原因", max_length=200, blank=True, editable=False)
    post = models.OneToOneField("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")

    class Meta:
        verbose_name = "伙食收支月报"
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["month"], condition=~Q(state="void"), name="meal_statement_once", violation_error_message="这个月的已经有了"),
            models.CheckConstraint(
                name="meal_statement_signed_whole",
                condition=~Q(state="signed")
                | Q(sent_by__isnull=False, sent_at__isnull=False, signed_by__isnull=False, signed_at__isnull=False, post__isnull=False),
            ),
            models.CheckConstraint(
                name="meal_statement_two_people", condition=Q(signed_by=None) | ~Q(signed_by=F("sent_by")), violation_error_message="编制和签字不能是同一个人"
            ),
            models.CheckConstraint(name="meal_statement_filed_from_file", condition=~Q(state="filed") | Q(from_file=True)),
            models.CheckConstraint(name="meal_statement_void_says_why", condition=~Q(state="void") | ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.month.year}年{self.month.month}月伙食收支表"

    @property
    def tone(self) -> str:
        return STATEMENT_TONES[StatementState(self.state)]

    @property
    def last_on(self) -> date:
        return month_end(self.month)

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def doubts(self) -> list[dict]:
        """What in a table from a file does not add up, as it was found."""
        return self.content.get("doubts", [])


def month_end(month: date) -> date:
    return next_month(month) - timedelta(days=1)


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_words(month: date) -> str:
    return f"{month.year}年{month.month}月"


NOTHING = Decimal("0.00")
