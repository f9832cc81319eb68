"""Papers that left the printer, so that anyone holding one can check it."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class PrintedPaper(Model):
    """One content that was printed; printing the same content again keeps the code.

    `record_id` is 0 for a report that is not one record's.
    """

    code = models.CharField("查验码", max_length=12, unique=True)
    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField(default=0)
    title = models.CharField("名称", max_length=120)
    number = models.CharField("单号", max_length=40, blank=True)
    digest = models.CharField(max_length=64)
    printed_at = models.DateTimeField("打印时间")
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="打印人")

    class Meta:
        verbose_name = "打印件"
        constraints = [models.UniqueConstraint(fields=["kind", "record_id", "title", "number", "digest"], name="same_paper_same_code")]

    def __str__(self):
        return f"{self.title} {self.number}".strip()
