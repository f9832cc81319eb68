"""饮水点: where pupils drink, the weekly look at it, its cleaning, its water's tests (CAN-17)."""

from django.db import models
from django.db.models import F, Q

from canteen.evidence import CHECK, MANAGE, Evidence, struck_whole
from canteen.late import not_ahead
from canteen.weekly import Look, bad_has_task, mark
from logistics.platform.kernel.models import Stamped

LAW = "《学校卫生工作条例》第七条；GB 5749-2022《生活饮用水卫生标准》"


class WaterKind(models.TextChoices):
    DIRECT = "direct", "直饮机"
    BOILER = "boiler", "开水器"
    BARREL = "barrel", "桶装水机"
    TANK = "tank", "保温桶"


class PointState(models.TextChoices):
    USED = "used", "供水"
    STOPPED = "stopped", "停用"
    GONE = "gone", "拆除"


POINT_MOVES = {PointState.USED: (PointState.STOPPED,), PointState.STOPPED: (PointState.USED, PointState.GONE)}
POINT_TONES = {PointState.USED: "done", PointState.STOPPED: "late", PointState.GONE: "void"}


class WaterPoint(Stamped):
    """One machine or barrel at one place. Bottled water names the firm it comes from, whose papers stand in 往来单位."""

    name = models.CharField("名称", max_length=40, unique=True, error_messages={"unique": "已经有叫这个名字的饮水点"})
    kind = models.CharField("类型", max_length=6, choices=WaterKind)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    machine = models.CharField("品牌型号", max_length=60, blank=True)
    permit = models.CharField("涉水产品卫生许可批件号", max_length=60, blank=True, help_text="直饮机和开水器铭牌上写的。")
    firm = models.ForeignKey("platform.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="供水单位", help_text="桶装水要写。")
    filter_days = models.PositiveSmallIntegerField("滤芯多少天换一次", null=True, blank=True, help_text="照说明书写。没有滤芯的空着。")
    since = models.DateField("启用日期")
    state = models.CharField("状态", max_length=7, choices=PointState, default=PointState.USED, editable=False)
    state_reason = models.CharField("停用原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "饮水点"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="water_point_barrel_firm", condition=~Q(kind="barrel") | Q(firm__isnull=False), violation_error_message="桶装水要写供水单位"),
            models.CheckConstraint(name="water_point_direct_permit", condition=~Q(kind="direct") | ~Q(permit=""), violation_error_message="直饮机要写涉水产品卫生许可批件号"),
            models.CheckConstraint(name="water_point_filter_days", condition=Q(filter_days=None) | Q(filter_days__gte=1), violation_error_message="滤芯天数从 1 天起"),
            models.CheckConstraint(name="water_point_stopped_why", condition=Q(state="used", state_reason="") | ~Q(state="used") & ~Q(state_reason="")),
        ]  # fmt: skip

    def __str__(self):
        return self.name

    @property
    def code(self) -> str:
        return f"YSD-{self.pk}"

    @property
    def tone(self) -> str:
        return POINT_TONES[PointState(self.state)]


LOOKED_AT = {
    "clear": "水清，没有杂物",
    "smell": "没有异味、异色",
    "tidy": "机身、龙头、接水盘干净",
    "works": "加热、滤芯、指示灯正常",
    "locked": "上锁，周围没有污染物",
}
WATER_ITSELF = ("clear", "smell")  # bad water closes the point


class WaterCheck(Look):
    """The weekly look at one point."""

    looked_at = LOOKED_AT

    point = models.ForeignKey(WaterPoint, models.PROTECT, related_name="checks", verbose_name="饮水点")
    clear = mark(LOOKED_AT["clear"])
    smell = mark(LOOKED_AT["smell"])
    tidy = mark(LOOKED_AT["tidy"])
    works = mark(LOOKED_AT["works"])
    locked = mark(LOOKED_AT["locked"])

    class Meta:
        verbose_name = "饮水点检查"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["point", "happened_at"], name="water_check_by_point")]
        constraints = [not_ahead("water_check_not_ahead"), struck_whole("water_check_struck"), bad_has_task("water_check_bad_has_task", tuple(LOOKED_AT))]

    def __str__(self):
        return f"{self.point}检查"


class CareKind(models.TextChoices):
    SCALE = "scale", "除垢"
    DISINFECT = "disinfect", "消毒"
    FILTER = "filter", "换滤芯"


class WaterCare(Evidence):
    """Descaling, disinfection, a new filter: with what, how long, rinsed before anybody drinks again."""

    writes = CHECK

    point = models.ForeignKey(WaterPoint, models.PROTECT, related_name="cares", verbose_name="饮水点")
    kind = models.CharField("做什么", max_length=9, choices=CareKind)
    agent = models.CharField("用什么", max_length=60, help_text="药剂和浓度，或者滤芯的型号。")
    minutes = models.PositiveSmallIntegerField("多少分钟", null=True, blank=True)
    is_rinsed = models.BooleanField("已经冲洗干净", default=False)
    worker = models.CharField("谁做的", max_length=60, blank=True)

    class Meta:
        verbose_name = "饮水设备清洗消毒"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["point", "kind", "happened_at"], name="water_care_by_point")]
        constraints = [
            not_ahead("water_care_not_ahead"),
            struck_whole("water_care_struck"),
            models.CheckConstraint(name="water_care_rinsed", condition=Q(is_rinsed=True), violation_error_message="要冲洗干净才能供水"),
            models.CheckConstraint(name="water_care_agent", condition=~Q(agent="")),
            models.CheckConstraint(
                name="water_care_minutes",
                condition=Q(kind="filter") | Q(minutes__isnull=False, minutes__gte=1),
                violation_error_message="除垢和消毒要写多少分钟",
            ),
        ]

    def __str__(self):
        return f"{self.point}{self.get_kind_display()}"


class WaterTest(Evidence):
    """A laboratory's report on the water of one point, good until a day; an unfit one closes the point."""

    writes = MANAGE

    point = models.ForeignKey(WaterPoint, models.PROTECT, related_name="tests", verbose_name="饮水点")
    sampled_on = models.DateField("采样日期")
    lab = models.CharField("检测单位", max_length=60)
    number = models.CharField("报告编号", max_length=40)
    is_fit = models.BooleanField("合格")
    unfit = models.CharField("不合格项目", max_length=200, blank=True)
    valid_until = models.DateField("有效到")

    class Meta:
        verbose_name = "水质检测"
        ordering = ["-sampled_on", "-id"]
        constraints = [
            not_ahead("water_test_not_ahead"),
            struck_whole("water_test_struck"),
            models.UniqueConstraint(fields=["point", "number"], condition=Q(struck_at=None), name="water_test_once", violation_error_message="这份报告已经登记过了"),
            models.CheckConstraint(name="water_test_forward", condition=Q(valid_until__gt=F("sampled_on")), violation_error_message="有效到的日子要晚于采样"),
            models.CheckConstraint(name="water_test_says_what", condition=Q(is_fit=True, unfit="") | Q(is_fit=False) & ~Q(unfit=""), violation_error_message="不合格要写是哪些项目"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.point}水质{'合格' if self.is_fit else '不合格'}"
