"""考试用餐和公务接待餐: meals out of the ordinary, asked for, approved, and what they really were (CAN-22)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.meal.kinds import MealKind
from logistics.platform.kernel.models import Stamped

RECEPTION_LAW = "《党政机关国内公务接待管理规定》"


class SpecialKind(models.TextChoices):
    EXAM = "exam", "考试用餐"
    RECEPTION = "reception", "公务接待餐"


class Payer(models.TextChoices):
    OFFICIAL = "official", "公务接待费"
    SELF = "self", "用餐人自付"
    EXAM = "exam", "考务经费"
    MEALS = "meals", "学生伙食费"


class SpecialState(models.TextChoices):
    ASKED = "asked", "待批准"
    APPROVED = "approved", "已批准"
    DONE = "done", "已办完"
    VOID = "void", "已作废"


SPECIAL_MOVES = {
    SpecialState.ASKED: (SpecialState.APPROVED, SpecialState.VOID),
    SpecialState.APPROVED: (SpecialState.DONE, SpecialState.VOID),
}
SPECIAL_TONES = {SpecialState.ASKED: "wait", SpecialState.APPROVED: "doing", SpecialState.DONE: "done", SpecialState.VOID: "void"}


class SpecialMeal(Stamped):
    """One table or one exam day: who eats, by which standard, who pays. A reception never comes out of the pupils' meal money."""

    kind = models.CharField("哪种", max_length=9, choices=SpecialKind)
    on = models.DateField("日期")
    meal = models.CharField("餐次", max_length=10, choices=MealKind)
    occasion = models.CharField("事由", max_length=100, help_text="例如 中考考务、县教育局督导。")
    unit = models.CharField("来访单位或考点", max_length=60)
    letter = models.CharField("公函文号", max_length=60, blank=True, help_text="公务接待要有公函。")
    guests = models.PositiveSmallIntegerField("用餐人数", help_text="接待的写来客人数，考试的写考生和考务人数。")
    hosts = models.PositiveSmallIntegerField("陪餐人数", default=0)
    standard = models.DecimalField("每人标准（元）", max_digits=7, decimal_places=2)
    payer = models.CharField("费用来源", max_length=8, choices=Payer)
    dishes = models.CharField("菜单", max_length=300)
    state = models.CharField("状态", max_length=8, choices=SpecialState, default=SpecialState.ASKED, editable=False)
    approved_at = models.DateTimeField("批准时间", null=True, editable=False)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人")
    came = models.PositiveSmallIntegerField("实际用餐人数", null=True, editable=False)
    hosts_came = models.PositiveSmallIntegerField("实际陪餐人数", null=True, editable=False)
    cost = models.DecimalField("实际费用（元）", max_digits=11, decimal_places=2, null=True, editable=False)
    done_at = models.DateTimeField("办完时间", null=True, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="登记人")
    void_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "特供餐和接待餐"
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(name="special_somebody", condition=Q(guests__gte=1), violation_error_message="用餐人数从 1 人起"),
            models.CheckConstraint(name="special_standard", condition=Q(standard__gt=0), violation_error_message="标准要大于零"),
            models.CheckConstraint(
                name="special_reception_not_from_pupils", condition=~Q(kind="reception", payer__in=["meals", "exam"]), violation_error_message="接待不能用学生伙食费"
            ),
            models.CheckConstraint(name="special_reception_letter", condition=~Q(kind="reception") | ~Q(letter=""), violation_error_message="公务接待要有公函"),
            models.CheckConstraint(
                name="special_reception_hosts",
                condition=~Q(kind="reception") | Q(guests__lte=10, hosts__lte=3) | Q(guests__gt=10, guests__gte=F("hosts") * 3),
                violation_error_message="陪餐人数太多",
            ),
            models.CheckConstraint(name="special_exam_no_hosts", condition=Q(kind="reception") | Q(hosts=0), violation_error_message="考试用餐没有陪餐"),
            models.CheckConstraint(
                name="special_approved_whole",
                condition=Q(state="asked", approved_at=None, approved_by=None) | Q(state="void") | Q(state__in=["approved", "done"], approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="special_done_whole",
                condition=Q(state="done", came__isnull=False, hosts_came__isnull=False, cost__isnull=False, cost__gte=0, done_at__isnull=False, done_by__isnull=False)
                | ~Q(state="done") & Q(came=None, hosts_came=None, cost=None, done_at=None, done_by=None),
            ),
            models.CheckConstraint(name="special_void_reason", condition=Q(state="void") & ~Q(void_reason="") | ~Q(state="void") & Q(void_reason="")),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.get_meal_display()} {self.unit}"

    @property
    def tone(self) -> str:
        return SPECIAL_TONES[SpecialState(self.state)]

    @property
    def budget(self):
        """Yuan for everybody planned at the table."""
        return (self.guests + self.hosts) * self.standard
