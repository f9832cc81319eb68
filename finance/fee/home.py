"""What fees show on the first page: to decide, to sign, to book, to give back."""

from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.web.home import Todo

from .models import ChargeState, Consent, FeeCharge, FeeItem, FeePayment, FeeRefund, ItemState, RefundState
from .queries import APPROVE, COLLECT, CONSENT, dues_visible_to, to_book

MOST = 20


def fee_todos(user, at: datetime) -> list[Todo]:
    """At most four queries, none for whoever has nothing to do with fees."""
    return [*_to_decide(user), *_to_sign(user), *_to_pay(user)]


def _to_decide(user) -> list[Todo]:
    if not has(user, APPROVE):
        return []
    items = FeeItem.objects.filter(state=ItemState.DRAFT).exclude(created_by=user.pk)[:MOST]
    charges = FeeCharge.objects.select_related("item").filter(state=ChargeState.DRAFT).exclude(created_by=user.pk)[:MOST]
    return [
        *(Todo(str(item), f"{item.standard}，请核定公示", reverse("finance:fee-item-detail", args=[item.pk]), "核定", "receipt-text") for item in items),
        *(Todo(str(one), f"每生 {one.amount:,.2f} 元，请核定", reverse("finance:charge-detail", args=[one.pk]), "核定", "receipt") for one in charges),
    ]


def _to_sign(user) -> list[Todo]:
    if scope_of(user, CONSENT) != Scope.CLASS:
        return []
    rows = dues_visible_to(user).filter(consent=Consent.PENDING, charge__state=ChargeState.ISSUED).order_by()
    waiting = rows.values("charge", "charge__item__name", "charge__due_on").annotate(n=Count("pk"))[:MOST]
    return [
        Todo(
            row["charge__item__name"],
            f"{row['n']} 名学生的家长没签，{row['charge__due_on']} 截止",
            reverse("finance:charge-links", args=[row["charge"]]),
            "发链接",
            "link",
        )
        for row in waiting
    ]


def _to_pay(user) -> list[Todo]:
    if not has(user, COLLECT):
        return []
    waiting = to_book(FeePayment.objects.filter(due__charge__state=ChargeState.ISSUED)).order_by()
    unbooked = waiting.values("due__charge", "due__charge__item__name").annotate(n=Count("pk"))[:MOST]
    refunds = FeeRefund.objects.filter(state=RefundState.WAITING).order_by().values("charge", "charge__item__name").annotate(n=Count("pk"))[:MOST]
    return [
        *(
            Todo(row["due__charge__item__name"], f"{row['n']} 笔缴费没入账", reverse("finance:charge-detail", args=[row["due__charge"]]), "入账", "landmark")
            for row in unbooked
        ),
        *(
            Todo(row["charge__item__name"], f"{row['n']} 名学生等退费", reverse("finance:charge-detail", args=[row["charge"]]), "退费", "banknote")
            for row in refunds
        ),
    ]
