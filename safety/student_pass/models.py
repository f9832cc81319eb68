"""学生出校: leaving in lesson time, when pupil, head teacher, parent and guard have all confirmed (SAF-07)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.models import Model, Stamped

PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class PassReason(models.TextChoices):
    ILL = "ill", "身体不适"
    FAMILY = "family", "家里有事"
    EVENT = "event", "比赛外出"
    OTHER = "other", "其他"


class PassState(models.TextChoices):
    ASKED = "asked", "等确认"
    READY = "ready", "可以出校"
    OUT = "out", "已出校"
    BACK = "back", "已返校"
    REFUSED = "refused", "家长不同意"
    VOID = "void", "作废"


PASS_MOVES = {
    PassState.ASKED: (PassState.READY, PassState.REFUSED, PassState.VOID),
    PassState.READY: (PassState.OUT, PassState.VOID),
    PassState.OUT: (PassState.BACK,),
}
PASS_TONES = {
    PassState.ASKED: "wait", PassState.READY: "done", PassState.OUT: "doing", PassState.BACK: "void", PassState.REFUSED: "late", PassState.VOID: "void",
}  # fmt: skip
GREEN = (PassState.READY, PassState.OUT, PassState.BACK)


class Party(models.TextChoices):
    STUDENT = "student", "学生"
    TEACHER = "teacher", "班主任"
    PARENT = "parent", "家长"
    GUARD = "guard", "门卫"


class StudentPass(Stamped):
    """One pupil's leaving on one day. It turns green when the fourth of the four has confirmed; the database holds that, too."""

    number = models.CharField("出门证号", max_length=20, unique=True, editable=False)
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级", editable=False)
    kind = models.CharField("原因", max_length=10, choices=PassReason)
    reason = models.CharField("说明", max_length=120, blank=True)
    leave_at = models.DateTimeField("什么时候走")
    back_by = models.DateTimeField("什么时候回", null=True, blank=True)
    collector = models.CharField("谁来接", max_length=30, blank=True)
    relation = models.CharField("接的人是学生的", max_length=20, blank=True)
    phone = models.CharField("家长电话", max_length=20, blank=True)
    state = models.CharField("状态", max_length=10, choices=PassState, default=PassState.ASKED, editable=False)
    student_at = models.DateTimeField("学生确认", null=True, editable=False)
    teacher_at = models.DateTimeField("班主任确认", null=True, editable=False)
    parent_at = models.DateTimeField("家长确认", null=True, editable=False)
    guard_at = models.DateTimeField("门卫确认", null=True, editable=False)
    link_round = models.PositiveSmallIntegerField(default=1, editable=False)
    link_until = models.DateTimeField("家长链接有效到", editable=False)
    out_at = models.DateTimeField("出校时间", null=True, editable=False)
    out_by = models.ForeignKey(verbose_name="放行门卫", null=True, editable=False, **PERSON)
    back_at = models.DateTimeField("返校时间", null=True, editable=False)
    back_to = models.ForeignKey(verbose_name="返校登记", null=True, editable=False, **PERSON)
    note = models.CharField("作废或不同意的原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "学生出门证"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "leave_at"], name="pass_by_state"), models.Index(fields=["school_class", "state"], name="pass_by_class")]
        constraints = [
            models.CheckConstraint(
                name="pass_green_by_four",
                condition=~Q(state__in=("ready", "out", "back")) | Q(student_at__isnull=False, teacher_at__isnull=False, parent_at__isnull=False, guard_at__isnull=False),
            ),
            models.CheckConstraint(name="pass_out_whole", condition=Q(state__in=("out", "back"), out_at__isnull=False, out_by__isnull=False) | ~Q(state__in=("out", "back")) & Q(out_at=None)),
            models.CheckConstraint(name="pass_back_after_out", condition=Q(state="back", back_at__gte=F("out_at"), back_to__isnull=False) | ~Q(state="back") & Q(back_at=None)),
            models.CheckConstraint(name="pass_back_by_after", condition=Q(back_by=None) | Q(back_by__gt=F("leave_at")), violation_error_message="回来的时间要在走的时间以后"),
            models.CheckConstraint(name="pass_stopped_reason", condition=~Q(state__in=("refused", "void")) | ~Q(note="")),
            models.UniqueConstraint(fields=["student"], condition=Q(state__in=("asked", "ready")), name="pass_one_open", violation_error_message="这名学生已经有一张没办完的出门证"),
        ]  # fmt: skip

    def __str__(self):
        return f"出门证 {self.number}"

    @property
    def confirmed(self) -> dict[str, datetime | None]:
        """{party: when it confirmed}, in the customary order."""
        return {party: getattr(self, f"{party}_at") for party in Party}

    @property
    def lacking(self) -> list[str]:
        """Who has not confirmed yet, in words."""
        return [Party(party).label for party, at in self.confirmed.items() if at is None]

    @property
    def who_collects(self) -> str:
        return f"{self.collector}（{self.relation}）" if self.relation else self.collector or "自己走，没有人接"

    def is_late(self, now: datetime) -> bool:
        """Out longer than said, on the day itself; who is not back in the evening has gone home."""
        return self.state == PassState.OUT and self.back_by is not None and self.back_by < now and timezone.localdate(self.back_by) == timezone.localdate(now)

    def standing(self, now: datetime) -> tuple[str, str]:
        if self.is_late(now):
            return "过时未返校", "late"
        if self.state == PassState.ASKED:
            return f"还差 {len(self.lacking)} 方确认", "wait"
        return self.get_state_display(), PASS_TONES[PassState(self.state)]


class PassConfirmation(Model):
    """One of the four said yes. Only ever added to."""

    card = models.ForeignKey(StudentPass, models.PROTECT, related_name="confirmations", verbose_name="出门证")
    party = models.CharField("哪一方", max_length=10, choices=Party)
    name = models.CharField("姓名", max_length=30)
    words = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(verbose_name="谁的手机或链接", **PERSON)

    class Meta:
        verbose_name = "出门证确认"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["card", "party"], name="pass_confirmed_once"),
            models.UniqueConstraint(fields=["card", "by"], condition=Q(party__in=("teacher", "guard")), name="pass_not_both_alone"),
        ]

    def __str__(self):
        return f"{self.get_party_display()} {self.name}"
