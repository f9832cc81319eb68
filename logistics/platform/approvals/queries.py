"""Reading chains, runs and what waits for a person."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from logistics.platform.access.models import Role
from logistics.platform.access.queries import running_substitutions
from logistics.platform.access.rules import has
from logistics.platform.kernel.keeping import forget, kept
from logistics.platform.limits.queries import limits_on
from logistics.platform.limits.registry import all_limits
from logistics.platform.org.models import Department, Post, User

from .models import ChainVersion, Copy, Decision, Run, RunState, RunStep, Signer, SignerState, StepState, VersionState
from .spec import People

MANAGE, VIEW, DECIDE = "platform.approvals.manage", "platform.approvals.view", "platform.approvals.decide"
YUAN = "元"


def load_people() -> People:
    """Everybody in post with roles, posts and departments, for as many plans as one likes. Six queries."""
    active = Q(is_person=True, is_active=True)
    names = dict(User.objects.filter(active).order_by("pinyin", "pk").values_list("pk", "name"))
    roles: dict[str, list[int]] = defaultdict(list)
    posts: dict[int, list[int]] = defaultdict(list)
    for pk, key in User.objects.filter(active, roles__isnull=False).order_by("pinyin", "pk").values_list("pk", "roles__key"):
        roles[key].append(pk)
    for pk, post in User.objects.filter(active, posts__isnull=False).order_by("pinyin", "pk").values_list("pk", "posts"):
        posts[post].append(pk)
    return People(
        names=names,
        roles={key: tuple(found) for key, found in roles.items()},
        posts={key: tuple(found) for key, found in posts.items()},
        heads={department: head for department, head in Department.objects.filter(is_active=True).values_list("pk", "head") if head in names},
        role_names=dict(Role.objects.values_list("key", "name")),
        post_names=dict(Post.objects.values_list("pk", "name")),
    )


# Chains


def money_limits() -> list[tuple[str, str]]:
    """(code, name) of the school's limits a chain's bound may point at."""
    return [(limit.code, limit.label) for limit in all_limits() if limit.unit == YUAN]


def money_limit_values(on: date) -> dict[str, Decimal]:
    codes = [code for code, _ in money_limits()]
    return {code: Decimal(value) for code, value in limits_on(on, *codes).items()} if codes else {}


def published_versions() -> list[ChainVersion]:
    """Every version in use, one query."""
    return list(ChainVersion.objects.filter(state=VersionState.PUBLISHED, chain__is_active=True).select_related("chain"))


# Who acts for whom


def lenders_of(user) -> dict[int, User]:
    """Those who are away today and in whose place this person may sign, by id. One query, kept on the user."""
    known = getattr(user, "_approval_lenders", None)
    if known is None:
        rows = _lending().filter(substitute=user.pk).select_related("person")
        known = user._approval_lenders = {row.person_id: row.person for row in rows}
    return known


def substitutes_for(people: Iterable[int]) -> dict[int, list[User]]:
    """Who may sign for each of these people today."""
    found: dict[int, list[User]] = defaultdict(list)
    for row in _lending().filter(person__in=list(people)).select_related("substitute"):
        found[row.person_id].append(row.substitute)
    return found


def _lending():
    """Substitutions of today that hand on the right to sign."""
    whole_or_named = Q(permissions="") | Q(permissions__contains=f"\n{DECIDE}\n")
    return running_substitutions().filter(whole_or_named, roles__grants__permission=DECIDE, roles__holders=F("person")).distinct()


def signs_for(user) -> list[int]:
    """Own id and those of absent colleagues."""
    return [user.pk, *lenders_of(user)]


# Runs


def runs_visible_to(user) -> QuerySet[Run]:
    """One's own, those one is asked about or was shown, and every run for whoever may see all."""
    rows = Run.objects.select_related("applicant", "department", "version__chain")
    if has(user, VIEW):
        return rows
    asked = Signer.objects.filter(step__run=OuterRef("pk"), person__in=signs_for(user))
    shown = Copy.objects.filter(run=OuterRef("pk"), person=user.pk)
    acted = Decision.objects.filter(run=OuterRef("pk"), by=user.pk)
    return rows.filter(Q(applicant=user.pk) | Exists(asked) | Exists(shown) | Exists(acted))


def run_list_rows(user) -> QuerySet[Run]:
    decisions = Decision.objects.select_related("by", "step").order_by("pk")
    return with_open_step(runs_visible_to(user)).prefetch_related(Prefetch("decisions", decisions))


def with_open_step(rows: QuerySet[Run]) -> QuerySet[Run]:
    """With the step each waits at, as `open_steps`."""
    return rows.prefetch_related(Prefetch("steps", RunStep.objects.filter(state=StepState.OPEN), to_attr="open_steps"))


def record_ids_seen_by(user, model: str) -> QuerySet:
    """Ids of the documents of a model ("finance.purchaserequest") whose runs this person is asked about or was shown.

    A subquery for the app's own visible rows: who must decide may open the document, too.
    """
    mine = Q(steps__signers__person__in=signs_for(user)) | Q(shown_to__person=user.pk) | Q(applicant=user.pk)
    return Run.objects.filter(mine, record_kind=model.lower()).values("record_id")


def current_run(record) -> Run | None:
    """The run this document is in now."""
    return runs_of_record(record).filter(state=RunState.RUNNING).first()


def runs_of(record) -> list[Run]:
    """Every run of this document, the newest first."""
    return list(runs_of_record(record).order_by("-pk"))


def runs_of_record(record) -> QuerySet[Run]:
    rows = Run.objects.filter(record_kind=record._meta.label_lower, record_id=record.pk)
    named = getattr(record, "approval_kind", None)
    return (rows.filter(kind=named) if named else rows).select_related("applicant", "department", "version__chain")


def document_of(run: Run):
    """The document of this run as it is stored now, None when it is gone."""
    return apps.get_model(run.record_kind)._base_manager.filter(pk=run.record_id).first()


def steps_of(run: Run) -> list[RunStep]:
    """In order, each with its signers and their names. Two queries."""
    return list(run.steps.prefetch_related(Prefetch("signers", Signer.objects.select_related("person").order_by("pk"))).order_by("position"))


def decisions_of(run: Run) -> list[Decision]:
    return list(run.decisions.select_related("by", "stands_for", "step", "back_to", "signature").order_by("pk"))


def open_step(run: Run) -> RunStep | None:
    return run.steps.filter(state=StepState.OPEN).first()


def open_signer(run: Run, user) -> Signer | None:
    """The place at which this person may sign now: the own one before that of an absent colleague."""
    found = Signer.objects.filter(step__run=run, step__state=StepState.OPEN, state=SignerState.OPEN, person__in=signs_for(user))
    return found.select_related("step", "person").order_by(Case(When(person=user.pk, then=Value(0)), default=Value(1)), "pk").first()


# The inbox of one person


def waiting_for(user, at: datetime) -> QuerySet[Signer]:
    """What this person must sign, late ones first, then the longest waiting."""
    rows = Signer.objects.filter(person__in=signs_for(user), state=SignerState.OPEN, step__state=StepState.OPEN, step__run__state=RunState.RUNNING)
    late = Case(When(step__due_at__lt=at, then=Value(0)), default=Value(1))
    return rows.exclude(step__run__applicant=user.pk).annotate(late=late).order_by("late", "step__opened_at", "pk")


def held_by(person) -> QuerySet[Run]:
    """What waits for this person's own signature; to hand over before leaving."""
    return Run.objects.filter(state=RunState.RUNNING, steps__signers__person=person.pk, steps__signers__state=SignerState.OPEN).distinct()


def done_by(user) -> QuerySet[Run]:
    acted = Decision.objects.filter(run=OuterRef("pk"), by=user.pk).exclude(act__in=("start", "comment", "remind", "copy"))
    return runs_visible_to(user).filter(Exists(acted))


def started_by(user) -> QuerySet[Run]:
    return runs_visible_to(user).filter(applicant=user.pk)


def shown_to(user) -> QuerySet[Run]:
    return runs_visible_to(user).filter(Exists(Copy.objects.filter(run=OuterRef("pk"), person=user.pk)))


def waiting_count(user) -> int:
    """For the badge in the menu, at most a minute old."""
    return kept(_kept_as(user.pk), lambda: _count_waiting(user))


def _count_waiting(user) -> int:
    rows = Signer.objects.filter(person__in=signs_for(user), state=SignerState.OPEN, step__run__state=RunState.RUNNING).exclude(step__run__applicant=user.pk)
    return rows.aggregate(n=Count("step", distinct=True))["n"]


def forget_counts(people: Iterable[int]) -> None:
    """The badges of these people are counted anew."""
    for pk in people:
        forget(_kept_as(pk))


def _kept_as(pk: int) -> str:
    return f"approvals.waiting.{pk}"
