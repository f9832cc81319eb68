"""食品追溯: one screen from a batch to the classes and back, its paper, and the recall drill (CAN-23)."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.public import figure
from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import paper_response
from logistics.platform.web import registry
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_moment, stamp

from . import forms, rules
from .graph import Trace
from .models import DrillState, RecallDrill
from .queries import TRACE, Start, check_can_drill, check_can_trace, drills_visible_to, find, running_drill, start_of, traced

START_KINDS = {
    "canteen.pantrybatch": "batch", "canteen.delivery": "delivery", "canteen.supplier": "supplier", "canteen.meal": "meal", "canteen.sample": "sample"
}  # fmt: skip
BATCHES, SHOWN = 100, 40  # batches and meals on the screen; the paper has them all
DAYS = 30  # a supplier and a class begin with the last month


def asked(query) -> tuple[forms.TraceForm, Start | None]:
    """What the address asks for; 404 for a start that is none."""
    form = forms.TraceForm(query)
    if not form.is_valid():
        return form, None
    data, today = form.cleaned_data, timezone.localdate()
    since, until = data["since"], data["until"]
    if not (since or until) and data["start"].startswith(("supplier-", "class-")):
        since = today - timedelta(days=DAYS)
    if since or until:
        until = until or max(today, since)
        since = since or until - timedelta(days=DAYS)
    start = start_of(data["start"], since, until) if data["start"] else None
    if data["start"] and start is None:
        raise Http404(data["start"])
    return form, start


def own_page(start: Start, user) -> str:
    """The record's own page; empty where it has none, or none that this person may see."""
    record = registry.record_for(start.record._meta.label_lower)
    if start.kind not in START_KINDS.values() or record is None or not allowed(record.check_view, user):
        return ""
    return record.url("detail", start.record)


def trace_panel(record, user) -> dict | None:
    """The way into the trace on the record's own page."""
    return {"trace_url": f"{reverse('canteen:trace')}?start={START_KINDS[record._meta.label_lower]}-{record.pk}"} if has(user, TRACE) else None


@require_safe
@never_cache
def trace_page(request):
    check_can_trace(request.user)
    form, start = asked(request.GET)
    context = {"title": "食品追溯", "form": form, "start": start}
    if start:
        trace = traced(start)
        batches = trace.batches[:BATCHES]
        for batch in batches:
            batch.left = f"{figure(batch.quantity)} {batch.ingredient.unit}"
        context |= {
            "trace": trace,
            "batches": batches,
            "meals": trace.meals[:SHOWN],
            "more": max(0, len(trace.meals) - SHOWN),
            "own": own_page(start, request.user),
            "sealed": sum(batch.locked_at is not None for batch in trace.batches),
            "sentence": sentence(trace),
            "may_drill": start.kind == "batch" and not running_drill() and allowed(check_can_drill, request.user),
        }
    elif form.is_valid() and form.cleaned_data["q"]:
        context["found"] = find(form.cleaned_data["q"])
    return render(request, "canteen/trace.html", context)


def sentence(trace: Trace) -> str:
    """The whole trace in one line."""
    if not trace.meals:
        return f"{len(trace.batches)} 批，还没有用到哪一餐。" if trace.batches else "没有找到有关的批次和餐次。"
    words = [
        f"{len(trace.suppliers)} 家供应商",
        f"{len(trace.batches)} 批",
        f"{len(trace.meals)} 餐",
        f"{len(trace.dishes)} 道菜",
        f"{len(trace.samples)} 份留样",
    ]
    return f"{'、'.join(words)}，{len(trace.groups)} 个班级和人群，{trace.portions} 人次。"


@require_safe
@never_cache
def trace_paper(request):
    from .prints import TRACE_PAPER

    check_can_trace(request.user)
    _, start = asked(request.GET)
    if start is None:
        raise Http404
    return paper_response(request, TRACE_PAPER, start)


def drill_facts(drill: RecallDrill) -> list[tuple]:
    unit = drill.batch.ingredient.unit
    rows = [
        ("假设召回", str(drill.batch), True),
        ("假设的情况", drill.reason, True),
        ("开始", f"{drill.created_by.name}，{full_moment(drill.created_at)}", False),
        ("要求", f"{drill.goal} 分钟以内", False),
    ]
    if drill.state == DrillState.VOID:
        return [*rows, ("作废", f"{drill.ended_by.name}，{full_moment(drill.ended_at)}：{drill.ended_reason}", True)]
    if drill.state == DrillState.RUNNING:
        return rows
    facts = drill.facts
    return [
        *rows,
        ("结束", f"{drill.ended_by.name}，{full_moment(drill.ended_at)}", False),
        ("用时", f"{drill.took}，{'达到要求' if drill.in_time else '超过要求'}", False),
        ("账面剩余", f"{figure(drill.book)} {unit}", False),
        ("现场找到", f"{figure(drill.counted)} {unit}", False),
        ("在哪里找到", drill.where, True),
        ("发现的问题和改进", drill.findings or "没有", True),
        ("从哪里来", "、".join([*facts["suppliers"], *facts["deliveries"]]) or "期初", True),
        ("用到哪几餐", "、".join(facts["meals"]) or "还没有用过", True),
        ("做了什么菜", "、".join(facts["dishes"]) or "没有记到菜", True),
        ("谁吃过", f"{'、'.join(facts['groups'])}，{facts['portions']} 人次" if facts["groups"] else "没有", True),
    ]


def drill_context(drill: RecallDrill, user) -> dict:
    return {"state_cell": state_mark(drill.get_state_display(), drill.tone), "trace_url": f"{reverse('canteen:trace')}?start=batch-{drill.batch_id}"}


DRILLS = Record(
    model=RecallDrill,
    namespace="canteen:drill",
    icon="timer",
    label="召回演练",
    rows=drills_visible_to,
    columns=(
        Column("batch", "哪一批", lambda d: str(d.batch), lambda d: link(str(d.batch.ingredient), reverse("canteen:drill-detail", args=[d.pk]), d.reason), css="key", width=34),
        Column("created_at", "开始", lambda d: d.created_at, lambda d: stamp(d.created_at), css="nw", sort="created_at", kind="datetime", width=17),
        Column("took", "用时", lambda d: d.took, css="nw"),
        Column("goal", "要求（分钟）", lambda d: d.goal, css="num only-wide", kind="number"),
        Column("created_by", "谁做的", lambda d: d.created_by.name, css="nw only-wide"),
        Column("findings", "发现的问题", lambda d: d.findings, css="only-wide", optional=True, width=40),
        Column("state", "状态", lambda d: d.get_state_display(), lambda d: state_mark(d.get_state_display(), d.tone), css="tail", sort="state"),
    ),
    filters=forms.DrillFilters,
    create_form=forms.DrillForm,
    create=rules.start_drill,
    check_view=check_can_trace,
    check_create=check_can_drill,
    facts=drill_facts,
    detail_context=drill_context,
    order=("-created_at", "-pk"),
    empty="还没有演练过。选一批食材，计时看多久能查清它从哪里来、到了哪一餐、谁吃过、还剩多少。演练不改任何账。",
    actions=(
        Action("end", "停表", rules.end_drill, rules.check_can_end, forms.EndDrillForm, icon="timer", tone="primary"),
        Action("void", "作废", rules.void_drill, rules.check_can_end, forms.VoidDrillForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip


def trace_urls() -> list:
    """The routes of trace and drills, under /canteen/."""
    return [
        path("trace/", trace_page, name="trace"),
        path("trace/print/", trace_paper, name="trace-print"),
        *record_urls(DRILLS, without=("update",)),
    ]
