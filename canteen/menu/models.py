"""一周菜谱: a week's dishes with their own grams, as approved and published, and what was put in their place on the day (CAN-08)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.dish.bands import Grams
from canteen.dish.models import DishKind, some_grams
from canteen.fields import money_field
from canteen.meal.kinds import MealKind
from logistics.platform.kernel.models import Model, Stamped


class MenuState(models.TextChoices):
    DRAFT = "draft", "起草"
    WAITING = "waiting", "审批中"
    APPROVED = "approved", "已批准"
    PUBLISHED = "published", "已公示"
    VOID = "void", "作废"


MENU_MOVES = {
    MenuState.DRAFT: (MenuState.WAITING, MenuState.VOID),
    MenuState.WAITING: (MenuState.APPROVED, MenuState.DRAFT),
    MenuState.APPROVED: (MenuState.PUBLISHED, MenuState.DRAFT, MenuState.VOID),
    MenuState.PUBLISHED: (MenuState.VOID,),
}
MENU_TONES = {MenuState.DRAFT: "wait", MenuState.WAITING: "wait", MenuState.APPROVED: "doing", MenuState.PUBLISHED: "done", MenuState.VOID: "void"}
STANDING = (MenuState.APPROVED, MenuState.PUBLISHED)  # the kitchen buys and cooks by these


class WeekMenu(Stamped):
    monday = models.DateField("哪一周", help_text="这一周的星期一。")
    title = models.CharField("标题", max_length=60, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    exceptions = models.CharField("营养不达标的说明", max_length=300, blank=True, help_text="营养核对有偏差时写原因，例如 周四研学不供餐。")
    state = models.CharField("状态", max_length=10, choices=MenuState, default=MenuState.DRAFT, editable=False)
    approved_at = models.DateTimeField("批准时间", null=True, editable=False)
    published_at = models.DateTimeField("公示时间", null=True, editable=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示人")
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示栏")
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "一周菜谱"
        ordering = ["-monday", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["monday"], condition=~Q(state="void"), name="week_menu_once", violation_error_message="这一周已经有菜谱了，请在那一份上改"
            ),
            models.CheckConstraint(
                name="week_menu_published_whole",
                condition=~Q(state="published") | Q(published_at__isnull=False, published_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title or f"{self.monday:%Y年%m月%d日}起一周菜谱"

    @property
    def tone(self) -> str:
        return MENU_TONES[MenuState(self.state)]


class MenuDish(Model):
    """One dish of one meal. One that was taken off on the day keeps its row with the reason; what came instead points at it."""

    menu = models.ForeignKey(WeekMenu, models.PROTECT, related_name="dishes", verbose_name="一周菜谱")
    on = models.DateField("日期")
    meal = models.CharField("餐次", max_length=10, choices=MealKind)
    dish = models.ForeignKey("canteen.Dish", models.PROTECT, related_name="menu_dishes", verbose_name="菜品")
    kind = models.CharField("类别", max_length=10, choices=DishKind)
    price = money_field("价格（元）", null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替换")
    dropped_at = models.DateTimeField("撤换时间", null=True, editable=False)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="撤换人")
    reason = models.CharField("撤换原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "菜谱里的菜"
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["on", "meal"])]
        constraints = [
            models.UniqueConstraint(
                fields=["menu", "on", "meal", "dish"], condition=Q(dropped_at=None), name="menu_dish_once", violation_error_message="这一餐已经有这道菜"
            ),
            models.CheckConstraint(
                name="menu_dish_dropped_whole",
                condition=Q(dropped_at=None, dropped_by=None, reason="") | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(name="menu_dish_price_positive", condition=Q(price=None) | Q(price__gte=0), violation_error_message="价格不能小于零"),
            models.CheckConstraint(name="menu_dish_not_itself", condition=Q(replaces=None) | ~Q(replaces=F("id"))),
        ]

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.get_meal_display()} {self.dish}"


class MenuPart(Grams):
    """One ingredient of a dish on this menu: a copy of the recipe, or what the imported menu says. Later recipes leave it alone."""

    menu_dish = models.ForeignKey(MenuDish, models.PROTECT, related_name="parts", verbose_name="菜谱里的菜")
    ingredient = models.ForeignKey("canteen.Ingredient", models.PROTECT, related_name="menu_parts", verbose_name="食材")

    class Meta:
        verbose_name = "菜谱用料"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["menu_dish", "ingredient"], name="menu_part_once", violation_error_message="这道菜已经有这样食材"),
            some_grams("menu_grams_positive"),
        ]

    def __str__(self):
        return str(self.ingredient)
