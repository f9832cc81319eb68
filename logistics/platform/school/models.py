"""The school itself: one row of facts printed on papers and used by defaults."""

from django.db import models

from logistics.platform.kernel.keeping import kept

KEPT_AS = "school"


class School(models.Model):
    name = models.CharField("学校名称", max_length=60)
    short_name = models.CharField("简称", max_length=20, blank=True)
    office = models.CharField("后勤部门", max_length=30, default="总务处")
    office_place = models.CharField("办公地点", max_length=60, blank=True)
    office_phone = models.CharField("保障电话", max_length=30, blank=True)
    address = models.CharField("外网地址", max_length=100, blank=True, help_text="二维码里的网址，例如 https://hq.example.edu.cn")
    accept_days = models.PositiveSmallIntegerField("验收期限（天）", default=3, help_text="完工后多少个工作日内请报修人验收，过期由总务主任代签")
    repeat_days = models.PositiveSmallIntegerField("重复报修提示（天）", default=30)

    class Meta:
        verbose_name = "学校信息"

    def __str__(self):
        return self.name


def school() -> School:
    """The one row, at most a minute old, or an unsaved default before the school is set up."""
    return kept(KEPT_AS, School.objects.first) or School(name="本校")
