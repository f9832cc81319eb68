"""One row of every record of the night rounds, of waste, and of what may run when."""

from datetime import timedelta

from dorms.night_round.models import NightRound
from dorms.night_round.rules import repair
from logistics.platform.org.models import SchoolClass, Student
from logistics.utilities.schedule.rules import ask_exception, save_run_rule
from logistics.utilities.waste.rules import find_waste, name_keeper
from tests.conftest import NOW, make_place
from tests.dorms import night_kit

SUMMER = {"use": "cooling", "kinds": ["classroom"], "first": "6-1", "last": "9-30", "weekdays": [0, 1, 2, 3, 4], "degrees": 26}


def plan(school, n: int):
    return night_kit.a_plan(school.cast, night_kit.a_building(school.cast, n))


def one_round(school, n: int) -> NightRound:
    """Walked, with something not in order."""
    found = night_kit.a_round(school.cast, n + 1000)
    return night_kit.walk(school.cast, found, given=night_kit.fine(found) | {1: {"value": "bad", "note": "灯不亮"}})


def grow_round(school, record: NightRound, n: int) -> None:
    """Another repair that came of it."""
    place = record.building.place
    repair(actor=school.cast.dormkeeper, at=night_kit.OPENS, record=record, kind=school.kinds.water, place=place, description=f"第{n}处漏水")


def run_rule(school, n: int):
    return save_run_rule(actor=school.cast.director, at=NOW, **SUMMER, note=f"第{n}条")


def exception(school, n: int):
    start = NOW + timedelta(days=n + 1)
    return ask_exception(
        actor=school.cast.teacher, at=NOW, use="light", place=school.rooms.room, from_at=start, to_at=start + timedelta(hours=2), reason=f"补课{n}"
    )


def finding(school, n: int):
    place = make_place(f"长廊{n}", school.rooms.floor, "room", code=f"WF{n}")
    return find_waste(actor=school.cast.director, at=NOW, kind="light", place=place, words=f"第{n}盏灯亮着")


def keeper(school, n: int):
    own = SchoolClass.objects.create(name=f"节约{n}班", grade="七年级", head_teacher=school.cast.headteacher)
    return name_keeper(actor=school.cast.director, at=NOW, student=Student.objects.create(number=f"E{n}", name=f"节约生{n}", school_class=own))


MAKERS = {
    "dorms.nightplan": plan,
    "dorms.nightround": one_round,
    "utilities.runrule": run_rule,
    "utilities.runexception": exception,
    "utilities.wastefinding": finding,
    "utilities.energykeeper": keeper,
}
GROWERS = {"dorms.nightround": grow_round}
