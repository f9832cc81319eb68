"""Reading works projects: what a person may see, comparison of quotes, the next step, to-dos."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.web.home import Late, Todo

from .models import Defect, Inspector, Project, ProjectState, Quote

VIEW, MANAGE, APPROVE = "repairs.project.view", "repairs.project.manage", "repairs.project.approve"
ENDED = (ProjectState.SETTLED, ProjectState.DROPPED)
LATE_STATES = (ProjectState.APPROVED, ProjectState.CONTRACTED, ProjectState.BUILDING)


@dataclass(frozen=True)
class Offer:
    """One line of the comparison (比价表): `over` is how much dearer than the cheapest."""

    quote: Quote
    rank: int
    over: Decimal
    is_cheapest: bool
    is_chosen: bool


@dataclass(frozen=True)
class Step:
    """One step of the bar over the page. css is "ok", "now" or empty."""

    label: str
    css: str
    who: str
    when: object


def projects_visible_to(user) -> QuerySet[Project]:
    """All projects as the grant reaches; whoever owns, proposed or was asked to inspect one sees that one in any case."""
    scope = scope_of(user, VIEW)
    rows = Project.objects.select_related("place", "owner", "created_by", "approved_by", "contract_by")
    return rows if scope == Scope.ALL else rows.filter(concerning(user))


def concerning(user) -> Q:
    return Q(owner=user.pk) | Q(created_by=user.pk) | Q(pk__in=Inspector.objects.filter(user=user.pk).values("project"))


def is_inspector(user, project: Project) -> bool:
    """Named for the present round of acceptance."""
    return project.inspectors.filter(round=project.inspection_round, user=user.pk).exists()


def is_concerned(user) -> bool:
    """Owns, proposed or inspects some project."""
    return Project.objects.filter(concerning(user)).exists()


def inspectors_of(project: Project) -> QuerySet[Inspector]:
    """Those of the present round, in the order they were named."""
    return project.inspectors.filter(round=project.inspection_round).select_related("user")


def open_defects(project: Project) -> QuerySet[Defect]:
    return project.defects.filter(checked_on=None)


def offers_of(project: Project) -> list[Offer]:
    """The quotes, cheapest first, each beside the cheapest."""
    quotes = list(project.quotes.all())
    least = quotes[0].amount if quotes else Decimal(0)
    return [
        Offer(quote, n, quote.amount - least, quote.amount == least, bool(project.firm) and quote.firm == project.firm) for n, quote in enumerate(quotes, 1)
    ]


def steps_of(project: Project) -> list[Step]:
    """申报 to 结清; a project that was dropped shows how far it came."""
    inspecting = project.state == ProjectState.INSPECTING
    steps = [
        ("申报", project.state != ProjectState.RETURNED, project.created_by, project.created_at),
        ("立项", bool(project.approved_at) and project.state not in (ProjectState.PROPOSED, ProjectState.RETURNED), project.approved_by, project.approved_at),
        ("合同", bool(project.contract_on), project.contract_by, project.contract_on),
        ("施工", bool(project.started_on) and (inspecting or bool(project.inspected_on)), project.owner, project.started_on),
        ("验收", bool(project.inspected_on), "", project.inspected_on),
        ("结清", project.state == ProjectState.SETTLED, "", project.settled_at),
    ]
    shown, now_shown = [], project.state == ProjectState.DROPPED
    for label, is_done, who, when in steps:
        css = "ok" if is_done else "" if now_shown else "now"
        now_shown = now_shown or not is_done
        shown.append(Step(label, css, str(who or "") if is_done or css == "now" else "", when if is_done else None))
    return shown


def next_step(project: Project, *, quotes: int, unfinished: int, defects: int, unsigned: list[str]) -> tuple[str, str]:
    """Who must do what now: (person, words), from counts the page has loaded."""
    owner = project.owner.name
    if project.state == ProjectState.APPROVED:
        return owner, "询价并签合同" if quotes < 3 and project.method == "quotes" else "签合同"
    if project.state == ProjectState.BUILDING:
        if defects:
            return owner, f"整改 {defects} 个问题，再请验收"
        return owner, f"还有 {unfinished} 个节点" if unfinished else "请验收"
    if project.state == ProjectState.INSPECTED:
        return owner, f"还有 {defects} 个验收问题" if defects else f"付清 {project.unpaid:,.2f} 元" if project.unpaid else "结清"
    return {
        ProjectState.PROPOSED: ("校领导", "定是否立项"),
        ProjectState.RETURNED: (project.created_by.name, "修改后再送批"),
        ProjectState.CONTRACTED: (owner, "登记开工"),
        ProjectState.INSPECTING: ("、".join(unsigned), "验收签字"),
    }.get(ProjectState(project.state), ("", ""))


def project_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    today = timezone.localdate()
    return projects_visible_to(user).aggregate(
        proposed=Count("pk", filter=Q(state=ProjectState.PROPOSED)),
        running=Count("pk", filter=~Q(state__in=ENDED)),
        late=Count("pk", filter=Q(state__in=LATE_STATES, end_on__lt=today)),
        mine=Count("pk", filter=Q(owner=user.pk) & ~Q(state__in=ENDED)),
    )


def project_todos(user, at: datetime) -> list[Todo]:
    """Proposals to decide, acceptances to sign, own projects' next step, defects to check. Four queries."""
    todos = []
    if has(user, APPROVE):
        waiting = Project.objects.filter(state=ProjectState.PROPOSED).exclude(created_by=user.pk).exclude(owner=user.pk)
        todos += [Todo(p.title, f"申报立项，预算 {p.budget:,.2f} 元", _url(p), "立项", "stamp") for p in waiting]
    named = Inspector.objects.filter(user=user.pk, signed_at=None, project__state=ProjectState.INSPECTING).select_related("project")
    todos += [Todo(i.project.title, "请您验收签字", _url(i.project), "验收", "pen-line") for i in named if i.round == i.project.inspection_round]
    own = Project.objects.filter(owner=user.pk, state__in=(ProjectState.RETURNED, *LATE_STATES)).annotate(
        faults=Count("defects", filter=Q(defects__fixed_on=None))
    )
    todos += [
        Todo(
            p.title,
            f"{p.get_state_display()}，{p.faults} 个问题待整改" if p.faults else p.get_state_display(),
            _url(p),
            "接着办",
            "hard-hat",
            _end_of(p.end_on),
        )
        for p in own
    ]
    checks = (
        Defect.objects.filter(fixed_on__isnull=False, checked_on=None, project__inspectors__user=user.pk)
        .exclude(fixed_by=user.pk)
        .select_related("project")
        .distinct()
    )
    return todos + [Todo(str(d), f"{d.project.title}，已整改", _url(d.project), "复查", "list-checks") for d in checks]


def project_late(user, at: datetime) -> list[Late]:
    """Projects past their planned end and defects past theirs, for whoever manages projects."""
    if not has(user, MANAGE) and not has(user, APPROVE):
        return []
    today = timezone.localdate(at)
    late = list(Project.objects.filter(state__in=LATE_STATES, end_on__lt=today).order_by("end_on")[:100])
    faults = list(
        Defect.objects.filter(fixed_on=None, fix_by__lt=today).exclude(project__state=ProjectState.DROPPED).select_related("project").order_by("fix_by")[:100]
    )
    found = [Late("工程过期", late[0].title, len(late), reverse("repairs:project-list") + "?late=1")] if late else []
    return found + ([Late("验收问题过期", f"{faults[0].project.title}：{faults[0]}", len(faults), _url(faults[0].project))] if faults else [])


def _url(project: Project) -> str:
    return reverse("repairs:project-detail", args=[project.pk])


def _end_of(on) -> datetime:
    return timezone.make_aware(datetime.combine(on, datetime.max.time().replace(microsecond=0)))
