"""Buildings, rooms, beds and boarders of the demo school: two buildings lived in, one half empty."""

from datetime import date, timedelta

from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import SchoolClass
from logistics.platform.places.models import Place
from logistics.platform.terms.models import Term

from .bed.figures import proposal
from .bed.first_run import make_items
from .bed.models import Bed, DormBuilding, DormItem, Stay
from .bed.move_rules import approve_move, ask_move
from .bed.plan_rules import confirm_plan
from .bed.queries import free_beds
from .bed.rules import make_rooms, save_building, set_bed
from .bed.stay_rules import check_out, hand_over

BUILDINGS = (("一号宿舍楼", "m", 6), ("二号宿舍楼", "f", 6), ("三号宿舍楼", "", 8))


def build(school: DemoSchool) -> None:
    """As a school does it before the term: rooms, then grade by grade, then what changes in the weeks after."""
    director, keeper, before = school.director, school.people["dormkeeper"], school.now - timedelta(days=70)
    make_items(actor=director, at=before)
    made: list[DormBuilding] = []
    for order, (name, sex, beds) in enumerate(BUILDINGS, 1):
        place = Place.objects.get(name=name, parent__parent=None)
        one = save_building(actor=director, at=before, place=place, sex=sex, keepers=[keeper], order=order, is_active=True)
        make_rooms(actor=director, at=before, record=one, sex=sex or "f", beds=beds, area="24.50")
        made.append(one)
    since = first_night(school)
    at = school.now - timedelta(days=60)
    for grade in SchoolClass.objects.filter(is_active=True).order_by("order").values_list("grade", flat=True).distinct():
        found = proposal(director, since, grade=grade, buildings=made)
        if found.lines:
            confirm_plan(actor=director, at=at, seen=found.digest, grade=grade, buildings=made, since=since)
    changes(school, keeper)


def first_night(school: DemoSchool) -> date:
    today = timezone.localdate(school.now)
    term = Term.objects.filter(start_on__lte=today).order_by("-start_on").first()
    return max(term.start_on if term else today, today - timedelta(days=150))


def changes(school: DemoSchool, keeper) -> None:
    """Hand-overs, a broken bed, somebody who became a day pupil, a move done and one that waits."""
    now = school.now
    rows = Stay.objects.filter(left_on=None).select_related("student__school_class__head_teacher", "bed__room__building__place", "bed__room__place")
    stays = list(rows.order_by("bed__room__place__path", "bed__number")[:60])
    items = [{"name": item.name, "state": "好"} for item in DormItem.objects.all()]
    for stay in stays[:3]:
        signed = [typed_signature(stay.student.name, signer=stay.student.name)]
        hand_over(actor=keeper, at=now - timedelta(days=55), record=stay, items=items, signature=signed)
    leaver = stays[2]
    worn = [row | {"state": "损坏"} if row["name"] == "椅子" else row for row in items]
    signed = [typed_signature(leaver.student.name, signer=leaver.student.name)]
    left_on = timezone.localdate(now - timedelta(days=12))
    check_out(actor=keeper, at=now - timedelta(days=12), record=leaver, why="改走读", left_on=left_on, items=worn, signature=signed, note="椅子腿松了，已报修")
    for bed in list(free_beds(timezone.localdate(now), sex="f"))[:2]:
        set_bed(actor=keeper, at=now - timedelta(days=5), record=bed, is_active=False, note="床板断了，等修")
    move(school, keeper, stays[10], done=True, reason="上铺换下铺，脚受伤")
    move(school, keeper, stays[20], done=False, reason="和同班同学住到一起")


def move(school: DemoSchool, keeper, stay: Stay, *, done: bool, reason: str) -> None:
    target: Bed | None = free_beds(timezone.localdate(school.now), sex=stay.room_sex).exclude(room=stay.bed.room_id).first()
    if target is None:
        return
    asker = stay.student.school_class.head_teacher or school.director
    asked = ask_move(actor=asker, at=school.now - timedelta(days=3), student=stay.student, to_bed=target, wish="teacher", reason=reason)
    if done:
        approve_move(actor=keeper, at=school.now - timedelta(days=2), record=asked)
