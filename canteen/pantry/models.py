"""食材库: batches with their last day, every kilogramme in and out, and the month's count (CAN-05)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.fields import money_field, price_field, quantity_field
from canteen.late import Claimed, not_ahead
from canteen.meal.kinds import MealKind
from logistics.platform.kernel.models import Model, Stamped


class PantryBatch(Model):
    """What came in at one time. `quantity` is what is left: the sum of its moves; only the ledger writes it."""

    ingredient = models.ForeignKey("canteen.Ingredient", models.PROTECT, related_name="batches", verbose_name="食材")
    line = models.OneToOneField("canteen.DeliveryLine", models.PROTECT, null=True, blank=True, related_name="batch", verbose_name="验收明细")
    supplier = models.ForeignKey("canteen.Supplier", models.PROTECT, null=True, blank=True, related_name="batches", verbose_name="供应商")
    number = models.CharField("批号", max_length=30, blank=True)
    made_on = models.DateField("生产日期", null=True, blank=True)
    received_on = models.DateField("入库日期")
    expires_on = models.DateField("保质期到", null=True, blank=True)
    price = price_field("单价（元）")
    quantity = quantity_field("剩余", default=0, editable=False)
    locked_at = models.DateTimeField("封存时间", null=True, editable=False)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="封存人")
    lock_reason = models.CharField("封存原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "食材批次"
        ordering = [F("expires_on").asc(nulls_last=True), "received_on", "id"]
        indexes = [models.Index(fields=["ingredient", "expires_on"], name="pantry_batch_fefo")]
        constraints = [
            models.CheckConstraint(name="pantry_batch_never_below_zero", condition=Q(quantity__gte=0), violation_error_message="库里没有这么多"),
            models.CheckConstraint(
                name="pantry_lock_whole",
                condition=Q(locked_at=None, locked_by=None, lock_reason="") | (Q(locked_at__isnull=False, locked_by__isnull=False) & ~Q(lock_reason="")),
            ),
        ]

    def __str__(self):
        words = [str(self.ingredient), f"批号 {self.number}" if self.number else f"{self.received_on:%m-%d} 入库"]
        return "，".join([*words, f"{self.expires_on:%Y-%m-%d} 到期"] if self.expires_on else words)


class PantryKind(models.TextChoices):
    RECEIPT = "receipt", "验收入库"
    OPENING = "opening", "期初"
    ISSUE = "issue", "出库"
    RETURN = "return", "退回"
    LOSS = "loss", "报损"
    SURPLUS = "surplus", "盘盈"
    SHORTAGE = "shortage", "盘亏"


PANTRY_OUT = (PantryKind.ISSUE, PantryKind.LOSS, PantryKind.SHORTAGE)


class KitchenIssue(Claimed):
    """出库单: what went to the kitchen for one meal, who gave it and who took it. Booked with writing; a mistake comes back as a return."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    on = models.DateField("哪天用")
    meal = models.CharField("餐次", max_length=10, choices=MealKind)
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="领用人")
    note = models.CharField("说明", max_length=200, blank=True)
    amount = money_field("金额（元）", default=0, editable=False)

    class Meta:
        verbose_name = "食材出库单"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["on", "meal"], name="kitchen_issue_by_meal")]
        constraints = [not_ahead("kitchen_issue_not_ahead")]

    def __str__(self):
        return f"{self.number} {self.on.month}月{self.on.day}日{self.get_meal_display()}"


class CountState(models.TextChoices):
    DRAFT = "draft", "盘点中"
    BOOKED = "booked", "已记账"
    VOID = "void", "作废"


COUNT_MOVES = {CountState.DRAFT: (CountState.BOOKED, CountState.VOID)}
COUNT_TONES = {CountState.DRAFT: "wait", CountState.BOOKED: "done", CountState.VOID: "void"}


class PantryCount(Stamped):
    """月末盘点: counted by one, booked by another."""

    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    on = models.DateField("盘点日期")
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=CountState, default=CountState.DRAFT, editable=False)
    booked_at = models.DateTimeField("记账时间", null=True, editable=False)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="监盘记账")
    ended_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "食材盘点"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="pantry_count_number_once"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="pantry_count_one_open", violation_error_message="还有一次盘点没有办完"),
            models.CheckConstraint(
                name="pantry_count_booked_whole", condition=~Q(state="booked") | (Q(booked_at__isnull=False, booked_by__isnull=False) & ~Q(number=""))
            ),
            models.CheckConstraint(name="pantry_count_not_by_oneself", condition=Q(booked_by=None) | ~Q(booked_by=F("created_by"))),
            models.CheckConstraint(name="pantry_count_void_says_why", condition=~Q(state="void") | ~Q(ended_reason="")),
        ]

    def __str__(self):
        return f"{self.on.year}年{self.on.month}月{self.on.day}日盘点"

    @property
    def tone(self) -> str:
        return COUNT_TONES[CountState(self.state)]


class PantryCountLine(Model):
    count = models.ForeignKey(PantryCount, models.PROTECT, related_name="lines", verbose_name="盘点")
    batch = models.ForeignKey(PantryBatch, models.PROTECT, related_name="+", verbose_name="批次")
    book = quantity_field("账面")
    counted = quantity_field("实盘")
    reason = models.CharField("差异原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "盘点明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["count", "batch"], name="pantry_count_line_once"),
            models.CheckConstraint(name="pantry_counted_positive", condition=Q(counted__gte=0, book__gte=0), violation_error_message="实盘数不能小于零"),
            models.CheckConstraint(
                name="pantry_count_gap_says_why", condition=Q(counted=F("book")) | ~Q(reason=""), violation_error_message="和账面不一样的要写原因"
            ),
        ]

    def __str__(self):
        return str(self.batch)

    @property
    def difference(self):
        return self.counted - self.book


class PantryMove(Model):
    """One line of the pantry's ledger, never edited or deleted."""

    batch = models.ForeignKey(PantryBatch, models.PROTECT, related_name="moves", verbose_name="批次")
    kind = models.CharField("类型", max_length=10, choices=PantryKind)
    on = models.DateField("日期")
    quantity = quantity_field("数量")
    amount = money_field("金额（元）")
    issue = models.ForeignKey(KitchenIssue, models.PROTECT, null=True, related_name="moves", verbose_name="出库单")
    count = models.ForeignKey(PantryCount, models.PROTECT, null=True, related_name="moves", verbose_name="盘点")
    returns = models.ForeignKey("self", models.PROTECT, null=True, related_name="returned_by", verbose_name="退的是")
    reason = models.CharField("原因", max_length=200, blank=True)
    at = models.DateTimeField("记账时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = "食材库流水"
        ordering = ["-id"]
        indexes = [models.Index(fields=["on", "kind"], name="pantry_move_by_day")]
        constraints = [
            models.CheckConstraint(
                name="pantry_move_has_its_sign",
                condition=Q(kind__in=["issue", "loss", "shortage"], quantity__lt=0, amount__lte=0)
                | Q(kind__in=["receipt", "opening", "return", "surplus"], quantity__gt=0, amount__gte=0),
            ),
            models.CheckConstraint(
                name="pantry_move_has_its_paper",
                condition=Q(kind="issue", issue__isnull=False, count=None)
                | Q(kind="return", issue__isnull=False, returns__isnull=False, count=None)
                | Q(kind__in=["surplus", "shortage"], count__isnull=False, issue=None)
                | Q(kind__in=["receipt", "opening", "loss"], issue=None, count=None),
            ),
            models.CheckConstraint(name="pantry_loss_says_why", condition=~Q(kind="loss") | ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.batch}"
