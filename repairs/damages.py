"""Repairs of things on the asset ledger: what a ticket tells of a card, and man-made damage that somebody pays for (REP-07, AST-07, AST-09)."""

from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils import timezone

from assets.public import AssetCard, ThreadStep, cards_visible_to, damage_of, damages_visible_to, has_damage, open_damage
from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.labels.things import Choice
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import Words
from repairs.ticket.models import OPEN, Cause, Ticket
from repairs.ticket.queries import tickets_visible_to

FILE = "assets.damage.file"
ASKED = (Cause.MISUSE, Cause.MANMADE, Cause.OTHER)  # causes after which somebody may have to pay


class WhoForm(forms.Form):
    """Who damaged it, for a ticket whose repairer did not say."""

    school_class = forms.ModelChoiceField(SchoolClass.objects.filter(is_active=True), label="哪个班", required=False, empty_label="不是班级")
    by_name = Words(label="谁损坏的", max_length=60, required=False)


def may_have_damage(ticket: Ticket) -> bool:
    return bool(ticket.finished_at) and ticket.cause in ASKED


def check_can_file_for(user, ticket: Ticket) -> None:
    require(user, FILE)
    if not may_have_damage(ticket):
        raise RuleViolation("修好以后，原因是使用不当或人为损坏的，才登记赔偿。")
    ticket.has_damage = has_damage(ref(ticket))  # for the panel of the same page
    if ticket.has_damage:
        raise RuleViolation("已经登记过赔偿了。")


@rule
def file_for_ticket(*, actor, at: datetime, record: Ticket, school_class=None, by_name: str = "") -> Ticket:
    """Somebody has to answer for it after all. Raises RuleViolation when nobody is named."""
    check_can_file_for(actor, record)
    if school_class is None and not by_name:
        raise RuleViolation("请写是谁或者哪个班。", field="by_name")
    damage = open_for(record, actor=actor, at=at, school_class=school_class, by_name=by_name)
    record_event(actor=actor, at=at, action="damage", record=record, text=f"登记赔偿：{damage.number}")
    return record


def open_for(ticket: Ticket, *, actor, at: datetime, school_class, by_name: str):
    """The damage paper of this ticket, one however often it is mended; its cost is what may be asked for."""
    card = ticket.card if ticket.card_id and ticket.card.is_alive else None
    return open_damage(
        actor=actor, at=at, description=ticket.description[:500], found_on=timezone.localdate(ticket.reported_at), card=card,
        thing=(ticket.thing or ticket.title)[:60], place=ticket.place, school_class=school_class, by_name=by_name, repair_cost=ticket.cost,
        origin=ref(ticket), origin_label=f"报修单 {ticket.number}",
    )  # fmt: skip


def damage_panel(ticket: Ticket, user) -> dict | None:
    """What became of the damage, on the ticket's page; nothing for tickets without one."""
    damage = damage_of(ref(ticket)) if may_have_damage(ticket) and getattr(ticket, "has_damage", True) else None
    if damage is None:
        return None
    return {"damage": damage, "url": reverse("assets:damage-detail", args=[damage.pk]) if damages_visible_to(user).filter(pk=damage.pk).exists() else ""}


def card_url(ticket: Ticket, user) -> str:
    """The card's page where this person may open it. One query for a ticket about a card."""
    if ticket.card_id is None or not cards_visible_to(user).filter(pk=ticket.card_id).exists():
        return ""
    return reverse("assets:card-detail", args=[ticket.card_id])


def card_asked_for(request) -> dict:
    """What a scanned label has filled in already: the thing, its number, and where it stands."""
    asked = request.GET.get("card", "")
    card = AssetCard.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    if card is None or not card.is_alive:
        return {}
    return {"card": card.number, "thing": card.name} | ({"place": card.place_id} if card.place_id else {})


def scan_choices(user, card: AssetCard) -> list[Choice]:
    """报修 at the thing itself."""
    if not card.is_alive or not has(user, "repairs.ticket.file"):
        return []
    return [Choice("报修", "这件东西坏了", "wrench", f"{reverse('repairs:ticket-create')}?card={card.pk}", rank=12)]


def open_ticket_of(card: AssetCard) -> str:
    """Why the card may not leave the books now; empty when no ticket is open."""
    ticket = Ticket.objects.filter(card=card.pk, state__in=OPEN).order_by("pk").first()
    return f"报修单 {ticket.number} 还没有办完" if ticket else ""


def repair_steps(card: AssetCard, user) -> list[ThreadStep]:
    """Every repair of the card with its cost. One query, and one for which tickets the person may open."""
    rows = list(Ticket.objects.filter(card=card.pk).order_by("pk"))
    seen = set(tickets_visible_to(user).filter(card=card.pk).values_list("pk", flat=True)) if rows else set()
    return [
        ThreadStep(
            one.reported_at, "报修", one.number, one.title, reverse("repairs:ticket-detail", args=[one.pk]) if one.pk in seen else "",
            one.get_state_display(), one.tone, cost=one.cost if one.pk in seen and one.cost else None,
        )
        for one in rows
    ]  # fmt: skip
