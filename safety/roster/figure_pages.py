"""Laying the roster out, the table of a period, how it was shared (SAF-08)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import asked_period, paper_response
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.record_pages import add_refusal

from . import forms, rules
from .prints import ROSTER_SHEET
from .queries import MANAGE, check_can_manage, check_can_view, roster_rows, shares


def roster_tabs(user) -> list[tuple[str, str]]:
    """(label, address) of the roster's pages this person may open."""
    tabs = [("值班表", "/safety/roster/"), ("每一班", "/safety/shift/"), ("换班", "/safety/shift-change/")]
    return [*tabs, ("统计", "/safety/roster/shares/"), ("班次", "/safety/shift-kind/")] if has(user, MANAGE) else tabs


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lay(request):
    """排一段时间: one form, everything or nothing."""
    check_can_manage(request.user)
    form = forms.RosterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rules.lay_roster(actor=request.user, at=timezone.now(), **form.cleaned_data)
        except (RuleViolation, ValidationError) as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"排好了 {len(made)} 班，每个人都收到了提醒")
            first, last = form.cleaned_data["since"], form.cleaned_data["until"]
            return redirect(f"/safety/roster/?since={first}&until={last}")
    status = 422 if request.method == "POST" else 200
    return render(request, "safety/roster_lay.html", {"form": form, "title": "排一段时间"}, status=status)


@require_safe
@never_cache
def table(request):
    """值班表: a day a line, a kind of shift a column."""
    check_can_view(request.user)
    form = forms.PeriodForm(request.GET)
    given = form.cleaned_data if form.is_valid() else None
    kinds, rows = roster_rows(given["since"], given["until"]) if given else ([], [])
    shown = forms.PeriodForm(initial=given) if given else form
    context = {
        "title": "值班表", "form": shown, "errors": form.errors, "kinds": kinds, "rows": rows, "given": given, "today": timezone.localdate(), "me": request.user,
        "may_manage": has(request.user, MANAGE), "query": request.GET.urlencode(), "tabs": roster_tabs(request.user),
    }  # fmt: skip
    return render(request, "safety/roster_table.html", context)


@require_safe
@never_cache
def print_table(request):
    check_can_view(request.user)
    return paper_response(request, ROSTER_SHEET, asked_period(request.GET))


HEADS = (
    ("姓名", 12, "text"), ("部门", 16, "text"), ("值班次数", 10, "integer"), ("折算次数", 10, "integer"), ("带班", 8, "integer"), ("夜班", 8, "integer"),
    ("周末和节假日", 14, "integer"), ("已签到", 8, "integer"), ("迟到", 8, "integer"), ("没有签到", 10, "integer"), ("换出去", 8, "integer"),
)  # fmt: skip


@require_safe
@never_cache
def share(request):
    """值班统计: who was on how often; `?xlsx` as a workbook."""
    check_can_manage(request.user)
    form = forms.PeriodForm(request.GET)
    given = form.cleaned_data if form.is_valid() else None
    rows = shares(given["since"], given["until"], timezone.now()) if given else []
    if given and "xlsx" in request.GET:
        lines = ([x.name, x.department, x.planned, x.weight, x.leads, x.nights, x.off_days, x.signed, x.late, x.missed, x.gave_away] for x in rows)
        heads = [SheetColumn(label, width, kind) for label, width, kind in HEADS]
        return workbook_response("值班统计", heads, lines, filters=f"{given['since']} 至 {given['until']}", at=timezone.now())
    most = max((row.weight for row in rows), default=0)
    context = {
        "title": "值班统计", "form": forms.PeriodForm(initial=given) if given else form, "errors": form.errors, "rows": rows, "given": given, "most": most,
        "least": min((row.weight for row in rows), default=0), "query": request.GET.urlencode(), "tabs": roster_tabs(request.user),
    }  # fmt: skip
    return render(request, "safety/roster_shares.html", context)


def figure_urls() -> list:
    return [
        path("roster/", table, name="roster"),
        path("roster/print/", print_table, name="roster-print"),
        path("roster/lay/", lay, name="roster-lay"),
        path("roster/shares/", share, name="roster-shares"),
    ]
