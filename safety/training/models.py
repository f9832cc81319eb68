"""安全培训、宣传活动: what was taught, who was there (SAF-11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from logistics.platform.kernel.models import Model
from safety.evidence import Evidence, struck_whole
from safety.late import not_ahead

LAW = "《关于加强中小学幼儿园消防安全管理工作的意见》：全体教职工每年至少培训一次，新上岗的先培训后上岗"


class TrainingKind(models.TextChoices):
    TRAINING = "training", "教职工培训"
    NEW = "new", "上岗前培训"
    LESSON = "lesson", "安全教育课"
    CAMPAIGN = "campaign", "宣传活动"


COUNTS = (TrainingKind.TRAINING, TrainingKind.NEW)  # for a member of staff's yearly training


class SafetyTraining(Evidence):
    """A lesson, a training or a publicity week; `number` is how many of the staff are listed."""

    kind = models.CharField("种类", max_length=8, choices=TrainingKind)
    topic = models.CharField("主题", max_length=100)
    where = models.CharField("地点", max_length=60)
    teacher = models.CharField("主讲人", max_length=40, blank=True)
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)
    content = models.CharField("内容", max_length=1000)
    number = models.PositiveSmallIntegerField("教职工人数", editable=False)
    students = models.PositiveIntegerField("学生人数", default=0)
    parents = models.PositiveIntegerField("家长人数", default=0)

    class Meta:
        verbose_name = "安全培训"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("safety_training_not_ahead"),
            struck_whole("safety_training_struck"),
            models.CheckConstraint(name="safety_training_hours", condition=Q(hours__gt=0, hours__lte=100), violation_error_message="学时在 0 到 100 之间"),
            models.CheckConstraint(
                name="safety_training_somebody", condition=Q(number__gt=0) | Q(students__gt=0) | Q(parents__gt=0), violation_error_message="要有人参加"
            ),
        ]

    def __str__(self):
        return self.topic


class SafetyTrainingPerson(Model):
    training = models.ForeignKey(SafetyTraining, models.PROTECT, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")

    class Meta:
        verbose_name = "参加的人"
        ordering = ["person__pinyin", "id"]
        constraints = [models.UniqueConstraint(fields=["training", "person"], name="safety_training_person_once")]

    def __str__(self):
        return str(self.person)
