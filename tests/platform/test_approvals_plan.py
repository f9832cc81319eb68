"""The pure part: which chain a document takes, who will sign, and that a run starts with just that (FIN-03, FIN-12)."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from logistics.platform.approvals.chain_rules import start_draft
from logistics.platform.approvals.models import Run, Signer
from logistics.platform.approvals.planning import choose, plan
from logistics.platform.approvals.queries import load_people
from logistics.platform.approvals.registry import Facts
from logistics.platform.approvals.running_rules import start_run
from logistics.platform.approvals.simulate import replay, simulate, usual_times
from logistics.platform.approvals.spec import Mode, People, Step, Who, step_of
from logistics.platform.approvals.usual_rules import BIGSUM, CENTRAL, USUAL, load_usual_chains
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Post
from tests.conftest import NOW
from tests.platform.approvals_kit import KEY, TODAY, by_role, chain_of, content_of, facts_of, project_of, started

pytestmark = pytest.mark.requirement("FIN-03")
ROLES = ("a", "b", "c")


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


def person(pk: int, department=None):
    return SimpleNamespace(pk=pk, department=department)


def chain(*steps: Step):
    return SimpleNamespace(steps=list(steps))


def version(pk: int = 1, **given):
    usual = {"kind": "", "priority": 50, "above": None, "upto": None, "above_limit": "", "upto_limit": "", "departments": [], "fund_names": []}
    return SimpleNamespace(pk=pk, **usual | given)


def facts(amount=None, applicant: int = 9, fund: str = "", department=None) -> Facts:
    return Facts(None if amount is None else Decimal(amount), department, fund, person(applicant))


# Which chain


@pytest.mark.parametrize(("amount", "found"), [(None, 1), (5000, 1), ("5000.01", 2), (50000, 2), ("50000.01", 3), (10**9, 3)])
def test_the_sum_decides_and_a_bound_may_be_one_of_the_schools_limits(amount, found):
    versions = [version(1, upto=Decimal(5000)), version(2, above=Decimal(5000), upto_limit=BIGSUM), version(3, above_limit=BIGSUM)]
    assert choose("x", facts(amount), versions, limits={BIGSUM: Decimal(50000)}).pk == found


def test_priority_then_the_own_kind_then_the_narrower_one():
    department = SimpleNamespace(pk=4)
    told = facts(100, fund="专项", department=department)
    narrow = version(2, departments=[4])
    assert choose("x", told, [version(1), narrow], limits={}) is narrow
    own = version(3, kind="x")
    assert choose("x", told, [version(1), narrow, own], limits={}) is own
    first = version(4, priority=1)
    assert choose("x", told, [own, first], limits={}) is first
    assert choose("x", told, [version(5, kind="y"), version(6, fund_names=["公用"]), version(7, departments=[5])], limits={}) is None


# Who signs

STEP = some.builds(
    Step,
    name=some.sampled_from(["甲", "乙", "丙"]),
    who=some.sampled_from([Who.ROLE, Who.PEOPLE]),
    source=some.sampled_from([f"role:{key}" for key in ROLES]),
    people=some.lists(some.integers(1, 6), max_size=3, unique=True).map(tuple),
    mode=some.sampled_from(list(Mode)),
    least=some.integers(1, 3),
    escalate=some.sampled_from(["", *(f"role:{key}" for key in ROLES)]),
)
PEOPLE = some.dictionaries(some.sampled_from(ROLES), some.lists(some.integers(1, 6), max_size=4, unique=True).map(tuple)).map(
    lambda roles: People(names={pk: f"某{pk}" for pk in range(1, 7)}, roles=roles)
)


@pytest.mark.requirement("FIN-12")
@given(steps=some.lists(STEP, min_size=1, max_size=5), people=PEOPLE, applicant=some.integers(1, 6))
def test_a_plan_never_asks_the_applicant_and_can_be_signed_or_says_why_not(steps, people, applicant):
    for planned, step in zip(plan(chain(*steps), facts(applicant=applicant), people=people), steps, strict=True):
        assert planned.step is step
        assert applicant not in planned.people
        assert len(set(planned.people)) == len(planned.people)
        if not planned.trouble:
            assert 1 <= planned.needed <= len(planned.people)


@pytest.mark.requirement("FIN-12")
@given(steps=some.lists(STEP, min_size=2, max_size=4), people=PEOPLE, applicant=some.integers(1, 6))
def test_whoever_a_later_step_cannot_do_without_is_asked_earlier_only_when_nobody_else_is_left(steps, people, applicant):
    planned = plan(chain(*steps), facts(applicant=applicant), people=people)
    for n, one in enumerate(planned):
        indispensable = {pk for later in planned[n + 1 :] if later.needed >= len(later.people) for pk in later.people}
        if set(one.people) & indispensable and not one.trouble:
            assert len(set(one.people) - indispensable) < (one.step.least if one.step.mode == Mode.SOME else 1)


@given(step=STEP)
def test_a_step_survives_being_written_down(step):
    assert step_of(step.as_row()) == step


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=some.lists(
        some.builds(
            Step,
            name=some.sampled_from(["甲", "乙"]),
            source=some.sampled_from(["role:vice", "role:principal", "role:accountant"]),
            mode=some.sampled_from([Mode.ONE, Mode.ALL]),
            escalate=some.sampled_from(["", "role:vice"]),
        ),
        min_size=1,
        max_size=3,
    ),
    applicant=some.sampled_from(["director", "principal", "vice"]),
)
def test_a_run_starts_with_exactly_what_was_planned(cast, rooms, steps, applicant):
    project = project_of(cast, rooms, applicant=applicant)
    used = chain_of(cast, by_role("先", "buyer"), name=f"流程{Run.objects.count()}{project.pk}", priority=1)
    used.rows = [step.as_row() for step in steps]
    used.save()
    planned = plan(used, facts_of(project), people=load_people())
    try:
        run = start_run(actor=project.created_by, at=NOW, record=project)
    except RuleViolation:
        assert any(step.trouble for step in planned)
    else:
        asked = {
            step.position: (step.name, step.mode, tuple(Signer.objects.filter(step=step).order_by("pk").values_list("person", flat=True)))
            for step in run.steps.all()
        }
        assert asked == {one.n + 1: (one.name, one.step.mode, one.people) for one in planned}
    finally:
        used.chain.versions.update(priority=900)


# The usual chains


@pytest.mark.django_db
def test_the_usual_chains_are_one_pen_the_group_and_the_meeting(cast, rooms):
    assert [made.chain.name for made in load_usual_chains(actor=cast.director, at=NOW)] == list(USUAL)
    assert load_usual_chains(actor=cast.director, at=NOW) == []
    Post.objects.get(name=CENTRAL).holders.add(cast.inspector)
    ways = {}
    for amount in (4000, 20000, 60000):
        run = started(cast, project_of(cast, rooms, applicant="teacher", budget=amount))
        ways[amount] = [(step.name, step.minutes) for step in run.steps.order_by("position")]
    assert ways[4000] == [("校长", False)]
    assert [name for name, _ in ways[20000]] == ["经办部门负责人", "理财小组", "校长", CENTRAL]
    assert ("校务会（附会议纪要）", True) in ways[60000]


# Simulator and replay


@pytest.mark.django_db
def test_the_simulator_says_what_a_start_would_do(cast, rooms):
    chain_of(cast, by_role("分管", "vice"), by_role("校长", "principal"))
    project = project_of(cast, rooms)
    found = simulate(KEY, facts_of(project), [started(cast, project).version], people=load_people(), limits={})
    assert [step.people for step in found.steps] == [(cast.vice.pk,), (cast.principal.pk,)]


@pytest.mark.django_db
def test_usual_times_are_the_median_by_the_name_of_the_step(cast, rooms):
    from logistics.platform.approvals.deciding_rules import approve

    chain_of(cast, by_role("校长", "principal"))
    for hours in (1, 2, 30):
        run = started(cast, project_of(cast, rooms, title=f"第{hours}件"))
        approve(actor=cast.principal, at=NOW + timedelta(hours=hours), record=run)
    times = usual_times(KEY, NOW + timedelta(days=3))
    assert (times["校长"].hours, times["校长"].count) == (2, 3)
    assert usual_times("other.kind", NOW) == {}


@pytest.mark.django_db
def test_the_replay_shows_which_documents_would_go_another_way_get_stuck_and_who_signs_more(cast, rooms):
    used = chain_of(cast, by_role("校长", "principal"))
    for n, budget in enumerate((1000, 2000, 8000)):
        started(cast, project_of(cast, rooms, title=f"第{n}件", budget=budget))
    draft = start_draft(actor=cast.principal, at=NOW, chain=used.chain)
    same = replay(draft, on=TODAY, at=NOW, people=load_people())
    assert (same.total, same.changes, same.stuck, [load.more for load in same.loads]) == (3, [], [], [0])
    draft.rows = [by_role("分管", "vice").as_row(), Step("没有人", Who.POST, "post:999").as_row()]
    draft.upto = Decimal(5000)
    found = replay(draft, on=TODAY, at=NOW, people=load_people())
    assert len(found.changes) == 3
    assert {(change.before, change.after) for change in found.changes} == {("校长", "分管 → 没有人"), ("校长", "没有合适的流程")}
    assert len(found.stuck) == 3
    assert {(load.name, load.before, load.after) for load in found.loads} == {("校某", 3, 0), ("副某", 0, 2)}
    assert content_of(project_of(cast, rooms, title="x"))["title"] == "x"
