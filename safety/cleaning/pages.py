"""卫生: areas, the day's scores for everybody, the week's ranking, supplies (HYG-01, HYG-02, HYG-04)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.fixing import SCORE_TONES
from logistics.platform.evidence.logs import LogDetail, LogSheet, asked_period, log_record, log_urls, paper_response
from logistics.platform.limits.queries import limit_shown
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, full_moment
from safety.words import stamp_of

from . import forms, rules
from .models import AreaScore, CleaningArea, ScoreState, SupplyUse
from .queries import MARK, area_days, areas_visible_to, ranking, used_by_area, week_of

AREAS = Record(
    model=CleaningArea,
    namespace="safety:cleaning-area",
    label="包干区",
    icon="brush-cleaning",
    rows=areas_visible_to,
    columns=(
        Column("name", "包干区", lambda a: a.name, lambda a: link(a.name, AREAS.url("detail", a), a.owner), css="key", sort="name", width=24),
        Column("place", "地点", lambda a: str(a.place or ""), css="only-wide", optional=True),
        Column("school_class", "班级", lambda a: str(a.school_class or ""), css="only-wide nw", sort="school_class__order"),
        Column("cleaner", "保洁员", lambda a: a.cleaner.name if a.cleaner else "", css="only-wide nw"),
        Column("standard", "标准", lambda a: a.standard, css="only-wide", width=40),
        Column("times", "一天几次", lambda a: a.times, lambda a: f"{a.times} 次", css="nw", kind="integer"),
        Column("is_active", "在用", lambda a: "在用" if a.is_active else "停用", lambda a: state_mark("在用", "done") if a.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.AreaFilters,
    form=forms.AreaForm,
    create=rules.save_area,
    update=rules.save_area,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("name", "pk"),
    facts=lambda a: [
        ("包干区", a.name, False), ("地点", a.place or "—", False), ("班级", a.school_class or "—", False), ("保洁员", a.cleaner.name if a.cleaner else "—", False),
        ("一天几次", f"{a.times} 次", False), ("什么时间", a.hours or "—", False), ("标准", a.standard, True),
    ],
    detail_context=lambda a, user: {
        "scores": [(one, SCORE_TONES[ScoreState(one.state)]) for one in a.scores.filter(struck_at=None).order_by("-happened_at", "-pk")[:14]],
        "supplies": [row[1:] for row in used_by_area(timezone.localdate() - timedelta(days=30), timezone.localdate()) if row[0] == a.name],
        "may_score": allowed(rules.check_can_score, user),
    },
    empty="还没有包干区。",
)  # fmt: skip

SCORES = replace(
    log_record(
        AreaScore,
        name="area-score",
        label="卫生检查",
        icon="clipboard-check",
        columns=(
            Column("area", "包干区", lambda s: s.area.name, css="nw", sort="area__name"),
            Column("cadence", "种类", lambda s: s.get_cadence_display(), css="nw only-wide"),
            Column("school_class", "班级", lambda s: str(s.school_class or ""), css="nw only-wide"),
            Column("cleaner", "保洁员", lambda s: s.cleaner.name if s.cleaner else "", css="nw only-wide"),
            Column("points", "得分", lambda s: s.points, css="num", sort="points", kind="integer"),
            Column("problem", "问题", lambda s: s.problem, width=30),
            Column("due_on", "整改期限", lambda s: s.due_on, lambda s: day(s.due_on) if s.due_on else "", css="nw only-wide", kind="date"),
            Column("fixed_words", "怎么整改的", lambda s: s.fixed_words, css="only-wide", optional=True, width=30),
            Column(
                "fixed_at", "整改时间", lambda s: s.fixed_at, lambda s: full_moment(s.fixed_at), css="nw only-wide", optional=True, kind="datetime", width=17
            ),
            Column("checked_by", "复查人", lambda s: s.checked_by.name if s.checked_by else "", css="nw only-wide", optional=True),
        ),
        form=forms.ScoreForm,
        create=rules.score_area,
        joins=("area", "school_class", "cleaner", "fixed_by", "checked_by"),
        state=lambda s: (s.get_state_display(), SCORE_TONES[ScoreState(s.state)]),
        actions=(
            Action("fix", "登记整改", rules.fix_area, rules.check_can_fix, forms.FixForm, icon="wrench", tone="primary"),
            Action("check", "复查", rules.check_area, rules.check_can_check, forms.CheckForm, icon="search-check", tone="primary"),
        ),
        empty="还没有检查记录。",
    ),
    filters=forms.ScoreFilters,
    views=lambda user: [ListView("全部", ""), ListView("待整改", f"state={ScoreState.OPEN}"), ListView("待复查", f"state={ScoreState.FIXED}")],
    detail_context=lambda s, user: {"photos": list(attachments_of(s, "photo")), "after": list(attachments_of(s, "after"))},
)
SCORE_SHEET = LogSheet(
    SCORES,
    "卫生检查评分表",
    (("时间", False), ("种类", False), ("包干区", False), ("负责", False), ("得分", True), ("问题", False), ("整改期限", False), ("整改", False), ("检查人", False)),
    lambda s: [
        stamp_of(s.happened_at), s.get_cadence_display(), s.area.name, "、".join(filter(None, [str(s.school_class or ""), s.cleaner.name if s.cleaner else ""])), f"{s.points}", s.problem,
        f"{s.due_on:%m-%d}" if s.due_on else "", s.fixed_words or ("" if s.state == ScoreState.FINE else s.get_state_display()), s.created_by.name,
    ],
    ("检查人", "负责人"),
)  # fmt: skip

SUPPLIES = log_record(
    SupplyUse,
    name="supply-use",
    label="保洁用品",
    icon="spray-can",
    columns=(
        Column("area", "包干区", lambda s: s.area.name, css="nw", sort="area__name"),
        Column("item", "用品", lambda s: str(s.item)),
        Column("quantity", "数量", lambda s: s.quantity, lambda s: f"{s.quantity.normalize():f} {s.item.unit}", css="num nw", kind="number"),
    ),
    form=forms.SupplyForm,
    create=rules.use_supply,
    joins=("area", "item"),
    search="area__name",
    empty="还没有记用品。",
)
SUPPLY_SHEET = LogSheet(
    SUPPLIES,
    "保洁用品消耗记录",
    (("时间", False), ("包干区", False), ("用品", False), ("数量", True), ("单位", False), ("记录人", False)),
    lambda s: [stamp_of(s.happened_at), s.area.name, str(s.item), f"{s.quantity.normalize():f}", s.item.unit, s.created_by.name],
    ("记录人",),
)


@require_safe
@never_cache
def day_page(request):
    """Every area with its points of the day, published as they are written."""
    rules.check_can_view(request.user)
    today = timezone.localdate()
    on = min(asked_period(request.GET).since, today)
    rows = area_days(on)
    known = [row.score.points for row in rows if row.score]
    context = {
        "title": "卫生",
        "day": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "rows": [(row, SCORE_TONES[ScoreState(row.score.state)] if row.score else "wait") for row in rows],
        "done": len(known),
        "average": f"{sum(known) / len(known):.1f}" if known else "—",
        "open": sum(bool(row.score and row.score.state != ScoreState.FINE) for row in rows),
        "may_score": allowed(rules.check_can_score, request.user) and on == today,
        "pass": limit_shown(MARK, on),
    }
    return render(request, "safety/cleaning.html", context)


def week_context(first: date, last: date) -> dict:
    return {
        "classes": ranking(first, last),
        "cleaners": ranking(first, last, by="cleaner"),
        "supplies": used_by_area(first, last),
    }


@require_safe
@never_cache
def week_page(request):
    """The ranking of one week."""
    rules.check_can_view(request.user)
    first, last = week_of(asked_period(request.GET).since)
    context = {
        "title": "卫生周评比",
        "first": first,
        "last": last,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7) if last < timezone.localdate() else None,
    }
    return render(request, "safety/cleaning_week.html", context | week_context(first, last))


@dataclass(frozen=True)
class WeekOf:
    first: date

    @property
    def number(self) -> str:
        return f"{self.first:%Y%m%d}"


def week_of_paper(paper) -> WeekOf | None:
    try:
        return WeekOf(date(int(paper.number[:4]), int(paper.number[4:6]), int(paper.number[6:8])))
    except ValueError:
        return None


def week_paper(week: WeekOf, user) -> dict:
    """The ranking as it hangs on the wall."""
    last = week.first + timedelta(days=6)
    rows = [[f"{row.place}", row.name, f"{row.average}", f"{row.looks}", f"{row.faults}", ""] for row in ranking(week.first, last)]
    columns = [("名次", True), ("班级", False), ("平均分", True), ("检查次数", True), ("要整改的次数", True), ("备注", False)]
    sub = f"{full_day(week.first)}至{full_day(last)}"
    return {
        "heading": "班级卫生周评比",
        "sub": sub,
        "table": {"columns": columns, "rows": rows},
        "count": len(rows),
        "law": "",
        "signers": [("公布人", ""), ("日期", "")],
    }


WEEK = PrintDocument(
    kind="safety.cleaningweek",
    title="班级卫生周评比",
    template="print/evidence/log.html",
    context=week_paper,
    number=lambda week: week.number,
    find=week_of_paper,
)


@require_safe
@never_cache
def week_print(request):
    rules.check_can_view(request.user)
    return paper_response(request, WEEK, WeekOf(week_of(asked_period(request.GET).since)[0]))


class ScoreDetail(LogDetail):
    def get_template_names(self):
        return ["safety/areascore_detail.html"]


class ScoreForm(RecordForm):
    """After one area comes the next: back to the day."""

    def done(self, saved):
        messages.success(self.request, f"已公布：{saved}")
        return redirect(reverse("safety:cleaning"))


def cleaning_urls() -> list:
    """The routes of cleaning, under /safety/."""
    return [
        path("cleaning/", day_page, name="cleaning"),
        path("cleaning/week/", week_page, name="cleaning-week"),
        path("cleaning/week/print/", week_print, name="cleaning-week-print"),
        *record_urls(AREAS),
        *log_urls(SCORES, SCORE_SHEET, detail=ScoreDetail, form=ScoreForm),
        *log_urls(SUPPLIES, SUPPLY_SHEET),
    ]
