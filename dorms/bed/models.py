"""Where boarders sleep: buildings, rooms, beds, and who sleeps in which bed from when to when (DOR-01)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped
from logistics.platform.org.models import Sex


class DormBuilding(Stamped):
    """A building people sleep in. `sex` empty: its rooms say so themselves. Whoever stands in `keepers` answers for its nights."""

    place = models.OneToOneField("platform.Place", models.PROTECT, related_name="dorm_building", verbose_name="楼栋")
    sex = models.CharField("住男生还是女生", max_length=1, choices=Sex, blank=True, help_text="空着就是看房间。")
    keepers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="dorm_buildings", verbose_name="宿管员")
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "宿舍楼"
        ordering = ["order", "id"]

    def __str__(self):
        return self.place.name


class DormRoom(Stamped):
    """A room with beds. `grade` is a wish of the school: others are put there only with a warning."""

    building = models.ForeignKey(DormBuilding, models.PROTECT, related_name="rooms", verbose_name="宿舍楼")
    place = models.OneToOneField("platform.Place", models.PROTECT, related_name="dorm_room", verbose_name="房间")
    sex = models.CharField("住男生还是女生", max_length=1, choices=Sex)
    grade = models.CharField("年级", max_length=20, blank=True)
    area = models.DecimalField("面积（平方米）", max_digits=6, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "宿舍"
        ordering = ["building__order", "place__path"]

    def __str__(self):
        return f"{self.place.parent.name} {self.place.name}" if self.place.parent else self.place.name


class Bed(models.Model):
    room = models.ForeignKey(DormRoom, models.PROTECT, related_name="beds", verbose_name="宿舍")
    number = models.PositiveSmallIntegerField("床号")
    is_active = models.BooleanField("能用", default=True)
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = "床位"
        ordering = ["room_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="bed_number_unique", violation_error_message="这间宿舍已经有这个床号"),
            models.CheckConstraint(name="bed_number_range", condition=Q(number__range=(1, 40)), violation_error_message="床号在 1 到 40 之间"),
        ]

    def __str__(self):
        return f"{self.room} {self.number} 号床"


class Stay(Stamped):
    """A student sleeps in a bed from `since` until `until` (the last night's date; empty: still)."""

    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="stays", verbose_name="学生")
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="stays", verbose_name="床位")
    since = models.DateField("从")
    until = models.DateField("到", null=True, editable=False)
    why_left = models.CharField("离开的原因", max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = "入住"
        ordering = ["bed", "since"]
        constraints = [
            models.UniqueConstraint(fields=["bed"], condition=Q(until=None), name="stay_bed_once", violation_error_message="这张床已经有人"),
            models.UniqueConstraint(fields=["student"], condition=Q(until=None), name="stay_student_once", violation_error_message="这个学生已经有床位"),
            models.CheckConstraint(name="stay_period", condition=Q(until=None) | Q(until__gte=F("since")), violation_error_message="离开不能早于入住"),
        ]

    def __str__(self):
        return f"{self.student} {self.bed}"
