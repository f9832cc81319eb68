"""膳食委员会: its members by term, what it met about and looked at, opinions until they are answered (CAN-14)."""

from django.db import models
from django.db.models import F, Q

from canteen.evidence import VIEW, Evidence, struck_whole
from canteen.late import not_ahead
from logistics.platform.board.models import PostState
from logistics.platform.kernel.models import Stamped


class Side(models.TextChoices):
    PARENT = "parent", "家长"
    TEACHER = "teacher", "教师"
    STUDENT = "student", "学生"
    SCHOOL = "school", "学校"


class CommitteeMember(Stamped):
    """A member for a term; parents and pupils are no accounts, so the name is written."""

    name = models.CharField("姓名", max_length=30)
    stands_for = models.CharField("代表谁", max_length=8, choices=Side)
    origin = models.CharField("班级或部门", max_length=40, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    since = models.DateField("任期从")
    until = models.DateField("任期到")

    class Meta:
        verbose_name = "膳食委员"
        ordering = ["-until", "stands_for", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "since"], name="committee_member_once", violation_error_message="这位委员已经登记了这个任期"),
            models.CheckConstraint(name="committee_term_forward", condition=Q(until__gte=F("since")), violation_error_message="任期到不能早于任期从"),
        ]

    def __str__(self):
        return self.name


class ActivityKind(models.TextChoices):
    MEETING = "meeting", "会议"
    LOOK = "look", "检查"


class CommitteeActivity(Evidence):
    """A meeting or an inspection with who was there; opinions are added to it, each somebody's to answer."""

    writes = VIEW

    kind = models.CharField("种类", max_length=8, choices=ActivityKind)
    topic = models.CharField("事由", max_length=100)
    present = models.CharField("到场的委员", max_length=300, editable=False)
    number_present = models.PositiveSmallIntegerField("到场人数", editable=False)
    content = models.CharField("情况", max_length=1000)
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")

    class Meta:
        verbose_name = "膳食委员会活动"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("committee_activity_not_ahead"),
            struck_whole("committee_activity_struck"),
            models.CheckConstraint(name="committee_activity_attended", condition=Q(number_present__gt=0)),
        ]

    def __str__(self):
        return self.topic

    @property
    def is_public(self) -> bool:
        """On the board and not taken down by hand; what was taken down may be put right and published again."""
        return self.post is not None and self.post.state == PostState.PUBLISHED

    @property
    def kept_because(self) -> str:
        if self.post_id:
            return "公示过的不能划去。"
        return "意见已经交给人办，不能划去。" if self.opinions.exists() else ""


class CommitteeOpinion(Stamped):
    """What a member asked for; the task holds who answers by when, and the answer."""

    activity = models.ForeignKey(CommitteeActivity, models.PROTECT, related_name="opinions")
    fault = models.OneToOneField("canteen.Fault", models.PROTECT, related_name="opinion")

    class Meta:
        verbose_name = "膳食委员会意见"
        ordering = ["id"]

    def __str__(self):
        return self.fault.problem
