"""物品清单 and 财产管理责任书 as paper (AST-03, GEN-04)."""

from dataclasses import dataclass

from assets.money import ZERO
from assets.signing import mark_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .models import Pledge
from .queries import BY, MODELS, cards_of, custodian_of


@dataclass(frozen=True)
class Asked:
    """A list as its paper's number names it."""

    by: str
    one: object

    @property
    def number(self) -> str:
        return f"{self.by}-{self.one.pk}"


def asked_of(paper: PrintedPaper) -> Asked | None:
    by, _, pk = paper.number.partition("-")
    if by not in BY or not pk.isdecimal():
        return None
    one = MODELS[by].objects.filter(pk=int(pk)).first()
    return Asked(by, one) if one else None


def row_of(card) -> dict:
    return {
        "number": card.number, "name": card.name, "model": " ".join(filter(None, (card.brand, card.model))), "unit": card.unit, "quantity": card.quantity,
        "cost": card.cost, "place": str(card.place or ""), "custodian": card.custodian.name if card.custodian else "", "status": card.get_status_display(),
    }  # fmt: skip


def list_sheet(asked: Asked, user) -> dict:
    """Every thing with its number, kind and value; for a room without the place, for a person without the name."""
    cards = list(cards_of(asked.by, asked.one))
    if not cards:
        raise RuleViolation(f"{asked.one}还没有登记财产，清单没有内容。")
    return {
        "by": asked.by,
        "label": BY[asked.by],
        "name": str(asked.one),
        "custodian": getattr(custodian_of(asked.by, asked.one), "name", ""),
        "rows": [row_of(card) for card in cards],
        "pieces": sum(card.quantity for card in cards),
        "cost": sum((card.cost for card in cards), ZERO),
        "with_place": asked.by in ("department", "person"),
    }


def pledge_sheet(pledge: Pledge, user) -> dict:
    """The frozen statement with its list and both signatures."""
    return {
        "name": pledge.name, "label": pledge.get_subject_display(), "term": str(pledge.term), "version": pledge.version,
        "state": "" if pledge.state in ("open", "signed") else pledge.get_state_display(),
        "custodian": pledge.custodian.name, "post": pledge.custodian.title, "words": pledge.words.splitlines(),
        "rows": [
            {
                "number": line.number, "name": line.name, "model": line.model, "unit": line.unit, "quantity": line.quantity, "cost": line.cost,
                "place": line.place_name,
            }
            for line in pledge.lines.order_by("pk")
        ],
        "pieces": pledge.pieces, "cost": pledge.cost, "with_place": pledge.subject == "person", "drawn_on": full_day(pledge.created_at),
        "keeper": pledge.keeper.name if pledge.keeper else "", "keeper_on": full_day(pledge.keeper_at), "keeper_mark": mark_of(pledge, "keeper"),
        "custodian_on": full_day(pledge.custodian_at), "custodian_mark": mark_of(pledge, "custodian"),
    }  # fmt: skip


LIST_SHEET = PrintDocument(
    kind="assets.custody",
    title="物品清单",
    template="print/assets/custody.html",
    context=list_sheet,
    number=lambda asked: asked.number,
    find=asked_of,
)
PLEDGE_SHEET = PrintDocument(
    kind="assets.pledge", title="财产管理责任书", template="print/assets/pledge.html", context=pledge_sheet, number=lambda pledge: pledge.number
)
