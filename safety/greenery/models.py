"""Plant areas, the calendar of their care and what was done (HYG-03)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Stamped
from safety.cleaning.rights import GREEN_BOOK


class PlantArea(Stamped):
    """A lawn, a bed, a row of trees, with whoever cares for it."""

    name = models.CharField("绿化区", max_length=40, unique=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    plants = models.CharField("种了什么", max_length=200)
    square_metres = models.PositiveIntegerField("面积（平方米）", null=True, blank=True)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="养护人")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "绿化区"
        ordering = ["name", "id"]

    def __str__(self):
        return self.name


class Care(models.TextChoices):
    WATER = "water", "浇水"
    WEED = "weed", "除草"
    FEED = "feed", "施肥"
    SPRAY = "spray", "打药"
    PRUNE = "prune", "修剪"
    REPLANT = "replant", "补植"


class CareRule(Stamped):
    """How often a kind of care is due, from a month to a month; over the turn of the year when the first is the later one."""

    area = models.ForeignKey(PlantArea, models.PROTECT, related_name="care", verbose_name="绿化区")
    kind = models.CharField("养护", max_length=8, choices=Care)
    first_month = models.PositiveSmallIntegerField("从几月", default=1)
    last_month = models.PositiveSmallIntegerField("到几月", default=12)
    every_days = models.PositiveSmallIntegerField("每几天一次")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "养护安排"
        ordering = ["area", "kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["area", "kind"], name="care_rule_once", violation_error_message="这个区已经有这一项安排"),
            models.CheckConstraint(
                name="care_rule_months",
                condition=Q(first_month__gte=1, first_month__lte=12, last_month__gte=1, last_month__lte=12),
                violation_error_message="月份在 1 到 12 之间",
            ),
            models.CheckConstraint(name="care_rule_days", condition=Q(every_days__gte=1, every_days__lte=366), violation_error_message="每 1 到 366 天一次"),
        ]

    def __str__(self):
        return f"{self.area} {self.get_kind_display()}"

    def is_in_season(self, month: int) -> bool:
        if self.first_month <= self.last_month:
            return self.first_month <= month <= self.last_month
        return month >= self.first_month or month <= self.last_month


class CareLog(Evidence):
    """One care done; spraying names the agent and says that people were warned."""

    books = GREEN_BOOK

    area = models.ForeignKey(PlantArea, models.PROTECT, related_name="logs", verbose_name="绿化区")
    kind = models.CharField("养护", max_length=8, choices=Care)
    words = models.CharField("做了什么", max_length=200)
    agent = models.CharField("药名和用量", max_length=100, blank=True)
    is_warned = models.BooleanField("设了警示，学生不在场", default=False)

    class Meta:
        verbose_name = "养护记录"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["area", "kind", "happened_at"], name="care_log_by_kind")]
        constraints = [
            not_ahead("care_log_not_ahead"),
            struck_whole("care_log_struck"),
            models.CheckConstraint(
                name="care_log_spray", condition=~Q(kind="spray") | (Q(is_warned=True) & ~Q(agent="")), violation_error_message="打药要写药名，设警示"
            ),
        ]

    def __str__(self):
        return f"{self.area} {self.get_kind_display()}"
