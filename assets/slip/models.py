"""库房单据: 入库单, 回收入库单, 出库单, 退库单, 调拨单, 报损单, 盘点单, each with its lines (STK-01, STK-04, STK-06)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.item.models import Item
from assets.item.quantities import NONE, quantity_field
from assets.money import money_field
from assets.store.models import Batch, Store
from logistics.platform.kernel.models import Model, Stamped


class SlipKind(models.TextChoices):
    RECEIPT = "receipt", "入库单"
    RECOVER = "recover", "回收入库单"
    ISSUE = "issue", "出库单"
    RETURN = "return", "退库单"
    TRANSFER = "transfer", "调拨单"
    LOSS = "loss", "报损单"
    COUNT = "count", "盘点单"


BY_HAND = (SlipKind.RECEIPT, SlipKind.RECOVER, SlipKind.TRANSFER, SlipKind.LOSS, SlipKind.COUNT)  # the others come from a request or an issue
WITH_APPROVAL = (SlipKind.LOSS, SlipKind.COUNT)
SERIES = {
    SlipKind.RECEIPT: "RK", SlipKind.RECOVER: "HS", SlipKind.ISSUE: "CK", SlipKind.RETURN: "TK", SlipKind.TRANSFER: "DB", SlipKind.LOSS: "BS",
    SlipKind.COUNT: "PD",
}  # fmt: skip


class SlipState(models.TextChoices):
    DRAFT = "draft", "起草"
    WAITING = "waiting", "待审核"
    BOOKED = "booked", "已记账"
    REVERSED = "reversed", "已冲销"
    VOID = "void", "作废"


SLIP_MOVES = {
    SlipState.DRAFT: (SlipState.WAITING, SlipState.BOOKED, SlipState.VOID),
    SlipState.WAITING: (SlipState.BOOKED, SlipState.DRAFT),
    SlipState.BOOKED: (SlipState.REVERSED,),
}
SLIP_TONES = {SlipState.DRAFT: "wait", SlipState.WAITING: "wait", SlipState.BOOKED: "done", SlipState.REVERSED: "late", SlipState.VOID: "void"}


class Slip(Stamped):
    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    kind = models.CharField("单据", max_length=8, choices=SlipKind)
    store = models.ForeignKey(Store, models.PROTECT, related_name="slips", verbose_name="仓库")
    to_store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="slips_in", verbose_name="调入仓库")
    on = models.DateField("日期")
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="供应商")
    source_words = models.CharField("来源", max_length=60, blank=True)  # a supplier that is on no list, or where recovered parts come from
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="领用人")
    reason = models.CharField("事由", max_length=200, blank=True)
    is_whole = models.BooleanField("全面盘点", default=True, help_text="月结要有全面盘点；抽盘几样的不勾。")
    request = models.ForeignKey("assets.StockRequest", models.PROTECT, null=True, editable=False, related_name="slips", verbose_name="领用申请")
    origin = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="returns", verbose_name="原出库单")
    acceptance = models.ForeignKey("finance.Acceptance", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="验收单")
    state = models.CharField("状态", max_length=8, choices=SlipState, default=SlipState.DRAFT, editable=False)
    booked_at = models.DateTimeField("记账时间", null=True, editable=False)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="记账")
    booked_on = models.DateField("记在哪天", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "库房单据"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="slip_number_once"),
            models.CheckConstraint(
                name="slip_transfer_has_two_stores",
                condition=(Q(kind="transfer", to_store__isnull=False) & ~Q(to_store=F("store"))) | (~Q(kind="transfer") & Q(to_store=None)),
                violation_error_message="调拨要选两个不同的仓库",
            ),
            models.CheckConstraint(
                name="slip_booked_whole",
                condition=Q(state__in=["draft", "waiting", "void"])
                | (Q(booked_at__isnull=False, booked_by__isnull=False, booked_on__isnull=False) & ~Q(number="")),
            ),
            models.CheckConstraint(name="slip_issue_has_department", condition=~Q(kind="issue") | Q(department__isnull=False)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}".strip()

    @property
    def tone(self) -> str:
        return SLIP_TONES[SlipState(self.state)]

    @property
    def has_prices(self) -> bool:
        return self.kind in (SlipKind.RECEIPT, SlipKind.RECOVER)


class SlipLine(Model):
    """One item of a slip. `amount` is what it cost to the cent: typed on a receipt, found by the ledger on the others."""

    slip = models.ForeignKey(Slip, models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name="物品")
    quantity = quantity_field("数量", default=NONE)
    entered = models.CharField("填写的数量", max_length=40, blank=True)  # 3 箱, as it was typed
    amount = money_field("金额（元）", null=True, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批次")
    batch_number = models.CharField("批号", max_length=30, blank=True)
    expires_on = models.DateField("到期日", null=True, blank=True)
    book = quantity_field("账面", null=True, blank=True)  # of a count: what the ledger said when it was counted
    counted = quantity_field("实盘", null=True, blank=True)
    old_parts = quantity_field("收回旧件", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "单据明细"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="slip_line_positive", condition=Q(quantity__gt=NONE) | Q(counted__isnull=False)),
            models.CheckConstraint(name="slip_line_amount_positive", condition=Q(amount=None) | Q(amount__gte=NONE) | Q(counted__isnull=False)),
            models.CheckConstraint(name="slip_line_count_positive", condition=Q(counted=None, book=None) | Q(counted__gte=NONE, book__gte=NONE)),
            models.UniqueConstraint(
                fields=["slip", "item"], condition=Q(counted__isnull=False), name="count_line_once", violation_error_message="已经盘过这一样"
            ),
        ]

    def __str__(self):
        return str(self.item)

    @property
    def difference(self):
        """盘盈 above zero, 盘亏 below; None when it is no count."""
        return None if self.counted is None else self.counted - self.book
