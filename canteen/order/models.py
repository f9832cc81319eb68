"""采购单 of a day, one per supplier, and the report of what was really bought (CAN-03)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canteen.fields import money_field, price_field, quantity_field
from logistics.platform.kernel.models import Model, Stamped


class OrderState(models.TextChoices):
    DRAFT = "draft", "起草"
    PLACED = "placed", "已下单"
    ARRIVED = "arrived", "已到货"
    CANCELLED = "cancelled", "已取消"


ORDER_MOVES = {
    OrderState.DRAFT: (OrderState.PLACED, OrderState.CANCELLED),
    OrderState.PLACED: (OrderState.ARRIVED, OrderState.CANCELLED),
    OrderState.ARRIVED: (OrderState.PLACED,),
}
ORDER_TONES = {OrderState.DRAFT: "wait", OrderState.PLACED: "doing", OrderState.ARRIVED: "done", OrderState.CANCELLED: "void"}


class FoodOrder(Stamped):
    """What one supplier is to bring for the meals of one day."""

    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    supplier = models.ForeignKey("canteen.Supplier", models.PROTECT, related_name="orders", verbose_name="供应商")
    on = models.DateField("哪天用")
    deliver_on = models.DateField("送货日期")
    deliver_by = models.TimeField("几点前送到", null=True, blank=True)
    note = models.CharField("要求", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=OrderState, default=OrderState.DRAFT, editable=False)
    placed_at = models.DateTimeField("下单时间", null=True, editable=False)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="下单人")
    ended_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "食材采购单"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["on", "state"], name="food_order_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="food_order_number_once"),
            models.UniqueConstraint(
                fields=["supplier", "on"], condition=Q(state="draft"), name="food_order_one_draft", violation_error_message="这家这天已经有一张起草的采购单"
            ),
            models.CheckConstraint(
                name="food_order_comes_in_time", condition=Q(deliver_on__lte=models.F("on")), violation_error_message="送货不能晚于用的那天"
            ),
            models.CheckConstraint(
                name="food_order_placed_whole",
                condition=Q(state__in=["draft", "cancelled"]) | (Q(placed_at__isnull=False, placed_by__isnull=False) & ~Q(number="")),
            ),
            models.CheckConstraint(name="food_order_cancelled_says_why", condition=~Q(state="cancelled") | ~Q(ended_reason="")),
        ]

    def __str__(self):
        return f"{self.supplier} {self.on.month}月{self.on.day}日"

    @property
    def tone(self) -> str:
        return ORDER_TONES[OrderState(self.state)]


class FoodOrderLine(Model):
    """One ingredient of an order: how it was worked out, and what is really ordered."""

    order = models.ForeignKey(FoodOrder, models.PROTECT, related_name="lines", verbose_name="采购单")
    ingredient = models.ForeignKey("canteen.Ingredient", models.PROTECT, related_name="+", verbose_name="食材")
    needed = quantity_field("食谱要用", null=True, blank=True)
    in_stock = quantity_field("库里有", null=True, blank=True)
    quantity = quantity_field("订购")
    price = price_field("约定单价（元）", null=True, blank=True)
    note = models.CharField("要求", max_length=60, blank=True)

    class Meta:
        verbose_name = "采购明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "ingredient"], name="food_order_line_once", violation_error_message="这张单上已经有这样食材"),
            models.CheckConstraint(name="food_order_line_positive", condition=Q(quantity__gt=0), violation_error_message="数量要大于零"),
            models.CheckConstraint(name="food_order_price_positive", condition=Q(price=None) | Q(price__gte=0), violation_error_message="单价不能小于零"),
        ]

    def __str__(self):
        return str(self.ingredient)


class PurchaseReport(Model):
    """采购日报: what was accepted on a day, as it stands on the board. When something is added later, a new version takes its place."""

    on = models.DateField("日期")
    version = models.PositiveSmallIntegerField("第几版", default=1)
    rows = models.JSONField("明细")
    amount = money_field("合计（元）")
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, related_name="+", verbose_name="公示")
    made_at = models.DateTimeField("公示时间")

    class Meta:
        verbose_name = "采购日报"
        ordering = ["-on", "-version"]
        constraints = [models.UniqueConstraint(fields=["on", "version"], name="purchase_report_once")]

    def __str__(self):
        return f"{self.on.year}年{self.on.month}月{self.on.day}日采购日报"
