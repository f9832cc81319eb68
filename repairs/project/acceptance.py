"""Acceptance of a works project: at least two people who are not its owner sign, defects are mended and checked by another (REP-11)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from repairs.plan.rhythm import add_months

from .models import PROJECT_MOVES, Defect, Inspector, Project, ProjectState
from .queries import APPROVE, MANAGE, inspectors_of, is_inspector, open_defects
from .rules import check_in_charge, part, said, tell

INSPECTORS_AT_LEAST, INSPECTORS_AT_MOST = 2, 10
MOST_DEFECTS, PHOTOS_OF_DEFECT = 60, 6
FINDING = (ProjectState.INSPECTING, ProjectState.INSPECTED)
MENDING = (ProjectState.BUILDING, *FINDING)


def check_can_request(user, project: Project) -> None:
    check_in_charge(user, project)
    check_move(project, ProjectState.INSPECTING, moves=PROJECT_MOVES)


def check_can_call_off(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state != ProjectState.INSPECTING:
        raise RuleViolation("现在没有在验收。")


def check_can_sign(user, project: Project) -> None:
    """Whoever was named for this round and has not signed yet."""
    if project.state != ProjectState.INSPECTING:
        raise RuleViolation("现在不在验收，不用签字。")
    mine = project.inspectors.filter(round=project.inspection_round, user=user.pk).first()
    if mine is None:
        raise NotAllowed("这次验收没有请您签字。")
    if mine.signed_at:
        raise RuleViolation("您已经签过字了。")
    check_separation(user, "sign", project)


def check_can_find(user, project: Project) -> None:
    """Defects are noted while the acceptance runs and until the project is settled."""
    if not is_inspector(user, project):
        require(user, MANAGE)
    if project.state not in FINDING:
        raise RuleViolation("请验收以后、结清以前登记问题。")


def check_can_fix(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state not in MENDING:
        raise RuleViolation(f"工程{project.get_state_display()}，不能登记整改。")


def check_can_check(user, project: Project) -> None:
    """An inspector or the school's management, never the owner."""
    if user.pk == project.owner_id:
        raise NotAllowed("整改要由负责人以外的人复查。")
    if not is_inspector(user, project) and not has(user, APPROVE):
        require(user, MANAGE)
    if project.state not in MENDING:
        raise RuleViolation(f"工程{project.get_state_display()}，不能再复查。")


@rule
def request_inspection(*, actor, at: datetime, record: Project, inspectors: Iterable) -> Project:
    """Name who accepts the work; each signs alone. Raises RuleViolation while steps or mending are unfinished, or for people who may not."""
    project, people = stored(Project, record), list({person.pk: person for person in inspectors}.values())
    check_can_request(actor, project)
    _check_ready(project)
    _check_people(project, people)
    turn = project.inspection_round + 1
    advance(project, ProjectState.INSPECTING, moves=PROJECT_MOVES, inspection_round=turn)
    Inspector.objects.bulk_create([Inspector(project=project, round=turn, user=person) for person in people])
    again = f"第 {turn} 次" if turn > 1 else ""
    record_event(actor=actor, at=at, action="request_inspection", record=project, text=f"{again}请验收：{'、'.join(person.name for person in people)}")
    tell(people, project, at=at, about="inspect", title=f"请您验收：{project.title}", body=f"{project.place}，施工单位 {project.firm}")
    return project


def _check_ready(project: Project) -> None:
    unfinished = project.milestones.filter(done_on=None).count()
    if unfinished:
        raise RuleViolation(f"还有 {unfinished} 个节点没有完成。先登记完成，不需要的去掉。")
    unmended = project.defects.filter(fixed_on=None).count()
    if unmended:
        raise RuleViolation(f"上次验收的问题还有 {unmended} 个没有整改。")


def _check_people(project: Project, people: list) -> None:
    if not INSPECTORS_AT_LEAST <= len(people) <= INSPECTORS_AT_MOST:
        raise RuleViolation(f"验收要 {INSPECTORS_AT_LEAST} 到 {INSPECTORS_AT_MOST} 个人，现在选了 {len(people)} 个。", field="inspectors")
    for person in people:
        if not (person.is_active and person.is_person):
            raise RuleViolation(f"{person.name}不在职，不能验收。", field="inspectors")
        if person.pk == project.owner_id:
            raise RuleViolation(f"{person.name}是项目负责人，不能自己验收。", field="inspectors")
        check_separation(person, "sign", project, field="inspectors")


@rule
def call_off_inspection(*, actor, at: datetime, record: Project, reason: str) -> Project:
    """Back to the site before all have signed: somebody fell ill, the firm is not ready."""
    project = stored(Project, record)
    check_can_call_off(actor, project)
    reason = said(reason, "请写为什么先不验收。", "reason")
    people = [inspector.user for inspector in inspectors_of(project)]
    advance(project, ProjectState.BUILDING, moves=PROJECT_MOVES)
    record_event(actor=actor, at=at, action="call_off", record=project, text="这次先不验收", note=reason)
    tell(people, project, at=at, about="called_off", title=f"先不验收了：{project.title}", body=reason)
    return project


@rule
def sign_inspection(*, actor, at: datetime, record: Project, passed: bool, opinion: str = "", signature=()) -> Project:
    """One inspector's word, with a signature. The first refusal ends the round; when the last one passes, the work is accepted.

    `signature` is a list with the cleaned signature of the form. The warranty begins with the acceptance.
    """
    project = stored(Project, record)
    check_can_sign(actor, project)
    opinion = tidied({"opinion": opinion or ""})["opinion"]
    if not passed:
        opinion = said(opinion, "不通过要写原因，施工单位好整改。", "opinion")
    mine = project.inspectors.select_for_update().get(round=project.inspection_round, user=actor.pk)
    mine.is_passed, mine.opinion, mine.signed_at = passed, opinion, at
    mine.full_clean()
    mine.save()
    attach(actor=actor, at=at, record=project, role=mine.signature_role, uploads=list(signature), limit=1, field="signature")
    record_event(
        actor=actor, at=at, action="sign" if passed else "refuse", record=project, text="验收签字：通过" if passed else "验收签字：不通过", note=opinion
    )
    if not passed:
        advance(project, ProjectState.BUILDING, moves=PROJECT_MOVES)
        tell([project.owner], project, at=at, about="refused", title=f"验收没有通过：{project.title}", body=f"{actor.name}：{opinion}")
    elif not project.inspectors.filter(round=project.inspection_round, signed_at=None).exists():
        _accept(project, actor=actor, at=at)
    return project


def _accept(project: Project, *, actor, at: datetime) -> None:
    today = timezone.localdate(at)
    advance(project, ProjectState.INSPECTED, moves=PROJECT_MOVES, inspected_on=today, warranty_until=add_months(today, project.warranty_months))
    record_event(actor=actor, at=at, action="accept", record=project, text=f"验收通过，质保到 {project.warranty_until}")
    left = open_defects(project).count()
    body = f"还有 {left} 个问题要整改" if left else f"质保到 {project.warranty_until}"
    tell([project.owner, project.created_by], project, at=at, about="accepted", title=f"验收通过：{project.title}", body=body)


@rule
def add_defect(*, actor, at: datetime, record: Project, content: str, fix_by: date, photos=()) -> Defect:
    """A fault seen at acceptance, with the day by which it must be mended."""
    project = stored(Project, record)
    check_can_find(actor, project)
    if project.defects.count() >= MOST_DEFECTS:
        raise RuleViolation(f"最多登记 {MOST_DEFECTS} 个问题。")
    if fix_by < timezone.localdate(at):
        raise RuleViolation("整改期限不能早于今天。", field="fix_by")
    defect = Defect(project=project, content=tidied({"content": content})["content"], fix_by=fix_by, found_by=actor)
    defect.full_clean()
    defect.save()
    attach(actor=actor, at=at, record=project, role=f"fault-{defect.pk}", uploads=photos, limit=PHOTOS_OF_DEFECT)
    record_event(actor=actor, at=at, action="add_defect", record=project, text=f"问题：{defect.content}，{fix_by} 前整改")
    tell([project.owner], project, at=at, about=f"defect{defect.pk}", title=f"验收问题：{project.title}", body=f"{defect.content}，{fix_by} 前整改")
    return defect


@rule
def fix_defect(*, actor, at: datetime, record: Project, defect: Defect, fixed_on: date, fix_note: str = "", photos=()) -> Defect:
    """The fault is mended, says whoever is in charge; another person checks it."""
    project = stored(Project, record)
    check_can_fix(actor, project)
    found = part(project.defects, defect)
    if found.fixed_on:
        raise RuleViolation("这个问题已经登记整改，等人复查。" if found.is_open else "这个问题已经复查过了。")
    if fixed_on > timezone.localdate(at):
        raise RuleViolation("整改日期不能晚于今天。", field="fixed_on")
    found.fixed_on, found.fixed_by, found.fix_note = fixed_on, actor, tidied({"note": fix_note or ""})["note"]
    found.full_clean()
    found.save()
    attach(actor=actor, at=at, record=project, role=found.photo_role, uploads=photos, limit=PHOTOS_OF_DEFECT)
    record_event(actor=actor, at=at, action="fix_defect", record=project, text=f"已整改：{found.content}", note=found.fix_note)
    tell([i.user for i in inspectors_of(project)], project, at=at, about=f"fixed{found.pk}", title=f"请复查整改：{project.title}", body=found.content)
    return found


@rule
def check_defect(*, actor, at: datetime, record: Project, defect: Defect, is_good: bool, words: str = "") -> Defect:
    """Somebody else looks at the mending: it is closed, or open again with what is still wrong."""
    project = stored(Project, record)
    check_can_check(actor, project)
    found = part(project.defects, defect)
    if not found.is_open:
        raise RuleViolation("这个问题已经复查过了。")
    if not found.fixed_on:
        raise RuleViolation("这个问题还没有登记整改。")
    if found.fixed_by_id == actor.pk:
        raise NotAllowed("整改是您登记的，要请别人复查。")
    if is_good:
        found.checked_on, found.checked_by = timezone.localdate(at), actor
        note = tidied({"words": words or ""})["words"]
    else:
        note = said(words, "请写哪里还不行。", "words")
        found.fixed_on = found.fixed_by = None
        tell([project.owner], project, at=at, about=f"unmended{found.pk}", title=f"复查没有通过：{project.title}", body=f"{found.content}：{note}")
    found.full_clean()
    found.save()
    record_event(actor=actor, at=at, action="check_defect", record=project, text=f"复查{'通过' if is_good else '不通过'}：{found.content}", note=note)
    return found
