"""宿舍: buildings with their bed maps, rooms, beds, who lives where (DOR-01, DOR-06)."""

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import path
from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of_many
from logistics.platform.org.models import Sex
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, move_rules, rules, stay_rules
from .figures import floors, gone, room_maps
from .models import MOVE_TONES, Bed, DormBuilding, DormItem, DormRoom, MoveState, RoomMove, Stay
from .overview_pages import building_roll, counts_page, counts_print, free_page, overview, plan_page
from .queries import buildings_visible_to, check_can_view, floor_of, holding, moves_visible_to, rooms_visible_to, rooms_with_kept, stays_visible_to
from .rights import MANAGE
from .room_page import RoomPage, check_room_in_charge, room_panels

SHOWN_BEDS = 480  # on one page; a larger building is shown floor by floor


def sex_of(one) -> str:
    return one.get_sex_display() + "生" if one.sex else "看房间"


def building_context(building: DormBuilding, user) -> dict:
    found = floors(building, timezone.localdate(), user)
    spots = [spot for one in found for room in one.rooms for spot in room.spots]
    return {
        "floors": found,
        "keepers": list(building.keepers.filter(is_active=True)),
        "beds": len(spots),
        "taken": sum(spot.stay is not None for spot in spots),
        "broken": sum(not spot.bed.is_active for spot in spots),
        "free": sum(spot.stay is None and spot.bed.is_active for spot in spots),
        "large": len(spots) > SHOWN_BEDS,
        "may_allocate": allowed(rules.check_in_charge, user, building),
    }


def in_use(one):
    return state_mark("在用", "done") if one.is_active else state_mark("停用", "void")


BUILDINGS = Record(
    model=DormBuilding,
    namespace="dorms:building",
    label="宿舍楼",
    icon="building-2",
    rows=lambda user: buildings_visible_to(user).prefetch_related("keepers"),
    columns=(
        Column("place", "宿舍楼", lambda b: b.place.name, lambda b: link(b.place.name, BUILDINGS.url("detail", b), sex_of(b)), css="key", sort="place__name"),
        Column("sex", "住谁", sex_of, css="nw only-wide"),
        Column("keepers", "宿管员", lambda b: "、".join(one.name for one in b.keepers.all())),
        Column("is_active", "在用", lambda b: "在用" if b.is_active else "停用", in_use, css="tail"),
    ),
    filters=forms.BuildingFilters,
    form=forms.BuildingForm,
    create=rules.save_building,
    update=rules.save_building,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("order", "pk"),
    detail_context=building_context,
    stamp=lambda b: str(b.sex),
    actions=(Action("rooms", "登记房间", rules.make_rooms, rules.check_can_manage, forms.RoomsForm, icon="bed-double", hint=lambda b, user: f"{b}里用途是宿舍、还没有登记的 {rules.places_left(b)} 个房间，一次登记成宿舍。"),),
    empty="还没有宿舍楼。先在「地点」里登记楼和房间，再到这里登记宿舍楼。",
)  # fmt: skip


def room_context(room: DormRoom, user) -> dict:
    return {"map": room_maps([room], timezone.localdate(), user)[0], "floor": floor_of(room)} | room_panels(room, user)


ROOMS = Record(
    model=DormRoom,
    namespace="dorms:room",
    label="宿舍",
    icon="bed-double",
    rows=rooms_with_kept,
    columns=(
        Column("place", "宿舍", lambda r: f"{r.building} {r.place.name}", lambda r: link(r.place.name, ROOMS.url("detail", r), str(r.building)), css="key", sort="place__path", width=22),
        Column("sex", "住谁", sex_of, css="nw"),
        Column("grade", "年级", lambda r: r.grade or "都可以", css="nw", sort="grade"),
        Column("area", "面积（平方米）", lambda r: r.area, css="num only-wide", kind="number", optional=True),
        Column("is_active", "在用", lambda r: "在用" if r.is_active else "停用", in_use, css="tail"),
    ),
    filters=forms.RoomFilters,
    form=forms.RoomForm,
    create=rules.save_room,
    update=rules.save_room,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_change_room,
    order=("building__order", "place__path"),
    detail_context=room_context,
    stamp=lambda r: f"{r.sex}{r.grade}",
    actions=(Action("grade", "改年级", rules.set_grade, check_room_in_charge, forms.GradeForm, icon="graduation-cap"),),
    empty="还没有宿舍。在宿舍楼的页面上点「登记房间」，一次登记一栋楼。",
)  # fmt: skip


def bed_rows(user):
    """Beds of visible rooms with who may be named; that somebody is in it everybody sees who sees the bed."""
    today = timezone.localdate()
    now = holding(today)
    known = Prefetch("stays", stays_visible_to(user).filter(now).order_by("since"), to_attr="now")
    rows = Bed.objects.filter(room__in=rooms_visible_to(user).values("pk")).select_related("room__building__place", "room__place__parent")
    return rows.annotate(is_taken=Exists(Stay.objects.filter(now, bed=OuterRef("pk")))).prefetch_related(known)


def bed_state(bed: Bed) -> tuple[str, str]:
    if not bed.is_active:
        return "不能用", "late"
    return ("有人", "doing") if getattr(bed, "is_taken", False) else ("空床", "void")


def sleeper(bed: Bed) -> str:
    return bed.now[0].student.name if getattr(bed, "now", None) else ""


BEDS = Record(
    model=Bed,
    namespace="dorms:bed",
    label="床位",
    icon="bed",
    rows=bed_rows,
    columns=(
        Column("bed", "床位", str, lambda b: link(f"{b.number} 号床", BEDS.url("detail", b), str(b.room)), css="key", sort="number", width=24),
        Column("building", "宿舍楼", lambda b: str(b.room.building), css="nw only-wide", sort="room__building__order"),
        Column("room", "房间", lambda b: b.room.place.name, css="nw only-wide", sort="room__place__path"),
        Column("sex", "住谁", lambda b: Sex(b.room.sex).label + "生", css="nw"),
        Column("grade", "年级", lambda b: b.room.grade or "都可以", css="nw only-wide", optional=True),
        Column("student", "学生", sleeper, css="nw"),
        Column("school_class", "班级", lambda b: str(b.now[0].student.school_class) if getattr(b, "now", None) else "", css="nw"),
        Column("note", "说明", lambda b: b.note, css="only-wide", optional=True),
        Column("state", "情况", lambda b: bed_state(b)[0], lambda b: state_mark(*bed_state(b)), css="tail"),
    ),
    filters=forms.BedFilters,
    check_view=check_can_view,
    order=("room__building__order", "room__place__path", "number"),
    stamp=lambda b: f"{b.is_active}",
    views=lambda user: [View("全部", ""), View("空床", "held=free"), View("不能用的", "held=broken")],
    actions=(Action("set", "能用不能用", rules.set_bed, rules.check_can_set_bed, forms.SetBedForm, icon="wrench"),),
    empty="还没有床位。登记宿舍的时候写几张床。",
)  # fmt: skip


def stay_state(stay: Stay) -> tuple[str, str]:
    today = timezone.localdate()
    if stay.left_on is not None and stay.left_on <= max(today, stay.since):
        return "已离开", "void"
    if not (stay.student.is_active and stay.student.is_boarder and stay.student.sex == stay.room_sex):
        return "该退宿", "late"
    return ("未到", "wait") if stay.since > today else ("在住", "done")


def stay_views(user) -> list[View]:
    wrong = gone(stays_visible_to(user)).order_by().count()
    return [View("全部", ""), View("在住", "state=in"), View("该退宿", "state=wrong", wrong, pressing=True), View("已离开", "state=left")]


def stay_context(stay: Stay, user) -> dict:
    sheets = list(stay.sheets.select_related("created_by").order_by("pk"))
    signed = {pk: "、".join(one.name if one.is_typed else "手写，见交接单" for one in some) for pk, some in attachments_of_many(sheets, "signature").items()}
    return {"standing": state_mark(*stay_state(stay)), "sheets": sheets, "signed": signed}


STAYS = Record(
    model=Stay,
    namespace="dorms:stay",
    label="住宿生",
    icon="users",
    rows=stays_visible_to,
    columns=(
        Column("student", "学生", lambda s: s.student.name, lambda s: link(s.student.name, STAYS.url("detail", s), str(s.student.school_class)), css="key", sort="student__pinyin"),
        Column("number", "学号", lambda s: s.student.number, css="nw only-wide", sort="student__number", optional=True),
        Column("sex", "性别", lambda s: s.student.get_sex_display(), css="nw only-wide", width=8),
        Column("school_class", "班级", lambda s: str(s.student.school_class), css="nw only-wide", sort="student__school_class__order", width=16),
        Column("head_teacher", "班主任", lambda s: s.student.school_class.head_teacher.name if s.student.school_class.head_teacher else "", css="nw only-wide", optional=True),
        Column("building", "宿舍楼", lambda s: str(s.bed.room.building), css="nw", sort="bed__room__building__order", width=16),
        Column("room", "房间", lambda s: s.bed.room.place.name, css="nw", sort="bed__room__place__path"),
        Column("bed", "床号", lambda s: s.bed.number, css="num", kind="integer", width=8),
        Column("since", "入住", lambda s: s.since, lambda s: day(s.since), css="nw only-wide", sort="since", kind="date"),
        Column("left_on", "离开", lambda s: s.left_on, lambda s: day(s.left_on) if s.left_on else "", css="nw only-wide", sort="left_on", kind="date", optional=True),
        Column("why_left", "离开的原因", lambda s: s.why_left, css="only-wide", optional=True, width=24),
        Column("state", "情况", lambda s: stay_state(s)[0], lambda s: state_mark(*stay_state(s)), css="tail"),
    ),
    filters=forms.StayFilters,
    create_form=forms.AllocateForm,
    create=stay_rules.allocate,
    check_view=check_can_view,
    check_create=stay_rules.check_can_allocate,
    views=stay_views,
    detail_context=stay_context,
    order=("bed__room__building__order", "bed__room__place__path", "bed__number", "pk"),
    stamp=lambda s: f"{s.left_on}",
    actions=(
        Action("hand", "入住交接", stay_rules.hand_over, stay_rules.check_can_hand_over, forms.HandForm, icon="key-round", tone="primary", hint=lambda s, user: f"和{s.student.name}一起看过每样东西，再请学生签名。"),
        Action("leave", "退宿", stay_rules.check_out, stay_rules.check_can_check_out, forms.LeaveForm, icon="log-out", tone="stop", hint=lambda s, user: f"{s.student.school_class} {s.student.name}，{s.bed}。"),
    ),
    empty="还没有安排床位。可以按年级一次分好，也可以导入现有的床位表。",
)  # fmt: skip

MOVES = Record(
    model=RoomMove,
    namespace="dorms:move",
    label="调换宿舍",
    icon="arrow-left-right",
    rows=moves_visible_to,
    columns=(
        Column("student", "学生", lambda m: m.student.name, lambda m: link(m.student.name, MOVES.url("detail", m), str(m.student.school_class)), css="key", sort="student__pinyin"),
        Column("from_bed", "现在的床位", lambda m: str(m.from_bed), width=24),
        Column("to_bed", "换到", lambda m: str(m.to_bed), width=24),
        Column("other", "和谁对换", lambda m: m.other.name if m.other else "", css="nw only-wide"),
        Column("wish", "谁提出的", lambda m: m.get_wish_display(), css="nw only-wide", optional=True),
        Column("reason", "原因", lambda m: m.reason, css="only-wide", width=30),
        Column("created_at", "申请时间", lambda m: m.created_at, lambda m: day(m.created_at), css="nw only-wide", sort="created_at", kind="datetime"),
        Column("decided_by", "审批人", lambda m: m.decided_by.name if m.decided_by else "", css="nw only-wide", optional=True),
        Column("state", "状态", lambda m: m.get_state_display(), lambda m: state_mark(m.get_state_display(), MOVE_TONES[MoveState(m.state)]), css="tail", sort="state"),
    ),
    filters=forms.MoveFilters,
    create_form=forms.MoveForm,
    create=move_rules.ask_move,
    check_view=check_can_view,
    check_create=move_rules.check_can_ask,
    views=lambda user: [View("全部", ""), View("等审批", "state=asked", moves_visible_to(user).filter(state="asked").order_by().count(), pressing=True)],
    facts=lambda m: [
        ("学生", f"{m.student.school_class} {m.student.name}", False),
        ("谁提出的", m.get_wish_display(), False),
        ("现在的床位", str(m.from_bed), False),
        ("换到", str(m.to_bed), False),
        *([("和谁对换", f"{m.other.school_class} {m.other.name}", False)] if m.other else []),
        ("原因", m.reason, True),
        ("申请人", m.created_by.name, False),
        *([("审批人", m.decided_by.name, False)] if m.decided_by else []),
        *([("审批意见", m.words, True)] if m.words else []),
    ],
    actions=(
        Action("approve", "同意并调换", move_rules.approve_move, move_rules.check_can_decide, forms.ApproveForm, icon="check", tone="primary", hint=lambda m, user: f"同意以后马上生效：{m.from_bed} → {m.to_bed}。"),
        Action("refuse", "不同意", move_rules.refuse_move, move_rules.check_can_decide, forms.RefuseForm, icon="x", tone="stop"),
        Action("withdraw", "撤回", move_rules.withdraw_move, move_rules.check_can_withdraw, icon="undo-2"),
    ),
    empty="还没有人申请调换宿舍。",
)  # fmt: skip

ITEMS = dictionary(DormItem, namespace="dorms:item", fields=["name", "order", "is_active"], permission=MANAGE, icon="key-round")


def bed_urls() -> list:
    """The routes of buildings, rooms, beds and boarders, under /dorms/."""
    return [
        path("", overview, name="overview"),
        path("free/", free_page, name="free"),
        path("plan/", plan_page, name="plan"),
        path("counts/", counts_page, name="counts"),
        path("counts/print/", counts_print, name="counts-print"),
        path("building/<int:pk>/roll/", building_roll, name="building-roll"),
        *record_urls(BUILDINGS),
        *record_urls(ROOMS, pages={"detail": RoomPage}),
        *record_urls(BEDS),
        *record_urls(STAYS),
        *record_urls(MOVES),
        *record_urls(ITEMS, without=("detail",)),
    ]
