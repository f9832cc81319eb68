"""损坏赔偿: what was damaged, by nature or by people, what it costs whom, and how it was made good (AST-09)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assets.card.models import AssetCard
from assets.money import money_field
from logistics.platform.kernel.models import Stamped

NOTHING = Decimal(0)
MOST_POINTS = Decimal(20)


class DamageState(models.TextChoices):
    OPEN = "open", "待定责"
    DUE = "due", "待赔"
    PAID = "paid", "已赔款"
    REPAIRED = "repaired", "已修复"
    WAIVED = "waived", "免赔"
    NATURAL = "natural", "自然损坏"
    VOID = "void", "作废"


DAMAGE_MOVES = {
    DamageState.OPEN: (DamageState.DUE, DamageState.NATURAL, DamageState.VOID),
    DamageState.DUE: (DamageState.PAID, DamageState.REPAIRED, DamageState.WAIVED, DamageState.OPEN, DamageState.VOID),
    DamageState.PAID: (DamageState.DUE,),  # the cashier struck the receipt out
    DamageState.REPAIRED: (DamageState.OPEN,),
    DamageState.WAIVED: (DamageState.OPEN,),
    DamageState.NATURAL: (DamageState.OPEN,),
}
DAMAGE_TONES = {
    DamageState.OPEN: "wait", DamageState.DUE: "late", DamageState.PAID: "done", DamageState.REPAIRED: "done", DamageState.WAIVED: "void",
    DamageState.NATURAL: "void", DamageState.VOID: "void",
}  # fmt: skip
ENDED = (DamageState.PAID, DamageState.REPAIRED, DamageState.WAIVED, DamageState.NATURAL)


class Damage(Stamped):
    """One thing, or some pieces of one kind, that got broken. Who pays is a class, a member of staff, or somebody known by name."""

    number = models.CharField("单号", max_length=20, unique=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=DamageState, default=DamageState.OPEN, editable=False)
    card = models.ForeignKey(AssetCard, models.PROTECT, null=True, blank=True, related_name="damages", verbose_name="资产卡片")
    thing = models.CharField("损坏的东西", max_length=60)
    quantity = models.PositiveIntegerField("件数", default=1)
    place = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点")
    found_on = models.DateField("发现日期")
    description = models.CharField("怎么坏的", max_length=500)
    school_class = models.ForeignKey("platform.SchoolClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="班级")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="教职工")
    by_name = models.CharField("损坏人", max_length=60, blank=True)
    origin_kind = models.CharField("来自", max_length=60, blank=True, editable=False)
    origin_id = models.BigIntegerField("来源单据", default=0, editable=False)
    origin_label = models.CharField("来源", max_length=80, blank=True, editable=False)

    worth = money_field("损坏时净值（元）", null=True, blank=True, editable=False)
    repair_cost = money_field("修理费（元）", default=NOTHING)
    amount = money_field("应赔（元）", default=NOTHING, editable=False)
    points = models.DecimalField("扣分", max_digits=4, decimal_places=1, default=NOTHING, editable=False)
    opinion = models.CharField("定责意见", max_length=300, blank=True, editable=False)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="定责人")
    assessed_at = models.DateTimeField("定责时间", null=True, editable=False)

    ended_on = models.DateField("了结日期", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="经手人")
    ending = models.CharField("怎样了结", max_length=300, blank=True, editable=False)
    receipt = models.CharField("收据号", max_length=20, blank=True, editable=False)
    payer = models.CharField("交款人", max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = "损坏赔偿单"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="damage_by_state"), models.Index(fields=["school_class", "found_on"], name="damage_by_class")]
        constraints = [
            models.UniqueConstraint(
                fields=["origin_kind", "origin_id"], condition=~Q(origin_kind="") & ~Q(state="void"), name="damage_once_per_origin",
                violation_error_message="这张单已经有损坏赔偿单了",
            ),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="damage_receipt_once"),
            models.CheckConstraint(name="damage_some_pieces", condition=Q(quantity__gt=0), violation_error_message="件数要大于零"),
            models.CheckConstraint(
                name="damage_sums_positive",
                condition=Q(repair_cost__gte=0, amount__gte=0, points__gte=0) & (Q(worth=None) | Q(worth__gte=0)),
                violation_error_message="金额和扣分不能是负数",
            ),
            models.CheckConstraint(
                name="damage_asked_has_sum_and_payer",
                condition=~Q(state__in=["due", "paid", "repaired", "waived"])
                | Q(amount__gt=0, assessed_by__isnull=False) & (Q(school_class__isnull=False) | Q(person__isnull=False) | ~Q(by_name="")),
                violation_error_message="要有赔的人和金额",
            ),
            models.CheckConstraint(name="damage_paid_has_receipt", condition=Q(state="paid") & ~Q(receipt="") | ~Q(state="paid") & Q(receipt="")),
            models.CheckConstraint(name="damage_within_loss", condition=Q(amount__lte=F("repair_cost")) | Q(amount__lte=F("worth"))),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.number} {self.thing}"

    @property
    def tone(self) -> str:
        return DAMAGE_TONES[DamageState(self.state)]

    @property
    def who(self) -> str:
        """Who answers for it, in words; empty while nobody is named."""
        return " ".join(filter(None, (str(self.school_class or ""), str(self.person or ""), self.by_name)))

    @property
    def unit(self) -> str:
        return self.card.unit if self.card_id else "件"
