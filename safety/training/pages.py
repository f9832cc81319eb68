"""Trainings: book, attendance, who is still to be trained (SAF-11)."""

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.evidence.logs import LogDetail, LogList, LogSheet, log_record, log_urls
from logistics.platform.web.tables import Column
from safety.evidence import check_can_view
from safety.words import stamp_of

from . import forms, rules
from .models import LAW, SafetyTraining
from .queries import people_of, untrained

TRAININGS = log_record(
    SafetyTraining,
    name="training",
    label="安全培训",
    icon="graduation-cap",
    columns=(
        Column("kind", "种类", lambda t: t.get_kind_display(), css="nw", sort="kind"),
        Column("topic", "主题", lambda t: t.topic, width=30),
        Column("hours", "学时", lambda t: t.hours, css="num nw only-wide", kind="number"),
        Column("number", "教职工", lambda t: t.number, css="num nw", kind="integer"),
        Column("students", "学生", lambda t: t.students, css="num nw", kind="integer"),
        Column("parents", "家长", lambda t: t.parents, css="num nw only-wide", kind="integer"),
        Column("teacher", "主讲人", lambda t: t.teacher, css="nw only-wide", optional=True),
        Column("content", "内容", lambda t: t.content, css="only-wide", optional=True, width=40),
    ),
    form=forms.TrainingForm,
    create=rules.record_training,
    search="topic",
    empty="还没有培训和宣传活动。全体教职工每年至少培训一次，新来的先培训后上岗。",
)
TRAINING_SHEET = LogSheet(
    TRAININGS,
    "安全培训和宣传教育记录表",
    (("时间", False), ("种类", False), ("主题", False), ("地点", False), ("主讲人", False), ("学时", True), ("教职工", True), ("学生", True), ("家长", True)),
    lambda t: [
        stamp_of(t.happened_at), t.get_kind_display(), t.topic, t.where, t.teacher, str(t.hours), str(t.number), str(t.students), str(t.parents),
    ],
    ("安全员", "分管副校长"),
    note=f"依据：{LAW}。",
)  # fmt: skip


class TrainingList(LogList):
    def get_template_names(self):
        return ["safety/training_list.html"]

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(untrained=untrained(today).count(), year=today.year, **kwargs)


class TrainingDetail(LogDetail):
    def get_template_names(self):
        return ["safety/training_detail.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(people=people_of(self.get_object()), **kwargs)


@require_safe
@never_cache
def untrained_page(request):
    """Who took part in no training this year, department by department."""
    check_can_view(request.user)
    today = timezone.localdate()
    return render(request, "safety/untrained.html", {"title": f"{today.year} 年还没有培训的人", "people": list(untrained(today)[:2000]), "law": LAW})


def training_urls() -> list:
    """The routes of trainings, under /safety/."""
    return [path("training/missing/", untrained_page, name="training-missing"), *log_urls(TRAININGS, TRAINING_SHEET, list=TrainingList, detail=TrainingDetail)]
