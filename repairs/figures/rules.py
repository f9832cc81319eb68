"""The month's report: made once, kept as it was, issued anew when the numbers have changed (REP-09)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.notices.rules import notify
from logistics.platform.org.models import User
from repairs.subjects import REPORT

from .models import MonthReport
from .periods import month_after, month_of
from .report import content_of, corrections, latest_issue, months_missing

ISSUE = "repairs.figures.issue"


def check_can_issue(user, report: MonthReport | None = None) -> None:
    """The clock may always; a person needs the permission, and only the latest issue can be followed by another."""
    if user.is_person:
        require(user, ISSUE)
    if report and report.pk != latest_issue(report.month).pk:
        raise RuleViolation("这个月已经有更新的一版，请在最新那一版上重出。")


@rule
def make_month_report(*, actor, at: datetime, month: date, reissue: bool = False) -> MonthReport:
    """The month's first report, or the one there is already; with `reissue` a new version of it.

    Raises RuleViolation while the month is not over, and for a new version with the same numbers;
    Conflict when somebody issued it at the same moment.
    """
    check_can_issue(actor)
    month = month_of(month)
    if month_after(month) > timezone.localdate(at):
        raise RuleViolation(f"{month.month} 月还没有过完，月报要到下个月 1 日才出。", field="month")
    before = latest_issue(month)
    if before and not reissue:
        return before
    content = content_of(month, at=at)
    if before and before.figures["month"] == content["month"]:
        raise RuleViolation("数字和现在这一版一样，不用重出。")
    report = MonthReport(month=month, version=before.version + 1 if before else 1, made_at=at, figures=content)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as taken:
        if reissue:
            raise Conflict("刚刚已经有人重出了，请刷新后再看。") from taken
        return latest_issue(month)
    _tell(actor, at, report)
    return report


def _tell(actor, at: datetime, report: MonthReport) -> None:
    changes = {label: [old, new] for label, old, new in corrections(report)}
    again = report.version > 1
    text = f"重出月报，第 {report.version} 版" if again else "出月报"
    record_event(actor=actor, at=at, action="reissue" if again else "make", record=report, text=text, changes=changes)
    notify(
        at=at,
        key=f"repairs.month-report.{report.month:%Y-%m}.{report.version}",
        recipients=holders_of(ISSUE),
        title=f"{report}{'，数字有更正' if again else '出来了'}",
        body=report.figures["sentences"][0],
        url=f"/repairs/month-report/{report.pk}/",
        subject=REPORT,
    )


def reissue(*, actor, at: datetime, record: MonthReport) -> MonthReport:
    """A new version of this month's report with the numbers as they are known now."""
    check_can_issue(actor, record)
    return make_month_report(actor=actor, at=at, month=record.month, reissue=True)


def make_missing_reports(*, at: datetime) -> list[MonthReport]:
    """Every month that is over and has no report yet, each in a transaction of its own."""
    actor = User.objects.system()
    return [make_month_report(actor=actor, at=at, month=month) for month in months_missing(timezone.localdate(at))]
