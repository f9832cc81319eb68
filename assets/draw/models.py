"""领用申请: asked for by who answers for a class or department, approved, handed over against a signature (STK-02, STK-06)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.item.models import Item
from assets.item.quantities import NONE, quantity_field
from assets.money import money_field
from assets.store.models import Store
from logistics.platform.kernel.models import Model, Stamped


class RequestState(models.TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待批"
    APPROVED = "approved", "待发料"
    DONE = "done", "已领完"
    REJECTED = "rejected", "未批准"
    CLOSED = "closed", "已结束"


REQUEST_MOVES = {
    RequestState.DRAFT: (RequestState.SUBMITTED, RequestState.CLOSED),
    RequestState.SUBMITTED: (RequestState.APPROVED, RequestState.REJECTED, RequestState.DRAFT),
    RequestState.APPROVED: (RequestState.DONE, RequestState.CLOSED),
    RequestState.DONE: (RequestState.APPROVED,),  # a hand-over was struck out
}
REQUEST_TONES = {
    RequestState.DRAFT: "wait", RequestState.SUBMITTED: "wait", RequestState.APPROVED: "doing", RequestState.DONE: "done", RequestState.REJECTED: "late",
    RequestState.CLOSED: "void",
}  # fmt: skip


class StockRequest(Stamped):
    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="requests", verbose_name="仓库")
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    purpose = models.CharField("用途", max_length=120)
    needed_on = models.DateField("哪天要", null=True, blank=True)
    over_reason = models.CharField("超定额的理由", max_length=200, blank=True)
    over_quota = money_field("超定额（元）", default=NONE, editable=False)  # as it was when it was sent for approval
    state = models.CharField("状态", max_length=9, choices=RequestState, default=RequestState.DRAFT, editable=False)
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "领用申请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="stock_request_number_once"),
            models.CheckConstraint(name="stock_request_has_purpose", condition=~Q(purpose=""), violation_error_message="请写用途"),
            models.CheckConstraint(name="stock_request_sent_has_number", condition=Q(state__in=["draft", "closed"]) | ~Q(number="")),
            models.CheckConstraint(
                name="stock_request_decided_has_person",
                condition=Q(state__in=["draft", "submitted", "closed"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number or '新'} {self.purpose}"

    @property
    def tone(self) -> str:
        return REQUEST_TONES[RequestState(self.state)]


class RequestLine(Model):
    request = models.ForeignKey(StockRequest, models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name="物品")
    quantity = quantity_field("申请数")
    entered = models.CharField("填写的数量", max_length=40, blank=True)
    issued = quantity_field("已发", default=NONE, editable=False)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "申请明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "item"], name="request_line_once", violation_error_message="这一样已经在单上了"),
            models.CheckConstraint(name="request_line_positive", condition=Q(quantity__gt=NONE), violation_error_message="数量要大于零"),
            models.CheckConstraint(name="request_line_never_more", condition=Q(issued__gte=NONE, issued__lte=F("quantity"))),
        ]

    def __str__(self):
        return str(self.item)

    @property
    def left(self):
        return self.quantity - self.issued
