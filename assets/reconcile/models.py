"""资产账与财务账核对: both books by category at the end of a month, and every difference until it is cleared (AST-06)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.card.models import AssetCard
from assets.category.models import Kind
from assets.money import ZERO, money_field
from logistics.platform.kernel.models import Model, Stamped


class ReconcileState(models.TextChoices):
    OPEN = "open", "核对中"
    SENT = "sent", "待确认"
    DONE = "done", "已核对"


RECONCILE_MOVES = {
    ReconcileState.OPEN: (ReconcileState.SENT,),
    ReconcileState.SENT: (ReconcileState.DONE, ReconcileState.OPEN),
    ReconcileState.DONE: (ReconcileState.OPEN,),  # the newest month only
}
RECONCILE_TONES = {ReconcileState.OPEN: "wait", ReconcileState.SENT: "doing", ReconcileState.DONE: "done"}


class Reconciliation(Stamped):
    """A month in which the keeper's ledger and the accountant's book stand side by side. Its month is closed, so the ledger's side cannot change."""

    month = models.DateField("月份", unique=True, error_messages={"unique": "这个月已经在核对了"})  # its first day
    state = models.CharField("状态", max_length=4, choices=ReconcileState, default=ReconcileState.OPEN, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="会计")
    sent_at = models.DateTimeField("送确认时间", null=True, editable=False)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="资产管理员")
    agreed_at = models.DateTimeField("确认时间", null=True, editable=False)
    words = models.CharField("退回原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "资产账核对"
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(name="reconciliation_sent_has_person", condition=Q(state="open") | Q(sent_by__isnull=False, sent_at__isnull=False)),
            models.CheckConstraint(
                name="reconciliation_two_people",
                condition=~Q(state="done") | (Q(agreed_by__isnull=False, agreed_at__isnull=False) & ~Q(agreed_by=F("sent_by"))),
            ),
        ]

    def __str__(self):
        return f"{self.month.year}年{self.month.month}月资产账核对"

    @property
    def tone(self) -> str:
        return RECONCILE_TONES[ReconcileState(self.state)]


class ReconciliationLine(Model):
    """One category in both books; the accountant's side is empty until it was filled in."""

    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT, related_name="lines")
    kind = models.CharField("大类", max_length=10, choices=Kind)
    cards = models.IntegerField("卡片", default=0)
    quantity = models.IntegerField("数量", default=0)
    cost = money_field("资产账原值（元）", default=ZERO)
    depreciation = money_field("资产账累计折旧（元）", default=ZERO)
    book_cost = money_field("财务账原值（元）", null=True, blank=True)
    book_depreciation = money_field("财务账累计折旧（元）", null=True, blank=True)

    class Meta:
        verbose_name = "核对明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "kind"], name="reconciliation_line_once"),
            models.CheckConstraint(
                name="reconciliation_book_whole",
                condition=Q(book_cost=None, book_depreciation=None) | Q(book_cost__isnull=False, book_depreciation__isnull=False),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class Reason(models.TextChoices):
    """Which book has what the other one has not, as the customary reconciliation sheet puts it."""

    LEDGER_UP = "ledger_up", "资产账已增加，财务账还没记"
    LEDGER_DOWN = "ledger_down", "资产账已减少，财务账还没记"
    BOOK_UP = "book_up", "财务账已增加，资产账还没记"
    BOOK_DOWN = "book_down", "财务账已减少，资产账还没记"


SIGNS = {Reason.LEDGER_UP: 1, Reason.LEDGER_DOWN: -1, Reason.BOOK_UP: -1, Reason.BOOK_DOWN: 1}  # what it adds to ledger minus book


class BookDifference(Stamped):
    """Why the books differ: found in `since`, listed in every month until `cleared_in`, the first month in which both books have it."""

    kind = models.CharField("大类", max_length=10, choices=Kind)
    reason = models.CharField("差在哪里", max_length=11, choices=Reason)
    cost = money_field("原值（元）", default=ZERO)
    depreciation = money_field("累计折旧（元）", default=ZERO)
    words = models.CharField("说明", max_length=200)
    card = models.ForeignKey(AssetCard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="资产")
    since = models.DateField("从哪个月起", editable=False)
    cleared_in = models.DateField("哪个月对上", null=True, editable=False)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="了结人")
    cleared_at = models.DateTimeField("了结时间", null=True, editable=False)
    how = models.CharField("怎么对上的", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "账账差异"
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["cleared_in", "since"], name="book_difference_by_month")]
        constraints = [
            models.CheckConstraint(
                name="book_difference_has_amount",
                condition=Q(cost__gte=0, depreciation__gte=0) & ~Q(cost=0, depreciation=0),
                violation_error_message="请填差多少",
            ),
            models.CheckConstraint(name="book_difference_explained", condition=~Q(words=""), violation_error_message="请写说明"),
            models.CheckConstraint(
                name="book_difference_cleared_whole",
                condition=Q(cleared_in=None, cleared_by=None, cleared_at=None)
                | Q(cleared_in__gt=F("since"), cleared_by__isnull=False, cleared_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.words}"

    @property
    def sign(self) -> int:
        return SIGNS[Reason(self.reason)]

    @property
    def signed(self) -> tuple[Decimal, Decimal]:
        """(cost, depreciation) by which the ledger is above the book because of it."""
        return self.sign * self.cost, self.sign * self.depreciation
