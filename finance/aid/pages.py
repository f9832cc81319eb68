"""资助: schemes, lists with their notice, applications, and the reasons for who may read them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finance.budget.pages import yuan_column
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import scope_of
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import forms, list_rules, rules
from .models import AidApplication, AidList, AidReason, AidScheme, ListState
from .prints import PAY_SHEET, print_of
from .queries import (
    VIEW,
    applications_visible_to,
    check_can_see_reasons,
    check_can_view,
    chosen_of,
    list_counts,
    lists_visible_to,
    reasons_visible_to,
    schemes_visible_to,
    sum_of,
)

SCHEMES = Record(
    model=AidScheme,
    namespace="finance:aid-scheme",
    icon="hand-heart",
    rows=schemes_visible_to,
    columns=(
        Column("name", "资助项目", str, lambda s: link(s, reverse("finance:aid-scheme-detail", args=[s.pk]), s.document), css="key", sort="name", width=20),
        Column("levels", "档次（元/学期）", lambda s: "、".join(f"{name} {amount:,.2f}" for name, amount in s.level_list), width=40),
        Column("document", "依据", lambda s: s.document, css="only-wide", optional=True, width=30),
        Column("boarders_only", "只给住校生", lambda s: "是" if s.boarders_only else "", css="nw only-wide"),
        Column("is_active", "在办", lambda s: "在办" if s.is_active else "停办", css="tail"),
    ),
    filters=forms.SchemeFilters,
    form=forms.SchemeForm,
    create=rules.save_scheme,
    update=rules.save_scheme,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("name", "pk"),
    stamp=lambda s: f"{s.is_active}",
    empty="还没有资助项目。例如寄宿生补助、两免一补。",
    facts=lambda s: [
        ("档次", "；".join(f"{name} {amount:,.2f} 元/学期" for name, amount in s.level_list), True), ("条件", s.conditions, True), ("依据", s.document, True),
        ("只给住校生", "是" if s.boarders_only else "否", False), ("在办", "在办" if s.is_active else "停办", False),
    ],
)  # fmt: skip


def list_views(user) -> list[ListView]:
    n = list_counts(user)
    return [
        ListView("全部", ""),
        ListView("收申请", "state=open", n["open"]),
        ListView("评议中", "state=review", n["review"], pressing=True),
        ListView("公示中", "state=notice", n["notice"]),
        ListView("等发放", "state=final", n["final"], pressing=True),
    ]


def list_context(listing: AidList, user) -> dict:
    seen = applications_visible_to(user).filter(listing=listing.pk).order_by("school_class__order", "school_class", "student__number")
    is_member = listing.members.filter(pk=user.pk).exists()
    rows = list(seen[:300])
    voted = set(AidApplication.objects.filter(listing=listing.pk, votes__member=user.pk).values_list("pk", flat=True)) if is_member else set()
    for row in rows:
        row.to_vote = is_member and listing.state == ListState.REVIEW and row.state == "filed" and row.pk not in voted and row.created_by_id != user.pk
    sees_all = scope_of(user, VIEW) == Scope.ALL
    return {
        "rows": rows,
        "to_vote": sum(row.to_vote for row in rows),
        "members": list(listing.members.all()),
        "objections": list(listing.objections.select_related("handled_by", "created_by")) if sees_all else [],
        "proofs": list(attachments_of(listing)) if sees_all else [],
        "total": sum_of(chosen_of(listing)) if sees_all else None,
        "chosen": chosen_of(listing).count(),
        "state_cell": state_mark(listing.get_state_display(), listing.tone),
        "sees_all": sees_all,
        "can_apply": listing.state == ListState.OPEN,
        "today": timezone.localdate(),
    }


LISTS = Record(
    model=AidList,
    namespace="finance:aid-list",
    icon="hand-heart",
    label="资助",
    rows=lists_visible_to,
    columns=(
        Column("scheme", "资助项目", lambda x: str(x.scheme), lambda x: link(x.scheme, reverse("finance:aid-list-detail", args=[x.pk]), str(x.term)), css="key", width=22),
        Column("number", "编号", lambda x: x.number, css="nw only-wide", sort="number"),
        Column("term", "学期", lambda x: str(x.term), css="nw only-wide", sort="term", optional=True, width=18),
        Column("close_on", "申请截止", lambda x: x.close_on, lambda x: day(x.close_on), css="nw", sort="close_on", kind="date", width=12),
        Column("quota", "名额", lambda x: x.quota, css="num only-wide", kind="integer", width=8),
        Column("notice_until", "公示到", lambda x: x.notice_until, lambda x: day(x.notice_until), css="nw only-wide", sort="notice_until", kind="date", width=12),
        Column("paid_on", "发放日期", lambda x: x.paid_on, lambda x: day(x.paid_on), css="nw only-wide", kind="date", width=12),
        Column("state", "状态", lambda x: x.get_state_display(), lambda x: state_mark(x.get_state_display(), x.tone), css="tail", sort="state"),
    ),
    filters=forms.ListFilters,
    form=forms.ListForm,
    create=rules.save_list,
    update=rules.save_list,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit_list,
    views=list_views,
    detail_context=list_context,
    empty="还没有资助名单。先登记资助项目，再按学期收申请。",
    stamp=lambda x: f"{x.state}.{x.post_id}",
    facts=lambda x: [
        ("资助项目", link(x.scheme, reverse("finance:aid-scheme-detail", args=[x.scheme_id])), False), ("学期", str(x.term), False),
        ("申请截止", str(x.close_on), False), ("名额", f"{x.quota} 人" if x.quota else "不限", False),
        *([("公示", f"{x.notice_from} 至 {x.notice_until}", False)] if x.notice_until else []),
        *([("审定", f"{x.decided_by.name} {stamp(x.decided_at)}", False)] if x.decided_by else []),
        *([("发放", f"{x.paid_by.name} {x.paid_on}", False)] if x.paid_by else []), *([("说明", x.note, True)] if x.note else []),
        *([("退回或取消原因", x.reason, True)] if x.reason else []),
    ],
    extra={"lines": {"handle"}},
    actions=(
        Action("start", "开始评议", rules.start_review, rules.check_can_start, forms.MembersForm, icon="users", tone="primary"),
        Action("propose", "成拟资助名单", list_rules.propose, list_rules.check_can_propose, icon="list-checks", tone="primary"),
        Action(
            "publicize", "公示", list_rules.publicize, list_rules.check_can_publicize, icon="megaphone", tone="primary",
            confirm="名单会隐去姓名的一部分，放到公示栏 5 个工作日，人人看得到。",
        ),
        Action("object", "登记异议", list_rules.note_objection, list_rules.check_can_object, forms.ObjectionForm, icon="message-square"),
        Action("handle", "处理异议", list_rules.handle_objection, list_rules.check_can_handle, forms.HandleForm, icon="check"),
        Action(
            "finalize", "审定名单", list_rules.finalize, list_rules.check_can_finalize, icon="check", tone="primary", confirm="审定以后就可以发放，不能再加人。",
        ),
        Action(
            "pay", "发放", list_rules.pay, list_rules.check_can_pay, forms.PayForm, icon="banknote", tone="primary",
            hint=lambda x, user: f"{chosen_of(x, 'final').count()} 人，共 {sum_of(chosen_of(x, 'final')):,.2f} 元",
        ),
        Action("send_back", "退回评议", list_rules.send_back, list_rules.check_can_send_back, forms.ReasonForm, icon="corner-up-left"),
        Action("cancel", "取消", list_rules.cancel, list_rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def application_context(application: AidApplication, user) -> dict:
    """Votes with names and the reason only for who may read them."""
    why = reasons_visible_to(user).filter(application=application.pk).first()
    is_member = application.listing.members.filter(pk=user.pk).exists()
    return {
        "why": why,
        "photos": list(attachments_of(why, "photo")) if why else [],
        "papers": list(attachments_of(why, "paper")) if why else [],
        "votes": list(application.votes.select_related("member")) if is_member else [],
        "state_cell": state_mark(application.get_state_display(), application.tone),
    }


APPLICATIONS = Record(
    model=AidApplication,
    namespace="finance:aid-application",
    icon="file-heart",
    rows=applications_visible_to,
    columns=(
        Column(
            "student", "学生", lambda a: a.student.name, lambda a: link(a.student.name, reverse("finance:aid-application-detail", args=[a.pk]), str(a.school_class)),
            css="key", sort="student__pinyin", width=14,
        ),
        Column("number", "学号", lambda a: a.student.number, css="nw only-wide", sort="student__number"),
        Column("class", "班级", lambda a: str(a.school_class), css="nw only-wide", sort="school_class__order", optional=True, width=16),
        Column("scheme", "资助项目", lambda a: str(a.listing.scheme), css="nw", width=20),
        Column("term", "学期", lambda a: str(a.listing.term), css="nw only-wide", optional=True, width=18),
        Column("level", "档次", lambda a: a.level, css="nw"),
        yuan_column("amount", "金额（元）"),
        Column("votes", "评议", lambda a: f"{a.yes} 同意，{a.no} 不同意" if a.yes + a.no else "", css="nw only-wide", width=18),
        Column("state", "状态", lambda a: a.get_state_display(), lambda a: state_mark(a.get_state_display(), a.tone), css="tail", sort="state"),
    ),
    filters=forms.ApplicationFilters,
    form=forms.ApplicationEditForm,
    create_form=forms.ApplicationForm,
    create=rules.apply,
    update=rules.change_application,
    check_view=check_can_view,
    check_create=rules.check_can_apply,
    check_update=rules.check_can_edit,
    detail_context=application_context,
    order=("-listing", "school_class__order", "school_class", "student__number", "pk"),
    stamp=lambda a: f"{a.state}.{a.level}.{a.listing.state}",
    empty="还没有资助申请。",
    facts=lambda a: [
        ("学生", f"{a.student.name}（{a.student.number}）", False), ("班级", str(a.school_class), False),
        ("资助名单", link(a.listing, reverse("finance:aid-list-detail", args=[a.listing_id])), True), ("档次", a.level, False),
        ("金额", f"{a.amount:,.2f} 元", False), ("登记", a.created_by.name, False), *([("撤回原因", a.struck_for, True)] if a.struck_for else []),
    ],
    actions=(
        Action("vote", "评议", rules.vote, rules.check_can_vote, forms.VoteForm, icon="vote", tone="primary", bulk=True),
        Action("withdraw", "撤回", rules.withdraw, rules.check_can_withdraw, forms.ReasonForm, icon="undo-2", tone="stop"),
    ),
)  # fmt: skip
WHYS = Record(
    model=AidReason,
    namespace="finance:aid-reason",
    icon="lock",
    rows=reasons_visible_to,
    columns=(
        Column(
            "student", "学生", lambda r: r.application.student.name,
            lambda r: link(r.application.student.name, reverse("finance:aid-reason-detail", args=[r.pk]), str(r.application.school_class)), css="key", width=14,
        ),
        Column("scheme", "资助项目", lambda r: str(r.application.listing.scheme), css="nw", width=20),
        Column("level", "档次", lambda r: r.application.level, css="nw only-wide"),
        Column("kind", "困难类型", lambda r: r.get_kind_display(), css="nw", sort="kind", width=22),
        Column("text", "家庭情况", lambda r: r.text, css="only-wide", width=50),
    ),
    filters=forms.WhyFilters,
    check_view=check_can_see_reasons,
    order=("-pk",),
    empty="这里只有您登记的和您评议的申请理由。",
    facts=lambda r: [
        ("学生", link(r.application, reverse("finance:aid-application-detail", args=[r.application_id])), True), ("困难类型", r.get_kind_display(), False),
        ("家庭情况", r.text, True),
    ],
)  # fmt: skip


@require_safe
@never_cache
def print_pay(request, pk: int) -> HttpResponse:
    """发放表 with a place to sign; the list itself has the record's own address under /print/."""
    check_can_view(request.user)
    return print_of(request, PAY_SHEET, get_object_or_404(lists_visible_to(request.user), pk=pk))


def aid_urls() -> list:
    """The routes of aid, under /finance/."""
    return [
        path("aid-list/<int:pk>/pay.pdf", print_pay, name="aid-list-pay"),
        *record_urls(SCHEMES),
        *record_urls(LISTS, pages={"detail": LinesDetail, "action": LinesAction}),
        *record_urls(APPLICATIONS),
        *record_urls(WHYS),
    ]
