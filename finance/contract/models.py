"""合同: who promised what until when, what it costs and when it is paid (FIN-07)."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)
PERSON = settings.AUTH_USER_MODEL


class ContractKind(models.TextChoices):
    GOODS = "goods", "购货"
    SERVICE = "service", "服务"
    WORKS = "works", "工程"
    STAFF = "staff", "临聘"
    LEASE = "lease", "租赁"


class ContractState(models.TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "审批中"
    APPROVED = "approved", "待签订"
    ACTIVE = "active", "履行中"
    DONE = "done", "已完结"
    TERMINATED = "terminated", "已终止"
    REJECTED = "rejected", "未批准"
    CANCELLED = "cancelled", "已作废"


CONTRACT_MOVES = {
    ContractState.DRAFT: (ContractState.SUBMITTED, ContractState.CANCELLED),
    ContractState.SUBMITTED: (ContractState.APPROVED, ContractState.REJECTED, ContractState.DRAFT),
    ContractState.APPROVED: (ContractState.ACTIVE, ContractState.CANCELLED),
    ContractState.ACTIVE: (ContractState.DONE, ContractState.TERMINATED),
}
CONTRACT_TONES = {
    ContractState.DRAFT: "void", ContractState.SUBMITTED: "wait", ContractState.APPROVED: "wait", ContractState.ACTIVE: "doing",
    ContractState.DONE: "done", ContractState.TERMINATED: "void", ContractState.REJECTED: "late", ContractState.CANCELLED: "void",
}  # fmt: skip
SIGNED = (ContractState.ACTIVE, ContractState.DONE, ContractState.TERMINATED)
DEAD = (ContractState.REJECTED, ContractState.CANCELLED)


class Contract(Stamped):
    """Its budget is held by its own lines, or by the purchase order it belongs to. With a `unit` the amount is what it may cost at most."""

    number = models.CharField("合同编号", max_length=20, blank=True, editable=False)
    other_number = models.CharField("对方编号", max_length=40, blank=True)
    kind = models.CharField("合同类别", max_length=8, choices=ContractKind)
    title = models.CharField("合同名称", max_length=80)
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对方单位")
    person_name = models.CharField("受聘人", max_length=30, blank=True)
    person_phone = models.CharField("受聘人电话", max_length=20, blank=True)
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="经办部门")
    order = models.ForeignKey("finance.PurchaseOrder", models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name="采购单")
    amount = money_field("合同金额（元）")
    unit = models.CharField("计价单位", max_length=10, blank=True, help_text="按量计价的写，例如 次、月、吨。")
    unit_price = money_field("单价（元）", null=True, blank=True)
    start_on = models.DateField("从")
    end_on = models.DateField("到")
    terms = models.TextField("主要约定", max_length=2000, blank=True, help_text="质量、送货、验收、质保、违约怎么办。")
    state = models.CharField("状态", max_length=10, choices=ContractState, default=ContractState.DRAFT, editable=False)
    first_amount = money_field("原合同金额（元）", default=NOTHING, editable=False)
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)
    signed_on = models.DateField("签订日期", null=True, editable=False)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="签订经办")
    ended_on = models.DateField("结束日期", null=True, editable=False)
    end_reason = models.CharField("结束说明", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "合同"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "end_on"], name="contract_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="contract_number_once"),
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state__in=["rejected", "cancelled"]), name="contract_once_per_order",
                violation_error_message="这张采购单已经有合同了",
            ),
            models.CheckConstraint(
                name="contract_has_one_party",
                condition=Q(partner__isnull=False, person_name="") | (Q(partner=None, kind="staff") & ~Q(person_name="")),
                violation_error_message="请选对方单位；临聘合同写受聘人，两样只写一样",
            ),
            models.CheckConstraint(name="contract_amount_positive", condition=Q(amount__gt=0), violation_error_message="合同金额要大于零"),
            models.CheckConstraint(
                name="contract_unit_has_price",
                condition=Q(unit="", unit_price=None) | (~Q(unit="") & Q(unit_price__isnull=False, unit_price__gt=0)),
                violation_error_message="按量计价的，单位和单价都要写",
            ),
            models.CheckConstraint(name="contract_ends_after_start", condition=Q(end_on__gte=F("start_on")), violation_error_message="到期不能早于开始"),
            models.CheckConstraint(
                name="contract_sent_has_number", condition=Q(state__in=["draft", "cancelled"]) | (~Q(number="") & Q(submitted_at__isnull=False))
            ),
            models.CheckConstraint(
                name="contract_in_force_is_signed",
                condition=~Q(state__in=["active", "done", "terminated"]) | Q(signed_on__isnull=False, signed_by__isnull=False),
            ),
            models.CheckConstraint(name="contract_broken_off_says_why", condition=~Q(state__in=["terminated", "cancelled"]) | ~Q(end_reason="")),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.number or '新合同'} {self.title}"

    @property
    def tone(self) -> str:
        return CONTRACT_TONES[ContractState(self.state)]

    @property
    def party(self) -> str:
        return self.person_name if self.partner is None else self.partner.name

    def is_running_out(self, today: date, days: int) -> bool:
        return self.state == ContractState.ACTIVE and (self.end_on - today).days <= days


class ContractLine(Model):
    """How much of the contract a budget line pays for; none where a purchase order holds the money."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="lines", verbose_name="合同")
    budget_line = models.ForeignKey("finance.BudgetLine", models.PROTECT, related_name="+", verbose_name="预算指标")
    amount = money_field("金额（元）")

    class Meta:
        verbose_name = "合同预算"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "budget_line"], name="contract_line_once", violation_error_message="这个指标已经有了"),
            models.CheckConstraint(name="contract_line_not_negative", condition=Q(amount__gte=0), violation_error_message="金额不能小于零"),
        ]

    def __str__(self):
        return f"{self.budget_line} {self.amount:,.2f} 元"


class Instalment(Model):
    """One step of the payment plan. Only payments write `paid`; after `is_void` nothing more is due."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="instalments", verbose_name="合同")
    name = models.CharField("款项", max_length=40)
    due_on = models.DateField("付款日期")
    condition = models.CharField("付款条件", max_length=120, blank=True)
    percent = models.DecimalField("比例（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    amount = money_field("金额（元）")
    paid = money_field("已付（元）", default=NOTHING, editable=False)
    is_void = models.BooleanField("不再付", default=False, editable=False)

    class Meta:
        verbose_name = "付款计划"
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on"], name="instalment_by_day")]
        constraints = [
            models.CheckConstraint(name="instalment_positive", condition=Q(amount__gt=0), violation_error_message="金额要大于零"),
            models.CheckConstraint(
                name="instalment_never_overpaid", condition=Q(paid__gte=0, paid__lte=F("amount")), violation_error_message="付款超过了这一期的金额"
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.amount:,.2f} 元"

    @property
    def unpaid(self) -> Decimal:
        return NOTHING if self.is_void else self.amount - self.paid

    def standing(self, today: date) -> tuple[str, str]:
        """(word, tone)."""
        if self.paid == self.amount:
            return "已付", "done"
        if self.is_void:
            return ("付了一部分，余下不付", "void") if self.paid else ("不再付", "void")
        if self.due_on < today:
            return "过期未付", "late"
        return ("付了一部分", "doing") if self.paid else ("未付", "wait")


class InstalmentPayment(Model):
    """What a paid document put towards an instalment, never edited. A payment that came back is a negative row (`reverses`)."""

    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="payments", verbose_name="款项")
    amount = money_field("金额（元）")
    document_kind = models.CharField("单据种类", max_length=60)
    document_id = models.BigIntegerField("单据")
    document_label = models.CharField("单据名称", max_length=80, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="reversed_by", verbose_name="冲回")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="经手")

    class Meta:
        verbose_name = "合同付款"
        ordering = ["id"]
        indexes = [models.Index(fields=["document_kind", "document_id"], name="contract_payment_document")]
        constraints = [
            models.CheckConstraint(
                name="contract_payment_positive_or_back", condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0)
            ),
        ]

    def __str__(self):
        return f"{self.document_label} {self.amount:,.2f} 元"


class ContractNote(Model):
    """履约记录: what was seen of how it is kept, with a mark from 1 to 5 or none. Never edited."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="notes", verbose_name="合同")
    on = models.DateField("哪天")
    text = models.CharField("情况", max_length=500)
    rating = models.PositiveSmallIntegerField("评分", null=True, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="记录人")

    class Meta:
        verbose_name = "履约记录"
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(name="contract_note_rating", condition=Q(rating=None) | Q(rating__range=(1, 5)), violation_error_message="评分是 1 到 5"),
            models.CheckConstraint(name="contract_note_has_words", condition=~Q(text=""), violation_error_message="请写情况"),
        ]

    def __str__(self):
        return self.text[:40]


class SupplementState(models.TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "审批中"
    APPROVED = "approved", "已生效"
    REJECTED = "rejected", "未批准"


SUPPLEMENT_MOVES = {
    SupplementState.DRAFT: (SupplementState.SUBMITTED,),
    SupplementState.SUBMITTED: (SupplementState.APPROVED, SupplementState.REJECTED, SupplementState.DRAFT),
}
SUPPLEMENT_TONES = {SupplementState.DRAFT: "void", SupplementState.SUBMITTED: "wait", SupplementState.APPROVED: "done", SupplementState.REJECTED: "late"}


class Supplement(Stamped):
    """补充协议: more or less money, another last day, or other words; it counts once it is approved (政府采购法 Art. 49)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="supplements", verbose_name="合同")
    number = models.CharField("编号", max_length=24, blank=True, editable=False)
    reason = models.CharField("改什么，为什么", max_length=300)
    change = money_field("金额增减（元）", default=NOTHING, help_text="减少写负数，不变写 0。")
    budget_line = models.ForeignKey("finance.BudgetLine", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="预算指标")
    due_on = models.DateField("追加款付款日期", null=True, blank=True)
    end_on = models.DateField("改到哪天到期", null=True, blank=True)
    state = models.CharField("状态", max_length=9, choices=SupplementState, default=SupplementState.DRAFT, editable=False)
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "补充协议"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="supplement_number_once"),
            models.CheckConstraint(name="supplement_has_words", condition=~Q(reason=""), violation_error_message="请写改什么、为什么"),
            models.CheckConstraint(
                name="supplement_more_has_budget",
                condition=Q(change__lte=0) | Q(budget_line__isnull=False, due_on__isnull=False),
                violation_error_message="增加金额的，要选预算指标，写付款日期",
            ),
            models.CheckConstraint(name="supplement_sent_has_number", condition=Q(state="draft") | ~Q(number="")),
        ]

    def __str__(self):
        return f"{self.number or '新补充协议'} {self.reason[:20]}"

    @property
    def tone(self) -> str:
        return SUPPLEMENT_TONES[SupplementState(self.state)]
