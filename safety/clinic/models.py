"""Health at school: visits, medicine with expiry, morning checks, the ill and clusters of them. No name of a record says who is ill (MED-01, MED-02)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.evidence.books import Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Stamped

from .rights import BOOKS, CLASS


class Symptom(models.TextChoices):
    FEVER = "fever", "发热"
    COUGH = "cough", "咳嗽、咽痛"
    GUT = "gut", "呕吐、腹泻"
    RASH = "rash", "皮疹、疱疹"
    EYE = "eye", "红眼"
    SWELLING = "swelling", "腮腺肿大"
    INJURY = "injury", "外伤"
    OTHER = "other", "其他不适"


SPREADING = (Symptom.FEVER, Symptom.COUGH, Symptom.GUT, Symptom.RASH, Symptom.EYE, Symptom.SWELLING)


class Went(models.TextChoices):
    CLASS = "class", "回班"
    REST = "rest", "留观"
    HOME = "home", "家长接回"
    HOSPITAL = "hospital", "送医院"


def stock_field(label: str, **kwargs) -> models.DecimalField:
    return models.DecimalField(label, max_digits=9, decimal_places=1, **kwargs)


class ClinicVisit(Evidence):
    """Somebody at the nurse's: a student or a member of staff."""

    books = BOOKS

    student = models.ForeignKey("platform.Student", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="学生")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="教职工")
    symptom = models.CharField("症状", max_length=8, choices=Symptom)
    celsius = models.DecimalField("体温（℃）", max_digits=3, decimal_places=1, null=True, blank=True)
    words = models.CharField("主诉和检查", max_length=300)
    care = models.CharField("处理", max_length=300)
    went = models.CharField("去向", max_length=8, choices=Went)

    class Meta:
        verbose_name = "就诊"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["happened_at"], name="clinic_visit_by_time")]
        constraints = [
            not_ahead("clinic_visit_not_ahead"),
            struck_whole("clinic_visit_struck"),
            models.CheckConstraint(
                name="clinic_visit_of_one",
                condition=Q(student=None, person__isnull=False) | Q(student__isnull=False, person=None),
                violation_error_message="写一名学生，或者选一位教职工",
            ),
            models.CheckConstraint(
                name="clinic_visit_celsius", condition=Q(celsius=None) | Q(celsius__gte=34, celsius__lte=43), violation_error_message="体温在 34 到 43 ℃ 之间"
            ),
        ]

    def __str__(self):
        return f"就诊 {self.pk or ''}".strip()

    @property
    def who(self) -> str:
        return str(self.student or self.person)


class Medicine(Stamped):
    """A medicine or a dressing of the clinic."""

    name = models.CharField("药品", max_length=60, unique=True)
    unit = models.CharField("单位", max_length=8)
    least = stock_field("最少备", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "药品"
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(name="medicine_least", condition=Q(least__gte=0), violation_error_message="不能小于零")]

    def __str__(self):
        return self.name


class MedicineBatch(Stamped):
    """What came in with one batch number and last day; `stock` is what is left of it."""

    medicine = models.ForeignKey(Medicine, models.PROTECT, related_name="batches", verbose_name="药品")
    lot = models.CharField("批号", max_length=30)
    expires_on = models.DateField("有效期至")
    stock = stock_field("结存", default=0, editable=False)

    class Meta:
        verbose_name = "药品批次"
        ordering = ["expires_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["medicine", "lot"], name="medicine_batch_once", violation_error_message="这个批号已经登记过"),
            models.CheckConstraint(name="medicine_batch_stock", condition=Q(stock__gte=0), violation_error_message="结存不能小于零"),
        ]

    def __str__(self):
        return f"{self.medicine} {self.lot}"


class MoveKind(models.TextChoices):
    IN = "in", "入库"
    USE = "use", "使用"
    THROW = "throw", "过期销毁"


class MedicineMove(Stamped):
    """One line of the medicine ledger, only ever added."""

    batch = models.ForeignKey(MedicineBatch, models.PROTECT, related_name="moves", verbose_name="批次")
    kind = models.CharField("种类", max_length=6, choices=MoveKind)
    quantity = stock_field("数量")
    balance = stock_field("结存")
    visit = models.ForeignKey(ClinicVisit, models.PROTECT, null=True, blank=True, related_name="medicines", verbose_name="就诊")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在场第二人")
    words = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = "药品收支"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="medicine_move_sign", condition=Q(kind="in", quantity__gt=0) | (~Q(kind="in") & Q(quantity__lt=0))),
            models.CheckConstraint(name="medicine_move_balance", condition=Q(balance__gte=0)),
            models.CheckConstraint(name="medicine_move_witness", condition=~Q(kind="throw") | Q(second__isnull=False) & ~Q(second=F("created_by"))),
        ]

    def __str__(self):
        return f"{self.batch} {self.get_kind_display()}"


class Session(models.TextChoices):
    MORNING = "morning", "晨检"
    NOON = "noon", "午检"


class ClassCheck(Evidence):
    """晨午检 of one class: how many should be there, are there, are ill; the ill are registered one by one."""

    books, writes = BOOKS, CLASS

    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    on = models.DateField("日期", editable=False)
    session = models.CharField("时段", max_length=8, choices=Session)
    due = models.PositiveSmallIntegerField("应到")
    present = models.PositiveSmallIntegerField("实到")
    ill_absent = models.PositiveSmallIntegerField("因病缺课", default=0)
    ill_present = models.PositiveSmallIntegerField("在校有症状", default=0)

    class Meta:
        verbose_name = "晨午检"
        ordering = ["-on", "school_class", "-id"]
        constraints = [
            not_ahead("class_check_not_ahead"),
            struck_whole("class_check_struck"),
            models.UniqueConstraint(
                fields=["school_class", "on", "session"], condition=Q(struck_at=None), name="class_check_once", violation_error_message="这个班这一次已经检查过了"
            ),
            models.CheckConstraint(
                name="class_check_adds_up", condition=Q(present__lte=F("due"), ill_absent__lte=F("due") - F("present"), ill_present__lte=F("present")),
                violation_error_message="实到不能多于应到，因病缺课不能多于缺的人，有症状的不能多于实到",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.school_class} {self.on.month}月{self.on.day}日{self.get_session_display()}"


class IllState(models.TextChoices):
    WATCHED = "watched", "在校观察"
    AWAY = "away", "缺课"
    BACK = "back", "已返校"


ILL_MOVES = {IllState.AWAY: (IllState.BACK,), IllState.WATCHED: (IllState.AWAY, IllState.BACK)}
ILL_TONES = {IllState.AWAY: "late", IllState.WATCHED: "wait", IllState.BACK: "done"}


class Illness(Evidence):
    """One student who fell ill, from the finding until back in class; an infectious one comes back with a proof only."""

    books, writes = BOOKS, CLASS

    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级", editable=False)
    symptom = models.CharField("症状", max_length=8, choices=Symptom)
    began_on = models.DateField("发病日期")
    words = models.CharField("情况", max_length=200, blank=True)
    diagnosis = models.CharField("诊断", max_length=60, blank=True)
    is_infectious = models.BooleanField("传染病", default=False)
    state = models.CharField("状态", max_length=8, choices=IllState, default=IllState.AWAY, editable=False)
    back_on = models.DateField("返校日期", null=True, editable=False)
    back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="查验人")
    proof = models.CharField("返校依据", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "因病缺课"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["school_class", "symptom", "began_on"], name="illness_by_class")]
        constraints = [
            not_ahead("illness_not_ahead"),
            struck_whole("illness_struck"),
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(struck_at=None) & ~Q(state="back"),
                name="illness_open_once",
                violation_error_message="这名学生已经登记了，还没有返校",
            ),
            models.CheckConstraint(
                name="illness_back_whole",
                condition=Q(state="back", back_on__isnull=False, back_on__gte=F("began_on"), back_by__isnull=False)
                | (~Q(state="back") & Q(back_on=None, back_by=None)),
            ),
            models.CheckConstraint(
                name="illness_infectious_proof", condition=~Q(state="back", is_infectious=True) | ~Q(proof=""), violation_error_message="传染病返校要有证明"
            ),
        ]

    def __str__(self):
        return f"病情登记 {self.pk or ''}".strip()

    @property
    def kept_because(self) -> str:
        return "已经返校的不能划去。" if self.state == IllState.BACK else ""


class ClusterState(models.TextChoices):
    OPEN = "open", "待处置"
    CLEANED = "cleaned", "已消毒"
    CLOSED = "closed", "已解除"


CLUSTER_MOVES = {ClusterState.OPEN: (ClusterState.CLEANED,), ClusterState.CLEANED: (ClusterState.CLEANED, ClusterState.CLOSED)}
CLUSTER_TONES = {ClusterState.OPEN: "late", ClusterState.CLEANED: "doing", ClusterState.CLOSED: "done"}


class Cluster(Stamped):
    """Several of one class ill in the same way within a few days; watched until disinfected and over."""

    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    symptom = models.CharField("症状", max_length=8, choices=Symptom)
    since = models.DateField("从哪天起")
    count = models.PositiveSmallIntegerField("人数")
    state = models.CharField("状态", max_length=8, choices=ClusterState, default=ClusterState.OPEN)
    cleaned_at = models.DateTimeField("最近消毒", null=True)
    cleaned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="消毒人")
    cleaned_how = models.CharField("怎么消毒", max_length=200, blank=True)
    closed_at = models.DateTimeField("解除时间", null=True)
    conclusion = models.CharField("结论", max_length=300, blank=True)

    class Meta:
        verbose_name = "聚集病例"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["school_class", "symptom"], condition=~Q(state="closed"), name="cluster_open_once"),
            models.CheckConstraint(name="cluster_cleaned", condition=Q(state="open") | Q(cleaned_at__isnull=False, cleaned_by__isnull=False)),
            models.CheckConstraint(
                name="cluster_closed", condition=(Q(state="closed", closed_at__isnull=False) & ~Q(conclusion="")) | (~Q(state="closed") & Q(closed_at=None))
            ),
        ]

    def __str__(self):
        return f"聚集病例 {self.pk or ''}".strip()
