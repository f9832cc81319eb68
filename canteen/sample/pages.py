"""留样: the dishes of the day on one page, samples with their labels, fridges (CAN-07)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from canteen.evidence import check_can_check, check_can_manage, check_can_record, check_can_strike, check_can_view
from canteen.meal.queries import check_can_record as check_can_serve
from canteen.numbers import plainly
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import STRIKE_HINT, LogDetail, LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.sheets import Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.limits.queries import limit_shown
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_moment, stamp

from . import forms, rules
from .models import Fridge, FridgeReading, Sample, SampleGap, SampleState
from .queries import GRAMS, VIEW, active_fridges, disposable, lacking, meals_of, sample_counts, samples_visible_to


def standing(sample: Sample) -> tuple[str, str]:
    """(word, tone) of a sample now."""
    if sample.is_struck:
        return "已划去", "void"
    if sample.state == SampleState.DISPOSED:
        return "已处理", "done"
    if sample.is_locked:
        return "封存", "late"
    return ("可以处理", "wait") if sample.keep_until <= timezone.now() else ("留存中", "doing")


def check_can_dispose_now(user, sample: Sample) -> None:
    """The button comes with the hour; the rule asks again with its own moment."""
    rules.check_can_dispose(user, sample)
    rules.check_kept_long_enough(sample, timezone.now())


def sample_views(user) -> list[View]:
    counts = sample_counts(user, timezone.now())
    return [
        View("全部", ""),
        View("留存中", "state=kept", counts["kept"]),
        View("封存", "locked=true", counts["locked"], pressing=True),
    ]


SAMPLES = Record(
    model=Sample,
    namespace="canteen:sample",
    label="食品留样",
    icon="snowflake",
    rows=samples_visible_to,
    columns=(
        Column("dish", "食品名称", lambda s: str(s.dish), lambda s: link(s.dish, reverse("canteen:sample-detail", args=[s.pk]), str(s.dish.meal)), css="key", width=20),
        Column("meal", "餐次", lambda s: str(s.dish.meal), css="only-wide nw", optional=True, width=16),
        Column("grams", "留样量（克）", lambda s: s.grams, css="num", sort="grams", kind="integer"),
        Column("happened_at", "留样时间", lambda s: s.happened_at, lambda s: stamp(s.happened_at), css="nw", sort="happened_at", kind="datetime", width=17),
        Column("container", "盒号", lambda s: s.container, css="nw only-wide", sort="container", width=10),
        Column("fridge", "冰箱", lambda s: s.fridge.name, css="only-wide", width=14),
        Column("taken_by", "留样人", lambda s: s.taken_by.name, css="nw only-wide"),
        Column("keep_until", "留到", lambda s: s.keep_until, lambda s: stamp(s.keep_until), css="nw", sort="keep_until", kind="datetime", width=17),
        Column("disposed_at", "处理时间", lambda s: s.disposed_at, lambda s: stamp(s.disposed_at) if s.disposed_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("disposed_by", "处理人", lambda s: s.disposed_by.name if s.disposed_by else "", css="nw only-wide", optional=True),
        Column("note", "备注", lambda s: s.note, css="only-wide", optional=True, width=24),
        Column("marks", "补记和更正", lambda s: s.marks, css="only-wide", optional=True, width=30),
        Column("state", "状态", lambda s: standing(s)[0], lambda s: state_mark(*standing(s)), css="tail", width=10),
    ),
    filters=forms.SampleFilters,
    form=forms.SampleForm,
    create=rules.record_sample,
    check_view=check_can_view,
    check_create=check_can_record,
    order=("-happened_at", "-pk"),
    views=sample_views,
    stamp=lambda s: f"{s.state}{s.locked_at}{s.struck_at}",
    detail_context=lambda sample, user: {"photos": list(attachments_of(sample, "photo")), "lock": sample.locked_for, "keep_until": sample.keep_until},
    empty="还没有留样。菜做好以后，在「今天的留样」里一道一道记。",
    actions=(
        Action("dispose", "处理样品", rules.dispose_sample, check_can_dispose_now, icon="trash-2", tone="primary", bulk=True),
        Action("lock", "封存", rules.lock_sample, rules.check_can_lock, ReasonForm, icon="lock"),
        Action("unlock", "解除封存", rules.unlock_sample, rules.check_can_unlock, ReasonForm, icon="lock-open"),
        Action("strike", "划去", strike, check_can_strike, ReasonForm, icon="eraser", tone="stop", hint=lambda s, user: STRIKE_HINT),
    ),
)  # fmt: skip


def without_sample(since: date, until: date) -> list[list[str]]:
    """The sheet's rows of served dishes that have no sample, with the reason somebody gave."""
    gaps = SampleGap.objects.filter(struck_at=None, dish__meal__on__range=(since, until)).select_related("dish__meal", "dish__dish", "created_by")
    told = [(gap.dish, f"未留样：{gap.reason}（{gap.created_by.name}）") for gap in gaps.order_by("dish__meal__starts_at", "dish_id")]
    missing = lacking().filter(meal__on__range=(since, until), meal__ends_at__lte=timezone.now()).order_by("meal__starts_at", "pk")
    rows = told + [(dish, "未留样，没有说明") for dish in missing]
    return [[f"{dish.meal.on:%m-%d}", dish.meal.get_kind_display(), str(dish), "", "", "", "", "", "", words] for dish, words in rows]


SAMPLE_SHEET = LogSheet(
    SAMPLES,
    "食品留样记录表",
    (("日期", False), ("餐次", False), ("食品名称", False), ("留样量（g）", True), ("留样时间", False), ("存放、盒号", False), ("留样人", False), ("处理时间", False), ("处理人", False)),
    lambda s: [
        f"{s.dish.meal.on:%m-%d}", s.dish.meal.get_kind_display(), str(s.dish), str(s.grams), stamp_of(s.happened_at), f"{s.fridge} {s.container}", s.taken_by.name,
        stamp_of(s.disposed_at), s.disposed_by.name if s.disposed_by else "",
    ],
    ("留样人", "审核人（食品安全员）"),
    day="dish__meal__on",
    order=("dish__meal__starts_at", "pk"),
    more=lambda period: without_sample(period.since, period.until),
    note="每餐每个品种不少于 125 克，专柜 0–8 ℃ 冷藏不少于 48 小时（《学校食品安全与营养健康管理规定》第四十条）。",
)  # fmt: skip


def stamp_of(moment) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}" if moment else ""


GAPS = log_record(
    SampleGap,
    name="sample-gap",
    label="没有留样的说明",
    icon="circle-alert",
    columns=(
        Column("dish", "哪道菜", lambda g: f"{g.dish.meal} {g.dish}", width=24),
        Column("reason", "原因", lambda g: g.reason, css="only-wide", width=40),
    ),
    form=forms.GapForm,
    create=rules.excuse_dish,
    check_create=check_can_check,
    joins=("dish__meal", "dish__dish"),
    search="reason",
    empty="没有缺样的菜。",
)

READINGS = log_record(
    FridgeReading,
    name="fridge-reading",
    label="冰箱温度",
    icon="thermometer-snowflake",
    columns=(
        Column("fridge", "冰箱", lambda r: r.fridge.name, width=16),
        Column("celsius", "温度（℃）", lambda r: r.celsius, css="num", sort="celsius", kind="number"),
        Column("measure", "怎么处理", lambda r: r.measure, css="only-wide", width=30),
    ),
    form=forms.ReadingForm,
    create=rules.record_reading,
    joins=("fridge",),
    state=lambda r: ("正常", "done") if r.is_within else ("超出范围", "late"),
    empty="还没有读过温度。早晚各看一次，照实写。",
)
READINGS = replace(READINGS, filters=forms.FridgeReadingFilters)

READING_SHEET = LogSheet(
    READINGS,
    "冰箱温度记录表",
    (("时间", False), ("冰箱", False), ("温度（℃）", True), ("是否正常", False), ("处理", False), ("记录人", False)),
    lambda r: [stamp_of(r.happened_at), r.fridge.name, plainly(r.celsius), "正常" if r.is_within else "超出范围", r.measure, r.created_by.name],
    ("记录人", "食品安全员"),
)

FRIDGES = Record(
    model=Fridge,
    namespace="canteen:fridge",
    icon="refrigerator",
    rows=lambda user: Fridge.objects.select_related("place") if has(user, VIEW) else Fridge.objects.none(),
    columns=(
        Column("name", "名称", lambda f: f.name, lambda f: link(f.name, reverse("canteen:fridge-update", args=[f.pk]), str(f.place or "")), css="key", sort="name", width=20),
        Column("for_samples", "留样专用", lambda f: "是" if f.for_samples else "否", sort="for_samples"),
        Column("range", "温度范围（℃）", lambda f: f"{plainly(f.low)} 到 {plainly(f.high)}", css="nw"),
        Column("is_active", "在用", lambda f: "在用" if f.is_active else "停用", lambda f: state_mark("在用", "done") if f.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.FridgeFilters,
    form=forms.FridgeForm,
    create=rules.save_fridge,
    update=rules.save_fridge,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("name", "pk"),
    empty="还没有登记冰箱。先登记留样专用的。",
)  # fmt: skip


class DayForm(django_forms.Form):
    day = django_forms.DateField(required=False)


def asked_day(query) -> date:
    """The day the page is asked for, today otherwise."""
    form = DayForm(query)
    today = timezone.localdate()
    return (form.cleaned_data["day"] or today) if form.is_valid() else today


@require_safe
@never_cache
def day_page(request):
    """Every served dish of the day: what has its sample, what has not, what may be disposed of now."""
    check_can_view(request.user)
    day, now = asked_day(request.GET), timezone.now()
    rows = meals_of(day)
    context: dict[str, Any] = {
        "title": "今天的留样" if day == timezone.localdate() else "那天的留样",
        "day": day,
        "before": day - timedelta(days=1) if day > date.min else None,
        "after": day + timedelta(days=1) if day < timezone.localdate() else None,
        "meals": rows,
        "missing": sum(row.missing for row in rows),
        "grams": limit_shown(GRAMS, day),
        "due": list(disposable(now).select_related("dish__dish", "dish__meal", "fridge").order_by("keep_until")[:30]),
        "fridges": active_fridges(for_samples=True).exists(),
        "may_record": allowed(check_can_record, request.user),
        "may_check": allowed(check_can_check, request.user),
        "may_manage": allowed(check_can_manage, request.user),
        "may_serve": allowed(check_can_serve, request.user),
        "now": now,
    }
    return render(request, "canteen/samples.html", context)


def label_of(sample: Sample) -> Label:
    meal = sample.dish.meal
    small = f"{meal.on:%m-%d} {meal.get_kind_display()}　{sample.grams} g　{sample.taken_by.name}　{stamp_of(sample.happened_at)} 留至 {stamp_of(sample.keep_until)}"
    return Label(sample.code, str(sample.dish), small)


def sample_by_code(code: str) -> Sample | None:
    key = code.upper().removeprefix("LYP-")
    if not code.upper().startswith("LYP-") or not key.isdecimal() or len(key) > 17:
        return None
    return Sample.objects.select_related("dish__dish", "dish__meal", "taken_by").filter(pk=int(key)).first()


class SampleField(django_forms.CharField):
    """A sample by the code on its label."""

    def clean(self, value):
        text = super().clean(value)
        sample = sample_by_code(text.strip()) if text else None
        if text and sample is None:
            raise django_forms.ValidationError(f"没有「{text[:40]}」这份样品，请照标签写，例如 LYP-12。")
        return sample


def sample_choices(user, sample: Sample) -> list[Choice]:
    if not samples_visible_to(user).filter(pk=sample.pk).exists():
        return []
    return [Choice("看这份样品", f"{standing(sample)[0]}，留到 {full_moment(sample.keep_until)}", "snowflake", SAMPLES.url("detail", sample), rank=10)]


SAMPLE_THING = Thing(
    SAMPLES,
    label=label_of,
    check=check_can_record,
    field=lambda: SampleField(label="样品编号", max_length=20),
    by_code=sample_by_code,
    note=lambda sample: f"{sample.dish.meal} · 留到 {full_moment(sample.keep_until)}",
    is_retired=lambda sample: sample.state == SampleState.DISPOSED or sample.is_struck,
)


@require_safe
@never_cache
def labels_page(request):
    """The labels of the day's samples, or of those named by id, one a page for a label printer or on a sheet."""
    check_can_view(request.user)
    rows = samples_visible_to(request.user).filter(struck_at=None, state=SampleState.KEPT)
    ids = [int(key) for key in request.GET.get("ids", "").split(",") if key.isdecimal() and len(key) < 18]
    rows = rows.filter(pk__in=ids[:200]) if ids else rows.filter(dish__meal__on=asked_day(request.GET))
    samples = list(rows.order_by("dish__meal__starts_at", "pk")[:200])
    if not samples:
        raise RuleViolation("这一天还没有留样，没有标签可以打印。")
    pdf = labels_pdf([label_of(one) for one in samples], request.GET.get("layout", "2x7"), address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "留样标签.pdf") or "inline"
    return response


class SampleFormPage(RecordForm):
    """After one dish comes the next: back to the day's page."""

    def done(self, saved):
        messages.success(self.request, f"已留样：{saved}")
        return redirect(f"{reverse('canteen:samples')}?day={saved.dish.meal.on}")


class SampleDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/sample_detail.html"]


def sample_urls() -> list:
    """The routes of samples and fridges, under /canteen/."""
    return [
        path("samples/", day_page, name="samples"),
        path("samples/labels/", labels_page, name="sample-labels"),
        *log_urls(SAMPLES, SAMPLE_SHEET, detail=SampleDetail, form=SampleFormPage),
        *log_urls(GAPS),
        *log_urls(READINGS, READING_SHEET),
        *record_urls(FRIDGES, without=("detail",)),
    ]
