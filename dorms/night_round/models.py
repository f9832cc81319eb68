"""The night's rounds through a dorm building: the plan of a building, and each round with what was seen (DOR-05).

When a round is due stands in the platform's duties; a round belongs to one occurrence there.
"""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from dorms.bed.models import DormBuilding
from logistics.platform.duties.rhythm import Days
from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.org.models import Sex

PRODUCER = "dorms.night"
PERSON = settings.AUTH_USER_MODEL


class NightPlan(Stamped):
    """Who walks through a building at night, and how often. The platform's duty behind it makes and watches the times."""

    building = models.OneToOneField(
        DormBuilding, models.PROTECT, related_name="night_plan", verbose_name="宿舍楼", error_messages={"unique": "这栋楼已经排过夜间巡查，请改那一份。"}
    )
    owner_post = models.ForeignKey("platform.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任岗位")
    owner_person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人")
    supervisor = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="督促人")
    starts = models.TimeField("几点开始", default=time(22))
    until = models.TimeField("到几点", default=time(6))
    every = models.PositiveSmallIntegerField("每几小时一次", default=2)
    days = models.CharField("碰到放假", max_length=8, choices=Days, default=Days.TEACHING)
    by_women = models.BooleanField("走的人都是女的", default=False, help_text="女生楼夜里由女工作人员走，请确认排的人。")
    is_active = models.BooleanField("在用", default=True)
    duty = models.OneToOneField("platform.Duty", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="定时任务")

    class Meta:
        verbose_name = "夜间巡查安排"
        ordering = ["building__order", "id"]
        constraints = [
            models.CheckConstraint(
                name="night_plan_one_owner",
                condition=Q(owner_person=None, owner_post__isnull=False) | Q(owner_person__isnull=False, owner_post=None),
                violation_error_message="责任人和责任岗位选一个，只选一个。",
            ),
            models.CheckConstraint(name="night_plan_every", condition=Q(every__range=(1, 12)), violation_error_message="每 1 到 12 小时一次"),
        ]

    def __str__(self):
        return f"{self.building}夜间巡查"

    @property
    def subject(self) -> str:
        """How the duties name it."""
        return f"dorms.night:{self.pk}"

    @property
    def owner_words(self) -> str:
        return str(self.owner_person or self.owner_post or "")

    @property
    def warning(self) -> str:
        """What of the plan the director should look at; empty when nothing."""
        if self.building.sex == Sex.FEMALE and not self.by_women:
            return "女生楼夜里要由女工作人员走，还没有确认排的人。"
        return ""


class NightRound(Model):
    """One round through one building. `items` are the floors and what is looked at; `lines`, once walked, what was found. Then it is never changed.

    `lines` are {"text", "value", "ok", "note"}. `done_at` is when the server had it; an entry made without network says its own time in the journal.
    """

    occurrence = models.OneToOneField("platform.Occurrence", models.PROTECT, related_name="night_round", verbose_name="任务")
    building = models.ForeignKey(DormBuilding, models.PROTECT, related_name="night_rounds", verbose_name="宿舍楼")
    items = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    bad = models.PositiveSmallIntegerField("不正常", default=0)
    note = models.CharField("说明", max_length=300, blank=True)
    done_at = models.DateTimeField("时间", null=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name="谁走的")
    tickets = models.ManyToManyField("repairs.Ticket", related_name="+", verbose_name="报修单")

    class Meta:
        verbose_name = "夜间巡查"
        ordering = ["-id"]
        indexes = [models.Index(fields=["building", "-id"])]
        constraints = [
            models.CheckConstraint(name="night_round_whole", condition=Q(done_at=None, done_by=None, bad=0) | Q(done_at__isnull=False, done_by__isnull=False))
        ]

    def __str__(self):
        return f"{self.building} {timezone.localtime(self.occurrence.opens_at):%m-%d %H:%M}"
