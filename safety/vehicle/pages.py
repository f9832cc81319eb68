"""车辆: cards with papers and fuel, the book of costs, trips from request to return (BUS-01, BUS-02)."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import LogSheet, log_record, log_urls
from logistics.platform.labels.sheets import Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_moment, stamp, yuan

from . import forms, rules
from .models import TRIP_TONES, Trip, TripState, Vehicle, VehicleEntry, VehiclePaper
from .queries import burned, driven, papers_visible_to, shortcomings, trips_visible_to, vehicles_visible_to
from .rights import VIEW

YEAR = timedelta(days=365)


def vehicle_facts(vehicle: Vehicle) -> list[tuple]:
    today = timezone.localdate()
    used, drove = burned(vehicle, today - YEAR, today), driven(vehicle, today - YEAR, today)
    share = f"，空驶 {drove['empty']} 公里（{drove['empty'] * 100 / drove['km']:.0f}%）" if drove["km"] else ""
    return [
        ("号牌", vehicle.plate, False),
        ("种类", vehicle.get_kind_display(), False),
        ("品牌型号", vehicle.model or "—", False),
        ("核定载人数", f"{vehicle.seats} 人", False),
        ("平时谁开", vehicle.keeper.name if vehicle.keeper else "不固定", False),
        ("里程", f"{vehicle.km} 公里", False),
        ("近一年百公里油耗", f"{used.per_100} 升" if used.per_100 else "加油满两次后算得出", False),
        ("近一年费用", yuan(used.money), False),
        ("近一年派车", f"{drove['trips']} 趟，{drove['km']} 公里{share}", True),
    ]


def standing(paper: VehiclePaper) -> tuple[str, str]:
    if paper.void_reason:
        return "已作废", "void"
    left = (paper.expires_on - timezone.localdate()).days
    return ("已过期", "late") if left < 0 else ("快到期", "wait") if left <= 30 else ("有效", "done")


def vehicle_detail(vehicle: Vehicle, user) -> dict:
    papers = [(paper, *standing(paper)) for paper in vehicle.papers.order_by("-expires_on", "-pk")[:20]]
    return {
        "missing": shortcomings(vehicle, timezone.localdate()),
        "papers": papers,
        "entries": list(vehicle.entries.filter(struck_at=None).order_by("-happened_at", "-pk")[:10]),
        "may_manage": has(user, rules.MANAGE),
    }


VEHICLES = Record(
    model=Vehicle,
    namespace="safety:vehicle",
    label="车辆",
    icon="bus",
    rows=vehicles_visible_to,
    columns=(
        Column("plate", "号牌", lambda v: v.plate, lambda v: link(v.plate, VEHICLES.url("detail", v), v.model), css="key nw", sort="plate"),
        Column("kind", "种类", lambda v: v.get_kind_display(), css="nw", sort="kind"),
        Column("seats", "载人数", lambda v: v.seats, css="num", kind="integer"),
        Column("keeper", "平时谁开", lambda v: v.keeper.name if v.keeper else "", css="nw"),
        Column("km", "里程（公里）", lambda v: v.km, css="num only-wide", sort="km", kind="integer"),
        Column("is_active", "在用", lambda v: "在用" if v.is_active else "停用", lambda v: state_mark("在用", "done") if v.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.VehicleFilters,
    form=forms.VehicleForm,
    create=rules.save_vehicle,
    update=rules.save_vehicle,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("kind", "plate", "pk"),
    facts=vehicle_facts,
    detail_context=vehicle_detail,
    empty="还没有登记车辆。",
)  # fmt: skip

PAPERS = Record(
    model=VehiclePaper,
    namespace="safety:vehicle-paper",
    label="车辆证件",
    icon="id-card",
    rows=papers_visible_to,
    columns=(
        Column("vehicle", "车辆", lambda p: p.vehicle.plate, lambda p: link(p.vehicle, PAPERS.url("detail", p), p.get_kind_display()), css="key nw", sort="vehicle__plate"),
        Column("kind", "种类", lambda p: p.get_kind_display(), css="only-wide"),
        Column("number", "编号", lambda p: p.number, css="only-wide"),
        Column("issued_on", "从哪天起", lambda p: p.issued_on, lambda p: day(p.issued_on), css="nw only-wide", kind="date"),
        Column("expires_on", "有效到", lambda p: p.expires_on, lambda p: day(p.expires_on), css="nw", sort="expires_on", kind="date"),
        Column("standing", "情况", lambda p: standing(p)[0], lambda p: state_mark(*standing(p)), css="tail"),
    ),
    filters=forms.PaperFilters,
    form=forms.PaperForm,
    create=rules.add_paper,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    order=("-expires_on", "-pk"),
    stamp=lambda p: p.void_reason,
    actions=(Action("void", "作废", rules.void_paper, rules.check_can_void, forms.ReasonForm, icon="ban", tone="stop"),),
    empty="还没有登记车辆证件。",
)  # fmt: skip

ENTRIES = log_record(
    VehicleEntry,
    name="vehicle-entry",
    label="车辆台账",
    icon="fuel",
    columns=(
        Column("vehicle", "车辆", lambda e: e.vehicle.plate, css="nw", sort="vehicle__plate"),
        Column("kind", "种类", lambda e: e.get_kind_display(), css="nw", sort="kind"),
        Column("money", "金额（元）", lambda e: e.money, css="num", sort="money", kind="money"),
        Column("litres", "升", lambda e: e.litres, css="num only-wide", kind="number"),
        Column("km", "里程（公里）", lambda e: e.km, css="num only-wide", kind="integer"),
        Column("words", "内容", lambda e: e.words, css="only-wide", width=30),
    ),
    form=forms.EntryForm,
    create=rules.record_entry,
    joins=("vehicle",),
    search="vehicle__plate",
    empty="还没有记录。加油、保养、修理和别的费用都记在这里。",
)
ENTRY_SHEET = LogSheet(
    ENTRIES,
    "车辆维修保养和费用记录",
    (("时间", False), ("车辆", False), ("种类", False), ("内容", False), ("里程", True), ("升", True), ("金额（元）", True), ("记录人", False)),
    lambda e: [stamp(e.happened_at), e.vehicle.plate, e.get_kind_display(), e.words, f"{e.km or ''}", f"{e.litres or ''}", f"{e.money:.2f}", e.created_by.name],
    ("记录人", "负责人"),
)

TRIPS = Record(
    model=Trip,
    namespace="safety:trip",
    label="用车",
    icon="car",
    rows=trips_visible_to,
    columns=(
        Column("destination", "去哪里", lambda t: t.destination, lambda t: link(t.destination, TRIPS.url("detail", t), t.purpose), css="key", sort="destination", width=24),
        Column("number", "单号", lambda t: t.number, css="nw only-wide", sort="number"),
        Column("purpose", "事由", lambda t: t.purpose, css="only-wide", optional=True, width=30),
        Column("starts_at", "出发", lambda t: t.starts_at, lambda t: stamp(t.starts_at), css="nw", sort="starts_at", kind="datetime", width=17),
        Column("ends_at", "预计回来", lambda t: t.ends_at, lambda t: stamp(t.ends_at), css="nw only-wide", kind="datetime", width=17),
        Column("created_by", "申请人", lambda t: t.created_by.name, css="nw"),
        Column("vehicle", "车辆", lambda t: t.vehicle.plate if t.vehicle else "", css="nw"),
        Column("driver", "司机", lambda t: t.driver.name if t.driver else "", css="nw only-wide"),
        Column("km", "行驶（公里）", lambda t: t.km, css="num only-wide", kind="integer"),
        Column("km_empty", "空驶（公里）", lambda t: t.km_empty, css="num only-wide", optional=True, kind="integer"),
        Column("state", "状态", lambda t: t.get_state_display(), lambda t: state_mark(t.get_state_display(), TRIP_TONES[t.state]), css="tail", sort="state"),
    ),
    filters=forms.TripFilters,
    form=forms.TripForm,
    create=rules.ask_trip,
    check_create=rules.check_can_ask,
    views=lambda user: [ListView("全部", ""), ListView("待批", f"state={TripState.ASKED}"), ListView("已派车", f"state={TripState.GIVEN}")],
    facts=lambda t: [
        ("事由", t.purpose, True),
        ("去哪里", t.destination, False),
        ("几个人", f"{t.people} 人", False),
        ("出发", full_moment(t.starts_at), False),
        ("预计回来", full_moment(t.ends_at), False),
        ("车辆", t.vehicle or "—", False),
        ("司机", t.driver.name if t.driver else "—", False),
        ("批准人", t.decided_by.name if t.decided_by else "—", False),
        ("状态", t.get_state_display(), False),
        ("实际出车", full_moment(t.out_at) or "—", False),
        ("实际回场", full_moment(t.back_at) or "—", False),
        ("里程", f"{t.km_out} 至 {t.km_back}，行驶 {t.km} 公里，空驶 {t.km_empty} 公里" if t.km is not None else "—", True),
        *([("原因", t.reason, True)] if t.reason else []),
    ],
    order=("-starts_at", "-pk"),
    actions=(
        Action("give", "派车", rules.give_car, rules.check_can_decide, forms.GiveForm, icon="car", tone="primary"),
        Action("leave", "登记出车", rules.leave, rules.check_can_leave, forms.LeaveForm, icon="play", tone="primary"),
        Action("return", "登记回场", rules.come_back, rules.check_can_return, forms.ReturnForm, icon="flag", tone="primary"),
        Action("refuse", "不批准", rules.refuse_trip, rules.check_can_decide, forms.ReasonForm, icon="x", tone="stop"),
        Action("cancel", "取消用车", rules.cancel_trip, rules.check_can_cancel, forms.ReasonForm, icon="ban", tone="stop"),
    ),
    empty="还没有用车申请。",
)  # fmt: skip


def vehicle_by_code(code: str) -> Vehicle | None:
    return Vehicle.objects.filter(seat_code=code.upper()).first() if code.upper().startswith("HP") else None


def label_of(vehicle: Vehicle) -> Label:
    return Label(vehicle.seat_code, f"{vehicle.plate} 后排", "收车前走到最后一排扫这里")


def vehicle_choices(user, vehicle: Vehicle) -> list[Choice]:
    found = [Choice("看这辆车", vehicle.get_kind_display(), "bus", VEHICLES.url("detail", vehicle), rank=40)] if has(user, VIEW) else []
    if has(user, rules.RECORD):
        found.append(Choice("记加油和费用", "加油、保养、修理", "fuel", f"/safety/vehicle-entry/new/?vehicle={vehicle.pk}", rank=30))
    return found


VEHICLE_THING = Thing(
    VEHICLES,
    label=label_of,
    check=rules.check_can_manage,
    field=forms.VehicleChoice,
    by_code=vehicle_by_code,
    note=lambda vehicle: vehicle.get_kind_display(),
    is_retired=lambda vehicle: not vehicle.is_active,
)


@require_safe
@never_cache
def label_page(request, pk: int):
    """The label of the back seat, to be stuck where nobody reaches it without walking through the vehicle."""
    rules.check_can_manage(request.user)
    vehicle = get_object_or_404(vehicles_visible_to(request.user), pk=pk)
    response = HttpResponse(labels_pdf([label_of(vehicle)], "2x7", address=base_address(request)), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{vehicle.plate} 后排标签.pdf") or "inline"
    return response


def vehicle_urls() -> list:
    """The routes of vehicles and trips, under /safety/."""
    return [
        path("vehicle/<int:pk>/label/", label_page, name="vehicle-label"),
        *record_urls(VEHICLES),
        *record_urls(PAPERS),
        *log_urls(ENTRIES, ENTRY_SHEET),
        *record_urls(TRIPS),
    ]
