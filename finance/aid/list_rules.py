"""资助名单: proposed by the votes, on the board for five working days, then final, then paid (FIN-09)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from finance.journal.models import CashAccount, Side
from finance.journal.rules import write_entry
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory, PostState
from logistics.platform.board.rules import publish_post, save_post, withdraw_post
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.ref import ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.school.models import school

from .models import LIST_MOVES, AidApplication, AidList, AidObjection, AidState, AidVote, ListState
from .queries import DECIDE, LEAST_VOTES, MANAGE, PAY, chosen_of, last_notice_day, masked, results_of, sum_of


def check_can_propose(user, listing: AidList) -> None:
    require(user, MANAGE)
    check_move(listing, ListState.PROPOSED, moves=LIST_MOVES)


def check_can_publicize(user, listing: AidList) -> None:
    require(user, MANAGE)
    again = listing.state == ListState.NOTICE and listing.post and listing.post.state == PostState.WITHDRAWN
    if not again:
        check_move(listing, ListState.NOTICE, moves=LIST_MOVES)


def check_can_object(user, listing: AidList) -> None:
    require(user, MANAGE)
    if listing.state != ListState.NOTICE:
        raise RuleViolation("公示期间才登记异议。")


def check_can_handle(user, listing: AidList) -> None:
    check_can_object(user, listing)
    if not listing.objections.filter(handled_at=None).exists():
        raise RuleViolation("没有等着处理的异议。")


def check_can_finalize(user, listing: AidList) -> None:
    require(user, DECIDE)
    check_move(listing, ListState.FINAL, moves=LIST_MOVES)
    check_separation(user, "finalize", listing)


def check_can_send_back(user, listing: AidList) -> None:
    require(user, MANAGE)
    if listing.state not in (ListState.PROPOSED, ListState.NOTICE):
        raise RuleViolation(f"{listing.get_state_display()}，不能退回评议。")


def check_can_pay(user, listing: AidList) -> None:
    require(user, PAY)
    if listing.state != ListState.FINAL:
        raise RuleViolation(f"{listing.get_state_display()}，公示期满、名单审定以后才能发放。")
    check_separation(user, "pay", listing)


def check_can_cancel(user, listing: AidList) -> None:
    require(user, MANAGE)
    check_move(listing, ListState.CANCELLED, moves=LIST_MOVES)
    if listing.state == ListState.FINAL and chosen_of(listing).exists():
        raise RuleViolation("名单已经审定，不能取消。不该得的学生请在申请里撤回。")


@rule
def propose(*, actor, at: datetime, record: AidList) -> AidList:
    """拟资助名单 by majority. Raises RuleViolation while an application has too few votes, or when there are more than places."""
    listing = stored(AidList, record)
    check_can_propose(actor, listing)
    least, rows = limit(LEAST_VOTES, timezone.localdate(at)), results_of(listing)
    short = [row for row in rows if row.voted < least]
    if short:
        raise RuleViolation(f"{short[0].application.student.name}等 {len(short)} 份申请的评议还不到 {least} 人。")
    carried = [row.application.pk for row in rows if row.is_carried]
    if not carried:
        raise RuleViolation("没有一份申请过半数，不能成名单。")
    if listing.quota is not None and len(carried) > listing.quota:
        raise RuleViolation(f"过半数的有 {len(carried)} 人，名额是 {listing.quota} 人。请评议小组按困难程度再议，改一改意见。")
    advance(listing, ListState.PROPOSED, moves=LIST_MOVES)
    filed = AidApplication.objects.filter(listing=listing, state=AidState.FILED)
    filed.exclude(pk__in=carried).update(state=AidState.REJECTED)
    filed.update(state=AidState.PROPOSED)
    record_event(actor=actor, at=at, action="propose", record=listing, text=f"拟资助 {len(carried)} 人，没有评上 {len(rows) - len(carried)} 人")
    return listing


@rule
def publicize(*, actor, at: datetime, record: AidList) -> AidList:
    """公示 on the board with masked names, from today for as many working days as the limit says. Again when the post was taken down."""
    listing, today = stored(AidList, record), timezone.localdate(at)
    check_can_publicize(actor, listing)
    rows = list(chosen_of(listing, AidState.PROPOSED))
    if not rows:
        raise RuleViolation("名单里没有人了，请退回评议或者取消。")
    until = last_notice_day(today)
    post = save_post(
        actor=actor, at=at, category=PostCategory.DISCLOSURE, title=f"{listing}拟资助名单公示"[:80], content=notice_words(listing, rows, today, until),
        audience=Audience.EVERYONE, publish_on=today, withdraw_on=until,
    )  # fmt: skip
    publish_post(actor=actor, at=at, record=post)
    changes = {"notice_from": today, "notice_until": until, "post": post}
    if listing.state == ListState.NOTICE:
        if not AidList.objects.filter(pk=listing.pk, state=ListState.NOTICE, post=listing.post_id).update(**changes):
            raise Conflict("刚刚有人先动过了，请刷新后再看。")
        listing.refresh_from_db()
    else:
        advance(listing, ListState.NOTICE, moves=LIST_MOVES, **changes)
    record_event(actor=actor, at=at, action="publicize", record=listing, text=f"公示 {len(rows)} 人，从 {today} 到 {until}")
    return listing


def notice_words(listing: AidList, rows: list[AidApplication], first: date, last: date) -> str:
    """The post: class, masked name and level; no numbers of students, no reasons."""
    here = school()
    lines = [f"{row.school_class}　{masked(row.student.name)}　{row.level}" for row in rows]
    ask = f"有异议请在公示期内向{here.office}反映{f'，电话 {here.office_phone}' if here.office_phone else ''}，也可以在下面留言。"
    head = f"经个人申请、评议小组评议，{listing}拟资助 {len(rows)} 人，现予公示。公示时间：{first} 至 {last}。{ask}"
    return "\n".join([head, *lines])


@rule
def note_objection(*, actor, at: datetime, record: AidList, text: str, source: str = "") -> AidObjection:
    """异议 during the notice; the list cannot become final before it is handled."""
    listing, words = stored(AidList, record), tidied({"text": text or "", "source": source or ""})
    check_can_object(actor, listing)
    if not words["text"]:
        raise RuleViolation("请写异议的内容。", field="text")
    made = AidObjection.objects.create(listing=listing, text=words["text"][:500], source=words["source"][:60], created_by=actor, created_at=at)
    record_event(actor=actor, at=at, action="object", record=listing, text="登记异议")
    return made


@rule
def handle_objection(*, actor, at: datetime, record: AidList, objection: AidObjection, outcome: str) -> AidList:
    """What was found and done. A student who is not entitled is withdrawn on his application's page."""
    listing, outcome = stored(AidList, record), tidied({"outcome": outcome or ""})["outcome"]
    check_can_handle(actor, listing)
    if objection.listing_id != listing.pk:
        raise RuleViolation("这条异议不是这份名单的。", field="objection")
    if not outcome:
        raise RuleViolation("请写处理结果。", field="outcome")
    open_still = AidObjection.objects.filter(pk=objection.pk, handled_at=None)
    if not open_still.update(outcome=outcome[:300], handled_by=actor, handled_at=at):
        raise Conflict("刚刚已经有人处理了，请刷新后再看。")
    record_event(actor=actor, at=at, action="handle", record=listing, text="处理异议")
    return listing


@rule
def send_back(*, actor, at: datetime, record: AidList, reason: str) -> AidList:
    """退回评议: the applications are voted on again and the notice starts anew afterwards."""
    listing, reason = stored(AidList, record), tidied({"reason": reason or ""})["reason"]
    check_can_send_back(actor, listing)
    if not reason:
        raise RuleViolation("请写退回的原因。", field="reason")
    _take_down(actor, at, listing, reason)
    advance(listing, ListState.REVIEW, moves=LIST_MOVES, reason=reason[:200], notice_from=None, notice_until=None, post=None)
    AidApplication.objects.filter(listing=listing, state__in=(AidState.PROPOSED, AidState.REJECTED)).update(state=AidState.FILED)
    record_event(actor=actor, at=at, action="send_back", record=listing, text="退回评议", note=reason)
    return listing


def _take_down(actor, at: datetime, listing: AidList, reason: str) -> None:
    if listing.state == ListState.NOTICE and listing.post and listing.post.state == PostState.PUBLISHED:
        withdraw_post(actor=actor, at=at, record=listing.post, reason=reason)


@rule
def finalize(*, actor, at: datetime, record: AidList) -> AidList:
    """审定 by somebody who did not draw it up, once the whole notice is over and every objection handled.

    The working days are counted anew: a day off that came into the calendar meanwhile makes the notice longer.
    """
    listing, today = stored(AidList, record), timezone.localdate(at)
    check_can_finalize(actor, listing)
    if listing.post is None or listing.post.state != PostState.PUBLISHED:
        raise RuleViolation("公示中途撤下了，请重新公示。")
    until = max(listing.notice_until, last_notice_day(listing.notice_from))
    if today <= until:
        raise RuleViolation(f"公示到 {until} 为止，期满以后才能审定。")
    if listing.objections.filter(handled_at=None).exists():
        raise RuleViolation("还有异议没有处理。")
    rows = AidApplication.objects.filter(listing=listing, state=AidState.PROPOSED)
    count = rows.update(state=AidState.FINAL)
    if not count:
        raise RuleViolation("名单里没有人了。")
    advance(listing, ListState.FINAL, moves=LIST_MOVES, decided_by=actor, decided_at=at, notice_until=until)
    record_event(actor=actor, at=at, action="finalize", record=listing, text=f"审定名单：{count} 人")
    return listing


@rule
def pay(*, actor, at: datetime, record: AidList, account: CashAccount, on: date, voucher: str = "", photos: Sequence = (), papers: Sequence = ()) -> AidList:
    """发放 to everybody on the final list: one line of the day book, with the bank's or the signed list as proof."""
    listing = stored(AidList, record)
    check_can_pay(actor, listing)
    if not photos and not papers:
        raise RuleViolation("请放上发放凭证：银行代发回单，或者签过字的发放表。", field="papers")
    if on <= listing.notice_until:
        raise RuleViolation(f"公示到 {listing.notice_until} 为止，发放日期要在那以后。", field="on")
    if on < (decided_on := timezone.localdate(listing.decided_at)):
        raise RuleViolation(f"名单是 {decided_on} 审定的，发放日期不能早于那天。", field="on")
    rows = chosen_of(listing, AidState.FINAL)
    total, keys = sum_of(rows), list(rows.values_list("pk", flat=True))
    if not keys:
        raise RuleViolation("名单里没有人了，不用发放。")
    entry = write_entry(
        actor=actor,
        at=at,
        account=account,
        on=on,
        side=Side.OUT,
        amount=total,
        summary=f"发放{listing.scheme} {len(keys)} 人",
        voucher=voucher,
        document=ref(listing),
    )
    if AidApplication.objects.filter(pk__in=keys, state=AidState.FINAL).update(state=AidState.PAID) != len(keys):
        raise Conflict("刚刚有人动过名单，请刷新后再看。")
    advance(listing, ListState.PAID, moves=LIST_MOVES, paid_on=on, paid_by=actor, entry=entry)
    attach(actor=actor, at=at, record=listing, role="photo", uploads=photos, field="photos")
    attach(actor=actor, at=at, record=listing, role="paper", uploads=papers, field="papers")
    record_event(actor=actor, at=at, action="pay", record=listing, text=f"发放 {total:,.2f} 元，{len(keys)} 人")
    return listing


@rule
def cancel(*, actor, at: datetime, record: AidList, reason: str) -> AidList:
    """取消 a list that is not final, or that nobody is left on."""
    listing, reason = stored(AidList, record), tidied({"reason": reason or ""})["reason"]
    check_can_cancel(actor, listing)
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    _take_down(actor, at, listing, reason)
    advance(listing, ListState.CANCELLED, moves=LIST_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="cancel", record=listing, text="取消", note=reason)
    return listing


def votes_of(listing: AidList) -> dict[int, list[AidVote]]:
    """{application: its votes}. One query."""
    found: dict[int, list[AidVote]] = {}
    for one in AidVote.objects.filter(application__listing=listing.pk).select_related("member"):
        found.setdefault(one.application_id, []).append(one)
    return found
