"""One row of every record of dormitory scores and banned appliances."""

from datetime import date, timedelta

from dorms.appliance.rules import record_appliance
from dorms.score import appeal_rules, bulletin_rules, rules
from dorms.score.first_run import make_usual
from dorms.score.models import RoomScore, ScoreSheet
from dorms.score.pages import STARS
from dorms.score.queries import current_sheet
from tests.conftest import NOW
from tests.platform.attachments_kit import photo
from tests.records import dorm_makers


def score(school, n: int) -> RoomScore:
    """Of a room where a boarder of the head teacher's class sleeps."""
    if current_sheet() is None:
        make_usual(actor=school.cast.director, at=NOW)
    room = dorm_makers.stay(school, n + 20).bed.room
    return rules.score_room(actor=school.cast.dormkeeper, at=NOW, room=room, faults=["内务:被子没叠"])


def appeal(school, n: int):
    return appeal_rules.appeal_score(actor=school.cast.headteacher, at=NOW, record=score(school, n + 40), reason=f"理由{n}")


def sheet(school, n: int) -> ScoreSheet:
    return rules.save_sheet(actor=school.cast.director, at=NOW, name=f"第{n}张表", items=[{"name": "内务", "points": 100, "faults": [("被子没叠", n)]}])


def star(school, n: int):
    given = {"average": "90", "looks": 4, "low": 0, "banned": 0, "is_active": True}
    return STARS.create(actor=school.cast.director, at=NOW, name=f"{n}星宿舍", stars=n, **given)


def bulletin(school, n: int):
    """The week before the last one, and so on."""
    on = date(2026, 11, 18) - timedelta(days=7 * n)
    row = score(school, n + 60)
    rules.score_room(actor=school.cast.dormkeeper, at=NOW - timedelta(days=7 * n), room=row.room)
    return bulletin_rules.publish_ranking(actor=school.cast.director, at=NOW, kind="week", on=on)


def appliance(school, n: int):
    return record_appliance(actor=school.cast.dormkeeper, at=NOW, room=dorm_makers.room(school, n + 80), kind="kettle", photos=[photo()])


MAKERS = {
    "dorms.roomscore": score,
    "dorms.scoreappeal": appeal,
    "dorms.scoresheet": sheet,
    "dorms.starlevel": star,
    "dorms.scorebulletin": bulletin,
    "dorms.appliance": appliance,
}
