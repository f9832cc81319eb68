"""来访: the list, a visit with its pass, the visitor's own page (SAF-06)."""

from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.evidence.logs import LogSheet
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.web.middleware import address_of
from logistics.platform.web.public import PublicPage, busy, within
from logistics.platform.web.record_pages import RecordDetail, RecordForm, RecordList, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import moment, stamp

from . import forms, rules
from .models import COMING, GateVisit, VisitState
from .queries import MANAGE, RECORD, VIEW, check_can_view, code_of, visit_by_code, visit_counts, visits_visible_to

WRONG_PER_HOUR = 30


def views(user) -> list[View]:
    n = visit_counts(user, timezone.now())
    return [
        View("全部", ""),
        View("在校", "state=inside", n["inside"]),
        View("超时", "over=true", n["over"], pressing=True),
        View("等确认", "state=waiting", n["waiting"], pressing=True),
        View("可以进校", "state=agreed", n["today"]),
    ]


def name_cell(visit: GateVisit):
    return link(visit.shown_name, VISITS.url("detail", visit), visit.organisation or visit.number)


def clock(value) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else ""


def standing_cell(visit: GateVisit):
    return state_mark(*visit.standing(timezone.now()))


def sheet_line(visit: GateVisit) -> list[str]:
    """来访登记表: 日期 姓名 单位 证件 电话 事由 被访人 人数 车牌 进 携带物 临时证 离."""
    papers = f"{visit.get_id_kind_display()} {visit.id_masked[-6:]}" if visit.id_masked else ""
    return [
        f"{timezone.localtime(visit.in_at):%m-%d}", visit.shown_name, visit.organisation, papers, visit.phone, visit.reason, visit.host.name, str(visit.people),
        visit.plate, clock(visit.in_at), visit.carried, visit.badge, clock(visit.out_at), visit.in_by.name if visit.in_by else "",
    ]  # fmt: skip


def detail_context(visit: GateVisit, user) -> dict:
    now = timezone.now()
    shows_pass = visit.state in COMING and (user.pk in (visit.host_id, visit.created_by_id) or has(user, RECORD))
    return {
        "standing": standing_cell(visit),
        "is_over": visit.is_over(now),
        "pass_path": reverse("safety:guest-pass", args=[code_of(visit)]) if shows_pass else "",
        "may_record": has(user, RECORD),
    }


VISITS = Record(
    model=GateVisit,
    namespace="safety:guest",
    label="来访",
    icon="contact-round",
    rows=visits_visible_to,
    columns=(
        Column("name", "来访人", lambda x: x.shown_name, name_cell, css="key", sort="name", width=16),
        Column("number", "单号", lambda x: x.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("kind", "类别", GateVisit.get_kind_display, css="nw only-wide", width=10),
        Column("organisation", "单位或关系", lambda x: x.organisation, css="only-wide", optional=True, width=20),
        Column("phone", "电话", lambda x: x.phone, css="nw only-wide", optional=True, width=14),
        Column("id_masked", "证件号", lambda x: x.id_masked, css="nw only-wide", optional=True, width=22),
        Column("host", "被访人", lambda x: x.host.name, css="nw", width=10),
        Column("reason", "事由", lambda x: x.reason, css="only-wide", width=24),
        Column("people", "人数", lambda x: x.people, css="num only-wide", kind="integer", width=7),
        Column("plate", "车牌", lambda x: x.plate, css="nw only-wide", optional=True, width=11),
        Column("badge", "临时证", lambda x: x.badge, css="nw only-wide", optional=True, width=10),
        Column("carried", "携带物品", lambda x: x.carried, css="only-wide", optional=True, width=20),
        Column("expected_at", "约好的时间", lambda x: x.expected_at, lambda x: moment(x.expected_at), css="nw only-wide", sort="expected_at", kind="datetime", width=17),
        Column("in_at", "进校", lambda x: x.in_at, lambda x: stamp(x.in_at), css="nw", sort="in_at", kind="datetime", width=17),
        Column("out_at", "离校", lambda x: x.out_at, lambda x: stamp(x.out_at), css="nw only-wide", sort="out_at", kind="datetime", width=17),
        Column("state", "状态", lambda x: x.standing(timezone.now())[0], standing_cell, css="tail nw", sort="state", width=12),
    ),
    filters=forms.VisitFilters,
    order=("-expected_at", "-pk"),
    form=forms.VisitForm,
    create=rules.announce_visit,
    check_view=check_can_view,
    check_create=rules.check_can_announce,
    views=views,
    detail_context=detail_context,
    empty="还没有来访登记。",
    actions=(
        Action("agree", "同意接待", rules.agree, rules.check_can_answer, icon="check", tone="primary"),
        Action("decline", "不接待", rules.decline, rules.check_can_answer, forms.MaybeWhyForm, icon="x", tone="stop"),
        Action("let_in", "放行", rules.let_in, rules.check_can_let_in, forms.LetInForm, icon="log-in", tone="primary", hint=lambda x, user: f"{x.shown_name}，{x.organisation or x.get_kind_display()}，找{x.host.name}：{x.reason}。"),
        Action("let_out", "离校登记", rules.let_out, rules.check_can_let_out, forms.LetOutForm, icon="log-out", tone="primary", hint=lambda x, user: f"临时证 {x.badge}" if x.badge else ""),
        Action("cancel", "取消来访", rules.cancel_visit, rules.check_can_cancel, forms.MaybeWhyForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip

VISIT_SHEET = LogSheet(
    VISITS,
    "来访登记表",
    (
        ("日期", False), ("姓名", False), ("单位或关系", False), ("证件", False), ("电话", False), ("事由", False), ("被访人", False), ("人数", True), ("车牌", False),
        ("进校", False), ("携带物品", False), ("临时证", False), ("离校", False), ("门卫", False),
    ),
    sheet_line,
    ("门卫", "安全员"),
    day="in_at__date",
    order=("in_at", "pk"),
    note="证件号只留后四位，个人信息到期清除。",
)  # fmt: skip


def gate_tabs(user) -> list[tuple[str, str]]:
    """(label, address) of the gate's books this person may open."""
    tabs = [
        ("来访", "/safety/guest/", (VIEW,)),
        ("收发件", "/safety/parcel/", (VIEW,)),
        ("过夜车辆", "/safety/night/", (VIEW,)),
        ("不准进校", "/safety/barred/", (RECORD, MANAGE)),
    ]
    found = [(label, url) for label, url, codes in tabs if any(has(user, code) for code in codes)]
    return [*found, ("在校名单", "/safety/inside/")] if has(user, RECORD) or scope_of(user, VIEW) == Scope.ALL else found


class GateList(RecordList):
    """A book of the gate: the tabs of its neighbours, the sheet to print with the days of the filter."""

    def get_template_names(self):
        return ["safety/gate_list.html"]

    def get_context_data(self, **kwargs):
        days = "&".join(f"{name}={self.request.GET[name]}" for name in ("since", "until") if self.request.GET.get(name, "").replace("-", "").isdecimal())
        sheet = f"safety:{self.record.name}-print" if self.record.name in PRINTED else ""
        return super().get_context_data(days=days, sheet=sheet, tabs=gate_tabs(self.request.user), **kwargs)


PRINTED = ("guest", "parcel", "night")


class VisitNew(RecordForm):
    def get_context_data(self, **kwargs):
        at_gate = has(self.request.user, RECORD)
        return super().get_context_data(**kwargs) | {"heading": "来访登记" if at_gate else "邀请来访", "submit": "登记" if at_gate else "约好"}


class VisitDetail(RecordDetail):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["pass_path"]:
            context["pass_link"] = f"{base_address(self.request)}{context['pass_path']}"
        return context


@method_decorator(never_cache, name="dispatch")
class VisitPass(PublicPage):
    """The visitor's own page with the code the guard scans; a guard who is signed in comes to the visit itself."""

    bucket, per_minute = "visit", 60

    def get(self, request, code):
        visit = visit_by_code(code)
        if visit is None and not within(f"public.visit.wrong.{address_of(request)}", WRONG_PER_HOUR, 3600):
            return busy(request)
        if visit is not None and request.user.is_authenticated and has(request.user, VIEW) and has(request.user, RECORD):
            return redirect("safety:guest-detail", visit.pk)
        open_still = visit is not None and visit.erased_at is None and visit.state in (*COMING, VisitState.INSIDE)
        shown = {"visit": visit if open_still else None}
        if open_still:
            shown |= {"qr": qr_svg(f"{base_address(request)}{request.path}", "给门卫扫的二维码"), "standing": state_mark(*visit.standing(timezone.now()))}
        response = render(request, "safety/public_visit.html", shown, status=200 if open_still else 404 if visit is None else 410)
        response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
        return response


def visit_urls() -> list:
    """The routes of visits, under /safety/."""
    printed = path("guest/print/", VISIT_SHEET.view(), name="guest-print")
    return [printed, *record_urls(VISITS, pages={"list": GateList, "form": VisitNew, "detail": VisitDetail})]


def public_visit_urls() -> list:
    return [path("public/visit/<slug:code>/", VisitPass.as_view(), name="guest-pass")]
