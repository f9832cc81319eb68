"""Whose papers a person may see, which of them run out, and whether somebody may do a kind of work today (ORG-05)."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import full_day

from .models import PaperKind, PaperState, StaffPaper

VIEW, MANAGE = "platform.papers.view", "platform.papers.manage"
WARN = "papers.warn.days"
MOST = 20
ICONS = {PaperKind.HEALTH: "heart-pulse", PaperKind.DRIVER: "car", PaperKind.OPERATION: "plug-zap", PaperKind.CONTRACT: "file-pen"}


def papers_visible_to(user) -> QuerySet[StaffPaper]:
    """Everybody's for whoever keeps or oversees them, otherwise one's own."""
    papers = StaffPaper.objects.select_related("person__department")
    return papers if has(user, MANAGE) or has(user, VIEW) else papers.filter(person=user.pk)


def in_use() -> QuerySet[StaffPaper]:
    """The papers that count: neither renewed nor void, of people in post."""
    return StaffPaper.objects.filter(state=PaperState.CURRENT, person__is_active=True).select_related("person")


def expiring(on: date, days: int | None = None) -> QuerySet[StaffPaper]:
    """Papers in use whose last day is `on` or within `days` (the school's number) after it, the first to expire first."""
    days = limit_shown(WARN, on) if days is None else days
    return in_use().filter(expires_on__gte=on, expires_on__lte=on + timedelta(days=days)).order_by("expires_on", "pk")


def expired(on: date) -> QuerySet[StaffPaper]:
    """Papers in use whose last day lies before `on`, the oldest first."""
    return in_use().filter(expires_on__lt=on).order_by("expires_on", "pk")


def valid_paper(person, kind: PaperKind, on: date) -> StaffPaper | None:
    """A paper of this kind that the person holds and that is valid on that day, None without one.

    For apps that must not let somebody work without it: a cook without a health certificate, a driver without a licence.
    A renewed paper still proves the days before its successor; a void one proves nothing.
    """
    papers = StaffPaper.objects.filter(person=person.pk, kind=kind).exclude(state=PaperState.VOID)
    papers = papers.filter(Q(issued_on=None) | Q(issued_on__lte=on), Q(expires_on=None) | Q(expires_on__gte=on))
    return papers.order_by(F("expires_on").desc(nulls_first=True), "-pk").first()


def standing(paper, on: date, code: str = WARN) -> tuple[str, str]:
    """(words, tone) of how a paper, of a person or a firm, stands on that day."""
    if not paper.is_current:
        return paper.get_state_display(), "void"
    left = paper.days_left(on)
    if left is None:
        return "长期有效", "done"
    if left < 0:
        return "已过期", "late"
    return ("快到期", "wait") if left <= limit_shown(code, on) else ("有效", "done")


def left_words(paper, on: date) -> str:
    """还有 12 天, 今天到期, 过期 3 天; empty for a paper that never expires."""
    left = paper.days_left(on)
    if left is None:
        return ""
    return "今天到期" if left == 0 else f"还有 {left} 天" if left > 0 else f"过期 {-left} 天"


def paper_counts(user, on: date) -> dict[str, int]:
    """The numbers above the list, in one query."""
    open_now = Q(state=PaperState.CURRENT, person__is_active=True)
    last = on + timedelta(days=limit_shown(WARN, on))
    return papers_visible_to(user).aggregate(
        soon=Count("pk", filter=open_now & Q(expires_on__gte=on, expires_on__lte=last)),
        late=Count("pk", filter=open_now & Q(expires_on__lt=on)),
        mine=Count("pk", filter=Q(person=user.pk)),
    )


def paper_todos(user, at: datetime) -> list[Todo]:
    """Own papers that run out or have run out, and everybody's for whoever keeps them. One query."""
    on = timezone.localdate(at)
    papers = in_use().filter(expires_on__lte=on + timedelta(days=limit_shown(WARN, on))).order_by("expires_on", "pk")
    papers = papers if has(user, MANAGE) else papers.filter(person=user.pk)
    return [_todo(paper, user, on) for paper in papers[:MOST]]


def _todo(paper: StaffPaper, user, on: date) -> Todo:
    title = f"我的{paper.get_kind_display()}" if paper.person_id == user.pk else str(paper)
    verb = "登记新证" if has(user, MANAGE) else "去换证"
    due_at = timezone.make_aware(datetime.combine(paper.expires_on, time(23, 59)))
    words = f"{full_day(paper.expires_on)}到期，{left_words(paper, on)}"
    return Todo(title, words, url_of(paper), verb, ICONS.get(PaperKind(paper.kind), "id-card"), due_at)


def paper_late(user, at: datetime) -> list[Late]:
    """How many papers have expired, for whoever keeps or oversees them. One query."""
    if not (has(user, MANAGE) or has(user, VIEW)):
        return []
    late = list(expired(timezone.localdate(at))[:100])
    if not late:
        return []
    return [Late("证件过期", f"{late[0]}，{left_words(late[0], timezone.localdate(at))}", len(late), "/setup/paper/?state=late")]


def url_of(paper: StaffPaper) -> str:
    return f"/setup/paper/{paper.pk}/"
