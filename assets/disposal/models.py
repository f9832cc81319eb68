"""资产处置: 报废, 损失核销, 转让, 捐赠, 划转, 置换 of a list of things, judged by three people, approved, carried out, written off (AST-07)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.card.models import AssetCard, EntryKind
from assets.money import money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class DisposalKind(models.TextChoices):
    SCRAP = "scrap", "报废"
    LOSS = "loss", "损失核销（报损）"
    SOLD = "sold", "转让（出售）"
    EXCHANGED = "exchanged", "置换（以旧换新）"
    GIVEN = "given", "对外捐赠"
    TRANSFER_OUT = "transfer_out", "无偿划转"


class DisposalState(models.TextChoices):
    DRAFT = "draft", "起草"
    JUDGING = "judging", "鉴定中"
    WAITING = "waiting", "待批"
    APPROVED = "approved", "待处置"
    DONE = "done", "已核销"
    REJECTED = "rejected", "未批准"
    VOID = "void", "作废"


DISPOSAL_MOVES = {
    DisposalState.DRAFT: (DisposalState.JUDGING, DisposalState.VOID),
    DisposalState.JUDGING: (DisposalState.WAITING, DisposalState.DRAFT, DisposalState.VOID),
    DisposalState.WAITING: (DisposalState.APPROVED, DisposalState.REJECTED, DisposalState.DRAFT),
    DisposalState.APPROVED: (DisposalState.DONE, DisposalState.VOID),
}
DISPOSAL_TONES = {
    DisposalState.DRAFT: "wait", DisposalState.JUDGING: "wait", DisposalState.WAITING: "wait", DisposalState.APPROVED: "doing", DisposalState.DONE: "done",
    DisposalState.REJECTED: "late", DisposalState.VOID: "void",
}  # fmt: skip
HOLDING = (DisposalState.JUDGING, DisposalState.WAITING, DisposalState.APPROVED)  # its things may go no other way


class Disposal(Stamped):
    """One application for a list of things. The list and its values are frozen when it is sent for approval."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=DisposalState, default=DisposalState.DRAFT, editable=False)
    kind = models.CharField("处置方式", max_length=12, choices=DisposalKind, default=DisposalKind.SCRAP)
    title = models.CharField("处置什么", max_length=60)
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="申请部门")
    reason = models.CharField("处置原因", max_length=500)
    receiver = models.CharField("接收单位", max_length=60, blank=True, help_text="捐赠、划转、转让写给谁；报废的可以先空着。")
    sent_at = models.DateTimeField("送批时间", null=True, editable=False)
    pieces = models.PositiveIntegerField("件数", default=0, editable=False)
    cost = money_field("原值（元）", default=NOTHING, editable=False)
    depreciation = money_field("累计折旧（元）", default=NOTHING, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=300, blank=True, editable=False)

    needs_upper = models.BooleanField("要报上级", default=False, editable=False)
    reported_on = models.DateField("上报日期", null=True, editable=False)
    report_number = models.CharField("上报文号", max_length=60, blank=True, editable=False)
    answered_on = models.DateField("批复日期", null=True, editable=False)
    answer_number = models.CharField("上级批文号", max_length=60, blank=True, editable=False)

    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="回收或受让单位")
    handed_to = models.CharField("交给谁", max_length=80, blank=True, editable=False)
    handed_on = models.DateField("处置日期", null=True, editable=False)
    handed_words = models.CharField("怎样处置的", max_length=300, blank=True, editable=False)
    proceeds = money_field("处置收入（元）", default=NOTHING, editable=False)
    trade_in = money_field("以旧换新抵价（元）", default=NOTHING, editable=False)
    traded_for = models.CharField("换了什么", max_length=120, blank=True, editable=False)
    receipt = models.CharField("收据号", max_length=20, blank=True, editable=False)
    received_on = models.DateField("收款日期", null=True, editable=False)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="收款人")
    voucher = models.CharField("凭证号", max_length=40, blank=True, editable=False)
    done_on = models.DateField("核销日期", null=True, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核销人")

    class Meta:
        verbose_name = "资产处置单"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="disposal_by_state"), models.Index(fields=["decided_at"], name="disposal_by_decision")]
        constraints = [
            models.CheckConstraint(name="disposal_kind_known", condition=Q(kind__in=DisposalKind.values), violation_error_message="请选处置方式"),
            models.CheckConstraint(
                name="disposal_sums_sane", condition=Q(cost__gte=0, depreciation__gte=0, proceeds__gte=0, trade_in__gte=0, depreciation__lte=F("cost"))
            ),
            models.CheckConstraint(
                name="disposal_sent_is_frozen", condition=~Q(state__in=["waiting", "approved", "done", "rejected"]) | Q(sent_at__isnull=False, pieces__gt=0)
            ),
            models.CheckConstraint(
                name="disposal_done_is_whole",
                condition=~Q(state="done") | Q(handed_on__isnull=False, done_on__isnull=False, done_by__isnull=False) & ~Q(voucher=""),
            ),
            models.CheckConstraint(name="disposal_done_has_money", condition=~Q(state="done") | Q(proceeds=0) | ~Q(receipt="")),
            models.CheckConstraint(name="disposal_done_has_answer", condition=~Q(state="done") | Q(needs_upper=False) | ~Q(answer_number="")),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="disposal_receipt_once"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def tone(self) -> str:
        return DISPOSAL_TONES[DisposalState(self.state)]

    @property
    def net(self) -> Decimal:
        return self.cost - self.depreciation

    @property
    def entry_kind(self) -> EntryKind:
        return EntryKind(self.kind)

    @property
    def approval(self) -> str:
        """The paper by which the things leave the books."""
        return self.answer_number or self.number

    @property
    def buyer(self) -> str:
        return str(self.partner) if self.partner_id else self.handed_to


class DisposalLine(Model):
    """A card, or some pieces of one, as it was when the list was sent for approval."""

    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="lines")
    card = models.ForeignKey(AssetCard, models.PROTECT, related_name="disposal_lines", verbose_name="资产")
    quantity = models.PositiveIntegerField("数量")
    of = models.PositiveIntegerField("卡上数量")
    cost = money_field("原值（元）", default=NOTHING)
    depreciation = money_field("累计折旧（元）", default=NOTHING)
    status_before = models.CharField("原使用状况", max_length=8, blank=True)
    needs_wipe = models.BooleanField("要清数据", default=False)
    wipe = models.CharField("怎样清的", max_length=120, blank=True)
    wiped_on = models.DateField("清除日期", null=True, blank=True)
    wiped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="清除人")
    income = money_field("分摊收入（元）", default=NOTHING)

    class Meta:
        verbose_name = "处置明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "card"], name="disposal_line_once", violation_error_message="这一样已经在单上了"),
            models.CheckConstraint(name="disposal_line_within", condition=Q(quantity__gt=0, quantity__lte=F("of"))),
            models.CheckConstraint(name="disposal_line_wiped_by_somebody", condition=Q(wipe="") | Q(wiped_on__isnull=False, wiped_by__isnull=False)),
        ]

    def __str__(self):
        return str(self.card)

    @property
    def net(self) -> Decimal:
        return self.cost - self.depreciation


class Appraisal(Model):
    """One appraiser's signed opinion on the whole list (技术鉴定); at least three agree before it goes on."""

    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="appraisals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="鉴定人")
    agrees = models.BooleanField("同意处置", null=True, blank=True)
    opinion = models.CharField("鉴定意见", max_length=300, blank=True)
    signed_at = models.DateTimeField("签字时间", null=True, blank=True)

    class Meta:
        verbose_name = "技术鉴定"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["disposal", "person"], name="appraiser_once", violation_error_message="这位已经是鉴定人"),
            models.CheckConstraint(name="appraisal_signed_whole", condition=Q(agrees=None, signed_at=None) | Q(agrees__isnull=False, signed_at__isnull=False)),
            models.CheckConstraint(name="appraisal_refusal_has_words", condition=~Q(agrees=False) | ~Q(opinion="")),
        ]

    def __str__(self):
        return f"{self.person}"
