"""收费: approved items, charges of a term, what each student owes, pays and gets back (FIN-08)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import ZERO, cents, money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class FeeKind(models.TextChoices):
    OFFICIAL = "official", "行政事业性收费"
    SERVICE = "service", "服务性收费"
    AGENCY = "agency", "代收费"


class Period(models.TextChoices):
    TERM = "term", "学期"
    YEAR = "year", "学年"
    MONTH = "month", "月"
    ONCE = "once", "次"


class ItemState(models.TextChoices):
    DRAFT = "draft", "待核定"
    PUBLISHED = "published", "已公示"
    RETIRED = "retired", "已停收"


ITEM_MOVES = {ItemState.DRAFT: (ItemState.PUBLISHED,), ItemState.PUBLISHED: (ItemState.RETIRED,)}
ITEM_TONES = {ItemState.DRAFT: "wait", ItemState.PUBLISHED: "done", ItemState.RETIRED: "void"}


class FeeItem(Stamped):
    """收费项目 with the most that may be charged, who approved it, and from when to when."""

    name = models.CharField("收费项目", max_length=40)
    kind = models.CharField("性质", max_length=8, choices=FeeKind)
    amount = money_field("标准（元）")
    period = models.CharField("每", max_length=5, choices=Period, default=Period.TERM)
    grades = models.CharField("适用年级", max_length=100, blank=True, help_text="用顿号隔开，例如：七年级、八年级。空着是全校。")
    document = models.CharField("批准文号", max_length=80)
    authority = models.CharField("批准机关", max_length=60)
    valid_from = models.DateField("从哪天起")
    valid_until = models.DateField("到哪天止", null=True, blank=True)
    is_voluntary = models.BooleanField("自愿", default=False)
    use = models.CharField("用在哪里", max_length=200, blank=True)
    refund_rule = models.CharField("退费办法", max_length=200, blank=True)
    state = models.CharField("状态", max_length=9, choices=ItemState, default=ItemState.DRAFT, editable=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核定")
    published_at = models.DateTimeField("公示时间", null=True, editable=False)

    class Meta:
        verbose_name = "收费项目"
        ordering = ["kind", "name", "id"]
        constraints = [
            models.CheckConstraint(name="fee_item_amount_positive", condition=Q(amount__gt=0), violation_error_message="标准要大于零"),
            models.CheckConstraint(
                name="fee_item_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message="到哪天止不能早于从哪天起",
            ),
            models.CheckConstraint(name="fee_item_has_document", condition=~Q(document=""), violation_error_message="请写批准文号"),
            models.CheckConstraint(
                name="fee_item_published_has_person", condition=Q(state="draft") | Q(published_by__isnull=False, published_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.grades}）" if self.grades else self.name

    @property
    def tone(self) -> str:
        return ITEM_TONES[ItemState(self.state)]

    @property
    def standard(self) -> str:
        """60.00 元/生·学期"""
        return f"{self.amount:,.2f} 元/生·{self.get_period_display()}"

    @property
    def grade_list(self) -> list[str]:
        return [word.strip() for word in self.grades.replace("，", "、").replace(",", "、").split("、") if word.strip()]

    def is_valid_on(self, on) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class ChargeState(models.TextChoices):
    DRAFT = "draft", "起草"
    ISSUED = "issued", "收费中"
    SETTLED = "settled", "待退费"
    CLOSED = "closed", "已结清"
    CANCELLED = "cancelled", "已取消"


CHARGE_MOVES = {
    ChargeState.DRAFT: (ChargeState.ISSUED, ChargeState.CANCELLED),
    ChargeState.ISSUED: (ChargeState.SETTLED, ChargeState.CANCELLED),
    ChargeState.SETTLED: (ChargeState.CLOSED, ChargeState.ISSUED),
    ChargeState.CLOSED: (ChargeState.ISSUED,),
}
CHARGE_TONES = {
    ChargeState.DRAFT: "wait", ChargeState.ISSUED: "doing", ChargeState.SETTLED: "wait", ChargeState.CLOSED: "done", ChargeState.CANCELLED: "void",
}  # fmt: skip


class FeeCharge(Stamped):
    """收费单: one item for some classes or students in one term."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    item = models.ForeignKey(FeeItem, models.PROTECT, related_name="charges", verbose_name="收费项目")
    term = models.ForeignKey("platform.Term", models.PROTECT, related_name="+", verbose_name="学期")
    amount = money_field("每生金额（元）")
    months = models.PositiveSmallIntegerField("几个月", default=1)
    due_on = models.DateField("缴费截止")
    classes = models.ManyToManyField("platform.SchoolClass", blank=True, related_name="+", verbose_name="班级")
    students = models.ManyToManyField("platform.Student", blank=True, related_name="+", verbose_name="只收这些学生")
    boarders_only = models.BooleanField("只收住校生", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=9, choices=ChargeState, default=ChargeState.DRAFT, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核定")
    issued_at = models.DateTimeField("核定时间", null=True, editable=False)
    spent = money_field("实际支出（元）", null=True, editable=False)
    spent_note = models.CharField("支出说明", max_length=200, blank=True, editable=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="结算")
    settled_at = models.DateTimeField("结算时间", null=True, editable=False)
    reason = models.CharField("原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "收费单"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="fee_charge_amount_positive", condition=Q(amount__gt=0), violation_error_message="金额要大于零"),
            models.CheckConstraint(name="fee_charge_months_sane", condition=Q(months__range=(1, 12)), violation_error_message="月数在 1 到 12 之间"),
            models.CheckConstraint(name="fee_charge_issued_has_person", condition=Q(state__in=["draft", "cancelled"]) | Q(issued_by__isnull=False)),
            models.CheckConstraint(
                name="fee_charge_settled_whole",
                condition=~Q(state__in=["settled", "closed"]) | Q(spent__gte=0, settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.item}"

    @property
    def tone(self) -> str:
        return CHARGE_TONES[ChargeState(self.state)]

    @property
    def needs_consent(self) -> bool:
        return self.item.kind == FeeKind.AGENCY


class Consent(models.TextChoices):
    FREE = "free", "不用签"
    PENDING = "pending", "待家长签"
    AGREED = "agreed", "家长同意"
    REFUSED = "refused", "家长不同意"


ASKED_STATES = (Consent.FREE, Consent.AGREED)
CONSENT_TONES = {Consent.FREE: "done", Consent.PENDING: "wait", Consent.AGREED: "done", Consent.REFUSED: "void"}


class FeeDue(Model):
    """应缴: what one student owes of a charge. `paid` and `waived` are sums of rows, written in one conditional statement each."""

    charge = models.ForeignKey(FeeCharge, models.PROTECT, related_name="dues", verbose_name="收费单")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    amount = money_field("应缴（元）")
    waived = money_field("减免（元）", default=NOTHING, editable=False)
    paid = money_field("已缴（元）", default=NOTHING, editable=False)
    consent = models.CharField("家长意见", max_length=8, choices=Consent, default=Consent.FREE, editable=False)
    consent_round = models.PositiveSmallIntegerField(default=1, editable=False)
    consent_until = models.DateField("签名截止", null=True, editable=False)
    consent_name = models.CharField("签名人", max_length=30, blank=True, editable=False)
    consent_relation = models.CharField("和学生的关系", max_length=20, blank=True, editable=False)
    consent_at = models.DateTimeField("签名时间", null=True, editable=False)
    consent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记")

    class Meta:
        verbose_name = "学生缴费"
        ordering = ["-charge", "school_class", "student", "id"]
        indexes = [models.Index(fields=["student", "charge"], name="fee_due_by_student")]
        constraints = [
            models.UniqueConstraint(fields=["charge", "student"], name="fee_due_once"),
            models.CheckConstraint(name="fee_due_sums", condition=Q(amount__gt=0, waived__gte=0, paid__gte=0, amount__gte=cents(F("waived") + F("paid")))),
            models.CheckConstraint(name="fee_due_paid_with_consent", condition=Q(paid=0) | Q(consent__in=["free", "agreed"])),
            models.CheckConstraint(
                name="fee_due_consent_signed", condition=Q(consent__in=["free", "pending"]) | (Q(consent_at__isnull=False) & ~Q(consent_name=""))
            ),
        ]

    def __str__(self):
        return f"{self.student.name} {self.charge.item.name}"

    @property
    def is_asked(self) -> bool:
        """Whether the money may be asked for: no consent needed, or given."""
        return self.consent in (Consent.FREE, Consent.AGREED)

    @property
    def asked(self) -> Decimal:
        """What is to be paid in all: the amount without what was waived."""
        return self.amount - self.waived

    @property
    def owed(self) -> Decimal:
        """What is still to be paid; nothing while the parent has not agreed."""
        return self.amount - self.waived - self.paid if self.is_asked else ZERO

    @property
    def standing(self) -> tuple[str, str]:
        """(word, tone) for lists."""
        if not self.is_asked:
            return self.get_consent_display(), CONSENT_TONES[Consent(self.consent)]
        if self.paid and self.owed:
            return "缴了一部分", "doing"
        if self.owed:
            return "未缴", "wait"
        return ("已缴清", "done") if self.paid else ("已减免", "done")


class Means(models.TextChoices):
    TRANSFER = "transfer", "转账"
    SCAN = "scan", "扫码"
    CASH = "cash", "现金"


class FeePayment(Model):
    """缴费, never edited: a wrong one is taken back by a row with the same amount below zero."""

    due = models.ForeignKey(FeeDue, models.PROTECT, related_name="payments", verbose_name="学生缴费")
    amount = money_field("金额（元）")
    paid_on = models.DateField("缴费日期")
    receipt = models.CharField("票据号", max_length=30)
    means = models.CharField("方式", max_length=8, choices=Means, default=Means.TRANSFER)
    note = models.CharField("说明", max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="冲销")
    entry = models.ForeignKey("finance.DayEntry", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="入账")
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "缴费记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["receipt"], name="fee_payment_by_receipt")]
        constraints = [
            models.CheckConstraint(name="fee_payment_sign", condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0)),
            models.CheckConstraint(name="fee_payment_has_receipt", condition=~Q(receipt="")),
        ]

    def __str__(self):
        return f"{self.receipt} {self.amount:,.2f} 元"

    @property
    def booking(self) -> tuple[str, str]:
        """(word, tone): whether it stands in a day book; taken back before it got there it never will."""
        if self.entry_id:
            return "已入账", "done"
        other = self.reverses or getattr(self, "reversed_by", None)
        return ("不用入账", "void") if other and other.entry_id is None else ("没入账", "wait")


class WaiverKind(models.TextChoices):
    POOR = "poor", "家庭经济困难"
    DISABLED = "disabled", "残疾学生"
    ORPHAN = "orphan", "孤儿、事实无人抚养"
    MARTYR = "martyr", "烈士和优抚对象子女"
    UNUSED = "unused", "没有使用"
    OTHER = "other", "其他"


class FeeWaiver(Stamped):
    """减免: the reason is for who decides and who keeps the books, nobody else."""

    due = models.ForeignKey(FeeDue, models.PROTECT, related_name="waivers", verbose_name="学生缴费")
    amount = money_field("减免（元）")
    kind = models.CharField("原因", max_length=8, choices=WaiverKind)
    reason = models.CharField("说明", max_length=200)

    class Meta:
        verbose_name = "减免"
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="fee_waiver_whole", condition=Q(amount__gt=0) & ~Q(reason=""))]

    def __str__(self):
        return f"减免 {self.amount:,.2f} 元"


class RefundState(models.TextChoices):
    WAITING = "waiting", "待退"
    PAID = "paid", "已退"


REFUND_MOVES = {RefundState.WAITING: (RefundState.PAID,)}


class FeeRefund(Model):
    """退费: a student's part of what was not spent."""

    charge = models.ForeignKey(FeeCharge, models.PROTECT, related_name="refunds", verbose_name="收费单")
    due = models.OneToOneField(FeeDue, models.PROTECT, related_name="refund", verbose_name="学生缴费")
    amount = money_field("退费（元）")
    state = models.CharField("状态", max_length=8, choices=RefundState, default=RefundState.WAITING)
    paid_on = models.DateField("退费日期", null=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="出纳")
    entry = models.ForeignKey("finance.DayEntry", models.PROTECT, null=True, related_name="+", verbose_name="日记账")

    class Meta:
        verbose_name = "退费"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="fee_refund_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="fee_refund_paid_whole",
                condition=Q(state="waiting", paid_on=None, paid_by=None, entry=None) | Q(state="paid", paid_on__isnull=False, paid_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.due.student.name} 退 {self.amount:,.2f} 元"
