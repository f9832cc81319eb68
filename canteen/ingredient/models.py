"""食材: what the kitchen cooks with, how it is counted, what it must come with and what it may do to a child (CAN-03, CAN-08)."""

from django.db import models
from django.db.models import Q

from canteen.fields import price_field, quantity_field
from logistics.platform.kernel.models import Model, Stamped


class FoodGroup(models.TextChoices):
    """The groups of WS/T 554-2017, and what the table of the guide leaves out."""

    GRAIN = "grain", "谷薯类"
    VEGETABLE = "vegetable", "蔬菜"
    FRUIT = "fruit", "水果"
    MEAT = "meat", "畜禽肉"
    FISH = "fish", "鱼虾"
    EGG = "egg", "蛋"
    MILK = "milk", "奶及制品"
    BEAN = "bean", "大豆及坚果"
    OIL = "oil", "植物油"
    SALT = "salt", "盐"
    SEASONING = "seasoning", "调味品"
    ADDITIVE = "additive", "食品添加剂"
    OTHER = "other", "其他"


class Allergen(models.TextChoices):
    """The eight of GB 7718."""

    GLUTEN = "gluten", "麸质谷物"
    SHELLFISH = "shellfish", "甲壳类"
    FISH = "fish", "鱼类"
    EGG = "egg", "蛋类"
    PEANUT = "peanut", "花生"
    SOY = "soy", "大豆"
    MILK = "milk", "乳"
    NUT = "nut", "坚果"


class Storage(models.TextChoices):
    ROOM = "room", "常温"
    COLD = "cold", "冷藏"
    FROZEN = "frozen", "冷冻"


class Papers(models.TextChoices):
    """What must come with each batch; which papers these are stands in canteen/delivery/papers.py."""

    PACKED = "packed", "包装食品"
    PRODUCE = "produce", "食用农产品"
    MEAT = "meat", "禽畜肉（检疫）"
    PORK = "pork", "猪肉（两证）"
    LIQUID = "liquid", "散装液态食品"


class Ingredient(Stamped):
    """One kind of food. Quantities everywhere are in its unit; recipes count in grams, `unit_grams` of them are one unit.

    `allergens` holds codes of Allergen between commas (",egg,milk,"), so that one is found by text on every database; `aliases` other names,
    one blank between two, by which a published menu may call it.
    """

    name = models.CharField("名称", max_length=30, unique=True)
    aliases = models.CharField("别名", max_length=120, blank=True, help_text="别人怎么叫它，用空格隔开，例如 番茄 洋柿子。导入食谱时按别名认。")
    group = models.CharField("类别", max_length=12, choices=FoodGroup)
    unit = models.CharField("单位", max_length=8, default="千克", help_text="采购和库存都用这个单位，例如 千克、盒、瓶。")
    unit_grams = models.DecimalField("每单位克数", max_digits=9, decimal_places=2, default=1000, help_text="1 千克是 1000 克，一盒牛奶是 200 克。")
    usable = models.PositiveSmallIntegerField("净料率（%）", default=100, help_text="去皮去根以后还剩多少。食谱里写的是生重净料，采购时除以它。")
    allergens = models.CharField("致敏物质", max_length=80, blank=True)
    is_dark = models.BooleanField("深色蔬菜", default=False)
    is_bulk = models.BooleanField("大宗食材", default=False, help_text="米、面、油、肉、蛋、奶等，只向定点供应商买。")
    storage = models.CharField("贮存", max_length=8, choices=Storage, default=Storage.ROOM)
    shelf_days = models.PositiveSmallIntegerField("保质天数", null=True, blank=True, help_text="从生产日期算起。没有规定的不填，到货当天或次日用完。")
    papers = models.CharField("随货证票", max_length=8, choices=Papers, default=Papers.PACKED)
    minimum = quantity_field("最低库存", null=True, blank=True, help_text="少于这个数就补到这个数。按食谱现买的不填。")
    supplier = models.ForeignKey("canteen.Supplier", models.PROTECT, null=True, blank=True, related_name="main_goods", verbose_name="平时向谁买")
    forbidden = models.CharField("学校禁用的原因", max_length=120, blank=True, help_text="写了原因和依据，就不能进食谱、订购和验收。")
    last_price = price_field("最近单价（元）", null=True, editable=False)
    last_bought_on = models.DateField("最近进货", null=True, editable=False)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "食材"
        ordering = ["group", "name", "id"]
        constraints = [
            models.CheckConstraint(name="ingredient_unit_weighs", condition=Q(unit_grams__gt=0), violation_error_message="每单位克数要大于零"),
            models.CheckConstraint(
                name="ingredient_usable_share", condition=Q(usable__gte=1, usable__lte=100), violation_error_message="净料率在 1 到 100 之间"
            ),
            models.CheckConstraint(
                name="ingredient_minimum_positive", condition=Q(minimum=None) | Q(minimum__gt=0), violation_error_message="最低库存要大于零"
            ),
            models.CheckConstraint(
                name="ingredient_keeps_a_day", condition=Q(shelf_days=None) | Q(shelf_days__gte=1), violation_error_message="保质天数要大于零"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def allergen_list(self) -> list[Allergen]:
        return [Allergen(code) for code in self.allergens.split(",") if code]

    @property
    def allergen_words(self) -> str:
        return "、".join(allergen.label for allergen in self.allergen_list)

    @property
    def names(self) -> list[str]:
        """Its name and every other one it goes by."""
        return [self.name, *self.aliases.split()]


class IngredientPack(Model):
    """包装: one 袋 of rice holds 25 千克."""

    ingredient = models.ForeignKey(Ingredient, models.PROTECT, related_name="packs", verbose_name="食材")
    name = models.CharField("包装", max_length=8)
    holds = quantity_field("含几个单位")

    class Meta:
        verbose_name = "食材包装"
        ordering = ["holds", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ingredient", "name"], name="ingredient_pack_once", violation_error_message="已经有这个包装"),
            models.CheckConstraint(name="ingredient_pack_holds", condition=Q(holds__gt=0), violation_error_message="要大于零"),
        ]

    def __str__(self):
        return self.name
