"""What the books of an app share: an entry is written once, struck out with a reason when it was wrong, and never changed or removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import save_changes
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation

from .late import Claimed, claimed_time


@dataclass(frozen=True)
class Books:
    """Who reads, writes, checks and answers for the books of one app: four permission codes, and what that person is called."""

    officer: str  # 食品安全员
    view: str
    record: str
    check: str
    manage: str

    def check_can_view(self, user, record=None) -> None:
        require(user, self.view)

    def check_can_record(self, user, record=None) -> None:
        require(user, self.record)

    def check_can_check(self, user, record=None) -> None:
        require(user, self.check)

    def check_can_manage(self, user, record=None) -> None:
        require(user, self.manage)


class Evidence(Claimed):
    """One entry of a book. Whoever wrote it stands in `created_by`; a struck entry stays readable and counts for nothing."""

    books: ClassVar[Books]
    writes: ClassVar[str] = ""  # the permission that writes and strikes out one's own, where it is another than the books'

    note = models.CharField("备注", max_length=200, blank=True)
    struck_at = models.DateTimeField("划去时间", null=True, editable=False)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="划去人")
    struck_reason = models.CharField("划去原因", max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_struck(self) -> bool:
        return self.struck_at is not None

    @property
    def kept_because(self) -> str:
        """Why this entry cannot be struck out any more; empty when it can."""
        return ""

    @property
    def marks(self) -> str:
        """What paper and page say beside the entry: written late, struck out."""
        return "；".join(filter(None, [self.late, f"已划去：{self.struck_reason}" if self.is_struck else ""]))


def struck_whole(name: str) -> models.CheckConstraint:
    """A struck entry says who struck it and why; another has nothing of it."""
    struck = Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_reason="")
    return models.CheckConstraint(name=name, condition=struck | Q(struck_at=None, struck_by=None, struck_reason=""))


def check_can_strike(user, record: Evidence) -> None:
    """One's own entry, or any entry for whoever answers for the books."""
    require(user, record.writes or record.books.record)
    if record.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if record.kept_because:
        raise RuleViolation(record.kept_because)
    if record.created_by_id != user.pk and not has(user, record.books.manage):
        raise RuleViolation(f"别人写的由本人或{record.books.officer}划去。")


def enter(*, actor, at: datetime, record: Evidence, happened_at: datetime | None = None, photos: Sequence = (), text: str = "", **values):
    """Write an entry; part of the rule that has checked it. Returns the entry. Raises RuleViolation or ValidationError at the field."""
    record.created_by, record.created_at = actor, at
    record.happened_at = claimed_time(happened_at, at, app=record._meta.app_label)
    row = save_changes(actor=actor, at=at, record=record, text=text, **tidied(values))
    attach(actor=actor, at=at, record=row, role="photo", uploads=photos, field="photos")
    return row
