"""收货验收: what a supplier brought, who weighed it, who judged it, and the papers it came with (CAN-02, CAN-04)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.fields import money_field, price_field, quantity_field
from canteen.late import Claimed, not_ahead
from logistics.platform.kernel.models import Model


class DeliveryState(models.TextChoices):
    CHECKING = "checking", "验收中"
    HELD = "held", "等证票"
    POSTED = "posted", "已入库"
    REFUSED = "refused", "全部拒收"
    CALLED_OFF = "called_off", "已撤回"


DELIVERY_MOVES = {
    DeliveryState.CHECKING: (DeliveryState.HELD, DeliveryState.POSTED, DeliveryState.REFUSED, DeliveryState.CALLED_OFF),
    DeliveryState.HELD: (DeliveryState.POSTED, DeliveryState.REFUSED, DeliveryState.CALLED_OFF),
}
DELIVERY_TONES = {
    DeliveryState.CHECKING: "wait",
    DeliveryState.HELD: "late",
    DeliveryState.POSTED: "done",
    DeliveryState.REFUSED: "late",
    DeliveryState.CALLED_OFF: "void",
}


class Delivery(Claimed):
    """One van at the gate. `happened_at` is when it came; it counts once buyer, finance and chef have signed and its papers are there."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    supplier = models.ForeignKey("canteen.Supplier", models.PROTECT, related_name="deliveries", verbose_name="供应商")
    order = models.ForeignKey("canteen.FoodOrder", models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="采购单")
    driver = models.CharField("送货人", max_length=30)
    plate = models.CharField("车牌", max_length=12, blank=True)
    vehicle_c = models.DecimalField("车厢温度（℃）", max_digits=4, decimal_places=1, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    remedy = models.CharField("拒收怎么处理", max_length=200, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=DeliveryState, default=DeliveryState.CHECKING, editable=False)
    amount = money_field("金额（元）", default=0, editable=False)
    posted_at = models.DateTimeField("入库时间", null=True, editable=False)
    ended_reason = models.CharField("撤回原因", max_length=200, blank=True, editable=False)
    missing = models.CharField("放行时缺什么", max_length=400, blank=True, editable=False)
    exempt_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="放行人")
    exempt_at = models.DateTimeField("放行时间", null=True, editable=False)
    exempt_reason = models.CharField("放行理由", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "收货验收单"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["state", "-happened_at"], name="delivery_by_state")]
        constraints = [
            not_ahead("delivery_not_ahead"),
            models.CheckConstraint(
                name="delivery_posted_has_moment",
                condition=Q(state="posted", posted_at__isnull=False) | (~Q(state="posted") & Q(posted_at=None)),
            ),
            models.CheckConstraint(name="delivery_called_off_says_why", condition=~Q(state="called_off") | ~Q(ended_reason="")),
            models.CheckConstraint(
                name="delivery_exempt_whole",
                condition=Q(exempt_by=None, exempt_at=None, exempt_reason="", missing="")
                | (Q(exempt_by__isnull=False, exempt_at__isnull=False) & ~Q(exempt_reason="") & ~Q(missing="")),
            ),
        ]

    def __str__(self):
        return f"{self.supplier} {self.number}"

    @property
    def tone(self) -> str:
        return DELIVERY_TONES[DeliveryState(self.state)]


class Look(models.TextChoices):
    GOOD = "good", "合格"
    BAD = "bad", "不合格"


class DeliveryLine(Model):
    """One batch of one ingredient: weighed by buyer and finance, judged by the chef. `accepted` is what is left after the chef's refusal."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="lines", verbose_name="验收单")
    order_line = models.ForeignKey("canteen.FoodOrderLine", models.PROTECT, null=True, blank=True, related_name="delivery_lines", verbose_name="采购明细")
    ingredient = models.ForeignKey("canteen.Ingredient", models.PROTECT, related_name="delivery_lines", verbose_name="食材")
    spec = models.CharField("规格、品牌", max_length=40, blank=True)
    weighed = quantity_field("过秤数量")
    price = price_field("单价（元）")
    batch_number = models.CharField("批号", max_length=30, blank=True)
    made_on = models.DateField("生产日期", null=True, blank=True)
    expires_on = models.DateField("保质期到", null=True, blank=True)
    temperature = models.DecimalField("中心温度（℃）", max_digits=4, decimal_places=1, null=True, blank=True)
    look = models.CharField("外观", max_length=4, choices=Look, blank=True)
    smell = models.CharField("气味", max_length=4, choices=Look, blank=True)
    packaging = models.CharField("包装标签", max_length=4, choices=Look, blank=True)
    dates = models.CharField("保质期", max_length=4, choices=Look, blank=True)
    rejected = quantity_field("拒收", default=0)
    reason = models.CharField("拒收原因", max_length=120, blank=True)
    amount = money_field("金额（元）", default=0)

    class Meta:
        verbose_name = "验收明细"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="delivery_line_weighs", condition=Q(weighed__gt=0), violation_error_message="数量要大于零"),
            models.CheckConstraint(
                name="delivery_line_rejects_at_most_all", condition=Q(rejected__gte=0, rejected__lte=F("weighed")), violation_error_message="拒收不能比到货还多"
            ),
            models.CheckConstraint(name="delivery_line_says_why", condition=Q(rejected=0) | ~Q(reason=""), violation_error_message="拒收要写原因"),
            models.CheckConstraint(name="delivery_line_price_positive", condition=Q(price__gte=0), violation_error_message="单价不能小于零"),
            models.CheckConstraint(
                name="delivery_line_ends_after_made",
                condition=Q(made_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("made_on")),
                violation_error_message="保质期不能早于生产日期",
            ),
        ]

    def __str__(self):
        return str(self.ingredient)

    @property
    def accepted(self):
        return self.weighed - self.rejected


class SignRole(models.TextChoices):
    BUYER = "buyer", "采购（数量）"
    FINANCE = "finance", "财务（数量）"
    CHEF = "chef", "厨师（质量）"
    OFFICER = "officer", "食品安全员"


NEEDED_SIGNATURES = (SignRole.BUYER, SignRole.FINANCE, SignRole.CHEF)


class DeliverySignature(Model):
    """One person's name under one delivery. Never edited; a recount sets `void_at` and everybody signs anew."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="signatures", verbose_name="验收单")
    role = models.CharField("签什么", max_length=8, choices=SignRole)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    opinion = models.CharField("意见", max_length=200, blank=True)
    signed_at = models.DateTimeField("签字时间")
    void_at = models.DateTimeField("作废时间", null=True, editable=False)

    class Meta:
        verbose_name = "验收签字"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "role"], condition=Q(void_at=None), name="delivery_role_signed_once", violation_error_message="这一栏已经签过了"
            ),
            models.UniqueConstraint(
                fields=["delivery", "user"],
                condition=Q(void_at=None),
                name="delivery_person_signs_once",
                violation_error_message="一个人在一张验收单上只签一栏",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} {self.user}"

    @property
    def file_role(self) -> str:
        """Under which role the drawn signature hangs on the delivery."""
        return f"sign-{self.pk}"


class CertKind(models.TextChoices):
    INVOICE = "invoice", "发票或送货单"
    CONFORM = "conform", "合格证或检验报告"
    PRODUCE = "produce", "承诺达标合格证"
    QUARANTINE = "quarantine", "动物检疫合格证明"
    MEAT = "meat", "肉品品质检验合格证"
    SWINE = "swine", "非洲猪瘟检测报告"
    BULK = "bulk", "准运证和运输记录"


class DeliveryPaper(Model):
    """证票: one certificate or ticket with its photo (role "paper-<id>" on the delivery); without a line it stands for the whole delivery."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="papers", verbose_name="验收单")
    line = models.ForeignKey(DeliveryLine, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name="哪样")
    kind = models.CharField("证票", max_length=10, choices=CertKind)
    number = models.CharField("编号", max_length=40, blank=True)
    issued_on = models.DateField("开具日期", null=True, blank=True)
    added_at = models.DateTimeField("登记时间")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "随货证票"
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}".strip()

    @property
    def file_role(self) -> str:
        return f"paper-{self.pk}"
