"""重点部位 with their posted cards, and special equipment that may not run without a valid inspection (SAF-15)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped
from safety.evidence import MANAGE, Evidence, struck_whole
from safety.late import not_ahead

LAW = "《特种设备安全法》第三十三条、第四十条"
PLACE_LAW = "《机关、团体、企业、事业单位消防安全管理规定》第十九条"


class KeyKind(models.TextChoices):
    BOILER = "boiler", "锅炉房"
    POWER = "power", "配电房"
    LAB = "lab", "实验室"
    CHEMICAL = "chemical", "危化品库"
    KITCHEN = "kitchen", "食堂操作间"
    DORM = "dorm", "学生宿舍"
    LIBRARY = "library", "图书馆"
    ARCHIVE = "archive", "档案室"
    SERVER = "server", "机房"
    STORE = "store", "仓库"
    PUMP = "pump", "水泵房"
    CONTROL = "control", "消防控制室"
    GAS = "gas", "燃气间"
    OTHER = "other", "其他"


class KeyPlace(Stamped):
    """A place where much could go wrong: who answers for it, what the danger is, what the card on its door says."""

    name = models.CharField("名称", max_length=40, unique=True)
    kind = models.CharField("种类", max_length=10, choices=KeyKind)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="key_places", verbose_name="地点")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="责任人")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="分管领导")
    danger = models.CharField("主要危险", max_length=200)
    rules = models.TextField("管理要求")
    emergency = models.TextField("应急措施")
    tools = models.CharField("消防器材和防护用品", max_length=200, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "重点部位"
        ordering = ["kind", "name", "id"]
        constraints = [models.CheckConstraint(name="key_place_says_what", condition=~Q(danger="") & ~Q(rules="") & ~Q(emergency=""))]

    def __str__(self):
        return self.name


class SpecialKind(models.TextChoices):
    LIFT = "lift", "电梯"
    BOILER = "boiler", "锅炉"
    VESSEL = "vessel", "压力容器"
    PIPE = "pipe", "压力管道"
    CRANE = "crane", "起重机械"
    CAR = "car", "场内机动车"
    OTHER = "other", "其他"


class SpecialState(models.TextChoices):
    IN_USE = "in_use", "在用"
    STOPPED = "stopped", "停用"
    GONE = "gone", "已注销"


SPECIAL_MOVES = {
    SpecialState.IN_USE: (SpecialState.STOPPED, SpecialState.GONE),
    SpecialState.STOPPED: (SpecialState.IN_USE, SpecialState.GONE),
}


class SpecialEquipment(Stamped):
    """`due_on` is the last day of its inspection; `serviced_due` the next maintenance by the firm. In use only while inspected; the rules hold it."""

    name = models.CharField("名称", max_length=40)
    kind = models.CharField("种类", max_length=8, choices=SpecialKind)
    registration = models.CharField("使用登记证编号", max_length=40, unique=True)
    code = models.CharField("设备代码", max_length=40, blank=True)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="special_equipment", verbose_name="地点")
    key_place = models.ForeignKey(KeyPlace, models.PROTECT, null=True, blank=True, related_name="equipment", verbose_name="所在重点部位")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="安全管理员")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作业人员", help_text="要持有效的特种作业证。"
    )
    firm = models.CharField("维保单位", max_length=60, blank=True)
    due_on = models.DateField("检验有效期到")
    serviced_due = models.DateField("下次维保", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=SpecialState, default=SpecialState.IN_USE, editable=False)
    reason = models.CharField("停用或注销原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "特种设备"
        ordering = ["due_on", "name", "id"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [models.CheckConstraint(name="special_stopped_reason", condition=Q(state="in_use", reason="") | ~Q(state="in_use") & ~Q(reason=""))]

    def __str__(self):
        return self.name


class InspectionKind(models.TextChoices):
    INSPECTION = "inspection", "定期检验"
    SERVICE = "service", "维护保养"


class InspectionResult(models.TextChoices):
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


class SpecialInspection(Evidence):
    """An inspection by the authority or a maintenance by the firm: the day on its report, and until when it holds; reports come later than their day."""

    writes = MANAGE

    equipment = models.ForeignKey(SpecialEquipment, models.PROTECT, related_name="inspections", verbose_name="设备")
    kind = models.CharField("做了什么", max_length=10, choices=InspectionKind)
    result = models.CharField("结论", max_length=6, choices=InspectionResult)
    by_whom = models.CharField("检验或维保单位", max_length=60)
    number = models.CharField("报告编号", max_length=40, blank=True)
    done_on = models.DateField("哪天做的")
    due_on = models.DateField("有效期到", null=True, blank=True)

    class Meta:
        verbose_name = "特种设备检验"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("special_inspection_not_ahead"),
            struck_whole("special_inspection_struck"),
            models.CheckConstraint(name="special_inspection_until_later", condition=Q(due_on=None) | Q(due_on__gt=F("done_on"))),
            models.CheckConstraint(name="special_passed_until", condition=Q(result="failed", due_on=None) | Q(result="passed", due_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.equipment} {self.get_kind_display()}"
