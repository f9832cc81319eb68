"""询价: firms are asked about lines of a request, their prices noted, one of them chosen by at least three people (FIN-04)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from finance.keeping import kept_on
from finance.money import MOST, ZERO, amount_of
from finance.purchase.models import PurchaseRequest, RequestLine, RequestState
from finance.purchase.queries import BUY, open_lines
from finance.thread import check_thread
from logistics.platform.access import separation
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import CENT, money
from logistics.platform.kernel.states import advance
from logistics.platform.numbering.rules import next_number
from logistics.platform.partners.models import Partner

from .checks import LINES, LONGEST_BRAND, check_partner
from .comparison import lines_asked, offers_of
from .methods import choice_needs, lines_on
from .models import INQUIRY_MOVES, Inquiry, InquiryLine, InquiryState, OrderState, Quote, QuoteLine, Tax

SERIES = "XJ"
MOST_FIRMS, PAPERS = 20, 6
MEMBERS_LEAST, MEMBERS_MOST = 3, 12
OLDEST = timedelta(days=366)


def check_can_inquire(user, request: PurchaseRequest) -> None:
    """Who buys and did not approve this request, while something of it is to be ordered."""
    require(user, BUY)
    if request.state != RequestState.APPROVED:
        raise RuleViolation(f"这张请购单{request.get_state_display()}，不能询价。", field="request")
    check_thread(user, separation.BUY, request)


def check_can_note(user, inquiry: Inquiry) -> None:
    require(user, BUY)
    check_thread(user, separation.BUY, inquiry.request)
    if inquiry.state != InquiryState.OPEN:
        raise RuleViolation(f"这张询价单{inquiry.get_state_display()}，报价不能再动。")
    if inquiry.request.state != RequestState.APPROVED:
        raise RuleViolation(f"请购单{inquiry.request.get_state_display()}，不用再询价。这张询价单可以作废。")


def check_can_choose(user, inquiry: Inquiry) -> None:
    check_can_note(user, inquiry)
    if not inquiry.quotes.filter(declined="").exists():
        raise RuleViolation("还没有报价，先登记报价再选。")


def check_can_reopen(user, inquiry: Inquiry) -> None:
    """The choice is taken back, as long as nothing was ordered by it."""
    require(user, BUY)
    check_thread(user, separation.BUY, inquiry.request)
    if inquiry.state != InquiryState.CHOSEN:
        raise RuleViolation("还没有选定，不用重选。")
    _check_unused(inquiry)
    if inquiry.request.state != RequestState.APPROVED:
        raise RuleViolation(f"请购单{inquiry.request.get_state_display()}，不用重选。")


def check_can_end(user, inquiry: Inquiry) -> None:
    require(user, BUY)
    check_thread(user, separation.BUY, inquiry.request)
    if inquiry.state == InquiryState.ENDED:
        raise RuleViolation("这张询价单已经作废了。")
    _check_unused(inquiry)


def _check_unused(inquiry: Inquiry) -> None:
    if kept_on(inquiry, "_used", lambda: inquiry.orders.exclude(state=OrderState.CANCELLED).exists()):
        raise RuleViolation("已经按它下单了，不能再改。先取消采购单。")


@rule
def open_inquiry(
    *, actor, at: datetime, request: PurchaseRequest, lines: Iterable[RequestLine] = (), wanted: str = "", until_on: date | None = None
) -> Inquiry:
    """Ask firms about these lines of the request, all open ones when none is named, each for what is still to be ordered.

    Raises RuleViolation at its field: another request's line, one that is asked about already, a day that is past.
    """
    request = stored(PurchaseRequest, request)
    check_can_inquire(actor, request)
    known, asked = {line.pk: line for line in open_lines(request)}, {line.pk for line in lines}
    if asked - set(known):
        raise RuleViolation("有一行不在这张请购单上，或者已经订完了。请刷新后再选。", field=LINES)
    running = InquiryLine.objects.filter(inquiry__request=request.pk, inquiry__state=InquiryState.OPEN)
    busy = set(running.values_list("request_line", flat=True))
    chosen = [line for pk, line in known.items() if (pk in asked if asked else pk not in busy)]
    if not chosen or asked & busy:
        raise RuleViolation("这些已经在询价了。要重新询价，先把那张询价单作废。", field=LINES)
    if until_on and until_on < timezone.localdate(at):
        raise RuleViolation("报价截止不能早于今天。", field="until_on")
    inquiry = Inquiry(number=next_number(SERIES, timezone.localtime(at).year), created_by=actor, created_at=at)
    text = f"询价：{'、'.join(line.name for line in chosen)}"
    save_changes(actor=actor, at=at, record=inquiry, text=text[:300], **tidied({"request": request, "wanted": wanted or "", "until_on": until_on}))
    InquiryLine.objects.bulk_create([InquiryLine(inquiry=inquiry, request_line=line, quantity=line.left) for line in chosen])
    return inquiry


@rule
def add_quote(
    *, actor, at: datetime, record: Inquiry, partner: Partner, quoted_on: date, lines: Sequence[dict] = (), valid_until: date | None = None,
    tax: str = Tax.PLAIN, delivery: str = "", warranty: str = "", contact: str = "", note: str = "", declined: str = "", photos=(), papers=(),
) -> Quote:  # fmt: skip
    """One firm's answer: `lines` are {line: InquiryLine pk, price, brand}, or `declined` says why it gave no price; `photos` and `papers` are the proof.

    Raises RuleViolation or ValidationError at its field for a foreign line, a firm that may not deliver, a second answer of the same firm.
    """
    inquiry = stored(Inquiry, record)
    check_can_note(actor, inquiry)
    asked = lines_asked(inquiry)
    if inquiry.quotes.count() >= MOST_FIRMS:
        raise RuleViolation(f"最多登记 {MOST_FIRMS} 家。")
    _check_quoted(quoted_on, timezone.localdate(at))
    check_partner(partner, {line.request_line.destination for line in asked}, timezone.localdate(at))
    words = tidied({"delivery": delivery or "", "warranty": warranty or "", "contact": contact or "", "note": note or "", "declined": declined or ""})
    words["contact"] = words["contact"] or f"{partner.contact} {partner.phone}".strip()[:60]
    found = [] if words["declined"] else _priced(asked, lines)
    quote = Quote(
        inquiry=inquiry, partner=partner, quoted_on=quoted_on, valid_until=valid_until, tax=tax, created_by=actor, created_at=at,
        total=_sum(found), **words,
    )  # fmt: skip
    quote.full_clean()
    quote.save()
    for line in found:
        line.quote = quote
    QuoteLine.objects.bulk_create(found)
    attach(actor=actor, at=at, record=inquiry, role=quote.paper_role, uploads=photos, limit=PAPERS)
    attach(actor=actor, at=at, record=inquiry, role=quote.paper_role, uploads=papers, limit=2 * PAPERS, field="papers")
    said = f"不报价：{quote.declined}" if quote.declined else f"{quote.total:,.2f} 元"
    record_event(actor=actor, at=at, action="quote", record=inquiry, text=f"报价：{partner} {said}")
    return quote


def _check_quoted(on: date, today: date) -> None:
    if on > today:
        raise RuleViolation("报价日期不能晚于今天。", field="quoted_on")
    if on < today - OLDEST:
        raise RuleViolation("报价日期是一年多以前的，请看看年份，或者请它重新报价。", field="quoted_on")


def _priced(asked: list[InquiryLine], given: Sequence[dict]) -> list[QuoteLine]:
    known, found = {line.pk: line for line in asked}, {}
    for row in given:
        line = known.get(row.get("line"))
        if line is None:
            raise RuleViolation("有一行不在这张询价单上，请刷新后再填。", field=LINES)
        if line.pk in found:
            raise RuleViolation(f"「{line}」写了两行，请合成一行。", field=LINES)
        if row.get("price") not in (None, ""):
            found[line.pk] = _quoted(line, tidied(row))
    if not found:
        raise RuleViolation("还没有填单价。这家没有报价的，写没有报价的原因。", field=LINES)
    return [found[line.pk] for line in asked if line.pk in found]


def _quoted(line: InquiryLine, row: dict) -> QuoteLine:
    try:
        price = amount_of(row["price"], field=LINES)
    except RuleViolation as refusal:
        raise RuleViolation(f"「{line}」单价：{refusal.message}", field=LINES) from refusal
    amount = money(line.quantity * price)
    if not CENT <= amount <= MOST:
        raise RuleViolation(f"「{line}」的金额不对，请看看单价。", field=LINES)
    brand = str(row.get("brand") or "")
    if len(brand) > LONGEST_BRAND:
        raise RuleViolation(f"「{line}」的品牌型号最多 {LONGEST_BRAND} 个字。", field=LINES)
    return QuoteLine(line=line, price=price, amount=amount, brand=brand)


def _sum(lines: list[QuoteLine]) -> Decimal:
    total = sum((line.amount for line in lines), ZERO)
    if total > MOST:
        raise RuleViolation("合计太大了，要小于一万亿元。", field=LINES)
    return total


@rule
def remove_quote(*, actor, at: datetime, record: Inquiry, quote: Quote, reason: str) -> Inquiry:
    """Take a wrongly noted answer off; what it said stays in the journal."""
    inquiry = stored(Inquiry, record)
    check_can_note(actor, inquiry)
    found = inquiry.quotes.select_for_update(of=("self",)).select_related("partner").filter(pk=quote.pk).first()
    if found is None:
        raise Conflict("这一条刚刚被去掉了，请刷新后再看。")
    reason = _said(reason, "请写为什么去掉。", "reason")
    record_event(actor=actor, at=at, action="unquote", record=inquiry, text=f"去掉报价：{found.partner} {found.total:,.2f} 元", note=reason)
    found.delete()
    return inquiry


@rule
def choose_quote(*, actor, at: datetime, record: Inquiry, quote: Quote, members: Iterable, few_reason: str = "", choice_reason: str = "") -> Inquiry:
    """The purchase group of at least three takes one whole offer. Raises RuleViolation at its field without the reasons that are due:
    fewer firms than the school compares, not the lowest."""
    inquiry, people = stored(Inquiry, record), list({person.pk: person for person in members}.values())
    check_can_choose(actor, inquiry)
    offers = offers_of(inquiry)
    offer = next((offer for offer in offers if offer.quote.pk == quote.pk), None)
    if offer is None or not offer.is_whole:
        raise RuleViolation("选定的一家要对每一样都报了价。", field="quote")
    on = timezone.localdate(at)
    if offer.is_past(on):
        raise RuleViolation(f"这家的报价 {offer.quote.valid_until} 已经过期，请让它重新报。", field="quote")
    check_partner(offer.quote.partner, {line.request_line.destination for line in lines_asked(inquiry)}, on, field="quote")
    words = tidied({"few_reason": few_reason or "", "choice_reason": choice_reason or ""})
    needs = choice_needs(quotes=sum(one.is_whole for one in offers), least=lines_on(on).least, over=offer.over or ZERO)
    for field, sentence in needs:
        if not words[field]:
            raise RuleViolation(sentence, field=field)
    _check_members(people)
    kept = {field: words[field] for field, _ in needs}  # a reason nobody needs is not kept
    advance(inquiry, InquiryState.CHOSEN, moves=INQUIRY_MOVES, chosen=offer.quote, chosen_at=at, **{"few_reason": "", "choice_reason": ""} | kept)
    inquiry.full_clean(exclude=["request", "chosen"])
    inquiry.members.set(people)
    names = "、".join(person.name for person in people)
    text = f"选定 {offer.quote.partner} {offer.quote.total:,.2f} 元，采购小组：{names}"
    record_event(actor=actor, at=at, action="choose", record=inquiry, text=text[:300], note="　".join(kept.values()))
    return inquiry


def _check_members(people: list) -> None:
    if not MEMBERS_LEAST <= len(people) <= MEMBERS_MOST:
        raise RuleViolation(f"采购小组要 {MEMBERS_LEAST} 到 {MEMBERS_MOST} 个人，现在选了 {len(people)} 个。", field="members")
    for person in people:
        if not (person.is_active and person.is_person):
            raise RuleViolation(f"{person.name}不在职，请另选一人。", field="members")


@rule
def reopen_inquiry(*, actor, at: datetime, record: Inquiry, reason: str) -> Inquiry:
    """Take the choice back before anything is ordered by it."""
    inquiry = stored(Inquiry, record)
    check_can_reopen(actor, inquiry)
    reason = _said(reason, "请写为什么重选。", "reason")
    advance(inquiry, InquiryState.OPEN, moves=INQUIRY_MOVES, chosen=None, chosen_at=None)
    record_event(actor=actor, at=at, action="reopen", record=inquiry, text="重新选", note=reason)
    return inquiry


@rule
def end_inquiry(*, actor, at: datetime, record: Inquiry, reason: str) -> Inquiry:
    """作废: nothing is bought by it."""
    inquiry = stored(Inquiry, record)
    check_can_end(actor, inquiry)
    reason = _said(reason, "请写为什么作废。", "reason")
    advance(inquiry, InquiryState.ENDED, moves=INQUIRY_MOVES, ended_reason=reason[:200])
    record_event(actor=actor, at=at, action="end", record=inquiry, text="作废询价单", note=reason)
    return inquiry


def _said(words: str, sentence: str, field: str) -> str:
    words = tidied({"words": words or ""})["words"]
    if not words:
        raise RuleViolation(sentence, field=field)
    return words
