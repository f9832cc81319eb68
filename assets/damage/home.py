"""What damage shows on the first page, on a card's page, along its thread, and on its scanned label."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from assets.card.models import AssetCard
from assets.thread.registry import Step
from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.web.home import Line, Lines, Todo

from .models import Damage, DamageState
from .queries import ASSESS, FILE, damage_counts, damages_of, damages_visible_to, waiting_for_cashier

SHOWN = 20


def damage_todos(user, at: datetime) -> list[Todo]:
    """Damage to judge, money to take in. Up to two queries, none for others."""
    base, todos = reverse("assets:damage-list"), []
    if has(user, ASSESS) and (n := damage_counts(user)["open"]):
        todos.append(Todo(f"{n} 件损坏待定责", "定自然损坏还是人为损坏，谁赔多少", f"{base}?state=open", "定责", "scale"))
    if n := waiting_for_cashier(user):
        todos.append(Todo(f"{n} 笔损坏赔款待收", "收款以后打印收据", f"{base}?state=due", "收款", "banknote"))
    return todos


def damages_to_pay(user) -> Lines | None:
    """What this person, or the class of this head teacher, still has to make good. One query."""
    mine = Q(person=user.pk) | Q(school_class__head_teacher=user.pk)
    rows = list(Damage.objects.filter(mine, state=DamageState.DUE).select_related("school_class", "person").order_by("-pk")[:SHOWN])
    lines = [
        Line(f"{one.thing}，赔 {one.amount:,.2f} 元", f"{one.number} · {one.who}", reverse("assets:damage-detail", args=[one.pk]), "hammer", "待赔", "late")
        for one in rows
    ]
    return Lines("要赔的", lines, f"{reverse('assets:damage-list')}?state=due", "") if lines else None


def damage_steps(card: AssetCard, user) -> list[Step]:
    """What was damaged about the card, and what that brought in. One query, and one for which of them the person may open."""
    rows = list(damages_of(card))
    seen = set(damages_visible_to(user).filter(card=card.pk).values_list("pk", flat=True)) if rows else set()
    return [_step(one, one.pk in seen) for one in rows]


def _step(one: Damage, is_seen: bool) -> Step:
    words = f"{one.quantity} {one.unit}，{one.description[:60]}"
    url = reverse("assets:damage-detail", args=[one.pk]) if is_seen else ""
    income = one.amount if is_seen and one.state == DamageState.PAID else None
    return Step(one.found_on, "损坏", one.number, words, url, one.get_state_display(), one.tone, income=income)


def scan_choices(user, card: AssetCard) -> list[Choice]:
    """Reporting damage at the thing."""
    if not card.is_alive or not has(user, FILE):
        return []
    return [Choice("登记损坏", "拍照，写怎么坏的、谁弄坏的", "hammer", f"{reverse('assets:damage-create')}?card={card.pk}", rank=40)]
