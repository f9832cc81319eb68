"""Reading dangerous goods: what stands in the cupboards, what waits for the second person (SAF-16)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from logistics.platform.access.rules import has, require
from logistics.platform.web.home import Todo
from safety.evidence import MANAGE

from .models import KEEP, VIEW, DangerousGood, DangerousMove, MoveState


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_keep(user, record=None) -> None:
    require(user, KEEP)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def plainly(value: Decimal | None) -> str:
    """12.5, 3: without the zeros behind."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def goods_visible_to(user) -> QuerySet[DangerousGood]:
    rows = DangerousGood.objects.select_related("place", "keeper", "second_keeper")
    return rows if has(user, VIEW) else rows.none()


def goods_in_use() -> QuerySet[DangerousGood]:
    return DangerousGood.objects.filter(is_active=True).order_by("name", "model", "pk")


def moves_of(good: DangerousGood) -> list[DangerousMove]:
    return list(good.moves.select_related("created_by", "second").order_by("-pk")[:30])


def dangerous_todos(user, at: datetime) -> list[Todo]:
    """What this person was there for and has not confirmed yet."""
    rows = DangerousMove.objects.filter(second=user.pk, state=MoveState.WAITING).select_related("good", "created_by").order_by("pk")[:20]
    return [
        Todo(
            f"确认：{row} {plainly(abs(row.quantity))} {row.good.unit}", f"{row.created_by.name}写的，您当时在场", reverse("safety:dangerous-move-detail", args=[row.pk]),
            "去确认", "users",
        )
        for row in rows
    ]  # fmt: skip
