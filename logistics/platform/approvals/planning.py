"""Which chain a document takes and who will sign it: pure functions for start, preview, simulator and replay (FIN-03)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from .registry import Facts
from .spec import Mode, People, PlannedStep, Step, Who


class Version(Protocol):
    """What a plan reads of a chain's version."""

    steps: Sequence[Step]


def plan(
    chain_version: Version, facts: Facts, *, people: People, chosen: Mapping[int, Sequence[int]] | None = None, barred: Iterable[int] = ()
) -> list[PlannedStep]:
    """The steps in order with the people each will ask, counted from 0.

    The applicant is never asked about an own document. Whoever stands in several steps is asked only in the last of them, as far as
    the earlier ones have enough others. A step that nobody is left for falls to its escalation; where that is empty, too, it has a
    `trouble`. `chosen` {step: people} is what the applicant chose; `barred` are those who may not sign this document because of what
    they have done on it.
    """
    out = {facts.applicant.pk, *barred}
    steps = [_resolved(n, step, facts, people, tuple((chosen or {}).get(n, ())), out) for n, step in enumerate(chain_version.steps)]
    later: set[int] = set()
    for n in range(len(steps) - 1, -1, -1):
        steps[n] = _without_repeats(steps[n], later)
        if steps[n].needed >= len(steps[n].people):
            later |= set(steps[n].people)
    return steps


def _resolved(n: int, step: Step, facts: Facts, people: People, chosen: tuple[int, ...], out: set[int]) -> PlannedStep:
    pool, words = asked_of(step, facts, people)
    free = tuple(pk for pk in dict.fromkeys(pool) if pk not in out)
    if step.who == Who.CHOICE and free:
        picked = tuple(pk for pk in chosen if pk in free)
        return PlannedStep(n, step, picked, _needed(step, picked or free), words, candidates=free)
    if len(free) >= _least(step):
        return PlannedStep(n, step, free, _needed(step, free), words)
    reserve = tuple(pk for pk in people.at(step.escalate) if pk not in out and pk not in free)
    joined = free + reserve
    if len(joined) >= _least(step):
        return PlannedStep(n, step, joined, _needed(step, joined), f"{words}（转由{people.words(step.escalate)}）", passed=True)
    return PlannedStep(n, step, joined, _least(step), words, trouble=_why(n, step, words, pool, len(joined)))


def asked_of(step: Step, facts: Facts, people: People) -> tuple[tuple[int, ...], str]:
    """(everybody the step names, in words)."""
    if step.who == Who.PEOPLE:
        return tuple(pk for pk in step.people if pk in people.names), "、".join(people.name(pk) for pk in step.people)
    if step.who == Who.HEAD:
        department = facts.department or facts.applicant.department
        head = people.heads.get(department.pk) if department else None
        return ((head,) if head else ()), f"{department}负责人" if department else "部门负责人"
    return people.at(step.source), people.words(step.source)


def _least(step: Step) -> int:
    return max(1, step.least) if step.mode == Mode.SOME else 1


def _needed(step: Step, people: Sequence[int]) -> int:
    return len(people) if step.mode == Mode.ALL else _least(step)


def _why(n: int, step: Step, words: str, pool: Sequence[int], left: int) -> str:
    start = f"第 {n + 1} 步「{step.name}」"
    if not pool:
        return f"{start}没有人可以签：{words or '没有指定的人'}现在没有人担任。"
    if not left:
        return f"{start}只有申请人自己或者办过这张单的人，要由别人批。"
    return f"{start}至少要 {_least(step)} 个人签，除了申请人和办过这张单的，只有 {left} 个。"


def _without_repeats(planned: PlannedStep, later: set[int]) -> PlannedStep:
    """The step without people a later step cannot do without, where enough others remain."""
    others = tuple(pk for pk in planned.people if pk not in later)
    if planned.trouble or planned.candidates or len(others) == len(planned.people) or len(others) < _least(planned.step):
        return planned
    return PlannedStep(planned.n, planned.step, others, _needed(planned.step, others), planned.words, passed=planned.passed)


def fits(version, facts: Facts, limits: Mapping[str, Decimal]) -> bool:
    """Whether the conditions of a version hold: more than `above`, not more than `upto`, fund and departments as named."""
    low, high = bounds(version, limits)
    above = low is None or (facts.amount is not None and facts.amount > low)
    in_bounds = above and (high is None or facts.amount is None or facts.amount <= high)
    department = facts.department or facts.applicant.department
    of_department = not version.departments or (department is not None and department.pk in version.departments)
    return in_bounds and of_department and (not version.fund_names or facts.fund in version.fund_names)


def bounds(version, limits: Mapping[str, Decimal]) -> tuple[Decimal | None, Decimal | None]:
    """(more than, not more than) in yuan; a bound that is one of the school's limits is read from them."""
    low = limits.get(version.above_limit, version.above) if version.above_limit else version.above
    high = limits.get(version.upto_limit, version.upto) if version.upto_limit else version.upto
    return low, high


def choose(kind: str, facts: Facts, versions: Iterable, *, limits: Mapping[str, Decimal]):
    """The version this document takes, None when none fits: the first by number, then one for its own kind before one for all kinds."""
    found = [version for version in versions if version.kind in ("", kind) and fits(version, facts, limits)]
    return min(found, key=lambda version: (version.priority, version.kind == "", not version.departments, not version.fund_names, version.pk), default=None)
