"""满意度测评: a question sheet behind a QR code, answered once a device, without names (CAN-14)."""

from django.db import models
from django.db.models import F, Q

from logistics.platform.board.models import PostState
from logistics.platform.kernel.models import Model, Stamped


class Survey(Stamped):
    """Open from `since` to `until`, both days included. `token` is the address on the poster."""

    title = models.CharField("标题", max_length=60)
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天止")
    token = models.CharField("地址", max_length=24, unique=True, editable=False)
    goal = models.PositiveSmallIntegerField("目标（%）", editable=False)
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")

    class Meta:
        verbose_name = "满意度测评"
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(name="survey_forward", condition=Q(until__gte=F("since")), violation_error_message="到哪天止不能早于从哪天起"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_public(self) -> bool:
        """On the board and not taken down by hand; what was taken down may be published again."""
        return self.post is not None and self.post.state == PostState.PUBLISHED


class Asked(models.TextChoices):
    PARENT = "parent", "家长"
    PUPIL = "pupil", "学生"
    STAFF = "staff", "教职工"


class Content(models.TextChoices):
    GOOD = "good", "满意"
    FAIR = "fair", "基本满意"
    BAD = "bad", "不满意"


QUESTIONS = {"taste": "饭菜味道", "portion": "饭菜份量", "price": "价格", "hygiene": "卫生", "service": "服务态度", "overall": "总的来说"}


def question(name: str) -> models.CharField:
    return models.CharField(QUESTIONS[name], max_length=4, choices=Content)


class SurveyAnswer(Model):
    """One device's answers. `device` is a digest that means nothing in another survey."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    device = models.CharField(max_length=64, editable=False)
    who = models.CharField("您是", max_length=6, choices=Asked)
    taste, portion, price, hygiene, service, overall = (question(name) for name in QUESTIONS)
    words = models.CharField("想说的", max_length=300, blank=True)
    answered_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "测评答卷"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["survey", "device"], name="survey_answered_once")]

    def __str__(self):
        return f"{self.survey} 答卷"
