"""The sentences the computer writes about a month, in plain Chinese."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from logistics.platform.web.templatetags.school import minutes as lasted

from .tallies import Figures, Row, Tally


def percent(value: float | None) -> str:
    """8.1%, 95%, or a dash of nothing."""
    return "—" if value is None else f"{value * 100:.1f}".removesuffix(".0") + "%"


def stars(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def yuan(value: Decimal) -> str:
    return f"{value:,.2f}"


def compared(now, then, *, than: str, unit: str, show=lambda number: f"{number:,}") -> str:
    """比上月多 12 件."""
    if now == then:
        return f"与{than}一样"
    return f"比{than}{'多' if now > then else '少'} {show(abs(now - then))} {unit}"


@dataclass(frozen=True)
class Context:
    """The months a month is compared with; None where there was nothing yet."""

    last_month: Tally | None
    last_year: Tally | None


def sentences(figures: Figures, context: Context) -> list[str]:
    """Paragraphs of the month's report, from the general to the particular; empty ones are left out."""
    month, total = f"{figures.since.month} 月", figures.total
    if total.is_empty:
        return [f"{month}没有报修，也没有留下没修好的。"]
    said = [_reported(month, total, context), _finished(total, context), _speed(total), _where(figures), _quality(figures), _cost(total, context)]
    return [words for words in said if words]


def _reported(month: str, total: Tally, context: Context) -> str:
    if not total.reported:
        return f"{month}没有新的报修。"
    words = [f"{month}共报修 {total.reported} 件"]
    if context.last_month:
        words.append(compared(total.reported, context.last_month.reported, than="上月", unit="件"))
    if context.last_year:
        words.append(compared(total.reported, context.last_year.reported, than="去年同月", unit="件"))
    void = f"其中撤销和并单 {total.void} 件，不算在下面的比率里。" if total.void else ""
    return "，".join(words) + "。" + void


def _finished(total: Tally, context: Context) -> str:
    words = [f"本月修好 {total.finished} 件，" + (f"月底还有 {total.unfinished} 件没修好。" if total.unfinished else "月底全部修好，没有留下的。")]
    if total.valid:
        words.append(f"当天修好 {total.same_day} 件，占 {percent(total.same_day_share)}；" + _late(total, context))
    return "".join(words)


def _late(total: Tally, context: Context) -> str:
    if not total.late:
        return "没有超过期限的。"
    words = f"超过期限 {total.late} 件，占 {percent(total.late_share)}"
    before = context.last_month.late_share if context.last_month else None
    if before is not None and before != total.late_share:
        points = abs(total.late_share - before) * 100
        words += f"，比上月{'高' if total.late_share > before else '低'} {points:.1f} 个百分点"
    return words + "。"


def _speed(total: Tally) -> str:
    words = []
    if total.response:
        words.append(f"一半的报修在 {lasted(total.response.half)}内到场，九成在 {lasted(total.response.most)}内到场")
    if total.repair:
        words.append(f"一半在 {lasted(total.repair.half)}内修好，九成在 {lasted(total.repair.most)}内修好（等配件、等人开门的时间不算）")
    return "；".join(words) + "。" if words else ""


def _where(figures: Figures) -> str:
    words = []
    if kinds := _leading(figures.kinds):
        words.append(f"报得最多的是{_listed(kinds, figures.total.reported)}")
    if buildings := [row for row in _leading(figures.buildings) if row.key]:
        words.append(f"各楼当中{buildings[0].name}最多，{buildings[0].tally.reported} 件")
    return "；".join(words) + "。" if words else ""


def _leading(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows[:2] if row.tally.reported]


def _listed(rows: Sequence[Row], whole: int) -> str:
    first, *rest = rows
    return f"{first.name}，{first.tally.reported} 件，占 {percent(first.tally.reported / whole)}" + "".join(
        f"；其次是{row.name}，{row.tally.reported} 件" for row in rest
    )


def _quality(figures: Figures) -> str:
    total, callback, words = figures.total, figures.callback, []
    if total.finished:
        words.append(f"返工 {total.reworked} 件，占 {percent(total.rework_share)}" if total.reworked else "没有返工")
    if total.rated:
        words.append(f"{total.rated} 件有评分，平均 {stars(total.rating)} 分，{percent(total.satisfaction)} 满意（4 星以上）")
    elif total.closed:
        words.append("验收的都没有评分，可以电话回访")
    for count, what in ((callback.refused, "验收时退回"), (callback.proxied, "过期代签")):
        if count:
            words.append(f"{what} {count} 件")
    return "；".join(words) + "。" if words else ""


def _cost(total: Tally, context: Context) -> str:
    if not total.cost:
        return ""
    words = f"维修费 {yuan(total.cost)} 元，其中材料 {yuan(total.materials)} 元、人工 {yuan(total.labour)} 元"
    if context.last_month:
        words += "，" + compared(total.cost, context.last_month.cost, than="上月", unit="元", show=yuan)
    return words + (f"。平均每件 {yuan(total.cost / total.finished)} 元。" if total.finished else "。")


COMPARED = (
    ("报修（件）", lambda tally: f"{tally.reported}"),
    ("撤销并单（件）", lambda tally: f"{tally.void}"),
    ("修好（件）", lambda tally: f"{tally.finished}"),
    ("没修好（件）", lambda tally: f"{tally.unfinished}"),
    ("超时（件）", lambda tally: f"{tally.late}"),
    ("当天修好（件）", lambda tally: f"{tally.same_day}"),
    ("返工（件）", lambda tally: f"{tally.reworked}"),
    ("验收（件）", lambda tally: f"{tally.closed}"),
    ("评分", lambda tally: stars(tally.rating)),
    ("满意率", lambda tally: percent(tally.satisfaction)),
    ("到场，一半在", lambda tally: lasted(tally.response.half) if tally.response else "—"),
    ("修好，一半在", lambda tally: lasted(tally.repair.half) if tally.repair else "—"),
    ("材料费（元）", lambda tally: yuan(tally.materials)),
    ("人工费（元）", lambda tally: yuan(tally.labour)),
)


def differences(before: Tally, after: Tally) -> list[tuple[str, str, str]]:
    """(what, before, after) of every number that differs between two issues of a report."""
    return [(label, show(before), show(after)) for label, show in COMPARED if show(before) != show(after)]
