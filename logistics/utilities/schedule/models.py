"""When air conditioning, heating, hot water and lights may run, and exceptions that were approved (UTL-08)."""

from datetime import time
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Stamped
from logistics.platform.places.models import PlaceKind


class Use(models.TextChoices):
    COOLING = "cooling", "空调制冷"
    HEATING = "heating", "空调制热和供暖"
    HOT_WATER = "hot_water", "热水"
    LIGHT = "light", "照明"


WITH_DEGREES = (Use.COOLING, Use.HEATING, Use.HOT_WATER)


class RunRule(Stamped):
    """One use may run in some season, on some weekdays, between two times of day. `until` before `starts` runs past midnight.

    `first` and `last` are days of any year, "06-01"; a season may pass the turn of the year. It counts for the kinds of rooms in `kinds`
    (empty: all), or for `place` and what is inside; where a rule for the place stands, those for its kind do not count.
    """

    use = models.CharField("管什么", max_length=10, choices=Use)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="只管这里")
    kinds = models.JSONField("哪些房间", default=list, blank=True)
    first = models.CharField("从", max_length=5)
    last = models.CharField("到", max_length=5)
    weekdays = models.JSONField("星期几", default=list)
    starts = models.TimeField("几点开", default=time(8))
    until = models.TimeField("几点关", default=time(17))
    degrees = models.DecimalField("温度（℃）", max_digits=4, decimal_places=1, null=True, blank=True)
    note = models.CharField("说明", max_length=100, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "开放时间"
        ordering = ["use", "first", "id"]
        constraints = [
            models.CheckConstraint(name="run_rule_hours", condition=~Q(starts=F("until")), violation_error_message="几点开和几点关不能一样"),
            models.CheckConstraint(
                name="run_rule_degrees",
                condition=Q(degrees=None) | (Q(degrees__range=(Decimal(10), Decimal(80))) & ~Q(use="light")),
                violation_error_message="照明不填温度，别的填 10 到 80 ℃",
            ),
        ]

    def __str__(self):
        return f"{self.get_use_display()} {self.where}"

    @property
    def where(self) -> str:
        if self.place_id:
            return str(self.place)
        return "、".join(str(PlaceKind(kind).label) for kind in self.kinds) or "所有地方"


class AskState(models.TextChoices):
    ASKED = "asked", "等审批"
    APPROVED = "approved", "同意"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


ASK_MOVES = {AskState.ASKED: (AskState.APPROVED, AskState.REFUSED, AskState.WITHDRAWN), AskState.APPROVED: (AskState.WITHDRAWN,)}
ASK_TONES = {AskState.ASKED: "wait", AskState.APPROVED: "done", AskState.REFUSED: "late", AskState.WITHDRAWN: "void"}


class RunException(Stamped):
    """Somebody asks that one use may run in a place at other times; somebody else decides."""

    use = models.CharField("用什么", max_length=10, choices=Use)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    from_at = models.DateTimeField("从")
    to_at = models.DateTimeField("到")
    reason = models.CharField("为什么", max_length=200)
    state = models.CharField("状态", max_length=10, choices=AskState, default=AskState.ASKED, editable=False)
    decided_at = models.DateTimeField("审批时间", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审批人")
    words = models.CharField("审批意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "延时使用申请"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "to_at"], name="run_exception_by_state"),
            models.Index(fields=["place", "to_at"], name="run_exception_by_place"),
        ]
        constraints = [
            models.CheckConstraint(name="run_exception_period", condition=Q(to_at__gt=F("from_at")), violation_error_message="结束时间要晚于开始时间"),
            models.CheckConstraint(
                name="run_exception_by_another",
                condition=~Q(state__in=["approved", "refused"]) | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("created_by")),
            ),
        ]

    def __str__(self):
        return f"{self.place}{self.get_use_display()} {self.hours}"

    @property
    def hours(self) -> str:
        """11-20 18:00—21:00, with the second day where it is another."""
        start, end = timezone.localtime(self.from_at), timezone.localtime(self.to_at)
        return f"{start:%m-%d %H:%M}—{end:%H:%M}" if start.date() == end.date() else f"{start:%m-%d %H:%M}—{end:%m-%d %H:%M}"
