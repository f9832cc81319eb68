"""Scores of rooms by the school's own sheet, appeals against them, and the ranking of a week or a month with its stars (DOR-04)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.fixing import ScoreState
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Model, Stamped

from .rights import BOOKS

FULL = 100
PERSON = settings.AUTH_USER_MODEL


class ScoreSheet(Stamped):
    """评分表. `items` are {"name", "points", "faults": [[words, points off]]}, a hundred points in all. A change is a new sheet: scores keep theirs."""

    name = models.CharField("评分表", max_length=40)
    items = models.JSONField("评分项目", default=list, editable=False)
    is_current = models.BooleanField("在用", default=True, editable=False)

    class Meta:
        verbose_name = "宿舍评分表"
        ordering = ["-is_current", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="score_sheet_current", violation_error_message="已经有一张在用的评分表"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def sentence(self) -> str:
        """内务 40、卫生 40、纪律 20."""
        return "、".join(f"{item['name']} {item['points']}" for item in self.items)


SCORE_MOVES = {
    ScoreState.FINE: (ScoreState.OPEN,),
    ScoreState.OPEN: (ScoreState.FIXED, ScoreState.FINE),
    ScoreState.FIXED: (ScoreState.CLOSED, ScoreState.OPEN, ScoreState.FINE),
}


class RoomScore(Evidence):
    """One look at a room. `points` never change; `counted` is what counts after an appeal. `lines` are {"name", "full", "points", "faults"}, empty for
    a total that was imported."""

    books = BOOKS

    room = models.ForeignKey("dorms.DormRoom", models.PROTECT, related_name="scores", verbose_name="宿舍")
    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, null=True, editable=False, related_name="scores", verbose_name="评分表")
    on = models.DateField("日期", editable=False)
    lines = models.JSONField("各项得分", default=list, editable=False)
    points = models.PositiveSmallIntegerField("得分", editable=False)
    counted = models.PositiveSmallIntegerField("计入", editable=False)
    problem = models.CharField("问题", max_length=300, blank=True)
    due_on = models.DateField("整改期限", null=True, editable=False)
    state = models.CharField("状态", max_length=6, choices=ScoreState, default=ScoreState.FINE, editable=False)
    fixed_at = models.DateTimeField("整改时间", null=True, editable=False)
    fixed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="整改人")
    fixed_words = models.CharField("怎么整改的", max_length=200, blank=True, editable=False)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人")
    returned = models.PositiveSmallIntegerField("退回次数", default=0, editable=False)

    class Meta:
        verbose_name = "宿舍评分"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["on", "room"], name="room_score_by_day"), models.Index(fields=["state", "due_on"], name="room_score_by_state")]
        constraints = [
            not_ahead("room_score_not_ahead"),
            struck_whole("room_score_struck"),
            models.UniqueConstraint(
                fields=["room", "on"], condition=Q(struck_at=None), name="room_score_once", violation_error_message="这间宿舍这一天已经打过分了"
            ),
            models.CheckConstraint(name="room_score_points", condition=Q(points__lte=FULL, counted__lte=FULL), violation_error_message="得分在 0 到 100 之间"),
            models.CheckConstraint(name="room_score_fix", condition=Q(state="fine") | (~Q(problem="") & Q(due_on__isnull=False))),
            models.CheckConstraint(name="room_score_fixed", condition=~Q(state__in=["fixed", "closed"]) | Q(fixed_at__isnull=False, fixed_by__isnull=False)),
            models.CheckConstraint(name="room_score_checked", condition=~Q(state="closed") | Q(checked_by__isnull=False) & ~Q(checked_by=F("fixed_by"))),
        ]

    def __str__(self):
        return f"{self.room} {self.on.month}月{self.on.day}日 {self.points} 分"

    @property
    def kept_because(self) -> str:
        if self.state in (ScoreState.FIXED, ScoreState.CLOSED):
            return "已经整改的不能划去。"
        return "有申诉的不能划去，请在申诉里改判。" if ScoreAppeal.objects.filter(score=self.pk).exists() else ""


class ScoreClass(Model):
    """Which class had how many sleepers in the room on the day it was scored: a mixed room counts for each by its heads."""

    score = models.ForeignKey(RoomScore, models.PROTECT, related_name="classes", verbose_name="评分")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    heads = models.PositiveSmallIntegerField("人数")

    class Meta:
        verbose_name = "评分的班级"
        constraints = [
            models.UniqueConstraint(fields=["score", "school_class"], name="score_class_once"),
            models.CheckConstraint(name="score_class_heads", condition=Q(heads__gt=0)),
        ]

    def __str__(self):
        return f"{self.school_class} {self.heads} 人"


class AppealState(models.TextChoices):
    OPEN = "open", "待处理"
    KEPT = "kept", "维持原分"
    CHANGED = "changed", "改判"


APPEAL_MOVES = {AppealState.OPEN: (AppealState.KEPT, AppealState.CHANGED)}
APPEAL_TONES = {AppealState.OPEN: "wait", AppealState.KEPT: "void", AppealState.CHANGED: "done"}


class ScoreAppeal(Stamped):
    """申诉 by the head teacher, once a score. Decided by neither the one who asks nor the one who scored; the first score stays as it is."""

    score = models.OneToOneField(RoomScore, models.PROTECT, related_name="appeal", verbose_name="评分")
    scored_by = models.ForeignKey(PERSON, models.PROTECT, editable=False, related_name="+", verbose_name="打分人")
    reason = models.CharField("申诉理由", max_length=300)
    state = models.CharField("状态", max_length=7, choices=AppealState, default=AppealState.OPEN, editable=False)
    points = models.PositiveSmallIntegerField("改判后的得分", null=True, editable=False)
    words = models.CharField("处理意见", max_length=300, blank=True, editable=False)
    decided_at = models.DateTimeField("处理时间", null=True, editable=False)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人")

    class Meta:
        verbose_name = "评分申诉"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="score_appeal_by_state")]
        constraints = [
            models.CheckConstraint(name="score_appeal_points", condition=Q(points=None) | Q(points__lte=FULL)),
            models.CheckConstraint(
                name="score_appeal_decided",
                condition=Q(state="open", decided_at=None, decided_by=None, points=None)
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(words="") & ~Q(decided_by=F("created_by")) & ~Q(decided_by=F("scored_by"))),
            ),
            models.CheckConstraint(name="score_appeal_changed", condition=~Q(state="changed") | Q(points__isnull=False)),
        ]

    def __str__(self):
        return f"{self.score}的申诉"


class StarLevel(Model):
    """星级标准: what a room must reach in a month. The highest level whose every mark is reached counts."""

    name = models.CharField("名称", max_length=20, unique=True)
    stars = models.PositiveSmallIntegerField("几星", unique=True)
    average = models.DecimalField("月平均分不低于", max_digits=4, decimal_places=1)
    looks = models.PositiveSmallIntegerField("至少检查几次", default=4)
    low = models.PositiveSmallIntegerField("不合格最多几次", default=0)
    banned = models.PositiveSmallIntegerField("违章电器最多几次", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "星级标准"
        ordering = ["-stars"]
        constraints = [
            models.CheckConstraint(name="star_level_stars", condition=Q(stars__range=(1, 10)), violation_error_message="星级在 1 到 10 之间"),
            models.CheckConstraint(name="star_level_average", condition=Q(average__gte=0, average__lte=FULL), violation_error_message="平均分在 0 到 100 之间"),
            models.CheckConstraint(name="star_level_looks", condition=Q(looks__range=(1, 31)), violation_error_message="至少检查一次，最多 31 次"),
        ]

    def __str__(self):
        return self.name


class BulletinKind(models.TextChoices):
    WEEK = "week", "周评比"
    MONTH = "month", "月评比"


class BulletinState(models.TextChoices):
    PUBLISHED = "published", "已公布"
    VOID = "void", "已撤回"


class ScoreBulletin(Stamped):
    """The ranking of one week or month as it was published, frozen in `content`: rooms, classes, buildings, and for a month the stars with the marks they
    were given by."""

    kind = models.CharField("种类", max_length=5, choices=BulletinKind)
    first_on = models.DateField("从")
    last_on = models.DateField("到")
    content = models.JSONField("内容", default=dict, editable=False)
    state = models.CharField("状态", max_length=9, choices=BulletinState, default=BulletinState.PUBLISHED, editable=False)
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")
    reason = models.CharField("撤回原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "宿舍评比通报"
        ordering = ["-first_on", "kind", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first_on"], condition=~Q(state="void"), name="score_bulletin_once", violation_error_message="这一期已经公布了"
            ),
            models.CheckConstraint(name="score_bulletin_period", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(name="score_bulletin_void", condition=~Q(state="void") | ~Q(reason="")),
        ]

    def __str__(self):
        if self.kind == BulletinKind.MONTH:
            return f"{self.first_on.year}年{self.first_on.month}月宿舍评比"
        return f"{self.first_on.year}年{self.first_on.month}月{self.first_on.day}日至{self.last_on.month}月{self.last_on.day}日宿舍评比"
