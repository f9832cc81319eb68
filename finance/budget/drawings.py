"""Charts of the budget; each title says what to see in it."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from logistics.platform.charts import Bar, bars, hbars, lines

from .execution import Execution, Row

TEN_THOUSAND = Decimal(10000)
MOST_BARS = 10


def _wan(value: Decimal) -> float:
    return round(float(value / TEN_THOUSAND), 2)


def over_months(found: Execution, *, wide: bool = True) -> SafeString:
    """What was spent by the end of each month beside an even pace, in 万元."""
    labels = [span.name for span in found.months]
    rate = found.total.rate
    title = f"到{found.name}支出 {found.total.spent:,.2f} 元" + (f"，执行 {rate}%" if rate is not None else "")
    even = [_wan(found.total.allotment * n / 12) for n in range(1, found.month + 1)]
    return lines(labels, [("支出", [_wan(span.total) for span in found.months]), ("均衡", even)], title=title, unit="万元", wide=wide)


def by_row(rows: Sequence[Row], what: str, *, warned: int, wide: bool = True) -> SafeString:
    """Share of the allotment that is spent or held, the fullest first; red from the limit on."""
    shown = sorted((row for row in rows if row.allotment or row.used), key=lambda row: -row.used)[:MOST_BARS]
    title = f"{what}用了多少：{shown[0].name}最多，{shown[0].used}%" if shown else f"{what}用了多少"
    return hbars([Bar(row.name, row.used, late=row.used >= warned) for row in shown], title=title, unit="%", wide=wide)


def spent_by_month(spent: Sequence[Decimal], month: int) -> SafeString:
    """One line's months."""
    labels, values = [f"{n}月" for n in range(1, month + 1)], [float(value) for value in spent[:month]]
    title = f"各月支出：一共 {sum(spent):,.2f} 元"
    return bars(labels, values, highlight=None, title=title, unit="元", wide=True)
