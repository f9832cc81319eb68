"""The public board (公示栏): posts with dates, the office's service phones, questions to a post with their answers (GEN-03)."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model, Stamped


class PostCategory(models.TextChoices):
    NOTICE = "notice", "通知"
    DISCLOSURE = "disclosure", "公示"
    PURCHASE = "purchase", "采购日报"
    MENU = "menu", "菜谱"
    FUNDS = "funds", "经费"
    PHONES = "phones", "保障电话"
    NEWS = "news", "后勤动态"


class Audience(models.TextChoices):
    STAFF = "staff", "教职工"
    EVERYONE = "everyone", "所有人（家长不用登录）"


class PostState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


POST_MOVES = {
    PostState.DRAFT: (PostState.PUBLISHED,),
    PostState.PUBLISHED: (PostState.WITHDRAWN,),
}


class BoardPost(Stamped):
    """Shown from `publish_on` to `withdraw_on`, both days included; without the second until somebody takes it down."""

    category = models.CharField("栏目", max_length=10, choices=PostCategory)
    title = models.CharField("标题", max_length=80)
    content = models.TextField("内容")
    audience = models.CharField("给谁看", max_length=8, choices=Audience, default=Audience.EVERYONE)
    publish_on = models.DateField("从哪天起")
    withdraw_on = models.DateField("到哪天止", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=PostState, default=PostState.DRAFT, editable=False)
    published_at = models.DateTimeField("发布时间", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人", editable=False)
    reason = models.CharField("撤下原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "公示"
        ordering = ["-publish_on", "-id"]
        indexes = [models.Index(fields=["state", "-publish_on"])]
        constraints = [
            models.CheckConstraint(
                name="board_post_ends_after_it_begins",
                condition=models.Q(withdraw_on=None) | models.Q(withdraw_on__gte=models.F("publish_on")),
                violation_error_message="到哪天止不能早于从哪天起。",
            ),
            models.CheckConstraint(
                name="board_post_published_whole",
                condition=models.Q(state="draft", published_at=None, published_by=None)
                | (~models.Q(state="draft") & models.Q(published_at__isnull=False, published_by__isnull=False)),
                violation_error_message="发布要记下时间和人。",
            ),
            models.CheckConstraint(
                name="board_post_withdrawn_has_reason",
                condition=~models.Q(state="withdrawn") | ~models.Q(reason=""),
                violation_error_message="撤下要写原因。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def paragraphs(self) -> list[str]:
        """The text paragraph by paragraph, empty lines left out."""
        return [line.strip() for line in self.content.splitlines() if line.strip()]


class ServicePhone(Model):
    """A number to call when something is wrong (保障电话)."""

    name = models.CharField("管什么", max_length=30, unique=True)
    phone = models.CharField("电话", max_length=30)
    person = models.CharField("联系人", max_length=30, blank=True)
    hours = models.CharField("什么时候有人", max_length=40, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "保障电话"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class QuestionKind(models.TextChoices):
    QUESTION = "question", "提问"
    COMPLAINT = "complaint", "意见投诉"


class BoardQuestion(Model):
    """What somebody asked or complained about under a post. It and its answer stand beside the post once answered and `is_shown`."""

    post = models.ForeignKey(BoardPost, models.PROTECT, related_name="questions", verbose_name="公示")
    kind = models.CharField("类型", max_length=10, choices=QuestionKind, default=QuestionKind.QUESTION)
    text = models.CharField("内容", max_length=500)
    name = models.CharField("称呼", max_length=20, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提问的教职工")
    asked_at = models.DateTimeField("提问时间")
    answer = models.CharField("答复", max_length=1000, blank=True)
    is_shown = models.BooleanField("公开答复", default=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "提问和意见"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="board_answer_whole",
                condition=models.Q(answered_at=None, answered_by=None, answer="", is_shown=False)
                | (models.Q(answered_at__isnull=False, answered_by__isnull=False) & ~models.Q(answer="")),
            ),
        ]

    def __str__(self):
        return self.text[:30]

    @property
    def asker(self) -> str:
        """Who it was for readers of the board: never a name."""
        return "教职工" if self.asked_by_id else "家长"
