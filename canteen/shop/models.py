"""小卖部和自动售货机: who runs it by which licence, what may be sold, what came in, the weekly look (CAN-18)."""

from django.db import models
from django.db.models import F, Q

from canteen.evidence import CHECK, Evidence, struck_whole
from canteen.fields import money_field, quantity_field
from canteen.late import not_ahead
from canteen.weekly import Look, bad_has_task, mark
from logistics.platform.kernel.models import Stamped

LAW = "《学校食品安全与营养健康管理规定》：中小学、幼儿园一般不得在校内设小卖部、超市，确有需要的应当依法取得许可，并避免售卖高盐、高糖、高脂食品"


class OutletKind(models.TextChoices):
    SHOP = "shop", "小卖部"
    VENDING = "vending", "自动售货机"


class OutletState(models.TextChoices):
    OPEN = "open", "营业"
    CLOSED = "closed", "停业"


OUTLET_MOVES = {OutletState.OPEN: (OutletState.CLOSED,), OutletState.CLOSED: (OutletState.OPEN,)}


class Outlet(Stamped):
    """A shop or a machine on the school's ground, with why the school allows it. The firm's papers stand in 往来单位."""

    name = models.CharField("名称", max_length=40, unique=True, error_messages={"unique": "已经有叫这个名字的"})
    kind = models.CharField("类型", max_length=7, choices=OutletKind)
    place = models.ForeignKey("platform.Place", models.PROTECT, related_name="+", verbose_name="地点")
    firm = models.ForeignKey("platform.Partner", models.PROTECT, related_name="+", verbose_name="经营单位")
    why = models.CharField("为什么要设", max_length=200, help_text="一般不设。例如 寄宿学生周末不出校，家长委员会同意。")
    decided_on = models.DateField("学校同意日期")
    state = models.CharField("状态", max_length=6, choices=OutletState, default=OutletState.OPEN, editable=False)
    state_reason = models.CharField("停业原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "小卖部和售货机"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="outlet_why", condition=~Q(why="")),
            models.CheckConstraint(name="outlet_closed_why", condition=Q(state="open", state_reason="") | Q(state="closed") & ~Q(state_reason="")),
        ]

    def __str__(self):
        return self.name


class GoodsState(models.TextChoices):
    SOLD = "sold", "在售"
    OFF = "off", "下架"


GOODS_MOVES = {GoodsState.SOLD: (GoodsState.OFF,), GoodsState.OFF: (GoodsState.SOLD,)}


class Goods(Stamped):
    """One thing on the shelf, judged by its name and its label's figures before it may be sold."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="goods", verbose_name="在哪里卖")
    name = models.CharField("商品", max_length=60)
    spec = models.CharField("规格", max_length=30, help_text="例如 250 毫升/盒。")
    maker = models.CharField("生产厂家", max_length=80)
    supplier = models.ForeignKey("platform.Partner", models.PROTECT, related_name="+", verbose_name="供货单位")
    price = money_field("售价（元）")
    is_food = models.BooleanField("是食品", default=True)
    is_drink = models.BooleanField("是饮料", default=False)
    sugar = models.DecimalField("糖（克/100）", max_digits=5, decimal_places=1, null=True, blank=True, help_text="照包装上的营养成分表，每 100 克或 100 毫升。")
    sodium = models.DecimalField("钠（毫克/100）", max_digits=6, decimal_places=1, null=True, blank=True)
    fat = models.DecimalField("脂肪（克/100）", max_digits=5, decimal_places=1, null=True, blank=True)
    state = models.CharField("状态", max_length=4, choices=GoodsState, default=GoodsState.SOLD, editable=False)
    state_reason = models.CharField("下架原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "商品"
        ordering = ["outlet", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["outlet", "name", "spec", "maker"], name="goods_once", violation_error_message="这里已经有这样商品"),
            models.CheckConstraint(name="goods_price", condition=Q(price__gt=0), violation_error_message="售价要大于零"),
            models.CheckConstraint(name="goods_drink_is_food", condition=Q(is_drink=False) | Q(is_food=True), violation_error_message="饮料也是食品"),
            models.CheckConstraint(
                name="goods_food_has_figures",
                condition=Q(is_food=False)
                | Q(sugar__isnull=False, sodium__isnull=False, fat__isnull=False, sugar__gte=0, sugar__lte=100, sodium__gte=0, fat__gte=0, fat__lte=100),
                violation_error_message="食品要照包装写糖、钠、脂肪",
            ),
            models.CheckConstraint(name="goods_off_why", condition=Q(state="sold", state_reason="") | Q(state="off") & ~Q(state_reason="")),
        ]

    def __str__(self):
        return f"{self.name} {self.spec}"


class GoodsIntake(Evidence):
    """进货查验: what came in with which date and certificates; nothing expired, from nobody without papers."""

    writes = CHECK

    goods = models.ForeignKey(Goods, models.PROTECT, related_name="intakes", verbose_name="商品")
    supplier = models.ForeignKey("platform.Partner", models.PROTECT, related_name="+", editable=False, verbose_name="供货单位")
    quantity = quantity_field("数量")
    made_on = models.DateField("生产日期")
    expires_on = models.DateField("保质期到")
    certificate = models.CharField("合格证明编号", max_length=60, blank=True)

    class Meta:
        verbose_name = "进货查验"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["expires_on"], name="goods_intake_by_expiry")]
        constraints = [
            not_ahead("goods_intake_not_ahead"),
            struck_whole("goods_intake_struck"),
            models.CheckConstraint(name="goods_intake_some", condition=Q(quantity__gt=0), violation_error_message="数量要大于零"),
            models.CheckConstraint(name="goods_intake_dates", condition=Q(expires_on__gte=F("made_on")), violation_error_message="保质期不能早于生产日期"),
        ]

    def __str__(self):
        return f"{self.goods}进货"


LOOKED_AT = {
    "licence": "许可证公示在有效期内，健康证在有效期内",
    "fresh": "没有过期、变质、三无食品",
    "allowed": "没有烟酒、槟榔和高盐高糖高脂食品",
    "stored": "离地离墙，冷藏食品在规定温度",
    "tidy": "环境、货道、出货口干净",
    "listed": "卖的都在经营品种表里，明码标价",
}


class OutletCheck(Look):
    """The weekly look at one outlet."""

    looked_at = LOOKED_AT

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="checks", verbose_name="在哪里")
    licence = mark(LOOKED_AT["licence"])
    fresh = mark(LOOKED_AT["fresh"])
    allowed = mark(LOOKED_AT["allowed"])
    stored = mark(LOOKED_AT["stored"])
    tidy = mark(LOOKED_AT["tidy"])
    listed = mark(LOOKED_AT["listed"])

    class Meta:
        verbose_name = "小卖部检查"
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["outlet", "happened_at"], name="outlet_check_by_outlet")]
        constraints = [not_ahead("outlet_check_not_ahead"), struck_whole("outlet_check_struck"), bad_has_task("outlet_check_bad_has_task", tuple(LOOKED_AT))]

    def __str__(self):
        return f"{self.outlet}检查"
