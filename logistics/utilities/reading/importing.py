"""Readings from a list of the bureau or of a sub-meter system, one reading a row (UTL-01)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import BadRows
from logistics.platform.imports.cells import code, text, yes_no
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import number
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.utilities.meter.importing import meter_names
from logistics.utilities.meter.models import Meter, MeterDevice, Reading, ReadingKind

from .queries import RECORD
from .rules import enter_reading, void_reading

NOON = time(12)


def resolve(rows: list[Row], *, user) -> None:
    """The meter of each row, and the rows in order of time, so that a list from new to old is taken, too. Three queries."""
    meters = meter_names()
    seen: dict[tuple[int, date], Row] = {}
    for row in rows:
        meters.put(row, "meter")
        meter, on = row.values.get("meter"), row.values.get("on")
        if meter is None or on is None:
            continue
        if on > timezone.localdate():
            row.refuse("on", "抄表日期不能晚于今天。")
        elif meter.until is not None and on > meter.until:
            row.refuse("meter", f"{meter}{meter.until:%Y-%m-%d} 已经停用。")
        elif (first := seen.setdefault((meter.pk, on), row)) is not row:
            row.refuse("on", f"和{first.place}是同一块表、同一天。一天一个读数。")


def _moment(meter: Meter, on: date, at: datetime) -> datetime:
    """Noon of the day, or as near as the device of that day allows."""
    moment = min(timezone.make_aware(datetime.combine(on, NOON)), at)
    for device in MeterDevice.objects.filter(meter=meter).order_by("-since_at"):
        if timezone.localdate(device.since_at) == on and device.since_at > moment:
            return min(device.since_at + timedelta(minutes=1), at)
    return moment


@rule
def import_readings(*, actor, at: datetime, rows: Sequence[dict]) -> list[Reading]:
    """Each row as an ordinary reading of kind 导入, all or nothing, the oldest first. Raises BadRows with a sentence per bad row.

    Whether a reading is like the ones before is not asked: the list is what the bureau or the system says.
    """
    order = sorted(range(len(rows)), key=lambda n: (rows[n]["meter"].pk, rows[n]["on"]))
    saved = {}

    def save(n: int) -> Reading:
        row = rows[n]
        given = {"rolled": row.get("rolled", False), "note": row.get("note", ""), "kind": ReadingKind.IMPORT, "is_asked": False}
        saved[n] = enter_reading(actor, at, row["meter"], row["value"], read_at=_moment(row["meter"], row["on"], at), **given)
        return saved[n]

    _in_order(order, save)
    return [saved[n] for n in range(len(rows))]


def _in_order(order: list[int], save) -> None:
    """Save by `order`; what is refused is told by the row's own number in the file."""
    try:
        one_by_one([{"n": n} for n in order], lambda row: save(row["n"]))
    except BadRows as refusal:
        raise BadRows({order[at]: words for at, words in refusal.rows.items()}) from refusal


@rule
def take_back(*, actor, at: datetime, record: Reading) -> None:
    """Readings are only ever added to: what is taken back is struck out."""
    void_reading(actor=actor, at=at, record=record, reason="撤回导入")


READING_LIST = ImportTarget(
    key="utilities-readings",
    label="抄表读数",
    permission=RECORD,
    model="utilities.Reading",
    icon="scan-line",
    help="供电、供水公司的抄表单，或者分表系统导出的表，一行一个读数。表写编码、名称、户号或者表号都认。",
    columns=(
        ImportColumn("meter", "表", code(60), required=True, aliases=("表计", "编码", "表计编码", "户号", "表号", "用户编号", "名称", "表名", "仪表名称", "电表号", "水表号"), example="SB-2026-0001"),
        ImportColumn("on", "抄表日期", day(), required=True, aliases=("日期", "抄表时间", "本次抄表日期", "时间"), example="2026-11-01"),
        ImportColumn("value", "读数", number(places=3, least=0, most=Decimal(10) ** 9), required=True, aliases=("止码", "示数", "本次读数", "本期示数", "止度", "表底"), numeric=True, example="1234"),
        ImportColumn("rolled", "走过头", yes_no(), aliases=("翻转", "过零"), help="表走到最大又从 0 开始的写 是", example="否"),
        ImportColumn("note", "说明", text(200), aliases=("备注",), example=""),
    ),
    resolve=resolve,
    create=import_readings,
    remove=take_back,
)  # fmt: skip
