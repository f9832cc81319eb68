"""Scores and banned appliances of the demo school: last month published with its stars, this week as it goes."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from logistics.platform.attachments.photos import clean_photo, typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.terms.queries import calendar

from .appliance.rules import record_appliance, return_appliance
from .bed.models import DormRoom, Stay
from .score.appeal_rules import appeal_score, decide_appeal
from .score.bulletin_rules import publish_ranking
from .score.first_run import make_usual
from .score.models import RoomScore
from .score.queries import month_of
from .score.rules import check_room, fix_room, score_room

ROOMS = 5  # of each building
SMALL = (
    (), ("内务:被子没叠",), ("卫生:桌面脏",), (), ("内务:床单不平", "纪律:人走没关灯"), ("卫生:地面有垃圾",), (), ("卫生:桌面脏", "内务:鞋子没摆齐"),
)  # fmt: skip
DIRTY = ("卫生:地面有垃圾", "卫生:垃圾没倒", "卫生:卫生间脏", "内务:物品乱放")


def build(school: DemoSchool) -> None:
    make_usual(actor=school.director, at=school.now - timedelta(days=80))
    today = timezone.localdate(school.now)
    lived_in = DormRoom.objects.filter(beds__stays__left_on=None, beds__stays__isnull=False).distinct().select_related("building__place", "place__parent")
    rooms: list[DormRoom] = []
    for building in sorted({room.building_id for room in lived_in}):
        rooms += [room for room in lived_in if room.building_id == building][:ROOMS]
    first, last = month_of(today.replace(day=1) - timedelta(days=1))
    for n, on in enumerate(working(first, last)[3::4]):
        score_all(school, rooms, on, n)
    publish_ranking(actor=school.director, at=moment(last + timedelta(days=1), "09:00"), kind="month", on=last)
    for n, on in enumerate(working(today - timedelta(days=7), today)):
        score_all(school, rooms, on, n + 1)
    bad_room(school, rooms[0], today)
    appeals(school)
    banned(school, rooms)


def moment(on: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.fromisoformat(clock)))


def working(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [on for on in days if calendar().is_working_day(on)]


def score_all(school: DemoSchool, rooms: list[DormRoom], on: date, n: int) -> None:
    """The keeper's walk of one morning; the first room is left for the day it was bad."""
    for k, room in enumerate(rooms):
        at = moment(on, "08:20") + timedelta(minutes=2 * k)
        if at < school.now and not (k == 0 and n):
            score_room(actor=school.people["dormkeeper"], at=at, room=room, faults=SMALL[(n * 3 + k * 5) % len(SMALL)])


def bad_room(school: DemoSchool, room: DormRoom, today: date) -> None:
    """Below the mark two days ago, put right and looked at again; below the mark today, still open."""
    keeper = school.people["dormkeeper"]
    days = [on for on in working(today - timedelta(days=6), today) if moment(on, "11:00") < school.now]
    for n, on in enumerate(days[-2:]):
        row = score_room(actor=keeper, at=moment(on, "08:15"), room=room, faults=DIRTY, photos=[picture(on.day)])
        if n == 0 and len(days) > 1:
            fix_room(actor=keeper, at=moment(on, "09:30"), record=row, words="值日生重新打扫，垃圾已倒")
            check_room(actor=school.people["safety"], at=moment(on, "10:30"), record=row, is_good=True)


def appeals(school: DemoSchool) -> None:
    """One asked and decided, one that waits."""
    rows = RoomScore.objects.filter(
        points__lt=100, state="fine", created_at__gte=school.now - timedelta(days=3), created_at__lt=school.now - timedelta(hours=1)
    )
    found = [(row, one.school_class.head_teacher) for row in rows.order_by("-pk")[:8] for one in row.classes.select_related("school_class__head_teacher")[:1]]
    for n, (row, teacher) in enumerate([pair for pair in found if pair[1]][:2]):
        at = school.now - timedelta(minutes=50 - n)
        appeal = appeal_score(actor=teacher, at=at, record=row, reason="桌上放的是当天的值日工具，检查后就收走了" if n else "床单是刚换的，当天晒在阳台")
        if n == 0:
            decide_appeal(actor=school.director, at=at + timedelta(minutes=20), record=appeal, changes=True, points=100, words="看了照片和值日表，不扣")


def banned(school: DemoSchool, rooms: list[DormRoom]) -> None:
    """A kettle given back, a hair dryer kept, the same pupil's second one."""
    keeper = school.people["dormkeeper"]
    stays = list(Stay.objects.filter(bed__room=rooms[-1], left_on=None).select_related("student").order_by("bed__number")[:2])
    if not stays:
        return
    about = {"actor": keeper, "room": rooms[-1]}
    given = {"kept": True, "kept_where": "一层值班室铁柜"}
    first = record_appliance(**about, **given, at=school.now - timedelta(days=30), student=stays[0].student, kind="kettle", photos=[picture(3)])
    signed = [typed_signature("王建国", signer="王建国")]
    return_appliance(actor=keeper, at=school.now - timedelta(days=25), record=first, parent="王建国", relation="父亲", signature=signed)
    record_appliance(**about, **given, at=school.now - timedelta(days=2), student=stays[0].student, kind="hair", photos=[picture(4)])
    record_appliance(**about, at=school.now - timedelta(days=1), kind="wiring", name="接线板拖到床上", photos=[picture(5)])


def picture(n: int):
    """A plain picture, as small as it gets."""
    out = BytesIO()
    Image.new("RGB", (320, 240), (120 + n * 3 % 90, 150, 140)).save(out, "JPEG", quality=60)
    return clean_photo(SimpleUploadedFile(f"宿舍{n}.jpg", out.getvalue(), "image/jpeg"))
