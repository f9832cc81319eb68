"""财产管理责任书: what a room, a class or a person answers for in a term, frozen and signed by both sides (AST-03)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from assets.card.models import NOTHING, AssetCard
from assets.money import money_field
from logistics.platform.kernel.models import Model, Stamped

CURRENT = Q(state__in=["open", "signed"])


class Subject(models.TextChoices):
    ROOM = "room", "地点"
    CLASS = "class", "班级"
    PERSON = "person", "个人"


class PledgeState(models.TextChoices):
    OPEN = "open", "待签"
    SIGNED = "signed", "已签"
    REPLACED = "replaced", "已换新版"
    VOID = "void", "已作废"


PLEDGE_MOVES = {
    PledgeState.OPEN: (PledgeState.SIGNED, PledgeState.REPLACED, PledgeState.VOID),
    PledgeState.SIGNED: (PledgeState.REPLACED, PledgeState.VOID),
}
PLEDGE_TONES = {PledgeState.OPEN: "wait", PledgeState.SIGNED: "done", PledgeState.REPLACED: "void", PledgeState.VOID: "void"}


class Pledge(Stamped):
    """One version of the statement. Its list never changes; another list is another version."""

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    subject = models.CharField("对象", max_length=6, choices=Subject)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="个人")
    name = models.CharField("名称", max_length=200, editable=False)  # of the room, class or person, as it was
    term = models.ForeignKey("platform.Term", models.PROTECT, related_name="+", verbose_name="学期")
    version = models.PositiveSmallIntegerField("版次", default=1, editable=False)
    custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pledges", verbose_name="责任人")
    words = models.TextField("条款", editable=False)
    pieces = models.PositiveIntegerField("件数", default=0, editable=False)
    cost = money_field("原值（元）", default=NOTHING, editable=False)
    state = models.CharField("状态", max_length=8, choices=PledgeState, default=PledgeState.OPEN, editable=False)
    custodian_at = models.DateTimeField("责任人签字", null=True, editable=False)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="学校一方")
    keeper_at = models.DateTimeField("学校一方签字", null=True, editable=False)
    reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "财产管理责任书"
        ordering = ["-id"]
        indexes = [models.Index(fields=["custodian", "state"], name="pledge_by_custodian"), models.Index(fields=["term", "state"], name="pledge_by_term")]
        constraints = [
            models.CheckConstraint(
                name="pledge_has_one_subject",
                condition=Q(subject="room", place__isnull=False, school_class=None, person=None)
                | Q(subject="class", place=None, school_class__isnull=False, person=None)
                | Q(subject="person", place=None, school_class=None, person__isnull=False),
            ),
            models.CheckConstraint(name="pledge_signed_by_both", condition=~Q(state="signed") | Q(custodian_at__isnull=False, keeper_at__isnull=False)),
            models.CheckConstraint(name="pledge_two_sides", condition=Q(keeper=None) | ~Q(keeper=models.F("custodian"))),
            models.UniqueConstraint(fields=["term", "place"], condition=CURRENT, name="pledge_one_of_place"),
            models.UniqueConstraint(fields=["term", "school_class"], condition=CURRENT, name="pledge_one_of_class"),
            models.UniqueConstraint(fields=["term", "person"], condition=CURRENT, name="pledge_one_of_person"),
        ]

    def __str__(self):
        return f"{self.name}责任书 {self.number}"

    @property
    def about(self):
        """The room, class or person itself."""
        return {Subject.ROOM: self.place, Subject.CLASS: self.school_class, Subject.PERSON: self.person}[Subject(self.subject)]

    @property
    def tone(self) -> str:
        return PLEDGE_TONES[PledgeState(self.state)]

    @property
    def waits_for(self) -> str:
        """Whose signature is missing, in words."""
        if self.state != PledgeState.OPEN:
            return ""
        missing = [name for name, at in ((f"责任人{self.custodian}", self.custodian_at), ("学校一方", self.keeper_at)) if at is None]
        return "、".join(missing)


class PledgeLine(Model):
    """One card as it was that day."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="lines")
    card = models.ForeignKey(AssetCard, models.PROTECT, related_name="+", verbose_name="资产")
    number = models.CharField("资产编号", max_length=40)
    name = models.CharField("名称", max_length=60)
    model = models.CharField("规格型号", max_length=122, blank=True)
    unit = models.CharField("单位", max_length=8)
    quantity = models.PositiveIntegerField("数量")
    cost = money_field("原值（元）")
    place_name = models.CharField("存放地点", max_length=200, blank=True)

    class Meta:
        verbose_name = "责任书清单"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["pledge", "card"], name="pledge_line_once")]

    def __str__(self):
        return f"{self.number} {self.name}"
