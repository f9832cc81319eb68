"""安全责任书: one text per post in versions with a term, signed by everybody who holds the post (SAF-12)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped

LAW = "《中小学幼儿园安全管理办法》第十六条、《中小学校岗位安全工作指南》"


class StatementState(models.TextChoices):
    CURRENT = "current", "现行"
    WITHDRAWN = "withdrawn", "已停用"


STATEMENT_MOVES = {StatementState.CURRENT: (StatementState.WITHDRAWN,)}


class SafetyStatement(Stamped):
    """A statement for posts (or for all staff) through all its versions. `reminded_on` is the last day its signers were reminded."""

    title = models.CharField("名称", max_length=60, unique=True)
    for_everyone = models.BooleanField("全体教职工都签", default=False)
    posts = models.ManyToManyField("platform.Post", blank=True, related_name="safety_statements", verbose_name="哪些岗位签")
    state = models.CharField("状态", max_length=10, choices=StatementState, default=StatementState.CURRENT, editable=False)
    current = models.OneToOneField("safety.SafetyStatementVersion", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="现行版本")
    reminded_on = models.DateField("上次催签", null=True, editable=False)
    reason = models.CharField("停用原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "安全责任书"
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(name="safety_statement_withdrawn_reason", condition=Q(state="current", reason="") | Q(state="withdrawn") & ~Q(reason="")),
        ]

    def __str__(self):
        return self.title


class SafetyStatementVersion(Stamped):
    """What was signed, from when until when; never changed. A new year or a new text is a new version, signed anew."""

    statement = models.ForeignKey(SafetyStatement, models.PROTECT, related_name="versions", verbose_name="责任书")
    number = models.PositiveSmallIntegerField("第几版")
    text = models.TextField("正文")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="学校一方")
    starts_on = models.DateField("有效期从")
    ends_on = models.DateField("有效期到")
    change_note = models.CharField("改了什么", max_length=200, blank=True)

    class Meta:
        verbose_name = "责任书版本"
        ordering = ["statement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="safety_statement_version_once"),
            models.CheckConstraint(
                name="safety_statement_version_forward", condition=Q(ends_on__gte=F("starts_on")), violation_error_message="有效期到不能早于有效期从"
            ),
            models.CheckConstraint(name="safety_statement_version_text", condition=~Q(text="")),
        ]

    def __str__(self):
        return f"{self.statement.title} 第 {self.number} 版"

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


class SafetyStatementSignature(Model):
    """One person signed one version, once, for good; the posts are those held then. The drawn name hangs on it as an attachment."""

    version = models.ForeignKey(SafetyStatementVersion, models.PROTECT, related_name="signatures", verbose_name="责任书")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签订人")
    posts = models.CharField("岗位", max_length=200, blank=True)
    signed_at = models.DateTimeField("签订时间")

    class Meta:
        verbose_name = "责任书签订"
        ordering = ["-signed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="safety_statement_signed_once", violation_error_message="已经签过了。")]

    def __str__(self):
        return f"{self.version.statement.title}：{self.person.name}"
