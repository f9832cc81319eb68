"""疑似食物中毒: the list, and one page with the clock, who ate, who is ill, what is sealed and every step (CAN-16)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.web.lines import LinesAction
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import forms, rules
from .models import LAW, Incident, IncidentState
from .queries import batches_of, check_can_report, check_can_view, classes_of, duties_of, incidents_visible_to, samples_of


def detail_context(incident: Incident, user) -> dict:
    steps = list(incident.steps.select_related("created_by"))
    duties, classes = duties_of(incident, steps), classes_of(incident)
    now = timezone.now()
    return {
        "steps": steps,
        "duties": duties,
        "untold": [duty.body.label for duty in duties if duty.step is None],
        "is_over": incident.report_by < now,
        "law": LAW,
        "meals": [row.meal for row in incident.meals.select_related("meal")],
        "classes": classes,
        "ill": sum(row.ill for row in classes),
        "hospital": sum(row.hospital for row in classes),
        "samples": samples_of(incident),
        "batches": batches_of(incident),
        "state_cell": state_mark(incident.get_state_display(), incident.tone),
    }


INCIDENTS = Record(
    model=Incident,
    namespace="canteen:incident",
    icon="siren",
    label="疑似食物中毒",
    rows=incidents_visible_to,
    columns=(
        Column("number", "编号", lambda i: i.number, lambda i: link(i.number, reverse("canteen:incident-detail", args=[i.pk]), i.symptoms[:60]), css="key", sort="number", width=34),
        Column("happened_at", "发现", lambda i: i.happened_at, lambda i: stamp(i.happened_at), css="nw", sort="happened_at", kind="datetime", width=17),
        Column("report_by", "最迟上报", lambda i: i.report_by, lambda i: stamp(i.report_by), css="nw only-wide", sort="report_by", kind="datetime", width=17),
        Column("symptoms", "症状和经过", lambda i: i.symptoms, css="only-wide", optional=True, width=40),
        Column("created_by", "报告人", lambda i: i.created_by.name, css="nw only-wide"),
        Column("late", "补记", lambda i: i.late, css="only-wide", optional=True, width=26),
        Column("finding", "结论", lambda i: i.get_finding_display(), css="only-wide", width=16),
        Column("state", "状态", lambda i: i.get_state_display(), lambda i: state_mark(i.get_state_display(), i.tone), css="tail", sort="state"),
    ),
    filters=forms.IncidentFilters,
    create_form=forms.IncidentForm,
    create=rules.open_incident,
    check_view=check_can_view,
    check_create=check_can_report,
    facts=lambda i: [],  # the page has its own
    views=lambda user: [ListView("全部", ""), ListView("处置中", f"state={IncidentState.OPEN}")],
    detail_context=detail_context,
    order=("-happened_at", "-pk"),
    empty="没有发生过。几个学生同时呕吐、腹痛、腹泻，先送医，马上在这里报告，不要等原因查明。",
    actions=(
        Action("step", "记一步", rules.log_step, rules.check_is_open, forms.StepForm, icon="phone", tone="primary"),
        Action("sick", "登记发病人数", rules.count_sick, rules.check_is_open, forms.SickForm, icon="users"),
        Action("meal", "加一餐", rules.add_meal, rules.check_is_open, forms.MealForm, icon="plus"),
        Action(
            "close", "结案", rules.close_incident, rules.check_can_close, forms.CloseForm, icon="check",
            hint=lambda i, user: "结案以后不能再记。封存的留样和食材不会自己解封，由食品安全员、分管领导逐份解封。",
        ),
    ),
)  # fmt: skip


class IncidentAction(LinesAction):
    """One class after another, one call after another."""

    again = frozenset({"sick", "step"})


def incident_urls() -> list:
    """The routes of incidents, under /canteen/."""
    return record_urls(INCIDENTS, pages={"action": IncidentAction}, without=("update",))
