"""查寝: the night's roll call in every room, and whoever was not there until it is written what was found (DOR-02).

A night is named by the day it begins on; a check before noon belongs to the night that began the day before.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped

PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class Nights(models.TextChoices):
    SCHOOL = "school", "第二天上课的晚上"
    TERM = "term", "学期里每个晚上"


class CheckTime(Stamped):
    """When beds are checked: 晚点名, 熄灯, 早起. One obligatory one is always in use."""

    name = models.CharField("名称", max_length=20, unique=True)
    begins_at = models.TimeField("几点开始")
    nights = models.CharField("哪些晚上", max_length=8, choices=Nights, default=Nights.SCHOOL)
    is_obligatory = models.BooleanField("必须点", default=False, help_text="至少有一次必须点的在用。")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "查寝时间"
        ordering = ["-is_active", "begins_at", "id"]

    def __str__(self):
        return self.name


class BedCheck(Model):
    """One check of one building in one night, prepared a day ahead with its rooms."""

    building = models.ForeignKey("dorms.DormBuilding", models.PROTECT, related_name="checks", verbose_name="宿舍楼")
    time = models.ForeignKey(CheckTime, models.PROTECT, related_name="checks", verbose_name="哪次")
    on = models.DateField("哪晚")
    starts_at = models.DateTimeField("开始")
    due_at = models.DateTimeField("要点完")
    finished_at = models.DateTimeField("点完", null=True)

    class Meta:
        verbose_name = "查寝"
        ordering = ["-on", "-starts_at", "building__order", "id"]
        indexes = [models.Index(fields=["on", "building"], name="bed_check_by_night"), models.Index(fields=["starts_at"], name="bed_check_by_start")]
        constraints = [models.UniqueConstraint(fields=["building", "time", "on"], name="bed_check_once", violation_error_message="这栋楼这晚已经排过了")]

    def __str__(self):
        return f"{self.building} {self.on:%m-%d} {self.time}"

    def is_late(self, now: datetime) -> bool:
        return self.finished_at is None and self.due_at < now

    @property
    def was_late(self) -> bool:
        return self.finished_at is not None and self.finished_at > self.due_at

    def standing(self, now: datetime) -> tuple[str, str]:
        if self.finished_at:
            return ("晚了点完", "late") if self.was_late else ("点完", "done")
        if self.starts_at > now:
            return "没到时间", "void"
        return ("超时没点完", "late") if self.is_late(now) else ("正在点", "doing")


class RoomState(models.TextChoices):
    UNSEEN = "todo", "没点"
    DONE = "done", "点过"


ROOM_MOVES = {RoomState.UNSEEN: (RoomState.DONE,)}


class RoomCheck(Model):
    """One room in one check. The counts are those of the marks that stand now; `people` are the beds asked about.

    `done_at` is when the server had it, `seen_at` when it was written on a phone that may have had no network.
    """

    check_of = models.ForeignKey(BedCheck, models.PROTECT, related_name="rooms", verbose_name="查寝")
    room = models.ForeignKey("dorms.DormRoom", models.PROTECT, related_name="checks", verbose_name="宿舍")
    order = models.PositiveSmallIntegerField("顺序")
    state = models.CharField("情况", max_length=5, choices=RoomState, default=RoomState.UNSEEN)
    people = models.PositiveSmallIntegerField("应到", default=0)
    absent = models.PositiveSmallIntegerField("没到", default=0)
    late = models.PositiveSmallIntegerField("晚归", default=0)
    leave = models.PositiveSmallIntegerField("请假", default=0)
    elsewhere = models.PositiveSmallIntegerField("有去向", default=0)
    done_at = models.DateTimeField("收到", null=True)
    seen_at = models.DateTimeField("点的时间", null=True)
    done_by = models.ForeignKey(verbose_name="谁点的", null=True, **PERSON)

    class Meta:
        verbose_name = "宿舍点名"
        ordering = ["check_of", "order", "id"]
        indexes = [models.Index(fields=["room", "-id"], name="room_check_by_room")]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "room"], name="room_check_once"),
            models.CheckConstraint(
                name="room_check_whole",
                condition=Q(state="todo", done_at=None, seen_at=None, done_by=None) | Q(state="done", done_at__isnull=False, seen_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(name="room_check_counts", condition=Q(people__gte=F("absent") + F("late") + F("leave") + F("elsewhere"))),
        ]  # fmt: skip

    def __str__(self):
        return str(self.room)

    @property
    def present(self) -> int:
        """In bed, whoever came late included."""
        return self.people - self.absent - self.leave - self.elsewhere


class Mark(models.TextChoices):
    IN = "in", "在寝"
    ABSENT = "absent", "没到"
    LATE = "late", "晚归"
    LEAVE = "leave", "请假"
    ELSEWHERE = "elsewhere", "有去向"


MARK_TONES = {Mark.IN: "done", Mark.ABSENT: "late", Mark.LATE: "wait", Mark.LEAVE: "doing", Mark.ELSEWHERE: "void"}


class NightMark(Model):
    """What was written of one boarder; only exceptions are written, all others of the room were in bed.

    Only ever added to: a correction is a new row that stands, the one before stays readable and no longer `stands`.
    """

    room_check = models.ForeignKey(RoomCheck, models.PROTECT, related_name="marks", verbose_name="宿舍点名")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    mark = models.CharField("情况", max_length=10, choices=Mark)
    note = models.CharField("说明", max_length=120, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(verbose_name="谁写的", **PERSON)
    stands = models.BooleanField(default=True)

    class Meta:
        verbose_name = "点名情况"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["room_check", "student"], condition=Q(stands=True), name="night_mark_stands_once"),
            models.CheckConstraint(name="night_mark_elsewhere_where", condition=~Q(mark="elsewhere") | ~Q(note="")),
        ]

    def __str__(self):
        return f"{self.student} {self.get_mark_display()}"


class MissingState(models.TextChoices):
    OPEN = "open", "在找"
    ENDED = "ended", "有结果"


class Outcome(models.TextChoices):
    BACK = "back", "归寝了"
    FOUND = "found", "找到了，不在宿舍"
    HOME = "home", "家长接走了"
    HOSPITAL = "hospital", "在医院"
    MISTAKE = "mistake", "点错了，人一直在"
    OTHER = "other", "其他"


MISSING_MOVES = {MissingState.OPEN: (MissingState.ENDED,)}


class Missing(Model):
    """A boarder who was neither in bed nor on leave, until somebody writes what was found; the minutes are counted."""

    room_check = models.ForeignKey(RoomCheck, models.PROTECT, related_name="missing", verbose_name="宿舍点名")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    state = models.CharField("状态", max_length=6, choices=MissingState, default=MissingState.OPEN)
    noticed_at = models.DateTimeField("发现时间")
    noticed_by = models.ForeignKey(verbose_name="谁发现的", **PERSON)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, blank=True)
    words = models.CharField("说明", max_length=200, blank=True)
    ended_at = models.DateTimeField("有结果的时间", null=True)
    ended_by = models.ForeignKey(verbose_name="谁写的结果", null=True, **PERSON)

    class Meta:
        verbose_name = "没归寝"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "noticed_at"], name="missing_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["student"], condition=Q(state="open"), name="missing_one_open"),
            models.CheckConstraint(
                name="missing_ended_whole",
                condition=Q(state="open", outcome="", ended_at=None, ended_by=None) | (Q(state="ended", ended_at__gte=F("noticed_at"), ended_by__isnull=False) & ~Q(outcome="")),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.school_class} {self.student}没归寝"

    def minutes(self, now: datetime) -> int:
        """From noticing to the result, or until now; whole minutes."""
        return int(((self.ended_at or now) - self.noticed_at).total_seconds() // 60)


class MissingStep(Model):
    """What was done to find the boarder. Only ever added to."""

    missing = models.ForeignKey(Missing, models.PROTECT, related_name="steps", verbose_name="没归寝")
    words = models.CharField("做了什么", max_length=200)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(verbose_name="谁", **PERSON)

    class Meta:
        verbose_name = "寻找经过"
        ordering = ["id"]

    def __str__(self):
        return self.words
