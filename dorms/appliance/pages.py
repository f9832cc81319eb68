"""违章电器: the book, giving back, the sheet (DOR-05)."""

from dataclasses import replace

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from dorms.score.queries import words_of
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import LogDetail, LogForm, LogSheet, log_record, log_urls
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.records import Action
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column
from logistics.platform.web.templatetags.school import full_moment

from . import forms, rules
from .models import APPLIANCE_TONES, Appliance, ApplianceState
from .queries import REPEATED, appliances_visible_to, nth_now, year_begins


def times(row: Appliance) -> str:
    return f"第 {row.nth} 次" if row.nth > 1 else "首次"


def appliance_detail(row: Appliance, user) -> dict:
    now = nth_now(row)
    same = appliances_visible_to(user).filter(struck_at=None, on__gte=year_begins(row.on)).exclude(pk=row.pk)
    earlier = (same.filter(student=row.student) if row.student_id else same.filter(room=row.room)).order_by("-happened_at", "-pk")[:5]
    return {
        "photos": list(attachments_of(row, "photo")),
        "signatures": list(attachments_of(row, "signature")),
        "earlier": list(earlier),
        "is_repeated": now >= limit_shown(REPEATED, row.on),
        "now": now,
    }


def views(user) -> list[ListView]:
    least = limit_shown(REPEATED, timezone.localdate())
    return [ListView("全部", ""), ListView("暂扣中", f"state={ApplianceState.KEPT}"), ListView("重复的", f"least={least}")]


APPLIANCES = replace(
    log_record(
        Appliance,
        name="appliance",
        label="违章电器",
        icon="plug-zap",
        columns=(
            Column("room", "宿舍", lambda a: words_of(a.room), css="nw", sort="room__place__path"),
            Column("name", "物品", lambda a: f"{a.name}{f' ×{a.quantity}' if a.quantity > 1 else ''}", width=20),
            Column("kind", "种类", lambda a: a.get_kind_display(), css="nw only-wide", optional=True, width=16),
            Column("student", "学生", lambda a: a.student.name if a.student else "", css="nw"),
            Column("school_class", "班级", lambda a: str(a.school_class or ""), css="nw only-wide"),
            Column("nth", "第几次", lambda a: a.nth, times, css="nw", sort="nth", kind="integer"),
            Column("kept_where", "存放在", lambda a: a.kept_where, css="only-wide", optional=True, width=20),
            Column("parent", "领取人", lambda a: f"{a.parent}（{a.relation}）" if a.parent else "", css="nw only-wide"),
            Column("returned_at", "归还时间", lambda a: a.returned_at, lambda a: full_moment(a.returned_at), css="nw only-wide", optional=True, kind="datetime", width=17),
            Column("returned_by", "归还人", lambda a: a.returned_by.name if a.returned_by else "", css="nw only-wide", optional=True),
        ),
        form=forms.ApplianceForm,
        create=rules.record_appliance,
        state=lambda a: (a.get_state_display(), APPLIANCE_TONES[ApplianceState(a.state)]),
        actions=(Action("return", "归还家长", rules.return_appliance, rules.check_can_return, forms.ReturnForm, icon="hand-helping", tone="primary", hint=lambda a, user: f"{words_of(a.room)} {a.name} {a.quantity} 件，存放在{a.kept_where}。请核对来的人再交。"),),
        empty="还没有发现违章电器。",
    ),
    rows=appliances_visible_to,
    filters=forms.ApplianceFilters,
    views=views,
    detail_context=appliance_detail,
)  # fmt: skip
APPLIANCE_SHEET = LogSheet(
    APPLIANCES,
    "宿舍违章电器登记表",
    (("日期", False), ("宿舍", False), ("班级", False), ("学生", False), ("物品", False), ("数量", True), ("第几次", False), ("处理", False), ("领取人", False), ("登记人", False)),
    lambda a: [
        f"{a.on:%m-%d}", words_of(a.room), str(a.school_class or ""), a.student.name if a.student else "", a.name, f"{a.quantity}", times(a),
        f"{a.get_state_display()}" + (f"，{a.kept_where}" if a.state == ApplianceState.KEPT else ""), f"{a.parent}（{a.relation}）" if a.parent else "", a.created_by.name,
    ],
    ("宿管员", "总务处"),
    day="on",
)  # fmt: skip


class ApplianceDetail(LogDetail):
    def get_template_names(self):
        return ["dorms/appliance_detail.html"]


class ApplianceFormPage(LogForm):
    """May be written without network, with its photo."""

    offline, back = "dorms.appliance", "/dorms/appliance/"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": "登记违章电器"}

    def done(self, saved):
        messages.success(self.request, f"已登记：{saved}")
        if saved.nth >= limit_shown(REPEATED, saved.on):
            messages.warning(self.request, f"这一学年第 {saved.nth} 次了，总务处也已收到通知。")
        return redirect("dorms:appliance-detail", saved.pk)


def appliance_urls() -> list:
    """The routes of banned appliances, under /dorms/."""
    return log_urls(APPLIANCES, APPLIANCE_SHEET, detail=ApplianceDetail, form=ApplianceFormPage)
