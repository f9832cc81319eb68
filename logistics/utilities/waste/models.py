"""Energy and water seen wasted, who watches over it in a class, and what the board says of a week (UTL-04)."""

from django.db import models
from django.db.models import Q

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books, Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Model, Stamped
from logistics.platform.org.models import SchoolClass
from logistics.utilities.schedule.models import Use

VIEW, RECORD, MANAGE = "utilities.waste.view", "utilities.waste.record", "utilities.waste.manage"
BOOKS = Books("总务主任", VIEW, RECORD, RECORD, MANAGE)
PERMISSIONS = [
    (VIEW, "看浪费登记和班级节约员", {"*": Scope.ALL, "inspector": Scope.ALL}),
    (
        RECORD,
        "登记长明灯、长流水等浪费",
        dict.fromkeys(("director", "vice", "safety", "keeper", "dormkeeper", "guard", "repairer", "headteacher"), Scope.ALL),
    ),
    (MANAGE, "管浪费登记，定班级节约员，公布", dict.fromkeys(("director",), Scope.ALL)),
]


class WasteKind(models.TextChoices):
    LIGHT = "light", "长明灯"
    WATER = "water", "长流水"
    COOLING = "cooling", "空调没关或温度不对"
    HEATING = "heating", "供暖时开窗"
    APPLIANCE = "appliance", "违规电器"
    SCREEN = "screen", "电脑、大屏没关"
    OTHER = "other", "别的浪费"


USES = {WasteKind.LIGHT: (Use.LIGHT,), WasteKind.COOLING: (Use.COOLING, Use.HEATING)}  # what may run at set hours only


class WasteFinding(Evidence):
    """One thing seen. It counts for a class or an office, or for nobody where the place is everybody's; `outside` is what the hours said then."""

    books = BOOKS

    kind = models.CharField("种类", max_length=9, choices=WasteKind)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门")
    on = models.DateField("日期", editable=False)
    words = models.CharField("情况", max_length=200)
    stopped = models.BooleanField("当场关了", default=False)
    outside = models.CharField("开放时间", max_length=200, blank=True, editable=False)
    ticket = models.ForeignKey("repairs.Ticket", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="报修单")

    class Meta:
        verbose_name = "浪费登记"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["on", "school_class"], name="waste_finding_by_day")]
        constraints = [
            not_ahead("waste_finding_not_ahead"),
            struck_whole("waste_finding_struck"),
            models.CheckConstraint(
                name="waste_finding_one_owner", condition=Q(school_class=None) | Q(department=None), violation_error_message="班级和部门只选一个"
            ),
            models.CheckConstraint(name="waste_finding_says_what", condition=~Q(words="")),
        ]

    def __str__(self):
        return f"{self.place}{self.get_kind_display()}"

    @property
    def owner(self) -> str:
        return str(self.school_class or self.department or "")


class EnergyKeeper(Stamped):
    """班级节约员: the pupil who turns off the lights of a class, one a class at a time."""

    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="energy_keepers", verbose_name="班级", editable=False)
    student = models.ForeignKey("platform.Student", models.PROTECT, related_name="+", verbose_name="学生")
    since = models.DateField("从")
    until = models.DateField("到", null=True, editable=False)

    class Meta:
        verbose_name = "班级节约员"
        ordering = ["school_class__order", "-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["school_class"], condition=Q(until=None), name="energy_keeper_once", violation_error_message="这个班已经有节约员"),
            models.CheckConstraint(name="energy_keeper_period", condition=Q(until=None) | Q(until__gte=models.F("since"))),
        ]

    def __str__(self):
        return f"{self.school_class}节约员 {self.student}"

    @property
    def is_in_class(self) -> bool:
        """Whether the pupil is still in the class; whoever has left watches over nothing."""
        return self.student.is_active and self.student.school_class_id == self.school_class_id


class WasteWeek(Model):
    """What the board says of a week; when something is struck out or comes late a new version takes its place."""

    monday = models.DateField("周一")
    version = models.PositiveSmallIntegerField("第几版")
    content = models.TextField("内容")
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, related_name="+", verbose_name="公示")
    made_at = models.DateTimeField("公示时间")

    class Meta:
        verbose_name = "浪费情况公布"
        ordering = ["-monday", "-version"]
        constraints = [models.UniqueConstraint(fields=["monday", "version"], name="waste_week_once")]

    def __str__(self):
        return f"{self.monday.month}月{self.monday.day}日这一周浪费情况"
