"""消防器材: what hangs where, when it was looked at and serviced, when it expires (SAF-05)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped
from safety.evidence import Evidence, struck_whole
from safety.late import not_ahead

LAW = "《机关、团体、企业、事业单位消防安全管理规定》第二十七条至第二十九条"


class FireKind(models.TextChoices):
    POWDER = "powder", "干粉灭火器"
    WATER = "water", "水基型灭火器"
    CO2 = "co2", "二氧化碳灭火器"
    GAS = "gas", "洁净气体灭火器"
    HYDRANT = "hydrant", "室内消火栓"
    OUTDOOR = "outdoor", "室外消火栓"
    LIGHT = "light", "应急照明灯"
    SIGN = "sign", "疏散指示标志"
    ALARM = "alarm", "火灾报警设备"
    SPRINKLER = "sprinkler", "自动喷水设备"
    DOOR = "door", "防火门"
    MASK = "mask", "自救呼吸器"
    OTHER = "other", "其他"


EXTINGUISHERS = (FireKind.POWDER, FireKind.WATER, FireKind.CO2, FireKind.GAS)


class FireState(models.TextChoices):
    IN_USE = "in_use", "在用"
    SCRAPPED = "scrapped", "已报废"


FIRE_MOVES = {FireState.IN_USE: (FireState.SCRAPPED,)}


class FireEquipment(Stamped):
    """One thing (or several alike at one spot) with its number on the label. `fault` is what the last look found and nobody mended."""

    number = models.CharField("编号", max_length=20, unique=True)
    kind = models.CharField("种类", max_length=10, choices=FireKind)
    model = models.CharField("规格型号", max_length=40, blank=True)
    quantity = models.PositiveSmallIntegerField("数量", default=1)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="fire_equipment", verbose_name="地点")
    spot = models.CharField("具体位置", max_length=60, blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="责任人")
    made_on = models.DateField("出厂日期", null=True, blank=True)
    serviced_on = models.DateField("上次维修换药", null=True, blank=True)
    service_due = models.DateField("下次维修换药", null=True, blank=True)
    scrap_on = models.DateField("报废日期", null=True, blank=True)
    fault = models.CharField("没有修好的问题", max_length=200, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=FireState, default=FireState.IN_USE, editable=False)
    scrapped_on = models.DateField("哪天报废的", null=True, editable=False)
    scrap_reason = models.CharField("报废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "消防器材"
        ordering = ["place__path", "number"]
        indexes = [models.Index(fields=["state", "scrap_on"]), models.Index(fields=["state", "service_due"])]
        constraints = [
            models.CheckConstraint(name="fire_quantity", condition=Q(quantity__gt=0), violation_error_message="数量要大于零"),
            models.CheckConstraint(
                name="fire_scrap_after_made",
                condition=Q(made_on=None) | Q(scrap_on=None) | Q(scrap_on__gt=F("made_on")),
                violation_error_message="报废日期要晚于出厂日期",
            ),
            models.CheckConstraint(
                name="fire_serviced_after_made",
                condition=Q(made_on=None) | Q(serviced_on=None) | Q(serviced_on__gte=F("made_on")),
                violation_error_message="维修换药不能早于出厂日期",
            ),
            models.CheckConstraint(
                name="fire_scrapped_whole",
                condition=Q(state="in_use", scrapped_on=None, scrap_reason="") | Q(state="scrapped", scrapped_on__isnull=False) & ~Q(scrap_reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.get_kind_display()}"


class FireResult(models.TextChoices):
    OK = "ok", "正常"
    BAD = "bad", "有问题"


class FireCheck(Evidence):
    """One look at one thing."""

    equipment = models.ForeignKey(FireEquipment, models.PROTECT, related_name="checks", verbose_name="器材")
    result = models.CharField("结果", max_length=4, choices=FireResult)
    found = models.CharField("问题", max_length=200, blank=True)
    by_label = models.BooleanField("扫码", default=False, editable=False)

    class Meta:
        verbose_name = "消防器材检查"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["equipment", "-happened_at"])]
        constraints = [
            not_ahead("fire_check_not_ahead"),
            struck_whole("fire_check_struck"),
            models.CheckConstraint(name="fire_check_says_what", condition=Q(result="ok", found="") | Q(result="bad") & ~Q(found="")),
        ]

    def __str__(self):
        return f"{self.equipment.number} 检查"


class ServiceKind(models.TextChoices):
    REFILL = "refill", "维修换药"
    REPAIR = "repair", "修理"
    TEST = "test", "检测"


class FireService(Evidence):
    """A service by a firm or a person, with the day it was done; a refill sets the next one."""

    equipment = models.ForeignKey(FireEquipment, models.PROTECT, related_name="services", verbose_name="器材")
    kind = models.CharField("做了什么", max_length=8, choices=ServiceKind)
    by_whom = models.CharField("维修单位和人员", max_length=60)
    certificate = models.CharField("合格证编号", max_length=40, blank=True)
    done_on = models.DateField("哪天做的")
    due_on = models.DateField("下次维修换药", null=True, blank=True)

    class Meta:
        verbose_name = "消防器材维修"
        ordering = ["-done_on", "-id"]
        constraints = [
            not_ahead("fire_service_not_ahead"),
            struck_whole("fire_service_struck"),
            models.CheckConstraint(name="fire_service_due_later", condition=Q(due_on=None) | Q(due_on__gt=F("done_on"))),
        ]

    def __str__(self):
        return f"{self.equipment.number} {self.get_kind_display()}"
