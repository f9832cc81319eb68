"""A dorm building with floors, its night plan and a round of it, made by the rules."""

from datetime import datetime, timedelta

from dorms.bed.models import DormBuilding
from dorms.night_round.models import NightPlan, NightRound
from dorms.night_round.rules import save_plan, walk_round
from logistics.platform.places.models import Level, PlaceKind
from tests.conftest import NOW, make_place
from tests.platform.duties_kit import moment

TODAY = NOW.date()
OPENS, DUE, CLOSES = moment(TODAY, "22:00"), moment(TODAY + timedelta(days=1), "00:00"), moment(TODAY + timedelta(days=1), "01:00")


def a_building(cast, n: int = 1, sex: str = "m", floors: int = 2) -> DormBuilding:
    place = make_place(f"宿舍{n}号楼", None, Level.BUILDING, PlaceKind.DORM, code=f"NB{n}")
    for k in range(1, floors + 1):
        make_place(f"{k}层", place, Level.FLOOR, PlaceKind.DORM, code=f"NB{n}F{k}")
    building = DormBuilding.objects.create(place=place, sex=sex, created_by=cast.director, created_at=NOW)
    building.keepers.add(cast.dormkeeper)
    return building


def a_plan(cast, building: DormBuilding | None = None, at: datetime = NOW, **fields) -> NightPlan:
    given = {"building": building or a_building(cast), "owner_person": cast.dormkeeper, "supervisor": cast.safety, "days": "all"} | fields
    return save_plan(actor=cast.director, at=at, **given)


def a_round(cast, n: int = 1) -> NightRound:
    """Tonight's first, from ten to midnight."""
    plan = a_plan(cast, a_building(cast, n))
    return NightRound.objects.get(building=plan.building, occurrence__opens_at=OPENS)


def fine(found: NightRound) -> dict:
    return {n: {"value": "ok"} for n, _ in enumerate(found.items)}


def walk(cast, found: NightRound, at: datetime = OPENS, actor=None, **given) -> NightRound:
    found = NightRound.objects.get(pk=found.pk)
    return walk_round(actor=actor or cast.dormkeeper, at=at, record=found, **{"given": fine(found)} | given)
