"""Registering titles and what is said of them (AST-16)."""

from datetime import datetime

from assets.card.models import AssetCard
from assets.card.rules import create_card
from assets.category.models import Kind
from assets.loan.models import Offer
from assets.loan.rules import save_offer
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation

from .isbn import normal_isbn
from .models import Book, BookKind
from .queries import check_can_manage

SAID = ("kind", "author", "publisher", "isbn", "call_number", "subject")


@rule
def register_book(
    *, actor, at: datetime, card: AssetCard | None = None, longest_days: int = 30, for_students: bool = True, is_lent: bool = True, **fields
) -> Book:
    """A title with its copies: on a card that is there already, or on a new one made of title, price and number of copies.

    Open for borrowing when `is_lent`. Raises RuleViolation at its field.
    """
    check_can_manage(actor)
    said = _said(fields)
    if card is None:
        card = _new_card(actor, at, fields, said)
    elif not card.is_alive:
        raise RuleViolation(f"「{card}」{card.get_status_display()}。", field="card")
    elif Book.objects.filter(card=card.pk).exists():
        raise RuleViolation(f"「{card}」已经在图书教材里了。", field="card")
    elif card.asset_class.life.kind != Kind.BOOKS:
        raise RuleViolation(f"「{card}」的类别不是图书和档案。", field="card")
    book = save_changes(actor=actor, at=at, record=Book(), card=card, **said)
    if is_lent and not Offer.objects.filter(card=card.pk).exists():
        save_offer(actor=actor, at=at, card=card, longest_days=longest_days, for_students=for_students)
    return book


def _said(fields: dict) -> dict:
    said = tidied({name: fields[name] for name in SAID if name in fields and fields[name] is not None})
    if "isbn" in said:
        said["isbn"] = normal_isbn(said["isbn"])
    return said


def _new_card(actor, at: datetime, fields: dict, said: dict) -> AssetCard:
    title = tidied({"title": fields.get("title") or ""})["title"]
    if not title:
        raise RuleViolation("请写书名，或者写已经建好的卡片编号。", field="title")
    for name, sentence in (("asset_class", "请选资产类别。"), ("quantity", "请写册数。"), ("price", "请写单价。"), ("acquired_on", "请写购入日期。")):
        if fields.get(name) in (None, ""):
            raise RuleViolation(sentence, field=name)
    if fields["asset_class"].life.kind != Kind.BOOKS:
        raise RuleViolation("请选图书和档案里的类别。", field="asset_class")
    names = ("asset_class", "quantity", "price", "acquired_on", "place", "custodian", "department", "voucher", "is_opening")
    given = {name: fields[name] for name in names if fields.get(name) not in (None, "")}
    usual = {"unit": "册", "maker": said.get("publisher", ""), "details": said.get("author", ""), "purpose": "teaching"}
    return create_card(actor=actor, at=at, name=title[:60], **usual | given)


@rule
def save_book(*, actor, at: datetime, record: Book, **fields) -> Book:
    """What is said of the title; copies and value change through the card."""
    book = stored(Book, record)
    check_can_manage(actor)
    said = _said(fields)
    if said.get("kind", book.kind) not in BookKind.values:
        raise RuleViolation("请选种类。", field="kind")
    return save_changes(actor=actor, at=at, record=book, **said)
