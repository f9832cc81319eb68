"""定期维护: what is due opens its ticket once, whatever happens to the job (REP-10)."""

import logging
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.notices.rules import notify
from logistics.platform.terms.queries import calendar
from repairs.subjects import STUCK
from repairs.ticket.models import Ticket
from repairs.ticket.rules import open_ticket

from .models import Preventive, PreventiveRun, Season
from .queries import MANAGE
from .rhythm import APART, next_after, season_day
from .tickets import repairer_of

log = logging.getLogger(__name__)
FARTHEST = timedelta(days=3660)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_open_now(user, preventive: Preventive) -> None:
    require(user, MANAGE)
    if not preventive.is_active:
        raise RuleViolation("这项定期维护已经停用。")


@rule
def save_preventive(*, actor, at: datetime, record: Preventive | None = None, **fields) -> Preventive:
    """Create or change one. Without `next_on` a season's day is found; 开学前 always follows the calendar of terms.

    Raises RuleViolation at next_on for a day that is past or more than ten years off.
    """
    check_can_manage(actor)
    preventive, fields = stored(Preventive, record), tidied(fields)
    today = timezone.localdate(at)
    merged = {name: fields.get(name, getattr(preventive, name)) for name in ("season", "every_months", "next_on", "is_active")}
    if bool(merged["season"]) == bool(merged["every_months"]):
        raise RuleViolation("间隔月数和季节，选一样填。", field="every_months")
    fields["next_on"] = _next_on(preventive, merged, today)
    return save_changes(actor=actor, at=at, record=preventive, **fields)


def _next_on(preventive: Preventive, merged: dict, today: date) -> date:
    season, asked, yesterday = merged["season"], merged["next_on"], today - timedelta(days=1)
    untouched = preventive.pk is not None and asked == preventive.next_on
    if untouched and season == preventive.season:
        if preventive.is_active or asked >= today:
            return asked
        return next_after(preventive, yesterday, calendar().terms)  # switched on again after its day
    if season == Season.TERM or (season and (untouched or not asked)):
        return season_day(season, yesterday, calendar().terms)
    if not asked:
        raise RuleViolation("请填下一次是哪天。", field="next_on")
    if not today <= asked <= today + FARTHEST:
        raise RuleViolation(f"下一次要在今天（{today}）以后、十年以内。", field="next_on")
    return asked


@rule
def open_now(*, actor, at: datetime, record: Preventive) -> Preventive:
    """Open the next ticket before its day, on a person's wish."""
    preventive = stored(Preventive, record)
    check_can_open_now(actor, preventive)
    _open(preventive, actor=actor, at=at, after=max(preventive.next_on, timezone.localdate(at)), terms=calendar().terms)
    return preventive


@rule
def open_due(*, actor, at: datetime, record: Preventive, on: date, terms) -> Ticket | None:
    """The ticket of this work if it is still due on that day; None when another run was first."""
    preventive = stored(Preventive, record)
    if not preventive.is_active or preventive.next_on > on:
        return None
    return _open(preventive, actor=actor, at=at, after=on, terms=terms)


def _open(preventive: Preventive, *, actor, at: datetime, after: date, terms) -> Ticket:
    """One ticket for the planned day; the next day comes later than `after`, so missed turns make no tickets of their own."""
    due_on = preventive.next_on
    ticket = open_ticket(
        actor=actor,
        at=at,
        place=preventive.place,
        kind=preventive.kind,
        description=f"{preventive.title}\n{preventive.work}"[:1000],
        thing=preventive.thing,
        origin=ref(preventive),
        repairer=repairer_of(preventive.owner),
    )
    PreventiveRun.objects.create(preventive=preventive, on=due_on, ticket=ticket)
    preventive.next_on = next_after(preventive, after if preventive.season != Season.TERM else max(after, due_on + APART), terms)
    preventive.save(update_fields=["next_on"])
    record_event(actor=actor, at=at, action="open", record=preventive, text=f"{due_on} 应做，开报修单 {ticket.number}，下一次 {preventive.next_on}")
    return ticket


@rule
def follow_term(*, actor, at: datetime, record: Preventive, on: date, terms) -> Preventive:
    """Move a check before term to where the calendar now has the term; a day that is due stays."""
    preventive = stored(Preventive, record)
    if not preventive.is_active or preventive.season != Season.TERM or preventive.next_on <= on:
        return preventive
    last = preventive.runs.order_by("-on").values_list("on", flat=True).first()
    day = season_day(Season.TERM, max(on, last + APART) if last else on, terms)
    return save_changes(
        actor=actor, at=at, record=preventive, action="follow_term", text="" if day == preventive.next_on else f"跟着校历改到 {day}", next_on=day
    )


def run_due(*, actor, at: datetime, on: date) -> int:
    """Open the ticket of every active work due by `on`; each in its own transaction, so one that fails keeps none back.

    May run any number of times a day and after days of silence: one ticket per work. Returns how many were opened.
    """
    terms = calendar().terms
    for preventive in Preventive.objects.filter(is_active=True, season=Season.TERM, next_on__gt=on):
        follow_term(actor=actor, at=at, record=preventive, on=on, terms=terms)
    opened = 0
    for preventive in Preventive.objects.filter(is_active=True, next_on__lte=on).select_related("owner"):
        try:
            opened += open_due(actor=actor, at=at, record=preventive, on=on, terms=terms) is not None
        except (RuleViolation, ValidationError) as refusal:
            words = refusal.message if isinstance(refusal, RuleViolation) else "；".join(refusal.messages)
            log.warning("preventive %s opened no ticket: %s", preventive.pk, words)
            _tell_stuck(preventive, at=at, words=words)
    return opened


def _tell_stuck(preventive: Preventive, *, at: datetime, words: str) -> None:
    """Once per planned day: what kept the ticket from being opened, such as a closed place."""
    people = [preventive.owner, *holders_of(MANAGE)]
    notify(
        at=at,
        key=f"repairs.preventive.stuck.{preventive.pk}.{preventive.next_on}",
        recipients=people,
        title=f"定期维护没有开出来：{preventive.title}",
        body=words,
        url=f"/repairs/preventive/{preventive.pk}/",
        subject=STUCK,
    )
