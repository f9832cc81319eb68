"""陪餐: who eats with the pupils when, what they found, and what parents read of it (CAN-12)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from canteen.evidence import VIEW, Evidence, struck_whole
from canteen.late import not_ahead
from canteen.meal.kinds import MealKind
from logistics.platform.kernel.models import Model, Stamped


class TurnState(models.TextChoices):
    ON = "on", "安排"
    OFF = "off", "换下"


TURN_MOVES = {TurnState.ON: (TurnState.OFF,)}


class AccompanyTurn(Stamped):
    """Somebody of the school's leaders is to eat with the pupils at a meal. Changed turns stay with the reason."""

    on = models.DateField("日期")
    kind = models.CharField("餐次", max_length=10, choices=MealKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="陪餐人")
    state = models.CharField("状态", max_length=4, choices=TurnState, default=TurnState.ON, editable=False)
    reason = models.CharField("换人的原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "陪餐安排"
        ordering = ["-on", "kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["on", "kind", "person"], condition=Q(state="on"), name="accompany_turn_once", violation_error_message="这一餐已经安排了这个人"),
            models.CheckConstraint(name="accompany_turn_off_reason", condition=Q(state="on", reason="") | Q(state="off") & ~Q(reason="")),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.get_kind_display()} {self.person.name}"


class Eater(models.TextChoices):
    LEADER = "leader", "学校负责人"
    PARENT = "parent", "家长"


class Grade(models.TextChoices):
    GOOD = "good", "好"
    FAIR = "fair", "一般"
    BAD = "bad", "差"


GRADED = {"portion": "份量", "taste": "口味和温度", "price": "价格", "hygiene": "食堂卫生", "manners": "就餐秩序", "service": "服务"}


def grade(name: str) -> models.CharField:
    return models.CharField(GRADED[name], max_length=4, choices=Grade)


class Accompanied(Evidence):
    """One person's meal among the pupils: what was eaten, how it was, what is to be done. An opinion is a thing to be mended by somebody."""

    writes = VIEW

    meal = models.ForeignKey("canteen.Meal", models.PROTECT, related_name="accompanied", verbose_name="哪一餐")
    eater = models.CharField("陪餐的是", max_length=6, choices=Eater)
    guest = models.CharField("家长", max_length=30, blank=True)
    dishes = models.CharField("吃了什么", max_length=300, editable=False)
    portion, taste, price, hygiene, manners, service = (grade(name) for name in GRADED)
    opinion = models.CharField("问题和意见", max_length=200, blank=True)
    fault = models.OneToOneField("canteen.Fault", models.PROTECT, null=True, editable=False, related_name="accompanied", verbose_name="处理")

    class Meta:
        verbose_name = "陪餐记录"
        ordering = ["-happened_at", "-id"]
        constraints = [
            not_ahead("accompanied_not_ahead"),
            struck_whole("accompanied_struck"),
            models.UniqueConstraint(
                fields=["meal", "created_by"],
                condition=Q(struck_at=None, eater="leader"),
                name="accompanied_once",
                violation_error_message="这一餐您已经记过了",
            ),
            models.CheckConstraint(name="accompanied_parent_named", condition=Q(eater="leader", guest="") | Q(eater="parent") & ~Q(guest="")),
            models.CheckConstraint(name="accompanied_opinion_goes_on", condition=Q(opinion="", fault=None) | ~Q(opinion="") & Q(fault__isnull=False)),
        ]

    def __str__(self):
        return f"{self.meal}{self.who}陪餐"

    @property
    def who(self) -> str:
        return self.guest if self.eater == Eater.PARENT else self.created_by.name

    @property
    def post(self) -> str:
        return "家长" if self.eater == Eater.PARENT else self.created_by.title

    @property
    def bad(self) -> list[str]:
        return [label for name, label in GRADED.items() if getattr(self, name) == Grade.BAD]

    @property
    def grades(self) -> str:
        return "，".join(f"{label}{getattr(self, f'get_{name}_display')()}" for name, label in GRADED.items())

    @property
    def kept_because(self) -> str:
        return "意见已经交给人整改，不能划去。写错的请在整改事项里说明。" if self.fault_id else ""


class AccompanyWeek(Model):
    """What the board says of a week's accompanied meals; when something is added or mended a new version takes its place."""

    monday = models.DateField("周一")
    version = models.PositiveSmallIntegerField("第几版")
    content = models.TextField("内容")
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, related_name="+", verbose_name="公示")
    made_at = models.DateTimeField("公示时间")

    class Meta:
        verbose_name = "陪餐公示"
        ordering = ["-monday", "-version"]
        constraints = [models.UniqueConstraint(fields=["monday", "version"], name="accompany_week_once")]

    def __str__(self):
        return f"{self.monday.month}月{self.monday.day}日这一周陪餐公示"
