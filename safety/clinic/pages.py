"""校医: the day of the clinic, visits, medicine, morning checks, the ill, clusters (MED-01, MED-02)."""

from dataclasses import replace
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import LogList, LogSheet, asked_period, log_record, log_urls
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, full_moment, stamp
from safety.words import plainly, stamp_of

from . import forms, queries, rules
from .models import CLUSTER_TONES, ILL_TONES, ClassCheck, ClinicVisit, Cluster, ClusterState, Illness, IllState, Medicine, MedicineBatch, MedicineMove
from .rights import CLASS, RECORD, VIEW, check_can_report, check_sees_health


def given(visit: ClinicVisit) -> str:
    return "、".join(f"{move.batch.medicine} {plainly(-move.quantity)} {move.batch.medicine.unit}" for move in visit.medicines.all())


def of_health(record: Record, rows, **changes) -> Record:
    """The book as far as a person may see it, instead of all or nothing."""
    return replace(record, rows=rows, check_view=check_sees_health, **changes)


VISITS = of_health(
    log_record(
        ClinicVisit,
        name="clinic-visit",
        label="就诊",
        icon="stethoscope",
        columns=(
            Column("who", "谁", lambda v: v.who, css="nw"),
            Column("school_class", "班级", lambda v: str(v.student.school_class) if v.student else "教职工", css="nw"),
            Column("symptom", "症状", lambda v: v.get_symptom_display(), css="nw", sort="symptom"),
            Column("celsius", "体温（℃）", lambda v: v.celsius, css="num only-wide", kind="number"),
            Column("words", "主诉和检查", lambda v: v.words, css="only-wide", width=30),
            Column("care", "处理", lambda v: v.care, css="only-wide", optional=True, width=30),
            Column("went", "去向", lambda v: v.get_went_display(), css="nw"),
        ),
        form=forms.VisitForm,
        create=rules.record_visit,
        search="student__name",
        empty="还没有就诊记录。",
    ),
    queries.visits_visible_to,
)
VISIT_SHEET = LogSheet(
    VISITS,
    "医务室就诊登记表",
    (("时间", False), ("姓名", False), ("班级", False), ("体温", True), ("主诉和检查", False), ("处理", False), ("用药", False), ("去向", False), ("校医", False)),
    lambda v: [
        stamp_of(v.happened_at), v.who, str(v.student.school_class) if v.student else "教职工", f"{v.celsius or ''}", f"{v.get_symptom_display()}：{v.words}", v.care, given(v),
        v.get_went_display(), v.created_by.name,
    ],
    ("校医",),
    prefetch=("medicines__batch__medicine",),
)  # fmt: skip


def lasting(batch: MedicineBatch) -> tuple[str, str]:
    if batch.stock <= 0:
        return "已用完", "void"
    left = (batch.expires_on - timezone.localdate()).days
    return ("已过期", "late") if left < 0 else ("快到期", "wait") if left <= 60 else ("可用", "done")


MEDICINES = Record(
    model=Medicine,
    namespace="safety:medicine",
    label="药品",
    icon="pill",
    rows=queries.medicines_visible_to,
    list_rows=queries.medicines_listed,
    columns=(
        Column("name", "药品", lambda m: m.name, lambda m: link(m.name, MEDICINES.url("detail", m)), css="key", sort="name", width=24),
        Column("left", "结存", lambda m: getattr(m, "left", None) or 0, lambda m: f"{plainly(getattr(m, 'left', None) or 0)} {m.unit}", css="num nw", kind="number"),
        Column("least", "最少备", lambda m: m.least, lambda m: f"{plainly(m.least)} {m.unit}", css="num nw", kind="number"),
        Column("is_active", "在用", lambda m: "在用" if m.is_active else "停用", lambda m: state_mark("在用", "done") if m.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.MedicineFilters,
    form=forms.MedicineForm,
    create=rules.save_medicine,
    update=rules.save_medicine,
    check_view=rules.check_can_view,
    check_create=rules.check_can_record,
    check_update=rules.check_can_record,
    facts=lambda m: [("药品", m.name, False), ("单位", m.unit, False), ("最少备", f"{plainly(m.least)} {m.unit}", False), ("在用", "在用" if m.is_active else "停用", False)],
    detail_context=lambda m, user: {"batches": [(one, *lasting(one)) for one in m.batches.order_by("-stock", "expires_on", "pk")[:30]], "may_record": has(user, RECORD)},
    order=("name", "pk"),
    empty="还没有登记药品。",
)  # fmt: skip

BATCHES = Record(
    model=MedicineBatch,
    namespace="safety:medicine-batch",
    label="药品批次",
    icon="package",
    rows=queries.batches_visible_to,
    columns=(
        Column("medicine", "药品", lambda b: b.medicine.name, lambda b: link(b.medicine, BATCHES.url("detail", b), f"批号 {b.lot}"), css="key", sort="medicine__name", width=24),
        Column("lot", "批号", lambda b: b.lot, css="only-wide nw"),
        Column("expires_on", "有效期至", lambda b: b.expires_on, lambda b: full_day(b.expires_on), css="nw", sort="expires_on", kind="date"),
        Column("stock", "结存", lambda b: b.stock, lambda b: f"{plainly(b.stock)} {b.medicine.unit}", css="num nw", sort="stock", kind="number"),
        Column("lasting", "情况", lambda b: lasting(b)[0], lambda b: state_mark(*lasting(b)), css="tail"),
    ),
    filters=forms.BatchFilters,
    create_form=forms.ReceiveForm,
    create=rules.receive_batch,
    check_view=rules.check_can_view,
    check_create=rules.check_can_record,
    views=lambda user: [ListView("全部", ""), ListView("两个月内到期", f"until={timezone.localdate() + timedelta(days=60)}")],
    stamp=lambda b: f"{b.stock:f}",
    detail_context=lambda b, user: {"moves": list(b.moves.select_related("created_by", "second").order_by("-pk")[:50])},
    order=("expires_on", "pk"),
    actions=(
        Action("use", "登记使用", rules.use_medicine, rules.check_can_use, forms.UseForm, icon="minus"),
        Action("throw", "过期销毁", rules.throw_away, rules.check_can_use, forms.ThrowForm, icon="trash-2", tone="stop"),
    ),
    empty="还没有入库的药品。",
)  # fmt: skip

MOVES = Record(
    model=MedicineMove,
    namespace="safety:medicine-move",
    label="药品收支",
    icon="arrow-left-right",
    rows=queries.moves_visible_to,
    columns=(
        Column("batch", "药品", lambda m: str(m.batch), lambda m: link(m.batch.medicine, BATCHES.url("detail", m.batch), f"批号 {m.batch.lot}"), css="key", width=24),
        Column("created_at", "时间", lambda m: m.created_at, lambda m: stamp(m.created_at), css="nw", sort="created_at", kind="datetime", width=17),
        Column("quantity", "数量", lambda m: m.quantity, lambda m: f"{'+' if m.quantity > 0 else ''}{plainly(m.quantity)} {m.batch.medicine.unit}", css="num nw", kind="number"),
        Column("balance", "结存", lambda m: m.balance, css="num", kind="number"),
        Column("words", "说明", lambda m: m.words or (str(m.visit) if m.visit else ""), css="only-wide", width=30),
        Column("created_by", "经手人", lambda m: m.created_by.name, css="nw only-wide"),
        Column("second", "在场第二人", lambda m: m.second.name if m.second else "", css="nw only-wide", optional=True),
        Column("kind", "种类", lambda m: m.get_kind_display(), lambda m: state_mark(m.get_kind_display(), {"in": "done", "use": "doing", "throw": "void"}[m.kind]), css="tail"),
    ),
    filters=forms.MoveFilters,
    check_view=rules.check_can_view,
    order=("-pk",),
    empty="还没有收支。",
)  # fmt: skip

CHECKS = of_health(
    log_record(
        ClassCheck,
        name="class-check",
        label="晨午检",
        icon="thermometer",
        columns=(
            Column("school_class", "班级", lambda c: str(c.school_class), css="nw", sort="school_class__order"),
            Column("session", "时段", lambda c: c.get_session_display(), css="nw"),
            Column("due", "应到", lambda c: c.due, css="num only-wide", kind="integer"),
            Column("present", "实到", lambda c: c.present, css="num", kind="integer"),
            Column("ill_absent", "因病缺课", lambda c: c.ill_absent, css="num", sort="ill_absent", kind="integer"),
            Column("ill_present", "在校有症状", lambda c: c.ill_present, css="num only-wide", kind="integer"),
        ),
        form=forms.CheckForm,
        create=rules.check_school_class,
        check_create=check_can_report,
        search="school_class__name",
        empty="还没有晨午检记录。班主任每天早上、中午各报一次。",
    ),
    queries.checks_visible_to,
)
CHECK_SHEET = LogSheet(
    CHECKS,
    "学生晨午检记录表",
    (("日期", False), ("时段", False), ("班级", False), ("应到", True), ("实到", True), ("因病缺课", True), ("在校有症状", True), ("检查人", False)),
    lambda c: [
        f"{c.on:%m-%d}",
        c.get_session_display(),
        str(c.school_class),
        f"{c.due}",
        f"{c.present}",
        f"{c.ill_absent}",
        f"{c.ill_present}",
        c.created_by.name,
    ],
    ("汇总人", "校医"),
    day="on",
    order=("on", "session", "school_class__order", "pk"),
)


ILLNESSES = of_health(
    log_record(
        Illness,
        name="illness",
        label="因病缺课",
        icon="activity",
        columns=(
            Column("student", "学生", lambda i: i.student.name, css="nw", sort="student__pinyin"),
            Column("school_class", "班级", lambda i: str(i.school_class), css="nw"),
            Column("symptom", "症状", lambda i: i.get_symptom_display(), css="nw", sort="symptom"),
            Column("began_on", "发病", lambda i: i.began_on, lambda i: day(i.began_on), css="nw only-wide", sort="began_on", kind="date"),
            Column("diagnosis", "诊断", lambda i: f"{i.diagnosis}{'（传染病）' if i.is_infectious else ''}", css="only-wide", width=20),
            Column("words", "详情", lambda i: i.words, css="only-wide", optional=True, width=30),
            Column("back_on", "返校", lambda i: i.back_on, lambda i: day(i.back_on) if i.back_on else "", css="nw only-wide", kind="date"),
            Column("proof", "返校依据", lambda i: i.proof, css="only-wide", optional=True, width=30),
        ),
        form=forms.IllnessForm,
        create=rules.register_illness,
        check_create=check_can_report,
        state=lambda i: (i.get_state_display(), ILL_TONES[IllState(i.state)]),
        actions=(
            Action("back", "返校", rules.come_back, rules.check_can_return, forms.BackForm, icon="log-in", tone="primary"),
            Action("diagnose", "登记诊断", rules.note_diagnosis, rules.check_can_diagnose, forms.DiagnosisForm, icon="stethoscope"),
            Action("home", "离校就医", rules.send_home, rules.check_can_send_home, icon="log-out"),
        ),
        empty="没有登记的病例。",
    ),
    queries.illnesses_visible_to,
    filters=forms.IllnessFilters,
    views=lambda user: [ListView("全部", ""), ListView("缺课", f"state={IllState.AWAY}"), ListView("在校观察", f"state={IllState.WATCHED}")],
    detail_context=lambda i, user: {"photos": [*attachments_of(i, "photo"), *attachments_of(i, "proof")]},
)
ILL_SHEET = LogSheet(
    ILLNESSES,
    "学生因病缺课和病因追查登记表",
    (("班级", False), ("姓名", False), ("发病", False), ("症状", False), ("情况", False), ("诊断", False), ("传染病", False), ("返校", False), ("返校依据", False), ("登记人", False)),
    lambda i: [
        str(i.school_class), i.student.name, f"{i.began_on:%m-%d}", i.get_symptom_display(), i.words, i.diagnosis, "是" if i.is_infectious else "", f"{i.back_on:%m-%d}" if i.back_on else "",
        i.proof, i.created_by.name,
    ],
    ("登记人", "校医"),
    order=("began_on", "pk"),
)  # fmt: skip


def cluster_context(cluster: Cluster, user) -> dict:
    ill = queries.illnesses_visible_to(user).filter(school_class=cluster.school_class, symptom=cluster.symptom, struck_at=None, began_on__gte=cluster.since)
    return {
        "ill": [(one, ILL_TONES[IllState(one.state)]) for one in ill.order_by("began_on", "pk")[:60]],
        "photos": list(attachments_of(cluster, "photo")),
        "law": rules.LAW,
        "may_record": has(user, RECORD),
    }


CLUSTERS = Record(
    model=Cluster,
    namespace="safety:cluster",
    label="聚集病例",
    icon="siren",
    rows=queries.clusters_visible_to,
    columns=(
        Column(
            "school_class", "班级", lambda c: str(c.school_class), lambda c: link(c.school_class, CLUSTERS.url("detail", c), f"{c.count} 人{c.get_symptom_display()}"), css="key",
            sort="school_class__order", width=24,
        ),
        Column("symptom", "症状", lambda c: c.get_symptom_display(), css="only-wide"),
        Column("count", "人数", lambda c: c.count, css="num only-wide", kind="integer"),
        Column("since", "从哪天起", lambda c: c.since, lambda c: day(c.since), css="nw", sort="since", kind="date"),
        Column("cleaned_at", "最近消毒", lambda c: c.cleaned_at, lambda c: stamp(c.cleaned_at) if c.cleaned_at else "", css="nw", kind="datetime", width=17),
        Column("state", "状态", lambda c: c.get_state_display(), lambda c: state_mark(c.get_state_display(), CLUSTER_TONES[ClusterState(c.state)]), css="tail"),
    ),
    filters=forms.ClusterFilters,
    check_view=check_sees_health,
    facts=lambda c: [
        ("班级", c.school_class, False),
        ("症状", c.get_symptom_display(), False),
        ("人数", f"{c.count} 人", False),
        ("从哪天起", full_day(c.since), False),
        ("最近消毒", f"{full_moment(c.cleaned_at)} {c.cleaned_by.name}" if c.cleaned_by else "还没有消毒", False),
        ("怎么消毒", c.cleaned_how or "—", False),
        ("结论", c.conclusion or "—", True),
    ],
    detail_context=cluster_context,
    stamp=lambda c: f"{c.state}{c.cleaned_at}",
    actions=(
        Action("disinfect", "登记消毒", rules.disinfect, rules.check_can_clean, forms.CleanForm, icon="spray-can", tone="primary"),
        Action("close", "解除", rules.close_cluster, rules.check_can_close, forms.CloseForm, icon="check"),
    ),
    empty="没有聚集发病的班级。",
)  # fmt: skip


@require_safe
@never_cache
def day_page(request):
    """The clinic's day: every class one may see, what is due, clusters."""
    check_sees_health(request.user)
    user, today = request.user, timezone.localdate()
    on = min(asked_period(request.GET).since, today)
    rows = queries.class_days(user, on)
    sees_all = has(user, VIEW)
    context = {
        "title": "校医" if sees_all else "班级健康",
        "day": on,
        "today": today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "rows": rows,
        "unchecked": sum(row.morning is None for row in rows),
        "away": sum(row.away for row in rows),
        "watched": sum(row.watched for row in rows),
        "visits": queries.visits_visible_to(user).filter(happened_at__date=on, struck_at=None).count(),
        "clusters": list(queries.clusters_visible_to(user).exclude(state=ClusterState.CLOSED)[:10]),
        "batches": list(queries.ending_batches(today)[:8]) if sees_all else [],
        "sees_all": sees_all,
        "may_record": has(user, RECORD),
        "may_report": has(user, CLASS),
    }
    return render(request, "safety/clinic.html", context)


class BackToDay(RecordForm):
    """After one class or one student comes the next: back to the day."""

    def done(self, saved):
        messages.success(self.request, "已登记")
        return redirect(reverse("safety:clinic"))


def clinic_urls() -> list:
    """The routes of the clinic, under /safety/."""
    return [
        path("clinic/", day_page, name="clinic"),
        *log_urls(VISITS, VISIT_SHEET),
        *record_urls(MEDICINES),
        *record_urls(BATCHES, without=("update",)),
        *record_urls(MOVES, without=("detail",)),
        *log_urls(CHECKS, CHECK_SHEET, form=BackToDay),
        *log_urls(ILLNESSES, ILL_SHEET, list=LogList),
        *record_urls(CLUSTERS),
    ]
