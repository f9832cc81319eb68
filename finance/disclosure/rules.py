"""A statement is made by one person, checked by another against the same books, and only then put on the board (FIN-10)."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from finance.journal.queries import month_end
from finance.money import amount_of
from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import BoardPost, PostCategory, PostState
from logistics.platform.board.rules import publish_post, save_post, withdraw_post
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.terms.models import Term

from .models import DISCLOSURE_MOVES, Disclosure, DisclosureState, Period
from .prints import DISCLOSURE_SHEET
from .queries import BOARD, CHECK, MANAGE, check_books_closed, gather
from .words import post_text

FIRST_YEAR, LAST_YEAR = 2000, 2100
DISCLOSED = Subject("finance.disclosure", "财务公开表待审核", "经费公开")


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, record: Disclosure) -> None:
    require(user, MANAGE)
    if record.state != DisclosureState.DRAFT:
        raise RuleViolation(f"{record}{record.get_state_display()}，不能再改。")


def check_can_send(user, record: Disclosure) -> None:
    require(user, MANAGE)
    check_move(record, DisclosureState.CHECKING, moves=DISCLOSURE_MOVES)


def check_can_check(user, record: Disclosure) -> None:
    require(user, CHECK)
    check_move(record, DisclosureState.CHECKED, moves=DISCLOSURE_MOVES)
    check_separation(user, "check", record)
    if user.pk == record.created_by_id:
        raise RuleViolation("编制和审核不能是同一个人，请交给另一位同事审核。")


def check_can_return(user, record: Disclosure) -> None:
    check_move(record, DisclosureState.DRAFT, moves=DISCLOSURE_MOVES)
    if user.pk != record.created_by_id:
        require(user, CHECK)


def check_can_publish(user, record: Disclosure) -> None:
    require(user, BOARD)
    check_move(record, DisclosureState.PUBLISHED, moves=DISCLOSURE_MOVES)


def check_can_withdraw(user, record: Disclosure) -> None:
    require(user, BOARD)
    check_move(record, DisclosureState.WITHDRAWN, moves=DISCLOSURE_MOVES)


@rule
def create_disclosure(*, actor, at: datetime, period: str, month: date | None = None, term: Term | None = None, **fields) -> Disclosure:
    """A draft for a month or a term. Raises RuleViolation when that one has been made already."""
    check_can_manage(actor)
    name, first, last = _span(period, month, term)
    known = Disclosure.objects.filter(period=period, first_on=first).exclude(state=DisclosureState.WITHDRAWN).select_related("post").first()
    if known and known.post and known.post.state == PostState.WITHDRAWN:  # taken off on the board's own page
        advance(known, DisclosureState.WITHDRAWN, moves=DISCLOSURE_MOVES)
    elif known:
        raise RuleViolation(f"{known}已经有了，{known.get_state_display()}。", field="term" if period == Period.TERM else "month")
    record = Disclosure(created_by=actor, created_at=at)
    values = _checked(fields) | {"period": period, "name": name, "first_on": first, "last_on": last}
    return save_changes(actor=actor, at=at, record=record, text=f"编制{name}财务公开表", **values)


def _span(period: str, month: date | None, term: Term | None) -> tuple[str, date, date]:
    if period == Period.TERM:
        if term is None:
            raise RuleViolation("请选哪个学期。", field="term")
        return term.name[:30], term.start_on, term.end_on
    if month is None:
        raise RuleViolation("请选哪个月。", field="month")
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise RuleViolation(f"年份在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，请核对。", field="month")
    first = month.replace(day=1)
    return f"{first.year}年{first.month}月", first, month_end(first)


def _checked(fields: dict) -> dict:
    fields = tidied(fields)
    return fields | {"above": amount_of(fields["above"], field="above", least=0)}


@rule
def update_disclosure(*, actor, at: datetime, record: Disclosure, **fields) -> Disclosure:
    disclosure = stored(Disclosure, record)
    check_can_edit(actor, disclosure)
    return save_changes(actor=actor, at=at, record=disclosure, **_checked(fields))


@rule
def send_disclosure(*, actor, at: datetime, record: Disclosure) -> Disclosure:
    """Freeze what the books say and ask for checking. Raises RuleViolation while the period runs or a month of it is not closed."""
    disclosure = stored(Disclosure, record)
    check_can_send(actor, disclosure)
    check_books_closed(disclosure.first_on, disclosure.last_on, timezone.localdate(at))
    content = gather(disclosure.first_on, disclosure.last_on, disclosure.above)
    if not content["accounts"] and not content["items"]:
        raise RuleViolation("这一期没有账，也没有预算，没有可以公开的内容。")
    advance(disclosure, DisclosureState.CHECKING, moves=DISCLOSURE_MOVES, content=content, sent_at=at, opinion="")
    record_event(actor=actor, at=at, action="send", record=disclosure, text="取数，送审")
    notify(
        at=at,
        key=f"finance.disclosure:{disclosure.pk}:{at.isoformat()}",
        recipients=[person for person in holders_of(CHECK) if person.pk != disclosure.created_by_id],
        title=f"请审核{disclosure}",
        body=f"{actor.name}编好了，和账核对以后点审核通过。",
        url=reverse("finance:disclosure-detail", args=[disclosure.pk]),
        subject=DISCLOSED,
    )
    return disclosure


def _check_unchanged(disclosure: Disclosure) -> None:
    if gather(disclosure.first_on, disclosure.last_on, disclosure.above) != disclosure.content:
        raise RuleViolation("取数以后账上有变化，请退回去重新取数再审。")


@rule
def check_disclosure(*, actor, at: datetime, record: Disclosure, opinion: str = "") -> Disclosure:
    """Another person has compared it with the books. Raises RuleViolation when the books no longer say the same."""
    disclosure = stored(Disclosure, record)
    check_can_check(actor, disclosure)
    _check_unchanged(disclosure)
    said = tidied({"o": opinion or ""})["o"][:200]
    advance(disclosure, DisclosureState.CHECKED, moves=DISCLOSURE_MOVES, checked_by=actor, checked_at=at, opinion=said)
    record_event(actor=actor, at=at, action="check", record=disclosure, text="审核通过", note=said)
    return disclosure


@rule
def return_disclosure(*, actor, at: datetime, record: Disclosure, reason: str) -> Disclosure:
    """Back to its maker, who changes it and takes the figures anew."""
    disclosure, reason = stored(Disclosure, record), tidied({"r": reason or ""})["r"]
    check_can_return(actor, disclosure)
    if not reason:
        raise RuleViolation("请写退回的原因。", field="reason")
    values = {"checked_by": None, "checked_at": None, "opinion": reason[:200], "content": {}}
    advance(disclosure, DisclosureState.DRAFT, moves=DISCLOSURE_MOVES, **values)
    record_event(actor=actor, at=at, action="return", record=disclosure, text="退回", note=reason)
    return disclosure


@rule
def publish_disclosure(*, actor, at: datetime, record: Disclosure) -> Disclosure:
    """Put what was checked on the board, as text and as the printed table; from then on it never changes."""
    disclosure = stored(Disclosure, record)
    check_can_publish(actor, disclosure)
    _check_unchanged(disclosure)
    content = DISCLOSURE_SHEET.context(disclosure, actor)
    paper = note_paper(actor=actor, at=at, document=DISCLOSURE_SHEET, record=disclosure, content=content)
    pdf = paper_pdf(document=DISCLOSURE_SHEET, content=content, paper=paper, at=at, address=base_address())
    post = save_post(
        actor=actor,
        at=at,
        category=PostCategory.FUNDS,
        title=f"{disclosure}",
        content=post_text(disclosure),
        audience=disclosure.audience,
        publish_on=timezone.localdate(at),
        papers=[CleanPaper(content=pdf, name=f"{disclosure}.pdf")],
    )
    post = publish_post(actor=actor, at=at, record=post)
    advance(disclosure, DisclosureState.PUBLISHED, moves=DISCLOSURE_MOVES, post=post, published_at=at)
    record_event(actor=actor, at=at, action="publish", record=disclosure, text=f"公开，给{disclosure.get_audience_display().partition('（')[0]}看")
    return disclosure


@rule
def withdraw_disclosure(*, actor, at: datetime, record: Disclosure, reason: str) -> Disclosure:
    """Take it off the board for a reason; a new one for the same period can be made then."""
    disclosure = stored(Disclosure, record)
    check_can_withdraw(actor, disclosure)
    post = BoardPost.objects.get(pk=disclosure.post_id)
    if post.state == PostState.PUBLISHED:
        withdraw_post(actor=actor, at=at, record=post, reason=reason)
    advance(disclosure, DisclosureState.WITHDRAWN, moves=DISCLOSURE_MOVES)
    record_event(actor=actor, at=at, action="withdraw", record=disclosure, text="撤下", note=reason)
    return disclosure
