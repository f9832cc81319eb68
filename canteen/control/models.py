"""日管控、周排查、月调度: lists of what is looked at, sheets of what was found, faults until they are mended, the papers made of them (CAN-06, CAN-20)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.evidence import CHECK, Evidence, struck_whole
from canteen.late import not_ahead
from logistics.platform.kernel.models import Model, Stamped


class Book(models.TextChoices):
    PROCESS = "process", "加工过程检查"
    HYGIENE = "hygiene", "卫生检查评分"
    DAILY = "daily", "每日食品安全检查"


class CheckItem(Stamped):
    """One thing to look at; the school writes its own list (食品安全风险管控清单). Answers keep its words."""

    book = models.CharField("哪张表", max_length=8, choices=Book)
    group = models.CharField("分类", max_length=20, blank=True)
    content = models.CharField("检查内容", max_length=120)
    is_key = models.BooleanField("重点项", default=False)
    points = models.PositiveSmallIntegerField("分值", default=0, help_text="只有评分的表要写。")
    order = models.PositiveSmallIntegerField("顺序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "检查项目"
        ordering = ["book", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["book", "content"], name="check_item_once", violation_error_message="这张表里已经有这一项")]

    def __str__(self):
        return self.content


class CheckSheet(Evidence):
    """One walk through one list: every item answered, also when nothing was found."""

    writes = CHECK

    book = models.CharField("哪张表", max_length=8, choices=Book, editable=False)
    on = models.DateField("日期", editable=False)
    meal = models.ForeignKey("canteen.Meal", models.PROTECT, null=True, blank=True, related_name="check_sheets", verbose_name="哪一餐")
    items = models.PositiveSmallIntegerField("检查项数", editable=False, default=0)
    faults_found = models.PositiveSmallIntegerField("不合格项数", editable=False, default=0)
    score = models.PositiveSmallIntegerField("得分", null=True, editable=False)
    full_score = models.PositiveSmallIntegerField("满分", null=True, editable=False)

    class Meta:
        verbose_name = "食品安全检查"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["book", "on"], name="check_sheet_by_day")]
        constraints = [
            not_ahead("check_sheet_not_ahead"),
            struck_whole("check_sheet_struck"),
            models.UniqueConstraint(
                fields=["on"], condition=Q(struck_at=None, book="daily"), name="check_sheet_daily_once", violation_error_message="今天的每日检查已经有了"
            ),
            models.CheckConstraint(name="check_sheet_score", condition=Q(score=None) | Q(score__lte=F("full_score"))),
        ]

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.get_book_display()}"


class Verdict(models.TextChoices):
    OK = "ok", "合格"
    BAD = "bad", "不合格"
    NONE = "none", "不适用"


class CheckAnswer(Model):
    sheet = models.ForeignKey(CheckSheet, models.PROTECT, related_name="answers")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+")
    group = models.CharField("分类", max_length=20, blank=True)
    text = models.CharField("检查内容", max_length=120)
    is_key = models.BooleanField("重点项", default=False)
    points = models.PositiveSmallIntegerField("分值", default=0)
    verdict = models.CharField("结果", max_length=4, choices=Verdict)
    problem = models.CharField("发现的问题", max_length=200, blank=True)

    class Meta:
        verbose_name = "检查结果"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="check_answer_once"),
            models.CheckConstraint(name="check_answer_says_what", condition=~Q(verdict="bad") | ~Q(problem="")),
        ]

    def __str__(self):
        return self.text


class FaultState(models.TextChoices):
    OPEN = "open", "整改中"
    DONE = "done", "已整改"


FAULT_MOVES = {FaultState.OPEN: (FaultState.DONE,)}


class Fault(Stamped):
    """A thing not in order: who mends it by when, and how it was mended."""

    answer = models.OneToOneField(CheckAnswer, models.PROTECT, null=True, editable=False, related_name="fault")
    source = models.CharField("从哪里来", max_length=60, blank=True, editable=False, help_text="不是检查发现的，写是谁在哪里提的。")
    on = models.DateField("发现日期", editable=False)
    problem = models.CharField("问题", max_length=200)
    measure = models.CharField("整改措施", max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="责任人")
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=4, choices=FaultState, default=FaultState.OPEN, editable=False)
    done_at = models.DateTimeField("整改完成", null=True, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="谁确认的")
    done_words = models.CharField("整改结果", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "整改事项"
        ordering = ["state", "due_on", "id"]
        constraints = [
            models.CheckConstraint(name="fault_from_somewhere", condition=Q(answer__isnull=False, source="") | Q(answer=None) & ~Q(source="")),
            models.CheckConstraint(name="fault_due_after", condition=Q(due_on__gte=F("on")), violation_error_message="期限不能早于发现那天"),
            models.CheckConstraint(
                name="fault_done_whole",
                condition=Q(state="open", done_at=None, done_by=None, done_words="")
                | Q(state="done", done_at__isnull=False, done_by__isnull=False) & ~Q(done_words=""),
            ),
        ]

    def __str__(self):
        return self.problem

    @property
    def origin(self) -> str:
        """The item that was looked at, or who said it where."""
        return self.answer.text if self.answer else self.source


class PaperKind(models.TextChoices):
    WEEK = "week", "每周食品安全排查治理报告"
    MONTH = "month", "每月食品安全调度会议纪要"


class PaperState(models.TextChoices):
    DRAFT = "draft", "待写"
    SIGNED = "signed", "已签字"


PAPER_MOVES = {PaperState.DRAFT: (PaperState.SIGNED,)}


class ControlPaper(Stamped):
    """The week's report or the month's minutes: figures gathered from the books, the people's words, one signature. Signed, it stands."""

    kind = models.CharField("哪种", max_length=5, choices=PaperKind)
    since = models.DateField("从")
    until = models.DateField("到")
    facts = models.JSONField(default=dict, editable=False)
    cause = models.CharField("原因分析", max_length=500, blank=True)
    measures = models.CharField("治理措施", max_length=500, blank=True)
    held_at = models.DateTimeField("会议时间", null=True, blank=True)
    place = models.CharField("地点", max_length=60, blank=True)
    attendees = models.CharField("参加人员", max_length=200, blank=True)
    complaints = models.CharField("投诉和意见", max_length=500, blank=True)
    focus = models.CharField("下阶段重点", max_length=500, blank=True)
    decision = models.CharField("决定", max_length=500, blank=True)
    state = models.CharField("状态", max_length=6, choices=PaperState, default=PaperState.DRAFT, editable=False)
    signed_at = models.DateTimeField("签字时间", null=True, editable=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="签字人")

    class Meta:
        verbose_name = "周排查和月调度"
        ordering = ["-since", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "since"], name="control_paper_once", violation_error_message="这一期已经有了"),
            models.CheckConstraint(name="control_paper_forward", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(
                name="control_paper_signed",
                condition=Q(state="draft", signed_at=None, signed_by=None) | Q(state="signed", signed_at__isnull=False, signed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.since.month}月{self.since.day}日至{self.until.month}月{self.until.day}日"
