"""财务日历: what was filed or paid when it was due, with its papers (FIN-14)."""

from django.db import models

from logistics.platform.kernel.models import Stamped


class Filing(Stamped):
    """办结记录 of one occurrence of a duty of the calendar; the duty itself lives in the platform. Never edited."""

    occurrence = models.OneToOneField("platform.Occurrence", models.PROTECT, related_name="+", verbose_name="任务")
    title = models.CharField("事项", max_length=60)
    due_on = models.DateField("期限")
    is_late = models.BooleanField("超过期限", default=False)
    note = models.CharField("办理情况", max_length=500)

    class Meta:
        verbose_name = "报送办结"
        ordering = ["-due_on", "-id"]
        constraints = [models.CheckConstraint(name="filing_has_words", condition=~models.Q(note=""), violation_error_message="请写办理情况")]

    def __str__(self):
        return f"{self.title}（{self.due_on:%Y-%m-%d}）"
