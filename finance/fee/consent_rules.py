"""家长同意: an agency fee is taken only from whom has signed for it; a link of one's own for each student (FIN-08)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation

from .models import ChargeState, Consent, FeeDue
from .queries import CONSENT, own_classes

SALT, LENGTH = "finance.fee.consent", 32
LONGEST_DAYS = 60


def code_of(due: FeeDue) -> str:
    """The code of the due's present link. It is computed, stands in no table, and a new round makes the old one worthless."""
    mac = salted_hmac(SALT, f"{due.pk}:{due.consent_round}", algorithm="sha256").hexdigest()[:LENGTH]
    return f"{due.pk}-{mac}"


def due_by_code(code: str) -> FeeDue | None:
    """The due whose present link this is; None for anything else, whatever the reason."""
    number, _, mac = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    due = FeeDue.objects.select_related("charge__item", "charge__term", "student", "school_class").filter(pk=int(number)).first()
    if due is None or due.consent == Consent.FREE:
        return None
    return due if constant_time_compare(code_of(due), f"{number}-{mac}") else None


def check_can_ask(user, due: FeeDue) -> None:
    """Who hands out links: everywhere, or for the own class."""
    scope = require(user, CONSENT)
    if scope != Scope.ALL and not own_classes(user).filter(pk=due.school_class_id).exists():
        raise NotAllowed("只能办自己班的同意书。")
    if due.consent == Consent.FREE:
        raise RuleViolation("这一项不用家长签名。")
    if due.charge.state != ChargeState.ISSUED:
        raise RuleViolation(f"这张收费单{due.charge.get_state_display()}，不用再签。")


def check_can_renew(user, due: FeeDue) -> None:
    check_can_ask(user, due)
    if due.consent == Consent.AGREED:
        raise RuleViolation("家长已经同意了。家长要改主意，请打开这名学生，点「家长改主意」。")


def check_can_ask_again(user, due: FeeDue) -> None:
    """A parent who agreed may think again as long as nothing is paid."""
    check_can_ask(user, due)
    if due.consent != Consent.AGREED:
        raise RuleViolation(f"{due.get_consent_display()}，请换发链接。")
    if due.paid:
        raise RuleViolation("已经缴费了。家长要退，请出纳先冲销缴费。")


def check_can_file_paper(user, due: FeeDue) -> None:
    check_can_ask(user, due)
    if due.consent != Consent.PENDING:
        raise RuleViolation(f"{due.get_consent_display()}，不用再登记。")


def check_open(due: FeeDue, on: date) -> None:
    """Raise RuleViolation when the link can no longer be answered."""
    if due.consent != Consent.PENDING:
        raise RuleViolation("这个链接已经用过了。要改主意，请找班主任再发一个。")
    if due.charge.state != ChargeState.ISSUED:
        raise RuleViolation("这项收费已经停止，不用再签。")
    if due.consent_until and due.consent_until < on:
        raise RuleViolation(f"这个链接到 {due.consent_until} 为止，已经过期。请找班主任再发一个。")


@rule
def answer(*, actor, at: datetime, record: FeeDue, code: str, agrees: bool, name: str, relation: str, signature) -> FeeDue:
    """What the parent decided at the link, once. `signature` is what SignatureField cleans to.

    Raises Conflict when somebody answered first or the link was replaced, RuleViolation when it is over.
    """
    due = stored(FeeDue, record)
    if not constant_time_compare(code_of(due), code):
        raise Conflict("这个链接已经换成新的了，请用班主任最近发的那个。")
    check_open(due, timezone.localdate(at))
    words = tidied({"name": name or "", "relation": relation or ""})
    if not words["name"]:
        raise RuleViolation("请写您的姓名。", field="name")
    if signature is None:
        raise RuleViolation("还没有签名。", field="signature")
    return _decide(actor=actor, at=at, due=due, agrees=agrees, name=words["name"], relation=words["relation"], role="signature", uploads=[signature])


@rule
def file_paper(*, actor, at: datetime, record: FeeDue, agrees: bool, name: str, relation: str, photos: Sequence) -> FeeDue:
    """The parent signed on paper; the photo of it is required."""
    due, words = stored(FeeDue, record), tidied({"name": name or "", "relation": relation or ""})
    check_can_file_paper(actor, due)
    if not photos:
        raise RuleViolation("请拍下家长签过字的同意书。", field="photos")
    if not words["name"]:
        raise RuleViolation("请写签名人的姓名。", field="name")
    return _decide(actor=actor, at=at, due=due, agrees=agrees, name=words["name"], relation=words["relation"], role="photo", uploads=photos)


def _decide(*, actor, at: datetime, due: FeeDue, agrees: bool, name: str, relation: str, role: str, uploads: Sequence) -> FeeDue:
    decision = Consent.AGREED if agrees else Consent.REFUSED
    by = actor if actor.is_person else None
    changed = FeeDue.objects.filter(pk=due.pk, consent=Consent.PENDING, consent_round=due.consent_round).update(
        consent=decision, consent_name=name[:30], consent_relation=relation[:20], consent_at=at, consent_by=by
    )
    if not changed:
        raise Conflict("刚刚已经签过了，请刷新后再看。")
    due.refresh_from_db()
    attach(actor=actor, at=at, record=due, role=f"{role}-{due.consent_round}", uploads=uploads, field="signature" if role == "signature" else "photos")
    record_event(actor=actor, at=at, action="consent", record=due, text=f"{due.get_consent_display()}：{name}（{relation or '家长'}）签名")
    return due


@rule
def renew_link(*, actor, at: datetime, record: FeeDue, until: date) -> FeeDue:
    """A new link; the old one is worth nothing from now on. Also for a parent who refused and thinks again."""
    due = stored(FeeDue, record)
    check_can_renew(actor, due)
    return _open_round(actor=actor, at=at, due=due, until=until, text="换发签名链接")


@rule
def ask_again(*, actor, at: datetime, record: FeeDue, until: date) -> FeeDue:
    """家长改主意 after agreeing: a new link, and nothing may be taken until it is answered. Refused once something is paid."""
    due = stored(FeeDue, record)
    check_can_ask_again(actor, due)
    return _open_round(actor=actor, at=at, due=due, until=until, text="家长改主意，重新签")


def _open_round(*, actor, at: datetime, due: FeeDue, until: date, text: str) -> FeeDue:
    if not 0 <= (until - timezone.localdate(at)).days <= LONGEST_DAYS:
        raise RuleViolation(f"截止日期在今天到 {LONGEST_DAYS} 天之内。", field="until")
    cleared = {"consent_name": "", "consent_relation": "", "consent_at": None, "consent_by": None}
    rows = FeeDue.objects.filter(pk=due.pk, consent=due.consent, consent_round=due.consent_round, paid=0)
    if not rows.update(consent=Consent.PENDING, consent_until=until, consent_round=F("consent_round") + 1, **cleared):
        raise Conflict("刚刚有人先动过了，请刷新后再看。")
    due.refresh_from_db()
    record_event(actor=actor, at=at, action="renew", record=due, text=f"{text}，到 {until} 为止")
    return due
