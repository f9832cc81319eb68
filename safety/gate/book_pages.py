"""Not let in, letters and parcels, cars overnight (SAF-06, SAF-09)."""

from django.urls import path
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import LogSheet
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import book_rules as rules
from . import forms
from .models import PARCEL_TONES, Barred, NightVehicle, Parcel, ParcelState
from .pages import GateList, clock
from .queries import MANAGE, barred_visible_to, cars_over, check_can_manage, check_can_record, check_can_view, parcels_visible_to, vehicles_visible_to


def barred_standing(entry: Barred) -> tuple[str, str]:
    if entry.lifted_at:
        return "已解除", "void"
    return ("不准进校", "late") if entry.holds_on(timezone.localdate()) else ("已到期", "void")


def check_can_see_barred(user, record=None) -> None:
    if not has(user, MANAGE):
        check_can_record(user)


BARRED = Record(
    model=Barred,
    namespace="safety:barred",
    label="不准进校",
    icon="user-x",
    rows=barred_visible_to,
    columns=(
        Column("name", "姓名", lambda x: x.name, lambda x: link(x.name, BARRED.url("detail", x), x.reason), css="key", sort="name", width=12),
        Column("reason", "原因", lambda x: x.reason, css="only-wide", optional=True, width=30),
        Column("id_masked", "证件号", lambda x: x.id_masked, css="nw only-wide", width=22),
        Column("phone", "电话", lambda x: x.phone, css="nw", width=14),
        Column("plate", "车牌", lambda x: x.plate, css="nw", width=11),
        Column("until", "到哪天", lambda x: x.until, lambda x: day(x.until) if x.until else "一直", css="nw", kind="date", width=12),
        Column("lifted_reason", "解除原因", lambda x: x.lifted_reason, css="only-wide", optional=True, width=24),
        Column("standing", "情况", lambda x: barred_standing(x)[0], lambda x: state_mark(*barred_standing(x)), css="tail nw", width=10),
    ),
    filters=forms.BarredFilters,
    form=forms.BarForm,
    create=rules.bar,
    check_view=check_can_see_barred,
    check_create=check_can_manage,
    views=lambda user: [View("全部", ""), View("还在名单上", "holds=true")],
    stamp=lambda x: str(x.lifted_at),
    empty="名单是空的。",
    actions=(Action("lift", "解除", rules.lift, rules.check_can_lift, forms.WhyForm, icon="user-check"),),
)


def parcel_cell(parcel: Parcel):
    return link(parcel.who, PARCELS.url("detail", parcel), f"{parcel.get_kind_display()} {parcel.sender}".strip())


def parcel_views(user) -> list[View]:
    waiting = parcels_visible_to(user).filter(state=ParcelState.WAITING).order_by().count()
    return [View("全部", ""), View("待领", "state=waiting", waiting, pressing=True), View("外卖", "kind=takeaway"), View("拒收", "state=refused")]


def parcel_context(parcel: Parcel, user) -> dict:
    return {"photos": list(attachments_of(parcel, "signature"))}


PARCELS = Record(
    model=Parcel,
    namespace="safety:parcel",
    label="收发件",
    icon="package",
    rows=parcels_visible_to,
    columns=(
        Column("who", "给谁", lambda x: x.who, parcel_cell, css="key", width=18),
        Column("kind", "类别", Parcel.get_kind_display, css="nw only-wide", width=10),
        Column("sender", "寄件或快递公司", lambda x: x.sender, css="only-wide", optional=True, width=20),
        Column("tracking", "运单号", lambda x: x.tracking, css="nw only-wide", width=20),
        Column("quantity", "件数", lambda x: x.quantity, css="num", kind="integer", width=7),
        Column("kept", "放在哪里", lambda x: x.kept, width=14),
        Column("created_at", "收到", lambda x: x.created_at, lambda x: stamp(x.created_at), css="nw", sort="created_at", kind="datetime", width=17),
        Column("created_by", "收件门卫", lambda x: x.created_by.name, css="nw only-wide", optional=True),
        Column("ended_at", "领走", lambda x: x.ended_at, lambda x: stamp(x.ended_at), css="nw only-wide", kind="datetime", width=17),
        Column("taker", "领取人", lambda x: x.taker, css="nw only-wide", width=10),
        Column("ended_by", "经手", lambda x: x.ended_by.name if x.ended_by else "", css="nw only-wide", optional=True),
        Column("note", "说明", lambda x: x.note, css="only-wide", optional=True, width=24),
        Column("state", "状态", Parcel.get_state_display, lambda x: state_mark(x.get_state_display(), PARCEL_TONES[x.state]), css="tail nw", sort="state"),
    ),
    filters=forms.ParcelFilters,
    form=forms.ParcelForm,
    create=rules.receive_parcel,
    check_view=check_can_view,
    check_create=check_can_record,
    views=parcel_views,
    detail_context=parcel_context,
    empty="还没有收发件。",
    actions=(
        Action("hand", "领走", rules.hand_parcel, rules.check_can_hand, forms.HandForm, icon="hand", tone="primary"),
        Action("return", "退回", rules.return_parcel, rules.check_can_hand, forms.WhyForm, icon="undo-2"),
        Action("refuse", "拒收", rules.refuse_parcel, rules.check_can_refuse, forms.WhyForm, icon="ban", tone="stop"),
    ),
)
PARCEL_SHEET = LogSheet(
    PARCELS,
    "收发件登记表",
    (("收到", False), ("类别", False), ("给谁", False), ("寄件", False), ("运单号", False), ("件数", True), ("状态", False), ("领走", False), ("领取人", False)),
    lambda x: [
        stamp(x.created_at), x.get_kind_display(), x.who, x.sender, x.tracking, str(x.quantity), x.get_state_display(), stamp(x.ended_at) if x.ended_at else "", x.taker,
    ],
    ("门卫", "办公室"),
    day="created_at__date",
    order=("created_at", "pk"),
)  # fmt: skip


def car_standing(car: NightVehicle):
    return state_mark(*car.standing(timezone.localdate()))


def car_views(user) -> list[View]:
    today = timezone.localdate()
    over = cars_over(today).filter(pk__in=vehicles_visible_to(user).values("pk")).order_by().count()
    return [View("全部", ""), View("停放中", "state=signed"), View("待签", "state=waiting"), View("超期", "over=true", over, pressing=True)]


def car_context(car: NightVehicle, user) -> dict:
    return {"standing": car_standing(car), "photos": list(attachments_of(car, "signature"))}


CARS = Record(
    model=NightVehicle,
    namespace="safety:night",
    label="过夜车辆",
    icon="car",
    rows=vehicles_visible_to,
    columns=(
        Column("plate", "车牌", lambda x: x.plate, lambda x: link(x.plate, CARS.url("detail", x), x.car or x.number), css="key nw", sort="plate", width=12),
        Column("number", "单号", lambda x: x.number, css="nw only-wide", optional=True, width=16),
        Column("car", "车型颜色", lambda x: x.car, css="only-wide", optional=True, width=14),
        Column("who", "车主", lambda x: x.who, css="nw", width=10),
        Column("phone", "电话", lambda x: x.phone, css="nw only-wide", width=14),
        Column("place", "停在哪里", lambda x: str(x.place or ""), css="only-wide", width=18),
        Column("reason", "原因", lambda x: x.reason, css="only-wide", width=22),
        Column("from_on", "从", lambda x: x.from_on, lambda x: day(x.from_on), css="nw", sort="from_on", kind="date", width=12),
        Column("until_on", "到", lambda x: x.until_on, lambda x: day(x.until_on), css="nw", sort="until_on", kind="date", width=12),
        Column("signed_at", "签责任书", lambda x: x.signed_at, lambda x: stamp(x.signed_at), css="nw only-wide", kind="datetime", width=17),
        Column("left_at", "驶离", lambda x: x.left_at, lambda x: stamp(x.left_at), css="nw only-wide", kind="datetime", width=17),
        Column("state", "状态", lambda x: x.standing(timezone.localdate())[0], car_standing, css="tail nw", sort="state", width=12),
    ),
    filters=forms.CarFilters,
    form=forms.CarForm,
    create=rules.register_car,
    check_view=check_can_view,
    check_create=rules.check_can_register_car,
    views=car_views,
    detail_context=car_context,
    empty="还没有过夜车辆。",
    actions=(
        Action("sign", "签责任书", rules.sign_car, rules.check_can_sign, forms.CarSignForm, icon="pen-line", tone="primary"),
        Action("drive_off", "驶离", rules.drive_off, rules.check_can_drive_off, icon="log-out", tone="primary"),
        Action("drop", "取消", rules.drop_car, rules.check_can_drop_car, icon="ban", tone="stop"),
    ),
)
CAR_SHEET = LogSheet(
    CARS,
    "过夜车辆登记表",
    (("车牌", False), ("车型颜色", False), ("车主", False), ("电话", False), ("停放位置", False), ("从", False), ("到", False), ("签责任书", False), ("驶离", False)),
    lambda x: [
        x.plate, x.car, x.who, x.phone, str(x.place or ""), f"{x.from_on:%m-%d}", f"{x.until_on:%m-%d}", stamp(x.signed_at) if x.signed_at else "",
        f"{timezone.localtime(x.left_at):%m-%d} {clock(x.left_at)}" if x.left_at else "",
    ],
    ("门卫", "安全员"),
    day="from_on",
    order=("from_on", "pk"),
)  # fmt: skip


def book_urls() -> list:
    """The routes of the other books, under /safety/."""
    return [
        path("parcel/print/", PARCEL_SHEET.view(), name="parcel-print"),
        path("night/print/", CAR_SHEET.view(), name="night-print"),
        *record_urls(BARRED, pages={"list": GateList}),
        *record_urls(PARCELS, pages={"list": GateList}),
        *record_urls(CARS, pages={"list": GateList}),
    ]
