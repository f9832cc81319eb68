"""校园周边环境: what is around the school, what was referred to whom and what came of it (SAF-13)."""

from django.db import models
from django.db.models import Q

from logistics.platform.kernel.models import Stamped
from safety.late import Claimed, not_ahead

LAW = "《中小学幼儿园安全管理办法》第四十七条至第五十四条"


class SurroundingKind(models.TextChoices):
    STALL = "stall", "流动摊贩"
    SHOP = "shop", "无证商铺"
    NET = "net", "网吧、游戏厅"
    TRAFFIC = "traffic", "交通隐患"
    BUILDING = "building", "施工工地"
    POWER = "power", "高压线、变压器"
    CHEMICAL = "chemical", "易燃易爆场所"
    WATER = "water", "河塘水域"
    GEOLOGY = "geology", "山体、滑坡"
    NOISE = "noise", "噪声、污染"
    PEOPLE = "people", "闲散人员"
    OTHER = "other", "其他"


class SurroundingState(models.TextChoices):
    OPEN = "open", "没解决"
    REFERRED = "referred", "已反映"
    SOLVED = "solved", "已解决"


SURROUNDING_MOVES = {
    SurroundingState.OPEN: (SurroundingState.REFERRED, SurroundingState.SOLVED),
    SurroundingState.REFERRED: (SurroundingState.REFERRED, SurroundingState.OPEN, SurroundingState.SOLVED),
    SurroundingState.SOLVED: (SurroundingState.OPEN,),
}
SURROUNDING_TONES = {SurroundingState.OPEN: "late", SurroundingState.REFERRED: "doing", SurroundingState.SOLVED: "done"}


class Surrounding(Stamped):
    """Something outside the gate that endangers pupils. `looked_on` is the last day somebody went there."""

    name = models.CharField("是什么", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=SurroundingKind)
    where = models.CharField("位置", max_length=80)
    metres = models.PositiveIntegerField("离校门（米）", null=True, blank=True)
    danger = models.CharField("有什么危险", max_length=200)
    found_on = models.DateField("发现日期")
    looked_on = models.DateField("上次去看", editable=False)
    state = models.CharField("状态", max_length=10, choices=SurroundingState, default=SurroundingState.OPEN, editable=False)

    class Meta:
        verbose_name = "周边环境"
        ordering = ["state", "-found_on", "id"]
        constraints = [models.CheckConstraint(name="surrounding_looked_later", condition=Q(looked_on__gte=models.F("found_on")))]

    def __str__(self):
        return self.name

    @property
    def tone(self) -> str:
        return SURROUNDING_TONES[SurroundingState(self.state)]


class SurroundingStepKind(models.TextChoices):
    REFER = "refer", "反映"
    ANSWER = "answer", "答复"
    LOOK = "look", "再看"
    SOLVE = "solve", "解决"
    REOPEN = "reopen", "又出现"


class SurroundingStep(Claimed):
    """One step, never changed: to which office, by whom it was taken, what came of it."""

    surrounding = models.ForeignKey(Surrounding, models.PROTECT, related_name="steps", verbose_name="周边环境")
    kind = models.CharField("做了什么", max_length=8, choices=SurroundingStepKind)
    office = models.CharField("哪个部门", max_length=60, blank=True)
    contact = models.CharField("接收人和电话", max_length=60, blank=True)
    words = models.CharField("内容", max_length=300)

    class Meta:
        verbose_name = "周边环境处理"
        ordering = ["happened_at", "id"]
        constraints = [
            not_ahead("surrounding_step_not_ahead"),
            models.CheckConstraint(name="surrounding_referred_to", condition=~Q(kind="refer") | ~Q(office="")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.words}"
