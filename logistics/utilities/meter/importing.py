"""Meters from a list, one a row with its device (UTL-01)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import choice, code, name, text
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import number, whole
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.references import department_names, place_names
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.text import plain

from .models import Medium, Meter, MeterDevice
from .queries import MANAGE
from .rules import DEVICE, save_meter

KINDS = {
    "电": Medium.POWER, "电表": Medium.POWER, "水": Medium.WATER, "水表": Medium.WATER, "自来水": Medium.WATER, "燃气": Medium.GAS, "燃气表": Medium.GAS,
    "天然气": Medium.GAS, "气": Medium.GAS, "气表": Medium.GAS, "热": Medium.HEAT, "热力": Medium.HEAT, "热表": Medium.HEAT, "热量表": Medium.HEAT,
}  # fmt: skip


def meter_names() -> Names:
    """Meters by code, name, account where it is one meter's only, and by the number of the device that hangs there; two queries."""
    names = Names("表", tell=lambda meter: f"{meter.name}（{meter.code}）", go="写编码、名称、户号或者表号。")
    serials = dict(MeterDevice.objects.filter(until_at=None).exclude(serial="").values_list("meter_id", "serial"))
    for meter in Meter.objects.select_related("place").order_by("pk"):
        if meter.until is None or meter.code:
            own = [meter.code, meter.name] + ([meter.account] if meter.account and not meter.band and meter.until is None else [])
            names.add(meter, [*own, *filter(None, [serials.get(meter.pk)])])
    return names


def resolve(rows: list[Row], *, user) -> None:
    """A row whose code or name is known changes that meter; a parent may stand further up in the same file."""
    places, departments, known = place_names(), department_names(), meter_names()
    stored = {key: meter for meter in Meter.objects.select_related("place", "serves", "department", "parent") for key in (plain(meter.code), plain(meter.name))}
    coming: set[str] = set()
    for row in rows:
        for column in ("place", "serves"):
            places.put(row, column)
        departments.put(row, "department")
        given = row.values
        row.existing = stored.get(plain(given.get("code", ""))) or stored.get(plain(given.get("name", "")))
        _device_of(row)
        _parent_of(row, known, coming)
        coming |= {plain(given[column]) for column in ("name", "code") if column in given}


def _device_of(row: Row) -> None:
    """A meter that exists keeps its device; a new one says what it measures."""
    if row.existing:
        for column in DEVICE:
            if row.values.pop(column, None) is not None:
                row.note(column, "已有的表不从这里改表号、底数，请在页面上换表或者更正")
    elif "medium" not in row.values and "medium" not in row.problems:
        row.refuse("medium", "请写是什么表：电、水、燃气、热。")


def _parent_of(row: Row, known: Names, coming: set[str]) -> None:
    parent = row.values.get("parent")
    if not parent:
        return
    found = known.find(parent).record
    if found is not None:
        row.values["parent"] = found
    elif plain(parent) not in coming:
        row.refuse("parent", f"没有「{parent[:30]}」这块上级表。上级表要写在前面的行里。")


@rule
def import_meters(*, actor, at: datetime, rows: Sequence[dict]) -> list[Meter]:
    """Each row by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    made: dict[str, Meter] = {}

    def save(row: dict) -> Meter:
        parent = row.get("parent")
        if isinstance(parent, str):
            row = row | {"parent": made.get(plain(parent))}
        meter = save_meter(actor=actor, at=at, **row)
        made.update({plain(meter.name): meter, plain(meter.code): meter})
        return meter

    return one_by_one(rows, save)


METER_LIST = ImportTarget(
    key="utilities-meters",
    label="表计",
    permission=MANAGE,
    model="utilities.Meter",
    icon="gauge",
    help="一行一块表。总表写在前面，分表写上级表的名称或者编码。",
    after="到「表计」里打印标签，再建抄表路线。",
    own_ties=((MeterDevice, {}),),
    columns=(
        ImportColumn("name", "名称", name(60), required=True, unique=True, aliases=("表名", "表计名称", "仪表名称", "用电单元"), example="食堂水表"),
        ImportColumn("medium", "表类", choice(KINDS), aliases=("类别", "种类", "类型", "表计类型", "能源种类"), example="水"),
        ImportColumn("place", "装在哪里", name(200), required=True, aliases=("地点", "位置", "安装位置", "安装地点"), example="食堂"),
        ImportColumn("serves", "管哪里", name(200), aliases=("供应范围", "计量范围", "服务区域"), example=""),
        ImportColumn("parent", "上级表", text(60), aliases=("上级", "总表", "父表"), example="全校水总表"),
        ImportColumn("department", "部门", name(50), aliases=("使用部门", "用户", "用能部门"), example="食堂"),
        ImportColumn("account", "户号", code(40), aliases=("用户编号", "客户编号", "缴费号"), example=""),
        ImportColumn("code", "编码", code(20), unique=True, aliases=("表计编码", "编号"), help="空着会自动编", example=""),
        ImportColumn("since", "启用日期", day(), aliases=("安装日期", "装表日期"), example="2026-09-01"),
        ImportColumn("serial", "表号", code(40), unique=True, aliases=("出厂编号", "资产号", "电表号", "水表号"), example="SN20260001"),
        ImportColumn("digits", "整数位数", whole(least=3, most=9), aliases=("位数",), numeric=True, example="6"),
        ImportColumn("decimals", "小数位数", whole(least=0, most=3), numeric=True, example="0"),
        ImportColumn("factor", "倍率", number(places=2, above=0, most=Decimal("999999.99")), aliases=("变比", "互感器倍率", "综合倍率"), numeric=True, example="1"),
        ImportColumn("first", "装表底数", number(places=3, least=0, most=Decimal(10) ** 9), aliases=("底数", "起度", "初始读数"), numeric=True, example="0"),
    ),
    resolve=resolve,
    create=import_meters,
    change=save_meter,
)  # fmt: skip
