"""维修工程: a works project from proposal to the last payment (REP-11)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.kernel.money import money


class ProjectState(models.TextChoices):
    PROPOSED = "proposed", "待立项"
    RETURNED = "returned", "待修改"
    APPROVED = "approved", "已立项"
    CONTRACTED = "contracted", "已签合同"
    BUILDING = "building", "施工中"
    INSPECTING = "inspecting", "验收中"
    INSPECTED = "inspected", "已验收"
    SETTLED = "settled", "已结清"
    DROPPED = "dropped", "已取消"


PROJECT_MOVES = {
    ProjectState.PROPOSED: (ProjectState.APPROVED, ProjectState.RETURNED, ProjectState.DROPPED),
    ProjectState.RETURNED: (ProjectState.PROPOSED, ProjectState.DROPPED),
    ProjectState.APPROVED: (ProjectState.CONTRACTED, ProjectState.DROPPED),
    ProjectState.CONTRACTED: (ProjectState.BUILDING, ProjectState.DROPPED),
    ProjectState.BUILDING: (ProjectState.INSPECTING,),
    ProjectState.INSPECTING: (ProjectState.INSPECTED, ProjectState.BUILDING),
    ProjectState.INSPECTED: (ProjectState.SETTLED,),
}
PROJECT_TONES = {
    ProjectState.PROPOSED: "wait", ProjectState.RETURNED: "late", ProjectState.APPROVED: "wait", ProjectState.CONTRACTED: "doing", ProjectState.BUILDING: "doing",
    ProjectState.INSPECTING: "wait", ProjectState.INSPECTED: "doing", ProjectState.SETTLED: "done", ProjectState.DROPPED: "void",
}  # fmt: skip
PAYABLE = (ProjectState.CONTRACTED, ProjectState.BUILDING, ProjectState.INSPECTING, ProjectState.INSPECTED)


class Method(models.TextChoices):
    QUOTES = "quotes", "三家比价"
    TENDER = "tender", "公开招标"
    NEGOTIATION = "negotiation", "竞争性磋商"
    SINGLE = "single", "单一来源"


class Project(Stamped):
    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    title = models.CharField("工程名称", max_length=80)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    reason = models.TextField("申报理由", max_length=1000)
    budget = models.DecimalField("预算（元）", max_digits=14, decimal_places=2)
    fund = models.CharField("经费来源", max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="项目负责人")
    start_on = models.DateField("计划开工")
    end_on = models.DateField("计划完工")
    method = models.CharField("采购方式", max_length=12, choices=Method, default=Method.QUOTES)
    single_reason = models.CharField("单一来源理由", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=ProjectState, default=ProjectState.PROPOSED, editable=False)
    # the decision
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="立项批准")
    approved_at = models.DateTimeField("立项时间", null=True, editable=False)
    opinion = models.CharField("立项意见", max_length=200, blank=True, editable=False)
    dropped = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    # the contract
    firm = models.CharField("施工单位", max_length=80, blank=True, editable=False)
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="往来单位")
    contract_number = models.CharField("合同编号", max_length=40, blank=True, editable=False)
    contract_amount = models.DecimalField("合同金额（元）", max_digits=14, decimal_places=2, null=True, editable=False)
    contract_on = models.DateField("签订日期", null=True, editable=False)
    contract_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="合同经办")
    choice_reason = models.CharField("选定理由", max_length=300, blank=True, editable=False)
    over_reason = models.CharField("超预算理由", max_length=300, blank=True, editable=False)
    retention = models.DecimalField("质保金（%）", max_digits=4, decimal_places=1, default=Decimal(3), editable=False)
    warranty_months = models.PositiveSmallIntegerField("质保期（月）", default=12, editable=False)
    # the work and its acceptance
    started_on = models.DateField("实际开工", null=True, editable=False)
    inspection_round = models.PositiveSmallIntegerField("第几次验收", default=0, editable=False)
    inspected_on = models.DateField("验收日期", null=True, editable=False)
    warranty_until = models.DateField("质保到", null=True, editable=False)
    # the money
    final_amount = models.DecimalField("结算金额（元）", max_digits=14, decimal_places=2, null=True, editable=False)
    final_reason = models.CharField("结算说明", max_length=200, blank=True, editable=False)
    paid = models.DecimalField("已付（元）", max_digits=14, decimal_places=2, default=Decimal(0), editable=False)
    settled_at = models.DateTimeField("结清时间", null=True, editable=False)

    class Meta:
        verbose_name = "维修工程"
        indexes = [models.Index(fields=["state", "id"])]
        constraints = [
            models.CheckConstraint(name="project_budget_positive", condition=Q(budget__gt=0), violation_error_message="预算要大于零"),
            models.CheckConstraint(name="project_ends_after_start", condition=Q(end_on__gte=F("start_on")), violation_error_message="完工不能早于开工"),
            models.CheckConstraint(
                name="project_single_source_has_reason", condition=~Q(method="single") | ~Q(single_reason=""), violation_error_message="单一来源要写理由"
            ),
            models.CheckConstraint(
                name="project_approved_by_another",
                condition=Q(state__in=["proposed", "returned", "dropped"])
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("created_by")) & ~Q(approved_by=F("owner"))),
            ),
            models.CheckConstraint(
                name="project_contracted_has_contract",
                condition=Q(state__in=["proposed", "returned", "approved", "dropped"])
                | (~Q(firm="") & Q(contract_amount__isnull=False, contract_amount__gt=0, contract_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="project_over_budget_has_reason",
                condition=Q(contract_amount=None) | Q(contract_amount__lte=F("budget")) | ~Q(over_reason=""),
                violation_error_message="合同超过预算要写理由",
            ),
            models.CheckConstraint(
                name="project_retention_within_bounds", condition=Q(retention__range=(0, 20)), violation_error_message="质保金在 0 到 20% 之间"
            ),
            models.CheckConstraint(
                name="project_final_within_contract",
                condition=Q(final_amount=None)
                | Q(contract_amount__isnull=False, final_amount__gt=0, final_amount__lte=F("contract_amount"), final_amount__gte=F("paid")),
                violation_error_message="结算金额不能超过合同金额，也不能少于已付的",
            ),
            models.CheckConstraint(
                name="project_never_paid_above_contract",
                condition=Q(paid=0) | Q(paid__gt=0, contract_amount__isnull=False, paid__lte=F("contract_amount")),
                violation_error_message="付款合计不能超过合同金额",
            ),
            models.CheckConstraint(
                name="project_inspected_has_dates",
                condition=~Q(state__in=["inspected", "settled"])
                | Q(inspected_on__isnull=False, warranty_until__isnull=False, warranty_until__gte=F("inspected_on")),
            ),
            models.CheckConstraint(
                name="project_settled_is_paid",
                condition=~Q(state="settled") | Q(final_amount__isnull=False, paid=F("final_amount")) | Q(final_amount=None, paid=F("contract_amount")),
            ),
            models.CheckConstraint(name="project_dropped_has_reason_and_no_payment", condition=~Q(state="dropped") | (~Q(dropped="") & Q(paid=0))),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def tone(self) -> str:
        return PROJECT_TONES[ProjectState(self.state)]

    @property
    def payable(self) -> Decimal:
        """What the firm gets in the end: the final amount once it is fixed, until then the contract's."""
        return (self.contract_amount if self.final_amount is None else self.final_amount) or Decimal(0)

    @property
    def retained(self) -> Decimal:
        """质保金 in yuan, of the payable amount."""
        return money(self.payable * self.retention / 100)

    @property
    def unpaid(self) -> Decimal:
        return self.payable - self.paid


class Quote(Model):
    """A firm's price; three of them before a contract by comparison (货比三家)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="quotes")
    firm = models.CharField("单位", max_length=80)
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="往来单位")
    contact = models.CharField("联系人电话", max_length=60, blank=True)
    amount = models.DecimalField("报价（元）", max_digits=14, decimal_places=2)
    quoted_on = models.DateField("报价日期")
    valid_until = models.DateField("报价有效到", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "报价"
        ordering = ["amount", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "firm"], name="one_quote_per_firm", violation_error_message="这家已经报过价"),
            models.CheckConstraint(name="quote_positive", condition=Q(amount__gt=0), violation_error_message="报价要大于零"),
            models.CheckConstraint(
                name="quote_valid_after_day",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("quoted_on")),
                violation_error_message="有效期不能早于报价日期",
            ),
        ]

    def __str__(self):
        return self.firm


class Milestone(Model):
    """A step of the building work; its photos hang on the project in the role `photo_role`."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones")
    name = models.CharField("节点", max_length=60)
    plan_on = models.DateField("计划日期")
    done_on = models.DateField("完成日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "工程节点"
        ordering = ["plan_on", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="milestone_name_once", violation_error_message="已经有这个节点")]

    def __str__(self):
        return self.name

    @property
    def photo_role(self) -> str:
        return f"progress-{self.pk}"


class Inspector(Model):
    """验收人: one person's signature in one round of acceptance; nobody signs for another."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="inspectors")
    round = models.PositiveSmallIntegerField("第几次验收")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="验收人")
    is_passed = models.BooleanField("通过", null=True)
    opinion = models.CharField("意见", max_length=300, blank=True)
    signed_at = models.DateTimeField("签字时间", null=True)

    class Meta:
        verbose_name = "验收签字"
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "round", "user"], name="inspector_signs_once"),
            models.CheckConstraint(
                name="inspector_signed_whole", condition=Q(is_passed=None, signed_at=None) | Q(is_passed__isnull=False, signed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="inspector_refusal_has_words", condition=~Q(is_passed=False) | ~Q(opinion=""), violation_error_message="不通过要写原因"
            ),
        ]

    def __str__(self):
        return self.user.name

    @property
    def signature_role(self) -> str:
        return f"sign-{self.pk}"


class Defect(Model):
    """A fault found at acceptance: mended by one person, checked by another; the project is settled only when none is left."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="defects")
    content = models.CharField("问题", max_length=200)
    fix_by = models.DateField("整改期限")
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="提出人")
    fixed_on = models.DateField("整改日期", null=True, blank=True)
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整改登记人")
    fix_note = models.CharField("整改情况", max_length=200, blank=True)
    checked_on = models.DateField("复查日期", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复查人")

    class Meta:
        verbose_name = "验收问题"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="defect_fixed_has_person", condition=Q(fixed_on=None, fixed_by=None) | Q(fixed_on__isnull=False, fixed_by__isnull=False)
            ),
            models.CheckConstraint(
                name="defect_checked_by_another",
                condition=Q(checked_on=None, checked_by=None)
                | (
                    Q(checked_on__isnull=False, fixed_on__isnull=False, checked_on__gte=F("fixed_on"), checked_by__isnull=False, fixed_by__isnull=False)
                    & ~Q(checked_by=F("fixed_by"))
                ),
                violation_error_message="整改和复查不能是同一个人",
            ),
        ]

    def __str__(self):
        return self.content[:40]

    @property
    def photo_role(self) -> str:
        return f"fix-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.checked_on is None

    @property
    def state(self) -> tuple[str, str]:
        """(word, tone)."""
        if self.checked_on:
            return "已复查", "done"
        return ("待复查", "wait") if self.fixed_on else ("待整改", "late")


class Payment(Stamped):
    """A payment noted here until finance pays it; together never more than the contract. Never edited: a mistake is reversed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="payments")
    name = models.CharField("款项", max_length=40)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)
    paid_on = models.DateField("付款日期")
    voucher = models.CharField("凭证号", max_length=40, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, editable=False, related_name="reversed_by", verbose_name="冲销")

    class Meta:
        verbose_name = "付款"
        ordering = ["paid_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="project_payment_positive_or_reversal",
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                violation_error_message="金额要大于零",
            )
        ]

    def __str__(self):
        return self.name
