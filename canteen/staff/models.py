"""Canteen workers: fit for work by certificate and by this morning's look, on the roster, trained (CAN-10, CAN-11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canteen.evidence import CHECK, MANAGE, Evidence, struck_whole
from canteen.late import not_ahead
from canteen.numbers import plainly
from logistics.platform.kernel.models import Model, Stamped

FEVER = 37.3


class Job(models.TextChoices):
    COOK = "cook", "厨师"
    CUTTER = "cutter", "切配"
    WASHER = "washer", "洗消"
    SERVER = "server", "备餐售餐"
    STORE = "store", "库管"
    CLEANER = "cleaner", "保洁"
    OFFICE = "office", "管理"


class Worker(Stamped):
    """A member of staff who works in the canteen; the certificate is among the person's papers."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="canteen_worker", verbose_name="姓名")
    job = models.CharField("岗位", max_length=8, choices=Job)
    is_active = models.BooleanField("在岗", default=True)

    class Meta:
        verbose_name = "食堂人员"
        ordering = ["person__pinyin", "id"]

    def __str__(self):
        return self.person.name


class Fitness(models.TextChoices):
    DUTY = "duty", "上岗"
    OFF = "off", "暂离岗位"
    DOCTOR = "doctor", "就医"


FITNESS_TONES = {Fitness.DUTY: "done", Fitness.OFF: "wait", Fitness.DOCTOR: "late"}
SYMPTOMS = {"diarrhea": "腹泻", "vomiting": "呕吐", "throat": "咽部炎症", "wound": "皮肤或手部伤口、感染", "jaundice": "黄疸"}
TIDY = {"dress_ok": "着装、帽子、口罩整洁", "nails_ok": "指甲短净，没有饰物", "hands_ok": "洗手消毒"}


def item(label: str) -> models.BooleanField:
    return models.BooleanField(label)


class MorningCheck(Evidence):
    """One person looked at on one morning, item by item. `is_duty` only without any symptom, in clean clothes; the database holds it too."""

    writes = CHECK

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="checks", verbose_name="谁")
    on = models.DateField("日期", editable=False)
    celsius = models.DecimalField("体温（℃）", max_digits=3, decimal_places=1)
    diarrhea, vomiting, throat, wound, jaundice = (item(label) for label in SYMPTOMS.values())
    dress_ok, nails_ok, hands_ok = (item(label) for label in TIDY.values())
    result = models.CharField("结论", max_length=6, choices=Fitness)
    went = models.CharField("去向和依据", max_length=200, blank=True)
    paper_until = models.DateField("健康证有效期", null=True, editable=False)

    class Meta:
        verbose_name = "晨检"
        ordering = ["-on", "worker__person__pinyin", "-id"]
        constraints = [
            not_ahead("morning_not_ahead"),
            struck_whole("morning_struck"),
            models.UniqueConstraint(fields=["worker", "on"], condition=Q(struck_at=None), name="morning_once", violation_error_message="今天已经检查过了"),
            models.CheckConstraint(name="morning_celsius", condition=Q(celsius__gte=34, celsius__lte=43), violation_error_message="体温在 34 到 43 ℃ 之间"),
            models.CheckConstraint(
                name="morning_duty_is_fit",
                condition=~Q(result="duty")
                | Q(celsius__lt=FEVER, diarrhea=False, vomiting=False, throat=False, wound=False, jaundice=False, dress_ok=True, nails_ok=True, hands_ok=True),
            ),
            models.CheckConstraint(name="morning_sent_where", condition=Q(result="duty") | ~Q(went="")),
        ]

    def __str__(self):
        return f"{self.worker} {self.on.month}月{self.on.day}日晨检"

    @property
    def found(self) -> list[str]:
        """What was not in order, in words."""
        ill = [label for name, label in SYMPTOMS.items() if getattr(self, name)]
        untidy = [f"不合格：{label}" for name, label in TIDY.items() if not getattr(self, name)]
        return [*([f"发热 {plainly(self.celsius)} ℃"] if float(self.celsius) >= FEVER else []), *ill, *untidy]


class RosterState(models.TextChoices):
    ON = "on", "上岗"
    OFF = "off", "换下"


ROSTER_MOVES = {RosterState.ON: (RosterState.OFF,)}


class RosterEntry(Stamped):
    """Somebody put on the roster of a day, with the certificate that allows it."""

    on = models.DateField("日期")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="shifts", verbose_name="谁")
    job = models.CharField("岗位", max_length=8, choices=Job)
    shift = models.CharField("班次", max_length=20, blank=True, help_text="例如 早班、全天。")
    paper_until = models.DateField("健康证有效期", null=True, editable=False)
    state = models.CharField("状态", max_length=4, choices=RosterState, default=RosterState.ON, editable=False)
    reason = models.CharField("换下的原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "当日排班"
        ordering = ["-on", "worker__person__pinyin", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["on", "worker"], condition=Q(state="on"), name="roster_once", violation_error_message="这一天已经排了班"),
            models.CheckConstraint(name="roster_paper_valid", condition=Q(paper_until=None) | Q(paper_until__gte=models.F("on"))),
            models.CheckConstraint(name="roster_off_reason", condition=Q(state="on", reason="") | Q(state="off") & ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.worker} {self.on.month}月{self.on.day}日"


class TrainingKind(models.TextChoices):
    TRAINING = "training", "培训"
    TEST = "test", "考核"


class Training(Evidence):
    """A lesson or a test of canteen staff."""

    writes = MANAGE

    kind = models.CharField("种类", max_length=8, choices=TrainingKind)
    topic = models.CharField("内容", max_length=100)
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)
    teacher = models.CharField("主讲或监考", max_length=30, blank=True)

    class Meta:
        verbose_name = "培训考核"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("training_not_ahead"),
            struck_whole("training_struck"),
            models.CheckConstraint(name="training_hours", condition=Q(hours__gt=0, hours__lte=24), violation_error_message="学时在 0 到 24 之间"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.topic}"


class TrainingPerson(Model):
    training = models.ForeignKey(Training, models.PROTECT, related_name="people")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="trainings", verbose_name="谁")
    score = models.PositiveSmallIntegerField("分数", null=True, blank=True)

    class Meta:
        verbose_name = "参加的人"
        ordering = ["worker__person__pinyin", "id"]
        constraints = [
            models.UniqueConstraint(fields=["training", "worker"], name="training_person_once"),
            models.CheckConstraint(name="training_score", condition=Q(score=None) | Q(score__lte=100)),
        ]

    def __str__(self):
        return str(self.worker)
