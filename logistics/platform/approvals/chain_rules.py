"""Writing chains: a draft, its steps, publishing it with a look at every dead end, taking a chain out of use (FIN-03)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.limits.registry import all_limits

from .models import VERSION_MOVES, Chain, ChainVersion, VersionState
from .planning import plan
from .queries import MANAGE, load_people
from .registry import Facts, kind_for
from .spec import MODE_LABELS, WHO_LABELS, Mode, People, Step, Who

MOST_STEPS, MOST_HOURS, MOST_PEOPLE = 12, 400, 20
CONDITIONS = ("priority", "above", "upto", "above_limit", "upto_limit", "departments", "fund_names", "copies", "reason")


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, version: ChainVersion) -> None:
    require(user, MANAGE)
    if version.state != VersionState.DRAFT:
        raise RuleViolation("发布过的不能再改，请先起草新的一版。")


@rule
def create_chain(*, actor, at: datetime, name: str, kind: str = "") -> ChainVersion:
    """A new chain with an empty draft; gives back the draft."""
    check_can_manage(actor)
    _check_kind(kind)
    chain = Chain(created_by=actor, created_at=at)
    save_changes(actor=actor, at=at, record=chain, text=f"新建审批流程：{name}", **tidied({"name": name, "kind": kind}))
    return ChainVersion.objects.create(chain=chain, number=1, made_by=actor, made_at=at)


def _check_kind(kind: str) -> None:
    if kind and kind_for(kind) is None:
        raise RuleViolation("没有这种单据，请从列出来的里面选。", field="kind")


@rule
def rename_chain(*, actor, at: datetime, chain: Chain, name: str) -> Chain:
    check_can_manage(actor)
    return save_changes(actor=actor, at=at, record=stored(Chain, chain), **tidied({"name": name}))


@rule
def start_draft(*, actor, at: datetime, chain: Chain) -> ChainVersion:
    """A copy of the version in use to change; the draft there is, when one was begun."""
    check_can_manage(actor)
    chain = stored(Chain, chain)
    known = chain.versions.filter(state=VersionState.DRAFT).first()
    if known:
        return known
    last = chain.versions.order_by("-number").first()
    model = chain.versions.filter(state=VersionState.PUBLISHED).first() or last
    copied = {name: getattr(model, name) for name in (*CONDITIONS, "rows")} | {"reason": ""}
    draft = ChainVersion.objects.create(chain=chain, number=last.number + 1, made_by=actor, made_at=at, **copied)
    record_event(actor=actor, at=at, action="draft", record=chain, text=f"起草第 {draft.number} 版")
    return draft


def draft_of(version: ChainVersion, actor) -> ChainVersion:
    """The stored draft, locked. Raises RuleViolation for a version that is no draft any more."""
    draft = stored(ChainVersion, version)
    check_can_edit(actor, draft)
    return draft


@rule
def set_conditions(*, actor, at: datetime, version: ChainVersion, **values) -> ChainVersion:
    """For which documents the draft holds, whom it tells, and why it is changed. Raises RuleViolation or ValidationError at the field."""
    draft, values = draft_of(version, actor), tidied(values)
    if unknown := set(values) - set(CONDITIONS):
        raise TypeError(f"no condition {unknown}")
    codes = {limit.code for limit in all_limits()}
    for name in ("above_limit", "upto_limit"):
        if values.get(name) and values[name] not in codes:
            raise RuleViolation("没有这项限值，请从列出来的里面选。", field=name)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.full_clean(exclude=["rows"])
    draft.save()
    record_event(actor=actor, at=at, action="update", record=draft.chain, text=f"第 {draft.number} 版草稿：改了什么单走这个流程")
    return draft


@rule
def save_step(*, actor, at: datetime, version: ChainVersion, step: Step, n: int | None = None) -> ChainVersion:
    """Put a step at the end of the draft, or in the place of step n (from 0). Raises RuleViolation at its field."""
    draft = draft_of(version, actor)
    _check_step(step, load_people())
    rows = list(draft.rows)
    if n is None:
        if len(rows) >= MOST_STEPS:
            raise RuleViolation(f"一个流程最多 {MOST_STEPS} 步。")
        rows.append(step.as_row())
    else:
        rows[_at(rows, n)] = step.as_row()
    return _keep(draft, rows, actor, at, f"{'加上' if n is None else '修改'}「{step.name}」")


def _at(rows: list, n: int) -> int:
    if not 0 <= n < len(rows):
        raise Conflict("这一步刚刚被去掉了，请刷新后再看。")
    return n


def _keep(draft: ChainVersion, rows: list, actor, at: datetime, words: str) -> ChainVersion:
    draft.rows = rows
    draft.save(update_fields=["rows"])
    record_event(actor=actor, at=at, action="update", record=draft.chain, text=f"第 {draft.number} 版草稿：{words}")
    return draft


@rule
def move_step(*, actor, at: datetime, version: ChainVersion, n: int, up: bool) -> ChainVersion:
    """Change places with the neighbour; at the end of the list nothing happens."""
    draft = draft_of(version, actor)
    rows = list(draft.rows)
    row = rows.pop(_at(rows, n))
    rows.insert(max(0, min(len(rows), n - 1 if up else n + 1)), row)
    return _keep(draft, rows, actor, at, f"「{row['name']}」{'上移' if up else '下移'}")


@rule
def remove_step(*, actor, at: datetime, version: ChainVersion, n: int) -> ChainVersion:
    draft = draft_of(version, actor)
    rows = list(draft.rows)
    row = rows.pop(_at(rows, n))
    return _keep(draft, rows, actor, at, f"去掉「{row['name']}」")


def _check_step(step: Step, people: People) -> None:
    """Whether the step can be written down at all."""
    checks: list[tuple[Callable[[], bool], str, str]] = [
        (lambda: bool(step.name) and len(step.name) <= 30, "请写这一步叫什么，30 个字以内。", "name"),
        (lambda: step.who in list(Who), f"请选由谁签：{'、'.join(WHO_LABELS.values())}。", "who"),
        (lambda: step.mode in list(Mode), f"请选怎样算通过：{'、'.join(MODE_LABELS.values())}。", "mode"),
        (lambda: step.who not in (Who.ROLE, Who.POST, Who.CHOICE) or _is_known(step.source, people), "请选角色或岗位。", "source"),
        (lambda: step.who not in (Who.ROLE, Who.POST) or step.source.startswith(f"{step.who}:"), "请选角色或岗位，要和上面选的一样。", "source"),
        (lambda: step.who != Who.PEOPLE or 0 < len(step.people) <= MOST_PEOPLE, f"请选 1 到 {MOST_PEOPLE} 个人。", "people"),
        (lambda: step.mode != Mode.SOME or 1 <= step.least <= MOST_PEOPLE, f"至少几个人填 1 到 {MOST_PEOPLE}。", "least"),
        (lambda: 0 <= step.hours <= MOST_HOURS, f"超时填 0 到 {MOST_HOURS} 个工作小时，0 是不提醒。", "hours"),
        (lambda: not step.escalate or _is_known(step.escalate, people), "请从列出来的里面选。", "escalate"),
    ]
    for holds, sentence, field in checks:
        if not holds():
            raise RuleViolation(sentence, field=field)


def _is_known(address: str, people: People) -> bool:
    kind, _, key = address.partition(":")
    return (kind == "role" and key in people.role_names) or (kind == "post" and key.isdecimal() and int(key) in people.post_names)


@dataclass(frozen=True)
class DeadEnd:
    """A step that somebody's documents would never get past."""

    sentence: str
    applicants: tuple[str, ...]

    def __str__(self):
        shown = "、".join(self.applicants[:3]) + (f"等 {len(self.applicants)} 人" if len(self.applicants) > 3 else "")
        return f"{self.sentence}申请人是{shown}时走不通。"


def dead_ends(version: ChainVersion, applicants: Iterable, people: People) -> list[DeadEnd]:
    """Every step somebody among these applicants (with their departments) could not get past. No queries."""
    found: dict[str, list[str]] = {}
    for person in applicants:
        if version.departments and person.department_id not in version.departments:
            continue
        facts = Facts(amount=None, department=person.department, fund="", applicant=person)
        for step in plan(version, facts, people=people):
            if step.trouble:
                found.setdefault(step.trouble, []).append(person.name)
    return [DeadEnd(sentence, tuple(names)) for sentence, names in found.items()]


@rule
def publish(*, actor, at: datetime, version: ChainVersion, applicants: Iterable) -> ChainVersion:
    """The draft holds from now on; documents under way keep their version.

    Raises RuleViolation without steps or when a document of one of these `applicants` would meet a step with nobody to sign.
    """
    draft = draft_of(version, actor)
    if not draft.rows:
        raise RuleViolation("还没有步骤，请先加上至少一步。")
    if found := dead_ends(draft, applicants, load_people()):
        raise RuleViolation("".join(str(one) for one in found[:3]) + "请给这一步定“没有人签时转给谁”，或者改由谁签。")
    return put_in_use(draft, actor=actor, at=at)


def put_in_use(draft: ChainVersion, *, actor, at: datetime) -> ChainVersion:
    chain = stored(Chain, draft.chain)
    ChainVersion.objects.filter(chain=chain, state=VersionState.PUBLISHED).update(state=VersionState.RETIRED, retired_at=at)
    advance(draft, VersionState.PUBLISHED, moves=VERSION_MOVES, published_by=actor, published_at=at)
    Chain.objects.filter(pk=chain.pk).update(is_active=True)
    names = " → ".join(row["name"] for row in draft.rows)
    record_event(actor=actor, at=at, action="publish", record=chain, text=f"发布第 {draft.number} 版：{names}", note=draft.reason)
    return draft


@rule
def drop_draft(*, actor, at: datetime, version: ChainVersion) -> Chain:
    """Throw the draft away; a chain that was never published stays as a name without a version in use."""
    draft = draft_of(version, actor)
    chain, number = draft.chain, draft.number
    if number == 1:
        raise RuleViolation("这个流程还没有发布过，草稿先留着。不用的话，不发布就行。")
    draft.delete()
    record_event(actor=actor, at=at, action="drop_draft", record=chain, text=f"丢掉第 {number} 版草稿")
    return chain


@rule
def set_in_use(*, actor, at: datetime, chain: Chain, in_use: bool) -> Chain:
    """Take a chain out of use or back; documents under way go on."""
    check_can_manage(actor)
    found = stored(Chain, chain)
    if found.is_active == in_use:
        raise Conflict("刚刚已经有人改过了，请刷新后再看。")
    return save_changes(actor=actor, at=at, record=found, text="重新启用" if in_use else "停用，新的单不再走这个流程", is_active=in_use)
