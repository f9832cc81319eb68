"""Pages beside the records: all buildings, free beds, the proposal for a grade, the roll on paper (DOR-01, DOR-07)."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.evidence.logs import asked_period, paper_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Sex
from logistics.platform.web.record_pages import add_refusal
from logistics.platform.web.records import allowed

from . import prints
from .figures import bedless, building_counts, class_counts, free_by_room, gone, proposal
from .forms import PlanForm, grades
from .plan_rules import confirm_plan
from .queries import buildings_visible_to, check_can_view, moves_visible_to, stays_visible_to
from .rights import ALLOCATE, ASK, COUNTS, MANAGE, VIEW
from .stay_rules import check_can_allocate

SHOWN = 30


@require_safe
@never_cache
def overview(request):
    """Every building with its beds, and what is not in order."""
    user, today = request.user, timezone.localdate()
    check_can_view(user)
    counts = building_counts(buildings_visible_to(user), today)
    sees_all = scope_of(user, VIEW) == Scope.ALL
    waiting = bedless(today) if has(user, ALLOCATE) or sees_all else bedless(today).filter(school_class__head_teacher=user.pk)
    context = {
        "title": "宿舍",
        "counts": counts,
        "beds": sum(one.beds for one in counts),
        "taken": sum(one.taken for one in counts),
        "free": sum(one.free for one in counts),
        "waiting": waiting.count(),
        "waiting_shown": list(waiting[:SHOWN]),
        "wrong": gone(stays_visible_to(user)).order_by().count(),
        "asked": moves_visible_to(user).filter(state="asked").order_by().count(),
        "may_allocate": allowed(check_can_allocate, user),
        "may_manage": has(user, MANAGE),
        "may_ask": has(user, ASK),
    }
    return render(request, "dorms/overview.html", context)


@require_safe
@never_cache
def free_page(request):
    """Rooms with free beds, by sex and grade."""
    user = request.user
    check_can_view(user)
    sex = request.GET.get("sex", "") if request.GET.get("sex", "") in Sex.values else ""
    known = grades()
    grade = request.GET.get("grade", "") if request.GET.get("grade", "") in known else ""
    rows = free_by_room(timezone.localdate(), sex=sex, grade=grade, buildings=buildings_visible_to(user))
    context = {
        "title": "空床",
        "rows": rows[:300],
        "rooms": len(rows),
        "beds": sum(len(beds) for _, beds in rows),
        "sex": sex,
        "grade": grade,
        "sexes": Sex.choices,
        "grades": known,
        "may_allocate": allowed(check_can_allocate, user),
    }
    return render(request, "dorms/free.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plan_page(request):
    """Propose beds for a grade; the proposal changes nothing until somebody confirms exactly what he saw."""
    user, today = request.user, timezone.localdate()
    check_can_allocate(user)
    buildings = buildings_visible_to(user, ALLOCATE).filter(is_active=True)
    asked = request.POST if request.method == "POST" else request.GET
    form = PlanForm(asked if "grade" in asked else None, buildings=buildings)
    found, status = None, 200
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if request.method == "POST":
            try:
                stays = confirm_plan(actor=user, at=timezone.now(), seen=request.POST.get("seen", ""), **given)
            except RuleViolation as refusal:
                add_refusal(form, refusal)
                status = 409
            else:
                messages.success(request, f"已给 {len(stays)} 名学生安排床位。")
                return redirect(reverse("dorms:overview"))
        found = proposal(user, given["since"] or today, grade=given["grade"], buildings=given["buildings"])
    elif form.is_bound:
        status = 422
    return render(request, "dorms/plan.html", {"title": "按年级分床位", "form": form, "proposal": found, "asked": asked}, status=status)


@require_safe
@never_cache
def building_roll(request, pk: int):
    """住宿生花名册 of a building as it is today."""
    check_can_view(request.user)
    building = get_object_or_404(buildings_visible_to(request.user), pk=pk)
    return paper_response(request, prints.ROLL, prints.RollOf(building, timezone.localdate()))


@require_safe
@never_cache
def counts_page(request):
    """How many of each class sleep in school in the night asked for: numbers only, for canteen and bus."""
    require(request.user, COUNTS)
    on = asked_period(request.GET).since
    rows = class_counts(on)
    context = {
        "title": "各班住宿人数",
        "on": on,
        "rows": rows,
        "boys": sum(row.boys for row in rows),
        "girls": sum(row.girls for row in rows),
        "away": sum(row.away for row in rows),
        "tonight": sum(row.here for row in rows),
        "sees_names": has(request.user, VIEW),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "today": timezone.localdate(),
    }
    return render(request, "dorms/counts.html", context)


@require_safe
@never_cache
def counts_print(request):
    """The same as a sheet."""
    require(request.user, COUNTS)
    return paper_response(request, prints.COUNTS, prints.CountsOf(asked_period(request.GET).since))
