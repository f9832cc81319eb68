"""进出登记: who that does not belong there went into kitchen and store, why, and who let them in (CAN-25)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.late import Claimed, not_ahead


class Area(models.TextChoices):
    KITCHEN = "kitchen", "加工操作间"
    SERVING = "serving", "备餐间"
    STORE = "store", "食材库"
    SAMPLE = "sample", "留样间"


class AccessEntry(Claimed):
    """One visit; `happened_at` is when it began. Only the time of leaving is written in later."""

    area = models.CharField("去哪里", max_length=8, choices=Area)
    name = models.CharField("姓名", max_length=30)
    unit = models.CharField("单位", max_length=60)
    purpose = models.CharField("事由", max_length=120)
    is_healthy = models.BooleanField("没有发热、腹泻、手部伤口", default=False)
    is_dressed = models.BooleanField("穿戴了工作衣帽", default=False)
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁同意")
    left_at = models.DateTimeField("离开时间", null=True, editable=False)
    left_noted_at = models.DateTimeField("离开登记", null=True, editable=False)

    class Meta:
        verbose_name = "进出登记"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("access_not_ahead"),
            models.CheckConstraint(name="access_left_after_coming", condition=Q(left_at=None) | Q(left_at__gte=F("happened_at"))),
            models.CheckConstraint(
                name="access_left_whole", condition=Q(left_at=None, left_noted_at=None) | Q(left_at__isnull=False, left_noted_at__gte=F("left_at"))
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.get_area_display()}"
