"""The work on the site: start, milestones, photos and papers (REP-11)."""

from datetime import date, datetime

from django.utils import timezone

from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move

from .models import PROJECT_MOVES, Milestone, Project, ProjectState
from .queries import ENDED, is_inspector
from .rules import check_in_charge, part

MOST_MILESTONES, PHOTOS_OF_STAGE, PHOTOS_OF_MILESTONE, PAPERS = 40, 12, 6, 12
STAGES = (("before", "施工前"), ("progress", "施工中"), ("after", "完工后"))
PLANNING = (ProjectState.APPROVED, ProjectState.CONTRACTED, ProjectState.BUILDING)


def check_can_start(user, project: Project) -> None:
    check_in_charge(user, project)
    check_move(project, ProjectState.BUILDING, moves=PROJECT_MOVES)
    if project.state != ProjectState.CONTRACTED:
        raise RuleViolation("已经开工了。")


def check_can_plan(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state not in PLANNING:
        raise RuleViolation(f"工程{project.get_state_display()}，不能再改节点。")


def check_can_build(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state != ProjectState.BUILDING:
        raise RuleViolation("开工以后、请验收以前登记节点完成。")


def check_can_add_photos(user, project: Project) -> None:
    """Whoever is in charge or inspects, as long as the project is not over."""
    if project.state in ENDED:
        raise RuleViolation(f"工程{project.get_state_display()}，不能再加照片。")
    if user.pk != project.owner_id and not is_inspector(user, project):
        check_in_charge(user, project)


def check_can_add_papers(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state == ProjectState.DROPPED:
        raise RuleViolation("工程已取消，不能再加文件。")


@rule
def start_work(*, actor, at: datetime, record: Project, started_on: date) -> Project:
    """The firm begins, on or after the day of the contract."""
    project = stored(Project, record)
    check_can_start(actor, project)
    if not project.contract_on <= started_on <= timezone.localdate(at):
        raise RuleViolation(f"开工日期要在签合同（{project.contract_on}）以后，不晚于今天。", field="started_on")
    advance(project, ProjectState.BUILDING, moves=PROJECT_MOVES, started_on=started_on)
    record_event(actor=actor, at=at, action="start", record=project, text=f"开工，{started_on}")
    return project


@rule
def add_milestone(*, actor, at: datetime, record: Project, name: str, plan_on: date) -> Milestone:
    project = stored(Project, record)
    check_can_plan(actor, project)
    if project.milestones.count() >= MOST_MILESTONES:
        raise RuleViolation(f"最多 {MOST_MILESTONES} 个节点。")
    milestone = Milestone(project=project, name=tidied({"name": name})["name"], plan_on=plan_on)
    milestone.full_clean()
    milestone.save()
    record_event(actor=actor, at=at, action="add_milestone", record=project, text=f"节点：{milestone.name}，计划 {plan_on}")
    return milestone


@rule
def remove_milestone(*, actor, at: datetime, record: Project, milestone: Milestone) -> Project:
    """Take out a step that is not done and no longer needed."""
    project = stored(Project, record)
    check_can_plan(actor, project)
    found = part(project.milestones, milestone)
    if found.done_on:
        raise RuleViolation(f"「{found}」已经完成，不能去掉。")
    record_event(actor=actor, at=at, action="remove_milestone", record=project, text=f"去掉节点：{found.name}，计划 {found.plan_on}")
    found.delete()
    return project


@rule
def finish_milestone(*, actor, at: datetime, record: Project, milestone: Milestone, done_on: date, note: str = "", photos=()) -> Milestone:
    """A step is done; once, with the photos that show it."""
    project = stored(Project, record)
    check_can_build(actor, project)
    found = part(project.milestones, milestone)
    if found.done_on:
        raise RuleViolation(f"「{found}」已经登记完成了。")
    if not project.started_on <= done_on <= timezone.localdate(at):
        raise RuleViolation(f"完成日期要在开工（{project.started_on}）以后，不晚于今天。", field="done_on")
    found.done_on, found.note = done_on, tidied({"note": note or ""})["note"]
    found.full_clean()
    found.save(update_fields=["done_on", "note"])
    attach(actor=actor, at=at, record=project, role=found.photo_role, uploads=photos, limit=PHOTOS_OF_MILESTONE)
    record_event(actor=actor, at=at, action="finish_milestone", record=project, text=f"完成：{found.name}{_photo_words(photos)}", note=found.note)
    return found


@rule
def add_photos(*, actor, at: datetime, record: Project, stage: str, photos) -> Project:
    """Pictures of the site before, during or after the work."""
    project = stored(Project, record)
    check_can_add_photos(actor, project)
    if stage not in dict(STAGES):
        raise RuleViolation("请选是施工前、施工中还是完工后。", field="stage")
    if not photos:
        raise RuleViolation("请至少放一张照片。", field="photos")
    attach(actor=actor, at=at, record=project, role=stage, uploads=photos, limit=PHOTOS_OF_STAGE)
    record_event(actor=actor, at=at, action="add_photos", record=project, text=f"{dict(STAGES)[stage]}照片 {len(photos)} 张")
    return project


@rule
def add_papers(*, actor, at: datetime, record: Project, papers, what: str) -> Project:
    """Scanned quotes, the contract, reports: PDF files."""
    project = stored(Project, record)
    check_can_add_papers(actor, project)
    if not papers:
        raise RuleViolation("请选文件。", field="papers")
    attach(actor=actor, at=at, record=project, role="paper", uploads=papers, limit=PAPERS, field="papers")
    record_event(actor=actor, at=at, action="add_papers", record=project, text=f"文件 {len(papers)} 份：{tidied({'what': what})['what']}")
    return project


def _photo_words(photos) -> str:
    return f"，照片 {len(photos)} 张" if photos else ""
