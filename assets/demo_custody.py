"""The demo school's statements of responsibility, and transfers on their way: made and signed by their own rules."""

from datetime import timedelta

from django.utils import timezone

from assets.card.models import ALIVE, AssetCard
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.places.models import Place

from .custody.models import Pledge
from .custody.queries import this_term
from .custody.rules import draw_missing, sign_pledge
from .transfer.models import TransferKind
from .transfer.rules import add_line, save_transfer, send_transfer
from .transfer.signing_rules import sign_transfer

SIGNED, HALF = 12, 18


def name_of(person) -> list:
    return [typed_signature(person.name, signer=person.name)]


def build(school: DemoSchool) -> None:
    """Every class has its statement, most of the first are signed; one transfer is done, one handover waits for its second signature."""
    term = this_term(timezone.localdate(school.now))
    if term is not None:
        statements(school, term)
    transfers(school)


def statements(school: DemoSchool, term) -> None:
    keeper, at = school.people["keeper"], school.now - timedelta(days=2)
    draw_missing(actor=keeper, at=at, subject="class", term=term)
    for n, pledge in enumerate(Pledge.objects.select_related("custodian").order_by("pk")[:HALF]):
        sign_pledge(actor=pledge.custodian, at=at + timedelta(hours=n), record=pledge, signature=name_of(pledge.custodian))
        if n < SIGNED:
            sign_pledge(actor=keeper, at=at + timedelta(hours=n + 1), record=pledge, signature=name_of(keeper))


def transfers(school: DemoSchool) -> None:
    keeper, at = school.people["keeper"], school.now - timedelta(hours=3)
    held = AssetCard.objects.filter(status__in=ALIVE, custodian__isnull=False, quantity=1).exclude(custodian=keeper.pk)
    cards = list(held.select_related("custodian", "place", "department").order_by("pk"))
    givers = list({card.custodian_id: card.custodian for card in cards}.values())
    if len(givers) < 3:
        return
    first, second, third = givers[:3]
    given = {"kind": TransferKind.TRANSFER, "giver": first, "receiver": second, "reason": "换办公室", "to_place": other_place(cards[0])}
    one = save_transfer(actor=keeper, at=at, **given)
    add_line(actor=keeper, at=at, record=one, card=next(card for card in cards if card.custodian_id == first.pk))
    send_transfer(actor=keeper, at=at, record=one)
    one.refresh_from_db()
    sign_transfer(actor=first, at=at + timedelta(minutes=20), record=one, signature=name_of(first))
    sign_transfer(actor=second, at=at + timedelta(minutes=50), record=one, signature=name_of(second))
    handover = save_transfer(actor=keeper, at=at, kind=TransferKind.LEAVER, giver=third, receiver=second, reason="调离学校")
    send_transfer(actor=keeper, at=at, record=handover)
    handover.refresh_from_db()
    sign_transfer(actor=third, at=at + timedelta(hours=1), record=handover, signature=name_of(third))
    save_transfer(actor=keeper, at=at, kind=TransferKind.TRANSFER, giver=second, receiver=third, reason="教研组之间调剂")


def other_place(card: AssetCard) -> Place | None:
    """Another room of the same kind."""
    return Place.objects.filter(kind=card.place.kind, level=card.place.level, is_active=True).exclude(pk=card.place_id).order_by("path").first()
