"""现金和银行日记账: accounts, their day books, daily and monthly closes, bank statements (FIN-11)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import cents, money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class AccountKind(models.TextChoices):
    CASH = "cash", "库存现金"
    BANK = "bank", "银行存款"


class CashAccount(Stamped):
    """A cash box or a bank account. Its balance is what its entries make of the opening one; only the rules of the day book write it."""

    name = models.CharField("账户", max_length=40, unique=True)
    kind = models.CharField("种类", max_length=4, choices=AccountKind)
    bank = models.CharField("开户行", max_length=60, blank=True)
    number = models.CharField("账号", max_length=40, blank=True)
    opened_on = models.DateField("启用日期", help_text="从这一天起记账。")
    opening = money_field("期初余额（元）", default=NOTHING)
    is_active = models.BooleanField("在用", default=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    balance = money_field("余额（元）", default=NOTHING, editable=False)
    last_on = models.DateField("记到", null=True, editable=False)
    last_number = models.PositiveIntegerField("记到第几笔", default=0, editable=False)

    class Meta:
        verbose_name = "资金账户"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(name="account_never_below_zero", condition=Q(balance__gte=0), violation_error_message="余额不能小于零"),
            models.CheckConstraint(name="account_opening_positive", condition=Q(opening__gte=0), violation_error_message="期初余额不能小于零"),
            models.CheckConstraint(
                name="account_bank_has_number", condition=Q(kind="cash") | (~Q(bank="") & ~Q(number="")), violation_error_message="银行账户要写开户行和账号"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_cash(self) -> bool:
        return self.kind == AccountKind.CASH

    @property
    def book(self) -> str:
        """What its day book is called."""
        return "库存现金日记账" if self.is_cash else "银行存款日记账"


class Side(models.TextChoices):
    IN = "in", "收入"
    OUT = "out", "支出"


class DayEntry(Model):
    """One line of a day book, in order of time, never edited or deleted. A mistake is struck out by a red line (`reverses`) on the same side."""

    account = models.ForeignKey(CashAccount, models.PROTECT, related_name="entries", verbose_name="账户")
    number = models.PositiveIntegerField("序号", editable=False)
    on = models.DateField("日期")
    voucher = models.CharField("凭证号", max_length=30, blank=True)
    summary = models.CharField("摘要", max_length=120)
    counterparty = models.CharField("对方", max_length=80, blank=True)
    side = models.CharField("收支", max_length=3, choices=Side)
    amount = money_field("金额（元）")
    balance = money_field("余额（元）", editable=False)
    document_kind = models.CharField("单据种类", max_length=60, blank=True, editable=False)
    document_id = models.BigIntegerField("单据", default=0, editable=False)
    document_label = models.CharField("单据名称", max_length=80, blank=True, editable=False)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="reversed_by", verbose_name="冲销")
    at = models.DateTimeField("记账时间", editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="记账人")
    reviewed_at = models.DateTimeField("复核时间", null=True, editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="复核人")

    class Meta:
        verbose_name = "日记账"
        ordering = ["account", "number"]
        indexes = [models.Index(fields=["account", "on", "number"], name="day_entry_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="day_entry_number_once"),
            models.CheckConstraint(
                name="day_entry_positive_or_red",
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                violation_error_message="金额要大于零",
            ),
            models.CheckConstraint(name="day_entry_balance_positive", condition=Q(balance__gte=0)),
            models.CheckConstraint(name="day_entry_has_summary", condition=~Q(summary=""), violation_error_message="请写摘要"),
            models.CheckConstraint(
                name="day_entry_review_whole", condition=Q(reviewed_at=None, reviewed_by=None) | Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.on:%m-%d} {self.summary}"

    @property
    def income(self) -> Decimal | None:
        return self.amount if self.side == Side.IN else None

    @property
    def outgo(self) -> Decimal | None:
        return self.amount if self.side == Side.OUT else None

    @property
    def effect(self) -> Decimal:
        """What it does to the balance."""
        return self.amount if self.side == Side.IN else -self.amount


class DayClose(Model):
    """日清: what the book says at the end of a day, and what was counted. After it the day takes no more entries."""

    account = models.ForeignKey(CashAccount, models.PROTECT, related_name="day_closes", verbose_name="账户")
    on = models.DateField("日期")
    income = money_field("本日收入（元）", default=NOTHING)
    outgo = money_field("本日支出（元）", default=NOTHING)
    balance = money_field("账面余额（元）")
    counted = money_field("实际盘点（元）", null=True, blank=True)
    pieces = models.JSONField("票面", default=dict, blank=True)  # {"100": 12, "0.5": 3}; empty when only the sum was counted
    explanation = models.CharField("差额说明", max_length=200, blank=True)
    closed_at = models.DateTimeField("结账时间")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="结账人")

    class Meta:
        verbose_name = "日清"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "on"], name="day_closed_once", violation_error_message="这一天已经结过账"),
            models.CheckConstraint(
                name="day_close_difference_explained",
                condition=Q(counted=None) | Q(counted=F("balance")) | ~Q(explanation=""),
                violation_error_message="账实不符要写说明",
            ),
        ]

    def __str__(self):
        return f"{self.account} {self.on:%Y-%m-%d}"

    @property
    def difference(self) -> Decimal:
        """盘盈 above zero, 盘亏 below."""
        return NOTHING if self.counted is None else self.counted - self.balance


class MonthClose(Model):
    """月结: the month's sums; while it stands the month takes no entries."""

    account = models.ForeignKey(CashAccount, models.PROTECT, related_name="month_closes", verbose_name="账户")
    month = models.DateField("月份")  # its first day
    opening = money_field("上月结转（元）")
    income = money_field("本月收入（元）")
    outgo = money_field("本月支出（元）")
    balance = money_field("月末余额（元）")
    closed_at = models.DateTimeField("结账时间")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="结账人")
    reopened_at = models.DateTimeField("反结账时间", null=True, editable=False)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="反结账人")
    reason = models.CharField("反结账原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "月结"
        ordering = ["-month", "account", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month"], condition=Q(reopened_at=None), name="month_closed_once", violation_error_message="这个月已经结过账"
            ),
            models.CheckConstraint(name="month_close_adds_up", condition=Q(balance=cents(F("opening") + F("income") - F("outgo")))),
            models.CheckConstraint(
                name="month_reopened_has_reason",
                condition=Q(reopened_at=None, reopened_by=None, reason="") | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.account} {self.month.year}年{self.month.month}月"

    @property
    def state(self) -> tuple[str, str]:
        """(word, tone)."""
        return ("已反结账", "void") if self.reopened_at else ("已结账", "done")


class StatementState(models.TextChoices):
    OPEN = "open", "对账中"
    BALANCED = "balanced", "已对平"


STATEMENT_MOVES = {StatementState.OPEN: (StatementState.BALANCED,), StatementState.BALANCED: (StatementState.OPEN,)}


class BankStatement(Stamped):
    """银行对账单 of one account and month, matched with the day book line by line."""

    account = models.ForeignKey(CashAccount, models.PROTECT, related_name="statements", verbose_name="账户")
    month = models.DateField("月份")
    balance = money_field("对账单月末余额（元）")
    state = models.CharField("状态", max_length=8, choices=StatementState, default=StatementState.OPEN, editable=False)
    balanced_at = models.DateTimeField("对平时间", null=True, editable=False)
    balanced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="对账人")

    class Meta:
        verbose_name = "银行对账"
        ordering = ["-month", "account"]
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="statement_once_a_month", violation_error_message="这个账户这个月的对账单已经建了"),
            models.CheckConstraint(name="statement_balance_positive", condition=Q(balance__gte=0), violation_error_message="余额不能小于零"),
        ]

    def __str__(self):
        return f"{self.account} {self.month.year}年{self.month.month}月对账"


class StatementLine(Model):
    """One line the bank has written; `entry` is the day book's line it was matched with."""

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines", verbose_name="对账单")
    on = models.DateField("日期")
    summary = models.CharField("摘要", max_length=120, blank=True)
    counterparty = models.CharField("对方", max_length=80, blank=True)
    side = models.CharField("收支", max_length=3, choices=Side)
    amount = money_field("金额（元）")
    entry = models.OneToOneField(DayEntry, models.PROTECT, null=True, blank=True, related_name="bank_line", verbose_name="对上的日记账")
    by_hand = models.BooleanField("人工对上", default=False)

    class Meta:
        verbose_name = "对账单明细"
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(name="statement_line_positive", condition=Q(amount__gt=0), violation_error_message="金额要大于零")]

    def __str__(self):
        return f"{self.on:%m-%d} {self.summary} {self.amount:,.2f}"
