"""调拨单 and 交接单: things that go from one person to another, moved when both have signed (AST-04)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.card.models import AssetCard
from logistics.platform.kernel.models import Model, Stamped


class TransferKind(models.TextChoices):
    TRANSFER = "transfer", "调拨"
    CLASS = "class", "班级交接"
    ROOM = "room", "房间交接"
    LEAVER = "leaver", "离任交接"


class TransferState(models.TextChoices):
    DRAFT = "draft", "起草"
    OPEN = "open", "待签"
    DONE = "done", "已交接"
    VOID = "void", "已作废"


TRANSFER_MOVES = {
    TransferState.DRAFT: (TransferState.OPEN, TransferState.VOID),
    TransferState.OPEN: (TransferState.DRAFT, TransferState.DONE, TransferState.VOID),
}
TRANSFER_TONES = {TransferState.DRAFT: "wait", TransferState.OPEN: "doing", TransferState.DONE: "done", TransferState.VOID: "void"}


class Transfer(Stamped):
    """Who gives what to whom, and where it goes. Nothing moves before the second signature."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    kind = models.CharField("种类", max_length=8, choices=TransferKind, default=TransferKind.TRANSFER)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="移交人")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="接收人")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    room = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="房间")
    to_place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="搬到")
    to_department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="转到部门")
    reason = models.CharField("事由", max_length=120, blank=True)
    state = models.CharField("状态", max_length=6, choices=TransferState, default=TransferState.DRAFT, editable=False)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)  # how often it was sent; an older page may not sign
    sent_at = models.DateTimeField("送签时间", null=True, editable=False)
    known = models.JSONField(default=list, editable=False)  # cards in the giver's name when it was sent, on the list or not
    gave_at = models.DateTimeField("移交人签字", null=True, editable=False)
    took_at = models.DateTimeField("接收人签字", null=True, editable=False)
    done_on = models.DateField("交接日期", null=True, editable=False)
    words = models.CharField("退回或作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "调拨交接单"
        ordering = ["-id"]
        indexes = [models.Index(fields=["giver", "state"], name="transfer_by_giver"), models.Index(fields=["receiver", "state"], name="transfer_by_receiver")]
        constraints = [
            models.CheckConstraint(name="transfer_two_people", condition=~Q(giver=F("receiver")), violation_error_message="移交人和接收人不能是同一个人"),
            models.CheckConstraint(
                name="transfer_done_is_signed", condition=~Q(state="done") | Q(gave_at__isnull=False, took_at__isnull=False, done_on__isnull=False)
            ),
            models.CheckConstraint(name="transfer_draft_unsigned", condition=~Q(state="draft") | Q(gave_at=None, took_at=None)),
            models.CheckConstraint(name="transfer_class_named", condition=~Q(kind="class") | Q(school_class__isnull=False)),
            models.CheckConstraint(name="transfer_room_named", condition=~Q(kind="room") | Q(room__isnull=False)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}单 {self.number}"

    @property
    def tone(self) -> str:
        return TRANSFER_TONES[TransferState(self.state)]

    @property
    def is_handover(self) -> bool:
        return self.kind != TransferKind.TRANSFER

    @property
    def waits_for(self) -> str:
        """Whose signature is missing, in words."""
        if self.state != TransferState.OPEN:
            return ""
        missing = ((f"移交人{self.giver}", self.gave_at), (f"接收人{self.receiver}", self.took_at))
        return "、".join(name for name, at in missing if at is None)


class TransferLine(Model):
    """A card, or some pieces of one, as it was when it was put on the list."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="lines")
    card = models.ForeignKey(AssetCard, models.PROTECT, related_name="+", verbose_name="资产")
    quantity = models.PositiveIntegerField("数量")
    of = models.PositiveIntegerField("卡上数量")
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原地点")
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原部门")
    custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原保管人")
    moved = models.ForeignKey(AssetCard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交接后的卡片")

    class Meta:
        verbose_name = "交接明细"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "card"], name="transfer_line_once", violation_error_message="这一样已经在单上了"),
            models.CheckConstraint(name="transfer_line_within", condition=Q(quantity__gt=0, quantity__lte=F("of"))),
        ]

    def __str__(self):
        return str(self.card)


class TransferRoom(Model):
    """A room whose responsible person changes with the handover."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="rooms")
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")

    class Meta:
        verbose_name = "交接的地点"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["transfer", "place"], name="transfer_room_once")]

    def __str__(self):
        return str(self.place)
