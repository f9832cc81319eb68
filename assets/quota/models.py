"""定额: how much a department may draw from the store rooms, and print, in a term (STK-08, STK-09)."""

from django.db import models
from django.db.models import Q

from assets.item.models import ItemKind
from assets.money import money_field
from logistics.platform.kernel.models import Stamped


class Quota(Stamped):
    """Of one department and term: for everything, or for one kind of goods. Sheets of paper only for everything."""

    term = models.ForeignKey("platform.Term", models.PROTECT, related_name="+", verbose_name="学期")
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    kind = models.ForeignKey(ItemKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="物品类别")
    amount = money_field("领用定额（元）", null=True, blank=True)
    sheets = models.PositiveIntegerField("打印复印定额（张）", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "部门定额"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "department"], condition=Q(kind=None), name="quota_once", violation_error_message="这个部门这学期的总定额已经有了"
            ),
            models.UniqueConstraint(
                fields=["term", "department", "kind"], condition=Q(kind__isnull=False), name="quota_of_kind_once",
                violation_error_message="这个部门这类物品的定额已经有了",
            ),
            models.CheckConstraint(
                name="quota_says_something", condition=Q(amount__isnull=False) | Q(sheets__isnull=False), violation_error_message="请填领用定额或者打印复印定额"
            ),
            models.CheckConstraint(name="quota_amount_positive", condition=Q(amount=None) | Q(amount__gte=0), violation_error_message="定额不能小于零"),
            models.CheckConstraint(
                name="quota_sheets_for_all", condition=Q(kind=None) | Q(sheets=None), violation_error_message="打印复印定额不分物品类别，请写在总定额里"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.department} {self.kind or '全部物品'}"
