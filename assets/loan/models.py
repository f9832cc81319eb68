"""借还: what may be borrowed, who has it until when, and in which condition it came back (AST-08)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.card.models import AssetCard
from logistics.platform.kernel.models import Model, Stamped

from .free import Span


class Offer(Model):
    """A card whose pieces the staff may book by themselves; pupils too, where it says so."""

    card = models.OneToOneField(AssetCard, models.PROTECT, related_name="offer", verbose_name="资产")
    longest_days = models.PositiveSmallIntegerField("最长借几天", default=30)
    for_students = models.BooleanField("学生可借", default=False)
    words = models.CharField("借用须知", max_length=200, blank=True)
    is_active = models.BooleanField("开放借用", default=True)

    class Meta:
        verbose_name = "可借物品"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="offer_days_sane", condition=Q(longest_days__range=(1, 366)), violation_error_message="天数在 1 到 366 之间")
        ]

    def __str__(self):
        return self.card.name


class LoanState(models.TextChoices):
    BOOKED = "booked", "已预约"
    OUT = "out", "借出"
    BACK = "back", "已还"
    CANCELLED = "cancelled", "已取消"


LOAN_MOVES = {
    LoanState.BOOKED: (LoanState.OUT, LoanState.CANCELLED),
    LoanState.OUT: (LoanState.BACK,),
}
OPEN = (LoanState.BOOKED, LoanState.OUT)
TONES = {LoanState.BOOKED: "wait", LoanState.OUT: "doing", LoanState.BACK: "done", LoanState.CANCELLED: "void"}


class Loan(Stamped):
    """Pieces of one card in somebody's hands, or promised to them, from a day to a day."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    card = models.ForeignKey(AssetCard, models.PROTECT, related_name="loans", verbose_name="资产")
    quantity = models.PositiveIntegerField("数量", default=1)
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="借用人")
    student = models.ForeignKey("platform.Student", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="借用学生")
    from_on = models.DateField("借用日期")
    due_on = models.DateField("应还日期")
    purpose = models.CharField("用途", max_length=120, blank=True)
    state = models.CharField("状态", max_length=10, choices=LoanState, default=LoanState.BOOKED, editable=False)
    out_at = models.DateTimeField("借出时间", null=True, editable=False)
    out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="借出经手")
    out_words = models.CharField("借出时情况", max_length=200, blank=True, editable=False)
    returned = models.PositiveIntegerField("已还数量", default=0, editable=False)
    extended = models.PositiveSmallIntegerField("续借次数", default=0, editable=False)
    back_on = models.DateField("还清日期", null=True, editable=False)
    reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "借用单"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["card", "state"], name="loan_by_card"), models.Index(fields=["borrower", "state"], name="loan_by_borrower"),
            models.Index(fields=["state", "due_on"], name="loan_by_due"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="loan_one_borrower",
                condition=Q(borrower__isnull=False, student=None) | Q(borrower=None, student__isnull=False),
                violation_error_message="借用人和学生只选一个",
            ),
            models.CheckConstraint(name="loan_days_in_order", condition=Q(due_on__gte=F("from_on")), violation_error_message="应还日期不能早于借用日期"),
            models.CheckConstraint(name="loan_pieces_sane", condition=Q(quantity__gt=0, returned__lte=F("quantity"))),
            models.CheckConstraint(
                name="loan_back_is_whole", condition=Q(state="back", returned=F("quantity"), back_on__isnull=False) | ~Q(state="back") & Q(back_on=None)
            ),
        ]

    def __str__(self):
        return f"借用单 {self.number}"

    @property
    def who(self) -> str:
        """The borrower in words; a pupil with the class."""
        return self.borrower.name if self.borrower else f"{self.student.school_class} {self.student.name}" if self.student else ""

    @property
    def left(self) -> int:
        """Pieces not given back yet."""
        return self.quantity - self.returned

    def is_late(self, today: date) -> bool:
        return self.state == LoanState.OUT and self.due_on < today

    def tone_on(self, today: date) -> str:
        return "late" if self.is_late(today) else TONES[LoanState(self.state)]

    def words_on(self, today: date) -> str:
        return f"超期 {(today - self.due_on).days} 天" if self.is_late(today) else self.get_state_display()

    def span(self, today: date) -> Span:
        """The days on which its pieces are not free: what is late is not there today either."""
        return Span(self.from_on, max(self.due_on, today) if self.state == LoanState.OUT else self.due_on, self.left)


class Condition(models.TextChoices):
    GOOD = "good", "完好"
    DAMAGED = "damaged", "有损坏"
    LOST = "lost", "丢失"


class LoanReturn(Model):
    """Pieces that came back on one day, or were said to be lost, and how they looked."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="returns")
    on = models.DateField("归还日期")
    quantity = models.PositiveIntegerField("数量")
    condition = models.CharField("情况", max_length=8, choices=Condition)
    words = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = "归还记录"
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="loan_return_pieces", condition=Q(quantity__gt=0))]

    def __str__(self):
        return f"{self.get_condition_display()} {self.quantity}"

    @property
    def tone(self) -> str:
        return {Condition.GOOD: "done", Condition.DAMAGED: "wait", Condition.LOST: "late"}[Condition(self.condition)]
