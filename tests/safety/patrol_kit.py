"""A route with points, its times, and hazards, made by the rules."""

from datetime import datetime, timedelta

from logistics.platform.duties.checklist import items_of
from logistics.platform.duties.models import Duty
from safety.hazard.closing_rules import fix_hazard
from safety.hazard.models import Hazard
from safety.hazard.rules import assign_hazard, grade_hazard, report_hazard
from safety.patrol.models import CheckList, Purpose, Round, Route, Visit
from safety.patrol.rules import add_points, check_point, plan_route, save_list, save_route
from tests.conftest import NOW
from tests.platform.attachments_kit import photo
from tests.platform.duties_kit import moment

DAILY = {"kind": "daily", "times": ["07:30"], "minutes": 60}
NIGHT = {"kind": "night", "times": ["22:00"], "until": "06:00", "every": 2, "minutes": 120}
TODAY = NOW.date()
OPENS, DUE = moment(TODAY, "07:30"), moment(TODAY, "08:30")
START = moment(TODAY - timedelta(days=1), "18:00")
ITEMS = "门窗完好\n通道畅通"


def a_list(cast, name: str = "走廊", items: str = ITEMS, at: datetime = START) -> CheckList:
    return CheckList.objects.filter(name=name).first() or save_list(actor=cast.safety, at=at, name=name, items=items_of(items), hazard_kind="building")


def a_route(cast, *places, name: str = "教学区", purpose: str = Purpose.DAILY, at: datetime = START, items: str = ITEMS, **given) -> Route:
    route = save_route(actor=cast.safety, at=at, name=name, purpose=purpose)
    if places:
        add_points(actor=cast.safety, at=at, record=route, places=places, checklist=a_list(cast, f"{name}的表", items, at), **given)
    return route


def planned(cast, route: Route, *, at: datetime = START, rhythm: dict | None = None, **given) -> Duty:
    """Walked by the guard every day from 07:30 to 08:30, late until 09:30."""
    given = {"owner_person": cast.guard, "supervisor": cast.safety, "grace_minutes": 60, "starts_on": at.date()} | given
    return plan_route(actor=cast.safety, at=at, record=route, rhythm=rhythm or DAILY, **given)


def a_round(cast, *places, **given) -> Round:
    """This morning's, prepared yesterday evening."""
    duty = planned(cast, a_route(cast, *places, **given))
    return Round.objects.get(occurrence__duty=duty, occurrence__on=TODAY)


def fine(visit: Visit) -> dict:
    return {n: {"value": "ok"} for n in range(len(visit.items))}


def look(cast, visit: Visit, at: datetime = OPENS, actor=None, **given) -> Visit:
    visit = Visit.objects.get(pk=visit.pk)
    return check_point(actor=actor or cast.guard, at=at, record=visit, **{"given": fine(visit)} | given)


def walk(cast, found: Round, at: datetime = OPENS, **given) -> Round:
    for visit in found.visits.filter(state="todo"):
        look(cast, visit, at, **given)
    return Round.objects.get(pk=found.pk)


def picture():
    return photo()


def a_hazard(cast, place, at: datetime = NOW, **given) -> Hazard:
    return report_hazard(actor=cast.guard, at=at, **{"place": place, "kind": "building", "description": "护栏松动"} | given)


def assigned(cast, hazard: Hazard, at: datetime = NOW, level: str = "general", owner=None, **given) -> Hazard:
    grade_hazard(actor=cast.safety, at=at, record=hazard, level=level)
    return assign_hazard(actor=cast.safety, at=at, record=hazard, **{"owner": owner or cast.plumber, "measure": "加固"} | given)


def fixed(cast, hazard: Hazard, at: datetime = NOW, **given) -> Hazard:
    hazard = assigned(cast, hazard, at, **given)
    return fix_hazard(actor=hazard.owner, at=at, record=hazard, words="焊牢了", photos=[picture()])
