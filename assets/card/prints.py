"""固定资产卡片 and 资产台账（增减变动表） in their customary forms (AST-01, AST-02, AST-15)."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .models import AssetCard, EntryKind
from .statement import BY, Row, Statement, Sums, statement


@dataclass(frozen=True)
class Asked:
    """A statement as its paper's number names it."""

    by: str
    since: date | None
    until: date

    @classmethod
    def of(cls, found: Statement) -> "Asked":
        return cls(found.by, found.since, found.until)

    @property
    def number(self) -> str:
        days = f"{self.since:%Y%m%d}-{self.until:%Y%m%d}" if self.since else f"{self.until:%Y%m%d}"
        return f"{self.by}-{days}"


def asked_of(paper: PrintedPaper) -> Asked | None:
    by, *days = paper.number.split("-")
    try:
        found = [date(int(day[:4]), int(day[4:6]), int(day[6:8])) for day in days]
    except ValueError:
        return None
    return Asked(by, found[0] if len(found) == 2 else None, found[-1]) if found and by in BY else None


def figures(sums: Sums) -> dict:
    return {"cards": sums.cards, "quantity": sums.quantity, "cost": sums.cost, "depreciation": sums.depreciation, "net": sums.net}


def row_of(row: Row) -> dict:
    return {"code": row.code, "name": row.name} | {name: figures(getattr(row, name)) for name in ("before", "more", "less", "moved", "after")}


def statement_sheet(asked: Asked, user) -> dict:
    """Everything the table says; the same as long as nothing was booked on those days."""
    found = statement(by=asked.by, until=asked.until, since=asked.since, today=timezone.localdate())
    if not found.rows:
        raise RuleViolation("这一天还没有资产，台账没有内容。")
    return {
        "heading": "资产增减变动表" if found.since else "资产台账",
        "sub": f"{full_day(found.since)}至{full_day(found.until)}" if found.since else f"截至{full_day(found.until)}",
        "by": found.by_label,
        "coded": found.by == "class",
        "period": found.since is not None,
        "rows": [row_of(row) for row in found.rows],
        "total": row_of(found.total),
        "kinds": [{"name": label, **figures(sums)} for label, sums in found.kinds],
    }


def card_sheet(card: AssetCard, user) -> dict:
    """Everything on the card and each of its changes but the monthly depreciation."""
    entries = card.entries.exclude(kind=EntryKind.DEPRECIATION).select_related("place", "department", "custodian", "by").order_by("on", "pk")
    return {
        "name": card.name, "class": str(card.asset_class), "brand": card.brand, "model": card.model, "serial": card.serial, "quantity": card.quantity,
        "unit": card.unit, "source": card.get_source_display(), "acquired_on": full_day(card.acquired_on), "maker": card.maker, "supplier": card.supplier,
        "contract": card.contract, "details": card.details, "value_kind": card.get_value_kind_display(), "cost": card.cost, "fiscal": card.fiscal,
        "life": f"{card.life_months // 12} 年" if card.life_months else "不提折旧", "months_done": card.months_done, "depreciation": card.depreciation,
        "net": card.net, "booked_on": full_day(card.booked_on), "voucher": card.voucher, "fund": card.fund,
        "procurement": card.get_procurement_display(), "status": card.get_status_display(), "purpose": card.get_purpose_display(),
        "place": str(card.place or ""), "department": str(card.department or ""), "manager": str(card.manager or ""),
        "custodian": str(card.custodian or ""), "warranty_until": full_day(card.warranty_until) if card.warranty_until else "", "note": card.note,
        "gone_on": full_day(card.gone_on) if card.gone_on else "", "gone_kind": EntryKind(card.gone_kind).label if card.gone_kind else "",
        "approval": card.approval, "income": card.income,
        "entries": [
            {
                "on": full_day(one.on), "kind": one.get_kind_display(), "quantity": one.quantity, "amount": one.amount, "voucher": one.voucher,
                "held": "，".join(str(held) for held in (one.department, one.place, one.custodian) if held), "note": one.note, "by": one.by.name,
            }
            for one in entries
        ],
    }  # fmt: skip


STATEMENT_SHEET = PrintDocument(
    kind="assets.statement",
    title="资产台账",
    template="print/assets/statement.html",
    context=statement_sheet,
    number=lambda asked: asked.number,
    find=asked_of,
)
CARD_SHEET = PrintDocument(
    kind="assets.assetcard", title="固定资产卡片", template="print/assets/card.html", context=card_sheet, number=lambda card: card.number
)
