"""Who hears of what happens to a ticket."""

from datetime import datetime

from logistics.platform.access.rules import holders_of
from logistics.platform.notices.rules import notify

from .models import Ticket


def url_of(ticket: Ticket) -> str:
    return f"/repairs/ticket/{ticket.pk}/"


def tell(people, ticket: Ticket, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One message per person, once per ticket, subject and moment; people without an account are left out."""
    recipients = {person.pk: person for person in people if person is not None and person.is_person and person.is_active}
    if recipients:
        key = f"repairs.{about}.{ticket.pk}.{at:%Y%m%d%H%M%S%f}"
        notify(at=at, key=key, recipients=list(recipients.values()), title=title, body=body or f"{ticket.number} {ticket.place}", url=url_of(ticket))


def reporters(ticket: Ticket) -> list:
    """The reporter and everybody who follows."""
    return [ticket.reported_by, *(follower.user for follower in ticket.followers.select_related("user"))]


def dispatchers() -> list:
    return list(holders_of("repairs.ticket.dispatch"))


def deciders() -> list:
    return list(holders_of("repairs.ticket.decide"))
