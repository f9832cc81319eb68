"""Meters: the list, the tree, one meter with its devices and readings, the labels (UTL-01)."""

from datetime import timedelta
from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from django.views.generic import View

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.sheets import MOST_LABELS, Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.places.queries import descendants
from logistics.platform.printing.queries import base_address
from logistics.platform.school.models import school
from logistics.platform.web.record_pages import RecordForm, add_refusal, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_moment, stamp
from logistics.utilities.reading import rules as reading_rules
from logistics.utilities.reading.forms import MeterReadForm

from . import forms, rules
from .dial import number_words
from .models import Medium, Meter, MeterDevice, Reading
from .queries import devices_visible_to, last_of, last_readings, load_series, meters_visible_to, used, words_of_last
from .tree import build_tree, fill_last

MEDIUM_ICONS = {Medium.POWER: "zap", Medium.WATER: "droplets", Medium.GAS: "flame", Medium.HEAT: "thermometer"}
SHOWN = 12  # readings on a meter's page


def in_use(meter: Meter) -> tuple[str, str]:
    return ("停用", "void") if meter.until else ("在用", "done")


def meter_facts(meter: Meter) -> list[tuple]:
    return [
        ("编码", meter.code, False),
        ("表类", meter.get_medium_display() + (f"（{meter.get_band_display()}）" if meter.band else ""), False),
        ("装在哪里", str(meter.place), False),
        ("管哪里", str(meter.serves or meter.place), False),
        ("使用部门", str(meter.department or "—"), False),
        ("户号", meter.account or "—", False),
        ("启用", day(meter.since), False),
        *([("停用", day(meter.until), False)] if meter.until else []),
    ]


def meter_detail(meter: Meter, user) -> dict:
    """The newest readings with the use since the one before, and the devices; about eight queries."""
    readings = list(Reading.objects.filter(device__meter=meter).select_related("device", "created_by", "corrected_by").order_by("-read_at", "-pk")[:SHOWN])
    now = timezone.now()
    series = load_series([meter], (readings[-1].read_at if readings else now) - timedelta(days=1), now)[meter.pk]
    at = {point.at: n for n, point in enumerate(series.points)}
    counted = [row for row in readings if row.kind != "void" and getattr(row, "corrected_by", None) is None and at.get(row.read_at)]
    since = {later.pk: row.read_at for later, row in pairwise(counted)}  # over a replacement, too
    rows = [(row, used(series, since.get(row.pk, series.points[at[row.read_at] - 1].at), row.read_at) if row in counted else None) for row in readings]
    return {
        "rows": rows,
        "devices": list(meter.devices.order_by("-since_at", "-pk")[:10]),
        "children": list(meter.children.filter(until=None).order_by("band", "order", "pk")[:30]),
        "last": last_of(meter) if meter.until is None else "",
        "may_amend": allowed(rules.check_can_manage, user),
    }


def meter_views(user) -> list[ListView]:
    return [ListView("全部", ""), *(ListView(f"{label}表", f"medium={key}") for key, label in Medium.choices if key != Medium.HEAT)]


METERS = Record(
    model=Meter,
    namespace="utilities:meter",
    label="表计",
    icon="gauge",
    rows=meters_visible_to,
    columns=(
        Column("name", "表计", lambda m: m.name, lambda m: link(m.name, METERS.url("detail", m), m.code), css="key", sort="name", width=26),
        Column("medium", "表类", lambda m: m.get_medium_display() + m.get_band_display().replace("总", ""), css="nw", sort="medium"),
        Column("place", "装在哪里", lambda m: str(m.place), width=26),
        Column("serves", "管哪里", lambda m: str(m.serves or ""), css="only-wide", optional=True, width=26),
        Column("parent", "上级表", lambda m: str(m.parent or ""), css="only-wide", width=20),
        Column("department", "部门", lambda m: str(m.department or ""), css="nw only-wide"),
        Column("account", "户号", lambda m: m.account, css="nw only-wide", optional=True),
        Column("since", "启用", lambda m: m.since, lambda m: day(m.since), css="nw only-wide", sort="since", kind="date", optional=True),
        Column("state", "情况", lambda m: in_use(m)[0], lambda m: state_mark(*in_use(m)), css="tail"),
    ),
    filters=forms.MeterFilters,
    form=forms.MeterForm,
    create_form=forms.NewMeterForm,
    create=rules.save_meter,
    update=rules.save_meter,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("medium", "order", "pk"),
    views=meter_views,
    facts=meter_facts,
    detail_context=meter_detail,
    stamp=lambda meter: f"{meter.until or ''}",
    empty="还没有表计。可以一块一块登记，也可以从 Excel 导入。",
    actions=(
        Action("read", "抄表", reading_rules.record_reading, reading_rules.check_can_read, MeterReadForm, icon="gauge", tone="primary", hint=lambda m, user: f"上次 {last_of(m)} {m.unit}"),
        Action("replace", "换表", rules.replace_device, rules.check_can_replace, forms.ReplaceForm, icon="replace"),
        Action("stop", "停用", rules.stop_meter, rules.check_can_stop, forms.TakeOffForm, icon="ban", tone="stop"),
        Action("restart", "重新启用", rules.restart_meter, rules.check_can_restart, forms.DeviceFields, icon="rotate-ccw"),
    ),
)  # fmt: skip


def device_facts(device: MeterDevice) -> list[tuple]:
    unit = device.meter.unit
    return [
        ("表计", link(device.meter, METERS.url("detail", device.meter)), False),
        ("表号", device.serial or "—", False),
        ("倍率", number_words(device.factor), False),
        ("位数", f"{device.digits} 位整数" + (f"，{device.decimals} 位小数" if device.decimals else ""), False),
        ("装上", f"{full_moment(device.since_at)}，{number_words(device.first)} {unit}", True),
        ("拆下", f"{full_moment(device.until_at)}，{number_words(device.last)} {unit}" if device.until_at and device.last is not None else "还在用", True),
    ]


DEVICES = Record(
    model=MeterDevice,
    namespace="utilities:device",
    label="装过的表",
    icon="replace",
    rows=devices_visible_to,
    columns=(
        Column("serial", "表号", lambda d: d.serial, lambda d: link(d.serial or "没有表号", DEVICES.url("detail", d), str(d.meter)), css="key nw", sort="serial"),
        Column("meter", "表计", lambda d: str(d.meter), css="only-wide", width=26),
        Column("factor", "倍率", lambda d: d.factor, lambda d: number_words(d.factor), css="num", kind="number"),
        Column("first", "装表底数", lambda d: d.first, lambda d: number_words(d.first), css="num only-wide", kind="number"),
        Column("since_at", "装上", lambda d: d.since_at, lambda d: stamp(d.since_at), css="nw", sort="since_at", kind="datetime", width=17),
        Column("last", "拆表读数", lambda d: d.last, lambda d: number_words(d.last) if d.last is not None else "", css="num only-wide", kind="number"),
        Column("until_at", "拆下", lambda d: d.until_at, lambda d: stamp(d.until_at) if d.until_at else "", css="nw", sort="until_at", kind="datetime", width=17),
    ),
    filters=forms.DeviceFilters,
    form=forms.DeviceForm,
    update=rules.amend_device,
    check_view=rules.check_can_view,
    check_update=rules.check_can_manage,
    order=("-since_at", "-pk"),
    facts=device_facts,
    stamp=lambda device: f"{device.until_at or ''}",
    empty="还没有表。",
)  # fmt: skip


class MeterPage(RecordForm):
    """After a new meter, its own page; the label is printed from there."""

    def done(self, saved):
        return redirect(METERS.url("detail", saved))


@require_safe
def tree_page(request):
    """The tree of one kind of meter, or what hangs under one of them."""
    rules.check_can_view(request.user)
    rows = meters_visible_to(request.user).filter(until=None)
    kinds = list(rows.order_by("medium").values_list("medium", flat=True).distinct())
    key = request.GET.get("under", "")
    under = get_object_or_404(rows, pk=int(key)) if key.isdecimal() and len(key) < 18 else None
    medium = under.medium if under else request.GET.get("medium", "")
    medium = medium if medium in kinds else next((kind for kind in Medium.values if kind in kinds), Medium.POWER.value)
    tree = fill_last(build_tree(list(rows.filter(medium=medium).order_by("band", "order", "pk")), under))
    given = {
        "title": "表计树",
        "tree": tree,
        "under": under,
        "medium": medium,
        "kinds": [(kind, Medium(kind).label) for kind in Medium.values if kind in kinds],
        "unit": Meter(medium=medium).unit,
        "can_manage": allowed(rules.check_can_manage, request.user),
    }  # fmt: skip
    return render(request, "utilities/meter_tree.html", given)


def label_of(meter: Meter) -> Label:
    return Label(meter.code, meter.name, str(meter.place))


def meter_by_code(code: str) -> Meter | None:
    return Meter.objects.select_related("place").filter(code=code.upper()).first()


def meter_choices(user, meter: Meter) -> list[Choice]:
    """Read it, look at it, say that it is broken."""
    found = []
    if allowed(reading_rules.check_can_read, user, meter):
        found.append(Choice("抄表", f"上次 {words_of_last(last_readings([meter]).get(meter.pk))}", "gauge", METERS.url("action", meter, "read"), rank=10))
    if meters_visible_to(user).filter(pk=meter.pk).exists():
        found.append(Choice("看这块表", "读数、用量、换表", "chart-line", METERS.url("detail", meter), rank=15))
    found.append(Choice("报修", "表坏了、漏水", "wrench", f"/repairs/ticket/new/?place={meter.place_id}", rank=30))
    return found


METER_THING = Thing(
    METERS,
    label=label_of,
    check=rules.check_can_manage,
    field=lambda: forms.MeterChoice(label="表计", help_text="写表的编码或者名称。"),
    by_code=meter_by_code,
    note=lambda meter: str(meter.place),
    is_retired=lambda meter: meter.until is not None,
)


class LabelSheets(View):
    """The form, and the sheets as a PDF."""

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_manage(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return self.shown(forms.LabelsForm(initial={name: request.GET.get(name, "") for name in ("medium", "ids")} | {"start": 1}))

    def post(self, request):
        form = forms.LabelsForm(request.POST)
        if form.is_valid():
            try:
                return self.printed(**form.cleaned_data)
            except RuleViolation as refusal:
                add_refusal(form, refusal)
        return self.shown(form, status=422)

    def shown(self, form, status: int = 200):
        return render(self.request, "utilities/meter_labels.html", {"form": form, "title": "打印表计标签", "back": METERS.url("list")}, status=status)

    def printed(self, *, medium, place, layout, start, ids):
        rows = meters_visible_to(self.request.user).filter(until=None, band="")
        keys = [int(key) for key in ids.split(",") if key.isdecimal() and len(key) < 18]
        rows = rows.filter(pk__in=keys[:MOST_LABELS]) if keys else rows
        rows = rows.filter(medium=medium) if medium else rows
        rows = rows.filter(place__in=descendants(place).values("pk")) if place else rows
        meters = list(rows.order_by("place__path", "order", "pk")[: MOST_LABELS + 1])
        if not meters:
            raise RuleViolation("这里没有在用的表，没有可以打印的标签。", field="place")
        if len(meters) > MOST_LABELS:
            raise RuleViolation(f"一次最多打印 {MOST_LABELS} 张。请写楼名，分几次打印。", field="place")
        pdf = labels_pdf([label_of(meter) for meter in meters], layout, address=base_address(self.request), school=school().name, start=start)
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, "表计标签.pdf") or "inline"
        return response


def meter_urls() -> list:
    """The routes of meters, under /utilities/."""
    return [
        path("tree/", tree_page, name="meter-tree"),
        path("meter/labels/", LabelSheets.as_view(), name="meter-labels"),
        *record_urls(METERS, pages={"form": MeterPage}),
        *record_urls(DEVICES),
    ]
