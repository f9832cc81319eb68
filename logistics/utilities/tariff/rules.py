"""Prices: a new one is a new row, so that an old bill can be counted again (UTL-07)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.utilities.meter.models import Medium

from .models import Tariff, TariffRow
from .queries import check_can_manage

EARLIEST = date(2000, 1, 1)
LATEST_YEARS = 2


def check_can_edit(user, tariff: Tariff) -> None:
    check_can_manage(user)
    if tariff.bills.exists():
        raise RuleViolation("已经有账单按这张价格算过，不能再改。调价请新建一张，名称不变，写新的起用日期。")


@rule
def save_tariff(
    *, actor, at: datetime, medium: str, name: str, since: date, rows: Sequence[dict], record: Tariff | None = None, fixed: Decimal = Decimal(0), yearly: bool = False,
    basis: str = "",
) -> Tariff:  # fmt: skip
    """A price list with its rows {part, band, over, price, share}. Raises RuleViolation at rows, medium or since; for one that bills were counted by."""
    check_can_manage(actor)
    tariff = stored(Tariff, record)
    if tariff.pk is None:
        tariff.created_by, tariff.created_at = actor, at
    else:
        check_can_edit(actor, tariff)
    if not EARLIEST <= since <= date(at.year + LATEST_YEARS, 12, 31):
        raise RuleViolation("起用日期不对，请检查年份。", field="since")
    lines = [_line(row, medium) for row in rows]
    _check_lines(lines)
    before = [str(row) for row in tariff.rows.all()] if tariff.pk else []
    values = tidied({"medium": medium, "name": name, "since": since, "fixed": fixed or Decimal(0), "yearly": bool(yearly), "basis": basis or ""})
    tariff = save_changes(actor=actor, at=at, record=tariff, **values)
    tariff.rows.all().delete()
    for line in lines:
        line.tariff = tariff
        line.full_clean()
        line.save()
    after = [str(line) for line in lines]
    if before and before != after:
        record_event(actor=actor, at=at, action="prices", record=tariff, text="修改价格明细", changes={"明细": ["；".join(before), "；".join(after)]})
    return tariff


def _line(row: dict, medium: str) -> TariffRow:
    row = tidied(dict(row))
    line = TariffRow(part=row.get("part") or "", band=row.get("band") or "", price=row["price"])
    line.over = row["over"] if row.get("over") is not None else Decimal(0)
    line.share = row["share"] if row.get("share") is not None else Decimal(100)
    if not line.part:
        raise RuleViolation("每一行都要写项目，例如 电价、水资源费。", field="rows")
    if line.band and medium != Medium.POWER:
        raise RuleViolation("峰、平、谷只有电价才分。", field="rows")
    return line


def _check_lines(lines: Sequence[TariffRow]) -> None:
    if not lines:
        raise RuleViolation("请至少写一行价格。", field="rows")
    places = [(line.part, line.band, line.over) for line in lines]
    for part, band, over in places:
        if places.count((part, band, over)) > 1:
            raise RuleViolation(f"「{part}」同一档写了两次，阶梯请写不同的「超过多少」。", field="rows")
