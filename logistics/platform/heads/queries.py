"""The ends of the chains at a moment, one digest over them, and the proof against a head somebody kept outside (GEN-01)."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from logistics.platform.audit.models import ChainHead, Event
from logistics.platform.audit.queries import Break, find_breaks, first_break

from .models import DailyHead

DIGEST = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class ChainEnd:
    chain: str
    position: int
    digest: str


@dataclass(frozen=True)
class Proof:
    """What a head kept outside says of the journal today. `breaks` are the first broken entries, with their time where one is known."""

    holds: bool
    words: str
    breaks: tuple[Break, ...] = ()


def ends_at(at: datetime) -> list[ChainEnd]:
    """The last entry of every chain written until then, in order of chain."""
    last = Event.objects.filter(written_at__lte=at).order_by().values("chain").annotate(last=Max("position"))
    wanted = Q(pk__in=[])
    for row in last:
        wanted |= Q(chain=row["chain"], position=row["last"])
    return [ChainEnd(event.chain, event.position, event.digest) for event in Event.objects.filter(wanted).order_by("chain")]


def settled_ends_at(at: datetime) -> list[ChainEnd]:
    """The same when nobody is writing any more: an entry sealed before the moment but committed after it would be missed otherwise."""
    with transaction.atomic():
        list(ChainHead.objects.select_for_update().order_by("chain"))
        return ends_at(at)


def head_of(at: datetime, ends: list[ChainEnd]) -> str:
    """SHA-256 over the moment and every chain's end: 64 characters that stand for the whole journal until then."""
    content = [at.astimezone(UTC).isoformat(timespec="microseconds"), *([end.chain, end.position, end.digest] for end in ends)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def moment_words(at: datetime) -> str:
    """2026-11-20 00:10:00.000000 on the school's clock, as it is printed beside a head; to the microsecond, for entries are timed so."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment_of(words: str) -> datetime | None:
    """The moment that is printed beside a head, on the school's clock unless it says otherwise; None for what is no moment."""
    try:
        at = parse_datetime(words.strip())
        if at is None:
            return None
        at = timezone.make_aware(at) if timezone.is_naive(at) else at
        at.astimezone(UTC), timezone.localtime(at)
    except (ValueError, OverflowError):  # no such day, or the ends of the calendar
        return None
    return at


def slip(at: datetime, head: str) -> str:
    """What stands in the QR code: enough to prove the journal without any other record."""
    return f"{moment_words(at)} {head}"


def latest_heads(count: int = 60) -> list[DailyHead]:
    return list(DailyHead.objects.order_by("-on")[:count])


def head_on(day: date) -> DailyHead | None:
    return DailyHead.objects.filter(on=day).first()


def prove(head: str, at: datetime | None = None) -> Proof:
    """Whether the journal still holds everything it held when this head was taken.

    `head` is a daily or printed head, or the digest of a single entry; `at` the moment printed beside it, which makes the proof
    independent of every other row of this database. Reads every entry up to there.
    """
    head = head.strip().lower()
    if not DIGEST.match(head):
        return Proof(False, "指纹是 64 位的数字和 a 到 f 的字母，请对照纸上再输一遍。")
    if at is not None:
        return _against_moment(head, at)
    event = Event.objects.filter(digest=head).order_by("pk").first()
    if event is not None:
        name = f"{event.chain} 的第 {event.position} 条（{moment_words(event.written_at)}）"
        return _with_breaks(name, _breaks_until([(event.chain, event.position)]), whole=False)
    kept = DailyHead.objects.filter(digest=head).first()
    if kept is not None:
        return _against_row(kept)
    return _lost(tuple(find_breaks()))


def _against_moment(head: str, at: datetime) -> Proof:
    ends = ends_at(at)
    if head_of(at, ends) == head:
        return _with_breaks(f"{moment_words(at)} 的指纹", _breaks_until([(end.chain, end.position) for end in ends]))
    kept = DailyHead.objects.filter(digest=head).first()
    if kept is not None:
        return _against_row(kept)
    return _lost(tuple(find_breaks()), at)


def _against_row(kept: DailyHead) -> Proof:
    """Each chain's end of that day must still be there; the first that is not is named."""
    ends = [ChainEnd(*end) for end in kept.ends]
    name = f"{kept.on} 的指纹"
    if head_of(kept.at, ends) != kept.digest:
        return Proof(False, f"{name}自己被改过，它存着的各链末尾和指纹对不上。", tuple(find_breaks()))
    found = _breaks_until([(end.chain, end.position) for end in ends])
    known = {gap.chain for gap in found}
    lost = [gap for end in ends if end.chain not in known and (gap := _end_gone(end))]
    return _with_breaks(name, (*found, *lost))


def _end_gone(end: ChainEnd) -> Break | None:
    """The chain is sound in itself, but it is another one than on that day: rewritten, or an older copy was put back."""
    event = Event.objects.filter(chain=end.chain, position=end.position).first()
    if event is None:
        last = Event.objects.filter(chain=end.chain).order_by("-position").first()
        position, at = (last.position, last.written_at) if last else (0, None)
        return Break(end.chain, position + 1, f"只到第 {position} 条，那天已经有 {end.position} 条，后面的被去掉了", at)
    if event.digest != end.digest:
        first = _first_rewritten(end.chain, end.position)
        return Break(end.chain, first[0], f"从第 {first[0]} 条到第 {end.position} 条之间被整段重写过", first[1])
    return None


def _first_rewritten(chain: str, until: int) -> tuple[int, datetime | None]:
    """The first entry after the newest daily head that still fits: what was rewritten lies from there on."""
    for kept in DailyHead.objects.order_by("-on"):
        for name, position, digest in kept.ends:
            if name == chain and position < until and Event.objects.filter(chain=chain, position=position, digest=digest).exists():
                return position + 1, kept.at
    return 1, None


def _breaks_until(ends: list[tuple[str, int]]) -> tuple[Break, ...]:
    """The first broken entry of each of these chains up to its position."""
    return tuple(gap for chain, position in ends if (gap := first_break(chain, until=position)))


def _with_breaks(name: str, breaks: tuple[Break, ...], *, whole: bool = True) -> Proof:
    """`whole` is false for the digest of one entry, which says nothing of the other chains."""
    if breaks:
        return Proof(False, f"{name}对不上：{gap_words(breaks)}", breaks)
    proved = "到那时为止的每一条都没有动过。" if whole else "这条链到那一条为止没有动过。别的链要用当天的指纹来核对。"
    return Proof(True, f"{name}还在日志里，{proved}")


def _lost(breaks: tuple[Break, ...], at: datetime | None = None) -> Proof:
    if breaks:
        return Proof(False, f"日志里找不到这个指纹。{gap_words(breaks)}", breaks)
    last = Event.objects.order_by("-written_at").first()
    end = f"现在最后一条是 {last.chain} 的第 {last.position} 条（{moment_words(last.written_at)}）。" if last else "现在一条日志也没有。"
    moment = f"{moment_words(at)} 以前的日志" if at else "日志"
    return Proof(False, f"日志里找不到这个指纹：{moment}被整段重写过，或者换回了旧的备份。{end}", ())


def gap_words(breaks) -> str:
    """platform 从第 3 条起（2026-11-20 09:00:00.000000）：内容与指纹不符。"""
    return "".join(f"{gap.chain} 从第 {gap.position} 条起{f'（{moment_words(gap.at)}）' if gap.at else ''}：{gap.reason}。" for gap in breaks)
