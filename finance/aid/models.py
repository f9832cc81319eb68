"""资助: schemes, a list per term, applications with the group's votes, objections (FIN-09)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from finance.money import amount_of, money_field
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.kernel.text import plain


class AidScheme(Model):
    """资助项目, such as 寄宿生补助, with its levels a term: a line each, the name and the yuan."""

    name = models.CharField("资助项目", max_length=40, unique=True)
    levels = models.TextField("档次", max_length=500, help_text="一行一档，名称后面空一格写每学期的金额，例如：一等 750")
    conditions = models.CharField("条件", max_length=500)
    document = models.CharField("依据", max_length=100)
    boarders_only = models.BooleanField("只给住校生", default=False)
    is_active = models.BooleanField("在办", default=True)

    class Meta:
        verbose_name = "资助项目"
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def level_list(self) -> list[tuple[str, Decimal]]:
        return parse_levels(self.levels)


def parse_levels(text: str) -> list[tuple[str, Decimal]]:
    """[(name, yuan)]. Raises RuleViolation at `levels` for a line that is not a name and an amount, or a name used twice."""
    found: dict[str, Decimal] = {}
    for line in filter(None, (line.strip() for line in (text or "").splitlines())):
        name, _, amount = line.replace("\u3000", " ").rpartition(" ")
        name = name.strip()
        if not name or len(name) > 20:
            raise RuleViolation(f"「{line[:30]}」看不明白。名称后面空一格写金额，例如：一等 750。", field="levels")
        if name in found:
            raise RuleViolation(f"「{name}」写了两次。", field="levels")
        found[name] = amount_of(plain(amount).removesuffix("元"), field="levels")
    if not found:
        raise RuleViolation("请至少写一档，例如：一等 750。", field="levels")
    return list(found.items())


class ListState(models.TextChoices):
    OPEN = "open", "收申请"
    REVIEW = "review", "评议中"
    PROPOSED = "proposed", "待公示"
    NOTICE = "notice", "公示中"
    FINAL = "final", "名单已定"
    PAID = "paid", "已发放"
    CANCELLED = "cancelled", "已取消"


LIST_MOVES = {
    ListState.OPEN: (ListState.REVIEW, ListState.CANCELLED),
    ListState.REVIEW: (ListState.PROPOSED, ListState.CANCELLED),
    ListState.PROPOSED: (ListState.NOTICE, ListState.REVIEW, ListState.CANCELLED),
    ListState.NOTICE: (ListState.FINAL, ListState.REVIEW, ListState.CANCELLED),
    ListState.FINAL: (ListState.PAID, ListState.CANCELLED),
}
LIST_TONES = {
    ListState.OPEN: "doing", ListState.REVIEW: "doing", ListState.PROPOSED: "wait", ListState.NOTICE: "wait", ListState.FINAL: "wait", ListState.PAID: "done",
    ListState.CANCELLED: "void",
}  # fmt: skip


class AidList(Stamped):
    """资助名单: one scheme in one term, from the applications to the payment."""

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    scheme = models.ForeignKey(AidScheme, models.PROTECT, related_name="lists", verbose_name="资助项目")
    term = models.ForeignKey("platform.Term", models.PROTECT, related_name="+", verbose_name="学期")
    close_on = models.DateField("申请截止")
    quota = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=9, choices=ListState, default=ListState.OPEN, editable=False)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="aid_lists", verbose_name="评议小组")
    notice_from = models.DateField("公示从", null=True, editable=False)
    notice_until = models.DateField("公示到", null=True, editable=False)
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审定")
    decided_at = models.DateTimeField("审定时间", null=True, editable=False)
    paid_on = models.DateField("发放日期", null=True, editable=False)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="发放")
    entry = models.ForeignKey("finance.DayEntry", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="日记账")
    reason = models.CharField("原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "资助名单"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "term"], condition=~Q(state="cancelled"), name="aid_list_once", violation_error_message="这个项目这学期的名单已经有了"
            ),
            models.CheckConstraint(
                name="aid_list_final_after_notice", condition=~Q(state__in=["final", "paid"]) | Q(notice_until__isnull=False, decided_by__isnull=False)
            ),
            models.CheckConstraint(
                name="aid_list_paid_whole", condition=Q(state="paid", paid_on__isnull=False, paid_by__isnull=False) | (~Q(state="paid") & Q(paid_on=None))
            ),
        ]

    def __str__(self):
        return f"{self.term} {self.scheme}"

    @property
    def tone(self) -> str:
        return LIST_TONES[ListState(self.state)]


class AidState(models.TextChoices):
    FILED = "filed", "已申请"
    PROPOSED = "proposed", "拟资助"
    REJECTED = "rejected", "没有评上"
    FINAL = "final", "已定"
    PAID = "paid", "已发放"
    WITHDRAWN = "withdrawn", "已撤回"


AID_MOVES = {
    AidState.FILED: (AidState.PROPOSED, AidState.REJECTED, AidState.WITHDRAWN),
    AidState.PROPOSED: (AidState.FINAL, AidState.FILED, AidState.WITHDRAWN),
    AidState.REJECTED: (AidState.FILED,),
    AidState.FINAL: (AidState.PAID, AidState.WITHDRAWN),
}
AID_TONES = {
    AidState.FILED: "wait", AidState.PROPOSED: "doing", AidState.REJECTED: "void", AidState.FINAL: "doing", AidState.PAID: "done", AidState.WITHDRAWN: "void",
}  # fmt: skip


class AidApplication(Stamped):
    """资助申请 of one student. Why stands in AidReason, which only filer and review group see."""

    listing = models.ForeignKey(AidList, models.PROTECT, related_name="applications", verbose_name="资助名单")
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    level = models.CharField("档次", max_length=20)
    amount = money_field("金额（元）")
    state = models.CharField("状态", max_length=9, choices=AidState, default=AidState.FILED, editable=False)
    struck_for = models.CharField("撤回原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "资助申请"
        ordering = ["-listing", "school_class", "student", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "student"], condition=~Q(state="withdrawn"), name="aid_application_once", violation_error_message="这名学生已经申请过了"
            ),
            models.CheckConstraint(name="aid_application_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self):
        return f"{self.student.name} {self.listing.scheme}"

    @property
    def tone(self) -> str:
        return AID_TONES[AidState(self.state)]


class ReasonKind(models.TextChoices):
    POVERTY = "poverty", "脱贫家庭、防返贫监测对象"
    ALLOWANCE = "allowance", "低保、特困"
    ORPHAN = "orphan", "孤儿、事实无人抚养"
    DISABLED = "disabled", "残疾学生、残疾人子女"
    MARTYR = "martyr", "烈士和优抚对象子女"
    SUDDEN = "sudden", "突发变故、重病"
    OTHER = "other", "其他困难"


class AidReason(Model):
    """申请理由 with its papers: for who filed it and the review group only."""

    application = models.OneToOneField(AidApplication, models.PROTECT, related_name="why", verbose_name="资助申请")
    kind = models.CharField("困难类型", max_length=9, choices=ReasonKind)
    text = models.CharField("家庭情况", max_length=500)

    class Meta:
        verbose_name = "申请理由"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="aid_reason_has_text", condition=~Q(text=""))]

    def __str__(self):
        return f"{self.application.student.name}的申请理由"


class AidVote(Model):
    """评议: one member's word on one application, changeable until the list is proposed."""

    application = models.ForeignKey(AidApplication, models.PROTECT, related_name="votes", verbose_name="资助申请")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="评议人")
    agrees = models.BooleanField("同意")
    score = models.PositiveSmallIntegerField("困难程度", null=True, blank=True)
    words = models.CharField("意见", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "评议"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "member"], name="aid_vote_once"),
            models.CheckConstraint(name="aid_vote_score", condition=Q(score=None) | Q(score__range=(0, 100)), violation_error_message="分数在 0 到 100 之间"),
        ]

    def __str__(self):
        return f"{self.member} {'同意' if self.agrees else '不同意'}"


class AidObjection(Stamped):
    """异议 during the notice, and what became of it."""

    listing = models.ForeignKey(AidList, models.PROTECT, related_name="objections", verbose_name="资助名单")
    text = models.CharField("内容", max_length=500)
    source = models.CharField("谁提的", max_length=60, blank=True)
    outcome = models.CharField("处理结果", max_length=300, blank=True, editable=False)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人")
    handled_at = models.DateTimeField("处理时间", null=True, editable=False)

    class Meta:
        verbose_name = "异议"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="aid_objection_handled_whole",
                condition=Q(handled_at=None, handled_by=None, outcome="") | (Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self):
        return self.text[:30]
