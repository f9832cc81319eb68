"""食堂人员: the morning page, checks, roster, training, cards (CAN-10, CAN-11)."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from canteen.evidence import VIEW, check_can_check, check_can_manage, check_can_view
from canteen.numbers import plainly
from canteen.sample.pages import asked_day, stamp_of
from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import LogDetail, LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.record_pages import RecordForm, add_refusal, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day

from . import forms, rules
from .models import FITNESS_TONES, Fitness, MorningCheck, RosterEntry, RosterState, Training, Worker
from .queries import certificate, day_of, workers_visible_to


def paper_words(worker: Worker) -> str:
    paper = certificate(worker, timezone.localdate())
    if paper is None:
        return "没有有效的健康证"
    return f"{paper.number or '没有写证号'}，{'长期有效' if paper.expires_on is None else f'有效到 {full_day(paper.expires_on)}'}"


def worker_facts(worker: Worker) -> list[tuple]:
    return [
        ("姓名", worker.person.name, False),
        ("岗位", worker.get_job_display(), False),
        ("健康证", paper_words(worker), True),
        ("在岗", "在岗" if worker.is_active else "离岗", False),
    ]


WORKERS = Record(
    model=Worker,
    namespace="canteen:worker",
    label="食堂人员",
    icon="chef-hat",
    rows=workers_visible_to,
    columns=(
        Column("person", "姓名", lambda w: w.person.name, lambda w: link(w.person.name, reverse("canteen:worker-detail", args=[w.pk]), w.get_job_display()), css="key", sort="person__pinyin"),
        Column("job", "岗位", lambda w: w.get_job_display(), css="only-wide", sort="job"),
        Column("department", "部门", lambda w: str(w.person.department or ""), css="only-wide", optional=True),
        Column("is_active", "在岗", lambda w: "在岗" if w.is_active else "离岗", lambda w: state_mark("在岗", "done") if w.is_active else state_mark("离岗", "void"), css="tail"),
    ),
    filters=forms.WorkerFilters,
    form=forms.WorkerForm,
    create=rules.save_worker,
    update=rules.save_worker,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("person__pinyin", "pk"),
    facts=worker_facts,
    detail_context=lambda worker, user: {
        "checks": list(worker.checks.select_related("created_by").order_by("-on", "-pk")[:14]),
        "lessons": list(worker.trainings.filter(training__struck_at=None).select_related("training").order_by("-training__happened_at")[:10]),
    },
    empty="还没有登记食堂人员。",
)  # fmt: skip

CHECKS = log_record(
    MorningCheck,
    name="morning-check",
    label="晨检",
    icon="thermometer",
    columns=(
        Column("worker", "谁", lambda c: c.worker.person.name, css="nw", sort="worker__person__pinyin"),
        Column("celsius", "体温（℃）", lambda c: c.celsius, css="num", sort="celsius", kind="number"),
        Column("found", "发现", lambda c: "、".join(c.found) or "没有异常", css="only-wide", width=30),
        Column("went", "去向和依据", lambda c: c.went, css="only-wide", optional=True, width=30),
        Column(
            "paper_until",
            "健康证有效期",
            lambda c: c.paper_until,
            lambda c: day(c.paper_until) if c.paper_until else "",
            css="nw only-wide",
            optional=True,
            kind="date",
        ),
    ),
    form=forms.MorningForm,
    create=rules.check_worker,
    check_create=check_can_check,
    joins=("worker__person",),
    search="worker__person__name",
    state=lambda c: (c.get_result_display(), FITNESS_TONES[Fitness(c.result)]),
    empty="还没有晨检。每天上岗前，一个人一个人地看。",
)


def tick(value: bool) -> str:
    return "有" if value else "无"


CHECK_SHEET = LogSheet(
    CHECKS,
    "食堂从业人员晨检记录表",
    (
        ("日期", False), ("姓名", False), ("体温", False), ("发热", False), ("腹泻", False), ("呕吐", False), ("咽炎", False), ("皮肤伤口", False), ("黄疸", False), ("着装", False),
        ("指甲饰物", False), ("洗手", False), ("健康证至", False), ("结论", False), ("去向", False), ("检查人", False), ("本人签字", False),
    ),
    lambda c: [
        f"{c.on:%m-%d}", c.worker.person.name, plainly(c.celsius), tick(float(c.celsius) >= 37.3), tick(c.diarrhea), tick(c.vomiting), tick(c.throat), tick(c.wound),
        tick(c.jaundice), "合格" if c.dress_ok else "不合格", "合格" if c.nails_ok else "不合格", "合格" if c.hands_ok else "不合格",
        f"{c.paper_until:%Y-%m-%d}" if c.paper_until else "", c.get_result_display(), c.went, c.created_by.name, "",
    ],
    ("检查人", "食品安全员"),
    day="on",
    order=("on", "worker__person__pinyin", "pk"),
)  # fmt: skip

ROSTER = Record(
    model=RosterEntry,
    namespace="canteen:roster",
    label="当日排班",
    icon="calendar-check",
    rows=lambda user: RosterEntry.objects.select_related("worker__person", "created_by") if has(user, VIEW) else RosterEntry.objects.none(),
    columns=(
        Column("worker", "谁", lambda e: e.worker.person.name, lambda e: link(e.worker, reverse("canteen:roster-detail", args=[e.pk]), e.get_job_display()), css="key", sort="worker__person__pinyin"),
        Column("on", "日期", lambda e: e.on, lambda e: day(e.on), css="nw", sort="on", kind="date"),
        Column("job", "岗位", lambda e: e.get_job_display(), css="only-wide"),
        Column("shift", "班次", lambda e: e.shift),
        Column("paper_until", "健康证有效期", lambda e: e.paper_until, lambda e: day(e.paper_until) if e.paper_until else "", css="nw only-wide", kind="date"),
        Column("reason", "换下的原因", lambda e: e.reason, css="only-wide", width=30),
        Column("state", "状态", lambda e: e.get_state_display(), lambda e: state_mark(e.get_state_display(), "done" if e.state == RosterState.ON else "late"), css="tail"),
    ),
    filters=forms.RosterFilters,
    form=forms.RosterForm,
    create=rules.put_on_roster,
    check_view=check_can_view,
    check_create=check_can_manage,
    order=("-on", "worker__person__pinyin", "pk"),
    empty="还没有排班。",
    actions=(Action("take_off", "换下", rules.take_off, rules.check_can_take_off, ReasonForm, icon="user-minus", tone="stop"),),
)  # fmt: skip

TRAININGS = log_record(
    Training,
    name="training",
    label="培训考核",
    icon="graduation-cap",
    columns=(
        Column("kind", "种类", lambda t: t.get_kind_display(), css="nw"),
        Column("topic", "内容", lambda t: t.topic, width=30),
        Column("hours", "学时", lambda t: t.hours, css="num only-wide", kind="number"),
        Column("teacher", "主讲或监考", lambda t: t.teacher, css="only-wide"),
    ),
    form=forms.TrainingForm,
    create=rules.record_training,
    check_create=check_can_manage,
    search="topic",
    empty="还没有培训。每月一两次，每年考一两次。",
)


def people_words(training: Training) -> str:
    return "、".join(f"{one.worker.person.name}{f' {one.score}' if one.score is not None else ''}" for one in training.people.all())


TRAINING_SHEET = LogSheet(
    TRAININGS,
    "食堂从业人员培训考核记录",
    (("时间", False), ("种类", False), ("内容", False), ("学时", True), ("主讲", False), ("参加人员和成绩", False)),
    lambda t: [stamp_of(t.happened_at), t.get_kind_display(), t.topic, plainly(t.hours), t.teacher, people_words(t)],
    ("记录人", "食品安全员"),
    prefetch=("people__worker__person",),
)


class TrainingDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/training_detail.html"]

    def get_context_data(self, **kwargs):
        found = list(self.get_object().people.select_related("worker__person"))
        return super().get_context_data(people=found, **kwargs)


@require_safe
@never_cache
def morning_page(request):
    """Everybody of the canteen with certificate, check and shift of the day."""
    check_can_view(request.user)
    on, today = asked_day(request.GET), timezone.localdate()
    rows = day_of(on)
    context = {
        "title": "晨检和排班",
        "day": on,
        "today": today,
        "before": on - timedelta(days=1) if on.year > 1 else None,
        "after": on + timedelta(days=1) if on < today else None,
        "rows": rows,
        "unchecked": sum(row.check is None for row in rows),
        "papers": sum(row.paper is None for row in rows),
        "may_check": allowed(check_can_check, request.user),
        "may_manage": allowed(check_can_manage, request.user),
    }
    return render(request, "canteen/morning.html", context)


class MorningCheckForm(RecordForm):
    """After one person comes the next: back to the morning's page."""

    def done(self, saved):
        messages.success(self.request, f"{saved.worker}：{saved.get_result_display()}")
        return redirect("canteen:morning")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_page(request):
    """Several people on the roster of one day at once."""
    check_can_manage(request.user)
    form = forms.RosterAllForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made, refused = rules.roster_all(actor=request.user, at=timezone.now(), **form.cleaned_data)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"排了 {len(made)} 人")
            for sentence in refused[:10]:
                messages.error(request, sentence)
            return redirect(f"{reverse('canteen:roster-list')}?on={form.cleaned_data['on']}")
    return render(request, "canteen/roster_form.html", {"title": "排班", "form": form}, status=422 if form.errors else 200)


def staff_urls() -> list:
    """The routes of canteen staff, under /canteen/."""
    return [
        path("morning/", morning_page, name="morning"),
        path("roster/day/", roster_page, name="roster-day"),
        *record_urls(WORKERS),
        *log_urls(CHECKS, CHECK_SHEET, form=MorningCheckForm),
        *record_urls(ROSTER),
        *log_urls(TRAININGS, TRAINING_SHEET, detail=TrainingDetail),
    ]
