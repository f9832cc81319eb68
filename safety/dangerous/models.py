"""农药和危险化学品: a locked cupboard with two keepers, and a ledger in which two people stand behind every line (SAF-16)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.evidence.books import Books
from logistics.platform.evidence.books import Evidence as PlatformEvidence
from logistics.platform.kernel.models import Stamped
from safety.evidence import MANAGE, struck_whole
from safety.late import not_ahead

LAW = "《危险化学品安全管理条例》第二十四条、第二十五条"
VIEW, KEEP = "safety.dangerous.view", "safety.dangerous.keep"
BOOKS = Books("安全员", VIEW, KEEP, KEEP, MANAGE)


class GoodKind(models.TextChoices):
    PESTICIDE = "pesticide", "农药"
    POISON = "poison", "剧毒"
    EXPLOSIVE = "explosive", "易制爆"
    DRUG = "drug", "易制毒"
    FLAMMABLE = "flammable", "易燃"
    CORROSIVE = "corrosive", "腐蚀"
    OXIDIZER = "oxidizer", "氧化"
    OTHER = "other", "其他"


class DangerousGood(Stamped):
    """What stands in which cupboard. `stock` follows the confirmed lines of the ledger only."""

    name = models.CharField("名称", max_length=40)
    kind = models.CharField("种类", max_length=10, choices=GoodKind)
    model = models.CharField("规格和浓度", max_length=40, blank=True)
    cas = models.CharField("CAS 号", max_length=20, blank=True)
    unit = models.CharField("单位", max_length=8)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="dangerous_goods", verbose_name="存放地点")
    cupboard = models.CharField("专柜", max_length=40)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保管人")
    second_keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="双人保管的另一人")
    most = models.DecimalField("最多存放", max_digits=11, decimal_places=3, null=True, blank=True)
    stock = models.DecimalField("库存", max_digits=11, decimal_places=3, default=0, editable=False)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "危险品"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "model", "cupboard"], name="dangerous_good_once", violation_error_message="这个柜子里已经登记了"),
            models.CheckConstraint(name="dangerous_good_stock", condition=Q(stock__gte=0), violation_error_message="库存不够"),
            models.CheckConstraint(name="dangerous_good_most", condition=Q(most=None) | Q(most__gt=0), violation_error_message="最多存放要大于零"),
            models.CheckConstraint(name="dangerous_good_two", condition=~Q(keeper=F("second_keeper")), violation_error_message="两个保管人不能是同一个人"),
        ]

    def __str__(self):
        return f"{self.name} {self.model}".strip()


class MoveKind(models.TextChoices):
    IN = "in", "入库"
    OUT = "out", "领用"
    BACK = "back", "退回"
    DESTROY = "destroy", "销毁"
    MORE = "more", "盘盈"
    LESS = "less", "盘亏"


PLUS = (MoveKind.IN, MoveKind.BACK, MoveKind.MORE)


class MoveState(models.TextChoices):
    WAITING = "waiting", "等第二人确认"
    DONE = "done", "已记账"
    REFUSED = "refused", "没有成立"


MOVE_MOVES = {MoveState.WAITING: (MoveState.DONE, MoveState.REFUSED)}
MOVE_TONES = {MoveState.WAITING: "wait", MoveState.DONE: "done", MoveState.REFUSED: "void"}


class DangerousMove(PlatformEvidence):
    """A line of the ledger: plus in, minus out. It counts once the second person has confirmed it under their own name; then the balance stands."""

    books = BOOKS

    good = models.ForeignKey(DangerousGood, models.PROTECT, related_name="moves", verbose_name="危险品")
    kind = models.CharField("做了什么", max_length=8, choices=MoveKind)
    quantity = models.DecimalField("数量", max_digits=11, decimal_places=3)
    taker = models.CharField("领用人或来源", max_length=40)
    purpose = models.CharField("用途", max_length=100, blank=True)
    batch = models.CharField("批号", max_length=40, blank=True)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="第二人")
    state = models.CharField("状态", max_length=8, choices=MoveState, default=MoveState.WAITING, editable=False)
    balance = models.DecimalField("结存", max_digits=11, decimal_places=3, null=True, editable=False)
    settled_at = models.DateTimeField("确认时间", null=True, editable=False)
    refusal = models.CharField("没有成立的原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "危险品进出"
        ordering = ["-id"]
        indexes = [models.Index(fields=["second", "state"]), models.Index(fields=["good", "-settled_at"])]
        constraints = [
            not_ahead("dangerous_move_not_ahead"),
            struck_whole("dangerous_move_struck"),
            models.CheckConstraint(
                name="dangerous_move_sign",
                condition=Q(kind__in=["in", "back", "more"], quantity__gt=0) | Q(kind__in=["out", "destroy", "less"], quantity__lt=0),
            ),
            models.CheckConstraint(name="dangerous_move_two", condition=~Q(second=F("created_by")), violation_error_message="第二人不能是本人"),
            models.CheckConstraint(
                name="dangerous_move_settled",
                condition=Q(state="waiting", balance=None, settled_at=None, refusal="")
                | Q(state="done", balance__gte=0, settled_at__isnull=False, refusal="")
                | Q(state="refused", balance=None, settled_at__isnull=False) & ~Q(refusal=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}{self.good}"
