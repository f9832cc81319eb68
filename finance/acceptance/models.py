"""验收: what came, what was taken and what was sent back, signed by people who did not buy it (FIN-05)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import money_field
from finance.purchase.models import Destination
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class AcceptanceState(models.TextChoices):
    SIGNING = "signing", "待签字"
    POSTED = "posted", "已验收"
    REFUSED = "refused", "没有通过"
    CALLED_OFF = "called_off", "已撤回"
    REVERSED = "reversed", "已冲销"


ACCEPTANCE_MOVES = {
    AcceptanceState.SIGNING: (AcceptanceState.POSTED, AcceptanceState.REFUSED, AcceptanceState.CALLED_OFF),
    AcceptanceState.POSTED: (AcceptanceState.REVERSED,),
}
ACCEPTANCE_TONES = {
    AcceptanceState.SIGNING: "wait",
    AcceptanceState.POSTED: "done",
    AcceptanceState.REFUSED: "late",
    AcceptanceState.CALLED_OFF: "void",
    AcceptanceState.REVERSED: "void",
}
COUNTING = (AcceptanceState.POSTED, AcceptanceState.REVERSED)  # a reversed one counts together with the one that reverses it
HOLDING = (*COUNTING, AcceptanceState.SIGNING)  # what nobody else may accept meanwhile


class Check(models.TextChoices):
    GOOD = "good", "合格"
    BAD = "bad", "不合格"
    NONE = "none", "不涉及"


class Conclusion(models.TextChoices):
    """Follows from the quantities; nobody chooses it."""

    PASSED = "passed", "合格，同意验收"
    PARTLY = "partly", "部分合格，不合格的退回"
    FAILED = "failed", "不合格，全部退回"


class Acceptance(Stamped):
    """One delivery of an order as its members found it. It counts once all of them have signed; a mistake is taken back by another one (`reverses`)."""

    number = models.CharField("单号", max_length=20, editable=False, unique=True)
    order = models.ForeignKey("finance.PurchaseOrder", models.PROTECT, related_name="acceptances", verbose_name="采购单")
    delivered_on = models.DateField("到货日期")
    delivered_by = models.CharField("送货人", max_length=60, blank=True)
    appearance = models.CharField("外观", max_length=4, choices=Check, default=Check.GOOD)
    quality = models.CharField("质量", max_length=4, choices=Check, default=Check.GOOD)
    trial = models.CharField("试运行", max_length=4, choices=Check, default=Check.NONE)
    papers = models.CharField("随附资料", max_length=4, choices=Check, default=Check.GOOD)
    conclusion = models.CharField("结论", max_length=6, choices=Conclusion, editable=False)
    remedy = models.CharField("不合格处理", max_length=200, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    amount = money_field("验收金额（元）", default=NOTHING, editable=False)
    state = models.CharField("状态", max_length=10, choices=AcceptanceState, default=AcceptanceState.SIGNING, editable=False)
    accepted_at = models.DateTimeField("验收时间", null=True, editable=False)
    ended_reason = models.CharField("原因", max_length=200, blank=True, editable=False)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, editable=False, related_name="reversed_by", verbose_name="冲销")

    class Meta:
        verbose_name = "验收单"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="acceptance_by_state")]
        constraints = [
            models.CheckConstraint(
                name="acceptance_posted_has_moment",
                condition=Q(state__in=["posted", "reversed"], accepted_at__isnull=False) | Q(state__in=["signing", "refused", "called_off"], accepted_at=None),
            ),
            models.CheckConstraint(name="acceptance_ended_says_why", condition=Q(state__in=["signing", "posted"]) | ~Q(ended_reason="")),
            models.CheckConstraint(name="acceptance_reversal_is_posted", condition=Q(reverses=None) | (Q(state="posted") & ~Q(note=""))),
            models.CheckConstraint(name="acceptance_not_its_own_reversal", condition=Q(reverses=None) | ~Q(reverses=F("pk"))),
        ]

    def __str__(self):
        return f"{self.number} {self.order.partner}"

    @property
    def tone(self) -> str:
        return ACCEPTANCE_TONES[AcceptanceState(self.state)]

    @property
    def checks(self) -> list[tuple[str, str]]:
        """(what was looked at, what was found) in the order of the form."""
        names = ("appearance", "quality", "trial", "papers")
        return [(str(self._meta.get_field(name).verbose_name), getattr(self, f"get_{name}_display")()) for name in names]


class AcceptanceLine(Model):
    """What was taken of one line of the order; negative in a reversal. Never edited: only whoever receives it is written in later."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="lines", verbose_name="验收单")
    order_line = models.ForeignKey("finance.OrderLine", models.PROTECT, related_name="acceptance_lines", verbose_name="采购明细")
    accepted = models.DecimalField("合格数量", max_digits=12, decimal_places=3, default=NOTHING)
    rejected = models.DecimalField("不合格数量", max_digits=12, decimal_places=3, default=NOTHING)
    reason = models.CharField("不合格原因", max_length=200, blank=True)
    amount = money_field("金额（元）", default=NOTHING)
    destination = models.CharField("去向", max_length=8, choices=Destination)
    received_label = models.CharField("接收", max_length=120, blank=True)
    received_url = models.CharField("接收单据", max_length=200, blank=True)
    received_at = models.DateTimeField("接收时间", null=True)

    class Meta:
        verbose_name = "待入库待建卡"
        ordering = ["acceptance", "id"]
        indexes = [models.Index(fields=["destination", "id"], condition=Q(received_at=None), name="acceptance_line_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "order_line"], name="acceptance_line_once"),
            models.CheckConstraint(
                name="acceptance_line_says_something",
                condition=~Q(accepted=0) | Q(rejected__gt=0),
            ),
            models.CheckConstraint(name="acceptance_line_rejected", condition=Q(rejected=0) | (Q(rejected__gt=0, accepted__gte=0) & ~Q(reason=""))),
            models.CheckConstraint(
                name="acceptance_line_received_whole",
                condition=Q(received_at=None, received_label="", received_url="") | (Q(received_at__isnull=False, accepted__gt=0) & ~Q(received_label="")),
            ),
        ]

    def __str__(self):
        return self.order_line.request_line.name


class AcceptanceMember(Model):
    """验收人: one person's own signature; nobody signs for another."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="members", verbose_name="验收单")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="验收人")
    is_agreed = models.BooleanField("同意", null=True)
    opinion = models.CharField("意见", max_length=200, blank=True)
    signed_at = models.DateTimeField("签字时间", null=True)

    class Meta:
        verbose_name = "验收人"
        ordering = ["acceptance", "id"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "user"], name="acceptance_member_once"),
            models.CheckConstraint(
                name="acceptance_member_signed_whole", condition=Q(is_agreed=None, signed_at=None) | Q(is_agreed__isnull=False, signed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="acceptance_member_refusal_has_words",
                condition=Q(is_agreed=None) | Q(is_agreed=True) | ~Q(opinion=""),
                violation_error_message="不同意要写原因",
            ),
        ]

    def __str__(self):
        return self.user.name

    @property
    def signature_role(self) -> str:
        return f"sign-{self.pk}"
