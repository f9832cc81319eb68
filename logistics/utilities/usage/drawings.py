"""The charts of the figures; each title says what to see in it."""

from django.utils.safestring import SafeString

from logistics.platform.charts import Bar, bars, hbars

from .figures import read
from .tables import shown

MOST_BARS = 8


def trend(content: dict, medium: str, *, wide: bool = False) -> SafeString:
    """The last thirteen months of one medium; the first is the same month of the year before."""
    row = next(row for row in content["media"] if row["medium"] == medium)
    values = [read(value) for value in content["trend"]["lines"][medium]]
    labels = [f"{int(month[5:])}月" for month in content["trend"]["months"]]
    last = f"{shown(values[-1])} {row['unit']}" if values[-1] is not None else "读数还不全"
    return bars(labels, values, title=f"各月用{row['name']}：{labels[-1]} {last}", unit=row["unit"], wide=wide)


def by_building(content: dict, *, wide: bool = False) -> SafeString:
    """Who uses most energy, in standard coal."""
    rows = sorted((row for row in content["buildings"] if not row["is_rest"]), key=lambda row: -(read(row["coal"]) or 0))
    most = [Bar(row["name"], read(row["coal"]) or 0) for row in rows[:MOST_BARS] if read(row["coal"])]
    title = f"各楼能耗：{most[0].label}最多，折标煤 {shown(read(rows[0]['coal']))} kgce" if most else "各楼能耗"
    return hbars(most, title=title, unit="kgce", wide=wide)


def drawings_of(content: dict, *, wide: bool = False) -> list[tuple[str, SafeString]]:
    """(heading, picture) of every medium and of the buildings."""
    found = [(f"各月用{row['name']}（{row['unit']}）", trend(content, row["medium"], wide=wide)) for row in content["media"]]
    known = [row for row in content["buildings"] if not row["is_rest"]]
    return [*found, ("各楼能耗（kgce）", by_building(content, wide=wide))] if known else found
