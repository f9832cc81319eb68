"""专用室: rooms that are booked, who used them and how they were left (AST-10)."""

from datetime import datetime, time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Model, Stamped


class SpecialRoom(Model):
    """A room that is booked by the hour: a laboratory, an activity room, the hall."""

    place = models.OneToOneField("platform.Place", models.PROTECT, related_name="special_room", verbose_name="地点")
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="special_rooms", verbose_name="管理人")
    seats = models.PositiveSmallIntegerField("座位", default=0, help_text="0 是不限。")
    opens = models.TimeField("开放从", default=time(8))
    closes = models.TimeField("到", default=time(18))
    ahead_days = models.PositiveSmallIntegerField("最多提前几天约", default=30)
    words = models.CharField("使用须知", max_length=300, blank=True)
    is_active = models.BooleanField("开放预约", default=True)

    class Meta:
        verbose_name = "专用室"
        ordering = ["place__path"]
        constraints = [
            models.CheckConstraint(name="special_room_hours", condition=Q(closes__gt=F("opens")), violation_error_message="结束时间要晚于开始时间"),
            models.CheckConstraint(name="special_room_ahead", condition=Q(ahead_days__range=(1, 366)), violation_error_message="天数在 1 到 366 之间"),
        ]

    def __str__(self):
        return str(self.place)


class UseState(models.TextChoices):
    BOOKED = "booked", "已约"
    DONE = "done", "已登记"
    CANCELLED = "cancelled", "已取消"


USE_MOVES = {UseState.BOOKED: (UseState.DONE, UseState.CANCELLED)}
USE_TONES = {UseState.BOOKED: "doing", UseState.DONE: "done", UseState.CANCELLED: "void"}


class Left(models.TextChoices):
    GOOD = "good", "完好"
    PROBLEM = "problem", "有问题"


class RoomUse(Stamped):
    """One use of a room: booked before, registered after. Two that are not cancelled never overlap; the room's row is locked for it."""

    room = models.ForeignKey(SpecialRoom, models.PROTECT, related_name="uses", verbose_name="专用室")
    on = models.DateField("日期")
    start = models.TimeField("开始")
    end = models.TimeField("结束")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="使用人")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    subject = models.CharField("内容", max_length=80)
    people = models.PositiveSmallIntegerField("人数", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=UseState, default=UseState.BOOKED, editable=False)
    left = models.CharField("用后情况", max_length=8, choices=Left, blank=True, editable=False)
    is_tidy = models.BooleanField("桌椅物品归位", default=False, editable=False)
    is_off = models.BooleanField("水电门窗关好", default=False, editable=False)
    words = models.CharField("说明", max_length=200, blank=True, editable=False)
    noted_at = models.DateTimeField("登记时刻", null=True, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记的人")

    class Meta:
        verbose_name = "专用室使用"
        ordering = ["-on", "-start", "-id"]
        indexes = [
            models.Index(fields=["room", "on", "state"], name="room_use_by_day"),
            models.Index(fields=["person", "state", "on"], name="room_use_by_person"),
        ]
        constraints = [
            models.CheckConstraint(name="room_use_in_order", condition=Q(end__gt=F("start")), violation_error_message="结束时间要晚于开始时间"),
            models.CheckConstraint(name="room_use_done_is_noted", condition=~Q(state="done") | ~Q(left="") & Q(noted_at__isnull=False, noted_by__isnull=False)),
        ]

    def __str__(self):
        return f"{self.room} {self.on} {self.hours}"

    @property
    def hours(self) -> str:
        return f"{self.start:%H:%M}–{self.end:%H:%M}"

    @property
    def who(self) -> str:
        return f"{self.person}（{self.school_class}）" if self.school_class else str(self.person)

    def moment(self, clock: time) -> datetime:
        """The day's moment of this clock."""
        return timezone.make_aware(datetime.combine(self.on, clock))

    def is_waiting(self, at: datetime) -> bool:
        """Over, and nobody said how the room was left."""
        return self.state == UseState.BOOKED and self.moment(self.end) <= at

    def tone_at(self, at: datetime) -> str:
        return "late" if self.is_waiting(at) or (self.state == UseState.DONE and self.left == Left.PROBLEM) else USE_TONES[UseState(self.state)]

    def words_at(self, at: datetime) -> str:
        if self.is_waiting(at):
            return "还没登记"
        return self.get_left_display() if self.state == UseState.DONE else self.get_state_display()
