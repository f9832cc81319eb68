"""A kind of document for the tests of approvals: works projects, with handlers that only note that they were called."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from logistics.platform.approvals import chain_rules
from logistics.platform.approvals.models import ChainVersion, Run
from logistics.platform.approvals.queries import open_step
from logistics.platform.approvals.registry import ApprovalKind, Facts, kind_for, register
from logistics.platform.approvals.running_rules import start_run
from logistics.platform.approvals.spec import Step, Who
from logistics.platform.audit.rules import record_event
from repairs.project.models import Project
from repairs.project.rules import propose_project
from tests.conftest import NOW

KEY = "test.project"
TODAY = date(2026, 11, 18)  # the day of NOW


def noted(action: str):
    """A handler that writes one entry, so that a test sees that it ran, and in whose transaction."""

    def handler(*, actor, at, record, run):
        record_event(actor=actor, at=at, action=action, record=record, text=action)

    return handler


def content_of(project: Project) -> dict:
    return {"title": project.title, "budget": project.budget, "reason": project.reason}


def facts_of(project: Project) -> Facts:
    applicant = project.created_by
    return Facts(amount=project.budget, department=applicant.department, fund=project.fund, applicant=applicant)


def paper_of(project: Project, user) -> dict:
    return {"facts": [("工程", project.title), ("预算", project.budget), ("理由", project.reason)]}


if kind_for(KEY) is None:
    register(
        ApprovalKind(
            key=KEY,
            label="维修立项单",
            model="repairs.Project",
            facts=facts_of,
            content=content_of,
            title=lambda project: project.title,
            url=lambda project: f"/repairs/project/{project.pk}/",
            paper=paper_of,
            on_approved=noted("test_approved"),
            on_rejected=noted("test_rejected"),
            on_returned=noted("test_returned"),
            on_withdrawn=noted("test_withdrawn"),
        )
    )


def project_of(cast, rooms, *, applicant: str = "director", title: str = "屋面防水", budget=Decimal(3000), fund: str = "公用经费") -> Project:
    """A document of this person; the budget decides its chain."""
    given = {"reason": "渗漏", "start_on": TODAY, "end_on": TODAY + timedelta(days=60)}
    project = propose_project(actor=cast.director, at=NOW, title=title, place=rooms.dorm, owner=cast.keeper, budget=Decimal(budget), fund=fund, **given)
    Project.objects.filter(pk=project.pk).update(created_by=getattr(cast, applicant))
    return Project.objects.select_related("created_by__department").get(pk=project.pk)


def chain_of(cast, *steps: Step, name: str = "测试流程", kind: str = KEY, **conditions) -> ChainVersion:
    """A chain in use with these steps."""
    draft = chain_rules.create_chain(actor=cast.principal, at=NOW, name=name, kind=kind)
    if conditions:
        chain_rules.set_conditions(actor=cast.principal, at=NOW, version=draft, **conditions)
    for step in steps:
        chain_rules.save_step(actor=cast.principal, at=NOW, version=draft, step=step)
    draft.refresh_from_db()
    return publish(cast, draft)


def publish(cast, draft: ChainVersion) -> ChainVersion:
    return chain_rules.publish(actor=cast.principal, at=NOW, version=draft, applicants=[cast.director])


def by_role(name: str, role: str, **given) -> Step:
    return Step(name, Who.ROLE, f"role:{role}", **given)


def by_people(name: str, people: Sequence, **given) -> Step:
    return Step(name, Who.PEOPLE, "", tuple(person.pk for person in people), **given)


def started(cast, project: Project, **given) -> Run:
    return start_run(actor=project.created_by, at=given.pop("at", NOW), record=project, **given)


def fresh(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


def at_step(run: Run) -> str:
    """The name of the step the run waits at."""
    step = open_step(run)
    return step.name if step else ""
