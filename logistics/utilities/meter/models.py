"""Meters as a tree, the device that hangs there, and its readings (UTL-01)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped


class Medium(models.TextChoices):
    POWER = "power", "电"
    WATER = "water", "水"
    GAS = "gas", "燃气"
    HEAT = "heat", "热"


UNITS = {Medium.POWER: "kWh", Medium.WATER: "m³", Medium.GAS: "m³", Medium.HEAT: "GJ"}


class Band(models.TextChoices):
    """A register of an electricity meter; the total is the meter itself, the others are its children and no part of the tree's losses."""

    TOTAL = "", "总"
    PEAK = "peak", "峰"
    FLAT = "flat", "平"
    VALLEY = "valley", "谷"


class Meter(Stamped):
    """A point that is measured: it stays when the device is replaced. `serves` is the place whose use it measures."""

    name = models.CharField("名称", max_length=60, unique=True)
    code = models.CharField("编码", max_length=20, unique=True, help_text="印在表旁的标签上，不会变")
    medium = models.CharField("表类", max_length=10, choices=Medium)
    band = models.CharField("分时", max_length=10, choices=Band, default=Band.TOTAL, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级表")
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="装在哪里")
    serves = models.ForeignKey(
        "platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="管哪里", help_text="空着就是装表的地方。"
    )
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="使用部门")
    account = models.CharField("户号", max_length=40, blank=True, help_text="供电、供水、供气单位账单上的户号。")
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True, blank=True, editable=False)
    order = models.PositiveSmallIntegerField("抄表顺序", default=0)

    class Meta:
        verbose_name = "表计"
        ordering = ["medium", "order", "id"]
        constraints = [
            models.CheckConstraint(name="meter_period", condition=Q(until=None) | Q(until__gte=F("since")), violation_error_message="停用不能早于启用"),
            models.CheckConstraint(
                name="meter_band", condition=Q(band="") | Q(medium="power", parent__isnull=False), violation_error_message="峰、平、谷只在电表下面"
            ),
            models.CheckConstraint(name="meter_parent_other", condition=~Q(parent=F("id")), violation_error_message="上级表不能是自己"),
        ]

    def __str__(self):
        return self.name

    @property
    def unit(self) -> str:
        return UNITS[Medium(self.medium)]


class MeterDevice(Stamped):
    """The device at a meter from `since_at` with `first` on its dial, until it was taken off at `until_at` showing `last`."""

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="devices", verbose_name="表计")
    serial = models.CharField("表号", max_length=40, blank=True)
    digits = models.PositiveSmallIntegerField("整数位数", default=6)
    decimals = models.PositiveSmallIntegerField("小数位数", default=0)
    factor = models.DecimalField("倍率", max_digits=8, decimal_places=2, default=Decimal(1), help_text="互感器的倍数，没有就是 1。")
    first = models.DecimalField("装表底数", max_digits=13, decimal_places=3, default=Decimal(0))
    since_at = models.DateTimeField("装表时间")
    last = models.DecimalField("拆表读数", max_digits=13, decimal_places=3, null=True, editable=False)
    last_turns = models.PositiveSmallIntegerField("拆表前翻转次数", default=0, editable=False)
    until_at = models.DateTimeField("拆表时间", null=True, editable=False)

    class Meta:
        verbose_name = "表"
        ordering = ["meter", "since_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meter"], condition=Q(until_at=None), name="device_one_at_a_meter", violation_error_message="这里已经有一块表"),
            models.CheckConstraint(name="device_digits", condition=Q(digits__range=(3, 9)) & Q(decimals__range=(0, 3)), violation_error_message="位数不对"),
            models.CheckConstraint(name="device_factor", condition=Q(factor__gt=0), violation_error_message="倍率要大于 0"),
            models.CheckConstraint(name="device_first", condition=Q(first__gte=0), violation_error_message="底数不能小于 0"),
            models.CheckConstraint(
                name="device_ends_whole",
                condition=Q(until_at=None, last=None) | Q(until_at__gte=F("since_at"), last__gte=0),
                violation_error_message="拆表要写时间和读数",
            ),
        ]

    def __str__(self):
        return self.serial or f"{self.meter} 的表"


class ReadingKind(models.TextChoices):
    READ = "read", "实抄"
    ESTIMATE = "estimate", "估读"
    IMPORT = "import", "导入"
    REMOTE = "remote", "远传"
    VOID = "void", "作废"


class Reading(Stamped):
    """What the dial showed at `read_at`; only ever added to. A correction points at the reading it takes the place of, which then counts for nothing;
    one of kind VOID takes a reading away without another. An estimate counts until a real reading of the same device follows it.

    `turns` is how often the dial went through zero since the reading before; stated by whoever read it, never guessed.
    """

    device = models.ForeignKey(MeterDevice, models.PROTECT, related_name="readings", verbose_name="表")
    value = models.DecimalField("读数", max_digits=13, decimal_places=3)
    read_at = models.DateTimeField("抄表时间")
    kind = models.CharField("怎么来的", max_length=10, choices=ReadingKind, default=ReadingKind.READ)
    turns = models.PositiveSmallIntegerField("翻转次数", default=0)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="更正哪一次")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "读数"
        ordering = ["device", "read_at", "id"]
        indexes = [models.Index(fields=["read_at"])]
        constraints = [
            models.CheckConstraint(name="reading_not_negative", condition=Q(value__gte=0), violation_error_message="读数不能小于 0"),
            models.CheckConstraint(name="reading_not_ahead", condition=Q(read_at__lte=F("created_at")), violation_error_message="抄表时间不能晚于现在"),
            models.CheckConstraint(
                name="reading_void_of_one", condition=~Q(kind="void") | Q(corrects__isnull=False), violation_error_message="作废要说是哪一次"
            ),
            models.CheckConstraint(name="reading_correction_says_why", condition=Q(corrects=None) | ~Q(note=""), violation_error_message="更正要写原因"),
        ]

    def __str__(self):
        return f"{self.device.meter} {self.value}"
