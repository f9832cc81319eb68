"""Firms from outside: chosen from the school's own list, or written down for a one-off."""

from datetime import date

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import tidy
from logistics.platform.partners.models import Partner, PartnerKind
from logistics.platform.partners.queries import check_usable

from .project.models import Project, Quote
from .ticket.models import Ticket

WORKING = (PartnerKind.BUILDER, PartnerKind.REPAIR)


def name_of(partner: Partner | None, firm: str) -> str:
    """The firm's name as it is kept on the paper; the chosen partner's goes before what was typed."""
    return partner.name if partner else tidy(firm or "")


def check_may_work(partner: Partner | None, on: date, *, field: str) -> None:
    """Raise RuleViolation at the field unless the firm may work at the school on that day; without a partner nothing is checked."""
    if partner is None:
        return
    kind = next((kind for kind in WORKING if kind in partner.kind_list), PartnerKind.REPAIR)
    try:
        check_usable(partner, kind, on)
    except RuleViolation as refusal:
        raise RuleViolation(f"{refusal.message}要么请对方补齐再办，要么另选一家。", field=field) from refusal


def move_to(source: Partner, target: Partner) -> int:
    """Two cards of one firm become one: quotes, projects and tickets follow; the names on old papers stay as they were written."""
    return sum(model.objects.filter(partner=source).update(partner=target) for model in (Quote, Project, Ticket))


def partner_panel(partner: Partner, user) -> dict | None:
    """The firm's projects that this person may see, for its page."""
    from .project.queries import projects_visible_to

    projects = list(projects_visible_to(user).filter(partner=partner).order_by("-pk")[:10])
    return {"projects": projects} if projects else None
