"""收费项目: entered with its approval, published by somebody else, ended when it is over (FIN-08)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from finance.money import amount_of
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.org.models import SchoolClass

from .models import ITEM_MOVES, ChargeState, FeeItem, ItemState
from .queries import APPROVE, MANAGE

MOST_PAPERS = 5


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, item: FeeItem) -> None:
    require(user, MANAGE)
    if item.state != ItemState.DRAFT:
        raise RuleViolation("核定公示以后不能再改。标准变了，请停收这一项，按新的批文登记一项。")


def check_can_publish(user, item: FeeItem) -> None:
    require(user, APPROVE)
    check_move(item, ItemState.PUBLISHED, moves=ITEM_MOVES)
    check_separation(user, "publish", item)


def check_can_retire(user, item: FeeItem) -> None:
    require(user, MANAGE)
    check_move(item, ItemState.RETIRED, moves=ITEM_MOVES)


@rule
def save_item(*, actor, at: datetime, record: FeeItem | None = None, papers: Sequence = (), **fields) -> FeeItem:
    """A new item, or changes to one that is not published yet. `papers` are the approval as PDF, added to what it has.

    Raises RuleViolation at its field for a wrong amount, a grade that no class has, a period that overlaps an item of the same name.
    """
    check_can_manage(actor)
    item, fields = stored(FeeItem, record), tidied(fields)
    if item.pk is None:
        item.created_by, item.created_at = actor, at
    else:
        check_can_edit(actor, item)
    fields["amount"] = amount_of(fields["amount"])
    _check_grades(fields.get("grades", ""))
    _check_overlap(item, fields)
    text = f"添了 {len(papers)} 个批文" if papers and item.pk else ""
    item = save_changes(actor=actor, at=at, record=item, text=text, **fields)
    attach(actor=actor, at=at, record=item, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    return item


def _check_grades(grades: str) -> None:
    known = set(SchoolClass.objects.filter(is_active=True).values_list("grade", flat=True))
    missing = [grade for grade in FeeItem(grades=grades).grade_list if grade not in known]
    if missing:
        raise RuleViolation(f"没有「{missing[0][:20]}」这个年级。现有：{'、'.join(sorted(known))[:100]}。", field="grades")


def _check_overlap(item: FeeItem, fields: dict) -> None:
    """Two standards of one name at one time would let each be passed by."""
    list(FeeItem.objects.select_for_update().order_by("pk").values_list("pk", flat=True)[:1])  # one at a time: the other may be new
    grades = set(FeeItem(grades=fields.get("grades", "")).grade_list)
    for other in FeeItem.objects.filter(name=fields["name"]).exclude(pk=item.pk).exclude(state=ItemState.RETIRED):
        same = not grades or not other.grade_list or grades & set(other.grade_list)
        ends, begins = fields.get("valid_until") or date.max, fields["valid_from"]
        if same and other.valid_from <= ends and begins <= (other.valid_until or date.max):
            raise RuleViolation(f"「{other}」已经有一项，从 {other.valid_from} 起。先停收那一项，或者改日期、年级。", field="name")


@rule
def publish_item(*, actor, at: datetime, record: FeeItem) -> FeeItem:
    """核定公示 by somebody other than who entered it. Raises RuleViolation while the approval's paper is missing."""
    item = stored(FeeItem, record)
    check_can_publish(actor, item)
    if not attachments_of(item, "paper").exists():
        raise RuleViolation("还没有批文。请登记的人先把批文的 PDF 放上来。")
    advance(item, ItemState.PUBLISHED, moves=ITEM_MOVES, published_by=actor, published_at=at)
    record_event(actor=actor, at=at, action="publish", record=item, text=f"核定公示：{item} {item.standard}，{item.document}")
    return item


@rule
def retire_item(*, actor, at: datetime, record: FeeItem) -> FeeItem:
    """停收 from today on; what was charged stays."""
    item = stored(FeeItem, record)
    check_can_retire(actor, item)
    if item.charges.filter(state=ChargeState.DRAFT).exists():
        raise RuleViolation("还有起草中的收费单用这一项，请先取消。")
    today = timezone.localdate(at)
    until = max(item.valid_from, min(item.valid_until or today, today))
    advance(item, ItemState.RETIRED, moves=ITEM_MOVES, valid_until=until)
    record_event(actor=actor, at=at, action="retire", record=item, text="停收")
    return item
