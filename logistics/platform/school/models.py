"""The school itself: one row of facts printed on papers and used by defaults."""

from datetime import time

from django.db import models

from logistics.platform.kernel.keeping import kept
from logistics.platform.kernel.models import Model

KEPT_AS = "school"


class SchoolKind(models.TextChoices):
    PRIMARY = "primary", "小学"
    MIDDLE = "middle", "初中"
    HIGH = "high", "高中"
    NINE = "nine", "九年一贯制"
    FULL = "full", "完全中学"
    TWELVE = "twelve", "十二年一贯制"


class School(Model):
    name = models.CharField("学校名称", max_length=60)
    kind = models.CharField("学段", max_length=10, choices=SchoolKind, default=SchoolKind.MIDDLE)
    is_boarding = models.BooleanField("有住校生", default=False)
    short_name = models.CharField("简称", max_length=20, blank=True)
    office = models.CharField("后勤部门", max_length=30, default="总务处")
    office_place = models.CharField("办公地点", max_length=60, blank=True)
    office_phone = models.CharField("保障电话", max_length=30, blank=True)
    address = models.CharField("外网地址", max_length=100, blank=True, help_text="二维码里的网址，例如 https://hq.example.edu.cn")
    quiet_from = models.TimeField("安静时段从", default=time(21, 30), help_text="这段时间不发邮件，群机器人也不说话，紧急的除外。两个时间一样就是不设。")
    quiet_to = models.TimeField("到", default=time(6, 30))
    digest_at = models.TimeField("每天汇总邮件", default=time(7, 10))

    class Meta:
        verbose_name = "学校信息"

    def __str__(self):
        return self.name


def school() -> School:
    """The one row, at most a minute old, or an unsaved default before the school is set up."""
    return kept(KEPT_AS, School.objects.first) or School(name="本校")
