"""Places as a tree: campus, building, floor, room (ORG-02)."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class Level(models.TextChoices):
    CAMPUS = "campus", "校区"
    BUILDING = "building", "楼栋"
    FLOOR = "floor", "楼层"
    ROOM = "room", "房间"


class PlaceKind(models.TextChoices):
    CLASSROOM = "classroom", "教室"
    OFFICE = "office", "办公室"
    SPECIAL = "special", "专用室"
    DORM = "dorm", "宿舍"
    CANTEEN = "canteen", "食堂"
    STORE = "store", "仓库"
    TOILET = "toilet", "卫生间"
    EQUIPMENT = "equipment", "设备间"
    SPORTS = "sports", "运动场地"
    OUTDOOR = "outdoor", "室外场地"
    PUBLIC = "public", "公共区域"
    OTHER = "other", "其他"


class Place(Model):
    """`path` is "/1/4/27/": ids from the root to this place, so a subtree is one prefix."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级")
    level = models.CharField("层级", max_length=10, choices=Level)
    kind = models.CharField("用途", max_length=10, choices=PlaceKind, default=PlaceKind.OTHER)
    name = models.CharField("名称", max_length=60)
    code = models.CharField("编码", max_length=20, unique=True, help_text="印在门牌二维码上，不会变")
    full_name = models.CharField("全称", max_length=200, editable=False)
    path = models.CharField(max_length=100, editable=False, default="", db_index=True)
    building = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="楼栋")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="places", verbose_name="责任人")
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="places", verbose_name="使用部门")
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "地点"
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="place_name_unique_in_parent", violation_error_message="同一个上级下面已经有这个名称"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent=None), name="place_name_unique_at_top", violation_error_message="已经有这个名称，请换一个"
            ),
        ]

    def __str__(self):
        return self.full_name or self.name
