"""Drawing up a stocktake, freezing what the book says, giving the rooms to those who count (AST-05)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.audit.bulk import insert_rows
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.duties.models import Occurrence, OccurrenceState
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.keeping import kept
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.numbering.rules import next_number

from .models import STOCKTAKE_MOVES, CountLine, CountSheet, SheetState, Stocktake, StocktakeState
from .queries import MANAGE, OPEN_TO_COUNT, own_sheets, scope_cards, scope_words

SERIES = "ZP"
ON_A_SHEET = 100  # lines; a larger room has several sheets, so that a phone can keep each
MOST_LINES = 150_000
FARTHEST = 800  # days from now to the days of a stocktake
RELATED = ("places", "classes", "departments", "team")
STOCKTAKE = Subject("assets.stocktake", "盘点", "家底")
PRODUCER = "assets.stocktake"


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    if stocktake.state != StocktakeState.DRAFT:
        raise RuleViolation(f"盘点{stocktake.get_state_display()}，范围和安排不能再改。")


def check_can_start(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    check_move(stocktake, StocktakeState.COUNTING, moves=STOCKTAKE_MOVES)


def check_can_void(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    check_move(stocktake, StocktakeState.VOID, moves=STOCKTAKE_MOVES)


def check_can_join(user, stocktake: Stocktake) -> None:
    require(user, MANAGE)
    if stocktake.state not in (StocktakeState.DRAFT, StocktakeState.COUNTING):
        raise RuleViolation("已经点完了，不用再加人。")


def check_can_assign(user, sheet: CountSheet) -> None:
    require(user, MANAGE)
    if sheet.state != SheetState.WAITING or sheet.stocktake.state != OPEN_TO_COUNT[sheet.round]:
        raise RuleViolation("点过的、已经结束的，不用再分派。")


@rule
def save_stocktake(*, actor, at: datetime, record: Stocktake | None = None, occurrence: int | None = None, **fields) -> Stocktake:
    """A draft with its scope and team. Raises RuleViolation or ValidationError at the field."""
    stocktake, fields = stored(Stocktake, record), tidied(fields)
    related = {name: list(fields.pop(name) or []) for name in RELATED if name in fields}
    check_can_manage(actor) if stocktake.pk is None else check_can_edit(actor, stocktake)
    _check_team(related.get("team", []))
    _check_days(fields, timezone.localdate(at))
    text = ""
    if stocktake.pk is None:
        stocktake.created_by, stocktake.created_at = actor, at
        stocktake.number = next_number(SERIES, timezone.localtime(at).year)
        if occurrence:
            stocktake.occurrence = Occurrence.objects.filter(pk=occurrence, duty__producer=PRODUCER, state=OccurrenceState.OPEN).first()
    else:
        text = _changed(stocktake, related)
    stocktake = save_changes(actor=actor, at=at, record=stocktake, text=text, **fields)
    for name, rows in related.items():
        getattr(stocktake, name).set(rows)
    stocktake.scope = scope_words(stocktake)
    stocktake.save(update_fields=["scope"])
    return stocktake


def _check_team(team: Sequence) -> None:
    gone = next((person for person in team if not person.is_active or not person.is_person), None)
    if gone is not None:
        raise RuleViolation(f"{gone}不在职，不能进盘点小组。", field="team")


def _check_days(fields: dict, today: date) -> None:
    for name in ("starts_on", "due_on"):
        if fields.get(name) and abs((fields[name] - today).days) > FARTHEST:
            raise RuleViolation("离现在太远了，请核对年份。", field=name)


def _changed(stocktake: Stocktake, related: dict) -> str:
    """Which of the lists say something else now, in words."""
    names = [
        str(Stocktake._meta.get_field(name).verbose_name)
        for name, rows in related.items()
        if {row.pk for row in rows} != set(getattr(stocktake, name).values_list("pk", flat=True))
    ]
    return f"修改盘点：{'、'.join(names)}" if names else ""


@rule
def start_counting(*, actor, at: datetime, record: Stocktake) -> Stocktake:
    """Freeze what the book says now on one sheet per room, and give the rooms to the team in the order of a walk.

    Raises RuleViolation when nobody is on the team or nothing is in the scope.
    """
    stocktake = stored(Stocktake, record)
    check_can_start(actor, stocktake)
    team = list(stocktake.team.filter(is_active=True).order_by("pk"))
    if not team:
        raise RuleViolation("盘点小组还没有人。请先修改，选上谁来清点。")
    cards = list(
        scope_cards(stocktake)
        .order_by("place__path", "asset_class__code", "number")
        .values_list("pk", "place", "quantity", "cost", "custodian", "department")[: MOST_LINES + 1]
    )
    if not cards:
        raise RuleViolation("这个范围里没有在账的资产，没有可以清点的。请先修改范围。")
    if len(cards) > MOST_LINES:
        raise RuleViolation(f"一次最多盘点 {MOST_LINES} 张卡片，请按楼或者按类别分几次。")
    sheets = _lay_out(stocktake, cards)
    _deal(sheets, team)
    insert_rows(sheets)
    lines = [
        CountLine(stocktake=stocktake, sheet=sheet, card_id=pk, quantity=quantity, cost=cost, custodian_id=custodian, department_id=department)
        for sheet in sheets
        for pk, _, quantity, cost, custodian, department in sheet.frozen
    ]
    insert_rows(lines, keys=False)
    advance(stocktake, StocktakeState.COUNTING, moves=STOCKTAKE_MOVES, started_at=at, words="")
    record_event(actor=actor, at=at, action="start", record=stocktake, text=f"冻结账面，{len(lines)} 张卡片，{len(sheets)} 张点数单")
    tell(team, stocktake, at=at, about="start", title=f"请清点：{stocktake.title}", body=f"{stocktake.due_on:%m-%d} 以前点完，没有网络的地方也可以点。")
    return stocktake


def _lay_out(stocktake: Stocktake, cards: Sequence[tuple]) -> list[CountSheet]:
    sheets = []
    for place, rows in groupby(cards, key=lambda row: row[1]):
        some = list(rows)
        for part, start in enumerate(range(0, len(some), ON_A_SHEET), 1):
            sheet = CountSheet(stocktake=stocktake, place_id=place, part=part)
            sheet.frozen = some[start : start + ON_A_SHEET]
            sheets.append(sheet)
    return sheets


def _deal(sheets: Sequence[CountSheet], team: Sequence) -> None:
    """Neighbouring rooms to the same person, about as many lines for each."""
    total, before = sum(len(sheet.frozen) for sheet in sheets), 0
    for sheet in sheets:
        sheet.counter = team[min(len(team) - 1, before * len(team) // total)]
        before += len(sheet.frozen)


@rule
def assign_sheet(*, actor, at: datetime, record: CountSheet, counter) -> CountSheet:
    """Give the room to somebody else; who counts joins the team. Raises RuleViolation for somebody not in post or the first counter of a recount."""
    Stocktake.objects.select_for_update().get(pk=record.stocktake_id)
    sheet = stored(CountSheet, record)
    check_can_assign(actor, sheet)
    _check_team([counter])
    check_second(counter, sheet, field="counter")
    if sheet.counter_id == counter.pk:
        raise RuleViolation(f"本来就是{counter}点的。", field="counter")
    sheet.counter = counter
    sheet.save()
    sheet.stocktake.team.add(counter)
    record_event(actor=actor, at=at, action="assign", record=sheet, text=f"由{counter}清点")
    tell([counter], sheet.stocktake, at=at, about=f"assign.{sheet.pk}", title=f"请清点：{sheet}", body=str(sheet.stocktake))
    return sheet


def check_second(user, sheet: CountSheet, field: str | None = None) -> None:
    """A recount is by somebody who did not count the room the first time."""
    if sheet.round == 2 and sheet.sampled.filter(sheet__counted_by=user.pk).exists():
        raise RuleViolation("复盘要换一个人：这里第一次就是这个人点的。", field=field)


@rule
def join_team(*, actor, at: datetime, record: Stocktake, people) -> Stocktake:
    """More people for the team while the counting goes on."""
    stocktake = stored(Stocktake, record)
    check_can_join(actor, stocktake)
    _check_team(people)
    stocktake.team.add(*people)
    record_event(actor=actor, at=at, action="join", record=stocktake, text=f"盘点小组加上{'、'.join(person.name for person in people)}")
    return stocktake


@rule
def void_stocktake(*, actor, at: datetime, record: Stocktake, reason: str) -> Stocktake:
    """It is not carried on; what was counted stays to be read and changes nothing."""
    stocktake = stored(Stocktake, record)
    check_can_void(actor, stocktake)
    words = tidied({"reason": reason})["reason"]
    if not words:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(stocktake, StocktakeState.VOID, moves=STOCKTAKE_MOVES, words=words[:200])
    record_event(actor=actor, at=at, action="void", record=stocktake, text="作废", note=words)
    return stocktake


@rule
def remind_counters(*, actor, at: datetime) -> int:
    """Tell who still has rooms to count, the day before the last day and the day after it. Returns how many people were told of."""
    today, told = timezone.localdate(at), 0
    states = (StocktakeState.COUNTING, StocktakeState.RECOUNT)
    for stocktake in Stocktake.objects.filter(state__in=states, due_on__in=(today + timedelta(days=1), today - timedelta(days=1))):
        waiting = stocktake.sheets.filter(state=SheetState.WAITING, counter__is_active=True).select_related("counter").order_by("counter")
        for person, sheets in groupby(waiting, key=lambda sheet: sheet.counter):
            words = "还有一天" if stocktake.due_on > today else "已经过期"
            tell([person], stocktake, at=at, about=f"due.{today}", title=f"还有 {len(list(sheets))} 间没有点", body=f"{stocktake}，{words}。")
            told += 1
    return told


def tell(people, stocktake: Stocktake, *, at: datetime, about: str, title: str, body: str = "") -> None:
    key = f"assets.stocktake.{about}.{stocktake.pk}" + (f".{people[0].pk}" if len(people) == 1 else "")
    notify(at=at, key=key, recipients=people, title=title, body=body, url=reverse("assets:stocktake-detail", args=[stocktake.pk]), subject=STOCKTAKE)


def check_has_rooms(user) -> None:
    """Whoever has a room to count now. Asked on every page of a phone, so the answer may be a minute old."""
    if not kept(f"assets.counts.{user.pk}", lambda: own_sheets(user).exists()):
        raise NotAllowed("您现在没有要清点的房间。")
