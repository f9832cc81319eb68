"""Reading passes: who sees which, who is out now (SAF-07)."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of

from .models import PassState, StudentPass

VIEW, ASK, GUARD, MANAGE = "safety.pass.view", "safety.pass.ask", "safety.pass.guard", "safety.pass.manage"
SALT, LENGTH = "safety.pass.parent", 32
JOINS = ("student", "school_class__head_teacher", "created_by", "out_by", "back_to")


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def passes_visible_to(user) -> QuerySet[StudentPass]:
    """All for gate, nurse and leaders; for others those of the own class and those one asked for."""
    rows = StudentPass.objects.select_related(*JOINS)
    scope = scope_of(user, VIEW)
    if scope == Scope.ALL:
        return rows
    return rows.filter(Q(school_class__head_teacher=user.pk) | Q(created_by=user.pk)) if scope else rows.none()


def pass_counts(user, now: datetime) -> dict[str, int]:
    """The numbers above the list. One query."""
    return (
        passes_visible_to(user)
        .order_by()
        .aggregate(
            asked=Count("pk", filter=Q(state=PassState.ASKED)),
            ready=Count("pk", filter=Q(state=PassState.READY)),
            out=Count("pk", filter=Q(state=PassState.OUT, out_at__date=timezone.localdate(now))),
        )
    )


def out_at(moment: datetime) -> QuerySet[StudentPass]:
    """Pupils who had left by a pass on the day of the moment and were not back."""
    day = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    left = StudentPass.objects.filter(out_at__range=(day, moment)).filter(Q(back_at=None) | Q(back_at__gt=moment))
    return left.select_related("student", "school_class").order_by("school_class__order", "student__number")


def is_head(user, card: StudentPass) -> bool:
    return bool(card.school_class.head_teacher_id) and card.school_class.head_teacher_id == user.pk


def check_link_shown(user, card: StudentPass) -> bool:
    """Whether this person hands the parent's link out: who asked, the head teacher, the gate."""
    return card.state == PassState.ASKED and card.parent_at is None and (user.pk == card.created_by_id or is_head(user, card) or has(user, GUARD))


def code_of(card: StudentPass) -> str:
    """The code of the parent's present link. It is computed, stands in no table, and a new round makes the old one worthless."""
    return f"{card.pk}-{salted_hmac(SALT, f'{card.pk}:{card.link_round}', algorithm='sha256').hexdigest()[:LENGTH]}"


def pass_by_code(code: str) -> StudentPass | None:
    """The pass whose present link this is; None for anything else, whatever the reason."""
    number, _, _ = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    card = StudentPass.objects.select_related(*JOINS).filter(pk=int(number)).first()
    return card if card and constant_time_compare(code_of(card), code) else None
