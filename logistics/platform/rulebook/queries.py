"""What people may read, what changed from version to version, and who has not read it yet (ORG-06)."""

from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from logistics.platform.access.rules import has
from logistics.platform.org.models import User
from logistics.platform.org.queries import people
from logistics.platform.web.home import Todo
from logistics.platform.web.templatetags.school import full_day

from .models import ReadReceipt, Regulation, RegulationVersion, RuleState

READ, MANAGE = "platform.directory.view", "platform.rulebook.manage"


@dataclass(frozen=True)
class Change:
    """A paragraph of the newer text or one the older had; tone is same, added or removed."""

    tone: str
    text: str


def regulations_visible_to(user) -> QuerySet[Regulation]:
    """Whoever keeps the rulebook sees drafts too; the staff what was ever published; strangers nothing."""
    rows = Regulation.objects.select_related("current__published_by")
    if has(user, MANAGE):
        return rows
    return rows.exclude(state=RuleState.DRAFT) if has(user, READ) else rows.none()


def regulation_list_rows(user) -> QuerySet[Regulation]:
    """Visible regulations with whether this person has read the current version, and whether a draft waits."""
    read = ReadReceipt.objects.filter(version=OuterRef("current"), person=user.pk)
    draft = RegulationVersion.objects.filter(regulation=OuterRef("pk"), published_at=None)
    counted = ReadReceipt.objects.filter(version=OuterRef("current")).order_by().values("version").annotate(n=Count("pk")).values("n")
    return regulations_visible_to(user).annotate(is_read=Exists(read), has_draft=Exists(draft), readers=Subquery(counted))


def versions_of(regulation: Regulation, user) -> list[RegulationVersion]:
    """The versions this person may read, the newest first."""
    found = regulation.versions.select_related("published_by", "drafted_by", "paper").order_by("-number")
    return list(found if has(user, MANAGE) else found.exclude(published_at=None))


def in_force(versions: list[RegulationVersion], on: date) -> RegulationVersion | None:
    """The published version that holds on that day; None before the first one does."""
    return next((version for version in versions if version.published_at and version.effective_on <= on), None)


def draft_of(regulation: Regulation) -> RegulationVersion | None:
    return regulation.versions.filter(published_at=None).first()


def difference(older: RegulationVersion, newer: RegulationVersion) -> list[Change]:
    """The newer text paragraph by paragraph, with what went and what came."""
    before, after, changes = older.paragraphs, newer.paragraphs, []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            changes += [Change("same", text) for text in after[j1:j2]]
        else:
            changes += [Change("removed", text) for text in before[i1:i2]] + [Change("added", text) for text in after[j1:j2]]
    return changes


def has_read(user, version: RegulationVersion | None) -> bool:
    return version is not None and ReadReceipt.objects.filter(version=version.pk, person=user.pk).exists()


def readers_meant() -> QuerySet[User]:
    """Everybody in post who may read the rulebook."""
    return people().filter(roles__grants__permission=READ).distinct()


def unread_by(version: RegulationVersion) -> QuerySet[User]:
    """Who of them has not said to have read this version, by department."""
    return readers_meant().exclude(pk__in=ReadReceipt.objects.filter(version=version.pk).values("person")).order_by("department__order", "pinyin")


def rule_todos(user, at: datetime) -> list[Todo]:
    """Regulations whose current version this person has not read. One query."""
    if not has(user, READ):
        return []
    read = ReadReceipt.objects.filter(version=OuterRef("current"), person=user.pk)
    waiting = Regulation.objects.filter(~Exists(read), state=RuleState.PUBLISHED).select_related("current").order_by("current__published_at")[:10]
    return [Todo(row.title, f"制度，{full_day(row.current.effective_on)}起施行", f"/rules/{row.pk}/", "阅读", "book-open") for row in waiting]


def with_words(rows: QuerySet[Regulation], words: str) -> QuerySet[Regulation]:
    """Those whose title or current text holds the words."""
    return rows.filter(Q(title__icontains=words) | Q(current__text__icontains=words))


def counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    read = ReadReceipt.objects.filter(version=OuterRef("current"), person=user.pk)
    draft = RegulationVersion.objects.filter(regulation=OuterRef("pk"), published_at=None)
    rows = regulations_visible_to(user).annotate(is_read=Exists(read), has_draft=Exists(draft))
    return rows.aggregate(
        unread=Count("pk", filter=Q(state=RuleState.PUBLISHED, is_read=False)),
        drafts=Count("pk", filter=Q(has_draft=True)),
    )
