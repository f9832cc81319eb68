"""Gate, passes and duty shifts of the demo school, made by their own rules."""

from datetime import time, timedelta

from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Student, User

from .gate import book_rules, rules
from .roster import change_rules
from .roster import rules as roster
from .roster.models import ShiftState, WatchRole
from .student_pass import queries as pass_queries
from .student_pass import rules as passes

VISITORS = (
    ("visitor", "沈建明", "浙江启明书店", "82600011", "送审教辅样书", 1),
    ("parent", "蒋丽萍", "九年级（2）班学生母亲", "13700001002", "和班主任谈学习情况", 1),
    ("official", "韩志强", "区消防救援大队", "82600119", "消防安全检查", 3),
    ("visitor", "邓小琴", "市教研室", "82600231", "听课评课", 2),
)
IDS = ("330106198203041211", "330106197911052420", "330106199002143012", "330106198807231628")


def card_number(first: str) -> str:
    """An identity number of the demo with the check sign it must have."""
    weights, signs = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    return first[:17] + signs[sum(int(d) * w for d, w in zip(first[:17], weights, strict=True)) % 11]


def build(school: DemoSchool) -> None:
    visits(school)
    books(school)
    leaves(school)
    shifts(school)


def visits(school: DemoSchool) -> None:
    """Four who came and went yesterday and the days before, two inside now, one waiting, one announced for tomorrow."""
    guard, hosts = school.people["guard"], [school.people[key] for key in ("director", "headteacher", "safety", "teacher")]
    for n, (kind, name, organisation, phone, reason, people) in enumerate(VISITORS):
        at = school.now - timedelta(days=n // 2 + 1, hours=2)
        given = {"kind": kind, "name": name, "organisation": organisation, "phone": phone, "reason": reason, "people": people}
        visit = rules.announce_visit(actor=guard, at=at, host=hosts[n], **given)
        rules.agree(actor=hosts[n], at=at + timedelta(minutes=2), record=visit)
        inside = rules.let_in(actor=guard, at=at + timedelta(minutes=4), record=visit, id_kind="card", id_number=card_number(IDS[n]), badge=f"A{n + 1:02d}")
        rules.let_out(actor=guard, at=at + timedelta(minutes=70), record=inside)
    if timezone.localdate(school.now - timedelta(hours=1)) != timezone.localdate(school.now):
        return
    at = school.now - timedelta(minutes=50)
    work = {
        "kind": "worker",
        "name": "罗永刚",
        "organisation": "宏泰电梯维保",
        "phone": "13700002003",
        "reason": "综合楼电梯半月保养",
        "people": 2,
        "plate": "浙A7K219",
    }
    permit = {"work_permit": "维保合同 2026-07", "work_until": timezone.localdate(school.now) + timedelta(days=40)}
    worker = rules.announce_visit(actor=guard, at=at, host=school.director, **work, **permit)
    rules.agree(actor=school.director, at=at, record=worker)
    given = {"id_kind": "card", "id_number": card_number("330106198511303219"), "badge": "S03", "carried": "工具箱两个"}
    rules.let_in(actor=guard, at=at + timedelta(minutes=5), record=worker, **given)
    waiting = {"name": "陶文静", "organisation": "七年级（1）班学生母亲", "phone": "13700003004", "reason": "送药", "kind": "parent"}
    rules.announce_visit(actor=guard, at=school.now - timedelta(minutes=3), host=school.people["headteacher"], **waiting)
    tomorrow = {
        "name": "邵国平",
        "organisation": "浙江晨光文具",
        "reason": "谈办公用品供货",
        "phone": "82600456",
        "expected_at": school.now + timedelta(days=1),
    }
    rules.announce_visit(actor=school.director, at=school.now, **tomorrow)


def books(school: DemoSchool) -> None:
    """Somebody not let in, parcels, takeaway turned away, two cars overnight."""
    guard, safety, at = school.people["guard"], school.people["safety"], school.now - timedelta(hours=3)
    book_rules.bar(actor=safety, at=at, name="石某某", phone="13700009999", reason="多次在校门口推销，被劝离后闯入")
    first = book_rules.receive_parcel(actor=guard, at=at, kind="express", recipient=school.director, sender="顺丰", tracking="SF1409982210", kept="2 号架")
    book_rules.hand_parcel(actor=guard, at=at + timedelta(hours=1), record=first, taker=school.director.name)
    book_rules.receive_parcel(actor=guard, at=at, kind="express", recipient=school.people["headteacher"], sender="中通", tracking="ZT78220019", kept="1 号架")
    book_rules.receive_parcel(actor=guard, at=at, kind="registered", recipient_words="校长室", sender="区教育局", quantity=2, kept="公文格")
    refused = {"kind": "takeaway", "recipient_words": "九年级（3）班学生", "refuse": True, "note": "学生点的外卖，退给骑手"}
    book_rules.receive_parcel(actor=guard, at=at, **refused)
    today = timezone.localdate(school.now)
    own = {"plate": "浙A12345", "car": "白色 轿车", "phone": "13800000001", "reason": "出差，车停学校", "from_on": today, "until_on": today + timedelta(days=3)}
    car = book_rules.register_car(actor=school.director, at=school.now - timedelta(hours=1), **own)
    book_rules.sign_car(
        actor=school.director, at=school.now - timedelta(hours=1), record=car, signature=[typed_signature(school.director.name, signer=school.director.name)]
    )
    bus = {
        "plate": "浙A88Q21",
        "car": "蓝色 货车",
        "owner_name": "葛师傅",
        "phone": "13700005006",
        "reason": "明早卸教材",
        "from_on": today,
        "until_on": today + timedelta(days=1),
    }
    book_rules.register_car(actor=guard, at=school.now, **bus)


def leaves(school: DemoSchool) -> None:
    """One pupil gone home with all four confirmations, one whose parent has not answered."""
    nurse, guard, head = (school.people[key] for key in ("nurse", "guard", "headteacher"))
    pupils = list(Student.objects.filter(school_class__head_teacher=head, is_active=True).select_related("school_class__head_teacher").order_by("number")[:2])
    at, public = school.now - timedelta(minutes=45), User.objects.system("public")
    if len(pupils) < 2 or timezone.localdate(at) != timezone.localdate(school.now):
        return
    ill = {"kind": "ill", "reason": "由家长接回休息", "collector": "王志远", "relation": "父亲", "phone": "13700001234"}
    card = passes.ask_leave(actor=nurse, at=at, student=pupils[0], **ill)
    card = passes.confirm_as_teacher(actor=head, at=at + timedelta(minutes=3), record=card)
    card = passes.confirm_as_student(actor=nurse, at=at + timedelta(minutes=4), record=card, signature=[typed_signature(pupils[0].name, signer=pupils[0].name)])
    signed = {"agrees": True, "name": "王志远", "relation": "父亲", "signature": typed_signature("王志远", signer="王志远")}
    card = passes.answer_as_parent(actor=public, at=at + timedelta(minutes=9), record=card, code=pass_queries.code_of(card), **signed)
    card = passes.confirm_as_guard(actor=guard, at=at + timedelta(minutes=30), record=card, checked=True, words="看了父亲身份证")
    passes.let_out(actor=guard, at=at + timedelta(minutes=31), record=card)
    event = {"kind": "event", "reason": "去市里参加数学竞赛", "collector": "李老师", "relation": "带队老师", "back_by": school.now + timedelta(hours=2)}
    if timezone.localdate(event["back_by"]) == timezone.localdate(school.now):
        passes.ask_leave(actor=head, at=school.now - timedelta(minutes=8), student=pupils[1], **event)


KINDS = (
    ("行政总值班", "08:00", "18:00", "working", 1, True, 1),
    ("夜间值班", "18:00", "08:00", "every", 1, True, 2),
    ("节假日值班", "08:00", "18:00", "off", 1, True, 2),
)


def shifts(school: DemoSchool) -> None:
    """Three kinds of shift, a roster from six days ago to a fortnight ahead, its handovers, one swap that waits."""
    director, today = school.director, timezone.localdate(school.now)
    place = next((room for room in school.rooms if room.name == "总务处103室"), None) or school.rooms[0]
    begin = school.now - timedelta(days=7)
    made = [
        roster.save_kind(
            actor=director, at=begin, name=name, place=place, start=time.fromisoformat(start), end=time.fromisoformat(end), days=days, needs=needs,
            needs_leader=leads, weight=weight, order=order, is_active=True,
        )
        for order, (name, start, end, days, needs, leads, weight) in enumerate(KINDS, 1)
    ]  # fmt: skip
    leaders = [school.people[key] for key in ("principal", "vice", "director", "safety")]
    people = [school.people[key] for key in ("teacher", "headteacher", "keeper", "dormkeeper")] + school.teachers[:6]
    laid = roster.lay_roster(
        actor=director, at=begin, since=today - timedelta(days=6), until=today + timedelta(days=14), kinds=made, leaders=leaders, people=people
    )
    over = sorted((shift for shift in laid if shift.starts_at < school.now), key=lambda shift: shift.starts_at)
    for shift in over:
        work(school, shift, place)
    ahead = [
        shift
        for shift in sorted(laid, key=lambda shift: shift.starts_at)
        if shift.starts_at > school.now + timedelta(days=2) and shift.state == ShiftState.PLANNED
    ]
    if ahead:
        watch = next(one for one in ahead[0].crew if one.role == WatchRole.DUTY)
        other = next(one for one in people if one.pk != watch.person_id and one.pk not in {w.person_id for shift in ahead[:4] for w in shift.crew})
        change = change_rules.ask_change(actor=watch.person, at=school.now, watch=watch, substitute=other, reason="孩子家长会")
        change_rules.agree_change(actor=other, at=school.now, record=change)


def work(school: DemoSchool, shift, place) -> None:
    """Signed in, and handed over when it is over; one of the four came late."""
    people = [one.person for one in shift.crew]
    for n, person in enumerate(people):
        late = timedelta(minutes=25) if n and shift.on.day % 5 == 0 else timedelta(minutes=-10)
        at = shift.starts_at + late
        if at <= school.now:
            roster.sign_in(actor=person, at=at, record=shift, code=place.code)
    at = shift.ends_at - timedelta(minutes=20)
    if at <= school.now:
        found = "三号宿舍楼二层走廊灯不亮" if shift.on.day % 4 == 0 else "没有异常"
        words = {"rounds": "22:00 宿舍区、23:30 校门和围墙、5:30 食堂" if shift.kind.is_night else "9:00 教学楼、12:00 食堂、16:30 校门", "incidents": found}
        measures = "已经报修" if "灯" in found else ""
        roster.hand_over(actor=people[-1], at=at, record=shift, measures=measures, items="值班手机一部、钥匙一串、强光手电两支", **words)
