"""财务公开: a statement of a month or term, made from the books, frozen, checked and put on the board (FIN-10)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from finance.money import money_field
from logistics.platform.board.models import Audience
from logistics.platform.kernel.models import Stamped

PERSON = settings.AUTH_USER_MODEL


class Period(models.TextChoices):
    MONTH = "month", "按月"
    TERM = "term", "按学期"


class DisclosureState(models.TextChoices):
    DRAFT = "draft", "编制中"
    CHECKING = "checking", "待审核"
    CHECKED = "checked", "待发布"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤下"


DISCLOSURE_MOVES = {
    DisclosureState.DRAFT: (DisclosureState.CHECKING,),
    DisclosureState.CHECKING: (DisclosureState.CHECKED, DisclosureState.DRAFT),
    DisclosureState.CHECKED: (DisclosureState.PUBLISHED, DisclosureState.DRAFT),
    DisclosureState.PUBLISHED: (DisclosureState.WITHDRAWN,),
}
DISCLOSURE_TONES = {
    DisclosureState.DRAFT: "void",
    DisclosureState.CHECKING: "wait",
    DisclosureState.CHECKED: "wait",
    DisclosureState.PUBLISHED: "done",
    DisclosureState.WITHDRAWN: "void",
}


class Disclosure(Stamped):
    """`content` is what the books said when it was sent for checking; what is published says the same."""

    period = models.CharField("期间", max_length=5, choices=Period)
    name = models.CharField("哪一期", max_length=30, editable=False)
    first_on = models.DateField("从", editable=False)
    last_on = models.DateField("到", editable=False)
    audience = models.CharField("给谁看", max_length=8, choices=Audience, default=Audience.STAFF)
    above = money_field("采购列到多少元以上", default=Decimal(1000), help_text="这个数以上的采购一笔一笔列出来。")
    note = models.CharField("说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=9, choices=DisclosureState, default=DisclosureState.DRAFT, editable=False)
    content = models.JSONField("内容", default=dict, editable=False)
    sent_at = models.DateTimeField("送审时间", null=True, editable=False)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审核人")
    checked_at = models.DateTimeField("审核时间", null=True, editable=False)
    opinion = models.CharField("审核意见", max_length=200, blank=True, editable=False)
    post = models.OneToOneField("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")
    published_at = models.DateTimeField("公开时间", null=True, editable=False)

    class Meta:
        verbose_name = "财务公开表"
        ordering = ["-last_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "first_on"], condition=~Q(state="withdrawn"), name="disclosure_once_a_period", violation_error_message="这一期已经有了"
            ),
            models.CheckConstraint(name="disclosure_ends_after_start", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(name="disclosure_above_not_negative", condition=Q(above__gte=0), violation_error_message="不能是负数"),
            models.CheckConstraint(
                name="disclosure_checked_by_another",
                condition=~Q(state__in=["checked", "published", "withdrawn"])
                | (Q(checked_by__isnull=False, checked_at__isnull=False) & ~Q(checked_by=F("created_by"))),
                violation_error_message="编制和审核不能是同一个人",
            ),
            models.CheckConstraint(
                name="disclosure_published_has_post", condition=~Q(state__in=["published", "withdrawn"]) | Q(post__isnull=False, published_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.name}财务公开表"

    @property
    def tone(self) -> str:
        return DISCLOSURE_TONES[DisclosureState(self.state)]
