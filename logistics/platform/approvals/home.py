"""What approvals put on the first page."""

from datetime import datetime
from types import SimpleNamespace

from logistics.platform.web.home import Late, Todo
from logistics.platform.web.readiness import Progress, Step, share

from .planning import plan
from .queries import MANAGE, load_people, published_versions, waiting_for
from .registry import Facts

SHOWN = 20


def approval_todos(user, at: datetime) -> list[Todo]:
    """What waits for this person's signature. Two queries."""
    rows = waiting_for(user, at).select_related("person", "step__run__applicant")[:SHOWN]
    return [
        Todo(
            title=row.step.run.title,
            detail=detail(row, user),
            url=f"/approvals/{row.step.run_id}/",
            verb="审批",
            icon="stamp",
            due_at=row.step.due_at,
        )
        for row in rows
    ]


def detail(row, user) -> str:
    run = row.step.run
    amount = f" {run.amount:,.2f} 元" if run.amount is not None else ""
    stands = f"，代{row.person.name}" if row.person_id != user.pk else ""
    return f"{run.applicant.name}申请{amount}，{row.step.name}{stands}"


def approval_late(user, at: datetime) -> list[Late]:
    """One's own that are over time."""
    rows = waiting_for(user, at).filter(step__due_at__lt=at)
    count = rows.count()
    first = rows.select_related("step__run").first() if count else None
    return [Late("审批超时", f"最久的是{first.step.run.title}", count, "/approvals/")] if first else []


def chains_standing() -> Progress:
    """How many of the chains in use somebody can sign to the end."""
    versions, people = published_versions(), load_people()
    if not versions:
        return Progress(0, "还没有流程，单子送不了审")
    facts = Facts(None, None, "", SimpleNamespace(pk=0, department=None))
    bad = {step.name: version for version in versions for step in plan(version, facts, people=people) if step.trouble}
    good = len(versions) - len({version.pk for version in bad.values()})
    return Progress(share(good, len(versions)), f"没有人签：{'、'.join(bad)}" if bad else f"{len(versions)} 个流程都有人签")


STEP = Step("approvals.chains", "审批流程", "多大的金额由谁批；没有流程，单子送不了审。", "stamp", "/approvals/chains/", MANAGE, chains_standing, 75)
