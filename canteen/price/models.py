"""询价: what an ingredient costs at a supplier or on the market on a day (CAN-24)."""

from django.db import models
from django.db.models import Q

from canteen.fields import price_field
from logistics.platform.kernel.models import Stamped


class PriceCheck(Stamped):
    """One price somebody was told or read. Never edited; a newer one stands beside it."""

    on = models.DateField("日期")
    ingredient = models.ForeignKey("canteen.Ingredient", models.PROTECT, related_name="price_checks", verbose_name="食材")
    supplier = models.ForeignKey("canteen.Supplier", models.PROTECT, null=True, blank=True, related_name="quotes", verbose_name="供应商报价")
    market = models.CharField("市场", max_length=40, blank=True, help_text="例如 城北农贸市场、区价格监测网。")
    price = price_field("单价（元）")
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "询价记录"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["ingredient", "-on"], name="price_check_by_ingredient")]
        constraints = [
            models.CheckConstraint(name="price_check_positive", condition=Q(price__gt=0), violation_error_message="单价要大于零"),
            models.CheckConstraint(
                name="price_check_has_one_source",
                condition=(Q(supplier__isnull=False) & Q(market="")) | (Q(supplier=None) & ~Q(market="")),
                violation_error_message="供应商和市场写一个",
            ),
        ]

    def __str__(self):
        return f"{self.ingredient} {self.source}"

    @property
    def source(self) -> str:
        return str(self.supplier) if self.supplier_id else self.market
