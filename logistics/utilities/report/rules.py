"""The utility report: made once, kept as it was, issued anew when the numbers have changed, put on the board (UTL-05)."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored
from logistics.platform.board.models import Audience, PostCategory, PostState
from logistics.platform.board.rules import put_up, take_down
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import User
from logistics.utilities.usage.models import UseProblem
from logistics.utilities.usage.months import Span, shifted
from logistics.utilities.usage.problem_rules import find_problems

from .content import content_of, corrections, latest_issue, reports_missing
from .models import ReportKind, UtilityReport

log = logging.getLogger(__name__)

ISSUE, VIEW = "utilities.report.issue", "utilities.usage.view"
REPORT = Subject("utilities.report", "水电报告", "水电")


def check_can_issue(user, report: UtilityReport | None = None) -> None:
    """The clock may always; a person needs the permission, and only the latest issue can be followed by another."""
    if user.is_person:
        require(user, ISSUE)
    if report and (latest := latest_issue(report.kind, report.first)) and report.pk != latest.pk:
        raise RuleViolation("已经有更新的一版，请在最新那一版上办。")


def check_can_publish(user, report: UtilityReport) -> None:
    check_can_issue(user, report)
    if report.post and report.post.state == PostState.PUBLISHED:
        raise RuleViolation("这一版已经公示了。")


@rule
def make_report(*, actor, at: datetime, kind: str, span: Span, reissue: bool = False) -> UtilityReport:
    """The first report of these months, or the one there is already; with `reissue` a new version of it.

    Raises RuleViolation while the months are not over, and for a new version that would say the same;
    Conflict when somebody issued it at the same moment.
    """
    check_can_issue(actor)
    if shifted(span.last, 1) > timezone.localdate(at):
        raise RuleViolation(f"{span.words}还没有过完，报告要等过完再出。")
    before = latest_issue(kind, span.first)
    if before and not reissue:
        return before
    content = content_of(span)
    if before and before.figures == content:
        raise RuleViolation("数字和现在这一版一样，不用重出。")
    report = UtilityReport(kind=kind, first=span.first, last=span.last, version=before.version + 1 if before else 1, made_at=at, figures=content)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as taken:
        there = latest_issue(kind, span.first)
        if reissue or there is None:
            raise Conflict("刚刚已经有人重出了，请刷新后再看。") from taken
        return there
    _tell(actor, at, report)
    return report


def _tell(actor, at: datetime, report: UtilityReport) -> None:
    again = report.version > 1
    changes = {label: [old, new] for label, old, new in corrections(report)}
    text = f"重出，第 {report.version} 版" if again else f"出{report.get_kind_display()}"
    record_event(actor=actor, at=at, action="reissue" if again else "make", record=report, text=text, changes=changes)
    notify(
        at=at,
        key=f"utilities.report:{report.kind}:{report.first:%Y-%m}:{report.version}",
        recipients=holders_of(VIEW),
        title=f"{report}{'，数字有更正' if again else '出来了'}",
        body="".join(report.figures["sentences"][:3]),
        url=reverse("print-record", args=["utilities.utilityreport", report.pk]),  # mail leads to the paper itself
        subject=REPORT,
    )


def reissue(*, actor, at: datetime, record: UtilityReport) -> UtilityReport:
    """A new version with the numbers as they are known now. What stands out in readings that came late is found first."""
    check_can_issue(actor, record)
    for month in record.span.months:
        find_problems(actor=User.objects.system(), at=at, month=month)
    return make_report(actor=actor, at=at, kind=record.kind, span=record.span, reissue=True)


@rule
def publish_report(*, actor, at: datetime, record: UtilityReport) -> UtilityReport:
    """Put its sentences on the board for the staff; an older version there is taken down."""
    report = stored(UtilityReport, record)
    check_can_publish(actor, report)
    for old in UtilityReport.objects.filter(kind=report.kind, first=report.first, post__isnull=False).select_related("post"):
        take_down(actor=actor, at=at, record=old.post, reason=f"出了第 {report.version} 版")
    content = "\n".join(report.figures["sentences"])
    today = timezone.localdate(at)
    post = put_up(actor=actor, at=at, category=PostCategory.DISCLOSURE, title=f"{report}", content=content, audience=Audience.STAFF, publish_on=today)
    UtilityReport.objects.filter(pk=report.pk).update(post=post)
    report.post = post
    record_event(actor=actor, at=at, action="publish", record=report, text="公示给教职工看")
    return report


def make_missing_reports(*, at: datetime) -> list[UtilityReport]:
    """What is due and not there yet, each in a transaction of its own; of a month its problems are looked for first.

    One that cannot be made holds up no other; its error is raised when all were tried, and it is tried again the next day.
    """
    made: list[UtilityReport] = []
    failed: list[Exception] = []
    for kind, span in reports_missing(timezone.localdate(at)):
        try:
            made.append(_make_due(at, kind, span))
        except Exception as error:
            log.exception("the %s report of %s was not made", kind, span)
            failed.append(error)
    if failed:
        raise failed[0]
    return made


def _make_due(at: datetime, kind: str, span: Span) -> UtilityReport:
    actor = User.objects.system()
    if kind == ReportKind.MONTH:
        find_missing(actor=actor, at=at, span=span)
    return make_report(actor=actor, at=at, kind=kind, span=span)


def find_missing(*, actor, at: datetime, span: Span) -> list[UseProblem]:
    return find_problems(actor=actor, at=at, month=span.first)
