"""What the ledger itself tells of a card: how it came, moved and went, what it replaced, which statements name it (AST-02, AST-03)."""

from assets.card.models import DECREASES, AssetCard, AssetEntry, EntryKind
from assets.custody.models import PledgeLine
from logistics.platform.kernel.ref import Ref

from .links import addresses
from .registry import Step

SHOWN = 200
SETTLED = (EntryKind.MOVE, EntryKind.SPLIT, EntryKind.MERGE)


def ledger_steps(card: AssetCard, user) -> list[Step]:
    """Everything in the ledger but the monthly depreciation; a move is told once, by where it went. Two queries."""
    rows = AssetEntry.objects.filter(card=card.pk).exclude(kind=EntryKind.DEPRECIATION).exclude(kind=EntryKind.MOVE, quantity__lt=0)
    entries = list(rows.select_related("place", "department", "custodian").order_by("-pk")[:SHOWN])
    papers = {Ref(entry.document_kind, entry.document_id) for entry in entries if entry.document_id}
    urls = addresses(papers, user)
    return [
        Step(
            entry.on,
            entry.get_kind_display(),
            entry.document_label or entry.voucher,
            words_of(entry),
            urls.get(Ref(entry.document_kind, entry.document_id), ""),
        )
        for entry in entries
    ]


def words_of(entry: AssetEntry) -> str:
    held = "，".join(str(one) for one in (entry.place, entry.department, entry.custodian) if one)
    if entry.kind == EntryKind.MOVE:
        return "；".join(filter(None, [f"到{held}" if held else "没有地点、没有保管人", entry.note]))
    figures = [f"{entry.quantity:+} 件" if entry.quantity and entry.kind in SETTLED else "", f"原值 {entry.amount:+,.2f} 元" if entry.amount else ""]
    where = held if entry.kind not in DECREASES else ""
    return "；".join(filter(None, ["，".join(filter(None, figures)), where, entry.note])).replace("-", "−")


def family_steps(card: AssetCard, user) -> list[Step]:
    """What it came instead of, and what came instead of it. One query, and one for the other."""
    found = []
    others = [("接替", card.replaces)] if card.replaces_id else []
    others += [("由新的接替", other) for other in AssetCard.objects.filter(replaces=card.pk).exclude(status="void").order_by("pk")[:20]]
    urls = addresses([Ref("assets.assetcard", other.pk) for _, other in others], user)
    for title, other in others:
        on = card.acquired_on if title == "接替" else other.acquired_on
        found.append(Step(on, title, other.number, other.name, urls.get(Ref("assets.assetcard", other.pk), ""), other.get_status_display(), other.tone))
    return found


def pledge_steps(card: AssetCard, user) -> list[Step]:
    """The responsibility statements it stands on. One query."""
    lines = list(PledgeLine.objects.filter(card=card.pk).select_related("pledge__custodian").order_by("-pk")[:20])
    urls = addresses([Ref("assets.pledge", line.pledge_id) for line in lines], user)
    return [
        Step(line.pledge.created_at, "财产管理责任书", line.pledge.number, f"{line.pledge.name}，责任人{line.pledge.custodian}", urls.get(Ref("assets.pledge", line.pledge_id), ""),
             line.pledge.get_state_display(), line.pledge.tone)
        for line in lines
    ]  # fmt: skip
