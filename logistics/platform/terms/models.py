"""The school calendar: terms, days that differ from the week, working hours (ORG-03)."""

from django.db import models

from logistics.platform.kernel.models import Model


class Term(Model):
    """A term; week 1 is the week (Monday first) that holds `start_on`."""

    name = models.CharField("学期", max_length=40, unique=True)
    year = models.CharField("学年", max_length=9, help_text="例如 2026-2027")
    start_on = models.DateField("开学")
    end_on = models.DateField("放假")

    class Meta:
        verbose_name = "学期"
        ordering = ["-start_on"]
        constraints = [
            models.CheckConstraint(
                name="term_ends_after_start", condition=models.Q(end_on__gt=models.F("start_on")), violation_error_message="放假日期要晚于开学日期"
            )
        ]

    def __str__(self):
        return self.name


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", "放假"
    MAKEUP = "makeup", "调休上班"


class CalendarDay(Model):
    """A day that is not what its weekday says: a holiday, or a weekend worked instead."""

    on = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=10, choices=DayKind)
    name = models.CharField("名称", max_length=30)

    class Meta:
        verbose_name = "节假日和调休"
        ordering = ["on"]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.name}"


class WorkingHours(Model):
    """A span of working time on every working day, such as 08:00 to 12:00."""

    start = models.TimeField("开始")
    end = models.TimeField("结束")

    class Meta:
        verbose_name = "工作时间"
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(name="hours_end_after_start", condition=models.Q(end__gt=models.F("start")), violation_error_message="结束要晚于开始")
        ]

    def __str__(self):
        return f"{self.start:%H:%M}–{self.end:%H:%M}"
