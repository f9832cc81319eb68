"""上报: drawn up from the ledger, checked by somebody else, sent upward (AST-15)."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from assets.reconcile.rules import RECONCILING
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify

from . import figures
from .models import REPORT_MOVES, AssetReport, ReportKind, ReportState
from .queries import CHECK, MANAGE, usual_period

EARLIEST = date(1949, 10, 1)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, report: AssetReport) -> None:
    require(user, MANAGE)
    if report.state != ReportState.DRAFT:
        raise RuleViolation(f"这份报表{report.get_state_display()}，不能再改。")


def check_can_check(user, report: AssetReport) -> None:
    """The accountant, and never who drew it up."""
    require(user, CHECK)
    check_move(report, ReportState.CHECKED, moves=REPORT_MOVES)
    if user.pk == report.created_by_id:
        raise NotAllowed("制表和核对不能是同一个人，请另一个人核对。")


def check_can_file(user, report: AssetReport) -> None:
    require(user, MANAGE)
    check_move(report, ReportState.FILED, moves=REPORT_MOVES)


def check_can_take_back(user, report: AssetReport) -> None:
    require(user, MANAGE)
    if report.state != ReportState.FILED:
        raise RuleViolation("只有上报过的才会被上级退回。")


def check_can_send_back(user, report: AssetReport) -> None:
    require(user, CHECK)
    if report.state not in (ReportState.DRAFT, ReportState.CHECKED):
        raise RuleViolation(f"这份报表{report.get_state_display()}，不能退回。")


@rule
def save_report(*, actor, at: datetime, record: AssetReport | None = None, **fields) -> AssetReport:
    """A draft with the figures of its period; days left empty are the usual ones of its kind. Raises RuleViolation at the field."""
    report, fields = stored(AssetReport, record), tidied(fields)
    today = timezone.localdate(at)
    if report.pk is None:
        check_can_manage(actor)
        report.created_by, report.created_at = actor, at
    else:
        check_can_edit(actor, report)
        fields.pop("kind", None)
    kind = fields.get("kind") or report.kind
    since, until = usual_period(kind, today) if report.pk is None else (report.since, report.until)
    since, until = fields.get("since") or since, fields.get("until") or until
    if until > today:
        raise RuleViolation(f"结束日期还没有到，最晚是今天（{today}）。", field="until")
    if since < EARLIEST:
        raise RuleViolation("开始日期太早了。", field="since")
    if since > until:
        raise RuleViolation("开始日期不能晚于结束日期。", field="since")
    if report.pk is None or (since, until) != (report.since, report.until):
        fields |= {"since": since, "until": until, "figures": figures.take(since, until, today), "taken_at": at}
    _check_once(report, kind, until)
    return save_changes(actor=actor, at=at, record=report, **fields | {"kind": kind, "words": (fields.get("words") or "")[:1000]})


def _check_once(report: AssetReport, kind: str, until: date) -> None:
    same = AssetReport.objects.filter(kind=kind, until=until).exclude(state=ReportState.VOID).exclude(pk=report.pk).first()
    if same:
        raise RuleViolation(f"{until} 的{ReportKind(kind).label}已经有了（{same.get_state_display()}），请打开原来的。", field="until")


@rule
def take_again(*, actor, at: datetime, record: AssetReport) -> AssetReport:
    """The ledger's figures of this moment."""
    report = stored(AssetReport, record)
    check_can_edit(actor, report)
    taken = figures.take(report.since, report.until, timezone.localdate(at))
    text = "重新取数：" + ("数字有变化" if taken != report.figures else "数字没有变化")
    report.figures, report.taken_at = taken, at
    report.save(update_fields=["figures", "taken_at"])
    record_event(actor=actor, at=at, action="take", record=report, text=text)
    return report


@rule
def check_report(*, actor, at: datetime, record: AssetReport) -> AssetReport:
    """核对: the figures are what the ledger says now. Raises RuleViolation when it has changed since they were taken."""
    report = stored(AssetReport, record)
    check_can_check(actor, report)
    if record.taken_at != report.taken_at:
        raise RuleViolation("数字刚刚重新取过，请刷新看过再核对。")
    now = figures.take(report.since, report.until, timezone.localdate(at))
    if any(now[name] != report.figures[name] for name in ("kinds", "classes", "total", "types")):
        raise RuleViolation("取数以后资产账又有变动，和现在的账对不上。请资产管理员重新取数。")
    advance(report, ReportState.CHECKED, moves=REPORT_MOVES, checked_by=actor, checked_at=at, opinion="")
    record_event(actor=actor, at=at, action="check", record=report, text="核对无误")
    _tell([report.created_by], report, at, about="checked", title=f"已经核对，可以上报：{report}")
    return report


@rule
def send_back(*, actor, at: datetime, record: AssetReport, reason: str) -> AssetReport:
    """Something is wrong; words to who drew it up."""
    report = stored(AssetReport, record)
    check_can_send_back(actor, report)
    reason = _reason(reason)
    if report.state == ReportState.CHECKED:
        advance(report, ReportState.DRAFT, moves=REPORT_MOVES, checked_by=None, checked_at=None, opinion=reason)
    else:
        report.opinion = reason
        report.save(update_fields=["opinion"])
    record_event(actor=actor, at=at, action="send_back", record=report, text="退回修改", note=reason)
    _tell([report.created_by], report, at, about="back", title=f"退回修改：{report}", body=reason)
    return report


@rule
def file_report(*, actor, at: datetime, record: AssetReport, filed_on: date, filed_to: str, receipt: str = "") -> AssetReport:
    """It went upward. Raises RuleViolation for a day that is not there yet or before it was checked."""
    report = stored(AssetReport, record)
    check_can_file(actor, report)
    words = tidied({"filed_to": filed_to or "", "receipt": receipt or ""})
    if not words["filed_to"]:
        raise RuleViolation("请写报给哪个单位。", field="filed_to")
    if filed_on > timezone.localdate(at) or filed_on < report.until:
        raise RuleViolation(f"上报日期要在 {report.until} 到今天之间。", field="filed_on")
    advance(report, ReportState.FILED, moves=REPORT_MOVES, filed_on=filed_on, filed_to=words["filed_to"][:60], receipt=words["receipt"][:60])
    record_event(actor=actor, at=at, action="file", record=report, text=f"{filed_on} 报{report.filed_to} {report.receipt}".strip())
    return report


@rule
def take_back(*, actor, at: datetime, record: AssetReport, reason: str) -> AssetReport:
    """The authority wants it otherwise: a draft again, to be checked and filed once more. When and where it was filed stays in its story."""
    report = stored(AssetReport, record)
    check_can_take_back(actor, report)
    reason = _reason(reason)
    text = f"上级退回，重新制表（{report.filed_on} 报过{report.filed_to} {report.receipt}".strip() + "）"
    empty = {"checked_by": None, "checked_at": None, "filed_on": None, "filed_to": "", "receipt": ""}
    advance(report, ReportState.DRAFT, moves=REPORT_MOVES, opinion=reason, **empty)
    record_event(actor=actor, at=at, action="take_back", record=report, text=text, note=reason)
    return report


@rule
def void_report(*, actor, at: datetime, record: AssetReport, reason: str) -> AssetReport:
    """A draft that is not needed."""
    report = stored(AssetReport, record)
    check_can_edit(actor, report)
    reason = _reason(reason)
    advance(report, ReportState.VOID, moves=REPORT_MOVES, opinion=reason)
    record_event(actor=actor, at=at, action="void", record=report, text="作废", note=reason)
    return report


def _reason(reason: str) -> str:
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么。", field="reason")
    return reason[:200]


def _tell(people, report: AssetReport, at: datetime, *, about: str, title: str, body: str = "") -> None:
    key = f"assets.report.{about}.{report.pk}.{at:%Y%m%d%H%M%S%f}"
    url = reverse("assets:report-detail", args=[report.pk])
    notify(at=at, key=key, recipients=people, title=title, body=body or str(report), url=url, subject=RECONCILING)
