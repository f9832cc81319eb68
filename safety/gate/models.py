"""门卫: who comes in and goes out, letters and parcels, cars that stay overnight (SAF-06, SAF-09)."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped

PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class VisitKind(models.TextChoices):
    VISITOR = "visitor", "来访"
    PARENT = "parent", "家长"
    WORKER = "worker", "施工维修"
    OFFICIAL = "official", "检查公务"


class IdKind(models.TextChoices):
    CARD = "card", "身份证"
    DRIVER = "driver", "驾驶证"
    WORK = "work", "工作证"
    OTHER = "other", "其他证件"


class VisitState(models.TextChoices):
    WAITING = "waiting", "等被访人确认"
    AGREED = "agreed", "可以进校"
    INSIDE = "inside", "在校"
    LEFT = "left", "已离校"
    DECLINED = "declined", "不接待"
    CANCELLED = "cancelled", "取消"


VISIT_MOVES = {
    VisitState.WAITING: (VisitState.AGREED, VisitState.DECLINED, VisitState.CANCELLED),
    VisitState.AGREED: (VisitState.INSIDE, VisitState.CANCELLED),
    VisitState.INSIDE: (VisitState.LEFT,),
}
COMING = (VisitState.WAITING, VisitState.AGREED)
WAS_INSIDE = (VisitState.INSIDE, VisitState.LEFT)
VISIT_TONES = {
    VisitState.WAITING: "wait", VisitState.AGREED: "done", VisitState.INSIDE: "doing", VisitState.LEFT: "void", VisitState.DECLINED: "late",
    VisitState.CANCELLED: "void",
}  # fmt: skip
NO_MARKS = ""  # the printed sheets ask for marks of what was written late; here everything is written as it happens
PERSONAL = ("name", "organisation", "phone", "id_masked", "id_digest", "plate")  # what is forgotten when its time is over


class GateVisit(Stamped):
    """One visit of one party. Of an identity number only the last four signs are kept, and a digest to know it again."""

    number = models.CharField("来访单号", max_length=20, unique=True, editable=False)
    kind = models.CharField("类别", max_length=10, choices=VisitKind, default=VisitKind.VISITOR)
    name = models.CharField("姓名", max_length=30, blank=True)
    organisation = models.CharField("单位或关系", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    id_kind = models.CharField("证件", max_length=10, choices=IdKind, blank=True)
    id_masked = models.CharField("证件号", max_length=24, blank=True, editable=False)
    id_digest = models.CharField(max_length=64, blank=True, editable=False)
    people = models.PositiveSmallIntegerField("人数", default=1)
    plate = models.CharField("车牌", max_length=12, blank=True)
    host = models.ForeignKey(verbose_name="被访人", **PERSON)
    reason = models.CharField("事由", max_length=120)
    work_permit = models.CharField("施工许可", max_length=60, blank=True)
    work_until = models.DateField("许可到", null=True, blank=True)
    expected_at = models.DateTimeField("约好的时间")
    state = models.CharField("状态", max_length=10, choices=VisitState, default=VisitState.WAITING, editable=False)
    agreed_at = models.DateTimeField("确认时间", null=True, editable=False)
    agreed_by = models.ForeignKey(verbose_name="确认人", null=True, editable=False, **PERSON)
    in_at = models.DateTimeField("进校时间", null=True, editable=False)
    in_by = models.ForeignKey(verbose_name="放行门卫", null=True, editable=False, **PERSON)
    leave_by = models.DateTimeField("应在几点前离校", null=True, editable=False)
    badge = models.CharField("临时证号", max_length=20, blank=True, editable=False)
    carried = models.CharField("携带物品", max_length=120, blank=True, editable=False)
    out_at = models.DateTimeField("离校时间", null=True, editable=False)
    out_by = models.ForeignKey(verbose_name="离校登记", null=True, editable=False, **PERSON)
    note = models.CharField("说明", max_length=200, blank=True, editable=False)
    erased_at = models.DateTimeField("个人信息清除时间", null=True, editable=False)

    class Meta:
        verbose_name = "来访"
        ordering = ["-expected_at", "-id"]
        indexes = [
            models.Index(fields=["state", "leave_by"], name="visit_by_state"), models.Index(fields=["host", "state"], name="visit_by_host"),
            models.Index(fields=["in_at"], name="visit_by_in"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(name="visit_people_sane", condition=Q(people__range=(1, 99)), violation_error_message="人数在 1 到 99 之间"),
            models.CheckConstraint(
                name="visit_agreed_by_somebody", condition=Q(agreed_at__isnull=False, agreed_by__isnull=False) | ~Q(state__in=("agreed", "inside", "left"))
            ),
            models.CheckConstraint(
                name="visit_in_whole", condition=Q(state__in=("inside", "left"), in_at__isnull=False, in_by__isnull=False, leave_by__isnull=False) | ~Q(state__in=("inside", "left")) & Q(in_at=None)
            ),
            models.CheckConstraint(
                name="visit_out_whole", condition=Q(state="left", out_at__gte=F("in_at"), out_by__isnull=False) | ~Q(state="left") & Q(out_at=None)
            ),
            models.UniqueConstraint(
                fields=["badge"], condition=Q(state="inside") & ~Q(badge=""), name="visit_badge_once", violation_error_message="这张临时证还在别的客人手上，请换一个"
            ),
            models.CheckConstraint(
                name="visit_worker_has_permit", condition=~Q(kind="worker", state__in=("inside", "left")) | ~Q(work_permit="") & Q(work_until__isnull=False)
            ),
            models.CheckConstraint(
                name="visit_named_or_forgotten",
                condition=Q(erased_at=None) & ~Q(name="") | Q(erased_at__isnull=False, **dict.fromkeys(PERSONAL, "")) & ~Q(state="inside"),
            ),
        ]  # fmt: skip

    marks = NO_MARKS

    def __str__(self):
        return f"来访 {self.number}"

    @property
    def shown_name(self) -> str:
        return self.name or "已清除"

    @property
    def surname(self) -> str:
        """王某: what journal and notices say, which keep longer than a visitor's name may be kept."""
        return f"{self.name[:1]}某"

    def is_over(self, now: datetime) -> bool:
        """Still inside after the time."""
        return self.state == VisitState.INSIDE and self.leave_by is not None and self.leave_by < now

    def standing(self, now: datetime) -> tuple[str, str]:
        return ("超时未离校", "late") if self.is_over(now) else (self.get_state_display(), VISIT_TONES[VisitState(self.state)])


class Barred(Stamped):
    """Somebody who is not let in, known by name and one of: identity number, phone, plate."""

    name = models.CharField("姓名", max_length=30)
    id_masked = models.CharField("证件号", max_length=24, blank=True, editable=False)
    id_digest = models.CharField(max_length=64, blank=True, editable=False)
    phone = models.CharField("电话", max_length=20, blank=True)
    plate = models.CharField("车牌", max_length=12, blank=True)
    reason = models.CharField("为什么不让进", max_length=200)
    until = models.DateField("到哪天", null=True, blank=True, help_text="空着就是一直。")
    lifted_at = models.DateTimeField("解除时间", null=True, editable=False)
    lifted_by = models.ForeignKey(verbose_name="解除人", null=True, editable=False, **PERSON)
    lifted_reason = models.CharField("解除原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "不准进校人员"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="barred_known_by_something",
                condition=~Q(id_digest="") | ~Q(phone="") | ~Q(plate=""),
                violation_error_message="证件号、电话、车牌至少写一样",
            ),
            models.CheckConstraint(
                name="barred_lifted_whole",
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="") | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
            ),
        ]

    def __str__(self):
        return self.name

    def holds_on(self, on: date) -> bool:
        return self.lifted_at is None and (self.until is None or self.until >= on)


class ParcelKind(models.TextChoices):
    EXPRESS = "express", "快递"
    LETTER = "letter", "信件报刊"
    REGISTERED = "registered", "挂号、公文"
    TAKEAWAY = "takeaway", "外卖"


class ParcelState(models.TextChoices):
    WAITING = "waiting", "待领"
    HANDED = "handed", "已领"
    RETURNED = "returned", "退回"
    REFUSED = "refused", "拒收"


PARCEL_MOVES = {ParcelState.WAITING: (ParcelState.HANDED, ParcelState.RETURNED, ParcelState.REFUSED)}
PARCEL_TONES = {ParcelState.WAITING: "wait", ParcelState.HANDED: "done", ParcelState.RETURNED: "void", ParcelState.REFUSED: "void"}


class Parcel(Stamped):
    """Something that came to the gate for somebody; takeaway food for pupils is turned away and noted."""

    kind = models.CharField("类别", max_length=10, choices=ParcelKind, default=ParcelKind.EXPRESS)
    sender = models.CharField("寄件或快递公司", max_length=60, blank=True)
    tracking = models.CharField("运单号", max_length=40, blank=True)
    quantity = models.PositiveSmallIntegerField("件数", default=1)
    recipient = models.ForeignKey(verbose_name="收件教职工", null=True, blank=True, **PERSON)
    recipient_words = models.CharField("收件部门或学生", max_length=60, blank=True)
    kept = models.CharField("放在哪里", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=ParcelState, default=ParcelState.WAITING, editable=False)
    ended_at = models.DateTimeField("领走或退回时间", null=True, editable=False)
    ended_by = models.ForeignKey(verbose_name="经手人", null=True, editable=False, **PERSON)
    taker = models.CharField("领取人", max_length=30, blank=True, editable=False)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "收发件"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "created_at"], name="parcel_by_state")]
        constraints = [
            models.CheckConstraint(
                name="parcel_for_one",
                condition=Q(recipient__isnull=False, recipient_words="") | Q(recipient=None) & ~Q(recipient_words=""),
                violation_error_message="收件教职工和收件部门只写一个",
            ),
            models.CheckConstraint(name="parcel_pieces", condition=Q(quantity__range=(1, 999)), violation_error_message="件数在 1 到 999 之间"),
            models.CheckConstraint(
                name="parcel_ended_whole", condition=Q(state="waiting", ended_at=None, ended_by=None) | ~Q(state="waiting") & Q(ended_at__isnull=False, ended_by__isnull=False)
            ),
            models.CheckConstraint(name="parcel_taker_named", condition=~Q(state="handed") | ~Q(taker="")),
            models.CheckConstraint(name="parcel_no_takeaway_for_pupils", condition=~Q(kind="takeaway", recipient=None) | Q(state="refused")),
        ]  # fmt: skip

    marks = NO_MARKS

    def __str__(self):
        return f"{self.get_kind_display()}（{self.who}）"

    @property
    def who(self) -> str:
        return self.recipient.name if self.recipient else self.recipient_words


class NightState(models.TextChoices):
    WAITING = "waiting", "待签责任书"
    SIGNED = "signed", "停放中"
    LEFT = "left", "已驶离"
    CANCELLED = "cancelled", "取消"


NIGHT_MOVES = {NightState.WAITING: (NightState.SIGNED, NightState.CANCELLED), NightState.SIGNED: (NightState.LEFT,)}
NIGHT_OPEN = (NightState.WAITING, NightState.SIGNED)
NIGHT_TONES = {NightState.WAITING: "wait", NightState.SIGNED: "doing", NightState.LEFT: "void", NightState.CANCELLED: "void"}


class NightVehicle(Stamped):
    """A car that stays on the premises overnight; its owner signs what the owner answers for."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    plate = models.CharField("车牌", max_length=12)
    car = models.CharField("车型颜色", max_length=40, blank=True)
    owner = models.ForeignKey(verbose_name="车主（教职工）", null=True, blank=True, **PERSON)
    owner_name = models.CharField("车主（外来）", max_length=30, blank=True)
    phone = models.CharField("电话", max_length=20)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停在哪里")
    reason = models.CharField("为什么过夜", max_length=120)
    from_on = models.DateField("从")
    until_on = models.DateField("到")
    statement = models.TextField("责任书", editable=False)
    state = models.CharField("状态", max_length=10, choices=NightState, default=NightState.WAITING, editable=False)
    signed_at = models.DateTimeField("签字时间", null=True, editable=False)
    signed_before = models.ForeignKey(verbose_name="见证人", null=True, editable=False, **PERSON)
    left_at = models.DateTimeField("驶离时间", null=True, editable=False)
    left_by = models.ForeignKey(verbose_name="驶离登记", null=True, editable=False, **PERSON)

    class Meta:
        verbose_name = "过夜车辆"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "until_on"], name="night_by_state")]
        constraints = [
            models.CheckConstraint(
                name="night_one_owner",
                condition=Q(owner__isnull=False, owner_name="") | Q(owner=None) & ~Q(owner_name=""),
                violation_error_message="车主写教职工或者外来车主，只写一个",
            ),
            models.CheckConstraint(name="night_days", condition=Q(until_on__gte=F("from_on")), violation_error_message="日期反了，早的写在前面"),
            models.UniqueConstraint(
                fields=["plate"], condition=Q(state__in=("waiting", "signed")), name="night_plate_once", violation_error_message="这辆车已经登记，还没有驶离"
            ),
            models.CheckConstraint(name="night_signed", condition=Q(signed_at__isnull=False) | ~Q(state__in=("signed", "left"))),
            models.CheckConstraint(
                name="night_left", condition=Q(state="left", left_at__isnull=False, left_by__isnull=False) | ~Q(state="left") & Q(left_at=None)
            ),
        ]

    marks = NO_MARKS

    def __str__(self):
        return f"{self.plate} 过夜"

    @property
    def note(self) -> str:
        """What the register's last column says."""
        return f"{self.signed_before.name}在场" if self.signed_before else ""

    @property
    def who(self) -> str:
        return self.owner.name if self.owner else self.owner_name

    def is_over(self, today: date) -> bool:
        return self.state in NIGHT_OPEN and self.until_on < today

    def standing(self, today: date) -> tuple[str, str]:
        return ("超期未驶离", "late") if self.is_over(today) else (self.get_state_display(), NIGHT_TONES[NightState(self.state)])
