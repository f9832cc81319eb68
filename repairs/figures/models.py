"""The month's repair report with its figures frozen (REP-09)."""

from django.db import models

from logistics.platform.kernel.models import Model


class MonthReport(Model):
    """One issue of one month's report; a re-issue is a new version, the old one stays."""

    month = models.DateField("月份", help_text="当月 1 日")
    version = models.PositiveSmallIntegerField("版次", default=1)
    made_at = models.DateTimeField("生成时间")
    figures = models.JSONField("数字")

    class Meta:
        verbose_name = "维修月报"
        ordering = ["-month", "-version"]
        constraints = [models.UniqueConstraint(fields=["month", "version"], name="month_report_once")]

    def __str__(self):
        return f"{self.month.year}年{self.month.month}月维修月报" + (f"（第 {self.version} 版）" if self.version > 1 else "")
