"""仓库: stores, what lies in them by batch, and the ledger of every piece that came or went (STK-01, STK-04)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.item.models import Item
from assets.item.quantities import NONE, quantity_field, unit_price
from assets.money import cents, money_field
from logistics.platform.kernel.models import Model, Stamped


class Store(Stamped):
    """A store room. Whoever writes its ledger locks its row first, so that its moves stand one after the other."""

    name = models.CharField("仓库", max_length=40, unique=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保管员")
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)
    last_on = models.DateField("记到", null=True, editable=False)
    last_number = models.PositiveIntegerField("记到第几笔", default=0, editable=False)

    class Meta:
        verbose_name = "仓库"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Stock(Model):
    """How much of an item lies in a store and what it cost. Its sums are those of its moves; only the ledger writes them."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="stocks", verbose_name="仓库")
    item = models.ForeignKey(Item, models.PROTECT, related_name="stocks", verbose_name="物品")
    bin = models.CharField("货位", max_length=20, blank=True, editable=False)
    quantity = quantity_field("结存", default=NONE, editable=False)
    value = money_field("金额（元）", default=NONE, editable=False)
    last_in_on = models.DateField("最近入库", null=True, editable=False)
    last_out_on = models.DateField("最近出库", null=True, editable=False)

    class Meta:
        verbose_name = "库存"
        ordering = ["store", "item__kind", "item__name", "item__spec", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "item"], name="stock_once"),
            models.CheckConstraint(name="stock_never_below_zero", condition=Q(quantity__gte=NONE, value__gte=NONE)),
            models.CheckConstraint(name="stock_empty_has_no_value", condition=Q(quantity__gt=NONE) | Q(value=NONE)),
        ]

    def __str__(self):
        return f"{self.item}（{self.store}）"

    @property
    def price(self) -> Decimal:
        """加权平均单价, for people to read."""
        return unit_price(self.value, self.quantity)


class Batch(Model):
    """What came in at one time: its price, its last day, and how much of it is left."""

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="batches", verbose_name="库存")
    number = models.CharField("批号", max_length=30, blank=True)
    received_on = models.DateField("入库日期")
    expires_on = models.DateField("到期日", null=True, blank=True)
    price = models.DecimalField("单价（元）", max_digits=16, decimal_places=4)
    quantity = quantity_field("剩余", default=NONE)

    class Meta:
        verbose_name = "批次"
        ordering = [F("expires_on").asc(nulls_last=True), "received_on", "id"]
        constraints = [
            models.CheckConstraint(name="batch_never_below_zero", condition=Q(quantity__gte=NONE)),
            models.CheckConstraint(name="batch_price_positive", condition=Q(price__gte=NONE)),
        ]

    def __str__(self):
        words = [f"批号 {self.number}"] if self.number else []
        words.append(f"{self.received_on:%Y-%m-%d} 入库")
        return "，".join([*words, f"{self.expires_on:%Y-%m-%d} 到期"] if self.expires_on else words)


class MoveKind(models.TextChoices):
    RECEIPT = "receipt", "入库"
    RECOVER = "recover", "回收入库"
    ISSUE = "issue", "领用"
    RETURN = "return", "退库"
    TRANSFER_OUT = "transfer_out", "调出"
    TRANSFER_IN = "transfer_in", "调入"
    LOSS = "loss", "报损"
    SURPLUS = "surplus", "盘盈"
    SHORTAGE = "shortage", "盘亏"


OUTGOING = (MoveKind.ISSUE, MoveKind.TRANSFER_OUT, MoveKind.LOSS, MoveKind.SHORTAGE)
CONSUMING = (MoveKind.ISSUE, MoveKind.RETURN)  # what a department used up


class StockMove(Model):
    """One line of the store's ledger, never edited or deleted. A mistake is struck out by the same line with the other sign (`reverses`)."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="moves", verbose_name="仓库")
    number = models.PositiveIntegerField("序号")
    stock = models.ForeignKey(Stock, models.PROTECT, related_name="moves", verbose_name="库存")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="moves", verbose_name="批次")
    kind = models.CharField("类型", max_length=12, choices=MoveKind)
    on = models.DateField("日期")
    quantity = quantity_field("数量")
    value = money_field("金额（元）")
    balance_quantity = quantity_field("结存数量")
    balance_value = money_field("结存金额（元）")
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, related_name="+", verbose_name="部门")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="领用人")
    document_kind = models.CharField("单据种类", max_length=60, blank=True)
    document_id = models.BigIntegerField("单据", default=0)
    document_label = models.CharField("单据名称", max_length=80, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲销")
    at = models.DateTimeField("记账时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = "库存流水"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["stock", "number"], name="move_by_stock"),
            models.Index(fields=["on", "kind"], name="move_by_day"),
            models.Index(fields=["document_kind", "document_id"], name="move_by_document"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="move_number_once"),
            models.CheckConstraint(name="move_balance_positive", condition=Q(balance_quantity__gte=NONE, balance_value__gte=NONE)),
            models.CheckConstraint(name="move_value_has_its_sign", condition=Q(quantity__gt=NONE, value__gte=NONE) | Q(quantity__lt=NONE, value__lte=NONE)),
            models.CheckConstraint(
                name="move_sign_fits_kind",
                condition=Q(reverses=None, kind__in=OUTGOING, quantity__lt=NONE)
                | (Q(reverses=None, quantity__gt=NONE) & ~Q(kind__in=OUTGOING))
                | Q(reverses__isnull=False, kind__in=OUTGOING, quantity__gt=NONE)
                | (Q(reverses__isnull=False, quantity__lt=NONE) & ~Q(kind__in=OUTGOING)),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.stock.item}"


class StockClose(Model):
    """库存月结: the month's sums after a whole count; while it stands the month takes no moves."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="closes", verbose_name="仓库")
    month = models.DateField("月份")  # its first day
    count = models.ForeignKey("assets.Slip", models.PROTECT, related_name="+", verbose_name="盘点单")
    opening = money_field("上月结存（元）")
    income = money_field("本月入库（元）")
    outgo = money_field("本月出库（元）")
    balance = money_field("月末结存（元）")
    closed_at = models.DateTimeField("结账时间")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="结账人")
    reopened_at = models.DateTimeField("反结账时间", null=True, editable=False)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="反结账人")
    reason = models.CharField("反结账原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "库存月结"
        ordering = ["-month", "store", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "month"], condition=Q(reopened_at=None), name="stock_month_closed_once", violation_error_message="这个月已经结过账"
            ),
            models.CheckConstraint(name="stock_close_adds_up", condition=Q(balance=cents(F("opening") + F("income") - F("outgo")))),
            models.CheckConstraint(
                name="stock_reopened_has_reason",
                condition=Q(reopened_at=None, reopened_by=None, reason="") | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.store} {self.month.year}年{self.month.month}月"

    @property
    def state(self) -> tuple[str, str]:
        """(word, tone)."""
        return ("已反结账", "void") if self.reopened_at else ("已结账", "done")
