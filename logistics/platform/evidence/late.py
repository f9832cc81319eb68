"""What was written down after it happened: the time somebody claims, the time it really arrived, and the mark between them."""

from datetime import datetime, timedelta

from django import forms
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.models import Stamped
from logistics.platform.limits import registry
from logistics.platform.limits.queries import limit, limit_shown
from logistics.platform.limits.registry import Limit
from logistics.platform.web.templatetags.school import full_moment


def late_limits(app: str, called: str, *, minutes: int, days: int) -> tuple[Limit, Limit]:
    """The two numbers of an app's evidence, to be registered by it: from when on an entry counts as late, and how far back one may write."""
    return (
        Limit(
            f"{app}.late.minutes", f"{called}记录多久算补记", "分钟", minutes, 5, 24 * 60, group=called, help="填写比发生晚这么久，页面和打印件上标「补记」。"
        ),
        Limit(f"{app}.late.days", f"{called}记录最多补几天前的", "天", days, 0, 31, group=called),
    )


class Claimed(Stamped):
    """A row of evidence: `happened_at` is what the person says, `created_at` (Stamped) the moment it really came in."""

    happened_at = models.DateTimeField("发生时间")

    class Meta:
        abstract = True

    @property
    def late(self) -> str:
        return late_words(self.happened_at, self.created_at, app=self._meta.app_label)


def not_ahead(name: str) -> models.CheckConstraint:
    """Nothing is recorded before it happened; the database holds it for every row that is `Claimed`."""
    return models.CheckConstraint(name=name, condition=Q(happened_at__lte=F("created_at")), violation_error_message="发生时间不能晚于现在")


def claimed_time(claimed: datetime | None, at: datetime, *, app: str, field: str = "happened_at") -> datetime:
    """When it happened as somebody says, now when nobody does. Raises RuleViolation for the future and for what is too long ago."""
    if claimed is None:
        return at
    if claimed > at:
        raise RuleViolation(f"时间不能晚于现在（{full_moment(at)}）。", field=field)
    code = f"{app}.late.days"
    days = limit(code, timezone.localdate(at))
    if timezone.localdate(claimed) < timezone.localdate(at) - timedelta(days=days):
        called = registry.limit_for(code).group
        raise RuleViolation(f"{called}记录最多补 {days} 天前的（学校自定）。更早的请写成情况说明，不能补成当时的记录。", field=field)
    return claimed


def is_late(claimed: datetime, real: datetime, *, app: str) -> bool:
    return real - claimed > timedelta(minutes=limit_shown(f"{app}.late.minutes", timezone.localdate(real)))


def late_words(claimed: datetime, real: datetime, *, app: str) -> str:
    """补记，2026年11月20日 14:20 填写: the mark of pages and papers; empty for what was written in time."""
    return f"补记，{full_moment(real)} 填写" if is_late(claimed, real, app=app) else ""


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
