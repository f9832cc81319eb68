"""Labels that were printed before anybody knew what they would stick on."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class LabelState(models.TextChoices):
    BLANK = "blank", "空白"
    CLAIMED = "claimed", "已绑定"
    VOID = "void", "作废"


MOVES = {
    LabelState.BLANK: (LabelState.CLAIMED, LabelState.VOID),
    LabelState.CLAIMED: (LabelState.BLANK, LabelState.VOID),
}
TONES = {LabelState.BLANK: "wait", LabelState.CLAIMED: "done", LabelState.VOID: "void"}


class BlankLabel(Model):
    """One sticker of a printed sheet. `kind` and `record_id` are the thing it sticks on, `thing_name` what that was called then."""

    code = models.CharField("编码", max_length=12, unique=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=LabelState, default=LabelState.BLANK)
    printed_at = models.DateTimeField("打印时间")
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="打印人")
    kind = models.CharField("物品类别", max_length=60, blank=True, editable=False)
    record_id = models.BigIntegerField(null=True, editable=False)
    thing_name = models.CharField("贴在", max_length=200, blank=True)
    claimed_at = models.DateTimeField("绑定时间", null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="绑定人")

    class Meta:
        verbose_name = "标签"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "record_id"])]
        constraints = [
            models.CheckConstraint(
                name="label_claimed_whole",
                condition=models.Q(state="claimed", record_id__isnull=False, claimed_at__isnull=False, claimed_by__isnull=False) & ~models.Q(kind="")
                | ~models.Q(state="claimed") & models.Q(kind="", record_id=None, claimed_at=None, claimed_by=None),
                violation_error_message="绑定了的标签要写明贴在哪里、谁绑定的",
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def tone(self) -> str:
        return TONES[LabelState(self.state)]
