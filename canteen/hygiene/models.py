"""The kitchen's daily proofs: core temperature, disinfection, pests, disinfectants, additives (CAN-06, CAN-09, CAN-19)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.evidence import Evidence, struck_whole
from canteen.late import not_ahead
from canteen.meal.kinds import MealKind
from canteen.numbers import plainly
from logistics.platform.kernel.models import Stamped


class CoreTemperature(Evidence):
    """The middle of a dish when it was cooked or heated again; a cold one is recorded too, with what was done."""

    dish = models.ForeignKey("canteen.MealDish", models.PROTECT, related_name="core_temperatures", verbose_name="哪道菜")
    celsius = models.DecimalField("中心温度（℃）", max_digits=4, decimal_places=1)
    is_reheated = models.BooleanField("再加热", default=False)
    is_done = models.BooleanField("烧熟煮透", editable=False)
    measure = models.CharField("怎么处理", max_length=200, blank=True)

    class Meta:
        verbose_name = "中心温度"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("core_not_ahead"),
            struck_whole("core_struck"),
            models.CheckConstraint(name="core_possible", condition=Q(celsius__gte=0, celsius__lte=130), violation_error_message="中心温度在 0 到 130 ℃ 之间"),
            models.CheckConstraint(name="core_done_is_hot", condition=Q(is_done=True, celsius__gte=70) | Q(is_done=False) & ~Q(measure="")),
        ]

    def __str__(self):
        return f"{self.dish} {plainly(self.celsius)} ℃"


class Method(models.TextChoices):
    """How things are disinfected; what each must reach stands in methods.py."""

    STEAM = "steam", "蒸汽或煮沸"
    INFRARED = "infrared", "红外消毒柜"
    WASHER = "washer", "热力洗碗机"
    CHLORINE = "chlorine", "含氯消毒液"
    ULTRAVIOLET = "ultraviolet", "紫外线（空气）"


class Disinfection(Evidence):
    """One round of disinfection; `happened_at` is its end, the minutes come from start and end."""

    meal = models.CharField("餐次", max_length=10, choices=MealKind)
    things = models.CharField("消毒的东西", max_length=60)
    quantity = models.PositiveIntegerField("数量", null=True, blank=True)
    method = models.CharField("方法", max_length=12, choices=Method)
    celsius = models.DecimalField("温度（℃）", max_digits=4, decimal_places=1, null=True, blank=True)
    chlorine = models.PositiveIntegerField("有效氯（mg/L）", null=True, blank=True)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束")
    seconds = models.PositiveIntegerField("时长（秒）", editable=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="检查人")

    class Meta:
        verbose_name = "消毒记录"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("disinfection_not_ahead"),
            struck_whole("disinfection_struck"),
            models.CheckConstraint(name="disinfection_forward", condition=Q(ended_at__gt=F("started_at")), violation_error_message="结束要晚于开始"),
            models.CheckConstraint(name="disinfection_ended_then", condition=Q(happened_at=F("ended_at"))),
            models.CheckConstraint(
                name="disinfection_said_how",
                condition=Q(method="ultraviolet")
                | Q(method="chlorine", chlorine__gte=250)
                | Q(method__in=["steam", "infrared", "washer"], celsius__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.things} {self.get_method_display()}"

    @property
    def minutes(self) -> str:
        """12 分, 40 秒."""
        return f"{self.seconds // 60} 分" if self.seconds >= 60 else f"{self.seconds} 秒"


class PestKind(models.TextChoices):
    LOOK = "look", "检查"
    KILL = "kill", "消杀"


class PestControl(Evidence):
    """Flies, rats, roaches: a look at what keeps them out, or a treatment, away from food and people (GB 31654)."""

    kind = models.CharField("做什么", max_length=4, choices=PestKind)
    where = models.CharField("地点", max_length=100)
    found = models.CharField("发现", max_length=200, help_text="例如 挡鼠板完好，没有鼠迹。")
    agent = models.CharField("用药和用量", max_length=100, blank=True)
    firm = models.CharField("消杀单位和人员", max_length=60, blank=True)
    food_away = models.BooleanField("食品和餐具已移走或盖好", default=False)

    class Meta:
        verbose_name = "防蝇防鼠"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("pest_not_ahead"),
            struck_whole("pest_struck"),
            models.CheckConstraint(
                name="pest_kill_safe",
                condition=Q(kind="look") | Q(kind="kill", food_away=True) & ~Q(agent=""),
                violation_error_message="消杀要写用药，并且食品已移走",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.where}"


class Agent(Stamped):
    """A disinfectant or cleaning agent in its own locked cupboard, never beside food."""

    name = models.CharField("名称", max_length=40, unique=True)
    unit = models.CharField("单位", max_length=8, default="瓶")
    permit = models.CharField("卫生许可或备案号", max_length=60, blank=True)
    cupboard = models.CharField("专柜", max_length=40)
    stock = models.DecimalField("库存", max_digits=9, decimal_places=2, default=0, editable=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "消毒剂"
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(name="agent_stock", condition=Q(stock__gte=0), violation_error_message="库存不够")]

    def __str__(self):
        return self.name


class AgentMove(Evidence):
    """In (plus) or out (minus) of the cupboard, with what for and who was there too."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="moves", verbose_name="消毒剂")
    quantity = models.DecimalField("数量", max_digits=9, decimal_places=2, help_text="入柜写正数，领出写负数。")
    purpose = models.CharField("来源或用途", max_length=100)
    batch = models.CharField("批号", max_length=40, blank=True)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="在场第二人")
    balance = models.DecimalField("结存", max_digits=9, decimal_places=2, editable=False)

    class Meta:
        verbose_name = "消毒剂进出"
        ordering = ["-id"]
        constraints = [
            not_ahead("agent_move_not_ahead"),
            struck_whole("agent_move_struck"),
            models.CheckConstraint(name="agent_move_some", condition=~Q(quantity=0), violation_error_message="数量不能是零"),
            models.CheckConstraint(name="agent_move_two", condition=~Q(second=F("created_by")), violation_error_message="在场第二人不能是本人"),
            models.CheckConstraint(name="agent_move_balance", condition=Q(balance__gte=0)),
        ]

    def __str__(self):
        return f"{self.agent} {plainly(self.quantity)}"


class AdditiveUse(Evidence):
    """添加剂: weighed out for one food, by one and looked over by another."""

    name = models.CharField("添加剂", max_length=40)
    batch = models.CharField("生产日期或批号", max_length=40)
    food = models.CharField("用在什么食品", max_length=60)
    food_kg = models.DecimalField("食品重量（千克）", max_digits=8, decimal_places=2)
    grams = models.DecimalField("添加量（克）", max_digits=8, decimal_places=2)
    most_per_kg = models.DecimalField("最大使用量（克/千克）", max_digits=8, decimal_places=3, help_text="照 GB 2760 和包装上写的。")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="复核人")

    class Meta:
        verbose_name = "添加剂使用"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("additive_not_ahead"),
            struck_whole("additive_struck"),
            models.CheckConstraint(name="additive_two", condition=~Q(reviewer=F("created_by")), violation_error_message="复核人不能是操作人"),
            models.CheckConstraint(name="additive_some", condition=Q(grams__gt=0, food_kg__gt=0, most_per_kg__gt=0), violation_error_message="重量要大于零"),
        ]

    def __str__(self):
        return f"{self.food}用{self.name}"
