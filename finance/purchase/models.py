"""请购单: what is asked for, line by line, before anything is ordered (FIN-02)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from finance.money import money_field
from logistics.platform.kernel.models import Model, Stamped


class Destination(models.TextChoices):
    """Where a line goes once it is accepted; whoever receives it is registered for this word (`finance.public.receive`)."""

    ASSET = "asset", "固定资产"
    STORE = "store", "总务库房"
    CANTEEN = "canteen", "食堂"
    SERVICE = "service", "服务"
    WORKS = "works", "工程维修"


class RequestState(models.TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "审批中"
    APPROVED = "approved", "待采购"
    ORDERED = "ordered", "已采购"
    DONE = "done", "已办结"
    REJECTED = "rejected", "未批准"
    CANCELLED = "cancelled", "已作废"


REQUEST_MOVES = {
    RequestState.DRAFT: (RequestState.SUBMITTED, RequestState.CANCELLED),
    RequestState.SUBMITTED: (RequestState.APPROVED, RequestState.REJECTED, RequestState.DRAFT),
    RequestState.APPROVED: (RequestState.ORDERED, RequestState.CANCELLED),
    RequestState.ORDERED: (RequestState.DONE, RequestState.APPROVED),
}
REQUEST_TONES = {
    RequestState.DRAFT: "void",
    RequestState.SUBMITTED: "wait",
    RequestState.APPROVED: "wait",
    RequestState.ORDERED: "doing",
    RequestState.DONE: "done",
    RequestState.REJECTED: "late",
    RequestState.CANCELLED: "void",
}


class PurchaseRequest(Stamped):
    """One paper of what a department needs. Its lines name the budget; `source` is the paper it came from, typed only once."""

    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    title = models.CharField("买什么", max_length=80)
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="申请部门")
    reason = models.CharField("用途", max_length=300)
    needed_on = models.DateField("什么时候要", null=True, blank=True)
    is_urgent = models.BooleanField("急用", default=False, help_text="急用的可以先买，几天内补齐手续。")
    total = money_field("预计金额（元）", default=Decimal(0), editable=False)
    source_kind = models.CharField("来自哪种单据", max_length=60, blank=True, editable=False)
    source_id = models.BigIntegerField("来自哪张单据", default=0, editable=False)
    source_label = models.CharField("来自", max_length=80, blank=True, editable=False)
    state = models.CharField("状态", max_length=9, choices=RequestState, default=RequestState.DRAFT, editable=False)
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="采购人")
    urgent_reason = models.CharField("为什么等不及", max_length=200, blank=True)
    bought_on = models.DateField("哪天已经买了", null=True, blank=True)
    late_reason = models.CharField("为什么晚了", max_length=200, blank=True)
    stop_reason = models.CharField("余下不买的原因", max_length=200, blank=True, editable=False)
    edits = models.PositiveIntegerField("改过几次", default=0, editable=False)

    class Meta:
        verbose_name = "请购单"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "id"], name="purchase_by_state"),
            models.Index(fields=["source_kind", "source_id"], name="purchase_by_source"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="purchase_number_once"),
            models.CheckConstraint(name="purchase_has_words", condition=~Q(title="") & ~Q(reason=""), violation_error_message="请写买什么、作什么用"),
            models.CheckConstraint(name="purchase_total_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(
                name="purchase_sent_has_number", condition=Q(state__in=["draft", "cancelled"]) | (~Q(number="") & Q(submitted_at__isnull=False))
            ),
            models.CheckConstraint(
                name="purchase_urgent_says_why",
                condition=Q(is_urgent=False, bought_on=None) | (Q(is_urgent=True) & ~Q(urgent_reason="")),
                violation_error_message="急用的要写为什么等不及；已经买了的要勾急用",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    @property
    def tone(self) -> str:
        return REQUEST_TONES[RequestState(self.state)]

    @property
    def stamp(self) -> str:
        """What changes with every change of the paper."""
        return f"{self.state}.{self.edits}.{self.buyer_id or 0}"


class RequestLine(Model):
    """One thing asked for, with the budget line that pays for it and where it goes."""

    request = models.ForeignKey(PurchaseRequest, models.CASCADE, related_name="lines", verbose_name="请购单")
    position = models.PositiveSmallIntegerField("行号")
    name = models.CharField("品名", max_length=80)
    spec = models.CharField("规格型号", max_length=120, blank=True)
    unit = models.CharField("单位", max_length=10)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=3)
    price = money_field("预计单价（元）")
    amount = money_field("金额（元）", editable=False)
    budget_line = models.ForeignKey("finance.BudgetLine", models.PROTECT, null=True, related_name="+", verbose_name="预算指标")  # a draft may leave it open
    destination = models.CharField("去向", max_length=8, choices=Destination)
    use = models.CharField("用在哪里", max_length=120, blank=True)

    class Meta:
        verbose_name = "请购明细"
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["name"], name="purchase_line_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="purchase_line_position_once"),
            models.CheckConstraint(
                name="purchase_line_positive", condition=Q(quantity__gt=0, price__gte=0, amount__gte=0), violation_error_message="数量要大于零，单价不能是负数"
            ),
            models.CheckConstraint(name="purchase_line_has_words", condition=~Q(name="") & ~Q(unit=""), violation_error_message="请写品名和单位"),
        ]

    def __str__(self):
        return self.name
