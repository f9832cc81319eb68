"""资产分类: the state's codes by scheme, and the useful life each class has (AST-01, AST-12)."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model


class Scheme(models.TextChoices):
    GB2022 = "gb2022", "GB/T 14885-2022"
    GB2010 = "gb2010", "GB/T 14885-2010"
    GB1994 = "gb1994", "GB/T 14885-1994"
    OWN = "own", "学校自编"


SHAPES = {  # what a code of each scheme looks like, and how people are told
    Scheme.GB2022: (re.compile(r"[A-Z]\d{8}", re.ASCII), "1 个字母和 8 位数字，例如 A02010105"),
    Scheme.GB2010: (re.compile(r"\d{7}", re.ASCII), "7 位数字，例如 2010104"),
    Scheme.GB1994: (re.compile(r"\d{6}", re.ASCII), "6 位数字，例如 711102"),
    Scheme.OWN: (re.compile(r"[0-9A-Z][0-9A-Z.-]{0,19}", re.ASCII), "最多 20 个字母、数字、点和横线"),
}


def scheme_of(code: str) -> Scheme | None:
    """The edition of the standard whose codes look like this, None when none do."""
    return next((scheme for scheme in (Scheme.GB2022, Scheme.GB2010, Scheme.GB1994) if SHAPES[scheme][0].fullmatch(code)), None)


class Kind(models.TextChoices):
    """The six kinds of 《事业单位财务规则》, with land and what is not a thing."""

    BUILDING = "building", "房屋和构筑物"
    EQUIPMENT = "equipment", "设备"
    RELIC = "relic", "文物和陈列品"
    BOOKS = "books", "图书和档案"
    FURNITURE = "furniture", "家具和用具"
    LIVING = "living", "特种动植物"
    LAND = "land", "土地"
    INTANGIBLE = "intangible", "无形资产"
    OTHER = "other", "其他"


class LifeClass(Model):
    """折旧年限分类: how many years, at least how many by the state's table, or not depreciated at all. `prefixes` map 2022 codes to it."""

    name = models.CharField("年限分类", max_length=40, unique=True)
    kind = models.CharField("大类", max_length=10, choices=Kind)
    is_depreciated = models.BooleanField("提折旧", default=True)
    years = models.PositiveSmallIntegerField("折旧年限（年）", default=5)
    least_years = models.PositiveSmallIntegerField("最低年限（年）", default=1, editable=False)
    prefixes = models.CharField(
        "2022 版代码开头",
        max_length=200,
        blank=True,
        help_text="用顿号隔开，例如：A020101、A020102。新加的类别照这里找年限分类，开头长的优先。",
        validators=[RegexValidator(r"^[A-Z]\d{0,8}([、,，\s]+[A-Z]\d{0,8})*$", "写 2022 版代码的开头，用顿号隔开，例如：A020101、A020102。")],
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "折旧年限"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(name="life_years_sane", condition=Q(years__range=(1, 100)), violation_error_message="年限在 1 到 100 年之间"),
            models.CheckConstraint(
                name="life_not_below_statute",
                condition=Q(is_depreciated=False) | Q(years__gte=F("least_years")),
                violation_error_message="低于《政府会计准则第3号》应用指南规定的最低年限，请改长",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def months(self) -> int:
        """How many months a thing of this class is depreciated; 0 when it is not."""
        return self.years * 12 if self.is_depreciated else 0


class AssetClass(Model):
    """资产类别: one code of one scheme. Codes of different schemes are different classes even where the digits agree."""

    scheme = models.CharField("分类标准", max_length=8, choices=Scheme, default=Scheme.GB2022)
    code = models.CharField("分类代码", max_length=20)
    name = models.CharField("类别名称", max_length=60)
    life = models.ForeignKey(LifeClass, models.PROTECT, related_name="classes", verbose_name="年限分类")
    unit = models.CharField("常用单位", max_length=8, default="件")
    is_special = models.BooleanField("专用设备", default=False, help_text="专用设备可以另定单价标准，在学校限值里设。")
    is_bulk = models.BooleanField("批量同类", default=False, help_text="课桌椅、图书这类，大批同类的不论单价都记固定资产。")
    is_favourite = models.BooleanField("本校常用", default=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "资产类别"
        ordering = ["scheme", "code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="asset_class_once", violation_error_message="这个标准里已经有这个代码"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"
