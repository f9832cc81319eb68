"""Drawing up statements of responsibility, signing them on both sides, new versions, reminders (AST-03)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from assets.card.queries import MANAGE
from assets.money import ZERO
from assets.signing import SIGNING
from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.numbering.rules import next_number
from logistics.platform.org.models import User
from logistics.platform.terms.models import Term

from .models import PLEDGE_MOVES, Pledge, PledgeLine, PledgeState, Subject
from .queries import cards_of, custodian_of, difference, summary

SERIES = "ZR"
FIELD = {Subject.ROOM: "place", Subject.CLASS: "school_class", Subject.PERSON: "person"}
WORDS = (
    "责任人管好、用好清单上的财产，做到账物相符；不私自外借、拆换、挪动。",
    "财产损坏的，当天报修；丢失的，当天报告总务处，查明原因后照学校的赔偿办法办理。",
    "学校每学期清点，责任人到场核对；清单有增减的，当场写明。",
    "责任人换岗、离任、毕业或者搬离，先办交接，双方签字以后责任才转移。",
    "学校一方按清单交付完好的财产，及时维修，教会使用。",
)


def check_can_draw(user, record=None) -> None:
    require(user, MANAGE)


def check_can_renew(user, pledge: Pledge) -> None:
    require(user, MANAGE)
    check_move(pledge, PledgeState.REPLACED, moves=PLEDGE_MOVES)


def check_can_void(user, pledge: Pledge) -> None:
    require(user, MANAGE)
    check_move(pledge, PledgeState.VOID, moves=PLEDGE_MOVES)


def check_can_sign(user, pledge: Pledge) -> None:
    """The custodian signs for the things, the keeper for the school; never one person for both."""
    if user.pk != pledge.custodian_id:
        require(user, MANAGE)
        check_separation(user, "sign_for_school", pledge)
    check_move(pledge, PledgeState.SIGNED, moves=PLEDGE_MOVES)
    if (pledge.custodian_at if user.pk == pledge.custodian_id else pledge.keeper_at) is not None:
        raise RuleViolation(f"这一方已经签过了，还差{pledge.waits_for}。")


@rule
def draw_pledge(*, actor, at: datetime, subject: str, term: Term, place=None, school_class=None, person=None, custodian=None) -> Pledge:
    """Freeze what is there now into a statement for both to sign. Raises RuleViolation at its field when there is nothing or nobody,

    or when this term already has one.
    """
    check_can_draw(actor)
    stored(Term, term)  # one at a time, so that no subject gets two
    field = FIELD[Subject(subject)]
    one = {"place": place, "school_class": school_class, "person": person}[field]
    if one is None:
        raise RuleViolation(f"请选{Subject(subject).label}。", field=field)
    if Pledge.objects.filter(term=term, state__in=[PledgeState.OPEN, PledgeState.SIGNED], **{field: one}).exists():
        raise RuleViolation(f"{one}在{term}已经有责任书了。清单变了的，请在那一份上重新出一版。", field=field)
    pledge = _frozen(actor, at, subject, one, term, custodian)
    _tell([pledge], at)
    return pledge


def _frozen(actor, at: datetime, subject: str, one, term: Term, custodian, version: int = 1) -> Pledge:
    field = FIELD[Subject(subject)]
    custodian = custodian or custodian_of(subject, one)
    if custodian is None or not custodian.is_active:
        raise RuleViolation(f"{one}还没有在职的责任人，请先定下由谁负责。", field="custodian")
    cards = list(cards_of(subject, one))
    if not cards:
        raise RuleViolation(f"{one}还没有登记财产，不用签责任书。", field=field)
    pledge = Pledge(
        number=next_number(SERIES, timezone.localtime(at).year), subject=subject, name=str(one)[:200], term=term, version=version, custodian=custodian,
        words="\n".join(WORDS), pieces=sum(card.quantity for card in cards), cost=sum((card.cost for card in cards), ZERO), created_by=actor, created_at=at,
        **{field: one},
    )  # fmt: skip
    pledge.full_clean()
    pledge.save()
    PledgeLine.objects.bulk_create(
        (
            PledgeLine(
                pledge=pledge, card=card, number=card.number, name=card.name, model=" ".join(filter(None, (card.brand, card.model))), unit=card.unit,
                quantity=card.quantity, cost=card.cost, place_name=str(card.place or ""),
            )
            for card in cards
        ),
        batch_size=500,
    )  # fmt: skip
    text = f"{pledge.name}第 {version} 版，{len(cards)} 张卡片，{pledge.pieces} 件，责任人{custodian}"
    record_event(actor=actor, at=at, action="create", record=pledge, text=text)
    return pledge


@rule
def draw_missing(*, actor, at: datetime, subject: str, term: Term) -> int:
    """A statement for everyone of this kind who has things and none yet this term; how many were drawn up."""
    check_can_draw(actor)
    stored(Term, term)
    field = FIELD[Subject(subject)]
    current = Pledge.objects.filter(term=term, subject=subject, state__in=[PledgeState.OPEN, PledgeState.SIGNED])
    done = set(current.values_list(field, flat=True))
    wanted = [row for row in summary(subject) if row["one"].pk not in done and row["custodian"] is not None and row["custodian"].is_active]
    drawn = [_frozen(actor, at, subject, row["one"], term, row["custodian"]) for row in wanted]
    _tell(drawn, at)
    return len(drawn)


@rule
def renew_pledge(*, actor, at: datetime, record: Pledge) -> Pledge:
    """The next version, of what is there now and of who answers for it now; the old one no longer counts. Returns the new one."""
    pledge = stored(Pledge, record)
    check_can_renew(actor, pledge)
    stored(Term, pledge.term)
    now = custodian_of(pledge.subject, pledge.about) or pledge.custodian
    if not difference(pledge) and now == pledge.custodian:
        raise RuleViolation("清单和责任人都没有变，不用重新出。")
    advance(pledge, PledgeState.REPLACED, moves=PLEDGE_MOVES)
    new = _frozen(actor, at, pledge.subject, pledge.about, pledge.term, now, pledge.version + 1)
    record_event(actor=actor, at=at, action="replace", record=pledge, text=f"换成第 {new.version} 版 {new.number}")
    _tell([new], at)
    return new


@rule
def sign_pledge(*, actor, at: datetime, record: Pledge, signature: Sequence = ()) -> Pledge:
    """One side's signature; with both it is in force. Raises RuleViolation naming the thing when the list is no longer what is there."""
    pledge = stored(Pledge, record)
    check_can_sign(actor, pledge)
    if not signature:
        raise RuleViolation("还没有签名，请在框里写下您的名字。", field="signature")
    if changed := difference(pledge):
        raise RuleViolation(f"{changed}。请资产管理员重新出一版再签。")
    side = "custodian" if actor.pk == pledge.custodian_id else "keeper"
    if side == "keeper":
        pledge.keeper, pledge.keeper_at = actor, at
    else:
        pledge.custodian_at = at
    attach(actor=actor, at=at, record=pledge, role=side, uploads=list(signature), limit=1, field="signature")
    if pledge.custodian_at and pledge.keeper_at:
        pledge.state = PledgeState.SIGNED
    pledge.full_clean()
    pledge.save()
    action, words = ("sign", "责任人签字") if side == "custodian" else ("sign_for_school", "学校一方签字")
    record_event(actor=actor, at=at, action=action, record=pledge, text=words + ("，双方签齐" if pledge.state == PledgeState.SIGNED else ""))
    return pledge


@rule
def void_pledge(*, actor, at: datetime, record: Pledge, reason: str) -> Pledge:
    pledge = stored(Pledge, record)
    check_can_void(actor, pledge)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(pledge, PledgeState.VOID, moves=PLEDGE_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=pledge, text="作废", note=reason)
    return pledge


@rule
def remind_unsigned(*, actor, at: datetime) -> int:
    """Once a week tell everyone whose statement waits for longer than the school allows; how many people."""
    if actor.is_person:
        raise NotAllowed("提醒由系统按时发。")
    today = timezone.localdate(at)
    before = at - timedelta(days=int(limit("assets.sign.days", today)))
    late: dict[int, list[Pledge]] = defaultdict(list)
    for pledge in Pledge.objects.filter(state=PledgeState.OPEN, custodian_at=None, created_at__lte=before).select_related("custodian").order_by("pk"):
        late[pledge.custodian_id].append(pledge)
    week = today.isocalendar()
    for pk, pledges in late.items():
        _tell_one(User.objects.get(pk=pk), pledges, at, key=f"assets.pledge.late:{pk}:{week.year}-{week.week}", title="还没有签财产管理责任书")
    return len(late)


def _tell(pledges: list[Pledge], at: datetime) -> None:
    by_person: dict[int, list[Pledge]] = defaultdict(list)
    for pledge in pledges:
        by_person[pledge.custodian_id].append(pledge)
    for pk, own in by_person.items():
        _tell_one(own[0].custodian, own, at, key=f"assets.pledge.drawn:{pk}:{own[0].pk}", title="请签财产管理责任书")


def _tell_one(person: User, pledges: list[Pledge], at: datetime, *, key: str, title: str) -> None:
    one = len(pledges) == 1
    url = reverse("assets:pledge-detail", args=[pledges[0].pk]) if one else f"{reverse('assets:pledge-list')}?wait=mine"
    names = "、".join(pledge.name for pledge in pledges[:5]) + (f"等 {len(pledges)} 份" if len(pledges) > 5 else "")
    notify(at=at, key=key, recipients=[person], title=title, body=names, url=url, subject=SIGNING)
