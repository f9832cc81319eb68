"""Firms: registering, taking in and out of use, merging two cards of one firm, and their papers. Nothing is ever deleted."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import pinyin_key, plain, tidy
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.papers.models import PaperState
from logistics.platform.papers.queries import left_words
from logistics.platform.papers.rules import MOST_SCANS, step
from logistics.platform.web.templatetags.school import full_day

from .credit_code import fault_of, tidy_code
from .models import FIRM_PAPER_MOVES, PARTNER_MOVES, FirmPaper, Partner, PartnerKind, PartnerState
from .queries import BANK, MANAGE, WARN, in_use, similar_to, url_of

FIRM_PAPERS_OUT = Subject("platform.partners", "往来单位证照快到期、过期", "证件")
BANK_FIELDS = ("bank_holder", "bank_name", "bank_account")
SEARCHED = ("name", "short_name", "contact", "phone", "credit_code")

_mergers: dict[str, Callable[[Partner, Partner], int]] = {}


def on_merge(label: str, move: Callable[[Partner, Partner], int]) -> None:
    """Tell what else points at a firm: `move(source, target)` moves it and returns how many rows; for wiring.py."""
    if label in _mergers:
        raise ValueError(f"{label} is registered twice")
    _mergers[label] = move


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_change(user, record: Partner) -> None:
    require(user, MANAGE)
    if record.state == PartnerState.MERGED:
        raise RuleViolation(f"这张卡片已经合并到「{record.merged_into}」，请到那张上改。")


def check_can_stop(user, record: Partner) -> None:
    require(user, MANAGE)
    check_move(record, PartnerState.STOPPED, moves=PARTNER_MOVES)


def check_can_blacklist(user, record: Partner) -> None:
    require(user, MANAGE)
    check_move(record, PartnerState.BLACKLISTED, moves=PARTNER_MOVES)


def check_can_restore(user, record: Partner) -> None:
    require(user, MANAGE)
    check_move(record, PartnerState.ACTIVE, moves=PARTNER_MOVES)


def check_can_merge(user, record: Partner) -> None:
    require(user, MANAGE)
    check_move(record, PartnerState.MERGED, moves=PARTNER_MOVES)


@rule
def save_partner(
    *, actor, at: datetime, record: Partner | None = None, kinds: Iterable[str] | str | None = None, is_another: bool = False, **values
) -> Partner:
    """Register a firm or change its card. `kinds` are PartnerKind codes, or as they are stored.

    Raises RuleViolation on `name` when a firm of a similar name is known and `is_another` does not say that this is a different one,
    on `credit_code` when its last character does not fit, at the account from somebody who may not read it; ValidationError for a name or code that is taken.
    """
    check_can_manage(actor)
    firm, values = stored(Partner, record), tidied(values)
    is_new = firm.pk is None
    if is_new:
        firm.created_by, firm.created_at = actor, at
    else:
        check_can_change(actor, firm)
    if kinds is not None:
        values["kinds"] = _kinds(kinds)
    elif is_new:
        raise RuleViolation("请至少选一类。", field="kinds")
    if values.get("credit_code") is not None:
        values["credit_code"] = _credit_code(values["credit_code"])
    _check_similar(firm, values, is_another)
    _check_account(actor, firm, values)
    firm.search = _search_text({name: values.get(name, getattr(firm, name)) for name in SEARCHED}, firm)
    return save_changes(actor=actor, at=at, record=firm, **values)


def _kinds(codes: Iterable[str] | str) -> str:
    chosen = {code for code in (codes.split(",") if isinstance(codes, str) else codes) if code}
    if not chosen or chosen - set(PartnerKind.values):
        raise RuleViolation("请至少选一类。", field="kinds")
    return f",{','.join(code for code in PartnerKind.values if code in chosen)},"


def _credit_code(typed: str) -> str:
    code = tidy_code(typed)
    fault = fault_of(code) if code else ""
    if fault:
        raise RuleViolation(fault, field="credit_code")
    return code


def _check_similar(firm: Partner, values: dict, is_another: bool) -> None:
    name = values.get("name", firm.name)
    if is_another or not name or name == firm.name:
        return
    alike = [other for other in similar_to(name, but=firm.pk) if other.name != name]
    if alike:
        raise RuleViolation(f"已经有名字相近的：{'、'.join(map(str, alike))}。如果确实是另一家，请勾选「是另一家」再保存。", field="name")


def _check_account(actor, firm: Partner, values: dict) -> None:
    """Where money goes is written by those who may read it, by whatever way: page, file or program."""
    changed = [name for name in BANK_FIELDS if (values.get(name) or "") != getattr(firm, name) and name in values]
    if changed and not has(actor, BANK):
        raise RuleViolation("开户行和账号由会计或总务主任登记，请交给他们。", field=changed[0])


def _search_text(values: dict, firm: Partner) -> str:
    """What the list looks in; the names of cards that were merged into this one lead to it too."""
    old = firm.merged.values_list("name", flat=True) if firm.pk else ()
    return " ".join([*(plain(text) for text in [*values.values(), *old] if text), pinyin_key(values["name"])])


@rule
def stop_partner(*, actor, at: datetime, record: Partner, reason: str) -> Partner:
    """No longer used: closed, contract ended."""
    check_can_stop(actor, stored(Partner, record))
    return _move(actor, at, record, PartnerState.STOPPED, reason, "stop", "停用")


@rule
def blacklist_partner(*, actor, at: datetime, record: Partner, reason: str) -> Partner:
    """Not to be used again, for a reason everybody sees."""
    check_can_blacklist(actor, stored(Partner, record))
    return _move(actor, at, record, PartnerState.BLACKLISTED, reason, "blacklist", "列入黑名单")


@rule
def restore_partner(*, actor, at: datetime, record: Partner, reason: str) -> Partner:
    """Back into use."""
    check_can_restore(actor, stored(Partner, record))
    return _move(actor, at, record, PartnerState.ACTIVE, reason, "restore", "恢复使用")


def _move(actor, at: datetime, record: Partner, to: PartnerState, reason: str, action: str, text: str) -> Partner:
    firm, reason = stored(Partner, record), tidy(reason)[:200]
    if not reason:
        raise RuleViolation("请写原因。", field="reason")
    advance(firm, to, moves=PARTNER_MOVES, state_reason="" if to == PartnerState.ACTIVE else reason)
    record_event(actor=actor, at=at, action=action, record=firm, text=text, note=reason)
    return firm


@rule
def merge_partner(*, actor, at: datetime, record: Partner, target: Partner) -> Partner:
    """Two cards of one firm become one: papers and everything registered with `on_merge` move to `target`, empty fields of it are filled.

    The emptied card stays and points at the target. Returns the target. Raises RuleViolation on `target` when their credit codes differ.
    """
    pair = {firm.pk: firm for firm in Partner.objects.select_for_update().filter(pk__in=(record.pk, target.pk)).order_by("pk")}
    if len(pair) < 2:
        raise RuleViolation("不能并到自己，请选另一张卡片。", field="target")
    source, kept = pair[record.pk], pair[target.pk]
    check_can_merge(actor, source)
    if kept.state != PartnerState.ACTIVE:
        raise RuleViolation(f"「{kept}」{kept.get_state_display()}，不能并进去。", field="target")
    if source.credit_code and kept.credit_code and source.credit_code != kept.credit_code:
        raise RuleViolation("两张卡片的统一社会信用代码不一样，是两家单位，不能合并。", field="target")
    moved = {"证照": source.papers.update(partner=kept)} | {label: move(source, kept) for label, move in _mergers.items()}
    filled = _filled(source, kept)
    advance(source, PartnerState.MERGED, moves=PARTNER_MOVES, merged_into=kept)
    source.merged.update(merged_into=kept)  # cards emptied earlier lead straight to the one in use
    kept.search = _search_text({name: filled.get(name, getattr(kept, name)) for name in SEARCHED}, kept)
    told = "、".join(f"{label} {count} 件" for label, count in moved.items() if count)
    record_event(actor=actor, at=at, action="merge", record=source, text=f"合并到「{kept}」", note=f"转过去的：{told or '没有'}")
    return save_changes(actor=actor, at=at, record=kept, action="take_over", text=f"并入「{source}」的卡片{f'，转来{told}' if told else ''}"[:300], **filled)


def _filled(source: Partner, kept: Partner) -> dict:
    """What the kept card lacks and the other has; the kinds of both."""
    names = ("short_name", "credit_code", "contact", "phone", "address", *BANK_FIELDS)
    filled = {name: getattr(source, name) for name in names if getattr(source, name) and not getattr(kept, name)}
    return filled | {"kinds": _kinds([*source.kind_list, *kept.kind_list])}


# papers


def check_can_add_paper(user, record=None) -> None:
    require(user, MANAGE)


def check_can_change_paper(user, record: FirmPaper) -> None:
    require(user, MANAGE)
    if not record.is_current:
        raise RuleViolation(f"这个证照{record.get_state_display()}，不能再改。")


def check_can_renew(user, record: FirmPaper) -> None:
    require(user, MANAGE)
    check_move(record, PaperState.REPLACED, moves=FIRM_PAPER_MOVES)


def check_can_void(user, record: FirmPaper) -> None:
    require(user, MANAGE)
    check_move(record, PaperState.VOID, moves=FIRM_PAPER_MOVES)


@rule
def save_firm_paper(*, actor, at: datetime, record: FirmPaper | None = None, photos: Sequence = (), scans: Sequence = (), **values) -> FirmPaper:
    """Register a firm's paper, or put right what was typed wrong; photos and scans are added to those it has."""
    check_can_add_paper(actor)
    paper = stored(FirmPaper, record)
    is_new = paper.pk is None
    if is_new:
        paper.created_by, paper.created_at = actor, at
    else:
        check_can_change_paper(actor, paper)
    firm = values.get("partner")
    if firm is not None and firm.state == PartnerState.MERGED:
        raise RuleViolation(f"这家已经合并到「{firm.merged_into}」，请选那一家。", field="partner")
    added = len(photos) + len(scans)
    text = f"修改证照，添了 {added} 个附件" if added and not is_new else ""
    paper = save_changes(actor=actor, at=at, record=paper, text=text, **tidied(values))
    _hang(actor, at, paper, photos, scans)
    return paper


@rule
def renew_firm_paper(*, actor, at: datetime, record: FirmPaper, photos: Sequence = (), scans: Sequence = (), **values) -> FirmPaper:
    """Register the paper that takes this one's place and return it; the old one stays and points at it.

    Raises RuleViolation on `expires_on` when the new paper does not last longer than the old.
    """
    old = stored(FirmPaper, record)
    check_can_renew(actor, old)
    ends = values.get("expires_on")
    if ends and old.expires_on and ends <= old.expires_on:
        raise RuleViolation(f"新证要比旧证晚到期，旧证到{full_day(old.expires_on)}。", field="expires_on")
    new = FirmPaper(partner=old.partner, kind=old.kind, created_by=actor, created_at=at)
    new = save_changes(actor=actor, at=at, record=new, text="换新证", **tidied(values))
    _hang(actor, at, new, photos, scans)
    advance(old, PaperState.REPLACED, moves=FIRM_PAPER_MOVES, replaced_by=new)
    until = f"有效到{full_day(new.expires_on)}" if new.expires_on else "长期有效"
    record_event(actor=actor, at=at, action="renew", record=old, text=f"换了新证，{until}")
    return new


@rule
def void_firm_paper(*, actor, at: datetime, record: FirmPaper, reason: str) -> FirmPaper:
    """Take a paper out of use for a reason: withdrawn by the authority, registered by mistake."""
    paper, reason = stored(FirmPaper, record), tidy(reason)
    check_can_void(actor, paper)
    if not reason:
        raise RuleViolation("请写作废的原因。", field="reason")
    advance(paper, PaperState.VOID, moves=FIRM_PAPER_MOVES, void_reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=paper, text="作废", note=reason)
    return paper


def remind(*, at: datetime) -> int:
    """Tell the keepers of every firm's paper that runs out or has run out; returns how many papers there were.

    Each step (the school's days, usually 30; 7, 1, 0 days before, and expired) is told once per paper and date, however often this runs.
    """
    on = timezone.localdate(at)
    first, keepers = limit(WARN, on), list(holders_of(MANAGE))
    papers = list(in_use().filter(expires_on__lte=on + timedelta(days=first)))
    for paper in papers:
        notify(
            at=at,
            key=f"platform.firmpaper:{paper.pk}:{paper.expires_on}:{step(paper, on, first)}",
            recipients=keepers,
            title=f"{paper}{'已经过期' if (paper.expires_on or on) < on else '快到期了'}",
            body=f"{full_day(paper.expires_on)}到期，{left_words(paper, on)}。请向对方要新证，登记进来。",
            url=url_of(paper),
            subject=FIRM_PAPERS_OUT,
        )
    return len(papers)


def _hang(actor, at: datetime, paper: FirmPaper, photos: Sequence, scans: Sequence) -> None:
    attach(actor=actor, at=at, record=paper, role="photo", uploads=photos, field="photos")
    attach(actor=actor, at=at, record=paper, role="paper", uploads=scans, limit=MOST_SCANS, field="scans")
