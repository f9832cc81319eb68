"""The charts of the figures; each title says what to see in it."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from logistics.platform.charts import Bar, bars, hbars, lines

from .tallies import STARS, Figures, Line, Row, Tally
from .words import percent, stars

MOST_BARS = 8


def _labels(line: Line) -> list[str]:
    """Months without their year, or the first days of the weeks."""
    return [span.name.rpartition("年")[2] for span, _ in line]


def over_time(line: Line, *, wide: bool = True) -> SafeString:
    reported = [tally.reported for _, tally in line]
    late = [tally.late for _, tally in line]
    (span, most) = max(line, key=lambda one: one[1].reported)
    title = f"报修件数：{span.name}最多，{most.reported} 件；一共超时 {sum(late)} 件"
    return bars(_labels(line), reported, over=late, over_name="超时", title=title, unit="件", wide=wide)


def speed(line: Line, *, wide: bool = True) -> SafeString:
    """Half of the repairs took no longer than this, in hours."""
    response = [round(tally.response.half / 60, 1) if tally.response else None for _, tally in line]
    repair = [round(tally.repair.half / 60, 1) if tally.repair else None for _, tally in line]
    last = next((value for value in reversed(repair) if value is not None), None)
    title = "一半修好用时：还没有修好的" if last is None else f"一半修好用时：最近 {last} 小时"
    return lines(_labels(line), [("修好", repair), ("到场", response)], title=title, unit="小时", wide=wide)


def by_row(rows: Sequence[Row], what: str, *, wide: bool = True) -> SafeString:
    """The most reported, with what was late among them in words."""
    shown = [row for row in rows if row.tally.reported][:MOST_BARS]
    title = f"{what}报修：{shown[0].name}最多，{shown[0].tally.reported} 件" if shown else f"{what}报修"
    return hbars(
        [Bar(row.name, row.tally.reported, note=f"超时 {row.tally.late}" if row.tally.late else "") for row in shown], title=title, unit="件", wide=wide
    )


def by_stars(total: Tally) -> SafeString:
    title = f"评分：平均 {stars(total.rating)} 分，{percent(total.satisfaction)} 满意" if total.rated else "评分"
    counts = [Bar(f"{n} 星", total.stars[n - 1], late=n <= 2) for n in range(STARS, 0, -1)] if total.rated else []
    return hbars(counts, title=title, unit="件", wide=False)


def by_person(rows: Sequence[Row]) -> SafeString:
    """What each person finished."""
    shown = sorted((row for row in rows if row.key and row.tally.finished), key=lambda row: -row.tally.finished)[:MOST_BARS]
    title = f"各人修好：{shown[0].name}最多，{shown[0].tally.finished} 件" if shown else "各人修好"
    return hbars(
        [Bar(row.name, row.tally.finished, note=f"返工 {row.tally.reworked}" if row.tally.reworked else "") for row in shown],
        title=title,
        unit="件",
        wide=False,
    )


def drawings_of(figures: Figures) -> dict[str, SafeString]:
    """Every chart of the page by name, each for a third of its width."""
    return {
        "times": over_time(figures.times, wide=False),
        "speed": speed(figures.times, wide=False),
        "kinds": by_row(figures.kinds, "各类", wide=False),
        "buildings": by_row([row for row in figures.buildings if row.key], "各楼", wide=False),
        "repairers": by_person(figures.repairers),
        "stars": by_stars(figures.total),
    }
