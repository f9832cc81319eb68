"""课桌凳: which things pupils sit at, and what head teachers counted (AST-11)."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped

SPLIT = re.compile(r"[、,，\s]+")


class DeskKind(Model):
    """课桌, 课椅: found among the cards of a classroom by the class codes they begin with."""

    name = models.CharField("名称", max_length=20, unique=True)
    codes = models.CharField(
        "资产类别代码", max_length=100, help_text="写代码或者代码的开头，用顿号隔开，例如：A05010203。教室里这些类别的卡片都算。",
        validators=[RegexValidator(r"^[A-Z0-9.-]{1,20}([、,，\s]+[A-Z0-9.-]{1,20})*$", "写资产类别的代码，用顿号隔开，例如：A05010203、A05010204。")],
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField("每件坐几人", default=1)
    spare = models.PositiveSmallIntegerField("每班多备几件", default=0)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "课桌凳种类"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(name="desk_seats_sane", condition=Q(seats__range=(1, 10)), violation_error_message="每件坐 1 到 10 人"),
            models.CheckConstraint(name="desk_spare_sane", condition=Q(spare__lte=50), violation_error_message="最多多备 50 件"),
        ]

    def __str__(self):
        return self.name

    @property
    def prefixes(self) -> list[str]:
        return [code for code in SPLIT.split(self.codes) if code]

    def needed_for(self, pupils: int) -> int:
        """Pieces for so many pupils, with the spare ones; none for a class without pupils."""
        return -(-pupils // self.seats) + self.spare if pupils else 0


class DeskCount(Stamped):
    """What a head teacher found in the classroom on one day; the newest of a class and kind counts."""

    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    kind = models.ForeignKey(DeskKind, models.PROTECT, related_name="+", verbose_name="种类")
    on = models.DateField("清点日期")
    book = models.PositiveIntegerField("账上", default=0, editable=False)  # pieces on the cards that day
    counted = models.PositiveIntegerField("实有")
    damaged = models.PositiveIntegerField("其中损坏", default=0)
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "课桌凳清点"
        ordering = ["-id"]
        indexes = [models.Index(fields=["school_class", "kind", "-id"], name="desk_count_newest")]
        constraints = [
            models.CheckConstraint(name="desk_damaged_within", condition=Q(damaged__lte=F("counted")), violation_error_message="损坏的不能多于实有的"),
            models.CheckConstraint(name="desk_counted_sane", condition=Q(counted__lte=10_000), violation_error_message="数目太大，请核对"),
        ]

    def __str__(self):
        return f"{self.school_class} {self.kind} {self.on}"
