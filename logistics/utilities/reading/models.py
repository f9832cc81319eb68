"""Reading routes, and the rounds on them (UTL-01). When a round is due stands in the platform's duties; readings are the meter's."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Model, Stamped

PRODUCER = "utilities.reading"
PERSON = settings.AUTH_USER_MODEL


class ReadingRoute(Stamped):
    """Meters in the order they are walked to."""

    name = models.CharField("抄表路线", max_length=40, unique=True, error_messages={"unique": "已经有这个名称的路线，请换一个。"})
    note = models.CharField("说明", max_length=200, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "抄表路线"
        ordering = ["-is_active", "name"]

    def __str__(self):
        return self.name

    @property
    def subject(self) -> str:
        """How the duties name it."""
        return f"utilities.readingroute:{self.pk}"


class RouteMeter(Model):
    """A meter on a route; `order` from 1 without gaps."""

    route = models.ForeignKey(ReadingRoute, models.PROTECT, related_name="stops", verbose_name="路线")
    meter = models.ForeignKey("utilities.Meter", models.PROTECT, related_name="+", verbose_name="表计")
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "路线上的表"
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["route", "meter"], name="meter_once_on_route", violation_error_message="这条路线上已经有这块表。")]

    def __str__(self):
        return str(self.meter)


class ReadingRound(Model):
    """One walk along a route, for one occurrence; prepared a day ahead with its meters, so a phone has every page before the network goes."""

    occurrence = models.OneToOneField("platform.Occurrence", models.PROTECT, related_name="reading_round", verbose_name="任务")
    route = models.ForeignKey(ReadingRoute, models.PROTECT, related_name="rounds", verbose_name="路线")
    meters = models.PositiveSmallIntegerField("表数")
    seen = models.PositiveSmallIntegerField("抄了", default=0)
    skipped = models.PositiveSmallIntegerField("没抄成", default=0)
    started_at = models.DateTimeField("开始", null=True)
    finished_at = models.DateTimeField("抄完", null=True)

    class Meta:
        verbose_name = "抄表"
        ordering = ["-id"]
        indexes = [models.Index(fields=["route", "-id"])]
        constraints = [
            models.CheckConstraint(name="reading_round_has_meters", condition=Q(meters__gt=0)),
            models.CheckConstraint(name="reading_round_counts", condition=Q(seen__lte=F("meters"), skipped__lte=F("seen"))),
            models.CheckConstraint(
                name="reading_round_finished_whole",
                condition=Q(finished_at=None, seen__lt=F("meters")) | Q(finished_at__isnull=False, started_at__isnull=False, seen=F("meters")),
            ),
        ]

    def __str__(self):
        return f"{self.route} {timezone.localtime(self.occurrence.opens_at):%m-%d %H:%M}"


class StopState(models.TextChoices):
    UNREAD = "todo", "没抄"
    READ = "read", "抄了"
    SKIPPED = "skipped", "没抄成"


STOP_MOVES = {StopState.UNREAD: (StopState.READ, StopState.SKIPPED)}
STOP_TONES = {StopState.UNREAD: "wait", StopState.READ: "done", StopState.SKIPPED: "late"}


class Stop(Model):
    """One meter on one round: to be read, read, or why it could not be. Then it is never changed; the reading may be corrected."""

    round = models.ForeignKey(ReadingRound, models.PROTECT, related_name="stops", verbose_name="抄表")
    meter = models.ForeignKey("utilities.Meter", models.PROTECT, related_name="+", verbose_name="表计")
    order = models.PositiveSmallIntegerField("顺序")
    state = models.CharField("结果", max_length=7, choices=StopState, default=StopState.UNREAD)
    reading = models.ForeignKey("utilities.Reading", models.PROTECT, null=True, related_name="stops", verbose_name="读数")
    note = models.CharField("说明", max_length=200, blank=True)
    done_at = models.DateTimeField("时间", null=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="谁抄的")

    class Meta:
        verbose_name = "抄表点"
        ordering = ["round", "order", "id"]
        indexes = [models.Index(fields=["meter", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["round", "meter"], name="reading_stop_once"),
            models.CheckConstraint(
                name="reading_stop_whole",
                condition=Q(state="todo", done_at=None, done_by=None, reading=None)
                | Q(state="read", done_at__isnull=False, done_by__isnull=False, reading__isnull=False)
                | (Q(state="skipped", done_at__isnull=False, done_by__isnull=False, reading=None) & ~Q(note="")),
            ),
        ]

    def __str__(self):
        return str(self.meter)
