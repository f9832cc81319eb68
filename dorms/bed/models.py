"""Where boarders sleep: buildings, rooms, beds, and who sleeps in which bed from when to when (DOR-01)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped
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
        return f"{self.building.place.name} {self.place.name}"


class Bed(Model):
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
    """A student sleeps in a bed from the night of `since` up to the night before `left_on`; empty: still.

    Left on the day of coming is no night at all. `student_sex` and `room_sex` are what they were at moving in, so that the table itself holds that they agree.
    """

    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="stays", verbose_name="学生")
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="stays", verbose_name="床位")
    since = models.DateField("入住日期")
    left_on = models.DateField("离开日期", null=True, editable=False)
    why_left = models.CharField("离开的原因", max_length=60, blank=True, editable=False)
    student_sex = models.CharField("学生性别", max_length=1, choices=Sex, editable=False)
    room_sex = models.CharField("宿舍住", max_length=1, choices=Sex, editable=False)

    class Meta:
        verbose_name = "住宿"
        ordering = ["bed", "since"]
        indexes = [models.Index(fields=["since", "left_on"], name="stay_by_days")]
        constraints = [
            models.UniqueConstraint(fields=["bed"], condition=Q(left_on=None), name="stay_bed_once", violation_error_message="这张床已经有人"),
            models.UniqueConstraint(fields=["student"], condition=Q(left_on=None), name="stay_student_once", violation_error_message="这个学生已经有床位"),
            models.CheckConstraint(name="stay_period", condition=Q(left_on=None) | Q(left_on__gte=F("since")), violation_error_message="离开不能早于入住"),
            models.CheckConstraint(name="stay_left_why", condition=Q(left_on=None) | ~Q(why_left=""), violation_error_message="请写离开的原因"),
            models.CheckConstraint(name="stay_sex", condition=Q(student_sex=F("room_sex")), violation_error_message="男生住男生宿舍，女生住女生宿舍"),
        ]

    def __str__(self):
        return f"{self.student} {self.bed}"


class DormItem(Model):
    """What a boarder is handed over with the bed: the key, a chair."""

    name = models.CharField("物品", max_length=30, unique=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "入住物品"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Handing(models.TextChoices):
    IN = "in", "入住交接"
    OUT = "out", "退宿交接"


class HandSheet(Stamped):
    """The items looked at together when somebody moves in or out, signed by the boarder. Only ever added to.

    `rows` is [{"name": …, "state": "好" | "损坏" | "缺少"}].
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="sheets", verbose_name="住宿")
    kind = models.CharField("交接", max_length=3, choices=Handing)
    rows = models.JSONField("物品", default=list)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "宿舍交接单"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["stay", "kind"], name="hand_sheet_once", violation_error_message="这次交接已经登记过")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.stay}"

    @property
    def bad(self) -> list[dict]:
        """What was damaged or missing."""
        return [row for row in self.rows if row["state"] != "好"]


class MoveState(models.TextChoices):
    ASKED = "asked", "等审批"
    DONE = "done", "已调换"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


MOVE_MOVES = {MoveState.ASKED: (MoveState.DONE, MoveState.REFUSED, MoveState.WITHDRAWN)}
MOVE_TONES = {MoveState.ASKED: "wait", MoveState.DONE: "done", MoveState.REFUSED: "late", MoveState.WITHDRAWN: "void"}


class Wish(models.TextChoices):
    TEACHER = "teacher", "班主任提出"
    PARENT = "parent", "家长提出"
    KEEPER = "keeper", "宿管提出"


class RoomMove(Stamped):
    """调换宿舍: into a free bed, or two students change beds. Somebody other than who asked decides."""

    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    from_bed = models.ForeignKey(Bed, models.PROTECT, related_name="+", verbose_name="现在的床位", editable=False)
    to_bed = models.ForeignKey(Bed, models.PROTECT, related_name="+", verbose_name="换到")
    other = models.ForeignKey("platform.Student", models.PROTECT, null=True, related_name="+", verbose_name="和谁对换", editable=False)
    wish = models.CharField("谁提出的", max_length=8, choices=Wish)
    reason = models.CharField("原因", max_length=200)
    state = models.CharField("状态", max_length=10, choices=MoveState, default=MoveState.ASKED, editable=False)
    decided_at = models.DateTimeField("审批时间", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审批人")
    words = models.CharField("审批意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "调换宿舍"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="room_move_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["student"], condition=Q(state="asked"), name="room_move_one_open", violation_error_message="这个学生有一张调换申请还没办完"),
            models.CheckConstraint(name="room_move_other_bed", condition=~Q(to_bed=F("from_bed")), violation_error_message="已经在这张床"),
            models.CheckConstraint(name="room_move_by_another", condition=~Q(state__in=("done", "refused")) | Q(decided_by__isnull=False) & ~Q(decided_by=F("created_by"))),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.student}换到{self.to_bed}"
