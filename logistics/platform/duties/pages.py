"""Duties and the times they are due, described for their lists, pages and the API (SAF-02)."""

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import Post
from logistics.platform.org.queries import people
from logistics.platform.terms.queries import calendar
from logistics.platform.web.forms import DayInput
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as Usual
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, full_moment, moment, stamp

from . import doing_rules, rules
from .forms import DutyForm, FinishForm, MakeUpForm, ReasonForm, SubstituteForm, grace_words
from .ladder import ladder_words
from .models import Duty, Occurrence, OccurrenceState
from .queries import (
    doers_of,
    duties_visible_to,
    occurrence_counts,
    occurrence_list_rows,
    occurrences_visible_to,
    own_q,
    preview,
    standing,
    substitutes_on,
    trouble_q,
    window_words,
)
from .registry import producer_of
from .rhythm import Kind

# Duties


class DutyFilters(FilterSet):
    q = CharFilter(field_name="title", lookup_expr="icontains", label="任务", help_text="任务名称")
    rhythm = ChoiceFilter(field_name="rhythm__kind", label="多久一次", choices=Kind.choices, empty_label="不限多久")
    owner_post = KeptModelChoiceFilter(kept="duty-posts", label="岗位", queryset=Post.objects.all(), empty_label="全部岗位")
    state = ChoiceFilter(label="状态", choices=[("used", "在用"), ("stopped", "停用")], method="in_state", empty_label="全部状态")

    def in_state(self, rows, name, value):
        return rows.filter(is_active=value == "used")


def used_mark(duty: Duty):
    return state_mark("在用", "doing") if duty.is_active else state_mark("停用", "void")


def duty_facts(duty: Duty) -> list[tuple]:
    return [
        ("多久一次", duty.sentence, True),
        ("谁做", duty.owner_words, False),
        ("督促人", duty.supervisor or "—", False),
        ("从哪天起", full_day(duty.starts_on), False),
        ("怎样算做了", producer_of(duty.producer).label, False),
        ("提醒", f"到期前 {duty.remind_minutes} 分钟" if duty.remind_minutes else "不提醒", False),
        ("超时还可以补", grace_words(duty.grace_minutes), False),
        ("为什么做", duty.basis or "—", True),
    ]


def duty_context(duty: Duty, user) -> dict:
    today = timezone.localdate()
    rows = list(occurrences_visible_to(user).filter(duty=duty, opens_at__lte=timezone.now()).order_by("-opens_at")[:12])
    return {
        "state_cell": used_mark(duty),
        "next_slots": [(slot, window_words(slot.start, slot.due)) for slot in preview(duty, calendar(), timezone.now())],
        "ladder": ladder_words(duty),
        "substitutes": list(duty.substitutes.filter(is_void=False, last_on__gte=today).select_related("person")),
        "recent": [(row, *standing(row, timezone.now())) for row in rows],
    }


DUTIES: Record = Record(
    model=Duty,
    namespace="duties:duty",
    icon="calendar-clock",
    label="定时任务",
    rows=duties_visible_to,
    columns=(
        Column("title", "任务", lambda d: d.title, lambda d: link(d.title, DUTIES.url("detail", d), d.sentence), css="key", sort="title", width=40),
        Column("sentence", "多久一次", lambda d: d.sentence, css="only-wide", optional=True, width=50),
        Column("owner", "谁做", lambda d: d.owner_words, width=16),
        Column("supervisor", "督促人", lambda d: str(d.supervisor or ""), css="nw only-wide", sort="supervisor__pinyin", width=12),
        Column("starts_on", "从哪天起", lambda d: d.starts_on, lambda d: day(d.starts_on), css="nw only-wide", sort="starts_on", kind="date", width=12),
        Column("items", "检查项目", lambda d: len(d.checklist), css="num only-wide", kind="integer", width=10),
        Column("basis", "为什么做", lambda d: d.basis, css="only-wide", optional=True, width=40),
        Column("state", "状态", lambda d: "在用" if d.is_active else "停用", used_mark, css="tail", sort="is_active", width=8),
    ),
    filters=DutyFilters,
    order=("-is_active", "title", "pk"),
    form=DutyForm,  # type: ignore[arg-type]  # a model form is used like any other
    create=rules.save_duty,
    update=rules.save_duty,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    stamp=lambda d: f"{d.is_active}",
    facts=duty_facts,
    detail_context=duty_context,
    empty="还没有定时任务。把每天、每周、每月要做的登记下来，到时候会自己出现在待办里。",
    actions=(
        Action("substitute", "安排代班", rules.add_substitute, rules.check_can_manage, SubstituteForm, icon="user-round-plus"),
        Action(
            "void_substitutes",
            "取消代班",
            rules.void_substitutes,
            rules.check_can_void_substitute,
            icon="user-round-x",
            confirm="从今天起仍由原来的人做，已经过去的日子不变。",
        ),
        Action("stop", "停用", rules.stop_duty, rules.check_can_stop, ReasonForm, icon="circle-pause", tone="stop"),
        Action("start", "重新启用", rules.start_duty, rules.check_can_start, icon="circle-play", confirm="从现在起重新排；停用的日子不补。"),
    ),
)


# Occurrences


class OccurrenceFilters(FilterSet):
    q = CharFilter(method="find", label="任务", help_text="任务名称或谁做")
    duty = KeptModelChoiceFilter(kept="duties", label="任务", queryset=Duty.objects.order_by("title"), empty_label="全部任务")
    state = ChoiceFilter(
        label="状态",
        choices=[("now", "该做了"), ("trouble", "超时和没做"), *OccurrenceState.choices],
        method="in_state",
        empty_label="全部状态",
    )
    post = KeptModelChoiceFilter(kept="posts", field_name="owner_post", label="岗位", queryset=Post.objects.all(), empty_label="全部岗位")
    person = KeptModelChoiceFilter(kept="duty-people", method="of_person", label="谁做", queryset=people(), empty_label="全部的人")
    since = DateFilter(label="从", field_name="on", lookup_expr="gte", widget=DayInput())
    until = DateFilter(label="到", field_name="on", lookup_expr="lte", widget=DayInput())

    def find(self, rows, name, value):
        text = plain(value)
        return rows.filter(Q(duty__title__icontains=text) | Q(owner_words__icontains=text))

    def in_state(self, rows, name, value):
        now = timezone.now()
        if value == "now":
            return rows.filter(state=OccurrenceState.OPEN, opens_at__lte=now)
        return rows.filter(trouble_q(now)) if value == "trouble" else rows.filter(state=value)

    def of_person(self, rows, name, value):
        return rows.filter(own_q(value))


def mark(row: Occurrence):
    return state_mark(*standing(row, timezone.now()))


def done_cell(row: Occurrence):
    if row.done_at is None:
        return ""
    wrong = format_html('<span class="two t-late">{} 项不正常</span>', row.bad) if row.bad else ""
    return format_html("{} {}{}", row.done_by, stamp(row.done_at), wrong)


def views(user) -> list[Usual]:
    n = occurrence_counts(user, timezone.now())
    return [Usual("全部", ""), Usual("该做了", "state=now", n["now"]), Usual("超时和没做", "state=trouble", n["trouble"], pressing=True)]


def night_of(row: Occurrence) -> str:
    """To which day a time after midnight belongs."""
    return "" if row.on == timezone.localdate(row.opens_at) else f"（{row.on.month}月{row.on.day}日夜里）"


def occurrence_facts(row: Occurrence) -> list[tuple]:
    return [
        ("时间", f"{full_day(row.opens_at)} {window_words(row.opens_at, row.due_at)}{night_of(row)}", True),
        ("谁做", row.owner_words, False),
        ("督促人", row.supervisor or "—", False),
        ("最晚", moment(row.closes_at), False),
        *([("做完", f"{row.done_by} {full_moment(row.done_at)}", False)] if row.done_at else []),
        *([("原因", row.reason, True)] if row.reason else []),
        *([("为什么做", row.duty.basis, True)] if row.duty.basis else []),
    ]


def occurrence_context(row: Occurrence, user) -> dict:
    now = timezone.now()
    files: dict[str, list[Attachment]] = {}
    for file in attachments_of(row):
        files.setdefault(file.role, []).append(file)
    entries = [
        {"entry": entry, "answers": [(answer, files.get(f"item{n}", [])) for n, answer in enumerate(entry.answers)]}
        for entry in row.entries.select_related("by").order_by("-pk")
    ]
    open_now = row.opens_at <= now < row.closes_at and allowed(doing_rules.check_can_complete, user, row)
    own = open_now and allowed(doing_rules.check_can_finish, user, row)
    producer = producer_of(row.duty.producer)
    return {
        "state_cell": mark(row),
        "entries": entries,
        "photos": files.get("photo", []),
        "stands_in": substitutes_on([row]).get(row.pk),
        "doers": doers_of([row])[row.pk],
        "form": FinishForm(record=row, user=user) if own else None,
        "producer": producer if open_now and not own else None,
        "start_url": producer.start_url(row) if open_now and not own else "",
        "is_ahead": row.is_ahead(now),
        "ahead_url": OCCURRENCES.url("action", row, "finish") if row.is_ahead(now) and allowed(doing_rules.check_can_finish, user, row) else "",
        "is_overdue": row.is_overdue(now),
    }


OCCURRENCES: Record = Record(
    model=Occurrence,
    namespace="duties:occurrence",
    icon="list-checks",
    label="任务记录",
    rows=occurrences_visible_to,
    list_rows=occurrence_list_rows,
    columns=(
        Column("duty", "任务", lambda o: o.duty.title, lambda o: link(o.duty.title, OCCURRENCES.url("detail", o)), css="key", sort="duty__title", width=30),
        Column("opens_at", "开始", lambda o: o.opens_at, lambda o: stamp(o.opens_at), css="nw", sort="opens_at", kind="datetime", width=16),
        Column("due_at", "期限", lambda o: o.due_at, lambda o: stamp(o.due_at), css="nw", sort="due_at", kind="datetime", width=16),
        Column("owner", "谁做", lambda o: o.owner_words, sort="owner_words", width=16),
        Column("done", "做完", lambda o: f"{o.done_by} {stamp(o.done_at)}" if o.done_at else "", done_cell, css="only-wide", sort="done_at", width=22),
        Column("bad", "不正常", lambda o: o.bad, css="num only-wide", optional=True, sort="bad", kind="integer", width=8),
        Column("reason", "原因", lambda o: o.reason, css="only-wide", optional=True, width=30),
        Column("state", "状态", lambda o: standing(o, timezone.now())[0], mark, css="tail", sort="state", width=10),
    ),
    filters=OccurrenceFilters,
    order=("-opened", "-opens_at", "-pk"),
    views=views,
    facts=occurrence_facts,
    detail_context=occurrence_context,
    empty="还没有任务。",
    actions=(
        Action("finish", "做完", doing_rules.finish_checklist, doing_rules.check_can_finish, FinishForm, icon="check", tone="primary"),
        Action("make_up", "补做说明", doing_rules.make_up, doing_rules.check_can_make_up, MakeUpForm, icon="message-square-plus"),
        Action("cancel", "这次不用做", doing_rules.cancel_occurrence, doing_rules.check_can_cancel, ReasonForm, icon="calendar-x", tone="stop"),
    ),
)
