"""Who is told of what about an acceptance."""

from collections.abc import Iterable
from datetime import datetime

from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import Acceptance
from .queries import missing_after, url_of

ACCEPTANCE = Subject("finance.acceptance", "请您验收、验收结果", "采购验收")


def tell(people: Iterable, acceptance: Acceptance, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One line to each; told once per acceptance and occasion."""
    recipients = {person.pk: person for person in people if person is not None}.values()
    notify(at=at, key=f"finance.acceptance:{acceptance.pk}:{about}", recipients=recipients, title=title, body=body, url=url_of(acceptance), subject=ACCEPTANCE)


def plainly(quantity) -> str:
    """A quantity without the noughts nobody writes: 12, 0.5."""
    return f"{quantity.normalize():f}"


def tell_posted(acceptance: Acceptance, lines: Iterable, *, at: datetime) -> None:
    """Buyers and requester learn what was taken, what was sent back and what has still to come."""
    order = acceptance.order
    sent_back = [f"{line}退回 {plainly(line.rejected)} {line.order_line.request_line.unit}（{line.reason}）" for line in lines if line.rejected]
    missing = [f"{name} {plainly(quantity)} {unit}" for name, quantity, unit in missing_after(order)]
    body = "；".join([*sent_back, *([f"还差 {'、'.join(missing)}"] if missing else ["已经到齐"])])
    title = f"验收{'有退回' if sent_back else '通过'}：{order.request.title}"
    tell([order.created_by, order.second_buyer, order.request.created_by], acceptance, at=at, about="posted", title=title, body=body)
