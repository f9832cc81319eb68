"""打印复印: sheets by department and month, from the machine's meter or from the register of the print room (STK-08)."""

from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped


class CopyMachine(Stamped):
    """A printer or copier. One that belongs to a department is read by its meter; one for all is counted by department."""

    name = models.CharField("机器", max_length=40, unique=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    department = models.ForeignKey(
        "platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="归哪个部门用", help_text="文印室公用的空着。"
    )
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "打印复印机"
        ordering = ["name", "id"]

    def __str__(self):
        return self.name


class CopyCount(Stamped):
    """The sheets of one machine (or the register) and department in one month."""

    month = models.DateField("月份")  # its first day
    machine = models.ForeignKey(CopyMachine, models.PROTECT, null=True, blank=True, related_name="counts", verbose_name="机器")
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    start = models.PositiveIntegerField("上次读数", null=True, blank=True)
    reading = models.PositiveIntegerField("本次读数", null=True, blank=True)
    sheets = models.PositiveIntegerField("张数")
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "打印复印登记"
        ordering = ["-month", "-id"]
        indexes = [models.Index(fields=["month", "department"], name="copy_count_by_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "machine", "department"], condition=Q(machine__isnull=False), name="copy_count_once",
                violation_error_message="这台机器这个部门这个月已经登记过",
            ),
            models.UniqueConstraint(
                fields=["month", "department"], condition=Q(machine=None), name="copy_register_once", violation_error_message="这个部门这个月已经登记过"
            ),
            models.CheckConstraint(
                name="copy_count_by_meter",
                condition=Q(start=None, reading=None) | Q(start__isnull=False, reading__isnull=False, reading__gte=F("start"), sheets=F("reading") - F("start")),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.month:%Y-%m} {self.department} {self.machine or ''}".strip()
