"""What the food-safety books share: an entry is written once, struck out with a reason when it was wrong, and never changed or removed."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from canteen.late import Claimed, claimed_time
from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import save_changes
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation

VIEW, RECORD, CHECK, MANAGE = "canteen.safety.view", "canteen.safety.record", "canteen.safety.check", "canteen.safety.manage"


class Evidence(Claimed):
    """One entry of a book. Whoever wrote it stands in `created_by`; a struck entry stays readable and counts for nothing."""

    writes = RECORD  # the permission that writes and strikes out one's own

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


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def check_can_record(user, record=None) -> None:
    require(user, RECORD)


def check_can_check(user, record=None) -> None:
    require(user, CHECK)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_strike(user, record: Evidence) -> None:
    """One's own entry, or any entry for whoever answers for the books."""
    require(user, record.writes)
    if record.is_struck:
        raise RuleViolation("这一条已经划去了。")
    if record.kept_because:
        raise RuleViolation(record.kept_because)
    if record.created_by_id != user.pk and not has(user, MANAGE):
        raise RuleViolation("别人写的由本人或食品安全员划去。")


def enter(*, actor, at: datetime, record: Evidence, happened_at: datetime | None = None, photos: Sequence = (), text: str = "", **values):
    """Write an entry; part of the rule that has checked it. Returns the entry. Raises RuleViolation or ValidationError at the field."""
    record.created_by, record.created_at = actor, at
    record.happened_at = claimed_time(happened_at, at)
    row = save_changes(actor=actor, at=at, record=record, text=text, **tidied(values))
    attach(actor=actor, at=at, record=row, role="photo", uploads=photos, field="photos")
    return row
