"""The school's vehicles, the papers that let them drive, what they burn and cost, and official trips (BUS-01, BUS-02)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Stamped

from .rights import BOOKS


class VehicleKind(models.TextChoices):
    BUS = "bus", "校车"
    CAR = "car", "公务车"
    OTHER = "other", "其他车辆"


class PaperKind(models.TextChoices):
    INSPECTION = "inspect", "车辆检验"
    COMPULSORY = "compulsory", "交强险"
    CARRIER = "carrier", "承运人责任险"
    BUS_LICENCE = "bus", "校车使用许可（标牌）"
    OTHER = "other", "其他保险"


BASIS = "《校车安全管理条例》第十四、二十一条，《道路交通安全法》第八、十三、十七条"
NEEDED = {
    VehicleKind.BUS: (PaperKind.INSPECTION, PaperKind.COMPULSORY, PaperKind.CARRIER, PaperKind.BUS_LICENCE),
    VehicleKind.CAR: (PaperKind.INSPECTION, PaperKind.COMPULSORY),
    VehicleKind.OTHER: (PaperKind.INSPECTION, PaperKind.COMPULSORY),
}


class Vehicle(Stamped):
    """`seat_code` is on the label at the back seat: who scans it has walked through the whole vehicle. `km` is the highest reading that stands."""

    plate = models.CharField("号牌", max_length=12, unique=True)
    kind = models.CharField("种类", max_length=6, choices=VehicleKind)
    model = models.CharField("品牌型号", max_length=40, blank=True)
    seats = models.PositiveSmallIntegerField("核定载人数", help_text="含司机。")
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平时谁开")
    seat_code = models.CharField("后排标签编码", max_length=16, unique=True, editable=False)
    km = models.PositiveIntegerField("里程（公里）", default=0, editable=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "车辆"
        ordering = ["kind", "plate", "id"]
        constraints = [
            models.CheckConstraint(name="vehicle_seats", condition=Q(seats__gte=2, seats__lte=60), violation_error_message="核定载人数在 2 到 60 之间"),
        ]

    def __str__(self):
        return self.plate


class VehiclePaper(Stamped):
    """One inspection, insurance or licence of a vehicle; the newest valid one counts, a void one proves nothing."""

    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="papers", verbose_name="车辆")
    kind = models.CharField("种类", max_length=10, choices=PaperKind)
    number = models.CharField("编号", max_length=60, blank=True)
    issued_on = models.DateField("从哪天起")
    expires_on = models.DateField("有效到")
    void_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "车辆证件"
        ordering = ["expires_on", "id"]
        constraints = [
            models.CheckConstraint(name="vehicle_paper_span", condition=Q(expires_on__gte=F("issued_on")), violation_error_message="到期不能早于开始"),
        ]

    def __str__(self):
        return f"{self.vehicle} {self.get_kind_display()}"


class EntryKind(models.TextChoices):
    FUEL = "fuel", "加油"
    UPKEEP = "upkeep", "保养"
    REPAIR = "repair", "修理"
    WAGES = "wages", "司乘人员费用"
    OTHER = "other", "其他费用"


class VehicleEntry(Evidence):
    """What a vehicle burned, had done and cost."""

    books = BOOKS

    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="entries", verbose_name="车辆")
    kind = models.CharField("种类", max_length=6, choices=EntryKind)
    km = models.PositiveIntegerField("里程表（公里）", null=True, blank=True)
    litres = models.DecimalField("加油（升）", max_digits=7, decimal_places=2, null=True, blank=True)
    money = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    words = models.CharField("内容", max_length=200, blank=True)

    class Meta:
        verbose_name = "车辆台账"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["vehicle", "kind", "happened_at"], name="vehicle_entry_by_kind")]
        constraints = [
            not_ahead("vehicle_entry_not_ahead"),
            struck_whole("vehicle_entry_struck"),
            models.CheckConstraint(name="vehicle_entry_money", condition=Q(money__gte=0), violation_error_message="金额不能小于零"),
            models.CheckConstraint(
                name="vehicle_entry_fuel",
                condition=Q(kind="fuel", litres__gt=0, km__isnull=False) | (~Q(kind="fuel") & Q(litres=None)),
                violation_error_message="加油要写升数和里程，别的不写升数",
            ),
        ]

    def __str__(self):
        return f"{self.vehicle} {self.get_kind_display()} {self.money} 元"


class TripState(models.TextChoices):
    ASKED = "asked", "待批"
    GIVEN = "given", "已派车"
    OUT = "out", "已出车"
    BACK = "back", "已回场"
    REFUSED = "refused", "没有批准"
    CANCELLED = "cancelled", "已取消"


TRIP_MOVES = {
    TripState.ASKED: (TripState.GIVEN, TripState.REFUSED, TripState.CANCELLED),
    TripState.GIVEN: (TripState.OUT, TripState.CANCELLED),
    TripState.OUT: (TripState.BACK,),
}
TRIP_TONES = {"asked": "wait", "given": "doing", "out": "doing", "back": "done", "refused": "void", "cancelled": "void"}


class Trip(Stamped):
    """派用公务车: asked for, given a vehicle and a driver by somebody else, driven with the odometer read twice."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    purpose = models.CharField("事由", max_length=100)
    destination = models.CharField("去哪里", max_length=60)
    people = models.PositiveSmallIntegerField("几个人", default=1)
    starts_at = models.DateTimeField("出发")
    ends_at = models.DateTimeField("预计回来")
    state = models.CharField("状态", max_length=10, choices=TripState, default=TripState.ASKED, editable=False)
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, editable=False, related_name="trips", verbose_name="车辆")
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="司机")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    reason = models.CharField("原因", max_length=200, blank=True, editable=False)
    out_at = models.DateTimeField("实际出车", null=True, editable=False)
    back_at = models.DateTimeField("实际回场", null=True, editable=False)
    km_out = models.PositiveIntegerField("出车里程", null=True, editable=False)
    km_back = models.PositiveIntegerField("回场里程", null=True, editable=False)
    km_empty = models.PositiveIntegerField("空驶（公里）", null=True, editable=False)

    class Meta:
        verbose_name = "用车申请"
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["vehicle", "state", "starts_at"], name="trip_by_vehicle")]
        constraints = [
            models.CheckConstraint(name="trip_span", condition=Q(ends_at__gt=F("starts_at")), violation_error_message="回来要晚于出发"),
            models.CheckConstraint(name="trip_people", condition=Q(people__gte=1, people__lte=60), violation_error_message="人数在 1 到 60 之间"),
            models.CheckConstraint(
                name="trip_given_whole",
                condition=~Q(state__in=["given", "out", "back"]) | Q(vehicle__isnull=False, driver__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(name="trip_other_decides", condition=Q(decided_by=None) | ~Q(decided_by=F("created_by")) | Q(state="cancelled")),
            models.CheckConstraint(
                name="trip_km",
                condition=~Q(state="back") | Q(km_back__gte=F("km_out"), km_empty__gte=0, km_empty__lte=F("km_back") - F("km_out"), back_at__gte=F("out_at")),
                violation_error_message="回场里程不能小于出车里程，空驶不能超过行驶",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.destination}"

    @property
    def km(self) -> int | None:
        return None if self.km_back is None or self.km_out is None else self.km_back - self.km_out
