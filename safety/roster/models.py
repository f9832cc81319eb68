"""值班: posts and their shifts, who is on when, signing in on site, the handover, changes by approval (SAF-08)."""

from datetime import datetime, time

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped

PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class Days(models.TextChoices):
    WORKING = "working", "上班日"
    OFF = "off", "周末和节假日"
    EVERY = "every", "每天"


class ShiftKind(Model):
    """班次 at a post: from when to when, on which days, how many people, whether a leader leads. The post's label is scanned to sign in."""

    name = models.CharField("班次", max_length=30, unique=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="值班点")
    start = models.TimeField("从")
    end = models.TimeField("到", help_text="比开始早，就是第二天。")
    days = models.CharField("哪些天", max_length=10, choices=Days, default=Days.EVERY)
    needs = models.PositiveSmallIntegerField("值班几人", default=1)
    needs_leader = models.BooleanField("要带班领导", default=True)
    weight = models.PositiveSmallIntegerField("折算几次", default=1, help_text="排班时按折算的次数轮，夜班、节假日可以多算。")
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "班次"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(name="shift_kind_needs", condition=Q(needs__range=(1, 20)), violation_error_message="人数在 1 到 20 之间"),
            models.CheckConstraint(name="shift_kind_weight", condition=Q(weight__range=(1, 9)), violation_error_message="折算在 1 到 9 之间"),
            models.CheckConstraint(name="shift_kind_times", condition=~Q(start=F("end")), violation_error_message="开始和结束不能一样"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_overnight(self) -> bool:
        return self.end <= self.start

    @property
    def hours(self) -> str:
        """18:00 至次日 07:00"""
        return f"{self.start:%H:%M} 至{'次日 ' if self.is_overnight else ' '}{self.end:%H:%M}"

    @property
    def is_night(self) -> bool:
        return self.is_overnight or self.start >= time(18)


class ShiftState(models.TextChoices):
    PLANNED = "planned", "待值班"
    OPEN = "open", "值班中"
    CLOSED = "closed", "已交班"
    VOID = "void", "取消"


SHIFT_MOVES = {
    ShiftState.PLANNED: (ShiftState.OPEN, ShiftState.CLOSED, ShiftState.VOID),
    ShiftState.OPEN: (ShiftState.CLOSED,),
}
SHIFT_TONES = {ShiftState.PLANNED: "wait", ShiftState.OPEN: "doing", ShiftState.CLOSED: "done", ShiftState.VOID: "void"}


class Shift(Stamped):
    """One shift at one post. It opens when the first of its people signs in, and closes with the handover's words."""

    kind = models.ForeignKey(ShiftKind, models.PROTECT, related_name="shifts", verbose_name="班次")
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="值班点", editable=False)
    on = models.DateField("日期")
    starts_at = models.DateTimeField("从", editable=False)
    ends_at = models.DateTimeField("到", editable=False)
    state = models.CharField("状态", max_length=10, choices=ShiftState, default=ShiftState.PLANNED, editable=False)
    reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "值班"
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["place", "starts_at"], name="shift_by_place"), models.Index(fields=["starts_at"], name="shift_by_start")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "on"], condition=~Q(state="void"), name="shift_once", violation_error_message="这一天这个班次已经排了"),
            models.CheckConstraint(name="shift_times", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="shift_void_reason", condition=~Q(state="void") | ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.kind.name}"

    def is_missed(self, now: datetime) -> bool:
        """Over, and nobody signed in."""
        return self.state == ShiftState.PLANNED and self.ends_at < now

    def lacks_handover(self, now: datetime) -> bool:
        return self.state == ShiftState.OPEN and self.ends_at < now

    def standing(self, now: datetime) -> tuple[str, str]:
        if self.is_missed(now):
            return "没有人签到", "late"
        if self.lacks_handover(now):
            return "没写交班", "late"
        return self.get_state_display(), SHIFT_TONES[ShiftState(self.state)]


class WatchRole(models.TextChoices):
    LEADER = "leader", "带班领导"
    DUTY = "duty", "值班人"


class WatchState(models.TextChoices):
    ON = "on", "在班"
    OFF = "off", "换下"


WATCH_MOVES = {WatchState.ON: (WatchState.OFF,)}


class Watch(Model):
    """One person on one shift. Who was changed stays, with the change that did it."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="watches", verbose_name="值班")
    person = models.ForeignKey(verbose_name="谁", **PERSON)
    role = models.CharField("职责", max_length=10, choices=WatchRole)
    state = models.CharField("状态", max_length=4, choices=WatchState, default=WatchState.ON)
    signed_at = models.DateTimeField("签到", null=True, blank=True)
    is_late = models.BooleanField("迟到", default=False)

    class Meta:
        verbose_name = "值班人"
        ordering = ["-role", "id"]
        indexes = [models.Index(fields=["person", "state"], name="watch_by_person")]
        constraints = [
            models.UniqueConstraint(fields=["shift", "person"], condition=Q(state="on"), name="watch_once"),
            models.UniqueConstraint(fields=["shift"], condition=Q(state="on", role="leader"), name="watch_one_leader"),
            models.CheckConstraint(name="watch_off_unsigned", condition=Q(state="on") | Q(signed_at=None)),
        ]

    def __str__(self):
        return f"{self.shift} {self.person.name}"


class Handover(Model):
    """交接班: what was seen, done and handed over. Only ever added to; who takes over signs by signing in."""

    shift = models.OneToOneField(Shift, models.PROTECT, related_name="handover", verbose_name="值班")
    rounds = models.CharField("巡查时间和地点", max_length=300)
    incidents = models.CharField("异常情况", max_length=500)
    measures = models.CharField("处理", max_length=500, blank=True)
    calls = models.CharField("电话和来文", max_length=300, blank=True)
    items = models.CharField("交接事项、钥匙、器材", max_length=300)
    is_by_other = models.BooleanField("代写", default=False)
    written_at = models.DateTimeField("填写时间")
    written_by = models.ForeignKey(verbose_name="交班人", **PERSON)
    taken_at = models.DateTimeField("接班时间", null=True, editable=False)
    taken_by = models.ForeignKey(verbose_name="接班人", null=True, editable=False, **PERSON)

    class Meta:
        verbose_name = "交接班"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="handover_taken_whole", condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False))
        ]

    def __str__(self):
        return f"{self.shift}交接班"


class ChangeState(models.TextChoices):
    ASKED = "asked", "等对方答应"
    AGREED = "agreed", "等批准"
    APPROVED = "approved", "已换"
    REFUSED = "refused", "没换成"
    WITHDRAWN = "withdrawn", "撤回"


CHANGE_MOVES = {
    ChangeState.ASKED: (ChangeState.AGREED, ChangeState.REFUSED, ChangeState.WITHDRAWN),
    ChangeState.AGREED: (ChangeState.APPROVED, ChangeState.REFUSED, ChangeState.WITHDRAWN),
}
CHANGE_OPEN = (ChangeState.ASKED, ChangeState.AGREED)
CHANGE_TONES = {
    ChangeState.ASKED: "wait", ChangeState.AGREED: "doing", ChangeState.APPROVED: "done", ChangeState.REFUSED: "late", ChangeState.WITHDRAWN: "void",
}  # fmt: skip


class ShiftChange(Stamped):
    """Leave (somebody else comes) or swap (each takes the other's): the other agrees, whoever keeps the roster approves."""

    watch = models.ForeignKey(Watch, models.PROTECT, related_name="changes", verbose_name="哪一班")
    substitute = models.ForeignKey(verbose_name="谁来顶", **PERSON)
    swap_with = models.ForeignKey(Watch, models.PROTECT, null=True, blank=True, related_name="swaps", verbose_name="换对方哪一班")
    reason = models.CharField("为什么", max_length=120)
    state = models.CharField("状态", max_length=10, choices=ChangeState, default=ChangeState.ASKED, editable=False)
    agreed_at = models.DateTimeField("对方答应", null=True, editable=False)
    decided_at = models.DateTimeField("批准或退回", null=True, editable=False)
    decided_by = models.ForeignKey(verbose_name="批准人", null=True, editable=False, **PERSON)
    words = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "换班申请"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "substitute"], name="change_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["watch"], condition=Q(state__in=("asked", "agreed")), name="change_one_open", violation_error_message="这一班已经有一张没办完的申请"),
            models.CheckConstraint(name="change_agreed_first", condition=~Q(state__in=("agreed", "approved")) | Q(agreed_at__isnull=False)),
            models.CheckConstraint(name="change_approved_by", condition=~Q(state="approved") | Q(decided_at__isnull=False, decided_by__isnull=False)),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.watch.person.name}{'换班' if self.swap_with_id else '请假'}（{self.watch.shift}）"
