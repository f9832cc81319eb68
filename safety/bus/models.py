"""The school bus: lines with stops and riders, and every run counted on and off until the last look (BUS-03, BUS-04)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Model, Stamped

from .rights import FEE_BOOK

CREW = 2  # driver and attendant sit, too


class BusLine(Stamped):
    """A line with its vehicle, driver and attendant."""

    name = models.CharField("线路", max_length=30, unique=True)
    vehicle = models.ForeignKey("safety.Vehicle", models.PROTECT, related_name="lines", verbose_name="车辆")
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="司机")
    attendant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="照管员")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "校车线路"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="bus_line_two_people", condition=~Q(driver=F("attendant")), violation_error_message="照管员不能是司机自己"),
        ]

    def __str__(self):
        return self.name


class BusStop(Stamped):
    """A stop; `order` counts from the first one of the morning, in the afternoon they come the other way round."""

    line = models.ForeignKey(BusLine, models.PROTECT, related_name="stops", verbose_name="线路")
    name = models.CharField("站点", max_length=40)
    order = models.PositiveSmallIntegerField("第几站")
    morning_at = models.TimeField("早上几点到", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "校车站点"
        ordering = ["line", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "name"], name="bus_stop_once", violation_error_message="这条线路已经有这个站点"),
        ]

    def __str__(self):
        return self.name


class BusRider(Stamped):
    """A student who rides from a stop over some time."""

    stop = models.ForeignKey(BusStop, models.PROTECT, related_name="riders", verbose_name="站点")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天")

    class Meta:
        verbose_name = "乘车学生"
        ordering = ["stop", "student__number", "id"]
        indexes = [models.Index(fields=["student", "until"], name="bus_rider_by_student")]
        constraints = [
            models.CheckConstraint(name="bus_rider_span", condition=Q(until__gte=F("since")), violation_error_message="到期不能早于开始"),
        ]

    def __str__(self):
        return f"{self.student} {self.stop}"


class Direction(models.TextChoices):
    MORNING = "morning", "上学"
    HOME = "home", "放学"


class RunState(models.TextChoices):
    RUNNING = "running", "运行中"
    CLOSED = "closed", "已收车"
    CANCELLED = "cancelled", "已取消"


RUN_MOVES = {RunState.RUNNING: (RunState.CLOSED, RunState.CANCELLED)}
RUN_TONES = {RunState.RUNNING: "doing", RunState.CLOSED: "done", RunState.CANCELLED: "void"}
BEFORE_RUN = {
    "brakes": "制动、转向、灯光正常",
    "tyres": "轮胎完好，气压正常",
    "belts": "安全带齐全好用",
    "hammer": "逃生锤齐全，应急门能打开",
    "fire": "干粉灭火器有效",
    "aid": "急救箱齐全",
    "gps": "卫星定位和监控在线",
    "driver": "司机精神好，没有饮酒、服药",
    "empty": "发车前车内没有人",
}


class BusRun(Stamped):
    """One run of a line. It closes only by the code of the back seat of its own vehicle; the database holds it, too."""

    line = models.ForeignKey(BusLine, models.PROTECT, related_name="runs", verbose_name="线路")
    on = models.DateField("日期", editable=False)
    direction = models.CharField("方向", max_length=8, choices=Direction)
    vehicle = models.ForeignKey("safety.Vehicle", models.PROTECT, related_name="runs", verbose_name="车辆", editable=False)
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="司机", editable=False)
    attendant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="照管员", editable=False)
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.RUNNING, editable=False)
    looked_at = models.DateTimeField("最后看一遍", null=True, editable=False)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="谁看的")
    looked_code = models.CharField("后排标签", max_length=16, blank=True, editable=False)
    reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "校车班次"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "on", "direction"], condition=~Q(state="cancelled"), name="bus_run_once", violation_error_message="这一班已经发车了"
            ),
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(state="running"), name="bus_run_one_at_a_time", violation_error_message="这辆车上一班还没有收车"
            ),
            models.CheckConstraint(
                name="bus_run_looked",
                condition=(Q(state="closed", looked_at__isnull=False, looked_by__isnull=False) & ~Q(looked_code="")) | (~Q(state="closed") & Q(looked_at=None)),
            ),
            models.CheckConstraint(name="bus_run_cancelled_why", condition=~Q(state="cancelled") | ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.line} {self.on.month}月{self.on.day}日{self.get_direction_display()}"


class Ride(Model):
    """One student on one run: still to come, on board, off, or did not come."""

    run = models.ForeignKey(BusRun, models.PROTECT, related_name="rides", verbose_name="班次")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    stop = models.ForeignKey(BusStop, models.PROTECT, related_name="+", verbose_name="站点")
    on_at = models.DateTimeField("上车", null=True)
    on_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上车点名")
    off_at = models.DateTimeField("下车", null=True)
    off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="下车点名")
    absent_reason = models.CharField("没有乘车", max_length=100, blank=True)

    class Meta:
        verbose_name = "乘车点名"
        ordering = ["stop__order", "student__number", "id"]
        indexes = [models.Index(fields=["student", "on_at"], name="ride_by_student")]
        constraints = [
            models.UniqueConstraint(fields=["run", "student"], name="ride_once"),
            models.CheckConstraint(name="ride_off_after_on", condition=Q(off_at=None) | Q(off_at__gte=F("on_at"), off_by__isnull=False)),
            models.CheckConstraint(
                name="ride_on_whole", condition=Q(on_at=None, on_by=None, off_at=None) | Q(on_at__isnull=False, on_by__isnull=False, absent_reason="")
            ),
        ]

    def __str__(self):
        return f"{self.student}（{self.stop}）"

    @property
    def standing(self) -> tuple[str, str]:
        """(word, tone)."""
        if self.off_at:
            return "已下车", "done"
        if self.on_at:
            return "在车上", "doing"
        return ("没有乘车", "void") if self.absent_reason else ("还没上车", "wait")


class BusFee(Evidence):
    """What was paid for riding over some time."""

    books = FEE_BOOK

    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    line = models.ForeignKey(BusLine, models.PROTECT, related_name="fees", verbose_name="线路")
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天")
    money = models.DecimalField("金额（元）", max_digits=9, decimal_places=2)
    receipt = models.CharField("票据号", max_length=30, blank=True)

    class Meta:
        verbose_name = "乘车费"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("bus_fee_not_ahead"),
            struck_whole("bus_fee_struck"),
            models.CheckConstraint(name="bus_fee_money", condition=Q(money__gt=0), violation_error_message="金额要大于零"),
            models.CheckConstraint(name="bus_fee_span", condition=Q(until__gte=F("since")), violation_error_message="到期不能早于开始"),
        ]

    def __str__(self):
        return f"{self.student} {self.money} 元"
