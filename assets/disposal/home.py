"""What disposals show on the first page, along a card's thread."""

from datetime import datetime

from django.urls import reverse

from assets.card.models import AssetCard
from assets.card.queries import ACCOUNT
from assets.thread.registry import Step
from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import Disposal, DisposalLine, DisposalState
from .queries import disposals_visible_to, left_to_do, to_appraise, wants_money

SHOWN = 5


def disposal_todos(user, at: datetime) -> list[Todo]:
    """Lists to appraise, proceeds to take in, things to write off."""
    base = reverse("assets:disposal-list")
    todos = [
        Todo(f"鉴定：{one.title}", f"{one.get_kind_display()}，{one.number}", reverse("assets:disposal-detail", args=[one.pk]), "鉴定", "scan-search")
        for one in Disposal.objects.filter(to_appraise(user)).order_by("pk")[:SHOWN]
    ]
    if n := wants_money(user):
        todos.append(Todo(f"{n} 笔处置收入待收", "收款以后打印收据", f"{base}?state=approved", "收款", "banknote"))
    if has(user, ACCOUNT):
        ready = [one for one in Disposal.objects.filter(state=DisposalState.APPROVED, handed_on__isnull=False).order_by("pk")[:SHOWN] if not left_to_do(one)]
        todos += [
            Todo(f"核销：{one.title}", f"{one.number}，都办齐了", reverse("assets:disposal-detail", args=[one.pk]), "核销", "circle-minus") for one in ready
        ]
    return todos


def disposal_steps(card: AssetCard, user) -> list[Step]:
    """How the card came to leave. One query, and one for which papers the person may open."""
    rows = DisposalLine.objects.filter(card=card.pk).exclude(disposal__state=DisposalState.VOID).select_related("disposal")
    lines = list(rows.order_by("pk"))
    seen = set(disposals_visible_to(user).filter(lines__card=card.pk).values_list("pk", flat=True)) if lines else set()
    return [_step(card, line, line.disposal_id in seen) for line in lines]


def _step(card: AssetCard, line: DisposalLine, is_seen: bool) -> Step:
    one = line.disposal
    words = f"{line.quantity} {card.unit}，{one.reason[:60]}"
    url = reverse("assets:disposal-detail", args=[one.pk]) if is_seen else ""
    return Step(
        one.done_on or one.sent_at or one.created_at, one.get_kind_display(), one.number, words, url, one.get_state_display(), one.tone,
        income=line.income if is_seen and line.income else None,
    )  # fmt: skip
