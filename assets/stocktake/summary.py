"""What came out of a stocktake: figures, ranking of rooms and people, for page, paper and workbook (AST-05)."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from logistics.platform.exports.book import report_book
from logistics.platform.exports.columns import Column

from .figures import ErrorRate, Rank, error_rate, ranked
from .models import Stocktake
from .queries import difference_counts, progress_of

BEST, WORST = 5, 10  # of a long ranking on the page
HERE = Coalesce("recounted", "counted")
FINE = Q(fine=1)


@dataclass(frozen=True)
class Summary:
    scope: str
    progress: dict
    differences: dict
    recount: ErrorRate
    rooms: list[Rank] = field(default_factory=list)
    counters: list[Rank] = field(default_factory=list)
    custodians: list[Rank] = field(default_factory=list)

    @property
    def fine_percent(self) -> float:
        """账物相符率: lines exactly as the book says, of those counted."""
        lines = sum(rank.lines for rank in self.rooms)
        return 100 * sum(rank.fine for rank in self.rooms) / lines if lines else 0.0


def rate_of(progress: dict) -> ErrorRate:
    counted = progress["lines"] - progress["not_counted"]
    return error_rate(lines=counted, sample=progress["sample"], errors=progress["errors"])


def _marked(stocktake: Stocktake):
    """Counted lines; `fine` is 1 where exactly what the book says stood in its place."""
    fine = Case(When(condition=Q(seen=F("quantity"), elsewhere=0), then=1), default=0, output_field=IntegerField())
    return stocktake.lines.filter(counted__isnull=False).order_by().annotate(seen=HERE).annotate(fine=fine)


def _ranks(stocktake: Stocktake, *names: str, none: str) -> list[Rank]:
    """Lines, fine ones and first counts that a second person contradicted, by what these columns name."""
    wrong = Q(recounted__isnull=False) & ~Q(recounted=F("counted"))
    rows = _marked(stocktake).values(*names).annotate(n=Count("pk"), good=Count("pk", filter=FINE), bad=Count("pk", filter=wrong))
    return ranked([Rank(row[names[-1]] or none, row["n"], row["good"], row["bad"]) for row in rows])


def summary_of(stocktake: Stocktake) -> Summary:
    """Everything the closing page and paper show. About ten queries, whatever the number of cards."""
    progress = progress_of(stocktake)
    return Summary(
        stocktake.scope, progress, difference_counts(stocktake), rate_of(progress),
        rooms=_ranks(stocktake, "sheet__place", "sheet__place__full_name", none="没有登记地点的"),
        counters=_ranks(stocktake, "sheet__counted_by", "sheet__counted_by__name", none="没有写明"),
        custodians=_ranks(stocktake, "custodian", "custodian__name", none="没有保管人"),
    )  # fmt: skip


def ends_of(ranks: list[Rank]) -> list[tuple[int, Rank]]:
    """(number, row) of the ranking; of a long one the best few and the worst, who want looking after."""
    numbered = list(enumerate(ranks, 1))
    return numbered if len(ranks) <= BEST + WORST else numbered[:BEST] + numbered[-WORST:]


LINES = (
    Column("序号", 6, "integer"), Column("存放地点", 26), Column("资产编号", 22), Column("名称", 20), Column("规格型号", 16), Column("单位", 6),
    Column("账面数量", 9, "integer"), Column("实盘数量", 9, "integer"), Column("复盘数量", 9, "integer"), Column("在别处", 8, "integer"),
    Column("没找到", 8, "integer"), Column("账面原值（元）", 15, "money"), Column("保管人", 10), Column("盘点人", 10), Column("结果", 12),
)  # fmt: skip
DIFFERENCES = (
    Column("差异", 10), Column("资产编号或编码", 22), Column("名称", 20), Column("数量", 8, "integer"), Column("账面地点", 26), Column("发现地点", 26),
    Column("保管人", 10), Column("处理", 18), Column("原因", 30), Column("单价（元）", 13, "money"), Column("处理后的卡片", 22),
)  # fmt: skip
RANKS = (
    Column("名次", 6, "integer"),
    Column("名称", 30),
    Column("行数", 8, "integer"),
    Column("相符", 8, "integer"),
    Column("相符率（%）", 12, "number"),
    Column("复盘不符", 10, "integer"),
)


def result_words(line) -> str:
    """The outcome of a line in a word or two."""
    if line.counted is None:
        return "没有点"
    if line.missing and line.missing == line.quantity:
        return "没找到"
    if line.elsewhere and line.elsewhere == line.quantity:
        return "在别处"
    if line.missing or line.elsewhere:
        return "部分相符"
    return "多出" if (line.here or 0) > line.quantity else "相符"


def line_rows(stocktake: Stocktake):
    """The frozen list with its outcome, room by room."""
    joined = ("card", "sheet__place", "sheet__counted_by", "custodian")
    rows = stocktake.lines.select_related(*joined).order_by("sheet__place__path", "sheet__part", "card__asset_class__code", "card__number")
    for n, line in enumerate(rows.iterator(2000), 1):
        card, sheet = line.card, line.sheet
        yield [
            n, str(sheet.place or "没有登记"), card.number, card.name, " ".join(filter(None, (card.brand, card.model))), card.unit, line.quantity, line.counted,
            line.recounted, line.elsewhere, line.missing, line.cost, str(line.custodian or ""), str(sheet.counted_by or ""), result_words(line),
        ]  # fmt: skip


def difference_rows(stocktake: Stocktake):
    joined = ("card", "line__sheet__place", "line__custodian", "place", "result")
    for row in stocktake.differences.select_related(*joined).order_by("kind", "pk").iterator(2000):
        book = row.line.sheet.place if row.line else row.card.place if row.card else None
        yield [
            row.get_kind_display(), row.card.number if row.card else row.code, row.name, row.quantity, str(book or ""), str(row.place or ""),
            str(row.line.custodian or "") if row.line else "", row.get_decision_display() or "还没有定", row.reason, row.price,
            row.result.number if row.result else "",
        ]  # fmt: skip


def rank_rows(ranks: list[Rank]) -> list[list]:
    return [[n, rank.name, rank.lines, rank.fine, round(rank.percent, 1), rank.wrong] for n, rank in enumerate(ranks, 1)]


def workbook(stocktake: Stocktake, *, school: str, at: datetime) -> bytes:
    """盘点表, 差异 and 排名 as one .xlsx file."""
    found, book = summary_of(stocktake), report_book()
    said = f"{school}　{stocktake.number}　{found.scope[:60]}　{timezone.localtime(at):%Y-%m-%d %H:%M} 出表"
    book.add_sheet("盘点表", f"{stocktake.title}盘点表", said, landscape=True)
    book.add_table(LINES, list(line_rows(stocktake)))
    book.add_sheet("差异", f"{stocktake.title}盘盈盘亏表", said, landscape=True)
    book.add_table(DIFFERENCES, list(difference_rows(stocktake)))
    book.add_sheet("排名", f"{stocktake.title}排名", f"{said}　{found.recount.words}", landscape=False)
    for caption, ranks in (("房间", found.rooms), ("盘点人", found.counters), ("保管人", found.custodians)):
        book.add_table(RANKS, rank_rows(ranks), caption=caption)
    return book.content()
