"""学生营养改善计划, 蛋奶工程: what every class got each day, signed for, and the subsidy against it month by month (CAN-22)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from canteen.fields import money_field
from logistics.platform.evidence.books import Books, Evidence, struck_whole
from logistics.platform.evidence.late import not_ahead
from logistics.platform.kernel.models import Stamped

VIEW, TAKE, ISSUE = "canteen.nutrition.view", "canteen.nutrition.take", "canteen.nutrition.issue"
ACCOUNT, SIGN, MANAGE = "canteen.nutrition.account", "canteen.nutrition.sign", "canteen.nutrition.manage"
BOOKS = Books("食堂管理员", VIEW, TAKE, ISSUE, MANAGE)
LAW = "《农村义务教育学生营养改善计划实施办法》（补助全部用于学生吃的，按实际就餐人数和次数结算，不发现金）"


class Programme(Stamped):
    """What is given to every pupil on a school day, by which standard, paid by whom. Rows of the past keep their own standard."""

    name = models.CharField("名称", max_length=40, unique=True, error_messages={"unique": "已经有叫这个名字的项目"})
    food = models.CharField("每人每天发什么", max_length=100, help_text="例如 鸡蛋 1 个、纯牛奶 200 毫升。")
    standard = models.DecimalField("每人每天标准（元）", max_digits=6, decimal_places=2)
    funding = models.CharField("经费来源", max_length=60, help_text="例如 中央和地方财政补助。")
    since = models.DateField("从")
    until = models.DateField("到")
    grades = models.CharField("哪些年级", max_length=200, blank=True, help_text="用顿号隔开，空着就是全部年级。")

    class Meta:
        verbose_name = "营养餐项目"
        ordering = ["-since", "id"]
        constraints = [
            models.CheckConstraint(name="programme_forward", condition=Q(until__gte=F("since")), violation_error_message="到不能早于从"),
            models.CheckConstraint(name="programme_standard", condition=Q(standard__gt=0), violation_error_message="标准要大于零"),
        ]

    def __str__(self):
        return self.name

    @property
    def grade_names(self) -> list[str]:
        return [one.strip() for one in self.grades.split("、") if one.strip()]


class ClassIssue(Evidence):
    """What one class got on one day. Who fetched it signs; only what was eaten counts for the subsidy."""

    books = BOOKS

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="issues", verbose_name="项目")
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, related_name="+", verbose_name="班级")
    on = models.DateField("日期", editable=False)
    enrolled = models.PositiveSmallIntegerField("在册", editable=False)
    present = models.PositiveSmallIntegerField("实到")
    issued = models.PositiveSmallIntegerField("领到")
    returned = models.PositiveSmallIntegerField("退回", default=0)
    standard = models.DecimalField("标准（元）", max_digits=6, decimal_places=2, editable=False)
    reason = models.CharField("为什么不一样", max_length=200, blank=True)

    class Meta:
        verbose_name = "营养餐签收"
        ordering = ["-on", "school_class__order", "id"]
        indexes = [models.Index(fields=["programme", "on"], name="class_issue_by_day")]
        constraints = [
            not_ahead("class_issue_not_ahead"),
            struck_whole("class_issue_struck"),
            models.UniqueConstraint(
                fields=["programme", "school_class", "on"],
                condition=Q(struck_at=None),
                name="class_issue_once",
                violation_error_message="这个班这一天已经签收过了",
            ),
            models.CheckConstraint(
                name="class_issue_heads",
                condition=Q(returned__lte=F("issued"), issued__lte=F("present"), present__lte=F("enrolled")),
                violation_error_message="在册、实到、领到、退回依次不能更多",
            ),
            models.CheckConstraint(
                name="class_issue_reason", condition=Q(issued=F("present"), returned=0) | ~Q(reason=""), violation_error_message="少领或退回要写原因"
            ),
        ]

    def __str__(self):
        return f"{self.on.month}月{self.on.day}日{self.school_class}{self.programme}"

    @property
    def eaten(self) -> int:
        return self.issued - self.returned

    @property
    def amount(self) -> Decimal:
        """Yuan."""
        return self.eaten * self.standard

    @property
    def kept_because(self) -> str:
        settled = Settlement.objects.filter(programme=self.programme_id, month=self.on.replace(day=1), state=SettlementState.SIGNED).exists()
        return "这个月已经对账签字，不能再划去。" if settled else ""


class SubsidyReceipt(Evidence):
    """Money of the programme that came in (plus) or went back (minus)."""

    books = BOOKS
    writes = ACCOUNT

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="receipts", verbose_name="项目")
    received_on = models.DateField("到账日期")
    amount = money_field("金额（元）", help_text="退回写负数。")
    voucher = models.CharField("凭证号或文号", max_length=60)

    class Meta:
        verbose_name = "补助到账"
        ordering = ["-received_on", "-id"]
        constraints = [
            not_ahead("subsidy_not_ahead"),
            struck_whole("subsidy_struck"),
            models.CheckConstraint(name="subsidy_some", condition=~Q(amount=0), violation_error_message="金额不能是零"),
            models.CheckConstraint(name="subsidy_back_says_why", condition=Q(amount__gt=0) | ~Q(note=""), violation_error_message="退回要在备注里写原因"),
            models.UniqueConstraint(
                fields=["programme", "voucher", "amount"],
                condition=Q(struck_at=None),
                name="subsidy_once",
                violation_error_message="这张凭证的这笔钱已经登记过了",
            ),
        ]

    def __str__(self):
        return f"{self.programme} {self.received_on:%Y-%m-%d} {self.amount} 元"

    @property
    def kept_because(self) -> str:
        settled = Settlement.objects.filter(programme=self.programme_id, month=self.received_on.replace(day=1), state=SettlementState.SIGNED).exists()
        return "这个月已经对账签字，不能再划去。" if settled else ""


class SettlementState(models.TextChoices):
    DRAFT = "draft", "待签"
    SIGNED = "signed", "已签字"


SETTLEMENT_MOVES = {SettlementState.DRAFT: (SettlementState.SIGNED,)}


class Settlement(Stamped):
    """One month of one programme: eaten × standard against the money. Signed, its figures stand and parents read them."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="settlements", verbose_name="项目")
    month = models.DateField("月份")
    facts = models.JSONField(default=dict, editable=False)
    words = models.CharField("结余或不足的说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=6, choices=SettlementState, default=SettlementState.DRAFT, editable=False)
    signed_at = models.DateTimeField("签字时间", null=True, editable=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="签字人")
    post = models.ForeignKey("platform.BoardPost", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公示")

    class Meta:
        verbose_name = "营养餐对账"
        ordering = ["-month", "programme"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "month"], name="settlement_once", violation_error_message="这个月已经有对账单了"),
            models.CheckConstraint(name="settlement_first_of_month", condition=Q(month__day=1), violation_error_message="月份写一号"),
            models.CheckConstraint(
                name="settlement_signed",
                condition=Q(state="draft", signed_at=None, signed_by=None) | Q(state="signed", signed_at__isnull=False, signed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.programme}{self.month.year}年{self.month.month}月对账"
