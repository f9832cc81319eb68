"""What disposals show on the first page, along a card's thread."""

from datetime import datetime

from django.urls import reverse

from assets.card.models import AssetCard
from assets.card.queries import ACCOUNT
from assets.thread.registry import Step
from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import Disposal, DisposalLine, DisposalState
from .queries import APPLY, disposals_visible_to, ready_to_write_off, to_appraise, to_push_on, wants_money

SHOWN = 5
NEXT = {DisposalState.JUDGING: ("送批", "鉴定意见签齐了"), DisposalState.APPROVED: ("办理处置", "已经批准")}


def disposal_todos(user, at: datetime) -> list[Todo]:
    """Lists to appraise, one's own to take further, proceeds to take in, things to write off. A query each, for who may."""
    base = reverse("assets:disposal-list")
    todos = [
        Todo(f"鉴定：{one.title}", f"{one.get_kind_display()}，{one.number}", reverse("assets:disposal-detail", args=[one.pk]), "鉴定", "scan-search")
        for one in Disposal.objects.filter(to_appraise(user)).order_by("pk")[:SHOWN]
    ]
    if has(user, APPLY):
        todos += [
            Todo(f"{verb}：{one.title}", f"{one.number}，{words}", reverse("assets:disposal-detail", args=[one.pk]), verb, "recycle")
            for one in to_push_on(user).order_by("pk")[:SHOWN]
            for verb, words in [NEXT[one.state]]
        ]
    if n := wants_money(user):
        todos.append(Todo(f"{n} 笔处置收入待收", "收款以后打印收据", f"{base}?state=approved", "收款", "banknote"))
    if has(user, ACCOUNT):
        todos += [
            Todo(f"核销：{one.title}", f"{one.number}，都办齐了", reverse("assets:disposal-detail", args=[one.pk]), "核销", "circle-minus")
            for one in ready_to_write_off().order_by("pk")[:SHOWN]
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
