"""采购: how it is bought, who offered what, and the order that was placed (FIN-04)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from finance.money import money_field
from logistics.platform.kernel.models import Model, Stamped


class Method(models.TextChoices):
    DIRECT = "direct", "直接采购"
    QUOTES = "quotes", "三家比价"
    FRAMEWORK = "framework", "框架协议"
    GOVERNMENT = "government", "政府采购"
    SINGLE = "single", "单一来源"


class OrderState(models.TextChoices):
    PLACED = "placed", "待到货"
    PARTIAL = "partial", "部分到货"
    RECEIVED = "received", "已到齐"
    CLOSED = "closed", "已结清"
    CANCELLED = "cancelled", "已取消"


ORDER_MOVES = {
    OrderState.PLACED: (OrderState.PARTIAL, OrderState.RECEIVED, OrderState.CANCELLED),
    OrderState.PARTIAL: (OrderState.RECEIVED, OrderState.PLACED),
    OrderState.RECEIVED: (OrderState.CLOSED, OrderState.PARTIAL, OrderState.PLACED),
}
ORDER_TONES = {
    OrderState.PLACED: "wait",
    OrderState.PARTIAL: "doing",
    OrderState.RECEIVED: "doing",
    OrderState.CLOSED: "done",
    OrderState.CANCELLED: "void",
}


class PurchaseOrder(Stamped):
    """What was ordered from one firm on an approved request. The person who placed it (`created_by`) is the buyer."""

    number = models.CharField("单号", max_length=20, editable=False, unique=True)
    request = models.ForeignKey("finance.PurchaseRequest", models.PROTECT, related_name="orders", verbose_name="请购单")
    partner = models.ForeignKey("platform.Partner", models.PROTECT, related_name="+", verbose_name="供应商")
    method = models.CharField("采购方式", max_length=10, choices=Method)
    method_reason = models.CharField("采购方式说明", max_length=300, blank=True, help_text="不足三家、没有选最低价、单一来源时写清楚。")
    total = money_field("金额（元）", default=Decimal(0), editable=False)
    deliver_on = models.DateField("约定到货", null=True, blank=True)
    terms = models.CharField("约定", max_length=300, blank=True, help_text="送货、质保、付款方式。")
    state = models.CharField("状态", max_length=9, choices=OrderState, default=OrderState.PLACED, editable=False)
    cancelled_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    second_buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同去采购", help_text="采购要有两个人。"
    )
    inquiry = models.ForeignKey("finance.Inquiry", models.PROTECT, null=True, editable=False, related_name="orders", verbose_name="询价单")
    stopped_reason = models.CharField("余下不要的原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "采购单"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="purchase_order_by_state")]
        constraints = [
            models.CheckConstraint(name="purchase_order_total_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(name="purchase_order_cancelled_says_why", condition=~Q(state="cancelled") | ~Q(cancelled_reason="")),
        ]

    def __str__(self):
        return f"{self.number} {self.partner}"

    @property
    def tone(self) -> str:
        return ORDER_TONES[OrderState(self.state)]


class OrderLine(Model):
    """One line of the request as ordered. `accepted` is written by acceptance alone and never exceeds what was ordered."""

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines", verbose_name="采购单")
    request_line = models.ForeignKey("finance.RequestLine", models.PROTECT, related_name="order_lines", verbose_name="请购明细")
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=3)
    price = money_field("单价（元）")
    amount = money_field("金额（元）", editable=False)
    brand = models.CharField("品牌型号", max_length=80, blank=True)
    accepted = models.DecimalField("已验收", max_digits=12, decimal_places=3, default=Decimal(0), editable=False)

    class Meta:
        verbose_name = "采购明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "request_line"], name="purchase_order_line_once"),
            models.CheckConstraint(name="purchase_order_line_positive", condition=Q(quantity__gt=0, price__gte=0, amount__gte=0)),
            models.CheckConstraint(
                name="purchase_order_line_accepted",
                condition=Q(accepted__gte=0, accepted__lte=models.F("quantity")),
                violation_error_message="验收数量超过了订购数量",
            ),
        ]

    def __str__(self):
        return self.request_line.name


class InquiryState(models.TextChoices):
    OPEN = "open", "询价中"
    CHOSEN = "chosen", "已选定"
    ENDED = "ended", "已作废"


INQUIRY_MOVES = {
    InquiryState.OPEN: (InquiryState.CHOSEN, InquiryState.ENDED),
    InquiryState.CHOSEN: (InquiryState.OPEN, InquiryState.ENDED),
}
INQUIRY_TONES = {InquiryState.OPEN: "doing", InquiryState.CHOSEN: "done", InquiryState.ENDED: "void"}


class Inquiry(Stamped):
    """询价单: several firms asked for the same lines of one request; the purchase group chooses one of their answers."""

    number = models.CharField("单号", max_length=20, editable=False, unique=True)
    request = models.ForeignKey("finance.PurchaseRequest", models.PROTECT, related_name="inquiries", verbose_name="请购单")
    wanted = models.CharField("要求", max_length=300, blank=True, help_text="送货、质保、发票等，问每一家都一样。")
    until_on = models.DateField("报价截止", null=True, blank=True)
    state = models.CharField("状态", max_length=6, choices=InquiryState, default=InquiryState.OPEN, editable=False)
    chosen = models.OneToOneField("finance.Quote", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="选定")
    chosen_at = models.DateTimeField("选定时间", null=True, editable=False)
    few_reason = models.CharField("不足三家的原因", max_length=300, blank=True, editable=False)
    choice_reason = models.CharField("选定理由", max_length=300, blank=True, editable=False)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False, verbose_name="采购小组")
    ended_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "询价单"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="inquiry_by_state")]
        constraints = [
            models.CheckConstraint(
                name="inquiry_chosen_whole",
                condition=~Q(state="chosen") | Q(chosen__isnull=False, chosen_at__isnull=False),
            ),
            models.CheckConstraint(name="inquiry_open_has_no_choice", condition=~Q(state="open") | Q(chosen=None, chosen_at=None)),
            models.CheckConstraint(name="inquiry_ended_says_why", condition=~Q(state="ended") | ~Q(ended_reason="")),
        ]

    def __str__(self):
        return f"{self.number} {self.request.title}"

    @property
    def tone(self) -> str:
        return INQUIRY_TONES[InquiryState(self.state)]


class InquiryLine(Model):
    """One line of the request that the firms are asked about."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="lines", verbose_name="询价单")
    request_line = models.ForeignKey("finance.RequestLine", models.PROTECT, related_name="inquiry_lines", verbose_name="请购明细")
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=3)

    class Meta:
        verbose_name = "询价明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "request_line"], name="inquiry_line_once"),
            models.CheckConstraint(name="inquiry_line_positive", condition=Q(quantity__gt=0)),
        ]

    def __str__(self):
        return self.request_line.name


class Tax(models.TextChoices):
    PLAIN = "plain", "含税，普通发票"
    SPECIAL = "special", "含税，专用发票"
    NONE = "none", "不含税"


class Quote(Stamped):
    """One firm's answer. A firm that was asked and gave no price says so in `declined`."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="quotes", verbose_name="询价单")
    partner = models.ForeignKey("platform.Partner", models.PROTECT, related_name="+", verbose_name="供应商")
    contact = models.CharField("联系人电话", max_length=60, blank=True)
    quoted_on = models.DateField("报价日期")
    valid_until = models.DateField("报价有效到", null=True, blank=True)
    tax = models.CharField("税", max_length=8, choices=Tax, default=Tax.PLAIN)
    delivery = models.CharField("送货", max_length=100, blank=True)
    warranty = models.CharField("质保", max_length=100, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    declined = models.CharField("没有报价的原因", max_length=100, blank=True)
    total = money_field("报价合计（元）", default=Decimal(0), editable=False)

    class Meta:
        verbose_name = "报价"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "partner"], name="inquiry_quote_once", violation_error_message="这家已经登记过了"),
            models.CheckConstraint(name="inquiry_quote_sum", condition=Q(total__gt=0, declined="") | (Q(total=0) & ~Q(declined=""))),
            models.CheckConstraint(
                name="inquiry_quote_valid_after_day",
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("quoted_on")),
                violation_error_message="有效期不能早于报价日期",
            ),
        ]

    def __str__(self):
        return str(self.partner)

    @property
    def paper_role(self) -> str:
        return f"quote-{self.pk}"


class QuoteLine(Model):
    """The firm's price of one line; a line it cannot deliver has none."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines", verbose_name="报价")
    line = models.ForeignKey(InquiryLine, models.PROTECT, related_name="quote_lines", verbose_name="询价明细")
    price = money_field("单价（元）")
    amount = money_field("金额（元）", editable=False)
    brand = models.CharField("品牌型号", max_length=80, blank=True)

    class Meta:
        verbose_name = "报价明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "line"], name="inquiry_quote_line_once"),
            models.CheckConstraint(name="inquiry_quote_line_positive", condition=Q(price__gt=0, amount__gt=0)),
        ]

    def __str__(self):
        return str(self.line)
