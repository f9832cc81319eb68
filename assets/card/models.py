"""资产卡片 and its ledger: what came, moved and went, when and by which voucher (AST-01, AST-02)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.money import money_field
from logistics.platform.kernel.models import Model, Stamped

from .numbers import check_template

NOTHING = Decimal(0)
MOST_PIECES = 100_000


class Source(models.TextChoices):
    """取得方式."""

    PURCHASE = "purchase", "购置"
    TRANSFER_IN = "transfer_in", "调拨"
    DONATION = "donation", "接受捐赠"
    BUILT = "built", "自建自制"
    EXCHANGE = "exchange", "置换"
    SURPLUS = "surplus", "盘盈"
    OTHER = "other", "其他"


class ValueKind(models.TextChoices):
    ORIGINAL = "original", "原值"
    ESTIMATED = "estimated", "暂估"
    NOMINAL = "nominal", "名义金额"


class Status(models.TextChoices):
    """使用状况. A card that has gone, was merged or taken back has no pieces left."""

    USED = "used", "在用"
    IDLE = "idle", "闲置"
    REPAIR = "repair", "维修"
    RENTED = "rented", "出租"
    LENT = "lent", "出借"
    LEAVING = "leaving", "待处置"
    GONE = "gone", "已处置"
    MERGED = "merged", "已并卡"
    VOID = "void", "已撤回"


ALIVE = (Status.USED, Status.IDLE, Status.REPAIR, Status.RENTED, Status.LENT, Status.LEAVING)
STATUS_TONES = {
    Status.USED: "done", Status.IDLE: "wait", Status.REPAIR: "doing", Status.RENTED: "doing", Status.LENT: "doing", Status.LEAVING: "wait",
    Status.GONE: "void", Status.MERGED: "void", Status.VOID: "void",
}  # fmt: skip


class Purpose(models.TextChoices):
    """使用方向."""

    TEACHING = "teaching", "教学"
    RESEARCH = "research", "科研"
    OFFICE = "office", "行政"
    LOGISTICS = "logistics", "后勤"
    LIVING = "living", "学生生活"
    OTHER = "other", "其他"


class Procurement(models.TextChoices):
    """政府采购组织形式."""

    CENTRAL = "central", "集中采购"
    DEPARTMENT = "department", "部门集中采购"
    SCATTERED = "scattered", "分散采购"
    NONE = "none", "非政府采购"


class AssetCard(Stamped):
    """One thing, or many of one kind bought together. Quantity, value and depreciation are the sums of its entries; only the ledger writes them."""

    number = models.CharField("资产编号", max_length=40)
    name = models.CharField("名称", max_length=60)
    asset_class = models.ForeignKey("assets.AssetClass", models.PROTECT, related_name="cards", verbose_name="资产类别")
    brand = models.CharField("品牌", max_length=40, blank=True)
    model = models.CharField("规格型号", max_length=80, blank=True)
    serial = models.CharField("序列号", max_length=60, blank=True)
    unit = models.CharField("单位", max_length=8, default="件")
    quantity = models.PositiveIntegerField("数量", default=0, editable=False)
    maker = models.CharField("生产厂家", max_length=60, blank=True)
    partner = models.ForeignKey("platform.Partner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="供应商")
    supplier = models.CharField("名单外的供应商", max_length=60, blank=True)
    purchase = models.ForeignKey("finance.AcceptanceLine", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="验收明细")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="接替")
    contract = models.CharField("合同或采购单号", max_length=40, blank=True)
    source = models.CharField("取得方式", max_length=12, choices=Source, default=Source.PURCHASE)
    acquired_on = models.DateField("取得日期")
    details = models.CharField("其他特征", max_length=300, blank=True, help_text="房屋写面积、结构、权证号；车辆写车牌、发动机号、车架号；图书写册数。")

    value_kind = models.CharField("价值类型", max_length=10, choices=ValueKind, default=ValueKind.ORIGINAL)
    cost = money_field("原值（元）", default=NOTHING, editable=False)
    fiscal = money_field("其中财政资金（元）", default=NOTHING, blank=True)
    booked_on = models.DateField("入账日期")
    voucher = models.CharField("凭证号", max_length=40, blank=True)
    life_months = models.PositiveSmallIntegerField("折旧月数", default=0, editable=False)
    months_done = models.PositiveSmallIntegerField("已提月数", default=0, editable=False)
    monthly = money_field("月折旧额（元）", default=NOTHING, editable=False)
    depreciation = money_field("累计折旧（元）", default=NOTHING, editable=False)
    next_month = models.DateField("下次提折旧", null=True, editable=False)  # first day of the month; None when nothing is left to depreciate
    fund = models.CharField("经费来源", max_length=60, blank=True)
    procurement = models.CharField("采购组织形式", max_length=10, choices=Procurement, blank=True)

    status = models.CharField("使用状况", max_length=8, choices=Status, default=Status.USED)
    purpose = models.CharField("使用方向", max_length=10, choices=Purpose, default=Purpose.TEACHING)
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="使用部门")
    manager = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="管理部门")
    custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="保管人")
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="存放地点")
    warranty_until = models.DateField("保修到", null=True, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)

    gone_kind = models.CharField("处置方式", max_length=16, blank=True, editable=False)
    gone_on = models.DateField("处置日期", null=True, editable=False)
    approval = models.CharField("批文号", max_length=60, blank=True, editable=False)
    income = money_field("处置收入（元）", default=NOTHING, editable=False)

    class Meta:
        verbose_name = "资产卡片"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "asset_class"], name="card_by_status_class"),
            models.Index(fields=["place", "status"], name="card_by_place"),
            models.Index(fields=["department", "status"], name="card_by_department"),
            models.Index(fields=["custodian", "status"], name="card_by_custodian"),
            models.Index(fields=["next_month"], name="card_by_next_month"),
            models.Index(fields=["serial"], name="card_by_serial"),
            models.Index(fields=["warranty_until"], name="card_by_warranty", condition=Q(warranty_until__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(status="void"), name="card_number_once", violation_error_message="这个资产编号已经有了"),
            models.CheckConstraint(
                name="card_value_sane",
                condition=Q(cost__gte=0, depreciation__gte=0, fiscal__gte=0, depreciation__lte=F("cost")),
                violation_error_message="累计折旧不能超过原值",
            ),
            models.CheckConstraint(name="card_fiscal_within_cost", condition=Q(fiscal__lte=F("cost")), violation_error_message="其中财政资金不能超过原值"),
            models.CheckConstraint(name="card_months_sane", condition=Q(months_done__lte=F("life_months"))),
            models.CheckConstraint(
                name="card_ended_has_nothing", condition=Q(status__in=[*ALIVE]) & Q(quantity__gt=0) | ~Q(status__in=[*ALIVE]) & Q(quantity=0, cost=0)
            ),
        ]

    is_opening = False  # of a new card: the school had the thing before its ledger was kept here

    def __str__(self):
        return f"{self.number} {self.name}"

    @property
    def net(self) -> Decimal:
        """净值."""
        return self.cost - self.depreciation

    @property
    def supplier_name(self) -> str:
        """The firm it came from, in the list of firms or not."""
        return str(self.partner) if self.partner_id else self.supplier

    @property
    def is_alive(self) -> bool:
        return self.status in ALIVE

    @property
    def tone(self) -> str:
        return STATUS_TONES[Status(self.status)]

    @property
    def amount_words(self) -> str:
        return f"{self.quantity} {self.unit}"


class EntryKind(models.TextChoices):
    OPENING = "opening", "期初"
    PURCHASE = "purchase", "购置"
    TRANSFER_IN = "transfer_in", "调入"
    DONATION = "donation", "接受捐赠"
    BUILT = "built", "自建自制"
    EXCHANGE = "exchange", "置换换入"
    SURPLUS = "surplus", "盘盈"
    OTHER = "other", "其他增加"
    VALUE_UP = "value_up", "价值增加"
    VALUE_DOWN = "value_down", "价值减少"
    TRANSFER_OUT = "transfer_out", "无偿划转"
    GIVEN = "given", "对外捐赠"
    SOLD = "sold", "转让"
    EXCHANGED = "exchanged", "置换换出"
    SCRAP = "scrap", "报废"
    LOSS = "loss", "损失核销"
    SHORTAGE = "shortage", "盘亏"
    MOVE = "move", "变动"
    SPLIT = "split", "拆卡"
    MERGE = "merge", "并卡"
    DEPRECIATION = "depreciation", "折旧"
    REVERSAL = "reversal", "冲回"


INCREASES = (
    EntryKind.OPENING, EntryKind.PURCHASE, EntryKind.TRANSFER_IN, EntryKind.DONATION, EntryKind.BUILT, EntryKind.EXCHANGE, EntryKind.SURPLUS,
    EntryKind.OTHER, EntryKind.VALUE_UP,
)  # fmt: skip
DECREASES = (
    EntryKind.VALUE_DOWN, EntryKind.TRANSFER_OUT, EntryKind.GIVEN, EntryKind.SOLD, EntryKind.EXCHANGED, EntryKind.SCRAP, EntryKind.LOSS,
    EntryKind.SHORTAGE,
)  # fmt: skip
GOING = tuple(kind for kind in DECREASES if kind != EntryKind.VALUE_DOWN)


class AssetEntry(Model):
    """One line of the ledger, never edited or deleted. A move is two lines, out of where it was and into where it is,

    so that the state of any day, by class, department or place, is the sum of the lines until then.
    """

    card = models.ForeignKey(AssetCard, models.PROTECT, related_name="entries", verbose_name="资产卡片")
    kind = models.CharField("类型", max_length=12, choices=EntryKind)
    on = models.DateField("日期")
    month = models.DateField("折旧月份", null=True)
    cards = models.SmallIntegerField("卡片增减", default=0)
    quantity = models.IntegerField("数量增减", default=0)
    amount = money_field("原值增减（元）", default=NOTHING)
    depreciation = money_field("累计折旧增减（元）", default=NOTHING)
    asset_class = models.ForeignKey("assets.AssetClass", models.PROTECT, related_name="+", verbose_name="资产类别")
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, related_name="+", verbose_name="使用部门")
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, related_name="+", verbose_name="存放地点")
    custodian = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="保管人")
    voucher = models.CharField("凭证号", max_length=40, blank=True)
    document_kind = models.CharField("单据种类", max_length=60, blank=True)
    document_id = models.BigIntegerField("单据", default=0)
    document_label = models.CharField("单据名称", max_length=80, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = "增减变动"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["card", "id"], name="asset_entry_by_card"),
            models.Index(fields=["on", "kind"], name="asset_entry_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["card", "month"], condition=Q(kind="depreciation"), name="card_depreciates_once_a_month"),
            models.CheckConstraint(
                name="depreciation_has_month", condition=Q(kind="depreciation", month__isnull=False) | ~Q(kind="depreciation") & Q(month=None)
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.card_id} {self.on}"


class NumberRule(Model):
    """How new cards are numbered; the newest one counts."""

    template = models.CharField(
        "编号规则", max_length=60, validators=[check_template], help_text="可以用 {类别} {年} {房间} {流水}，例如 ZC-{类别}-{年}-{流水}。一定要有 {流水}。"
    )
    digits = models.PositiveSmallIntegerField("流水位数", default=4)

    class Meta:
        verbose_name = "资产编号规则"
        constraints = [models.CheckConstraint(name="number_rule_digits", condition=Q(digits__range=(3, 8)), violation_error_message="流水位数是 3 到 8 位")]

    def __str__(self):
        return self.template


class NumberCounter(Model):
    """The last serial under one beginning."""

    prefix = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "资产流水号"

    def __str__(self):
        return f"{self.prefix}{self.last}"
