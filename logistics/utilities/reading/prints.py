"""抄表记录表: one round, one row a meter; before the round an empty form to write on (UTL-01)."""

from logistics.platform.duties.queries import window_words
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment, stamp
from logistics.utilities.meter.dial import number_words
from logistics.utilities.meter.models import Reading, ReadingKind
from logistics.utilities.meter.queries import counting, load_series, used

from .models import ReadingRound, Stop
from .queries import standing_of, stops_of, written_times


def paper(found: ReadingRound, user) -> dict:
    """The reading that stands now, with the one before it and the use between; four queries and the round's own."""
    stops = stops_of(found)
    written = written_times(stops)
    readings = {stop.pk: stands(stop.reading) for stop in stops}
    before = _before(stops)
    rows = [[str(n), *line(stop, readings[stop.pk], before.get(stop.meter_id, []), written.get(stop.pk, ""))] for n, stop in enumerate(stops, 1)]
    occurrence = found.occurrence
    skipped = f"，{found.skipped} 块没抄成" if found.skipped else ""
    heads = [("序", True), ("表计", False), ("编码", False), ("地点", False), ("上次", True), ("本次", True), ("倍率", True), ("用量", True), ("单位", False)]
    return {
        "heading": "抄表记录表",
        "sub": found.route.name,
        "on": full_day(occurrence.on),
        "window": window_words(occurrence.opens_at, occurrence.due_at),
        "owner": occurrence.owner_words,
        "table": {"columns": [*heads, ("时间", False), ("备注", False)], "rows": rows},
        "sum": f"共 {found.meters} 块表，抄了 {found.seen - found.skipped} 块{skipped}。",
        "standing": standing_of(found, occurrence.closes_at)[0] if found.finished_at else "",
        "finished": full_moment(found.finished_at) if found.finished_at else "",
        "signers": [("抄表人", "、".join(dict.fromkeys(stop.done_by.name for stop in stops if stop.done_by))), ("核对人", "")],
    }


def stands(reading: Reading | None) -> Reading | None:
    """What counts today in the place of this reading; None when it was struck out."""
    while reading is not None and (later := getattr(reading, "corrected_by", None)) is not None:
        reading = later
    return None if reading is None or reading.kind == ReadingKind.VOID else reading


def _before(stops: list[Stop]) -> dict[int, list[Reading]]:
    """{meter id: its standing real readings, the newest last}, one query."""
    found: dict[int, list[Reading]] = {}
    rows = (
        counting().exclude(kind=ReadingKind.ESTIMATE).filter(device__meter__in=[stop.meter_id for stop in stops]).select_related("device").order_by("read_at")
    )
    for row in rows:
        found.setdefault(row.device.meter_id, []).append(row)
    return found


def line(stop: Stop, reading: Reading | None, earlier: list[Reading], written: str) -> list[str]:
    end = reading.read_at if reading is not None else stop.done_at  # what was read later does not belong on this paper
    rows = [row for row in earlier if end is None or row.read_at < end]
    last = rows[-1] if rows else None
    shown = last.value if last else None
    use = factor = changed = ""
    if reading is not None:
        factor = number_words(reading.device.factor)
        if last is None or last.device_id != reading.device_id:
            shown = reading.device.first
        use = number_words((reading.value - (shown or 0) + reading.turns * 10**reading.device.digits) * reading.device.factor)
    if last is not None and reading is not None and last.device_id != reading.device_id:
        use = number_words(used(load_series([stop.meter], last.read_at, reading.read_at)[stop.meter_id], last.read_at, reading.read_at))
        changed = f"换过表，用量连旧表 {number_words(last.value)} 以后的"
    words = [changed, written.removesuffix(" 填写"), "估读" if reading and reading.kind == ReadingKind.ESTIMATE else "", stop.note]
    if stop.reading_id and (reading is None or reading.pk != stop.reading_id):
        words.append("后来更正" if reading else "后来作废")
    return [
        str(stop.meter), stop.meter.code, str(stop.meter.place), number_words(shown) if shown is not None else "", number_words(reading.value) if reading else "",
        factor, use, stop.meter.unit, stamp(reading.read_at) if reading else "", "；".join(filter(None, words)),
    ]  # fmt: skip


ROUND_PAPER = PrintDocument(
    kind="utilities.readinground",
    title="抄表记录表",
    template="print/utilities/round.html",
    context=paper,
    number=lambda found: f"CB{found.occurrence.on:%Y%m%d}-{found.pk}",
)
