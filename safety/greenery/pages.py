"""绿化: plant areas, the calendar of care, the log (HYG-03)."""

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.evidence.logs import LogSheet, log_record, log_urls
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Record, allowed
from logistics.platform.web.tables import Column, link, state_mark
from safety.words import stamp_of

from . import forms, rules
from .models import CareLog, CareRule, PlantArea
from .queries import areas_visible_to, calendar_of, rules_visible_to

AREAS = Record(
    model=PlantArea,
    namespace="safety:plant-area",
    label="绿化区",
    icon="trees",
    rows=areas_visible_to,
    columns=(
        Column("name", "绿化区", lambda a: a.name, lambda a: link(a.name, AREAS.url("detail", a), a.plants), css="key", sort="name", width=24),
        Column("keeper", "养护人", lambda a: a.keeper.name, css="nw"),
        Column("square_metres", "面积（平方米）", lambda a: a.square_metres, css="num only-wide", sort="square_metres", kind="integer"),
        Column("place", "地点", lambda a: str(a.place or ""), css="only-wide", optional=True),
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
    empty="还没有绿化区。",
)  # fmt: skip

CARE = Record(
    model=CareRule,
    namespace="safety:care-rule",
    label="养护安排",
    icon="calendar-days",
    rows=rules_visible_to,
    columns=(
        Column("area", "绿化区", lambda c: c.area.name, lambda c: link(c.area, CARE.url("detail", c), c.get_kind_display()), css="key", sort="area__name", width=24),
        Column("kind", "养护", lambda c: c.get_kind_display(), css="only-wide", sort="kind"),
        Column("season", "季节", lambda c: "全年" if (c.first_month, c.last_month) == (1, 12) else f"{c.first_month} 月到 {c.last_month} 月", css="nw"),
        Column("every_days", "多久一次", lambda c: c.every_days, lambda c: f"每 {c.every_days} 天", css="nw", sort="every_days", kind="integer"),
        Column("is_active", "在用", lambda c: "在用" if c.is_active else "停用", lambda c: state_mark("在用", "done") if c.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.CareFilters,
    form=forms.CareForm,
    create=rules.save_care,
    update=rules.save_care,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("area__name", "kind", "pk"),
    empty="还没有养护安排。",
)  # fmt: skip

LOGS = log_record(
    CareLog,
    name="care-log",
    label="养护记录",
    icon="sprout",
    columns=(
        Column("area", "绿化区", lambda c: c.area.name, css="nw", sort="area__name"),
        Column("kind", "养护", lambda c: c.get_kind_display(), css="nw", sort="kind"),
        Column("words", "做了什么", lambda c: c.words, width=30),
        Column("agent", "药名和用量", lambda c: c.agent, css="only-wide", width=20),
    ),
    form=forms.LogForm,
    create=rules.record_care,
    joins=("area",),
    search="area__name",
    empty="还没有养护记录。",
)
LOG_SHEET = LogSheet(
    LOGS,
    "绿化养护记录表",
    (("时间", False), ("绿化区", False), ("养护", False), ("做了什么", False), ("药名和用量", False), ("养护人", False)),
    lambda c: [stamp_of(c.happened_at), c.area.name, c.get_kind_display(), c.words, c.agent, c.created_by.name],
    ("养护人", "负责人"),
)


@require_safe
@never_cache
def calendar_page(request):
    """What is due, area by area."""
    rules.check_can_view(request.user)
    today = timezone.localdate()
    rows = [(due, due.tone(today)) for due in calendar_of(today)]
    context = {
        "title": "绿化",
        "today": today,
        "rows": rows,
        "late": sum(tone == "late" for _, tone in rows),
        "may_record": allowed(rules.check_can_record, request.user),
        "may_manage": allowed(rules.check_can_manage, request.user),
    }
    return render(request, "safety/greenery.html", context)


def greenery_urls() -> list:
    """The routes of greenery, under /safety/."""
    return [path("greenery/", calendar_page, name="greenery"), *record_urls(AREAS), *record_urls(CARE), *log_urls(LOGS, LOG_SHEET)]
