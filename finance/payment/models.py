"""付款: one payment of one claim, singly or in a batch handed to the bank (FIN-06)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from finance.claim.models import PayMethod
from finance.money import money_field
from logistics.platform.kernel.models import Stamped


class BatchState(models.TextChoices):
    DRAFT = "draft", "待付"
    POSTED = "posted", "已付"
    CANCELLED = "cancelled", "已作废"


BATCH_MOVES = {BatchState.DRAFT: (BatchState.POSTED, BatchState.CANCELLED)}
BATCH_TONES = {BatchState.DRAFT: "wait", BatchState.POSTED: "done", BatchState.CANCELLED: "void"}


class PaymentBatch(Stamped):
    """批量付款单: the list handed to the bank. While it waits it holds its claims; once posted it has payments."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    account = models.ForeignKey("finance.CashAccount", models.PROTECT, related_name="+", verbose_name="付款账户")
    note = models.CharField("说明", max_length=120, blank=True)
    count = models.PositiveIntegerField("笔数", default=0, editable=False)
    total = money_field("合计（元）", default=Decimal(0), editable=False)
    state = models.CharField("状态", max_length=9, choices=BatchState, default=BatchState.DRAFT, editable=False)
    posted_on = models.DateField("付款日期", null=True, editable=False)
    posted_at = models.DateTimeField("登记时间", null=True, editable=False)

    class Meta:
        verbose_name = "批量付款单"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="batch_total_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(name="batch_posted_has_day", condition=~Q(state="posted") | Q(posted_on__isnull=False, posted_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.number} {self.count} 笔 {self.total:,.2f} 元"

    @property
    def tone(self) -> str:
        return BATCH_TONES[BatchState(self.state)]


class PaymentState(models.TextChoices):
    POSTED = "posted", "已付"
    RETURNED = "returned", "已退回"


PAYMENT_MOVES = {PaymentState.POSTED: (PaymentState.RETURNED,)}
PAYMENT_TONES = {PaymentState.POSTED: "done", PaymentState.RETURNED: "late"}


class Payment(Stamped):
    """Money that left an account for a claim. Never edited: what the bank sends back is `returned` with a red line of the day book."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    claim = models.ForeignKey("finance.Claim", models.PROTECT, related_name="payments", verbose_name="报销单")
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name="批量付款单")
    method = models.CharField("怎么付", max_length=8, choices=PayMethod)
    cash_account = models.ForeignKey("finance.CashAccount", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="付款账户")
    payee = models.CharField("收款人", max_length=80)
    account = models.CharField("收款账号", max_length=40, blank=True)
    bank = models.CharField("开户行", max_length=80, blank=True)
    amount = money_field("金额（元）")
    paid_on = models.DateField("付款日期")
    entry = models.OneToOneField("finance.DayEntry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="日记账")
    state = models.CharField("状态", max_length=8, choices=PaymentState, default=PaymentState.POSTED, editable=False)
    returned_at = models.DateTimeField("退回时间", null=True, editable=False)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记退回")
    return_reason = models.CharField("退回原因", max_length=200, blank=True, editable=False)
    return_entry = models.OneToOneField("finance.DayEntry", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="冲销的日记账")

    class Meta:
        verbose_name = "付款单"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(state="posted"), name="payment_once_a_claim", violation_error_message="这张报销单已经付过了"),
            models.CheckConstraint(
                name="payment_has_entry",
                condition=Q(method="offset", amount=0, entry=None, cash_account=None)
                | (~Q(method="offset") & Q(amount__gt=0, entry__isnull=False, cash_account__isnull=False)),
            ),
            models.CheckConstraint(
                name="payment_returned_whole",
                condition=Q(state="posted", returned_at=None, return_entry=None, return_reason="")
                | (Q(state="returned", returned_at__isnull=False, returned_by__isnull=False, return_entry__isnull=False) & ~Q(return_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.payee} {self.amount:,.2f} 元"

    @property
    def tone(self) -> str:
        return PAYMENT_TONES[PaymentState(self.state)]
