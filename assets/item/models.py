"""库存物品: what the store room keeps, its units and packs, how much of it there should be (STK-01, STK-05, STK-06)."""

from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped

from .quantities import NONE, quantity_field


class ItemKind(Model):
    name = models.CharField("物品类别", max_length=20, unique=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "物品类别"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Item(Stamped):
    """One kind of goods. Quantities everywhere are in its basic unit."""

    name = models.CharField("品名", max_length=40)
    spec = models.CharField("规格", max_length=40, blank=True)
    unit = models.CharField("单位", max_length=8, help_text="最小的发放单位，例如 包、支、米、千克。")
    kind = models.ForeignKey(ItemKind, models.PROTECT, related_name="items", verbose_name="类别")
    minimum = quantity_field("最低库存", null=True, blank=True, help_text="少于这个数就该采购。")
    maximum = quantity_field("最高库存", null=True, blank=True, help_text="多于这个数是积压。")
    keeps_expiry = models.BooleanField("有保质期", default=False, help_text="入库时要写到期日，先到期的先发。")
    sheets = models.PositiveIntegerField("每单位张数", null=True, blank=True, help_text="复印纸才填，例如一包 500 张，用来和打印复印的张数比。")
    is_old_for_new = models.BooleanField("以旧换新", default=False, help_text="发新的要收回旧的。")
    note = models.CharField("说明", max_length=120, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "库存物品"
        ordering = ["kind", "name", "spec", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "spec"], name="item_once", violation_error_message="已经有这个品名和规格的物品"),
            models.CheckConstraint(name="item_limits_positive", condition=Q(minimum=None) | Q(minimum__gte=NONE), violation_error_message="最低库存不能小于零"),
            models.CheckConstraint(
                name="item_maximum_above_minimum",
                condition=Q(maximum=None) | (Q(maximum__gt=NONE) & (Q(minimum=None) | Q(maximum__gte=F("minimum")))),
                violation_error_message="最高库存要大于零，也不能小于最低库存",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.spec}".strip()


class Pack(Model):
    """包装: one 箱 holds ten 包."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="packs", verbose_name="物品")
    name = models.CharField("包装", max_length=8)
    holds = quantity_field("含几个基本单位")

    class Meta:
        verbose_name = "包装"
        ordering = ["holds", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="pack_once", violation_error_message="已经有这个包装"),
            models.CheckConstraint(name="pack_holds_something", condition=Q(holds__gt=NONE), violation_error_message="要大于零"),
        ]

    def __str__(self):
        return self.name
