"""The school's written regulations (制度汇编): every version that was in force, and who has read it (ORG-06)."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model, Stamped


class RuleCategory(models.TextChoices):
    GENERAL = "general", "综合"
    REPAIR = "repair", "维修"
    SAFETY = "safety", "安全"
    ASSETS = "assets", "校产和仓库"
    CANTEEN = "canteen", "食堂"
    DORM = "dorm", "宿舍"
    FINANCE = "finance", "财务和采购"


class RuleState(models.TextChoices):
    DRAFT = "draft", "起草中"
    PUBLISHED = "published", "现行"
    WITHDRAWN = "withdrawn", "已废止"


RULE_MOVES = {
    RuleState.DRAFT: (RuleState.PUBLISHED,),
    RuleState.PUBLISHED: (RuleState.PUBLISHED, RuleState.WITHDRAWN),
}


class Regulation(Stamped):
    """One regulation through all its versions. `current` is the newest published one; `changed_at` moves with every act on it."""

    title = models.CharField("名称", max_length=60, unique=True)
    category = models.CharField("类别", max_length=10, choices=RuleCategory, default=RuleCategory.GENERAL)
    state = models.CharField("状态", max_length=10, choices=RuleState, default=RuleState.DRAFT, editable=False)
    current = models.OneToOneField(
        "platform.RegulationVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="现行版本", editable=False
    )
    changed_at = models.DateTimeField("改动时间", editable=False)
    reason = models.CharField("废止原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "制度"
        ordering = ["category", "title"]
        constraints = [
            models.CheckConstraint(
                name="regulation_in_force_has_version",
                condition=models.Q(state="draft", current=None) | (~models.Q(state="draft") & models.Q(current__isnull=False)),
                violation_error_message="发布过的制度要有现行版本。",
            ),
            models.CheckConstraint(
                name="regulation_withdrawn_has_reason",
                condition=~models.Q(state="withdrawn") | ~models.Q(reason=""),
                violation_error_message="废止要写原因。",
            ),
        ]

    def __str__(self):
        return self.title


class RegulationVersion(Model):
    """A text with the day from which it holds. Once published it is never changed; at most one waits unpublished."""

    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="versions", verbose_name="制度")
    number = models.PositiveSmallIntegerField("第几版")
    text = models.TextField("正文")
    effective_on = models.DateField("施行日期")
    change_note = models.CharField("改了什么", max_length=200, blank=True)
    paper = models.ForeignKey("platform.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="盖章的原件")
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="起草人")
    published_at = models.DateTimeField("发布时间", null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    reminded_at = models.DateTimeField("上次催读", null=True)

    class Meta:
        verbose_name = "制度版本"
        ordering = ["regulation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["regulation", "number"], name="regulation_version_once"),
            models.UniqueConstraint(fields=["regulation"], condition=models.Q(published_at=None), name="regulation_one_draft"),
            models.CheckConstraint(
                name="regulation_version_published_whole",
                condition=models.Q(published_at=None, published_by=None) | models.Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.regulation.title} 第 {self.number} 版"

    @property
    def paragraphs(self) -> list[str]:
        """The text paragraph by paragraph, empty lines left out."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


class ReadReceipt(Model):
    """A person says to have read a version; once, for good."""

    version = models.ForeignKey(RegulationVersion, models.PROTECT, related_name="receipts", verbose_name="版本")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "阅读回执"
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="regulation_read_once", violation_error_message="已经记过了。")]

    def __str__(self):
        return f"{self.person} 读过 {self.version}"
