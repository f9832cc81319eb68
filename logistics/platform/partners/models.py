"""往来单位: the firms a school buys from and calls in, and the papers they must hold."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped
from logistics.platform.papers.models import PAPER_MOVES, PaperState

FIRM_PAPER_MOVES = PAPER_MOVES  # a firm's paper lives like a person's


class PartnerKind(models.TextChoices):
    SUPPLIER = "supplier", "物资供应商"
    FOOD = "food", "食材供应商"
    CATERER = "caterer", "供餐单位"
    REPAIR = "repair", "维修单位"
    BUILDER = "builder", "施工单位"
    TRANSPORT = "transport", "运输单位"
    WASTE = "waste", "餐厨收运"
    TESTING = "testing", "检测单位"
    SERVICE = "service", "保洁保安"
    OTHER = "other", "其他"


class PartnerState(models.TextChoices):
    ACTIVE = "active", "在用"
    STOPPED = "stopped", "停用"
    BLACKLISTED = "blacklisted", "黑名单"
    MERGED = "merged", "已合并"


PARTNER_MOVES = {
    PartnerState.ACTIVE: (PartnerState.STOPPED, PartnerState.BLACKLISTED, PartnerState.MERGED),
    PartnerState.STOPPED: (PartnerState.ACTIVE, PartnerState.BLACKLISTED, PartnerState.MERGED),
    PartnerState.BLACKLISTED: (PartnerState.ACTIVE,),
}
PARTNER_TONES = {PartnerState.ACTIVE: "done", PartnerState.STOPPED: "void", PartnerState.BLACKLISTED: "late", PartnerState.MERGED: "void"}


class FirmPaperKind(models.TextChoices):
    LICENCE = "licence", "营业执照"
    FOOD = "food", "食品经营许可证"
    PRODUCTION = "production", "食品生产许可证"
    QUALIFICATION = "qualification", "资质证书"
    SAFETY = "safety", "安全生产许可证"
    TRANSPORT = "transport", "道路运输许可证"
    WASTE = "waste", "餐厨垃圾收运许可"
    INSURANCE = "insurance", "保险"
    CONTRACT = "contract", "合同"
    OTHER = "other", "其他"


# what a firm of a kind must hold to be used; one paper of each group will do (食品安全法 35、53；建筑法 26；道路运输条例 24)
NEEDED = {
    PartnerKind.SUPPLIER: ((FirmPaperKind.LICENCE,),),
    PartnerKind.FOOD: ((FirmPaperKind.LICENCE,), (FirmPaperKind.FOOD, FirmPaperKind.PRODUCTION)),
    PartnerKind.CATERER: ((FirmPaperKind.LICENCE,), (FirmPaperKind.FOOD,)),
    PartnerKind.REPAIR: ((FirmPaperKind.LICENCE,),),
    PartnerKind.BUILDER: ((FirmPaperKind.LICENCE,), (FirmPaperKind.QUALIFICATION,)),
    PartnerKind.TRANSPORT: ((FirmPaperKind.LICENCE,), (FirmPaperKind.TRANSPORT,)),
    PartnerKind.WASTE: ((FirmPaperKind.LICENCE,), (FirmPaperKind.WASTE,)),
    PartnerKind.TESTING: ((FirmPaperKind.LICENCE,), (FirmPaperKind.QUALIFICATION,)),
    PartnerKind.SERVICE: ((FirmPaperKind.LICENCE,),),
    PartnerKind.OTHER: (),
}


class Partner(Stamped):
    """One firm. `kinds` holds the codes between commas (",food,transport,"), so that one kind is found by text on every database."""

    search = models.TextField(editable=False, default="")
    name = models.CharField("单位名称", max_length=80)
    short_name = models.CharField("简称", max_length=20, blank=True)
    kinds = models.CharField("类别", max_length=120)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    contact = models.CharField("联系人", max_length=30, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    bank_holder = models.CharField("户名", max_length=80, blank=True)
    bank_name = models.CharField("开户行", max_length=80, blank=True)
    bank_account = models.CharField("账号", max_length=40, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=12, choices=PartnerState, default=PartnerState.ACTIVE, editable=False)
    state_reason = models.CharField("状态原因", max_length=200, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="合并到", editable=False)

    class Meta:
        verbose_name = "往来单位"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=~Q(state="merged"), name="partner_name_once", violation_error_message="已经有同名的往来单位了。"
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code="") & ~Q(state="merged"),
                name="partner_credit_code_once",
                violation_error_message="这个统一社会信用代码已经登记过了，请到那张卡片上改。",
            ),
            models.CheckConstraint(
                name="partner_merged_has_target",
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                violation_error_message="合并要指明并到哪一家。",
            ),
            models.CheckConstraint(
                name="partner_out_of_use_has_reason",
                condition=~Q(state__in=["stopped", "blacklisted"]) | ~Q(state_reason=""),
                violation_error_message="停用和列入黑名单要写原因。",
            ),
            models.CheckConstraint(name="partner_has_a_kind", condition=~Q(kinds="") & ~Q(kinds=",,"), violation_error_message="请至少选一类。"),
        ]

    def __str__(self):
        return self.name

    @property
    def kind_list(self) -> list[PartnerKind]:
        return [PartnerKind(code) for code in self.kinds.split(",") if code]

    @property
    def kind_words(self) -> str:
        return "、".join(kind.label for kind in self.kind_list)

    @property
    def masked_account(self) -> str:
        """The last four figures of the account."""
        return f"**** {self.bank_account[-4:]}" if self.bank_account else ""

    @property
    def tone(self) -> str:
        return PARTNER_TONES[PartnerState(self.state)]

    @property
    def is_usable(self) -> bool:
        return self.state == PartnerState.ACTIVE

    def shown_kinds(self, value: str) -> str:
        """How the journal writes the kinds."""
        return "、".join(PartnerKind(code).label for code in value.split(",") if code) or "—"

    def shown_bank_account(self, value: str) -> str:
        """The journal keeps no account in full."""
        return f"**** {value[-4:]}" if value else "—"


class FirmPaper(Stamped):
    """One paper of one firm. Without `expires_on` it is valid for good; a renewed one points at its successor and stays."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="papers", verbose_name="单位")
    kind = models.CharField("证照", max_length=14, choices=FirmPaperKind)
    number = models.CharField("证号", max_length=60, blank=True)
    issued_on = models.DateField("有效期从", null=True, blank=True)
    expires_on = models.DateField("有效期到", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=PaperState, default=PaperState.CURRENT, editable=False)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="换成", editable=False)
    void_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "单位证照"
        ordering = ["partner__name", "kind", "-id"]
        indexes = [models.Index(fields=["state", "expires_on"], name="firm_paper_expiry")]
        constraints = [
            models.CheckConstraint(
                name="firm_paper_ends_after_it_begins",
                condition=Q(issued_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                violation_error_message="有效期的最后一天不能早于第一天。",
            ),
            models.CheckConstraint(
                name="firm_paper_replaced_has_successor",
                condition=Q(state="replaced", replaced_by__isnull=False) | (~Q(state="replaced") & Q(replaced_by=None)),
                violation_error_message="换了新证的要指明新证。",
            ),
            models.CheckConstraint(
                name="firm_paper_void_has_reason", condition=~Q(state="void") | ~Q(void_reason=""), violation_error_message="作废要写原因。"
            ),
        ]

    def __str__(self):
        return f"{self.partner.short_name or self.partner.name}的{self.get_kind_display()}"

    @property
    def is_current(self) -> bool:
        """Neither renewed nor void; it may still have expired."""
        return self.state == PaperState.CURRENT

    def days_left(self, on: date) -> int | None:
        """Days until it expires, 0 on its last day, negative afterwards, None when it never does."""
        return (self.expires_on - on).days if self.expires_on else None
