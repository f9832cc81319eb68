"""违章电器: what was found in a room, with a photo; what is kept goes back to a parent against a signature (DOR-05)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead

from .rights import BOOKS


class Banned(models.TextChoices):
    """What may not be in a dormitory by the ten fire rules for schools."""

    HEATER = "heater", "热得快"
    STOVE = "stove", "电磁炉、电热锅"
    KETTLE = "kettle", "电热水壶"
    BLANKET = "blanket", "电热毯、取暖器"
    HAIR = "hair", "电吹风、卷发棒"
    BATTERY = "battery", "电瓶、大容量电池"
    WIRING = "wiring", "私拉电线、插座"
    FLAME = "flame", "蜡烛、蚊香、打火机"
    OTHER = "other", "其他"


class ApplianceState(models.TextChoices):
    TOLD = "told", "当场教育"
    KEPT = "kept", "暂扣"
    RETURNED = "returned", "已归还"


APPLIANCE_MOVES = {ApplianceState.TOLD: (ApplianceState.KEPT,), ApplianceState.KEPT: (ApplianceState.RETURNED,)}
APPLIANCE_TONES = {ApplianceState.TOLD: "done", ApplianceState.KEPT: "wait", ApplianceState.RETURNED: "done"}


class Appliance(Evidence):
    """One find. `nth` counts the finds of this pupil, or of the room where nobody is named, in the school year up to this one."""

    books = BOOKS

    room = models.ForeignKey("dorms.DormRoom", models.PROTECT, related_name="appliances", verbose_name="宿舍")
    on = models.DateField("日期", editable=False)
    student = models.ForeignKey("platform.Student", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="班级")
    kind = models.CharField("种类", max_length=8, choices=Banned)
    name = models.CharField("物品", max_length=40)
    quantity = models.PositiveSmallIntegerField("数量", default=1)
    kept_where = models.CharField("存放在哪里", max_length=60, blank=True)
    nth = models.PositiveSmallIntegerField("第几次", default=1, editable=False)
    state = models.CharField("状态", max_length=8, choices=ApplianceState, default=ApplianceState.TOLD, editable=False)
    parent = models.CharField("领取人", max_length=30, blank=True, editable=False)
    relation = models.CharField("与学生的关系", max_length=20, blank=True, editable=False)
    returned_at = models.DateTimeField("归还时间", null=True, editable=False)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="归还人")

    class Meta:
        verbose_name = "违章电器"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["on", "room"], name="appliance_by_day"), models.Index(fields=["state", "-id"], name="appliance_by_state")]
        constraints = [
            not_ahead("appliance_not_ahead"),
            struck_whole("appliance_struck"),
            models.CheckConstraint(name="appliance_quantity", condition=Q(quantity__range=(1, 99)), violation_error_message="数量在 1 到 99 之间"),
            models.CheckConstraint(name="appliance_kept", condition=~Q(state="kept") | ~Q(kept_where=""), violation_error_message="暂扣的要写存放在哪里"),
            models.CheckConstraint(
                name="appliance_returned",
                condition=Q(state="returned", returned_at__isnull=False, returned_by__isnull=False) & ~Q(parent="") & ~Q(relation="")
                | ~Q(state="returned") & Q(returned_at=None, returned_by=None, parent=""),
            ),
        ]

    def __str__(self):
        return f"{self.room} {self.name}"

    @property
    def kept_because(self) -> str:
        return "已经归还的不能划去。" if self.state == ApplianceState.RETURNED else ""
