"""报销单: what is claimed, from which budget, with which invoices, and to whom the money goes (FIN-06)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class ClaimKind(models.TextChoices):
    PURCHASE = "purchase", "采购报销"
    TRIP = "trip", "差旅报销"
    PETTY = "petty", "零星报销"
    ADVANCE = "advance", "借款"


class PayMethod(models.TextChoices):
    TRANSFER = "transfer", "转账"
    CARD = "card", "公务卡"
    CASH = "cash", "现金"
    OFFSET = "offset", "冲抵借款"


class PayTo(models.TextChoices):
    SELF = "self", "付给我本人"
    FIRM = "firm", "付给供应商"


class ClaimState(models.TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "审批中"
    APPROVED = "approved", "待付款"
    PAID = "paid", "已付款"
    SETTLED = "settled", "已结清"
    REJECTED = "rejected", "未批准"
    CANCELLED = "cancelled", "已作废"


CLAIM_MOVES = {
    ClaimState.DRAFT: (ClaimState.SUBMITTED, ClaimState.CANCELLED),
    ClaimState.SUBMITTED: (ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.DRAFT),
    ClaimState.APPROVED: (ClaimState.PAID, ClaimState.CANCELLED),
    ClaimState.PAID: (ClaimState.APPROVED, ClaimState.SETTLED),
    ClaimState.SETTLED: (ClaimState.PAID,),
}
CLAIM_TONES = {
    ClaimState.DRAFT: "void",
    ClaimState.SUBMITTED: "wait",
    ClaimState.APPROVED: "doing",
    ClaimState.PAID: "done",
    ClaimState.SETTLED: "done",
    ClaimState.REJECTED: "late",
    ClaimState.CANCELLED: "void",
}
LIVE = (ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.PAID, ClaimState.SETTLED)
SPENT = (ClaimState.PAID, ClaimState.SETTLED)
DEAD = (ClaimState.REJECTED, ClaimState.CANCELLED)


def last_four(account: str) -> str:
    """An account as people recognize it, however it was spaced."""
    return f"**** {''.join(account.split())[-4:]}" if account else ""


class Claim(Stamped):
    """One claim of one person (`created_by`). Its budget is in its lines; an advance (借款) stays open until `settled` reaches its total.

    `offset` is what of the claim an earlier advance has paid already; the rest, `due`, is paid out.
    """

    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    kind = models.CharField("报什么", max_length=8, choices=ClaimKind)
    title = models.CharField("事由", max_length=80)
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    order = models.ForeignKey("finance.PurchaseOrder", models.PROTECT, null=True, blank=True, related_name="claims", verbose_name="采购单")
    advance = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="settlements", verbose_name="冲抵借款")
    source_kind = models.CharField("来自哪种单据", max_length=60, blank=True, editable=False)
    source_id = models.BigIntegerField("来自哪张单据", default=0, editable=False)
    source_label = models.CharField("来自", max_length=80, blank=True, editable=False)
    place = models.CharField("出差地点", max_length=60, blank=True)
    from_on = models.DateField("出发", null=True, blank=True)
    until_on = models.DateField("返回", null=True, blank=True)
    back_on = models.DateField("预计还款", null=True, blank=True)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="证明人")
    papers = models.PositiveSmallIntegerField("附件页数", default=0)
    method = models.CharField("怎么付", max_length=8, choices=[choice for choice in PayMethod.choices if choice[0] != "offset"], default=PayMethod.TRANSFER)
    pay_to = models.CharField("付给谁", max_length=4, choices=PayTo, default=PayTo.SELF)
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="供应商")
    payee = models.CharField("收款人", max_length=80, blank=True, editable=False)
    account = models.CharField("收款账号", max_length=40, blank=True)
    bank = models.CharField("开户行", max_length=80, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    total = money_field("金额（元）", default=NOTHING, editable=False)
    offset = money_field("冲抵借款（元）", default=NOTHING, editable=False)
    settled = money_field("已冲还（元）", default=NOTHING, editable=False)
    state = models.CharField("状态", max_length=9, choices=ClaimState, default=ClaimState.DRAFT, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    paid_at = models.DateTimeField("付款时间", null=True, editable=False)
    voucher = models.CharField("凭证号", max_length=30, blank=True, editable=False)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="记账")
    booked_at = models.DateTimeField("记账时间", null=True, editable=False)
    batch = models.ForeignKey("finance.PaymentBatch", models.PROTECT, null=True, editable=False, related_name="claims", verbose_name="批量付款单")

    class Meta:
        verbose_name = "报销单"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "id"], name="claim_by_state"),
            models.Index(fields=["source_kind", "source_id"], name="claim_by_source"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="claim_number_once"),
            models.CheckConstraint(name="claim_has_title", condition=~Q(title=""), violation_error_message="请写事由"),
            models.CheckConstraint(
                name="claim_sums",
                condition=Q(total__gte=0, offset__gte=0, settled__gte=0, offset__lte=F("total"), settled__lte=F("total")),
                violation_error_message="冲抵的不能超过报销的金额",
            ),
            models.CheckConstraint(
                name="claim_order_is_purchase", condition=Q(order=None) | Q(kind="purchase"), violation_error_message="只有采购报销才选采购单"
            ),
            models.CheckConstraint(
                name="claim_advance_settles_no_advance", condition=Q(advance=None, offset=0) | ~Q(kind="advance"), violation_error_message="借款不能冲抵借款"
            ),
            models.CheckConstraint(name="claim_only_advance_is_settled", condition=Q(kind="advance") | Q(settled=0) & ~Q(state="settled")),
            models.CheckConstraint(name="claim_settled_in_full", condition=~Q(state="settled") | Q(settled=F("total"))),
            models.CheckConstraint(
                name="claim_trip_has_days",
                condition=~Q(kind="trip") | (~Q(place="") & Q(from_on__isnull=False, until_on__isnull=False, until_on__gte=F("from_on"))),
                violation_error_message="差旅要写地点和起止日期，返回不能早于出发",
            ),
            models.CheckConstraint(
                name="claim_sent_has_number", condition=Q(state__in=["draft", "cancelled"]) | (~Q(number="") & Q(submitted_at__isnull=False))
            ),
            models.CheckConstraint(name="claim_sent_has_sum", condition=Q(state__in=["draft", "cancelled"]) | Q(total__gt=0) & ~Q(payee="")),
            models.CheckConstraint(name="claim_paid_has_time", condition=~Q(state__in=["paid", "settled"]) | Q(paid_at__isnull=False)),
            models.CheckConstraint(
                name="claim_booked_whole", condition=Q(voucher="", booked_by=None, booked_at=None) | (~Q(voucher="") & Q(booked_by__isnull=False))
            ),
            models.CheckConstraint(name="claim_in_batch_waits", condition=Q(batch=None) | Q(state="approved")),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    @property
    def tone(self) -> str:
        return CLAIM_TONES[ClaimState(self.state)]

    @property
    def due(self) -> Decimal:
        """What is paid out."""
        return self.total - self.offset

    @property
    def open_sum(self) -> Decimal:
        """Of an advance: what has not been settled yet."""
        return self.total - self.settled

    @property
    def is_advance(self) -> bool:
        return self.kind == ClaimKind.ADVANCE

    @property
    def masked_account(self) -> str:
        return last_four(self.account)

    def shown_account(self, value: str) -> str:
        """The journal keeps no account in full."""
        return last_four(value) or "—"


class ClaimLine(Model):
    """One sum of a claim and the budget line that bears it."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines", verbose_name="报销单")
    position = models.PositiveSmallIntegerField("行号")
    what = models.CharField("内容", max_length=120)
    budget_line = models.ForeignKey("finance.BudgetLine", models.PROTECT, related_name="+", verbose_name="预算指标")
    amount = money_field("金额（元）")
    is_allowance = models.BooleanField("补助，没有发票", default=False, help_text="只有出差补助可以没有发票。")

    class Meta:
        verbose_name = "报销明细"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="claim_line_position_once"),
            models.CheckConstraint(name="claim_line_positive", condition=Q(amount__gt=0), violation_error_message="金额要大于零"),
            models.CheckConstraint(name="claim_line_has_words", condition=~Q(what=""), violation_error_message="请写内容"),
        ]

    def __str__(self):
        return f"{self.what} {self.amount:,.2f} 元"


class Invoice(Model):
    """One invoice. `key` is its code and number made comparable; of all invoices that count (`is_live`) each key is there once."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="invoices", verbose_name="报销单")
    number = models.CharField("发票号码", max_length=30)
    code = models.CharField("发票代码", max_length=20, blank=True)
    key = models.CharField(max_length=52, editable=False)
    issued_on = models.DateField("开票日期")
    amount = money_field("价税合计（元）")
    tax = money_field("其中税额（元）", default=NOTHING)
    seller = models.CharField("销售方", max_length=80)
    is_live = models.BooleanField("算数", default=True, editable=False)

    class Meta:
        verbose_name = "发票"
        ordering = ["id"]
        indexes = [models.Index(fields=["number"], name="invoice_by_number")]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(is_live=True), name="invoice_used_once", violation_error_message="这张发票已经报过了"),
            models.CheckConstraint(
                name="invoice_sums",
                condition=Q(amount__gt=0, tax__gte=0, tax__lt=F("amount")),
                violation_error_message="金额要大于零，税额要小于金额",
            ),
            models.CheckConstraint(name="invoice_has_words", condition=~Q(number="") & ~Q(key="") & ~Q(seller=""), violation_error_message="请写号码和销售方"),
        ]

    def __str__(self):
        return f"{self.number} {self.amount:,.2f} 元"

    @property
    def role(self) -> str:
        """The role of its pictures among the claim's files."""
        return f"invoice-{self.pk}"
