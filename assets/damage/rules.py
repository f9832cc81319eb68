"""Damage: reported, judged natural or man-made, paid, mended or waived (AST-09)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from assets.card.given import pieces
from assets.card.models import AssetCard
from assets.income import RECEIVE, lock_account, take_in
from assets.money import ZERO, amount_of
from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number

from .deductions import hand_on
from .loss import book_worth, most
from .models import DAMAGE_MOVES, MOST_POINTS, Damage, DamageState
from .queries import ASSESS, FILE, WAIVE, damage_of

DAMAGES = Subject("assets.damage", "损坏赔偿", "家底")
SERIES = "PC"
PHOTOS = 6
NOWHERE = Ref("", 0)
OLDEST = date(2000, 1, 1)


def check_can_file(user, record=None) -> None:
    require(user, FILE)


def check_can_edit(user, damage: Damage) -> None:
    """Whoever reported it, or who judges, until it is judged."""
    if user.pk != damage.created_by_id:
        require(user, ASSESS)
    if damage.state != DamageState.OPEN:
        raise RuleViolation(f"这张单{damage.get_state_display()}，不能再改。")


def check_can_assess(user, damage: Damage) -> None:
    """The person who is asked to pay does not judge."""
    require(user, ASSESS)
    if user.pk == damage.person_id:
        raise NotAllowed("这件事要您赔，请别的同事来定责。")
    if damage.state != DamageState.OPEN:
        raise RuleViolation(f"这张单{damage.get_state_display()}，不用定责。")


def check_can_receive(user, damage: Damage) -> None:
    require(user, RECEIVE)
    check_move(damage, DamageState.PAID, moves=DAMAGE_MOVES)
    check_separation(user, "receive", damage)


def check_can_mend(user, damage: Damage) -> None:
    require(user, ASSESS)
    check_move(damage, DamageState.REPAIRED, moves=DAMAGE_MOVES)


def check_can_waive(user, damage: Damage) -> None:
    """Somebody else than who has to pay, and not who reported it."""
    require(user, WAIVE)
    check_move(damage, DamageState.WAIVED, moves=DAMAGE_MOVES)
    if user.pk == damage.person_id:
        raise NotAllowed("自己要赔的，不能自己免。")
    if user.pk == damage.created_by_id:
        raise NotAllowed("您登记的，请别的领导来免。")


def check_can_reopen(user, damage: Damage) -> None:
    require(user, ASSESS)
    check_move(damage, DamageState.OPEN, moves=DAMAGE_MOVES)


def check_can_void(user, damage: Damage) -> None:
    require(user, ASSESS)
    check_move(damage, DamageState.VOID, moves=DAMAGE_MOVES)


@rule
def file_damage(*, actor, at: datetime, photos=(), **fields) -> Damage:
    """Something was found damaged, in a round or by chance. Raises RuleViolation at its field."""
    check_can_file(actor)
    return open_damage(actor=actor, at=at, photos=photos, **fields)


@rule
def open_damage(
    *, actor, at: datetime, description: str, found_on: date | None = None, card: AssetCard | None = None, thing: str = "", quantity: int = 1, place=None,
    school_class=None, person=None, by_name: str = "", repair_cost: Decimal = ZERO, origin: Ref = NOWHERE, origin_label: str = "", photos=(),
) -> Damage:  # fmt: skip
    """For other apps, whose rule has checked who may: one paper per origin. Called again for the same origin it brings an open one up to date

    (its cost, and who did it where somebody is named; what people wrote on it since stays) and leaves a judged one alone.
    `place` and `thing` follow from the card. Raises RuleViolation at its field.
    """
    damage = (damage_of(origin) if origin.kind else None) or Damage()
    damage = stored(Damage, damage)
    if damage.pk and damage.state != DamageState.OPEN:
        return damage
    given = {
        "card": card, "thing": (thing or "")[:60], "quantity": quantity, "place": place, "found_on": found_on or timezone.localdate(at),
        "description": (description or "")[:500], "school_class": school_class, "person": person, "by_name": (by_name or "")[:60],
        "repair_cost": repair_cost or ZERO, "origin_kind": origin.kind, "origin_id": origin.id, "origin_label": origin_label[:80],
    }  # fmt: skip
    is_new = damage.pk is None
    if is_new:
        damage.created_by, damage.created_at = actor, at
        damage.number = next_number(SERIES, timezone.localtime(at).year)
    else:
        who = {"school_class", "person", "by_name"} if school_class or person or by_name else set()
        given = {name: value for name, value in given.items() if name in who | {"repair_cost"}}
    damage = _saved(damage, given, actor=actor, at=at)
    attach(actor=actor, at=at, record=damage, role="photo", uploads=list(photos), limit=PHOTOS)
    if is_new:
        head = damage.school_class.head_teacher if damage.school_class else None
        _tell([*holders_of(ASSESS), head, damage.person], damage, at=at, about="opened", title=f"有东西损坏：{damage.thing}", body=damage.description[:200])
    return damage


@rule
def update_damage(*, actor, at: datetime, record: Damage, photos=(), **fields) -> Damage:
    """Other words while it is not judged."""
    damage = stored(Damage, record)
    check_can_edit(actor, damage)
    damage = _saved(damage, fields, actor=actor, at=at)
    attach(actor=actor, at=at, record=damage, role="photo", uploads=list(photos), limit=PHOTOS)
    return damage


def _saved(damage: Damage, fields: dict, *, actor, at: datetime) -> Damage:
    fields = tidied(fields)
    card = fields.get("card", damage.card)
    if card is not None:
        fields["thing"] = fields.get("thing", damage.thing) or card.name
        fields["place"] = fields.get("place", damage.place) or card.place
        if fields.get("card") is not None and not card.is_alive:
            raise RuleViolation(f"「{card}」{card.get_status_display()}，不在账上了。", field="card")
        pieces(fields.get("quantity", damage.quantity), most=max(card.quantity, 1))
    if not fields.get("thing", damage.thing):
        raise RuleViolation("请写是什么东西，或者写资产编号。", field="thing")
    if not fields.get("description", damage.description):
        raise RuleViolation("请写怎么坏的。", field="description")
    if (found_on := fields.get("found_on", damage.found_on)) and not OLDEST <= found_on <= timezone.localdate(at):
        raise RuleViolation(f"发现日期不能晚于今天（{timezone.localdate(at)}），也不能早于 {OLDEST.year} 年。", field="found_on")
    if "repair_cost" in fields:
        fields["repair_cost"] = amount_of(fields["repair_cost"] or ZERO, field="repair_cost")
    return save_changes(actor=actor, at=at, record=damage, **fields)


@rule
def judge_natural(*, actor, at: datetime, record: Damage, opinion: str) -> Damage:
    """Worn out or old: nobody pays."""
    damage = stored(Damage, record)
    check_can_assess(actor, damage)
    opinion = _words(opinion, "opinion", "请写为什么算自然损坏。")
    today = timezone.localdate(at)
    advance(
        damage, DamageState.NATURAL, moves=DAMAGE_MOVES, opinion=opinion, assessed_by=actor, assessed_at=at, ended_on=today, ended_by=actor, amount=ZERO,
        points=ZERO, ending="自然损坏，不用赔",
    )  # fmt: skip
    record_event(actor=actor, at=at, action="assess", record=damage, text="定为自然损坏", note=opinion)
    return damage


@rule
def assess(
    *, actor, at: datetime, record: Damage, amount: Decimal, opinion: str = "", repair_cost: Decimal = ZERO, points: Decimal = ZERO, worth: Decimal | None = None,
    school_class=None, person=None, by_name: str = "",
) -> Damage:  # fmt: skip
    """Man-made: who pays how much. `worth` is typed for a thing that is not on the books; a card's is the book's net value of the damaged pieces.

    Raises RuleViolation at `amount` above the loss (net value or cost of mending, whichever is more), at `by_name` when nobody is named.
    """
    damage = stored(Damage, record)
    check_can_assess(actor, damage)
    words = tidied({"by_name": by_name or "", "opinion": opinion or ""})
    if school_class is None and person is None and not words["by_name"]:
        raise RuleViolation("请写谁赔：班级、教职工，或者写名字。", field="by_name")
    if person is not None and person.pk == actor.pk:
        raise RuleViolation("要自己赔的，请别的同事来定责。", field="person")
    cost = amount_of(repair_cost or ZERO, field="repair_cost")
    booked = book_worth(damage.card, damage.quantity)
    value = amount_of(worth or ZERO, field="worth") if booked is None else booked
    asked = amount_of(amount, field="amount")
    if not asked:
        raise RuleViolation("请填赔多少。不用赔的，定责以后由主任免赔；自然损坏的，点「自然损坏」。", field="amount")
    if asked > most(value, cost):
        raise RuleViolation(f"最多赔 {most(value, cost):,.2f} 元：损坏时净值 {value:,.2f} 元，修理费 {cost:,.2f} 元。", field="amount")
    advance(
        damage, DamageState.DUE, moves=DAMAGE_MOVES, worth=value, repair_cost=cost, amount=asked, points=_points(points), school_class=school_class, person=person,
        by_name=words["by_name"][:60], opinion=words["opinion"][:300], assessed_by=actor, assessed_at=at,
    )  # fmt: skip
    text = f"定为人为损坏，{damage.who}赔 {asked:,.2f} 元" + (f"，扣 {damage.points.normalize():f} 分" if damage.points else "")
    record_event(actor=actor, at=at, action="assess", record=damage, text=text, note=words["opinion"])
    if damage.points:
        hand_on(damage, actor=actor, at=at, points=damage.points)
    head = school_class.head_teacher if school_class else None
    _tell([head, person, *holders_of(RECEIVE)], damage, at=at, about=f"due:{at.isoformat()}", title=f"请赔偿：{damage.thing} {asked:,.2f} 元", body=text)
    return damage


def _points(points) -> Decimal:
    value = amount_of(points or ZERO, field="points")
    if value > MOST_POINTS or value * 10 != int(value * 10):
        raise RuleViolation(f"扣分是 0 到 {MOST_POINTS}，最多一位小数。", field="points")
    return value


@rule
def receive_payment(*, actor, at: datetime, record: Damage, account, on: date, payer: str = "") -> Damage:
    """The cashier takes the money into a day book and gives a receipt. Raises RuleViolation at the form's fields."""
    account = lock_account(account)
    damage = stored(Damage, record)
    check_can_receive(actor, damage)
    if on < timezone.localdate(damage.assessed_at):
        raise RuleViolation(f"{timezone.localdate(damage.assessed_at)} 才定的责，收款日期不能更早。", field="on")
    payer = tidied({"payer": payer or ""})["payer"] or damage.who
    number = take_in(damage, actor=actor, at=at, account=account, on=on, amount=damage.amount, summary=f"损坏赔偿 {damage.thing}", payer=payer)
    words = f"收款 {damage.amount:,.2f} 元，收据 {number}，入{account}"
    advance(damage, DamageState.PAID, moves=DAMAGE_MOVES, receipt=number, payer=payer[:60], ended_on=on, ended_by=actor, ending=words)
    record_event(actor=actor, at=at, action="receive", record=damage, text=words, note=payer)
    head = damage.school_class.head_teacher if damage.school_class else None
    _tell([damage.assessed_by, head, damage.person], damage, at=at, about=f"paid:{number}", title=f"赔款已收：{damage.thing}", body=words)
    return damage


@rule
def note_struck(*, actor, at: datetime, entry) -> None:
    """The receipt's line was struck out in the day book: the money is owed again."""
    damage = Damage.objects.select_for_update().filter(pk=entry.document_id).first()
    if damage is None or damage.state != DamageState.PAID:
        return
    number = damage.receipt
    advance(damage, DamageState.DUE, moves=DAMAGE_MOVES, receipt="", payer="", ended_on=None, ended_by=None, ending="")
    record_event(actor=actor, at=at, action="strike", record=damage, text=f"收据 {number} 已冲销，重新待赔")


@rule
def mend(*, actor, at: datetime, record: Damage, ending: str, on: date, photos: Sequence = ()) -> Damage:
    """Whoever damaged it had it mended, or brought the same thing new."""
    damage = stored(Damage, record)
    check_can_mend(actor, damage)
    ending = _words(ending, "ending", "请写怎样修好的，或者赔了什么。")
    if on > timezone.localdate(at):
        raise RuleViolation(f"日期不能晚于今天（{timezone.localdate(at)}）。", field="on")
    advance(damage, DamageState.REPAIRED, moves=DAMAGE_MOVES, ending=ending, ended_on=on, ended_by=actor)
    attach(actor=actor, at=at, record=damage, role="after", uploads=list(photos), limit=PHOTOS)
    record_event(actor=actor, at=at, action="mend", record=damage, text="修复或照原样赔了", note=ending)
    return damage


@rule
def waive(*, actor, at: datetime, record: Damage, reason: str) -> Damage:
    """The money is let off, with the reason; points stay as judged."""
    damage = stored(Damage, record)
    check_can_waive(actor, damage)
    reason = _words(reason, "reason", "请写为什么免赔。")
    advance(damage, DamageState.WAIVED, moves=DAMAGE_MOVES, ending=reason, ended_on=timezone.localdate(at), ended_by=actor)
    record_event(actor=actor, at=at, action="waive", record=damage, text=f"免赔 {damage.amount:,.2f} 元", note=reason)
    head = damage.school_class.head_teacher if damage.school_class else None
    _tell([damage.assessed_by, head, damage.person], damage, at=at, about=f"waived:{at.isoformat()}", title=f"免赔：{damage.thing}", body=reason)
    return damage


@rule
def reopen(*, actor, at: datetime, record: Damage, reason: str) -> Damage:
    """Judge again; points that were handed on are taken back."""
    damage = stored(Damage, record)
    check_can_reopen(actor, damage)
    reason = _words(reason, "reason", "请写为什么重新定责。")
    _take_back_points(damage, actor=actor, at=at)
    given = {"amount": ZERO, "points": ZERO, "worth": None, "assessed_by": None, "assessed_at": None, "ended_on": None, "ended_by": None, "ending": ""}
    advance(damage, DamageState.OPEN, moves=DAMAGE_MOVES, **given)
    record_event(actor=actor, at=at, action="reopen", record=damage, text="重新定责", note=reason)
    return damage


@rule
def void_damage(*, actor, at: datetime, record: Damage, reason: str) -> Damage:
    """Reported by mistake, or twice."""
    damage = stored(Damage, record)
    check_can_void(actor, damage)
    reason = _words(reason, "reason", "请写为什么作废。")
    _take_back_points(damage, actor=actor, at=at)
    advance(damage, DamageState.VOID, moves=DAMAGE_MOVES, points=ZERO, ending=reason, ended_on=timezone.localdate(at), ended_by=actor)
    record_event(actor=actor, at=at, action="void", record=damage, text="作废", note=reason)
    return damage


def _take_back_points(damage: Damage, *, actor, at: datetime) -> None:
    if damage.points:
        hand_on(damage, actor=actor, at=at, points=ZERO)


def _words(text: str, field: str, sentence: str) -> str:
    found = tidied({"text": text or ""})["text"]
    if not found:
        raise RuleViolation(sentence, field=field)
    return found[:300]


def _tell(people, damage: Damage, *, at: datetime, about: str, title: str, body: str) -> None:
    recipients = list({person.pk: person for person in people if person is not None}.values())
    url = reverse("assets:damage-detail", args=[damage.pk])
    notify(at=at, key=f"assets.damage:{damage.pk}:{about}", recipients=recipients, title=title, body=body, url=url, subject=DAMAGES)
