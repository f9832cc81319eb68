"""开学发放: a kit for every class or person, handed out against a signature, with who has not come yet (STK-07)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from assets.item.models import Item
from assets.item.quantities import NONE, quantity_field
from assets.slip.models import Slip
from assets.store.models import Store
from logistics.platform.kernel.models import Model, Stamped


class Audience(models.TextChoices):
    CLASS = "class", "按班级"
    PERSON = "person", "按个人"


class DistributionState(models.TextChoices):
    DRAFT = "draft", "起草"
    READY = "ready", "待批准"
    OPEN = "open", "发放中"
    DONE = "done", "已结束"
    VOID = "void", "作废"


DISTRIBUTION_MOVES = {
    DistributionState.DRAFT: (DistributionState.READY, DistributionState.VOID),
    DistributionState.READY: (DistributionState.OPEN, DistributionState.DRAFT),
    DistributionState.OPEN: (DistributionState.DONE,),
    DistributionState.DONE: (DistributionState.OPEN,),
}
DISTRIBUTION_TONES = {
    DistributionState.DRAFT: "wait", DistributionState.READY: "wait", DistributionState.OPEN: "doing", DistributionState.DONE: "done",
    DistributionState.VOID: "void",
}  # fmt: skip


class Distribution(Stamped):
    title = models.CharField("名称", max_length=60)
    audience = models.CharField("发给谁", max_length=6, choices=Audience, default=Audience.CLASS)
    term = models.ForeignKey("platform.Term", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="学期")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name="仓库")
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="成本记在哪个部门")
    starts_on = models.DateField("开始发放")
    until = models.DateField("领取截止")
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=5, choices=DistributionState, default=DistributionState.DRAFT, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    opened_at = models.DateTimeField("批准时间", null=True, editable=False)
    opinion = models.CharField("意见", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "物品发放"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="distribution_has_title", condition=~Q(title=""), violation_error_message="请写名称"),
            models.CheckConstraint(name="distribution_days", condition=Q(until__gte=models.F("starts_on")), violation_error_message="领取截止不能早于开始发放"),
            models.CheckConstraint(
                name="distribution_open_has_person", condition=Q(state__in=["draft", "ready", "void"]) | Q(opened_by__isnull=False, opened_at__isnull=False)
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def tone(self) -> str:
        return DISTRIBUTION_TONES[DistributionState(self.state)]

    @property
    def is_by_class(self) -> bool:
        return self.audience == Audience.CLASS


class Per(models.TextChoices):
    EACH = "each", "每份"
    PUPIL = "pupil", "每名学生"


class KitLine(Model):
    """So many of an item for every class or person, or for every pupil of a class; for one grade alone when it names one."""

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="kit")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name="物品")
    per = models.CharField("怎么算", max_length=5, choices=Per, default=Per.EACH)
    grade = models.CharField("只给年级", max_length=20, blank=True)
    quantity = quantity_field("数量")

    class Meta:
        verbose_name = "发放物品"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["distribution", "item", "grade"], name="kit_line_once", violation_error_message="这一样已经在单上了"),
            models.CheckConstraint(name="kit_line_positive", condition=Q(quantity__gt=NONE), violation_error_message="数量要大于零"),
        ]

    def __str__(self):
        return str(self.item)


class RecipientState(models.TextChoices):
    WAITING = "waiting", "没来领"
    PARTLY = "partly", "没领齐"
    DONE = "done", "已领齐"
    SKIPPED = "skipped", "不用领"
    NOTHING = "nothing", "没有要领的"  # no item is for its grade, or it has no pupils


RECIPIENT_TONES = {
    RecipientState.WAITING: "wait", RecipientState.PARTLY: "doing", RecipientState.DONE: "done", RecipientState.SKIPPED: "void",
    RecipientState.NOTHING: "void",
}  # fmt: skip
LEFT_OUT = (RecipientState.SKIPPED, RecipientState.NOTHING)


IN_ORDER = ("school_class__order", "school_class", "person__pinyin", "pk")  # not the model's own order: its joins cannot be locked


class Recipient(Model):
    """A class or a person on the list. The state follows from what was handed out and not struck out again."""

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="recipients")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="领取人")
    count = models.PositiveIntegerField("人数", default=1)
    state = models.CharField("状态", max_length=7, choices=RecipientState, default=RecipientState.WAITING, editable=False)
    came_at = models.DateTimeField("最近来领", null=True, editable=False)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "领取名单"
        ordering = ["distribution", "id"]
        indexes = [models.Index(fields=["distribution", "state"], name="recipient_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["distribution", "school_class"], name="recipient_class_once"),
            models.UniqueConstraint(fields=["distribution", "person"], name="recipient_person_once"),
            models.CheckConstraint(name="recipient_one_of", condition=Q(school_class=None, person__isnull=False) | Q(school_class__isnull=False, person=None)),
        ]

    def __str__(self):
        return str(self.school_class or self.person)

    @property
    def tone(self) -> str:
        return RECIPIENT_TONES[RecipientState(self.state)]

    @property
    def contact(self):
        """Who comes for it: the head teacher of a class, otherwise the person; None for a class without one."""
        return self.school_class.head_teacher if self.school_class_id else self.person


class Handout(Model):
    """One time something was handed out: the store's paper says what, how much, and carries the signature."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="handouts")
    slip = models.OneToOneField(Slip, models.PROTECT, related_name="handout", verbose_name="出库单")

    class Meta:
        verbose_name = "发放记录"
        ordering = ["id"]

    def __str__(self):
        return str(self.slip)
