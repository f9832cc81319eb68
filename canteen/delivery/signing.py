"""Three names under a delivery, each by its own person: buyer and finance for the quantity, chef for the quality; then it goes into the store.

With the last signature everything accepted becomes a batch of the pantry. While a certificate is missing it is held, and nobody can take of it;
a leader may let it in by name and with a reason (CAN-02, CAN-04).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from assets.public import figure, quantity_of
from canteen.amounts import ZERO, worth
from canteen.ingredient.models import FoodGroup, Storage
from canteen.ingredient.rules import note_price
from canteen.order.rules import note_arrived
from canteen.pantry.ledger import open_batch
from canteen.pantry.models import PantryKind
from canteen.rights import OVERRIDE, RECEIVE, SIGN_CHEF, SIGN_OFFICER
from canteen.supplier.queries import check_supplier
from logistics.platform.access.rules import has, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import DELIVERY_MOVES, Delivery, DeliveryLine, DeliverySignature, DeliveryState, Look, SignRole
from .papers import basis_of, missing_papers, missing_words
from .queries import OPEN, RIGHTS, lines_of, papers_of, signatures_of, unsigned_roles, url_of

DELIVERIES = Subject("canteen.delivery", "收货验收、证票不全、拒收", "食堂")
COLD, FROZEN = "canteen.receive.cold.max", "canteen.receive.frozen.max"
ASPECTS = ("look", "smell", "packaging", "dates")
FRESH = (FoodGroup.VEGETABLE, FoodGroup.FRUIT, FoodGroup.GRAIN)  # come at the temperature of the morning
SENDING_BACK = (RECEIVE, SIGN_CHEF, SIGN_OFFICER, OVERRIDE)
EXPIRED_BASIS = "《食品安全法》第三十四条"


def open_role(user, delivery: Delivery, roles: Sequence[SignRole]) -> SignRole:
    """Which of these columns the person signs now. Raises a refusal that says why none."""
    given = [one for one in delivery.signatures.all() if one.void_at is None]
    if any(one.user_id == user.pk for one in given):
        raise RuleViolation("您在这张验收单上已经签过一栏了，别的栏要由别人签。")
    taken = {one.role for one in given}
    mine = [role for role in roles if has(user, RIGHTS[role])]
    if not mine:
        require(user, RIGHTS[roles[0]])
    for role in mine:
        if role not in taken:
            return role
    raise RuleViolation("这一栏已经签过了。")


def _check_open(delivery: Delivery, states=(DeliveryState.CHECKING,)) -> None:
    if delivery.state not in states:
        raise RuleViolation(f"这张验收单{delivery.get_state_display()}，不用再签。")


def check_can_sign_quantity(user, delivery: Delivery) -> None:
    _check_open(delivery)
    open_role(user, delivery, (SignRole.BUYER, SignRole.FINANCE))


def check_can_sign_quality(user, delivery: Delivery) -> None:
    _check_open(delivery)
    open_role(user, delivery, (SignRole.CHEF,))


def check_can_sign_officer(user, delivery: Delivery) -> None:
    """The food-safety officer joins: beside the others, or looking at the goods on the same day."""
    _check_open(delivery, (*OPEN, DeliveryState.POSTED))
    open_role(user, delivery, (SignRole.OFFICER,))


def check_can_let_in(user, delivery: Delivery) -> None:
    """A leader who has neither written down nor signed this delivery."""
    require(user, OVERRIDE)
    if delivery.state != DeliveryState.HELD:
        raise RuleViolation("只有证票不全、等着入库的才需要放行。")
    if user.pk == delivery.created_by_id or any(one.user_id == user.pk and one.void_at is None for one in delivery.signatures.all()):
        raise NotAllowed("您登记或签过这张验收单，放行请另一位领导办。")


def check_can_send_back(user, delivery: Delivery) -> None:
    """Whoever receives, judges or answers for it, while it is held."""
    if not any(has(user, code) for code in SENDING_BACK):
        require(user, RECEIVE)
    if delivery.state != DeliveryState.HELD:
        raise RuleViolation("只有等证票、还没有入库的才整车退回。验收时不合格的，厨师在「验质量」里拒收。")


@rule
def sign_quantity(*, actor, at: datetime, record: Delivery, signature: Sequence = (), opinion: str = "") -> Delivery:
    """Buyer or finance: so much was weighed, and this is the price. The column follows from the person's right and what is open."""
    delivery = stored(Delivery, record)
    check_can_sign_quantity(actor, delivery)
    role = open_role(actor, delivery, (SignRole.BUYER, SignRole.FINANCE))
    _sign(delivery, role, actor=actor, at=at, signature=signature, opinion=opinion)
    finish(delivery, actor=actor, at=at)
    return delivery


@rule
def sign_officer(*, actor, at: datetime, record: Delivery, signature: Sequence = (), opinion: str = "") -> Delivery:
    """The food-safety officer was there."""
    delivery = stored(Delivery, record)
    check_can_sign_officer(actor, delivery)
    if timezone.localdate(delivery.happened_at) != timezone.localdate(at):
        raise RuleViolation("食品安全员要到场参加，只能在到货当天签。")
    _sign(delivery, SignRole.OFFICER, actor=actor, at=at, signature=signature, opinion=opinion)
    return delivery


@rule
def sign_quality(
    *, actor, at: datetime, record: Delivery, findings: Mapping[int, dict], signature: Sequence = (), opinion: str = "", remedy: str = ""
) -> Delivery:  # fmt: skip
    """The chef: what each batch is like. `findings` are {line: {temperature, bad, rejected, reason}}, one for every line; `bad` names aspects.

    Raises RuleViolation naming the batch: nothing said about it, too warm without a word, past its day and not sent back, sent back without a reason.
    """
    delivery = stored(Delivery, record)
    check_can_sign_quality(actor, delivery)
    lines, day = lines_of(delivery), timezone.localdate(delivery.happened_at)
    opinion, remedy = (tidied({"w": words or ""})["w"] for words in (opinion, remedy))
    warm = []
    for line in lines:
        if line.pk not in findings:
            raise RuleViolation(f"「{line}」还没有看，请一样一样验。")
        warm += _judge(line, findings[line.pk], day)
    if warm and not opinion:
        raise RuleViolation(f"{''.join(warm)}收下的要在意见里写明原因。", field="opinion")
    if any(line.rejected for line in lines) and not remedy:
        raise RuleViolation("有拒收的，请写怎么处理：退回，或者当场销毁。", field="remedy")
    for line in lines:
        line.full_clean(exclude=["delivery"])
        line.save()
    delivery.remedy = remedy[:200]
    delivery.save(update_fields=["remedy"])
    _sign(delivery, SignRole.CHEF, actor=actor, at=at, signature=signature, opinion=opinion)
    sent_back = [f"{line} {figure(line.rejected)} {line.ingredient.unit}（{line.reason}）" for line in lines if line.rejected]
    if sent_back:
        record_event(actor=actor, at=at, action="reject", record=delivery, text=f"拒收 {len(sent_back)} 样，{remedy}", note="；".join(sent_back))
        _tell(delivery, [delivery.created_by], at, "rejected", f"有拒收：{delivery.supplier}", "；".join(sent_back)[:300])
    finish(delivery, actor=actor, at=at)
    return delivery


def _judge(line: DeliveryLine, found: dict, day) -> list[str]:
    """Write the finding on the line; sentences about what is warmer than the guidance says."""
    bad = set(found.get("bad") or ())
    if unknown := bad - set(ASPECTS):
        raise RuleViolation(f"「{line}」：没有「{min(unknown)}」这一项。")
    for aspect in ASPECTS:
        setattr(line, aspect, Look.BAD if aspect in bad else Look.GOOD)
    line.rejected = quantity_of(found.get("rejected") or 0, field=None, least=ZERO)
    line.reason = tidied({"r": found.get("reason") or ""})["r"] if line.rejected else ""
    line.temperature = found.get("temperature")
    if line.rejected > line.weighed:
        raise RuleViolation(f"「{line}」到了 {figure(line.weighed)} {line.ingredient.unit}，拒收不能比这多。")
    if line.rejected and not line.reason:
        raise RuleViolation(f"「{line}」有拒收的，请写原因。")
    if bad and not line.rejected:
        raise RuleViolation(f"「{line}」有不合格的，请写拒收多少和原因。")
    _check_date(line, day)
    line.amount = worth(line.accepted, line.price)
    return _too_warm(line, day)


def _check_date(line: DeliveryLine, day) -> None:
    past = line.expires_on is not None and line.expires_on < day
    if (past or line.dates == Look.BAD) and line.rejected != line.weighed:
        words = f"保质期到 {line.expires_on}，已经过了" if past else "保质期不合格"
        raise RuleViolation(f"「{line}」{words}，按{EXPIRED_BASIS}要全部拒收。")


def _too_warm(line: DeliveryLine, day) -> list[str]:
    if line.ingredient.storage == Storage.ROOM or line.ingredient.group in FRESH or line.rejected == line.weighed:
        return []
    if line.temperature is None:
        raise RuleViolation(f"「{line}」是{line.ingredient.get_storage_display()}的，请量中心温度。")
    most = limit(COLD if line.ingredient.storage == Storage.COLD else FROZEN, day)
    if line.temperature <= most:
        return []
    return [f"「{line}」{line.temperature} ℃，高于 {most} ℃（餐饮服务食品安全操作规范）。"]


def _sign(delivery: Delivery, role: SignRole, *, actor, at: datetime, signature: Sequence, opinion: str) -> None:
    if not signature:
        raise RuleViolation("还没有签名，请在框里写下您的名字。", field="signature")
    signed = DeliverySignature(delivery=delivery, role=role, user=actor, opinion=tidied({"o": opinion or ""})["o"][:200], signed_at=at)
    signed.full_clean()
    signed.save()
    attach(actor=actor, at=at, record=delivery, role=signed.file_role, uploads=list(signature), limit=1, field="signature")
    record_event(actor=actor, at=at, action=f"sign_{role}", record=delivery, text=f"签字：{role.label}", note=signed.opinion)


def finish(delivery: Delivery, *, actor, at: datetime) -> None:
    """Into the store when all have signed and every paper is there; held when a paper is missing; refused when nothing was accepted."""
    if unsigned_roles(signatures_of(delivery)):
        return
    lines = lines_of(delivery)
    if not any(line.accepted > 0 for line in lines):
        advance(delivery, DeliveryState.REFUSED, moves=DELIVERY_MOVES)
        record_event(actor=actor, at=at, action="refuse", record=delivery, text="全部拒收")
        return
    missing = missing_papers(delivery, lines, papers_of(delivery))
    if missing and delivery.exempt_by_id is None:
        if delivery.state == DeliveryState.CHECKING:
            advance(delivery, DeliveryState.HELD, moves=DELIVERY_MOVES)
            words = f"缺 {missing_words(missing)}"
            record_event(actor=actor, at=at, action="hold", record=delivery, text=f"证票不全，先不入库：{words}"[:300], note=basis_of(missing))
            _tell(delivery, [delivery.created_by], at, "held", f"证票不全，还不能用：{delivery.supplier}", words)
        return
    _post(delivery, lines, actor=actor, at=at)


def _post(delivery: Delivery, lines: list[DeliveryLine], *, actor, at: datetime) -> None:
    day = timezone.localdate(delivery.happened_at)
    check_supplier(delivery.supplier, day, field=None)
    for line in sorted(lines, key=lambda one: one.ingredient_id):
        if line.accepted > 0:
            open_batch(
                line.ingredient, line.accepted, kind=PantryKind.RECEIPT, on=day, actor=actor, at=at, amount=line.amount, price=line.price, line=line,
                supplier=delivery.supplier, number=line.batch_number, made_on=line.made_on, expires_on=line.expires_on,
            )  # fmt: skip
            note_price(line.ingredient, line.price, day)
    total = sum((line.amount for line in lines), ZERO)
    advance(delivery, DeliveryState.POSTED, moves=DELIVERY_MOVES, posted_at=at, amount=total)
    record_event(actor=actor, at=at, action="post", record=delivery, text=f"验收入库，{total} 元")
    if delivery.order_id:
        order = type(delivery.order)._base_manager.select_for_update().get(pk=delivery.order_id)
        note_arrived(order, actor=actor, at=at)


@rule
def let_in(*, actor, at: datetime, record: Delivery, reason: str) -> Delivery:
    """Into the store although papers are missing: a leader by name, with a reason, in the journal and on the paper."""
    delivery = stored(Delivery, record)
    check_can_let_in(actor, delivery)
    reason = tidied({"reason": reason or ""})["reason"]
    if len(reason) < 5:
        raise RuleViolation("请写清楚为什么放行、证票什么时候补。", field="reason")
    missing = missing_papers(delivery, lines_of(delivery), papers_of(delivery))
    delivery.missing = missing_words(missing)[:400] or "证票"
    delivery.exempt_by, delivery.exempt_at, delivery.exempt_reason = actor, at, reason[:200]
    delivery.save(update_fields=["missing", "exempt_by", "exempt_at", "exempt_reason"])
    record_event(actor=actor, at=at, action="let_in", record=delivery, text=f"缺 {delivery.missing}，放行入库"[:300], note=reason)
    finish(delivery, actor=actor, at=at)
    return delivery


@rule
def send_back(*, actor, at: datetime, record: Delivery, reason: str, remedy: str) -> Delivery:
    """The papers of held goods do not come: everything goes back or is destroyed, nothing of it is paid or used."""
    delivery = stored(Delivery, record)
    check_can_send_back(actor, delivery)
    reason, remedy = (tidied({"w": words or ""})["w"] for words in (reason, remedy))
    if not reason:
        raise RuleViolation("请写为什么退回，例如 检疫证明一直没有补来。", field="reason")
    if not remedy:
        raise RuleViolation("请写怎么处理：退回供应商，或者当场销毁。", field="remedy")
    for line in lines_of(delivery):
        line.reason = "；".join(filter(None, [line.reason, reason]))[:120]
        line.rejected, line.amount = line.weighed, ZERO
        line.save(update_fields=["reason", "rejected", "amount"])
    remedy = "；".join(filter(None, [delivery.remedy, remedy]))[:200]
    advance(delivery, DeliveryState.REFUSED, moves=DELIVERY_MOVES, remedy=remedy)
    record_event(actor=actor, at=at, action="refuse", record=delivery, text=f"证票不全，全部拒收：{remedy}", note=reason)
    _tell(delivery, [delivery.created_by], at, "sent_back", f"全部拒收：{delivery.supplier}", reason)
    return delivery


def _tell(delivery: Delivery, people, at: datetime, about: str, title: str, body: str) -> None:
    key = f"canteen.delivery.{about}:{delivery.pk}:{at:%Y%m%d%H%M%S%f}"
    notify(at=at, key=key, recipients=people, title=title, body=body, url=url_of(delivery), subject=DELIVERIES)
