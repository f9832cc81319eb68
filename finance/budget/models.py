"""预算: year > department > item > fund, and the ledger that says where each yuan of a line is (FIN-01, FIN-13)."""

import re
from decimal import Decimal

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from finance.money import cents, money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class Scheme(models.TextChoices):
    DEPARTMENT = "department", "部门预算支出经济分类"
    GOVERNMENT = "government", "政府预算支出经济分类"


class BudgetItem(Model):
    """支出经济分类科目, such as 30201 办公费. The ministry revises the list, so a code belongs to a scheme and its year."""

    code = models.CharField("科目编码", max_length=9, validators=[RegexValidator(r"^\d{3,9}$", "科目编码是 3 到 9 位数字，例如 30201。")])
    name = models.CharField("科目", max_length=40)
    scheme = models.CharField("分类", max_length=10, choices=Scheme, default=Scheme.DEPARTMENT)
    since_year = models.PositiveSmallIntegerField("哪年版", default=2025)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "预算科目"
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "since_year", "code"], name="budget_item_once", violation_error_message="这一版里已经有这个科目编码"),
            models.CheckConstraint(name="budget_item_year", condition=Q(since_year__range=(2000, 2100)), violation_error_message="年份在 2000 到 2100 之间"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class Fund(Model):
    """经费: where the money comes from. A special one (专项) has words for its purpose and pays for nothing else."""

    name = models.CharField("经费", max_length=40, unique=True)
    is_special = models.BooleanField("专款专用", default=False)
    purpose = models.CharField("用途词", max_length=200, blank=True, help_text="用顿号隔开，例如：维修、修缮、防水。用款事由里要有其中一个。")
    codes = models.CharField(
        "可用科目",
        max_length=200,
        blank=True,
        help_text="科目编码或前几位，用顿号隔开，例如：30213、310。空着是都可以。",
        validators=[RegexValidator(r"^\d{1,9}([、,，;；\s]+\d{1,9})*$", "写科目编码，用顿号隔开，例如：30213、310。")],
    )
    document = models.CharField("下达文号", max_length=60, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "经费来源"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="special_fund_has_purpose", condition=Q(is_special=False) | ~Q(purpose=""), violation_error_message="专款专用的经费要写用途词"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def words(self) -> list[str]:
        return [word for word in re.split(r"[、,，;；\s]+", self.purpose) if word]

    def allows(self, item: BudgetItem) -> bool:
        """Whether this fund may pay for the item; without codes it may pay for all."""
        prefixes = [code for code in re.split(r"[、,，;；\s]+", self.codes) if code]
        return not prefixes or any(item.code.startswith(prefix) for prefix in prefixes)

    def fits(self, use: str) -> bool:
        """Whether the words say something this fund is for."""
        return not self.is_special or any(word in use for word in self.words)


class YearState(models.TextChoices):
    DRAFT = "draft", "编制中"
    OPEN = "open", "执行中"
    CLOSED = "closed", "已关账"


YEAR_MOVES = {YearState.DRAFT: (YearState.OPEN,), YearState.OPEN: (YearState.CLOSED,), YearState.CLOSED: (YearState.OPEN,)}
YEAR_TONES = {YearState.DRAFT: "wait", YearState.OPEN: "doing", YearState.CLOSED: "done"}


class BudgetYear(Stamped):
    year = models.PositiveSmallIntegerField("年度", unique=True, error_messages={"unique": "这一年的预算已经建了。"})
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=YearState, default=YearState.DRAFT, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准")
    opened_at = models.DateTimeField("批准时间", null=True, editable=False)
    closed_at = models.DateTimeField("关账时间", null=True, editable=False)

    class Meta:
        verbose_name = "年度预算"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(name="budget_year_sane", condition=Q(year__range=(2000, 2100)), violation_error_message="年度在 2000 到 2100 之间"),
            models.CheckConstraint(name="budget_year_open_was_approved", condition=Q(state="draft") | Q(opened_by__isnull=False, opened_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.year}年预算"

    @property
    def tone(self) -> str:
        return YEAR_TONES[YearState(self.state)]


class BudgetLine(Stamped):
    """One line of the budget. Its sums are those of its entries; only the ledger's rules write them, in one statement each."""

    year = models.ForeignKey(BudgetYear, models.PROTECT, related_name="lines", verbose_name="年度")
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    item = models.ForeignKey(BudgetItem, models.PROTECT, related_name="+", verbose_name="科目")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name="经费")
    note = models.CharField("说明", max_length=200, blank=True)
    allotment = money_field("预算数（元）", default=NOTHING, editable=False)
    reserved = money_field("申请占用（元）", default=NOTHING, editable=False)
    committed = money_field("订购占用（元）", default=NOTHING, editable=False)
    spent = money_field("已支出（元）", default=NOTHING, editable=False)
    overdraft = money_field("批准超支（元）", default=NOTHING, editable=False)

    class Meta:
        verbose_name = "预算指标"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "department", "item", "fund"], name="budget_line_once", violation_error_message="这个部门、科目、经费的指标已经有了"
            ),
            models.CheckConstraint(
                name="budget_line_sums_positive", condition=Q(allotment__gte=0, reserved__gte=0, committed__gte=0, spent__gte=0, overdraft__gte=0)
            ),
            models.CheckConstraint(
                name="budget_line_never_overspent",
                condition=Q(allotment__gte=cents(F("reserved") + F("committed") + F("spent") - F("overdraft"))),
            ),
        ]

    def __str__(self):
        return f"{self.department} {self.item.name}（{self.fund}）"

    @property
    def held(self) -> Decimal:
        """已占用: reserved by requests and committed by orders."""
        return self.reserved + self.committed

    @property
    def available(self) -> Decimal:
        """What is still free; below zero only within an approved overdraft."""
        return self.allotment - self.held - self.spent

    @property
    def room(self) -> Decimal:
        """What may still be taken, the approved overdraft included."""
        return self.available + self.overdraft

    @property
    def percent(self) -> int:
        """How much of the allotment is held or spent; 999 at most."""
        used = self.held + self.spent
        if not self.allotment:
            return 100 if used else 0
        return min(999, int(used * 100 / self.allotment))


class EntryKind(models.TextChoices):
    ALLOT = "allot", "下达"
    ADJUST = "adjust", "调整"
    TRANSFER_OUT = "transfer_out", "调出"
    TRANSFER_IN = "transfer_in", "调入"
    RESERVE = "reserve", "申请占用"
    COMMIT = "commit", "订购占用"
    SPEND = "spend", "支出"
    RELEASE = "release", "释放"
    REFUND = "refund", "冲回"
    OVERRIDE = "override", "批准超支"


class BudgetEntry(Model):
    """One line of the ledger, never edited or deleted. `amount` is what people read; the five signed parts are what it did to the sums."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="entries", verbose_name="指标")
    kind = models.CharField("类型", max_length=12, choices=EntryKind)
    amount = money_field("金额（元）")
    to_allotment = money_field("预算数增减", default=NOTHING)
    to_reserved = money_field("申请占用增减", default=NOTHING)
    to_committed = money_field("订购占用增减", default=NOTHING)
    to_spent = money_field("支出增减", default=NOTHING)
    to_overdraft = money_field("批准超支增减", default=NOTHING)
    document_kind = models.CharField("单据种类", max_length=60, blank=True)
    document_id = models.BigIntegerField("单据", default=0)
    document_label = models.CharField("单据名称", max_length=80, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = "预算明细"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["line", "id"], name="budget_entry_by_line"),
            models.Index(fields=["document_kind", "document_id"], name="budget_entry_by_document"),
        ]
        constraints = [
            models.CheckConstraint(
                name="budget_entry_does_something",
                condition=~Q(amount=0) & (~Q(to_allotment=0) | ~Q(to_reserved=0) | ~Q(to_committed=0) | ~Q(to_spent=0) | ~Q(to_overdraft=0)),
            ),
            models.CheckConstraint(name="budget_entry_override_has_reason", condition=~Q(kind="override") | ~Q(note="")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount:,.2f} 元"

    @property
    def to_held(self) -> Decimal:
        return self.to_reserved + self.to_committed

    @property
    def to_available(self) -> Decimal:
        return self.to_allotment - self.to_reserved - self.to_committed - self.to_spent


class ChangeKind(models.TextChoices):
    ADJUST = "adjust", "追加或追减"
    TRANSFER = "transfer", "调剂"


class ChangeState(models.TextChoices):
    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待批"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "未批准"


CHANGE_MOVES = {
    ChangeState.DRAFT: (ChangeState.SUBMITTED,),
    ChangeState.SUBMITTED: (ChangeState.APPROVED, ChangeState.REJECTED, ChangeState.DRAFT),
}
CHANGE_TONES = {ChangeState.DRAFT: "void", ChangeState.SUBMITTED: "wait", ChangeState.APPROVED: "done", ChangeState.REJECTED: "late"}


class BudgetChange(Stamped):
    """预算调整申请: more or less on a line, or from one line to another; it counts once it is approved."""

    number = models.CharField("单号", max_length=20, blank=True, editable=False)
    kind = models.CharField("办什么", max_length=8, choices=ChangeKind)
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="changes", verbose_name="指标")
    to_line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, blank=True, related_name="changes_in", verbose_name="调入指标")
    amount = money_field("金额（元）", help_text="追减写负数。")
    reason = models.CharField("理由", max_length=300)
    state = models.CharField("状态", max_length=9, choices=ChangeState, default=ChangeState.DRAFT, editable=False)
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "预算调整"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="budget_change_number_once"),
            models.CheckConstraint(name="budget_change_not_zero", condition=~Q(amount=0), violation_error_message="金额不能是零"),
            models.CheckConstraint(
                name="budget_change_transfer_whole",
                condition=Q(kind="adjust", to_line=None) | (Q(kind="transfer", to_line__isnull=False, amount__gt=0) & ~Q(to_line=F("line"))),
                violation_error_message="调剂要选两个不同的指标，金额大于零；追加或追减只选一个",
            ),
            models.CheckConstraint(name="budget_change_has_reason", condition=~Q(reason=""), violation_error_message="请写理由"),
            models.CheckConstraint(name="budget_change_sent_has_number", condition=Q(state="draft") | ~Q(number="")),
            models.CheckConstraint(
                name="budget_change_decided_has_person",
                condition=Q(state__in=["draft", "submitted"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number or '新'} {self.get_kind_display()} {self.amount:,.2f} 元"

    @property
    def tone(self) -> str:
        return CHANGE_TONES[ChangeState(self.state)]
