"""Hazards as a list, a page, forms and actions; the ledger as Excel is the list's export (SAF-04)."""

from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from logistics.platform.access.rules import has
from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.ref import Ref
from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_moment, yuan

from . import closing_rules as closing
from . import forms, rules
from .figures_pages import figures_urls
from .models import TONES, Hazard, Level, State
from .prints import LEDGER_VIEW
from .queries import VIEW, counts, earlier_here, hazards_visible_to


def standing(hazard: Hazard) -> tuple[str, str]:
    """(words, tone) of how it stands today."""
    if hazard.is_late(timezone.localdate()):
        return "逾期", "late"
    return hazard.get_state_display(), TONES[State(hazard.state)]


def level_mark(hazard: Hazard):
    return format_html('<span class="sev high">{}</span>', "重大") if hazard.level == Level.MAJOR else hazard.get_level_display()


def due_words(hazard: Hazard) -> str:
    return f"{day(hazard.due_on)}" if hazard.due_on else ""


def local_day(moment):
    return timezone.localdate(moment) if moment else None


def views(user) -> list[View]:
    now = counts(user, timezone.now())
    return [
        View("全部", ""),
        View("没有销号的", "state=open", now["open"]),
        View("待评级", "state=found", now["grade"], pressing=True),
        View("待复查", "state=fixed", now["recheck"], pressing=True),
        View("逾期的", "state=late", now["late"], pressing=True),
        View("重大", "level=major", now["major"]),
    ]


def facts(hazard: Hazard) -> list[tuple]:
    rows = [
        ("地点", str(hazard.place), False),
        ("类别", hazard.get_kind_display(), False),
        ("等级", hazard.get_level_display() or "还没有评", False),
        ("来源", hazard.get_source_display(), False),
        ("发现", f"{hazard.found_by}，{full_moment(hazard.found_at)}", False),
        ("责任人", f"{hazard.owner}（{hazard.department}）" if hazard.owner and hazard.department else str(hazard.owner or "—"), False),
        ("期限", f"{due_words(hazard) or '—'}" + (f"，延期 {hazard.postponed} 次" if hazard.postponed else ""), False),
        ("整改资金", yuan(hazard.money) if hazard.money is not None else "—", False),
        ("隐患情况", hazard.description, True),
        ("整改措施", hazard.measure or "—", True),
    ]
    if hazard.temporary:
        rows.append(("临时措施和预案", hazard.temporary, True))
    if hazard.reported_on:
        rows.append(("上报", f"{day(hazard.reported_on)} 报{hazard.reported_to}", True))
    if hazard.fixed_at:
        rows.append(("整改结果", f"{hazard.fixed_by}，{full_moment(hazard.fixed_at)}：{hazard.fixed_words}", True))
    if hazard.checked_at:
        rows.append(("复查", f"{hazard.checked_by}，{full_moment(hazard.checked_at)}：{hazard.checked_words}", True))
    if hazard.closed_at:
        rows.append(("销号", f"{hazard.closed_by}，{full_moment(hazard.closed_at)}", True))
    return rows


STEP_WORDS = ("发现", "评级", "派单", "整改", "复查销号")
REACHED = {State.FOUND: 1, State.GRADED: 2, State.ASSIGNED: 3, State.FIXED: 4, State.CHECKED: 4, State.CLOSED: 5, State.VOID: 1}
NEXT = {
    State.FOUND: "安全员评级，定一般还是重大。",
    State.GRADED: "安全员派单，写明责任人、措施和期限。",
    State.ASSIGNED: "责任人整改，拍照登记。",
    State.FIXED: "整改人以外的人复查。",
    State.CHECKED: "分管领导或校长销号。",
}


def detail(hazard: Hazard, user) -> dict:
    reached = REACHED[State(hazard.state)]
    photos = {role: list(attachments_of(hazard, role)) for role in ("before", "after", "checked")}
    if hazard.origin_kind and hazard.origin_id is not None:
        photos["before"] += list(attachments_of_ref(Ref(hazard.origin_kind, hazard.origin_id)))
    before = earlier_here(hazard)
    return {
        "steps": [(words, n < reached, n == reached) for n, words in enumerate(STEP_WORDS)],
        "next_words": NEXT.get(State(hazard.state), ""),
        "state_cell": state_mark(*standing(hazard)),
        "photos": [(words, photos[role]) for role, words in (("before", "整改前"), ("after", "整改后"), ("checked", "复查")) if photos[role]],
        "earlier": before if has(user, VIEW) else [one for one in before if user.pk in (one.found_by_id, one.owner_id)],
        "nth": len(before) + 1,
        "ticket": hazard.ticket,
        "origin_url": origin_url(hazard),
    }


def attachments_of_ref(found: Ref):
    """The photos of the record that found it, whichever it is."""
    return Attachment.objects.filter(kind=found.kind, record_id=found.id).order_by("pk")


def origin_url(hazard: Hazard) -> str:
    return reverse("safety:visit-detail", args=[hazard.origin_id]) if hazard.origin_kind == "safety.visit" else ""


HAZARDS = Record(
    model=Hazard,
    namespace="safety:hazard",
    label="隐患",
    icon="triangle-alert",
    rows=hazards_visible_to,
    columns=(
        Column("description", "隐患情况", lambda h: h.description, lambda h: link(h.title, reverse("safety:hazard-detail", args=[h.pk]), f"{h.number} · {h.place}"), css="key", width=40),
        Column("number", "编号", lambda h: h.number, css="nw", sort="number", optional=True, width=16),
        Column("found_on", "发现日期", lambda h: local_day(h.found_at), lambda h: day(local_day(h.found_at)), css="nw only-wide", sort="found_at", kind="date", width=12),
        Column("found_by", "排查人", lambda h: h.found_by.name, css="nw only-wide", optional=True),
        Column("source", "来源", lambda h: h.get_source_display(), css="nw only-wide", optional=True),
        Column("place", "地点", lambda h: str(h.place), css="only-wide", optional=True, width=24),
        Column("kind", "类别", lambda h: h.get_kind_display(), css="nw only-wide"),
        Column("level", "等级", lambda h: h.get_level_display(), level_mark, css="nw", sort="level"),
        Column("measure", "整改措施", lambda h: h.measure, css="only-wide", optional=True, width=30),
        Column("department", "责任部门", lambda h: str(h.department or ""), css="nw only-wide", optional=True),
        Column("owner", "责任人", lambda h: str(h.owner or ""), css="nw", sort="owner__pinyin"),
        Column("due_on", "期限", lambda h: h.due_on, due_words, css="nw", sort="due_on", kind="date", width=12),
        Column("money", "资金（元）", lambda h: h.money, css="num only-wide", optional=True, kind="money"),
        Column("temporary", "临时措施", lambda h: h.temporary, css="only-wide", optional=True, width=24),
        Column("fixed_on", "完成日期", lambda h: local_day(h.fixed_at), lambda h: day(local_day(h.fixed_at)) if h.fixed_at else "", css="nw only-wide", optional=True, kind="date", width=12),
        Column("fixed_by", "整改人", lambda h: str(h.fixed_by or ""), css="nw only-wide", optional=True),
        Column("checked_by", "复查人", lambda h: str(h.checked_by or ""), css="nw only-wide", optional=True),
        Column("checked_words", "复查结论", lambda h: h.checked_words, css="only-wide", optional=True, width=24),
        Column("closed_on", "销号日期", lambda h: local_day(h.closed_at), lambda h: day(local_day(h.closed_at)) if h.closed_at else "", css="nw only-wide", optional=True, kind="date", width=12),
        Column("postponed", "延期次数", lambda h: h.postponed, css="num only-wide", optional=True, kind="integer"),
        Column("state", "状态", lambda h: standing(h)[0], lambda h: state_mark(*standing(h)), css="tail", sort="state"),
    ),
    filters=forms.HazardFilters,
    create_form=forms.ReportForm,
    create=rules.report_hazard,
    check_create=rules.check_can_report,
    order=("-found_at", "-pk"),
    views=views,
    facts=facts,
    detail_context=detail,
    stamp=lambda h: f"{h.state}.{h.owner_id}.{h.due_on}.{h.returned}",
    empty="还没有隐患。看到不安全的地方，拍张照片报上来。",
    actions=(
        Action("grade", "评级派单", rules.grade_hazard, rules.check_can_grade, forms.GradeForm, icon="scale", tone="primary", hint=lambda h, user: repeat_words(h)),
        Action("assign", "派单", rules.assign_hazard, rules.check_can_assign, forms.AssignForm, icon="user-check", tone="primary"),
        Action("fix", "登记整改", closing.fix_hazard, closing.check_can_fix, forms.FixForm, icon="check", tone="primary"),
        Action("recheck", "复查", closing.recheck_hazard, closing.check_can_recheck, forms.RecheckForm, icon="search-check", tone="primary", hint=lambda h, user: f"{h.fixed_by}：{h.fixed_words}"),
        Action("close", "销号", closing.close_hazard, closing.check_can_close, forms.CloseForm, icon="badge-check", tone="primary", hint=lambda h, user: h.checked_words),
        Action("ticket", "转报修", closing.open_hazard_ticket, closing.check_can_open_ticket, forms.TicketForm, icon="wrench", hint=lambda h, user: "报修单验收以后，这里自己记为整改完成，再由别人复查。"),
        Action("report_up", "记上报", rules.report_up, rules.check_can_report_up, forms.ReportUpForm, icon="send"),
        Action("postpone", "延期", closing.postpone_hazard, closing.check_can_postpone, forms.PostponeForm, icon="calendar-clock"),
        Action("reassign", "改派", rules.reassign_hazard, rules.check_can_reassign, forms.ReassignForm, icon="user-pen"),
        Action("void", "不属实", rules.void_hazard, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def repeat_words(hazard: Hazard) -> str:
    before = earlier_here(hazard)
    return f"这里一年内同类隐患第 {len(before) + 1} 次，上一次是 {before[0].number}：{before[0].title}。" if before else ""


class HazardList(RecordList):
    """The list with the ledger to print and the way to the figures."""

    def get_context_data(self, **kwargs):
        sees = has(self.request.user, VIEW)
        days = "&".join(f"{name}={self.request.GET[name]}" for name in ("since", "until") if self.request.GET.get(name, "").replace("-", "").isdecimal())
        today = timezone.localdate()
        return super().get_context_data(days=days, month=f"since={today.replace(day=1)}&until={today}", sees_all=sees, **kwargs)


def hazard_urls() -> list:
    """The routes of hazards, under /safety/."""
    return [path("hazard/print/", LEDGER_VIEW, name="hazard-print"), *figures_urls(), *record_urls(HAZARDS, pages={"list": HazardList})]
