"""Who hears of what happens to a ticket."""

from datetime import datetime

from logistics.platform.access.rules import holders_of
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import Ticket, Urgency

PROGRESS = Subject("repairs.progress", "派工、进展、验收", "报修")
FILED = Subject("repairs.filed", "新报修", "报修", for_chats=True)
DANGER = Subject("repairs.danger", "有危险的新报修", "报修", urgent=True, for_chats=True)
LATE = Subject("repairs.late", "快到期限、超过期限、没派工", "报修", for_chats=True)
ESCALATED = Subject("repairs.escalated", "超时上报、修不了上报", "报修", urgent=True, for_chats=True)
SUBJECTS = (PROGRESS, FILED, DANGER, LATE, ESCALATED)
ABOUT = {"filed": FILED, "escalated": ESCALATED, "referred": ESCALATED}


def url_of(ticket: Ticket) -> str:
    return f"/repairs/ticket/{ticket.pk}/"


def tell(people, ticket: Ticket, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One message per person, once per ticket, subject and moment; people without an account are left out."""
    recipients = {person.pk: person for person in people if person is not None and person.is_person and person.is_active}
    if recipients:
        key = f"repairs.{about}.{ticket.pk}.{at:%Y%m%d%H%M%S%f}"
        words = body or f"{ticket.number} {ticket.place}"
        notify(at=at, key=key, recipients=list(recipients.values()), title=title, body=words, url=url_of(ticket), subject=_subject(ticket, about))


def _subject(ticket: Ticket, about: str) -> Subject:
    return DANGER if about == "filed" and ticket.urgency == Urgency.DANGER else ABOUT.get(about, PROGRESS)


def reporters(ticket: Ticket) -> list:
    """The reporter and everybody who follows."""
    return [ticket.reported_by, *(follower.user for follower in ticket.followers.select_related("user"))]


def dispatchers() -> list:
    return list(holders_of("repairs.ticket.dispatch"))


def deciders() -> list:
    return list(holders_of("repairs.ticket.decide"))
