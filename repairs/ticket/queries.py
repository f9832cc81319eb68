"""Reading tickets: what a person may see, similar reports, counts."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.kernel.light import light
from logistics.platform.kernel.text import plain
from logistics.platform.places.models import Place
from logistics.platform.places.queries import places_in_charge
from repairs.kind.models import FaultKind

from .models import OPEN, UNDONE, State, Ticket

# what the columns of the list, the board and the API read of a ticket
LIST_FIELDS = (
    "id", "number", "state", "place_id", "thing", "kind_id", "size", "urgency", "title", "reporter_name", "reported_at", "due_at", "repairer_id",
    "assigned_at", "arrived_at", "finished_at", "wait_reason", "wait_note", "cause", "minutes", "material_cost", "labour_cost", "rework", "rating",
    "closed_at", "escalated_at", "place__full_name", "kind__name", "repairer__name",
)  # fmt: skip

SIMILAR_FIELDS = ("id", "number", "title", "state", "kind_id", "reported_at", "kind__icon", "repairer__name")


def tickets_visible_to(user):
    """Own reports, followed ones, given work, open work of own trades, own places; the department's or all as the grant reaches (GEN: strangers get 404)."""
    rows = Ticket.objects.all()
    scope = scope_of(user, "repairs.ticket.view")
    if scope is None:
        return rows.none()
    if scope == Scope.ALL:
        return rows
    reach = Q(reported_by=user.pk) | Q(repairer=user.pk) | Q(pk__in=Ticket.objects.filter(followers__user=user.pk).values("pk"))
    reach |= Q(place__in=places_in_charge(user).values("pk"))
    if has(user, "repairs.ticket.work"):
        reach |= Q(state__in=OPEN, kind__in=FaultKind.objects.filter(trade__repairers__user=user.pk).values("pk"))
    if scope == Scope.DEPARTMENT and user.department_id:
        reach |= Q(place__department=user.department_id) | Q(reported_by__department=user.department_id)
    return rows.filter(reach)


def list_rows(user):
    """Visible tickets as a list, the board and the API show them."""
    return light(tickets_visible_to(user), *LIST_FIELDS)


def search_filter(rows, words: str):
    """Every word somewhere in number, place, title, description, thing, reporter or repairer."""
    for word in words.split()[:5]:
        rows = rows.filter(search__contains=plain(word))
    return rows


def similar_open(place: Place, kind=None, limit: int = 5):
    """Open reports at this place, those of the same kind first; shown before a new one is filed."""
    rows = light(Ticket.objects.filter(place=place, state__in=OPEN), *SIMILAR_FIELDS)
    found = sorted(rows[:30], key=lambda t: (kind is not None and t.kind_id != kind.pk, -t.pk))
    return found[:limit]


def earlier_repair(ticket: Ticket, days: int) -> Ticket | None:
    """The repair of the same kind (and thing, when named) at the same place that was signed within `days` before this report."""
    since = ticket.reported_at - timedelta(days=days)
    rows = Ticket.objects.filter(place=ticket.place_id, kind=ticket.kind_id, state=State.CLOSED, finished_at__gte=since, finished_at__lte=ticket.reported_at)
    if ticket.thing:
        rows = rows.filter(thing=ticket.thing)
    return rows.exclude(pk=ticket.pk).order_by("-finished_at").first()


def late_q(at: datetime) -> Q:
    """Past the deadline and not finished; a waiting ticket's clock stands still."""
    return Q(state__in=UNDONE, due_at__lt=at)


def counts_for(user, at: datetime) -> dict[str, int]:
    """The numbers above the list, in one query."""
    rows = tickets_visible_to(user).filter(state__in=OPEN).order_by().values_list("state")
    found = list(rows.annotate(Count("state"), late=Count("state", filter=Q(due_at__lt=at)), mine=Count("state", filter=Q(repairer=user.pk))))
    by_state = {state: n for state, n, _, _ in found}
    return {
        "open": sum(by_state.values()),
        "new": by_state.get(State.NEW, 0),
        "late": sum(late for state, _, late, _ in found if state in UNDONE),
        "mine": sum(mine for *_, mine in found),
        "finished": by_state.get(State.FINISHED, 0),
        "referred": by_state.get(State.REFERRED, 0),
    }


def is_in_charge(user, ticket: Ticket) -> bool:
    """Whether the person answers for the ticket's place: responsible for it or a place above, or head teacher of its class."""
    return places_in_charge(user).filter(pk=ticket.place_id).exists()
