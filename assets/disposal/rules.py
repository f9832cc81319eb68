"""Disposal until it is approved: the list, the judgement of three people, the frozen application (AST-07). What follows is in carrying_rules.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from assets.card.given import pieces
from assets.card.ledger import lock_books
from assets.card.models import AssetCard, Status
from assets.card.queries import ACCOUNT
from assets.card.rules import restate
from assets.money import ZERO
from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number

from .models import DISPOSAL_MOVES, Appraisal, Disposal, DisposalKind, DisposalLine, DisposalState
from .queries import ALWAYS_ABOVE, APPLY, VEHICLES, hindrances, holds_data, lines_of, stale, values_of

DISPOSALS = Subject("assets.disposal", "资产处置", "家底")
LEAST, UPWARD = "assets.disposal.appraisers", "assets.disposal.upward"
LIMITS = (
    Limit(
        LEAST, "处置鉴定至少几人", "人", 3, floor=3, ceiling=9, force=GUIDANCE, group="家底", basis="资产处置通行做法：技术鉴定不少于三人",
        help="都同意了才能送批。",
    ),
    Limit(
        UPWARD, "超过多少报上级批", "元", 200000, floor=0, ceiling=100_000_000, group="家底",
        help="一张处置单的原值超过这个数，学校批准以后还要上级批复；房屋、土地、车辆不论多少都要。",
    ),
)  # fmt: skip
SERIES = "CZ"
MOST_LINES = 300
PHOTOS, PAPERS = 20, 20
PAPER_NEEDED = {DisposalKind.LOSS: "情况说明或责任认定", DisposalKind.SOLD: "评估报告", DisposalKind.EXCHANGED: "评估报告或换购协议"}


def check_can_apply(user, record=None) -> None:
    require(user, APPLY)


def check_can_edit(user, disposal: Disposal) -> None:
    require(user, APPLY)
    if disposal.state != DisposalState.DRAFT:
        raise RuleViolation(f"这张单{disposal.get_state_display()}，不能再改。")


def check_can_add_files(user, disposal: Disposal) -> None:
    require(user, APPLY)
    if disposal.state not in (DisposalState.DRAFT, DisposalState.JUDGING, DisposalState.APPROVED):
        raise RuleViolation(f"这张单{disposal.get_state_display()}，现在不能加照片和文件。")


def check_can_send(user, disposal: Disposal) -> None:
    require(user, APPLY)
    check_move(disposal, DisposalState.JUDGING, moves=DISPOSAL_MOVES)
    if missing := incomplete(disposal):
        raise RuleViolation(missing)


def check_can_appraise(user, disposal: Disposal) -> None:
    """One of the appraisers, once."""
    mine = disposal.appraisals.filter(person=user.pk).first() if disposal.state != DisposalState.DRAFT else None
    if mine is None:
        raise NotAllowed("只有请到的鉴定人能签鉴定意见。")
    if disposal.state != DisposalState.JUDGING:
        raise RuleViolation(f"这张单{disposal.get_state_display()}，不用鉴定。")
    if mine.agrees is not None:
        raise RuleViolation("您已经签过了。")
    check_separation(user, "appraise", disposal)


def check_can_submit(user, disposal: Disposal) -> None:
    require(user, APPLY)
    check_move(disposal, DisposalState.WAITING, moves=DISPOSAL_MOVES)
    if missing := unsigned(disposal):
        raise RuleViolation(missing)


def check_can_take_back(user, disposal: Disposal) -> None:
    require(user, APPLY)
    if disposal.state != DisposalState.JUDGING:
        raise RuleViolation(f"这张单{disposal.get_state_display()}，不能退回修改。")


def check_can_withdraw(user, disposal: Disposal) -> None:
    if user.pk != disposal.created_by_id:
        raise NotAllowed("只有填单的人能撤回。")
    if disposal.state != DisposalState.WAITING:
        raise RuleViolation(f"这张单{disposal.get_state_display()}，不用撤回。")


def incomplete(disposal: Disposal) -> str:
    """What the list still needs before anybody can judge it, in words; empty when nothing."""
    if not disposal.lines.exists():
        return "单上还没有东西，请先加资产。"
    return "" if attachments_of(disposal, "photo").exists() else "还没有照片，请先加一张能看清东西现状的照片。"


def unsigned(disposal: Disposal) -> str:
    """Why the appraisal is not complete, in words; empty when it is."""
    rows = list(disposal.appraisals.select_related("person").order_by("pk"))
    if against := next((one for one in rows if one.agrees is False), None):
        return f"{against.person}不同意处置：{against.opinion}。请退回修改。"
    waiting = "、".join(str(one.person) for one in rows if one.agrees is None)
    return f"还差{waiting}的鉴定意见。" if waiting else "" if rows else "还没有请人鉴定。"


@rule
def save_disposal(*, actor, at: datetime, record: Disposal | None = None, **fields) -> Disposal:
    """A draft, or its new words. Another kind or reason needs the appraisers' signatures anew."""
    disposal, fields = stored(Disposal, record), tidied(fields)
    if disposal.pk is None:
        check_can_apply(actor)
        disposal.created_by, disposal.created_at = actor, at
        disposal.number = next_number(SERIES, timezone.localtime(at).year)
        fields["department"] = fields.get("department") or actor.department
        if fields["department"] is None:
            raise RuleViolation("请选申请部门。", field="department")
    else:
        check_can_edit(actor, disposal)
        if any(fields.get(name, getattr(disposal, name)) != getattr(disposal, name) for name in ("kind", "reason")):
            _unsign(disposal)
    return save_changes(actor=actor, at=at, record=disposal, **fields)


@rule
def apply_for(*, actor, at: datetime, cards: Iterable[AssetCard], **fields) -> Disposal:
    """A new draft with these cards on its list, whole, all or nothing. Raises RuleViolation naming each that cannot come on it."""
    return add_cards(actor=actor, at=at, record=save_disposal(actor=actor, at=at, **fields), cards=cards)


def _unsign(disposal: Disposal) -> None:
    disposal.appraisals.update(agrees=None, opinion="", signed_at=None)


@rule
def add_line(*, actor, at: datetime, record: Disposal, card: AssetCard, quantity: int | None = None) -> DisposalLine:
    """One card more, or some pieces of it. Raises RuleViolation naming what still holds it (a loan, a ticket, a stocktake, another list)."""
    disposal, card = stored(Disposal, record), stored(AssetCard, card)
    check_can_edit(actor, disposal)
    line = _listed(disposal, card, quantity)
    _unsign(disposal)
    record_event(actor=actor, at=at, action="add_line", record=disposal, text=f"加 {card} {line.quantity} {card.unit}")
    return line


@rule
def add_cards(*, actor, at: datetime, record: Disposal, cards: Iterable[AssetCard]) -> Disposal:
    """Many whole cards at once, all or nothing. Raises RuleViolation naming each that cannot come on the list."""
    disposal, wrong = stored(Disposal, record), []
    check_can_edit(actor, disposal)
    chosen = list(AssetCard.objects.select_for_update().filter(pk__in=[card.pk for card in cards]).order_by("pk"))
    for card in chosen:
        try:
            _listed(disposal, card, None)
        except RuleViolation as refusal:
            wrong.append(refusal.message)
    if wrong:
        rest = f"另有 {len(wrong) - 5} 样也不能加。" if len(wrong) > 5 else ""
        raise RuleViolation("".join(wrong[:5]) + rest, field="numbers")
    _unsign(disposal)
    record_event(actor=actor, at=at, action="add_line", record=disposal, text=f"加 {len(chosen)} 张卡片")
    return disposal


def _listed(disposal: Disposal, card: AssetCard, quantity: int | None) -> DisposalLine:
    """The new line, saved; the disposal is locked and may be edited."""
    if not card.is_alive:
        raise RuleViolation(f"「{card}」{card.get_status_display()}，不能处置。", field="card")
    if disposal.lines.filter(card=card.pk).exists():
        raise RuleViolation(f"「{card}」已经在单上了。", field="card")
    if disposal.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一张单最多 {MOST_LINES} 行，请另开一张。", field="card")
    if words := hindrances(card, besides=disposal.pk):
        raise RuleViolation(f"「{card}」{words}，现在不能处置。", field="card")
    count = pieces(card.quantity if quantity is None else quantity, most=card.quantity)
    cost, worn = values_of(card, count)
    line = DisposalLine(disposal=disposal, card=card, quantity=count, of=card.quantity, cost=cost, depreciation=worn, needs_wipe=holds_data(card))
    line.full_clean()
    line.save()
    return line


@rule
def remove_line(*, actor, at: datetime, record: Disposal, row: DisposalLine) -> Disposal:
    disposal = stored(Disposal, record)
    check_can_edit(actor, disposal)
    found = disposal.lines.filter(pk=row.pk).select_related("card").first()
    if found is None:
        raise Conflict("这一行刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove_line", record=disposal, text=f"去掉 {found.card}")
    found.delete()
    _unsign(disposal)
    return disposal


@rule
def add_files(*, actor, at: datetime, record: Disposal, photos: Sequence = (), papers: Sequence = ()) -> Disposal:
    """Pictures of the things, and papers: appraisal, meeting decision, evaluation, contract of the recycler."""
    disposal = stored(Disposal, record)
    check_can_add_files(actor, disposal)
    if not photos and not papers:
        raise RuleViolation("请放照片，或者选文件。", field="photos")
    attach(actor=actor, at=at, record=disposal, role="photo", uploads=list(photos), limit=PHOTOS)
    attach(actor=actor, at=at, record=disposal, role="paper", uploads=list(papers), limit=PAPERS, field="papers")
    record_event(
        actor=actor,
        at=at,
        action="add_files",
        record=disposal,
        text="，".join(filter(None, (f"照片 {len(photos)} 张" if photos else "", f"文件 {len(papers)} 份" if papers else ""))),
    )
    return disposal


@rule
def send_for_appraisal(*, actor, at: datetime, record: Disposal, people: Iterable) -> Disposal:
    """送鉴定: to these appraisers, neither who applies nor a custodian of a listed thing. Signatures that still hold stay."""
    disposal = stored(Disposal, record)
    check_can_send(actor, disposal)
    lines = _checked_list(disposal)
    people = list({person.pk: person for person in people}.values())
    least = limit(LEAST, timezone.localdate(at))
    if len(people) < least:
        raise RuleViolation(f"鉴定至少 {least} 人，现在选了 {len(people)} 人。", field="people")
    keepers = {line.card.custodian_id: line.card for line in lines}
    for person in people:
        if person.pk in (actor.pk, disposal.created_by_id):
            raise RuleViolation("填单的人不能鉴定自己的单，请换一位。", field="people")
        if person.pk in keepers:
            raise RuleViolation(f"{person}是「{keepers[person.pk]}」的保管人，不能鉴定，请换一位。", field="people")
    disposal.appraisals.exclude(person__in=people).delete()
    known = set(disposal.appraisals.values_list("person", flat=True))
    Appraisal.objects.bulk_create([Appraisal(disposal=disposal, person=person) for person in people if person.pk not in known])
    disposal.appraisals.filter(agrees=False).update(agrees=None, opinion="", signed_at=None)
    advance(disposal, DisposalState.JUDGING, moves=DISPOSAL_MOVES, opinion="")
    names = "、".join(person.name for person in people)
    record_event(actor=actor, at=at, action="send", record=disposal, text=f"送鉴定：{len(lines)} 张卡片，请{names}鉴定")
    asked = [one.person for one in disposal.appraisals.filter(agrees=None).select_related("person")]
    tell(asked, disposal, at=at, about=f"judge:{at.isoformat()}", title=f"请鉴定：{disposal.title}", body=f"{disposal.get_kind_display()}，{disposal.reason}")
    return disposal


def _checked_list(disposal: Disposal) -> list[DisposalLine]:
    """The lines, their cards locked before they are read. Raises RuleViolation for what cannot go on."""
    cards = list(disposal.lines.order_by("card").values_list("card", flat=True))
    list(AssetCard.objects.select_for_update().filter(pk__in=cards).order_by("pk").values_list("pk"))  # one list at a time
    lines = lines_of(disposal)
    if changed := stale(lines):
        raise RuleViolation(f"{changed}。请去掉这一行重新加。")
    for line in lines:
        if words := hindrances(line.card, besides=disposal.pk):
            raise RuleViolation(f"「{line.card}」{words}，现在不能处置。请办完，或者从单上去掉。")
    if missing := incomplete(disposal):
        raise RuleViolation(missing)
    return lines


@rule
def appraise(*, actor, at: datetime, record: Disposal, agrees: bool, opinion: str = "", signature: Sequence = ()) -> Disposal:
    """One appraiser's signed opinion. Raises RuleViolation at `opinion` when one disagrees without a word."""
    disposal = stored(Disposal, record)
    check_can_appraise(actor, disposal)
    opinion = tidied({"opinion": opinion or ""})["opinion"]
    if not agrees and not opinion:
        raise RuleViolation("不同意处置的，请写为什么，例如 换个电源还能用。", field="opinion")
    if not signature:
        raise RuleViolation("还没有签名，请在框里写下您的名字。", field="signature")
    disposal.appraisals.filter(person=actor.pk).update(agrees=agrees, opinion=opinion[:300], signed_at=at)
    attach(actor=actor, at=at, record=disposal, role=f"sign-{actor.pk}", uploads=list(signature), limit=9, field="signature")
    record_event(actor=actor, at=at, action="appraise", record=disposal, text="鉴定：同意处置" if agrees else "鉴定：不同意处置", note=opinion)
    if not agrees or not unsigned(disposal):
        words = f"{actor}不同意处置：{opinion}" if not agrees else "鉴定意见签齐了，可以送批"
        tell([disposal.created_by], disposal, at=at, about=f"judged:{at.isoformat()}", title=f"{disposal.title}：{words}"[:120], body=disposal.number)
    return disposal


@rule
def take_back(*, actor, at: datetime, record: Disposal, reason: str) -> Disposal:
    """Back to the draft from the appraisal; signatures hold as long as the list, kind and reason do."""
    disposal = stored(Disposal, record)
    check_can_take_back(actor, disposal)
    return _reopened(disposal, actor=actor, at=at, reason=reason)


@rule
def submit_disposal(*, actor, at: datetime, record: Disposal) -> Disposal:
    """送批: freezes the list with its values of today, marks the things 待处置 and starts the approval. Raises RuleViolation naming what is missing."""
    disposal = stored(Disposal, record)
    check_can_submit(actor, disposal)
    lock_books()
    lines = _checked_list(disposal)
    needed = PAPER_NEEDED.get(DisposalKind(disposal.kind))
    if needed and not any(file.role == "paper" for file in attachments_of(disposal)):
        raise RuleViolation(f"{disposal.get_kind_display()}要附{needed}，请先加文件。")
    for line in lines:
        line.cost, line.depreciation = values_of(line.card, line.quantity)
        line.status_before = line.card.status
    DisposalLine.objects.bulk_update(lines, ["cost", "depreciation", "status_before"], batch_size=200)
    cost, worn = sum((line.cost for line in lines), ZERO), sum((line.depreciation for line in lines), ZERO)
    given = {"pieces": sum(line.quantity for line in lines), "cost": cost, "depreciation": worn, "needs_upper": goes_above(lines, cost, at)}
    advance(disposal, DisposalState.WAITING, moves=DISPOSAL_MOVES, sent_at=at, opinion="", **given)
    for line in whole(lines):
        restate(actor=actor, at=at, record=line.card, status=Status.LEAVING, text=f"列入处置单 {disposal.number}")
    record_event(actor=actor, at=at, action="submit", record=disposal, text=f"送批：{len(lines)} 张卡片，原值 {cost:,.2f} 元")
    start_run(actor=actor, at=at, record=disposal)
    return disposal


def whole(lines: list[DisposalLine]) -> list[DisposalLine]:
    """Those that go with all their pieces, in the order in which cards are locked."""
    return sorted((line for line in lines if line.quantity == line.of), key=lambda line: line.card_id)


def goes_above(lines: list[DisposalLine], cost, at: datetime) -> bool:
    """Whether the authority above must agree, too."""
    if cost > limit(UPWARD, timezone.localdate(at)):
        return True
    classes = [line.card.asset_class for line in lines]
    return any(one.life.kind in ALWAYS_ABOVE or one.code.startswith(VEHICLES) for one in classes)


@rule
def withdraw_disposal(*, actor, at: datetime, record: Disposal) -> Disposal:
    """The applicant takes it back before it is decided."""
    disposal = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="申请人撤回")
    return _reopened(stored(Disposal, disposal), actor=actor, at=at, reason="申请人撤回")


@rule
def back_to_draft(*, actor, at: datetime, record: Disposal, reason: str = "") -> Disposal:
    """What sending back does: the list may be changed, the things are as they were."""
    return _reopened(stored(Disposal, record), actor=actor, at=at, reason=reason)


def _reopened(disposal: Disposal, *, actor, at: datetime, reason: str) -> Disposal:
    reason = tidied({"reason": reason or ""})["reason"]
    if disposal.state == DisposalState.WAITING:
        set_free(disposal, actor=actor, at=at)
    advance(disposal, DisposalState.DRAFT, moves=DISPOSAL_MOVES, opinion=reason[:300])
    record_event(actor=actor, at=at, action="take_back", record=disposal, text="退回修改", note=reason)
    return disposal


def set_free(disposal: Disposal, *, actor, at: datetime) -> None:
    """The things are what they were before they were 待处置."""
    for line in whole(lines_of(disposal)):
        if line.card.status == Status.LEAVING and line.status_before:
            restate(actor=actor, at=at, record=line.card, status=line.status_before, text=f"处置单 {disposal.number} 不办了")


@rule
def allow(*, actor, at: datetime, record: Disposal) -> Disposal:
    """What the last signature does."""
    disposal = stored(Disposal, record)
    advance(disposal, DisposalState.APPROVED, moves=DISPOSAL_MOVES, decided_by=actor, decided_at=at)
    record_event(actor=actor, at=at, action="allow", record=disposal, text="批准处置")
    body = "学校已批准，还要报上级批复" if disposal.needs_upper else "请办理处置，办完由会计核销"
    tell([disposal.created_by, *holders_of(ACCOUNT)], disposal, at=at, about="allowed", title=f"批准处置：{disposal.title}", body=body)
    return disposal


@rule
def turn_down(*, actor, at: datetime, record: Disposal, opinion: str) -> Disposal:
    """What a refusal does."""
    disposal = stored(Disposal, record)
    set_free(disposal, actor=actor, at=at)
    advance(disposal, DisposalState.REJECTED, moves=DISPOSAL_MOVES, decided_by=actor, decided_at=at, opinion=opinion[:300])
    record_event(actor=actor, at=at, action="turn_down", record=disposal, text="没有批准", note=opinion)
    return disposal


def tell(people, disposal: Disposal, *, at: datetime, about: str, title: str, body: str) -> None:
    """One line to each of these people, leading to the paper."""
    recipients = list({person.pk: person for person in people if person is not None}.values())
    url = reverse("assets:disposal-detail", args=[disposal.pk])
    notify(at=at, key=f"assets.disposal:{disposal.pk}:{about}", recipients=recipients, title=title, body=body, url=url, subject=DISPOSALS)
