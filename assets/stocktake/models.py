"""盘点: a campaign whose list is frozen from the book, counted room by room, recounted in part, settled by approval (AST-05)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.card.models import MOST_PIECES, AssetCard
from assets.money import money_field
from logistics.platform.kernel.models import Model, Stamped

NOTHING = Decimal(0)


class StocktakeKind(models.TextChoices):
    TERM_START = "term_start", "开学清点"
    TERM_MIDDLE = "term_middle", "期中清点"
    TERM_END = "term_end", "期末清点"
    HOLIDAY = "holiday", "放假前清点"
    YEAR = "year", "年度清查"
    SPOT = "spot", "抽查"


class StocktakeState(models.TextChoices):
    DRAFT = "draft", "起草"
    COUNTING = "counting", "清点中"
    RECOUNT = "recount", "复盘中"
    SETTLING = "settling", "处理差异"
    SUBMITTED = "submitted", "待批准"
    DONE = "done", "已结束"
    VOID = "void", "已作废"


STOCKTAKE_MOVES = {
    StocktakeState.DRAFT: (StocktakeState.COUNTING, StocktakeState.VOID),
    StocktakeState.COUNTING: (StocktakeState.RECOUNT, StocktakeState.SETTLING, StocktakeState.VOID),
    StocktakeState.RECOUNT: (StocktakeState.SETTLING, StocktakeState.VOID),
    StocktakeState.SETTLING: (StocktakeState.SUBMITTED, StocktakeState.DONE, StocktakeState.VOID),
    StocktakeState.SUBMITTED: (StocktakeState.SETTLING, StocktakeState.DONE),
}
STOCKTAKE_TONES = {
    StocktakeState.DRAFT: "wait", StocktakeState.COUNTING: "doing", StocktakeState.RECOUNT: "doing", StocktakeState.SETTLING: "wait",
    StocktakeState.SUBMITTED: "wait", StocktakeState.DONE: "done", StocktakeState.VOID: "void",
}  # fmt: skip
GOING_ON = (StocktakeState.COUNTING, StocktakeState.RECOUNT, StocktakeState.SETTLING, StocktakeState.SUBMITTED)


class Stocktake(Stamped):
    """What is counted, by whom, until when. What the book said is frozen on its lines when it starts."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    title = models.CharField("名称", max_length=60)
    kind = models.CharField("种类", max_length=12, choices=StocktakeKind, default=StocktakeKind.TERM_END)
    places = models.ManyToManyField("platform.Place", blank=True, related_name="+", verbose_name="地点")
    classes = models.ManyToManyField("assets.AssetClass", blank=True, related_name="+", verbose_name="资产类别")
    departments = models.ManyToManyField("platform.Department", blank=True, related_name="+", verbose_name="使用部门")
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="盘点小组")
    scope = models.CharField("范围", max_length=300, default="全校在账资产", editable=False)  # the three above in words
    is_blind = models.BooleanField("盲盘", default=False)
    recount_percent = models.PositiveSmallIntegerField("抽多少复盘（%）", default=10)
    starts_on = models.DateField("开始")
    due_on = models.DateField("完成期限")
    occurrence = models.ForeignKey("platform.Occurrence", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name="例行任务")
    state = models.CharField("状态", max_length=9, choices=StocktakeState, default=StocktakeState.DRAFT, editable=False)
    started_at = models.DateTimeField("冻结账面", null=True, editable=False)
    counted_at = models.DateTimeField("点完", null=True, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="送批人")
    submitted_at = models.DateTimeField("送批时间", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    done_on = models.DateField("结束日期", null=True, editable=False)
    words = models.CharField("退回或作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "盘点"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="stocktake_by_state")]
        constraints = [
            models.CheckConstraint(name="stocktake_days", condition=Q(due_on__gte=F("starts_on")), violation_error_message="完成期限不能早于开始"),
            models.CheckConstraint(name="stocktake_percent", condition=Q(recount_percent__lte=100), violation_error_message="复盘比例是 0 到 100"),
            models.CheckConstraint(name="stocktake_started", condition=Q(state__in=["draft", "void"]) | Q(started_at__isnull=False)),
            models.CheckConstraint(name="stocktake_done_has_day", condition=~Q(state="done") | Q(done_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.title} {self.number}"

    @property
    def tone(self) -> str:
        return STOCKTAKE_TONES[StocktakeState(self.state)]

    @property
    def is_going_on(self) -> bool:
        return self.state in GOING_ON


class SheetState(models.TextChoices):
    WAITING = "waiting", "待点"
    COUNTED = "counted", "已点"
    SKIPPED = "skipped", "没有点"


SHEET_MOVES = {
    SheetState.WAITING: (SheetState.COUNTED, SheetState.SKIPPED),
    SheetState.COUNTED: (SheetState.WAITING,),
    SheetState.SKIPPED: (SheetState.WAITING,),
}
SHEET_TONES = {SheetState.WAITING: "wait", SheetState.COUNTED: "done", SheetState.SKIPPED: "void"}


class CountSheet(Model):
    """One room to be counted by one person; a large room has several. Round 2 counts a sample of the lines again."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="sheets", verbose_name="盘点")
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, related_name="+", verbose_name="地点")
    part = models.PositiveSmallIntegerField("第几张", default=1)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    counter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="盘点人")
    state = models.CharField("状态", max_length=8, choices=SheetState, default=SheetState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=1)  # which of its counts is the one in force
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁点的")
    counted_at = models.DateTimeField("点完时间", null=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "点数单"
        ordering = ["id"]
        indexes = [models.Index(fields=["counter", "state"], name="count_sheet_by_counter")]
        constraints = [
            models.UniqueConstraint(fields=["stocktake", "place", "part", "round"], name="count_sheet_once"),
            models.UniqueConstraint(fields=["stocktake", "part", "round"], condition=Q(place=None), name="count_sheet_nowhere_once"),
            models.CheckConstraint(name="count_sheet_round", condition=Q(round__in=[1, 2])),
            models.CheckConstraint(name="count_sheet_counted", condition=~Q(state="counted") | Q(counted_by__isnull=False, counted_at__isnull=False)),
            models.CheckConstraint(name="count_sheet_skip_reason", condition=~Q(state="skipped") | ~Q(note="")),
        ]

    def __str__(self):
        words = str(self.place) if self.place_id else "没有登记地点的"
        return f"{words}{f'（第 {self.part} 张）' if self.part > 1 else ''}{'（复盘）' if self.round == 2 else ''}"

    @property
    def tone(self) -> str:
        return SHEET_TONES[SheetState(self.state)]


class CountLine(Model):
    """A card as the book had it when the stocktake began, and what was found of it."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="lines")
    sheet = models.ForeignKey(CountSheet, models.PROTECT, related_name="lines", verbose_name="点数单")
    card = models.ForeignKey(AssetCard, models.PROTECT, related_name="count_lines", verbose_name="资产")
    quantity = models.PositiveIntegerField("账面数量")
    cost = money_field("账面原值（元）")
    custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="保管人")
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, related_name="+", verbose_name="使用部门")
    counted = models.PositiveIntegerField("第一次点到", null=True)  # where it should be; None while nobody has counted there
    recounted = models.PositiveIntegerField("复盘点到", null=True)
    elsewhere = models.PositiveIntegerField("在别处", default=0)
    missing = models.PositiveIntegerField("没找到", default=0)
    recount_sheet = models.ForeignKey(CountSheet, models.PROTECT, null=True, related_name="sampled", verbose_name="复盘单")

    class Meta:
        verbose_name = "盘点明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stocktake", "card"], name="stocktake_line_once"),
            models.CheckConstraint(name="stocktake_line_quantity", condition=Q(quantity__gt=0)),
        ]

    def __str__(self):
        return str(self.card)

    @property
    def here(self) -> int | None:
        """What counts as found in its place: the second person's figure where there is one."""
        return self.counted if self.recounted is None else self.recounted


class CountFind(Model):
    """What somebody found in a room: a card, a code nobody knows, or a thing without a label. A new count keeps those of the old one."""

    sheet = models.ForeignKey(CountSheet, models.PROTECT, related_name="finds")
    attempt = models.PositiveSmallIntegerField()
    card = models.ForeignKey(AssetCard, models.PROTECT, null=True, related_name="+", verbose_name="资产")
    code = models.CharField("编码", max_length=60, blank=True)
    name = models.CharField("名称", max_length=60, blank=True)
    quantity = models.PositiveIntegerField("数量")

    class Meta:
        verbose_name = "清点记录"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="count_find_quantity", condition=Q(quantity__range=(1, MOST_PIECES))),
            models.CheckConstraint(name="count_find_of_something", condition=Q(card__isnull=False) | ~Q(code="") | ~Q(name="")),
        ]

    def __str__(self):
        return self.name or self.code or str(self.card_id)


class DifferenceKind(models.TextChoices):
    ELSEWHERE = "elsewhere", "在别处"
    MISSING = "missing", "没找到"
    SURPLUS = "surplus", "账上没有"


DIFFERENCE_TONES = {DifferenceKind.ELSEWHERE: "wait", DifferenceKind.MISSING: "late", DifferenceKind.SURPLUS: "doing"}


class Decision(models.TextChoices):
    MOVE = "move", "改到现在的地点"
    BACK = "back", "搬回原处，账不动"
    SHORTAGE = "shortage", "盘亏"
    FOUND = "found", "后来找到，账不动"
    BOOK = "book", "盘盈入账"
    IGNORE = "ignore", "不入账"


DECISIONS = {
    DifferenceKind.ELSEWHERE: (Decision.MOVE, Decision.BACK),
    DifferenceKind.MISSING: (Decision.SHORTAGE, Decision.FOUND),
    DifferenceKind.SURPLUS: (Decision.BOOK, Decision.IGNORE),
}
NEEDS_REASON = (Decision.SHORTAGE, Decision.FOUND, Decision.IGNORE)


class Difference(Model):
    """One thing on which book and school disagree, what was decided, and what came of it."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="differences", verbose_name="盘点")
    kind = models.CharField("差异", max_length=9, choices=DifferenceKind)
    line = models.ForeignKey(CountLine, models.PROTECT, null=True, related_name="differences")
    card = models.ForeignKey(AssetCard, models.PROTECT, null=True, related_name="+", verbose_name="资产")
    code = models.CharField("编码", max_length=60, blank=True)
    name = models.CharField("名称", max_length=60)
    quantity = models.PositiveIntegerField("数量")
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, related_name="+", verbose_name="在哪里发现")
    decision = models.CharField("怎么处理", max_length=8, choices=Decision, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    asset_class = models.ForeignKey("assets.AssetClass", models.PROTECT, null=True, related_name="+", verbose_name="资产类别")
    price = money_field("单价（元）", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    result = models.ForeignKey(AssetCard, models.PROTECT, null=True, related_name="+", verbose_name="处理后的卡片")

    class Meta:
        verbose_name = "盘点差异"
        ordering = ["id"]
        indexes = [models.Index(fields=["stocktake", "kind"], name="difference_by_kind")]
        constraints = [
            models.CheckConstraint(name="difference_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="difference_says_why", condition=~Q(decision__in=list(NEEDS_REASON)) | ~Q(reason="")),
            models.CheckConstraint(
                name="difference_fits",
                condition=Q(decision="")
                | Q(kind="elsewhere", decision__in=["move", "back"])
                | Q(kind="missing", decision__in=["shortage", "found"])
                | Q(kind="surplus", decision__in=["book", "ignore"]),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.name} × {self.quantity}"

    @property
    def tone(self) -> str:
        return DIFFERENCE_TONES[DifferenceKind(self.kind)]
