"""饮水点: the register, one point with what it needs and its books, the printed sheets, the labels (CAN-17)."""

from dataclasses import replace

from django import forms as django_forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from canteen.evidence import check_can_check, check_can_manage, check_can_view
from canteen.sample.pages import stamp_of
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import LogDetail, LogList, LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.sheets import Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import LOOKED_AT, PointState, WaterCare, WaterCheck, WaterPoint, WaterTest
from .queries import dues_of, listed_points, points_visible_to, standing

DRINKING = "依据：《学校卫生工作条例》；GB 5749-2022《生活饮用水卫生标准》。"


def last_day(moment) -> object:
    return timezone.localdate(moment) if moment else None


def test_words(point: WaterPoint) -> str:
    if point.test_on is None:
        return "没有报告"
    return f"合格，到 {point.test_until:%Y-%m-%d}" if point.test_fit else "不合格"


def facts(point: WaterPoint) -> list[tuple]:
    return [
        ("类型", point.get_kind_display(), False),
        ("地点", str(point.place), False),
        ("状态", state_mark(point.get_state_display(), point.tone), False),
        ("启用日期", day(point.since), False),
        ("品牌型号", point.machine or "—", False),
        ("批件号", point.permit or "—", False),
        *([("供水单位", str(point.firm), False)] if point.firm else []),
        *([("滤芯", f"{point.filter_days} 天换一次", False)] if point.filter_days else []),
        ("编号", point.code, False),
        *([("为什么", point.state_reason, True)] if point.state_reason else []),
    ]


def detail_context(point: WaterPoint, user) -> dict:
    full = listed_points(user).get(pk=point.pk)
    return {
        "dues": dues_of(full, timezone.localdate()),
        "checks": list(point.checks.select_related("created_by").order_by("-happened_at")[:6]),
        "cares": list(point.cares.filter(struck_at=None).order_by("-happened_at")[:6]),
        "tests": list(point.tests.filter(struck_at=None).order_by("-sampled_on", "-pk")[:4]),
    }


POINTS = Record(
    model=WaterPoint,
    namespace="canteen:water",
    label="饮水点",
    icon="glass-water",
    rows=points_visible_to,
    list_rows=listed_points,
    columns=(
        Column("name", "饮水点", lambda p: p.name, lambda p: link(p.name, reverse("canteen:water-detail", args=[p.pk]), str(p.place)), css="key", sort="name", width=30),
        Column("kind", "类型", lambda p: p.get_kind_display(), css="nw", sort="kind"),
        Column("place", "地点", lambda p: str(p.place), css="only-wide", optional=True, width=30),
        Column("last_check", "上次检查", lambda p: last_day(p.last_check), lambda p: day(last_day(p.last_check)) if p.last_check else "—", css="nw", sort="last_check", kind="date"),
        Column("last_disinfect", "上次消毒", lambda p: last_day(p.last_disinfect), lambda p: day(last_day(p.last_disinfect)) if p.last_disinfect else "—", css="nw only-wide", kind="date"),
        Column("test", "水质检测", test_words, css="nw only-wide", sort="test_until", width=20),
        Column("permit", "批件号", lambda p: p.permit, css="only-wide", optional=True, width=24),
        Column("standing", "情况", lambda p: standing(p, timezone.localdate())[0], lambda p: state_mark(*standing(p, timezone.localdate())), css="tail", width=14),
    ),
    filters=forms.PointFilters,
    form=forms.PointForm,
    create=rules.save_point,
    update=rules.save_point,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_edit,
    views=lambda user: [View("全部", ""), View("供水", "state=used"), View("停用", "state=stopped"), View("拆除", "state=gone")],
    order=("name", "pk"),
    facts=facts,
    detail_context=detail_context,
    empty="还没有登记饮水点。每台直饮机、开水器、桶装水机登记一个。",
    actions=(
        Action("check", "每周检查", rules.check_point, rules.check_can_look, forms.CheckForm, icon="list-checks", tone="primary"),
        Action("care", "清洗消毒", rules.care_for_point, rules.check_can_look, forms.CareForm, icon="spray-can"),
        Action("test", "水质检测", rules.record_test, rules.check_can_test, forms.ReportForm, icon="test-tube"),
        Action("restart", "恢复供水", rules.restart_point, rules.check_can_restart, icon="play"),
        Action("stop", "停用", rules.stop_point, rules.check_can_stop, ReasonForm, icon="ban", tone="stop"),
        Action("remove", "拆除", rules.remove_point, rules.check_can_remove, ReasonForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip


def point_column() -> Column:
    return Column("point", "饮水点", lambda row: row.point.name, sort="point__name", width=28)


CHECKS = log_record(
    WaterCheck,
    name="water-check",
    label="饮水点检查",
    icon="list-checks",
    columns=(
        point_column(),
        *(
            Column(name, label[:6].rstrip("，、"), getattr(WaterCheck, f"get_{name}_display"), css="only-wide nw", optional=True)
            for name, label in LOOKED_AT.items()
        ),
        Column("problem", "问题", lambda c: c.problem or "没有问题", css="only-wide", width=30),
    ),
    form=None,
    create=None,
    joins=("point__place", "fault__owner"),
    check_create=check_can_check,
    search="point__name",
    state=lambda c: ("有问题", "late") if c.problem else ("正常", "done"),
    empty="还没有检查。打开饮水点，或者扫它的标签，点「每周检查」。",
)
CHECK_SHEET = LogSheet(
    CHECKS,
    "饮水点每周检查记录表",
    (("时间", False), ("饮水点", False), *((label.partition("，")[0].partition("、")[0], False) for label in LOOKED_AT.values()), ("问题", False), ("整改", False), ("检查人", False)),
    lambda c: [
        stamp_of(c.happened_at), c.point.name, *(getattr(c, f"get_{name}_display")() for name in LOOKED_AT), c.problem or "没有",
        f"{c.fault.measure}（{c.fault.owner.name}）{c.fault.done_words}" if c.fault else "", c.created_by.name,
    ],
    ("检查人", "食品安全员"),
    note=DRINKING,
)  # fmt: skip

CARES = log_record(
    WaterCare,
    name="water-care",
    label="饮水设备清洗消毒",
    icon="spray-can",
    columns=(
        point_column(),
        Column("kind", "做什么", lambda c: c.get_kind_display(), css="nw"),
        Column("agent", "用什么", lambda c: c.agent, css="only-wide", width=24),
        Column("minutes", "分钟", lambda c: c.minutes, css="num only-wide", kind="integer"),
        Column("worker", "谁做的", lambda c: c.worker or c.created_by.name, css="only-wide", width=16),
    ),
    form=None,
    create=None,
    joins=("point__place",),
    check_create=check_can_check,
    search="point__name",
    empty="还没有清洗消毒。打开饮水点，点「清洗消毒」。",
)
CARE_SHEET = LogSheet(
    CARES,
    "饮水设备清洗消毒记录表",
    (("时间", False), ("饮水点", False), ("做什么", False), ("用什么", False), ("分钟", True), ("冲洗干净", False), ("谁做的", False), ("记录人", False)),
    lambda c: [stamp_of(c.happened_at), c.point.name, c.get_kind_display(), c.agent, str(c.minutes or ""), "是", c.worker or c.created_by.name, c.created_by.name],
    ("操作人", "食品安全员"),
    note=DRINKING,
)  # fmt: skip

TESTS = log_record(
    WaterTest,
    name="water-test",
    label="水质检测",
    icon="test-tube",
    columns=(
        point_column(),
        Column("sampled_on", "采样", lambda t: t.sampled_on, lambda t: day(t.sampled_on), css="nw", sort="sampled_on", kind="date"),
        Column("lab", "检测单位", lambda t: t.lab, css="only-wide", width=24),
        Column("number", "报告编号", lambda t: t.number, css="nw only-wide", width=18),
        Column("valid_until", "有效到", lambda t: t.valid_until, lambda t: day(t.valid_until), css="nw", sort="valid_until", kind="date"),
        Column("unfit", "不合格项目", lambda t: t.unfit, css="only-wide", optional=True, width=24),
    ),
    form=None,
    create=None,
    joins=("point__place",),
    check_create=check_can_manage,
    search="point__name",
    state=lambda t: ("合格", "done") if t.is_fit else ("不合格", "late"),
    empty="还没有检测报告。打开饮水点，点「水质检测」。",
)
TESTS = replace(TESTS, detail_context=lambda t, user: {"photos": list(attachments_of(t, "photo")), "papers": list(attachments_of(t, "paper"))})
TEST_SHEET = LogSheet(
    TESTS,
    "水质检测登记表",
    (("采样日期", False), ("饮水点", False), ("类型", False), ("检测单位", False), ("报告编号", False), ("结论", False), ("不合格项目", False), ("有效到", False)),
    lambda t: [
        f"{t.sampled_on:%Y-%m-%d}", t.point.name, t.point.get_kind_display(), t.lab, t.number, "合格" if t.is_fit else "不合格", t.unfit, f"{t.valid_until:%Y-%m-%d}",
    ],
    ("登记人", "食品安全员"),
    day="sampled_on",
    order=("sampled_on", "pk"),
    note=DRINKING,
)  # fmt: skip


class PointList(RecordList):
    def get_template_names(self):
        return ["canteen/water_list.html"]


class ReportDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/watertest_detail.html"]


def label_of(point: WaterPoint) -> Label:
    return Label(point.code, point.name, f"{point.get_kind_display()}　{point.place}")


def point_by_code(code: str) -> WaterPoint | None:
    key = code.upper().removeprefix("YSD-")
    if not code.upper().startswith("YSD-") or not key.isdecimal() or len(key) > 17:
        return None
    return WaterPoint.objects.filter(pk=int(key)).first()


class PointField(django_forms.CharField):
    """A point by the code on its label."""

    def clean(self, value):
        text = super().clean(value)
        point = point_by_code(text.strip()) if text else None
        if text and point is None:
            raise django_forms.ValidationError(f"没有「{text[:40]}」这个饮水点，请照标签写，例如 YSD-12。")
        return point


def point_choices(user, point: WaterPoint) -> list[Choice]:
    if not points_visible_to(user).filter(pk=point.pk).exists():
        return []
    found = [Choice("看这个饮水点", f"{point.get_state_display()}，{point.get_kind_display()}", "glass-water", POINTS.url("detail", point), rank=30)]
    if allowed(rules.check_can_look, user, point):
        found.append(Choice("每周检查", "五项，半分钟", "list-checks", reverse("canteen:water-action", args=[point.pk, "check"]), rank=8))
    return found


POINT_THING = Thing(
    POINTS,
    label=label_of,
    check=rules.check_can_test,
    field=lambda: PointField(label="饮水点编号", max_length=20),
    by_code=point_by_code,
    note=lambda point: str(point.place),
    is_retired=lambda point: point.state == PointState.GONE,
)


@require_safe
@never_cache
def labels_page(request):
    """The labels of all points that are not gone."""
    check_can_view(request.user)
    points = list(points_visible_to(request.user).exclude(state=PointState.GONE).order_by("name")[:300])
    if not points:
        raise RuleViolation("还没有登记饮水点，没有标签可以打印。")
    pdf = labels_pdf([label_of(one) for one in points], request.GET.get("layout", "2x7"), address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "饮水点标签.pdf") or "inline"
    return response


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of every point in use and of its check, for a round without network."""
    rows = points_visible_to(user).exclude(state=PointState.GONE).order_by("name")[:60]
    pages = [(f"/canteen/water/{row.pk}/check/", row.state) for row in rows]
    return [("/canteen/water/", f"{timezone.localdate()}"), *((f"/canteen/water/{row.pk}/", row.state) for row in rows), *pages]


def water_urls() -> list:
    """The routes of drinking water, under /canteen/."""
    return [
        path("water/labels/", labels_page, name="water-labels"),
        *record_urls(POINTS, pages={"list": PointList}),
        *log_urls(CHECKS, CHECK_SHEET, list=LogList),
        *log_urls(CARES, CARE_SHEET),
        *log_urls(TESTS, TEST_SHEET, detail=ReportDetail),
    ]
