"""One row of everything about rounds and hazards."""

from safety.hazard.models import Hazard
from safety.hazard.rules import report_hazard
from safety.patrol.models import CheckList, Round, Route, Visit
from safety.patrol.rules import add_points, check_point
from tests.conftest import NOW, make_place
from tests.safety.patrol_kit import OPENS, a_list, a_route, planned


def hazard(school, n: int) -> Hazard:
    given = {"place": school.rooms.room, "kind": "building", "description": f"第{n}处护栏松动"}
    return report_hazard(actor=school.cast.safety, at=NOW, **given)


def checklist(school, n: int) -> CheckList:
    return a_list(school.cast, f"检查表{n}")


def route(school, n: int) -> Route:
    rooms = school.rooms
    return a_route(school.cast, rooms.room, rooms.other, rooms.floor, rooms.building, rooms.dorm, name=f"路线{n}")


def one_round(school, n: int) -> Round:
    duty = planned(school.cast, route(school, n + 100))
    return Round.objects.get(occurrence__duty=duty, occurrence__on=NOW.date())


def visit(school, n: int) -> Visit:
    """Five of each round."""
    walked = Round.objects.filter(route__name=f"路线{n // 5 + 1100}", occurrence__on=NOW.date()).first() or one_round(school, n // 5 + 1000)
    return walked.visits.order_by("order")[n % 5]


def grow_route(school, record: Route, n: int) -> None:
    place = make_place(f"点{n}", school.rooms.floor, "room", code=f"GP{n}")
    add_points(actor=school.cast.safety, at=NOW, record=record, places=[place], checklist=a_list(school.cast, f"加的表{n}"))


def grow_round(school, record: Round, n: int) -> None:
    """Another point of it looked at and found wanting."""
    left = record.visits.filter(state="todo").select_related("round__occurrence", "point").first()
    if left:
        check_point(actor=school.cast.safety, at=OPENS, record=left, given={0: {"value": "bad", "note": "坏了"}, 1: {"value": "ok"}})


MAKERS = {"safety.hazard": hazard, "safety.checklist": checklist, "safety.route": route, "safety.round": one_round, "safety.visit": visit}
GROWERS = {"safety.route": grow_route, "safety.round": grow_round}
