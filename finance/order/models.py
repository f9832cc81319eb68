"""采购: how it is bought, who offered what, and the order that was placed (FIN-04)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from finance.money import money_field
from logistics.platform.kernel.models import Stamped


class Method(models.TextChoices):
    DIRECT = "direct", "直接采购"
    QUOTES = "quotes", "三家比价"
    FRAMEWORK = "framework", "框架协议"
    GOVERNMENT = "government", "政府采购"


class OrderState(models.TextChoices):
    PLACED = "placed", "待到货"
    PARTIAL = "partial", "部分到货"
    RECEIVED = "received", "已到齐"
    CLOSED = "closed", "已结清"
    CANCELLED = "cancelled", "已取消"


ORDER_MOVES = {
    OrderState.PLACED: (OrderState.PARTIAL, OrderState.RECEIVED, OrderState.CANCELLED),
    OrderState.PARTIAL: (OrderState.RECEIVED,),
    OrderState.RECEIVED: (OrderState.CLOSED,),
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


class OrderLine(models.Model):
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
