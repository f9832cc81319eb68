"""Trying a chain before it holds: who would sign, how long it usually takes, and last year's documents against a draft (FIN-03)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from .models import ChainVersion, Run, RunStep, StepState
from .planning import choose, plan
from .queries import money_limit_values, published_versions
from .registry import Facts
from .spec import People, PlannedStep

YEAR = timedelta(days=365)
MOST_RUNS = 3000


@dataclass(frozen=True)
class Usual:
    """How long a step of this name took in the last year, in hours, of how many."""

    hours: float
    count: int


def usual_times(kind: str, at: datetime) -> dict[str, Usual]:
    """The median by the step's name; `kind` empty asks for all kinds. One query."""
    rows = RunStep.objects.filter(state=StepState.DONE, closed_at__gte=at - YEAR, opened_at__isnull=False)
    if kind:
        rows = rows.filter(run__kind=kind)
    spans: dict[str, list[float]] = defaultdict(list)
    for name, opened, closed in rows.values_list("name", "opened_at", "closed_at"):
        spans[name].append((closed - opened).total_seconds() / 3600)
    return {name: Usual(median(found), len(found)) for name, found in spans.items()}


def with_draft(versions: Iterable[ChainVersion], draft: ChainVersion | None) -> list[ChainVersion]:
    """The versions in use as they would be once the draft is published."""
    if draft is None:
        return list(versions)
    return [version for version in versions if version.chain_id != draft.chain_id] + [draft]


@dataclass(frozen=True)
class Simulated:
    """What would become of one document; `version` is None when no chain fits."""

    version: ChainVersion | None
    steps: list[PlannedStep]


def simulate(kind: str, facts: Facts, versions: Sequence[ChainVersion], *, people: People, limits: dict[str, Decimal], chosen=None) -> Simulated:
    """The chain this document would take and who would sign. Pure."""
    version = choose(kind, facts, versions, limits=limits)
    return Simulated(version, plan(version, facts, people=people, chosen=chosen) if version else [])


@dataclass(frozen=True)
class Change:
    """A past document that would have gone another way: the names of the steps before and after."""

    run: Run
    before: str
    after: str


@dataclass(frozen=True)
class Load:
    """How many documents one person would have been asked about."""

    name: str
    before: int
    after: int

    @property
    def more(self) -> int:
        return self.after - self.before

    @property
    def fewer(self) -> int:
        return self.before - self.after


@dataclass(frozen=True)
class Replay:
    """Last year's documents against a draft: how many, which differ, which would get stuck, and who would sign how many."""

    total: int
    changes: list[Change]
    stuck: list[tuple[Run, str]]
    loads: list[Load]
    cut_off: bool


def runs_of_last_year(kind: str, on: date, at: datetime) -> list[Run]:
    rows = Run.objects.filter(started_at__gte=at - YEAR).select_related("applicant__department", "department").order_by("-started_at", "-pk")
    return list((rows.filter(kind=kind) if kind else rows)[:MOST_RUNS])


def facts_of(run: Run) -> Facts:
    return Facts(amount=run.amount, department=run.department, fund=run.fund, applicant=run.applicant)


def replay(draft: ChainVersion, *, on: date, at: datetime, people: People) -> Replay:
    """Both ways planned with today's people, so that only the draft makes the difference. Six queries whatever the rows."""
    runs, limits = runs_of_last_year(draft.chain.kind, on, at), money_limit_values(on)
    now = published_versions()
    then = with_draft(now, draft)
    changes, stuck, before, after = [], [], Counter(), Counter()
    for run in runs:
        facts = facts_of(run)
        chosen = {int(n): tuple(some) for n, some in run.chosen.items()}
        old = simulate(run.kind, facts, now, people=people, limits=limits, chosen=chosen)
        new = simulate(run.kind, facts, then, people=people, limits=limits, chosen=chosen)
        before.update(pk for step in old.steps for pk in step.people)
        after.update(pk for step in new.steps for pk in step.people)
        if way(old) != way(new):
            changes.append(Change(run, words(old), words(new)))
        stuck += [(run, trouble) for trouble in troubles(new)]
    loads = [Load(people.name(pk), before[pk], after[pk]) for pk in before.keys() | after.keys()]
    return Replay(len(runs), changes, stuck, sorted(loads, key=lambda load: (-load.after, load.name)), len(runs) == MOST_RUNS)


def way(simulated: Simulated) -> list[tuple]:
    """What makes two ways the same: steps, people, how many of them."""
    return [(step.name, step.people, step.needed) for step in simulated.steps]


def words(simulated: Simulated) -> str:
    return " → ".join(step.name for step in simulated.steps) if simulated.version else "没有合适的流程"


def troubles(simulated: Simulated) -> list[str]:
    if simulated.version is None:
        return ["没有合适的流程，送不了审。"]
    return [step.trouble for step in simulated.steps if step.trouble]
