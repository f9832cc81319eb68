"""What was written down after it happened: the time somebody claims, the time it really arrived, and the mark between them."""

from datetime import datetime, timedelta

from django import forms
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.models import Stamped
from logistics.platform.limits.queries import limit, limit_shown
from logistics.platform.limits.registry import Limit
from logistics.platform.web.templatetags.school import full_moment

MINUTES = "canteen.late.minutes"
DAYS = "canteen.late.days"
LIMITS = (
    Limit(MINUTES, "食堂记录多久算补记", "分钟", 60, 5, 24 * 60, group="食堂", help="填写比发生晚这么久，页面和打印件上标「补记」。"),
    Limit(DAYS, "食堂记录最多补几天前的", "天", 3, 0, 31, group="食堂"),
)


class Claimed(Stamped):
    """A row of evidence: `happened_at` is what the person says, `created_at` (Stamped) the moment it really came in."""

    happened_at = models.DateTimeField("发生时间")

    class Meta:
        abstract = True

    @property
    def late(self) -> str:
        return late_words(self.happened_at, self.created_at)


def not_ahead(name: str) -> models.CheckConstraint:
    """Nothing is recorded before it happened; the database holds it for every row that is `Claimed`."""
    return models.CheckConstraint(name=name, condition=Q(happened_at__lte=F("created_at")), violation_error_message="发生时间不能晚于现在")


def claimed_time(claimed: datetime | None, at: datetime, *, field: str = "happened_at") -> datetime:
    """When it happened as somebody says, now when nobody does. Raises RuleViolation for the future and for what is too long ago."""
    if claimed is None:
        return at
    if claimed > at:
        raise RuleViolation(f"时间不能晚于现在（{full_moment(at)}）。", field=field)
    days = limit(DAYS, timezone.localdate(at))
    if timezone.localdate(claimed) < timezone.localdate(at) - timedelta(days=days):
        raise RuleViolation(f"食堂记录最多补 {days} 天前的（学校自定）。更早的请写成情况说明，不能补成当时的记录。", field=field)
    return claimed


def is_late(claimed: datetime, real: datetime) -> bool:
    return real - claimed > timedelta(minutes=limit_shown(MINUTES, timezone.localdate(real)))


def late_words(claimed: datetime, real: datetime) -> str:
    """补记，2026年11月20日 14:20 填写: the mark of pages and papers; empty for what was written in time."""
    return f"补记，{full_moment(real)} 填写" if is_late(claimed, real) else ""


class ClaimedField(forms.DateTimeField):
    """When it happened; empty is now."""

    years = range(2000, 2200)  # others overflow when the time zone is reckoned

    def __init__(self, **kwargs):
        words = {"label": "什么时候", "required": False, "help_text": "空着就是现在。补填的写当时的时间，记录上会标「补记」。"}
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **(words | kwargs))

    def clean(self, value):
        found = super().clean(value)
        if found is not None and found.year not in self.years:
            raise forms.ValidationError("请检查年份。")
        return found
