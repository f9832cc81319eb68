"""What may run where at a moment, and who sees the exceptions (UTL-08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.labels.things import Choice
from logistics.platform.places.models import Place
from logistics.platform.web.home import Todo

from .hours import covers, days_words, hours_words, season_words
from .models import AskState, RunException, RunRule, Use

VIEW, ASK, DECIDE, MANAGE = "utilities.run.view", "utilities.run.ask", "utilities.run.decide", "utilities.run.manage"


def rules_visible_to(user) -> QuerySet[RunRule]:
    rows = RunRule.objects.select_related("place")
    return rows if has(user, VIEW) else rows.none()


def exceptions_visible_to(user) -> QuerySet[RunException]:
    """All for whoever decides or keeps the rules; otherwise one's own."""
    rows = RunException.objects.select_related("place", "created_by", "decided_by")
    if has(user, DECIDE) or has(user, MANAGE):
        return rows
    return rows.filter(created_by=user.pk) if has(user, ASK) else rows.none()


def degrees_words(degrees: Decimal | None) -> str:
    return f"{degrees.normalize():f} ℃" if degrees is not None else ""


def rule_words(one: RunRule) -> str:
    """6月1日至9月30日 周一至周五 08:00—17:00 26 ℃"""
    parts = (season_words(one.first, one.last), days_words(one.weekdays), hours_words(one.starts, one.until), degrees_words(one.degrees))
    return " ".join(filter(None, parts))


def inside(path: str, of: str) -> bool:
    """Paths end with a stroke, so /1/4/ is not inside /1/40/."""
    return path.startswith(of)


@dataclass(frozen=True)
class Standing:
    """How one use stands in one place at one moment. `may_run` None: the school has no rule for it."""

    use: Use
    may_run: bool | None
    words: str
    rules: list[RunRule]
    exception: RunException | None = None


def counting(rules: Iterable[RunRule], place: Place, use: str) -> list[RunRule]:
    """The rules for this place: those that name it or what it is in, else those for its kind of room."""
    mine = [one for one in rules if one.use == use]
    named = [one for one in mine if one.place is not None and inside(place.path, one.place.path)]
    return named or [one for one in mine if one.place is None and (not one.kinds or place.kind in one.kinds)]


def judged(use: Use, rules: list[RunRule], exceptions: Iterable[RunException], moment: datetime) -> Standing:
    """Pure: `rules` and approved `exceptions` are those of the place already."""
    now_on = [one for one in rules if covers(first=one.first, last=one.last, weekdays=one.weekdays, starts=one.starts, until=one.until, moment=moment)]
    allowed = next((one for one in exceptions if one.use == use and one.from_at <= moment < one.to_at), None)
    if now_on:
        warm = degrees_words(now_on[0].degrees)
        return Standing(use, True, f"现在可以开，{hours_words(now_on[0].starts, now_on[0].until)}" + (f"，{warm}" if warm else ""), rules, allowed)
    if allowed:
        return Standing(use, True, f"批准延时使用，{allowed.hours}", rules, allowed)
    if not rules:
        return Standing(use, None, "学校没有规定", rules)
    return Standing(use, False, f"现在不开，开放时间：{'；'.join(rule_words(one) for one in rules[:3])}", rules)


def standings(place: Place, at: datetime) -> list[Standing]:
    """Every use in this place at this moment; two queries."""
    rules = list(RunRule.objects.filter(is_active=True).select_related("place"))
    above = [int(part) for part in place.path.split("/") if part]
    exceptions = list(RunException.objects.filter(state=AskState.APPROVED, place__in=above, from_at__lte=at, to_at__gt=at))
    moment = timezone.localtime(at)
    return [judged(use, counting(rules, place, use), exceptions, moment) for use in Use]


def outside_words(place: Place, uses: Iterable[str], at: datetime) -> str:
    """What a finding says of the hours: empty where nothing is ruled or it may run."""
    wanted = set(uses)
    found = [one for one in standings(place, at) if one.use in wanted and one.may_run is not None] if wanted else []
    if not found or any(one.may_run for one in found):
        return next((one.words for one in found if one.exception), "")
    return f"不在开放时间（{'；'.join(rule_words(rule) for rule in found[0].rules[:2])}）"[:200]


def coming(place: Place, at: datetime) -> list[RunException]:
    """Approved exceptions of this place from now on, a week ahead."""
    above = [int(part) for part in place.path.split("/") if part]
    rows = RunException.objects.filter(state=AskState.APPROVED, place__in=above, to_at__gt=at, from_at__lt=at + timedelta(days=7))
    return list(rows.order_by("from_at")[:5])


def place_panel(place: Place, user) -> dict | None:
    """On the page of a place, where the school has rules for it."""
    if not has(user, VIEW):
        return None
    at = timezone.now()
    found = [one for one in standings(place, at) if one.may_run is not None]
    exceptions = coming(place, at)
    return {"standings": found, "coming": exceptions, "may_ask": has(user, ASK), "place": place} if found or exceptions else None


def scan_choices(user, place: Place) -> list[Choice]:
    """What somebody who scans a room's label may do: ask to use it longer."""
    if not has(user, ASK):
        return []
    return [Choice("延时使用空调、照明", "看开放时间，申请延时", "clock-plus", f"{reverse('utilities:run-exception-create')}?place={place.pk}", 70)]


def run_todos(user, at: datetime) -> list[Todo]:
    """Exceptions somebody else asked for and this person decides; those already over need no answer."""
    if not has(user, DECIDE):
        return []
    rows = RunException.objects.filter(state=AskState.ASKED, to_at__gt=at).exclude(created_by=user.pk).select_related("place", "created_by")
    return [
        Todo(f"{one.created_by.name}申请{one.get_use_display()}延时使用", f"{one.place} {one.hours} {one.reason}", f"/utilities/run-exception/{one.pk}/", "去审批", "clock-plus", one.from_at)
        for one in rows.order_by("from_at", "pk")[:10]
    ]  # fmt: skip


def clashing(place: Place, use: str, from_at: datetime, to_at: datetime) -> RunException | None:
    """One for the same place and use that overlaps and still stands."""
    rows = RunException.objects.filter(Q(state=AskState.ASKED) | Q(state=AskState.APPROVED), place=place, use=use, from_at__lt=to_at, to_at__gt=from_at)
    return rows.select_related("created_by").first()
