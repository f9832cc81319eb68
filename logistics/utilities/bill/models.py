"""Bills of water, electricity, gas, heat, and the costs that have no meter; which department carries what (UTL-07)."""

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped
from logistics.utilities.meter.models import UNITS

PERSON = settings.AUTH_USER_MODEL


class CostKind(models.TextChoices):
    """What is paid for month by month. The first four are what meters measure."""

    POWER = "power", "电费"
    WATER = "water", "水费"
    GAS = "gas", "燃气费"
    HEAT = "heat", "热力费"
    PETROL = "petrol", "汽油费"
    DIESEL = "diesel", "柴油费"
    LPG = "lpg", "液化气费"
    COAL = "coal", "煤费"
    PHONE = "phone", "电话费"
    NETWORK = "network", "网络费"
    PRINTING = "printing", "印刷复印费"
    OTHER = "other", "其他费用"


METERED = (CostKind.POWER, CostKind.WATER, CostKind.GAS, CostKind.HEAT)
UNIT_OF = {CostKind(medium.value): unit for medium, unit in UNITS.items()} | {
    CostKind.PETROL: "升", CostKind.DIESEL: "升", CostKind.LPG: "kg", CostKind.COAL: "kg", CostKind.PRINTING: "张",
}  # fmt: skip


class ShareBy(models.TextChoices):
    NOBODY = "", "不分摊"
    ONE = "one", "归一个部门"
    METERS = "meters", "按分表用量"
    AREA = "area", "按面积"
    HEADS = "heads", "按人数"


class BillState(models.TextChoices):
    RECORDED = "recorded", "待核对"
    CHECKED = "checked", "已核对"
    VOID = "void", "作废"


BILL_MOVES = {BillState.RECORDED: (BillState.CHECKED, BillState.VOID), BillState.CHECKED: (BillState.VOID,)}
BILL_TONES = {BillState.RECORDED: "wait", BillState.CHECKED: "done", BillState.VOID: "void"}


class ShareBase(Stamped):
    """How large a department is, from a day on: what costs are shared by."""

    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    since = models.DateField("从哪天起")
    area = models.DecimalField("使用面积（m²）", max_digits=10, decimal_places=2, default=Decimal(0))
    heads = models.PositiveIntegerField("人数", default=0, help_text="在这个部门的地方用水用电的人，教师和学生都算。")

    class Meta:
        verbose_name = "分摊基数"
        ordering = ["department__order", "department_id", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["department", "since"], name="share_base_once", violation_error_message="这个部门这一天的基数已经有了"),
            models.CheckConstraint(name="share_base_area", condition=Q(area__gte=0), violation_error_message="面积不能小于 0"),
        ]

    def __str__(self):
        return f"{self.department}（{self.since} 起）"


class Bill(Stamped):
    """One bill or one cost line. Its figures stand once somebody else has checked it; a wrong one is voided and written anew."""

    kind = models.CharField("费用", max_length=10, choices=CostKind)
    month = models.DateField("计入哪个月")  # its first day
    account = models.CharField("户号或号码", max_length=40, blank=True, help_text="账单上的户号；和表计的户号一样，就能和自己的表比。")
    number = models.CharField("账单号或票号", max_length=40, blank=True)
    payee = models.CharField("付给谁", max_length=80, blank=True)
    since = models.DateField("从", null=True, blank=True)
    until = models.DateField("到", null=True, blank=True)
    quantity = models.DecimalField("用量", max_digits=12, decimal_places=2, null=True, blank=True)
    peak = models.DecimalField("其中峰", max_digits=12, decimal_places=2, null=True, blank=True)
    flat = models.DecimalField("其中平", max_digits=12, decimal_places=2, null=True, blank=True)
    valley = models.DecimalField("其中谷", max_digits=12, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    tariff = models.ForeignKey("utilities.Tariff", models.PROTECT, null=True, blank=True, related_name="bills", verbose_name="按哪张价格算")
    share_by = models.CharField("怎么分摊", max_length=10, choices=ShareBy, default=ShareBy.NOBODY, blank=True)
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="归哪个部门")
    claim = models.CharField("报销单号", max_length=40, blank=True, editable=False)
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=BillState, default=BillState.RECORDED, editable=False)
    findings = models.JSONField("核对结果", default=dict, editable=False)  # what meters and tariff said when it was checked
    explained = models.CharField("差异说明", max_length=200, blank=True, editable=False)
    checked_at = models.DateTimeField("核对时间", null=True, editable=False)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核对人")
    reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "账单"
        ordering = ["-month", "kind", "account", "-id"]
        indexes = [models.Index(fields=["month", "kind"], name="bill_by_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "account", "since"],
                condition=Q(since__isnull=False, kind__in=[str(kind) for kind in METERED]) & ~Q(state="void"),
                name="bill_period_once",
                violation_error_message="这个户号从这一天起的账单已经有了",
            ),
            models.UniqueConstraint(
                fields=["kind", "account", "month"],
                condition=Q(since=None, kind__in=[str(kind) for kind in METERED]) & ~Q(state="void"),
                name="bill_month_once",
                violation_error_message="这个月的已经有了",
            ),
            models.UniqueConstraint(
                fields=["kind", "number"], condition=~Q(number="") & ~Q(state="void"), name="bill_number_once", violation_error_message="这个账单号已经登记过了"
            ),
            models.CheckConstraint(name="bill_amount", condition=Q(amount__gt=0), violation_error_message="金额要大于零"),
            models.CheckConstraint(name="bill_quantity", condition=Q(quantity=None) | Q(quantity__gte=0), violation_error_message="用量不能小于 0"),
            models.CheckConstraint(
                name="bill_period",
                condition=Q(since=None, until=None) | Q(since__isnull=False, until__gte=F("since")),
                violation_error_message="起止日期要一起写，到的日期不能早于从的日期",
            ),
            models.CheckConstraint(
                name="bill_one_department", condition=~Q(share_by="one") | Q(department__isnull=False), violation_error_message="归一个部门的，请选部门"
            ),
            models.CheckConstraint(
                name="bill_checked_whole", condition=~Q(state="checked") | Q(checked_at__isnull=False, checked_by__isnull=False)
            ),
            models.CheckConstraint(
                name="bill_two_people", condition=Q(checked_by=None) | ~Q(checked_by=F("created_by")), violation_error_message="登记和核对不能是同一个人"
            ),
            models.CheckConstraint(name="bill_void_says_why", condition=~Q(state="void") | ~Q(reason="")),
        ]  # fmt: skip

    def __str__(self):
        return " ".join(filter(None, [month_words(self.month), self.get_kind_display(), self.account]))

    @property
    def unit(self) -> str:
        return UNIT_OF.get(CostKind(self.kind), "")

    @property
    def is_metered(self) -> bool:
        return self.kind in METERED

    @property
    def tone(self) -> str:
        return BILL_TONES[BillState(self.state)]

    @property
    def days(self) -> tuple[date, date]:
        """The days it is for; the whole month where the bill does not say."""
        return (self.since, self.until) if self.since and self.until else (self.month, next_month(self.month) - timedelta(days=1))

    @property
    def months(self) -> int:
        """How many months' steps and fixed fees it holds."""
        first, last = self.days
        return max(1, round(((last - first).days + 1) / 30.44))


class BillShare(Stamped):
    """What a department carries of a checked bill; all shares of a bill are its amount to the cent."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="shares", verbose_name="账单")
    department = models.ForeignKey("platform.Department", models.PROTECT, related_name="+", verbose_name="部门")
    weight = models.DecimalField("份额", max_digits=14, decimal_places=3)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "费用分摊"
        ordering = ["bill", "department__order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "department"], name="bill_share_once"),
            models.CheckConstraint(name="bill_share_not_negative", condition=Q(amount__gte=0, weight__gte=0)),
        ]

    def __str__(self):
        return f"{self.department} {self.amount}"


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_words(month: date) -> str:
    return f"{month.year}年{month.month}月"


def amount_words(quantity: Decimal | None, unit: str = "") -> str:
    """18,240 kWh; empty for nothing."""
    if quantity is None:
        return ""
    figure = f"{quantity:,.2f}".rstrip("0").rstrip(".")
    return f"{figure} {unit}".rstrip()
