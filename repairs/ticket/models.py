"""报修单: one report from the first photo to the signature (REP-01 to REP-08)."""

from decimal import Decimal

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model
from repairs.kind.models import FaultKind, Size


class State(models.TextChoices):
    NEW = "new", "待派工"
    ASSIGNED = "assigned", "待接单"
    TAKEN = "taken", "已接单"
    WORKING = "working", "维修中"
    WAITING = "waiting", "等待中"
    REFERRED = "referred", "已上报"
    FINISHED = "finished", "待验收"
    CLOSED = "closed", "已完成"
    CANCELLED = "cancelled", "已撤销"
    MERGED = "merged", "已并单"


MOVES = {
    State.NEW: (State.ASSIGNED, State.TAKEN, State.REFERRED, State.CANCELLED, State.MERGED),
    State.ASSIGNED: (State.NEW, State.ASSIGNED, State.TAKEN, State.WORKING, State.REFERRED, State.CANCELLED, State.MERGED),
    State.TAKEN: (State.NEW, State.ASSIGNED, State.WORKING, State.WAITING, State.FINISHED, State.REFERRED, State.CANCELLED, State.MERGED),
    State.WORKING: (State.ASSIGNED, State.WAITING, State.FINISHED, State.REFERRED),
    State.WAITING: (State.ASSIGNED, State.WORKING, State.REFERRED),
    State.REFERRED: (State.ASSIGNED, State.WAITING, State.CANCELLED),
    State.FINISHED: (State.CLOSED, State.WORKING),
}
OPEN = (State.NEW, State.ASSIGNED, State.TAKEN, State.WORKING, State.WAITING, State.REFERRED, State.FINISHED)
UNDONE = (State.NEW, State.ASSIGNED, State.TAKEN, State.WORKING)  # the clock runs
TONES = {
    State.NEW: "wait", State.ASSIGNED: "wait", State.TAKEN: "doing", State.WORKING: "doing", State.WAITING: "wait",
    State.REFERRED: "late", State.FINISHED: "wait", State.CLOSED: "done", State.CANCELLED: "void", State.MERGED: "void",
}  # fmt: skip


class Urgency(models.TextChoices):
    NORMAL = "normal", "一般"
    CLASS = "class", "影响上课"
    DANGER = "danger", "有危险"


class Channel(models.TextChoices):
    STAFF = "staff", "教职工"
    PUBLIC = "public", "扫码"
    ORIGIN = "origin", "转来"


class Cause(models.TextChoices):
    NATURAL = "natural", "自然老化"
    MISUSE = "misuse", "使用不当"
    MANMADE = "manmade", "人为损坏"
    INSTALL = "install", "安装质量"
    OTHER = "other", "其他"


class WaitReason(models.TextChoices):
    PARTS = "parts", "等配件"
    FIRM = "firm", "等外面单位"
    WARRANTY = "warranty", "等保修"
    ACCESS = "access", "进不了门"


class Ticket(Model):
    search = models.TextField(editable=False, default="")  # stands first: a search reads it of every row, and databases walk a row from its start
    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.NEW)
    channel = models.CharField("来源", max_length=8, choices=Channel, default=Channel.STAFF)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="tickets", verbose_name="地点")
    thing = models.CharField("物品", max_length=60, blank=True)
    card = models.ForeignKey("assets.AssetCard", models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name="资产卡片")
    kind = models.ForeignKey(FaultKind, models.PROTECT, related_name="tickets", verbose_name="类别")
    size = models.CharField("大小", max_length=5, choices=Size, default=Size.SMALL)
    urgency = models.CharField("紧急", max_length=8, choices=Urgency, default=Urgency.NORMAL)
    title = models.CharField("事由", max_length=60)
    description = models.TextField("说明", max_length=1000)
    available = models.CharField("方便时间", max_length=60, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets", verbose_name="报修人")
    reporter_name = models.CharField("报修人", max_length=50)
    reporter_phone = models.CharField("电话", max_length=20, blank=True)
    follow_code = models.CharField("查询码", max_length=12, blank=True, editable=False)
    reported_at = models.DateTimeField("报修时间")
    due_at = models.DateTimeField("期限")
    # the work
    repairer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="repairs", verbose_name="经办")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派工人")
    assigned_at = models.DateTimeField("派工时间", null=True, blank=True)
    taken_at = models.DateTimeField("接单时间", null=True, blank=True)
    arrived_at = models.DateTimeField("到场时间", null=True, blank=True)
    finished_at = models.DateTimeField("完工时间", null=True, blank=True)
    wait_reason = models.CharField("等什么", max_length=10, choices=WaitReason, blank=True)
    wait_note = models.CharField("等待说明", max_length=200, blank=True)
    firm = models.CharField("外面单位", max_length=80, blank=True)
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="往来单位")
    wait_until = models.DateField("预计到", null=True, blank=True)
    waited_minutes = models.PositiveIntegerField("等待（分）", default=0)
    cause = models.CharField("故障原因", max_length=10, choices=Cause, blank=True)
    work_done = models.TextField("处理经过", blank=True)
    minutes = models.PositiveIntegerField("工时（分）", default=0)
    material_cost = models.DecimalField("材料费", max_digits=10, decimal_places=2, default=Decimal(0))
    labour_cost = models.DecimalField("人工费", max_digits=10, decimal_places=2, default=Decimal(0))
    warranty_until = models.DateField("保修到", null=True, blank=True)
    damage_by = models.CharField("损坏人", max_length=60, blank=True)
    damage_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="损坏班级")
    rework = models.PositiveSmallIntegerField("返工次数", default=0)
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeats", verbose_name="重复故障")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入")
    escalated_at = models.DateTimeField("上报时间", null=True, blank=True)
    escalation = models.CharField("上报原因", max_length=200, blank=True)
    # the signature
    accept_by_on = models.DateField("验收期限", null=True, blank=True)
    closed_at = models.DateTimeField("验收时间", null=True, blank=True)
    rating = models.PositiveSmallIntegerField("评分", null=True, blank=True)
    origin_kind = models.CharField(max_length=60, blank=True, editable=False)
    origin_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = "报修单"
        indexes = [
            models.Index(fields=["state", "due_at", "repairer"]),  # the counts above the list read this alone
            models.Index(fields=["repairer", "state"]),
            models.Index(fields=["reported_at"]),
            models.Index(fields=["closed_at"]),
            models.Index(fields=["follow_code"]),
            models.Index(fields=["origin_kind", "origin_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_closed_is_signed", condition=~models.Q(state="closed") | models.Q(closed_at__isnull=False), violation_error_message="验收要有时间"
            ),
            models.CheckConstraint(
                name="ticket_given_has_repairer",
                condition=~models.Q(state__in=["assigned", "taken", "working", "finished"]) | models.Q(repairer__isnull=False),
                violation_error_message="派了工要有经办人",
            ),
            models.CheckConstraint(
                name="ticket_waiting_has_reason", condition=~models.Q(state="waiting") | ~models.Q(wait_reason=""), violation_error_message="等待要写原因"
            ),
            models.CheckConstraint(
                name="ticket_merged_names_other",
                condition=models.Q(state="merged", merged_into__isnull=False) | (~models.Q(state="merged") & models.Q(merged_into=None)),
                violation_error_message="并单要写并到哪一张",
            ),
            models.CheckConstraint(
                name="ticket_rating_1_to_5", condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)), violation_error_message="评分是 1 到 5"
            ),
            models.CheckConstraint(
                name="ticket_finish_after_report",
                condition=models.Q(finished_at=None) | models.Q(finished_at__gte=models.F("reported_at")),
                violation_error_message="完工不能早于报修",
            ),
            models.UniqueConstraint(fields=["follow_code"], condition=~models.Q(follow_code=""), name="ticket_follow_code_once"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def cost(self) -> Decimal:
        return self.material_cost + self.labour_cost

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def response_minutes(self) -> int | None:
        """From report to arrival, by the clock on the wall."""
        return round((self.arrived_at - self.reported_at).total_seconds() / 60) if self.arrived_at else None

    @property
    def repair_minutes(self) -> int | None:
        """From report to finish, waiting left out."""
        if not self.finished_at:
            return None
        return max(0, round((self.finished_at - self.reported_at).total_seconds() / 60) - self.waited_minutes)


class Follower(Model):
    """Somebody else with the same trouble, who is told when it is mended."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "关注"
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="follow_once")]

    def __str__(self):
        return f"{self.user} → {self.ticket_id}"


class Material(Model):
    """A line of material used (用料); free text until the store room issues it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="materials")
    name = models.CharField("名称", max_length=60)
    spec = models.CharField("规格", max_length=40, blank=True)
    unit = models.CharField("单位", max_length=8, default="个")
    quantity = models.DecimalField("数量", max_digits=9, decimal_places=2)
    price = models.DecimalField("单价", max_digits=10, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "用料"
        constraints = [
            models.CheckConstraint(name="material_quantity_positive", condition=models.Q(quantity__gt=0), violation_error_message="数量要大于零"),
            models.CheckConstraint(name="material_price_not_negative", condition=models.Q(price__gte=0), violation_error_message="单价不能是负数"),
        ]

    def __str__(self):
        return f"{self.name} {self.spec}".strip()

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.price).quantize(Decimal("0.01"))


class Wait(Model):
    """A stretch in which the clock stood still, and why (REP-06)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="waits")
    reason = models.CharField("等什么", max_length=10, choices=WaitReason)
    note = models.CharField("说明", max_length=200, blank=True)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        verbose_name = "等待"
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=models.Q(ended_at=None), name="one_open_wait_per_ticket"),
            models.CheckConstraint(name="wait_ends_after_start", condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at"))),
        ]

    def __str__(self):
        return self.get_reason_display()


class Signature(Model):
    """验收: one decision on one finish; append only. `on_behalf` is the director's, with a note, never silent (REP-04)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="signatures")
    is_accepted = models.BooleanField("通过")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签字人")
    name = models.CharField("签名", max_length=50)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=300, blank=True)
    on_behalf = models.BooleanField("代签", default=False)

    class Meta:
        verbose_name = "验收签字"
        constraints = [
            models.CheckConstraint(
                name="signature_refusal_and_proxy_have_words",
                condition=models.Q(is_accepted=True, on_behalf=False) | ~models.Q(reason=""),
                violation_error_message="退回和代签都要写理由",
            ),
        ]

    def __str__(self):
        return f"{self.name} {'通过' if self.is_accepted else '退回'}"
