"""Papers a member of staff must hold to do the work: health certificate, licences, contracts (ORG-05)."""

from datetime import date

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Stamped


class PaperKind(models.TextChoices):
    HEALTH = "health", "健康证"
    OPERATION = "operation", "特种作业证"
    DRIVER = "driver", "驾驶证"
    CONTRACT = "contract", "临聘合同"
    TEACHER = "teacher", "教师资格证"
    OTHER = "other", "其他"


class PaperState(models.TextChoices):
    CURRENT = "current", "在用"
    REPLACED = "replaced", "已换新"
    VOID = "void", "已作废"


PAPER_MOVES = {
    PaperState.CURRENT: (PaperState.REPLACED, PaperState.VOID),
}


class StaffPaper(Stamped):
    """One paper of one person. Without `expires_on` it is valid for good; a renewed one points at its successor and stays."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_papers", verbose_name="持证人")
    kind = models.CharField("证件", max_length=10, choices=PaperKind)
    number = models.CharField("证号", max_length=60, blank=True)
    issued_on = models.DateField("发证日期", null=True, blank=True)
    expires_on = models.DateField("到期日", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=PaperState, default=PaperState.CURRENT, editable=False)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="换成", editable=False)
    void_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "证件"
        ordering = ["person__pinyin", "kind", "-id"]
        indexes = [models.Index(fields=["state", "expires_on"])]
        constraints = [
            models.CheckConstraint(
                name="paper_ends_after_it_begins",
                condition=models.Q(issued_on=None) | models.Q(expires_on=None) | models.Q(expires_on__gte=models.F("issued_on")),
                violation_error_message="到期日不能早于发证日期。",
            ),
            models.CheckConstraint(
                name="paper_replaced_has_successor",
                condition=models.Q(state="replaced", replaced_by__isnull=False) | (~models.Q(state="replaced") & models.Q(replaced_by=None)),
                violation_error_message="换了新证的要指明新证。",
            ),
            models.CheckConstraint(
                name="paper_void_has_reason",
                condition=~models.Q(state="void") | ~models.Q(void_reason=""),
                violation_error_message="作废要写原因。",
            ),
        ]

    def __str__(self):
        return f"{self.person.name}的{self.get_kind_display()}"

    @property
    def is_current(self) -> bool:
        """Neither renewed nor void; it may still have expired."""
        return self.state == PaperState.CURRENT

    def days_left(self, on: date) -> int | None:
        """Days until it expires, 0 on its last day, negative afterwards, None when it never does."""
        return (self.expires_on - on).days if self.expires_on else None
