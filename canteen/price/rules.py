"""Writing down prices (CAN-24)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from canteen.amounts import price_of
from canteen.ingredient.queries import check_allowed
from canteen.rights import BUYING_MANAGE
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation

from .models import PriceCheck

MOST = 50


def check_can_write(user, record=None) -> None:
    require(user, BUYING_MANAGE)


@rule
def write_prices(*, actor, at: datetime, on: date, lines: Sequence[dict], supplier=None, market: str = "", note: str = "") -> PriceCheck:
    """What one supplier asks or one market shows on a day: {ingredient, price} of each. Returns the first row."""
    check_can_write(actor)
    today = timezone.localdate(at)
    if on > today:
        raise RuleViolation(f"日期不能晚于今天（{today}）。", field="on")
    words = tidied({"market": market or "", "note": note or ""})
    if (supplier is None) == (not words["market"]):
        raise RuleViolation("供应商和市场写一个。", field="market")
    if not lines:
        raise RuleViolation("还没有写价格。", field="lines")
    if len(lines) > MOST:
        raise RuleViolation(f"一次最多 {MOST} 样，请分两次登记。", field="lines")
    rows = [_row(line, on=on, supplier=supplier, created_by=actor, created_at=at, **words) for line in lines]
    for row in rows:
        row.full_clean()
        row.save()
    record_event(actor=actor, at=at, action="create", record=rows[0], text=f"询价：{rows[0].source} {len(rows)} 样")
    return rows[0]


def _row(line: dict, **given) -> PriceCheck:
    check_allowed(line["ingredient"], field="lines")
    return PriceCheck(ingredient=line["ingredient"], price=price_of(line["price"], field="lines"), **given)
