"""Night rounds of the demo school: a plan for each building, the last nights walked by the rules."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from logistics.platform.demo.build import DemoSchool
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.duties.watch_rules import mark_missed
from logistics.platform.org.models import Post, User
from repairs.public import repair_kinds

from .bed.models import DormBuilding
from .night_round.models import PRODUCER, NightRound
from .night_round.rules import prepare_rounds, save_plan, walk_round

BACK = 3  # nights
TROUBLE = {4: "二层西头疏散指示灯不亮", 9: "三层水房水龙头没关紧"}  # by number of the round


def build(school: DemoSchool) -> None:
    random, start = Random(school.random.random()), timezone.localtime(school.now - timedelta(days=BACK)).replace(hour=12, minute=0, second=0, microsecond=0)
    keeper = school.people["dormkeeper"]
    post = Post.objects.filter(holders=keeper).first()
    for n, building in enumerate(DormBuilding.objects.filter(is_active=True).order_by("order")):
        save_plan(
            actor=school.director, at=start, building=building, owner_post=post, owner_person=None if post else keeper, supervisor=school.people["safety"],
            by_women=building.sex == "f" and n != 1, days="all",
        )  # fmt: skip
    make_by_clock(at=start)
    for n in range(BACK + 1):
        prepare_rounds(actor=User.objects.system(), at=min(start + timedelta(days=n), school.now))
    rows = NightRound.objects.filter(occurrence__opens_at__lt=school.now - timedelta(minutes=20)).select_related("occurrence")
    for n, found in enumerate(rows.order_by("occurrence__opens_at", "building__order")):
        if n not in (7, 22):  # nobody came
            walk(keeper, random, n, found, school.now)
    mark_missed(actor=User.objects.system(), at=school.now)
    Occurrence.objects.filter(next_tell_at__lt=school.now, duty__producer=PRODUCER).update(next_tell_at=None)


def walk(keeper, random: Random, n: int, found: NightRound, now: datetime) -> None:
    at = min(timezone.localtime(found.occurrence.opens_at) + timedelta(minutes=random.randint(8, 50)), now)
    given = {k: {"value": "ok"} for k, _ in enumerate(found.items)}
    kind = None
    if n in TROUBLE:
        given[len(found.items) - 3 if n == 4 else len(found.items) - 1] = {"value": "bad", "note": TROUBLE[n]}
        kind = repair_kinds().filter(name__contains="灯" if n == 4 else "水").first()
    walk_round(actor=keeper, at=at, record=found, given=given, kind=kind)
