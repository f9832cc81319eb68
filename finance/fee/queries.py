"""Reading fees: what a person may see, sums of a charge, the public list (FIN-08)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from finance.money import ZERO, cents
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.money import money
from logistics.platform.org.models import SchoolClass, Student

from .models import ChargeState, Consent, FeeCharge, FeeDue, FeeItem, FeePayment, FeeRefund, ItemState, RefundState

VIEW, MANAGE, APPROVE = "finance.fee.view", "finance.fee.manage", "finance.fee.approve"
COLLECT, CONSENT, WAIVE = "finance.fee.collect", "finance.fee.consent", "finance.fee.waive"
SUM = DecimalField(max_digits=18, decimal_places=2)


def own_classes(user) -> QuerySet[SchoolClass]:
    """Classes this person heads, or heads for a colleague today."""
    return SchoolClass.objects.filter(head_teacher__in=[user.pk, *getattr(user, "acting_for", {})])


def in_reach(user, code: str, path: str = "") -> Q:
    """Which rows the grant reaches; `path` leads to the row's class. Nothing without one."""
    scope = scope_of(user, code)
    if scope == Scope.ALL:
        return Q()
    return Q(**{f"{path}__in": own_classes(user)}) if scope == Scope.CLASS else Q(pk__in=[])


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def items_visible_to(user) -> QuerySet[FeeItem]:
    """Every item for who makes or decides them, the published ones for whoever sees fees."""
    rows = FeeItem.objects.select_related("published_by", "created_by")
    if has(user, MANAGE) or has(user, APPROVE):
        return rows
    return rows.exclude(state=ItemState.DRAFT) if has(user, VIEW) else rows.none()


def dues_visible_to(user) -> QuerySet[FeeDue]:
    rows = FeeDue.objects.select_related("charge__item", "charge__term", "student", "school_class", "consent_by")
    return rows.filter(in_reach(user, VIEW, "school_class")).exclude(charge__state=ChargeState.CANCELLED)


def charges_visible_to(user) -> QuerySet[FeeCharge]:
    """Every charge, or those with students of the own class."""
    rows = FeeCharge.objects.select_related("item", "term", "issued_by", "settled_by", "created_by")
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    if scope != Scope.CLASS:
        return rows.none()
    return rows.filter(pk__in=FeeDue.objects.filter(school_class__in=own_classes(user)).values("charge"))


def charges_listed(user) -> QuerySet[FeeCharge]:
    """With students, owed and collected of those in sight. One query."""
    dues = FeeDue.objects.filter(in_reach(user, VIEW, "school_class"), charge=OuterRef("pk")).order_by().values("charge")
    zero = Value(Decimal(0), output_field=SUM)
    return charges_visible_to(user).annotate(
        heads=Coalesce(Subquery(dues.annotate(n=Count("pk")).values("n")), 0),
        expected=cents(Coalesce(Subquery(dues.annotate(n=Sum(F("amount") - F("waived"), filter=ASKED)).values("n")), zero, output_field=SUM)),
        collected=cents(Coalesce(Subquery(dues.annotate(n=Sum("paid")).values("n")), zero, output_field=SUM)),
    )


ASKED = Q(consent__in=[Consent.FREE, Consent.AGREED])


def payments_visible_to(user) -> QuerySet[FeePayment]:
    rows = FeePayment.objects.select_related("due__student", "due__school_class", "due__charge__item", "by", "entry", "reverses", "reversed_by")
    return rows.filter(in_reach(user, VIEW, "due__school_class"))


def refunds_visible_to(user) -> QuerySet[FeeRefund]:
    rows = FeeRefund.objects.select_related("due__student", "due__school_class", "due__charge__item", "charge__item", "charge__term", "paid_by")
    return rows.filter(in_reach(user, VIEW, "due__school_class"))


def pupils_of(charge: FeeCharge) -> QuerySet[Student]:
    """Who is charged: the named students, otherwise all of the classes; boarders only where the charge says so."""
    named = list(charge.students.values_list("pk", flat=True))
    rows = Student.objects.filter(is_active=True, school_class__is_active=True).select_related("school_class")
    rows = rows.filter(pk__in=named) if named else rows.filter(school_class__in=charge.classes.all())
    return rows.filter(is_boarder=True) if charge.boarders_only and not named else rows


def collected_of(charge: FeeCharge) -> Decimal:
    """Everything paid on the charge, whoever looks. One query."""
    return money(charge.dues.aggregate(sum=Sum("paid"))["sum"] or 0)


def to_book(rows: QuerySet[FeePayment]) -> QuerySet[FeePayment]:
    """Payments that belong into a day book and are not there; one taken back before it got there never goes in, nor does its reversal."""
    never_in = Q(reverses__isnull=False, reverses__entry=None) | Q(reversed_by__isnull=False, reversed_by__entry=None)
    return rows.filter(entry=None).exclude(never_in)


def unbooked_of(charge: FeeCharge) -> QuerySet[FeePayment]:
    return to_book(FeePayment.objects.filter(due__charge=charge.pk))


@dataclass(frozen=True)
class ClassRow:
    """One class of a charge: students, agreed or not needing it, refused, waiting; yuan expected and collected."""

    pk: int
    name: str
    heads: int
    pending: int
    refused: int
    unpaid: int
    expected: Decimal
    collected: Decimal


def classes_of(charge: FeeCharge, user) -> list[ClassRow]:
    """The charge class by class, of those in sight. One query."""
    rows = FeeDue.objects.filter(in_reach(user, VIEW, "school_class"), charge=charge.pk).order_by("school_class__order", "school_class")
    rows = rows.values("school_class", "school_class__name").annotate(
        heads=Count("pk"),
        pending=Count("pk", filter=Q(consent=Consent.PENDING)),
        refused=Count("pk", filter=Q(consent=Consent.REFUSED)),
        unpaid=Count("pk", filter=ASKED & Q(amount__gt=cents(F("waived") + F("paid")))),
        expected=Sum(F("amount") - F("waived"), filter=ASKED),
        collected=Sum("paid"),
    )
    return [
        ClassRow(
            row["school_class"], row["school_class__name"], row["heads"], row["pending"], row["refused"], row["unpaid"],
            money(row["expected"] or 0), money(row["collected"] or 0),
        )
        for row in rows
    ]  # fmt: skip


def total_of(rows: list[ClassRow]) -> ClassRow:
    def count(name: str) -> int:
        return sum(getattr(row, name) for row in rows)

    def yuan(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), ZERO)

    return ClassRow(0, "合计", count("heads"), count("pending"), count("refused"), count("unpaid"), yuan("expected"), yuan("collected"))


def public_items(on: date) -> list[FeeItem]:
    """What may be charged on that day, for everybody."""
    rows = FeeItem.objects.filter(state=ItemState.PUBLISHED, valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gte=on))
    order = {"official": 0, "service": 1, "agency": 2}
    return sorted(rows, key=lambda item: (order[item.kind], item.name, item.pk))


def charge_counts(user) -> dict[str, int]:
    rows = charges_visible_to(user).order_by()
    return rows.aggregate(
        draft=Count("pk", filter=Q(state="draft")), issued=Count("pk", filter=Q(state="issued")), settled=Count("pk", filter=Q(state="settled"))
    )


def due_counts(user) -> dict[str, int]:
    rows = dues_visible_to(user).filter(charge__state=ChargeState.ISSUED).order_by()
    return rows.aggregate(
        pending=Count("pk", filter=Q(consent=Consent.PENDING)), unpaid=Count("pk", filter=ASKED & Q(amount__gt=cents(F("waived") + F("paid"))))
    )


def waiting_refunds(user) -> QuerySet[FeeRefund]:
    return refunds_visible_to(user).filter(state=RefundState.WAITING)


MEAL_WORDS = ("伙食", "膳食", "餐费", "早餐", "午餐", "晚餐", "营养餐")


@dataclass(frozen=True)
class MealMoney:
    """One charge of meal money: yuan paid by the students less what was paid back to them, for the canteen's own account."""

    charge: int
    label: str
    amount: Decimal


def meal_money(until: date) -> list[MealMoney]:
    """Every charge whose item is for meals, with its money up to and with that day. Three queries."""
    meant = Q()
    for word in MEAL_WORDS:
        meant |= Q(item__name__contains=word)
    charges = list(FeeCharge.objects.filter(meant).exclude(state=ChargeState.DRAFT).select_related("item", "term").order_by("pk"))
    paid = FeePayment.objects.filter(due__charge__in=charges, paid_on__lte=until).order_by().values_list("due__charge").annotate(sum=Sum("amount"))
    back = FeeRefund.objects.filter(charge__in=charges, state=RefundState.PAID, paid_on__lte=until).order_by().values_list("charge").annotate(sum=Sum("amount"))
    came, went = dict(paid), dict(back)
    found = [MealMoney(one.pk, f"{one.number} {one.item}", money(came.get(one.pk) or 0) - money(went.get(one.pk) or 0)) for one in charges]
    return [one for one in found if one.amount or one.charge in came]
