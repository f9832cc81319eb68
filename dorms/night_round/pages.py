"""The night on one page, the rounds and the plans as lists and pages (DOR-05)."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from dorms.appliance.rights import RECORD as RECORDS_FINDS
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.duties.phone import KEPT_AHEAD
from logistics.platform.duties.queries import window_words
from logistics.platform.evidence.logs import asked_period, paper_response
from logistics.platform.web.record_pages import RecordAction, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.registry import record_for
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import forms, rules
from .models import NightPlan, NightRound
from .prints import NIGHT_PAPER, floors_of
from .queries import VIEW, night_of, night_rows, plans_visible_to, rounds_visible_to, standing, to_walk, written_times


def check_can_view(user) -> None:
    rules.require(user, VIEW)


def hours_words(plan: NightPlan) -> str:
    return f"{plan.starts:%H:%M}—{plan.until:%H:%M} 每 {plan.every} 小时"


def plan_state(plan: NightPlan) -> tuple[str, str]:
    if not plan.is_active:
        return "停用", "void"
    return ("请确认", "late") if plan.warning else ("在用", "done")


PLANS = Record(
    model=NightPlan,
    namespace="dorms:night-plan",
    label="夜间巡查安排",
    icon="moon",
    rows=plans_visible_to,
    columns=(
        Column("building", "宿舍楼", lambda p: str(p.building), lambda p: link(p.building, reverse("dorms:night-plan-detail", args=[p.pk]), p.warning), css="key", sort="building__order", width=24),
        Column("owner", "谁走", lambda p: p.owner_words, css="nw"),
        Column("hours", "时间", hours_words, css="nw", width=24),
        Column("supervisor", "督促人", lambda p: str(p.supervisor or ""), css="nw only-wide"),
        Column("by_women", "女工作人员走", lambda p: "是" if p.by_women else "", css="nw only-wide", optional=True),
        Column("state", "情况", lambda p: plan_state(p)[0], lambda p: state_mark(*plan_state(p)), css="tail"),
    ),
    filters=forms.PlanFilters,
    form=forms.PlanForm,
    create=rules.save_plan,
    update=rules.save_plan,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("building__order", "pk"),
    facts=lambda p: [
        ("宿舍楼", p.building, False), ("谁走", p.owner_words, False), ("时间", hours_words(p), False), ("碰到放假", p.get_days_display(), False),
        ("督促人", p.supervisor or "—", False), ("走的人都是女的", "是" if p.by_women else "没有确认", False), ("要注意", p.warning or "—", True),
    ],
    stamp=lambda plan: "",
    empty="还没有排夜间巡查。每栋楼排一份，夜里的巡查会自己排出来。",
)  # fmt: skip


def tickets_of(found: NightRound, user) -> list[tuple]:
    """(repair of a round, whether this person may open it)."""
    tickets, repairs = list(found.tickets.order_by("pk")), record_for("repairs.ticket")
    mine = set(repairs.rows(user).filter(pk__in=[one.pk for one in tickets]).values_list("pk", flat=True)) if tickets and repairs else set()
    return [(one, one.pk in mine) for one in tickets]


def round_detail(found: NightRound, user) -> dict:
    at = timezone.now()
    return {
        "records_finds": has(user, RECORDS_FINDS),
        "may_walk": found.done_at is None and allowed(rules.check_can_walk, user, found),
        "is_ahead": found.occurrence.is_ahead(at),
        "is_missed": found.occurrence.state == "missed",
        "night": night_of(found.occurrence.opens_at),
        "window": window_words(found.occurrence.opens_at, found.occurrence.due_at),
        "state_cell": state_mark(*standing(found, at)),
        "photos": list(attachments_of(found, "photo")),
        "tickets": tickets_of(found, user),
        "words": written_times([found]).get(found.pk, ""),
    }


def round_views(user) -> list[View]:
    night = night_of(timezone.now())
    return [View("全部", ""), View("这一夜", f"since={night}&until={night}"), View("没走的", "state=missed"), View("有不正常的", "state=bad")]


ROUNDS = Record(
    model=NightRound,
    namespace="dorms:night-round",
    label="夜间巡查记录",
    icon="moon",
    rows=rounds_visible_to,
    columns=(
        Column("building", "宿舍楼", lambda r: str(r.building), lambda r: link(r.building, reverse("dorms:night-round-detail", args=[r.pk]), r.occurrence.owner_words), css="key", sort="building__order", width=24),
        Column("opens_at", "该走的时间", lambda r: r.occurrence.opens_at, lambda r: stamp(r.occurrence.opens_at), css="nw", sort="occurrence__opens_at", kind="datetime", width=17),
        Column("done_at", "走的时间", lambda r: r.done_at, lambda r: stamp(r.done_at) if r.done_at else "", css="nw only-wide", sort="done_at", kind="datetime", width=17),
        Column("done_by", "谁走的", lambda r: str(r.done_by or ""), css="nw only-wide"),
        Column("floors", "楼层", floors_of, css="only-wide", optional=True, width=30),
        Column("found", "不正常的", lambda r: "；".join(line["note"] for line in r.lines if not line["ok"]), css="only-wide", width=36),
        Column("state", "情况", lambda r: standing(r, timezone.now())[0], lambda r: state_mark(*standing(r, timezone.now())), css="tail", width=20),
    ),
    filters=forms.RoundFilters,
    order=("-occurrence__opens_at", "-pk"),
    check_view=rules.check_can_see,
    views=round_views,
    detail_context=round_detail,
    stamp=lambda found: f"{found.done_at or ''}",
    empty="还没有夜间巡查。排了安排以后，一天前会自己排出来。",
    actions=(
        Action("walk", "登记巡查", rules.walk_round, rules.check_can_walk, forms.WalkForm, icon="check", tone="primary"),
        Action("repair", "报修", rules.repair, rules.check_can_repair, forms.RepairForm, icon="wrench"),
    ),
)  # fmt: skip


class WalkAction(RecordAction):
    """The round's form; afterwards the overview, for the next building."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["action"].name == "walk":
            context["records_finds"] = has(self.request.user, RECORDS_FINDS)
        return context

    def run(self, **fields):
        if self.action.name == "walk":
            fields["written_at"] = getattr(self.request.user, "wrote_at", None)
        return super().run(**fields)

    def done(self, saved):
        words = f"{saved.bad} 项不正常" if saved.bad else "都正常"
        messages.success(self.request, f"{saved}记下了，{words}。")
        return redirect("dorms:night-round-detail", saved.pk) if saved.bad else redirect("dorms:night")


def asked_night(text: str) -> date:
    """The evening asked for, tonight's (in the morning: last night's) when nothing or nonsense is."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return night_of(timezone.now())
    return on if 2000 <= on.year < 2200 else night_of(timezone.now())


def now_and_next(rounds: list[NightRound], at: datetime) -> list[tuple[NightRound, bool]]:
    """(round, is it still to open) of what is open, and of the first time that comes."""
    coming = min((one.occurrence.opens_at for one in rounds if one.occurrence.is_ahead(at)), default=None)
    shown = [(one, one.occurrence.is_ahead(at)) for one in rounds if not one.occurrence.is_ahead(at) or one.occurrence.opens_at == coming]
    return sorted(shown, key=lambda row: row[1])


class Overview(TemplateView):
    """What this person must walk now and next; for whoever oversees, how every building's night stands."""

    template_name = "dorms/night.html"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_see(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        on, today = asked_night(self.request.GET.get("on", "")), timezone.localdate(at)
        rows = night_rows(user, on) if has(user, VIEW) else []
        all_rounds = [one for row in rows for one in row.rounds]
        return super().get_context_data(
            title="夜间巡查",
            on=on,
            before=on - timedelta(days=1),
            after=on + timedelta(days=1) if on < today else None,
            walks=now_and_next(to_walk(user, at, ahead=KEPT_AHEAD), at),
            rows=[(row, [(one, state_mark(*standing(one, at))) for one in row.rounds]) for row in rows],
            counts={
                "due": len(all_rounds),
                "done": sum(one.occurrence.state in ("done", "late") for one in all_rounds),
                "missed": sum(one.occurrence.state == "missed" or one.occurrence.is_overdue(at) for one in all_rounds),
                "bad": sum(one.bad for one in all_rounds),
            },
            sees_all=has(user, VIEW),
            records_finds=has(user, RECORDS_FINDS),
            can_manage=allowed(rules.check_can_manage, user),
            **kwargs,
        )


@require_safe
@never_cache
def print_night(request):
    check_can_view(request.user)
    return paper_response(request, NIGHT_PAPER, asked_period(request.GET))


def night_urls() -> list:
    """The routes of night rounds, under /dorms/."""
    return [
        path("night/", Overview.as_view(), name="night"),
        path("night/print/", print_night, name="night-print"),
        *record_urls(PLANS),
        *record_urls(ROUNDS, pages={"action": WalkAction}),
    ]
