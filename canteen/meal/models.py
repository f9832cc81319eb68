"""每餐: what was really served, to whom, what was left over and who took the waste (CAN-08, CAN-21)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.evidence import Evidence, struck_whole
from canteen.fields import quantity_field
from canteen.late import late_words, not_ahead
from logistics.platform.kernel.models import Model, Stamped

from .kinds import MealKind


class MealState(models.TextChoices):
    OPEN = "open", "备餐供餐"
    ENDED = "ended", "已结束"
    VOID = "void", "没有供餐"


MEAL_MOVES = {MealState.OPEN: (MealState.ENDED, MealState.VOID)}
MEAL_TONES = {MealState.OPEN: "doing", MealState.ENDED: "done", MealState.VOID: "void"}


class Meal(Stamped):
    """One meal of one day. `starts_at` and `ends_at` are when it is served by plan; samples are due before `ends_at`."""

    on = models.DateField("日期")
    kind = models.CharField("餐次", max_length=10, choices=MealKind)
    starts_at = models.DateTimeField("开餐时间")
    ends_at = models.DateTimeField("结束时间")
    state = models.CharField("状态", max_length=8, choices=MealState, default=MealState.OPEN, editable=False)
    ended_at = models.DateTimeField("登记结束", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记人")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "供餐记录"
        ordering = ["-on", "-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["on", "kind"], condition=~Q(state="void"), name="meal_once", violation_error_message="这一餐已经登记了"),
            models.CheckConstraint(name="meal_ends_after_start", condition=Q(ends_at__gt=F("starts_at")), violation_error_message="结束时间要晚于开餐时间"),
            models.CheckConstraint(
                name="meal_ended_whole",
                condition=Q(state="open", ended_at=None, ended_by=None) | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.get_kind_display()}"

    @property
    def tone(self) -> str:
        return MEAL_TONES[MealState(self.state)]

    @property
    def late(self) -> str:
        """The mark of a meal that was written down after it was over."""
        return late_words(self.ends_at, self.created_at)


class MealDish(Stamped):
    """A dish of the meal: planned ones come from the menu when the meal is opened, others are added with a reason. Not served: `is_served` is off, with a reason."""

    meal = models.ForeignKey(Meal, models.PROTECT, related_name="dishes", verbose_name="供餐记录")
    dish = models.ForeignKey("canteen.Dish", models.PROTECT, related_name="meal_dishes", verbose_name="菜品")
    menu_dish = models.OneToOneField("canteen.MenuDish", models.PROTECT, null=True, blank=True, related_name="meal_dish", verbose_name="菜谱里的菜")
    is_served = models.BooleanField("供应了", default=True)
    reason = models.CharField("原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "供应的菜"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meal", "dish"], name="meal_dish_once", violation_error_message="这一餐已经有这道菜"),
            models.CheckConstraint(name="meal_dish_off_menu_reason", condition=Q(is_served=True, menu_dish__isnull=False) | ~Q(reason="")),
        ]

    def __str__(self):
        return str(self.dish)


class EaterGroup(models.TextChoices):
    CLASS = "class", "班级"
    STAFF = "staff", "教职工"
    GUEST = "guest", "其他"


class MealHeads(Model):
    """How many of a class, or of the staff, were cooked for and ate."""

    meal = models.ForeignKey(Meal, models.PROTECT, related_name="heads", verbose_name="供餐记录")
    group = models.CharField("谁", max_length=6, choices=EaterGroup, default=EaterGroup.CLASS)
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    planned = models.PositiveSmallIntegerField("备餐人数")
    eaten = models.PositiveSmallIntegerField("用餐人数", null=True, blank=True)

    class Meta:
        verbose_name = "用餐人数"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meal", "school_class"], condition=Q(group="class"), name="meal_heads_class_once"),
            models.UniqueConstraint(fields=["meal", "group"], condition=~Q(group="class"), name="meal_heads_group_once"),
            models.CheckConstraint(
                name="meal_heads_class_named", condition=Q(group="class", school_class__isnull=False) | (~Q(group="class") & Q(school_class=None))
            ),
        ]

    def __str__(self):
        return str(self.school_class) if self.school_class_id else self.get_group_display()


class LeftoverKind(models.TextChoices):
    PLATE = "plate", "餐桌剩饭菜"
    POT = "pot", "售余饭菜"
    PREP = "prep", "择菜下脚料"


class Leftover(Evidence):
    """One weighing of what was left over (反食品浪费法)."""

    meal = models.ForeignKey(Meal, models.PROTECT, related_name="leftovers", verbose_name="供餐记录")
    kind = models.CharField("哪种", max_length=6, choices=LeftoverKind)
    dish = models.ForeignKey(MealDish, models.PROTECT, null=True, blank=True, related_name="leftovers", verbose_name="哪道菜")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    kg = quantity_field("重量（kg）")

    class Meta:
        verbose_name = "剩余称重"
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(name="leftover_weighs", condition=Q(kg__gt=0), violation_error_message="重量要大于零"),
            not_ahead("leftover_not_ahead"),
            struck_whole("leftover_struck_whole"),
        ]

    def __str__(self):
        return f"{self.kg.normalize():f} kg"


class WasteKind(models.TextChoices):
    FOOD = "food", "食物残余"
    OIL = "oil", "废弃油脂"
    OTHER = "other", "其他"


class WasteHandover(Evidence):
    """Kitchen waste handed to a collector, signed by both (《学校食品安全与营养健康管理规定》第四十二条)."""

    kind = models.CharField("种类", max_length=6, choices=WasteKind)
    kg = quantity_field("重量（kg）")
    buckets = models.PositiveSmallIntegerField("桶数", null=True, blank=True)
    collector = models.ForeignKey("platform.Partner", models.PROTECT, related_name="+", verbose_name="收运单位")
    collector_person = models.CharField("收运人", max_length=30)
    plate = models.CharField("车牌", max_length=12)
    purpose = models.CharField("去向", max_length=60, help_text="例如 市餐厨垃圾处理厂。")
    exception = models.CharField("证照不全仍交付的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "餐厨废弃物"
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(name="waste_weighs", condition=Q(kg__gt=0), violation_error_message="重量要大于零"),
            not_ahead("waste_not_ahead"),
            struck_whole("waste_struck_whole"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.kg.normalize():f} kg"
