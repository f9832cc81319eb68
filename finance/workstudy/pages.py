"""勤工俭学: posts with their students, and the hours and pay of a month."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone

from finance.budget.pages import yuan_column
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordDetail, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import forms, rules
from .models import WorkPost, WorkSheet
from .queries import VIEW, check_can_view, posts_visible_to, rows_of, sheets_visible_to, total_of


def post_context(post: WorkPost, user) -> dict:
    return {"placements": list(post.placements.select_related("student__school_class").order_by("until_on", "student__number")[:200])}


POSTS = Record(
    model=WorkPost,
    namespace="finance:work-post",
    icon="briefcase",
    rows=posts_visible_to,
    columns=(
        Column("name", "岗位", str, lambda p: link(p, reverse("finance:work-post-detail", args=[p.pk]), p.duties), css="key", sort="name", width=20),
        Column("department", "用工部门", lambda p: str(p.department), css="nw only-wide", sort="department__order"),
        Column("supervisor", "指导老师", lambda p: p.supervisor.name, css="nw", sort="supervisor__pinyin"),
        Column("taken", "在岗", lambda p: p.taken, lambda p: f"{p.taken} / {p.places} 人", css="num", sort="taken", kind="integer", width=8),
        yuan_column("pay", "每小时（元）"),
        Column("is_active", "在用", lambda p: "在用" if p.is_active else "停用", css="tail"),
    ),
    filters=forms.PostFilters,
    form=forms.PostForm,
    create=rules.save_post,
    update=rules.save_post,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    detail_context=post_context,
    order=("name", "pk"),
    stamp=lambda p: f"{p.is_active}.{p.places}",
    empty="还没有勤工俭学岗位。",
    facts=lambda p: [
        ("用工部门", str(p.department), False), ("指导老师", p.supervisor.name, False), ("人数", f"{p.places} 人", False), ("每小时报酬", f"{p.pay:,.2f} 元", False),
        ("做什么", p.duties, True),
    ],
    extra={"lines": {"end"}},
    actions=(
        Action("place", "安排学生", rules.place, rules.check_can_place, forms.PlaceForm, icon="user-plus", tone="primary"),
        Action("end", "离岗", rules.end_placement, rules.check_can_end, forms.EndForm, icon="user-minus"),
    ),
)  # fmt: skip


def sheet_context(sheet: WorkSheet, user) -> dict:
    rows = list(rows_of(sheet, user))
    return {
        "rows": rows,
        "total": total_of(rows),
        "hours": sum(row.hours for row in rows),
        "proofs": list(attachments_of(sheet)) if has(user, VIEW) else [],
        "can_print": sheet.state != "open" and has(user, VIEW),
        "state_cell": state_mark(sheet.get_state_display(), sheet.tone),
    }


SHEETS = Record(
    model=WorkSheet,
    namespace="finance:work-sheet",
    icon="briefcase",
    label="勤工俭学",
    rows=sheets_visible_to,
    columns=(
        Column("month", "月份", lambda s: s.month, lambda s: link(s, reverse("finance:work-sheet-detail", args=[s.pk])), css="key", sort="month", kind="date", width=20),
        Column("approved_by", "核准", lambda s: s.approved_by.name if s.approved_by else "", css="nw"),
        Column("paid_on", "发放日期", lambda s: s.paid_on, lambda s: day(s.paid_on), css="nw", kind="date", width=12),
        Column("state", "状态", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), s.tone), css="tail", sort="state"),
    ),
    filters=forms.SheetFilters,
    form=forms.SheetForm,
    create=rules.open_sheet,
    check_view=check_can_view,
    check_create=rules.check_can_open,
    detail_context=sheet_context,
    order=("-month",),
    empty="还没有工时。每月开一张表，指导老师登记学生的工时。",
    facts=lambda s: [
        ("核准", f"{s.approved_by.name} {stamp(s.approved_at)}" if s.approved_by else "—", False), ("发放", f"{s.paid_by.name} {s.paid_on}" if s.paid_by else "—", False),
    ],
    extra={"lines": {"remove"}},
    actions=(
        Action("note", "登记工时", rules.note_hours, rules.check_can_note, forms.HoursForm, icon="clock", tone="primary"),
        Action("remove", "去掉", rules.remove_hours, rules.check_can_remove, forms.RemoveForm, icon="x", tone="stop"),
        Action("approve", "核准", rules.approve, rules.check_can_approve, icon="check", tone="primary", confirm="核准以后工时不能再改。"),
        Action("pay", "发放", rules.pay, rules.check_can_pay, forms.PayForm, icon="banknote", tone="primary"),
        Action("send_back", "退回修改", rules.send_back, rules.check_can_return, forms.ReasonForm, icon="corner-up-left"),
    ),
)  # fmt: skip


class SheetAction(LinesAction):
    again = frozenset({"note"})


class SheetBook(RecordDetail):
    """The month as a workbook, a line per student and post."""

    def get(self, request, *args, **kwargs):
        sheet = self.get_object()
        heads = [SheetColumn(*one) for one in (
            ("班级", 16, "text"), ("学号", 16, "text"), ("姓名", 12, "text"), ("岗位", 18, "text"), ("工时", 8, "number"), ("每小时（元）", 12, "money"), ("金额（元）", 12, "money"),
        )]  # fmt: skip
        lines = (
            [
                str(row.placement.student.school_class),
                row.placement.student.number,
                row.placement.student.name,
                str(row.placement.post),
                row.hours,
                row.pay,
                row.amount,
            ]
            for row in rows_of(sheet, request.user)
        )
        response: HttpResponse = workbook_response(f"{sheet}发放表", heads, lines, filters="", at=timezone.now())
        return response


def work_urls() -> list:
    """The routes of 勤工俭学, under /finance/."""
    return [
        path("work-sheet/<int:pk>/book.xlsx", SheetBook.as_view(record=SHEETS), name="work-sheet-book"),
        *record_urls(POSTS, pages={"detail": LinesDetail, "action": LinesAction}),
        *record_urls(SHEETS, pages={"detail": LinesDetail, "action": SheetAction}),
    ]
