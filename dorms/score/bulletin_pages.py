"""评比: the ranking of a week or month as it stands, as Excel and on paper, and as it was published (DOR-04)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.evidence.logs import paper_response
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.columns import Sheet
from logistics.platform.exports.workbook import XLSX, download, stream_workbook
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, stamp

from . import bulletin_rules, forms, rules
from .bulletin_rules import period_of
from .models import AppealState, BulletinKind, BulletinState, ScoreAppeal, ScoreBulletin
from .pages import FIRST_YEAR, day_asked
from .queries import Standing, bulletins_visible_to, frozen, neighbours, published, replaces, since_published, standing_of
from .ranking import differences

TOP = 50  # rooms on the page; Excel and paper have all


@dataclass(frozen=True)
class Asked:
    """One week or month."""

    kind: str
    first: date
    last: date

    @property
    def number(self) -> str:
        return f"{self.first:%Y%m}" if self.kind == BulletinKind.MONTH else f"{self.first:%Y%m%d}"

    @property
    def words(self) -> str:
        return f"{self.first.year}年{self.first.month}月" if self.kind == BulletinKind.MONTH else f"{full_day(self.first)}至{full_day(self.last)}"


def asked(query) -> Asked:
    kind = BulletinKind.MONTH if query.get("kind") == BulletinKind.MONTH else BulletinKind.WEEK
    return Asked(kind, *period_of(kind, day_asked(query)))


def found_for(one: Asked) -> Standing:
    return standing_of(one.first, one.last, with_stars=one.kind == BulletinKind.MONTH)


@require_safe
@never_cache
def ranking_page(request):
    """Rooms, classes, buildings and stars as they stand now."""
    rules.check_can_view(request.user)
    one = asked(request.GET)
    standing = found_for(one)
    bulletin = published(one.kind, one.first)
    context = {
        "title": "宿舍评比",
        "asked": one,
        "kinds": BulletinKind.choices,
        "before": one.first - timedelta(days=1),
        "after": one.last + timedelta(days=1) if one.last < timezone.localdate() else None,
        "standing": standing,
        "rooms": standing.rooms[:TOP],
        "more": max(0, len(standing.rooms) - TOP),
        "stars": standing.stars[:TOP],
        "more_stars": max(0, len(standing.stars) - TOP),
        "bulletin": bulletin,
        "changed": since_published(bulletin) if bulletin else "",
        "may_publish": allowed(rules.check_can_manage, request.user),
        "appeals": ScoreAppeal.objects.filter(state=AppealState.OPEN, score__on__gte=one.first, score__on__lte=one.last).count(),
    }
    return render(request, "dorms/score_ranking.html", context)


@require_safe
@never_cache
def ranking_export(request):
    """The ranking as a workbook: a sheet for rooms, classes, buildings, stars."""
    rules.check_can_view(request.user)
    one = asked(request.GET)
    return download(stream_workbook(sheets_of(one, found_for(one))), XLSX, f"宿舍评比 {one.words}", timezone.now(), "xlsx")


def sheets_of(one: Asked, standing: Standing) -> list[Sheet]:
    def columns(name: str, *more: str) -> list[SheetColumn]:
        return [
            SheetColumn("名次", 8, "integer"),
            SheetColumn(name, 20),
            SheetColumn("平均分", 10, "number"),
            SheetColumn("检查次数", 10, "integer"),
            SheetColumn("不合格次数", 12, "integer"),
            *(SheetColumn(label, 16) for label in more),
        ]

    def cells(row) -> list:
        return [row.place, row.name, row.average, row.looks, row.low]

    at = timezone.now()
    sheets = [
        Sheet("宿舍", columns("宿舍", "宿舍楼"), [[*cells(row), row.where] for row in standing.rooms], one.words, at),
        Sheet("班级", columns("班级"), [cells(row) for row in standing.classes], one.words, at),
        Sheet("宿舍楼", columns("宿舍楼"), [cells(row) for row in standing.buildings], one.words, at),
    ]
    stars = [[*cells(row), row.where, level.name] for row, level in standing.stars]
    return [*sheets, Sheet("星级宿舍", columns("宿舍", "宿舍楼", "星级"), stars, one.words, at)] if one.kind == BulletinKind.MONTH else sheets


def tables_of(content: dict, kind: str) -> list[dict]:
    """The paper's tables from a frozen ranking."""
    heads = [("名次", True), ("宿舍", False), ("平均分", True), ("检查次数", True), ("不合格次数", True), ("宿舍楼", False)]
    named = [heads[0], ("班级", False), *heads[2:5]]
    tables = [
        {"caption": "班级", "columns": named, "rows": [row[:5] for row in content["classes"]]},
        {"caption": "宿舍楼", "columns": [heads[0], ("宿舍楼", False), *heads[2:5]], "rows": [row[:5] for row in content["buildings"]]},
        {"caption": "宿舍", "columns": heads, "rows": [row[:6] for row in content["rooms"]]},
    ]
    if kind == BulletinKind.MONTH:
        stars = [[row[6], f"{row[5]} {row[1]}", row[2], str(row[3]), str(row[4])] for row in content["stars"]]
        tables.insert(0, {"caption": "星级宿舍", "columns": [("星级", False), ("宿舍", False), *heads[2:5]], "rows": stars})
    return [table | {"rows": [[str(cell) for cell in row] for row in table["rows"]]} for table in tables]


def ranking_paper(one: Asked, user) -> dict:
    return {
        "heading": "宿舍评比",
        "sub": one.words,
        "tables": tables_of(frozen(found_for(one)), one.kind),
        "note": "",
        "signers": [("公布人", ""), ("日期", "")],
    }


def asked_of_paper(paper) -> Asked | None:
    number = paper.number
    try:
        on = date(int(number[:4]), int(number[4:6]), int(number[6:8] or 1))
    except ValueError:
        return None
    if not FIRST_YEAR <= on.year <= timezone.localdate().year:
        return None
    kind = BulletinKind.WEEK if len(number) == 8 else BulletinKind.MONTH
    return Asked(kind, *period_of(kind, on))


RANKING = PrintDocument(
    kind="dorms.scoreranking", title="宿舍评比", template="print/dorms/ranking.html", context=ranking_paper, number=lambda one: one.number, find=asked_of_paper
)


def bulletin_paper(bulletin: ScoreBulletin, user) -> dict:
    """What was published, as it was frozen."""
    one = Asked(bulletin.kind, bulletin.first_on, bulletin.last_on)
    note = (
        f"已经撤回：{bulletin.reason}"
        if bulletin.state == BulletinState.VOID
        else f"{full_day(timezone.localtime(bulletin.created_at))}公布，公布人{bulletin.created_by.name}。{replaces(bulletin)}"
    )
    return {
        "heading": "宿舍评比",
        "sub": one.words,
        "tables": tables_of(bulletin.content, bulletin.kind),
        "note": note,
        "signers": [("公布人", bulletin.created_by.name), ("日期", "")],
    }


BULLETIN = PrintDocument(
    kind="dorms.scorebulletin",
    title="宿舍评比通报",
    template="print/dorms/ranking.html",
    context=bulletin_paper,
    number=lambda bulletin: Asked(bulletin.kind, bulletin.first_on, bulletin.last_on).number,
)


@require_safe
@never_cache
def ranking_print(request):
    rules.check_can_view(request.user)
    return paper_response(request, RANKING, asked(request.GET))


def shown(table: dict) -> dict:
    """A table for the page: the first rows, each cell as (class, heading where a phone needs it, value)."""

    def cell(n: int, head: tuple[str, bool], value: str) -> tuple[str, str, str]:
        label, numeric = head
        if n < 2:
            return ("tail nw", "key")[n] + (" num" if numeric else ""), "", value
        return "num" if numeric else "nw", label, value

    rows = [[cell(n, head, value) for n, (head, value) in enumerate(zip(table["columns"], row, strict=True))] for row in table["rows"][:TOP]]
    return table | {"rows": rows, "more": max(0, len(table["rows"]) - TOP)}


def bulletin_detail(bulletin: ScoreBulletin, user) -> dict:
    """As published, with what stands otherwise today, and otherwise than in the one it replaces."""
    changed = since_published(bulletin) if bulletin.state == BulletinState.PUBLISHED else ""
    standing = frozen(found_for(Asked(bulletin.kind, bulletin.first_on, bulletin.last_on))) if changed else None
    earlier, later = neighbours(bulletin)
    moved = [
        ("公布以后的变化", ("公布时", "现在"), differences(bulletin.content, standing) if standing else []),
        ("和上一次公布的不同", ("上一次", "这一次"), differences(earlier.content, bulletin.content) if earlier else []),
    ]
    return {
        "tables": [shown(table) for table in tables_of(bulletin.content, bulletin.kind)],
        "changed": changed,
        "moved": [(caption, heads, lines[:TOP], max(0, len(lines) - TOP)) for caption, heads, lines in moved if lines],
        "earlier": earlier,
        "later": later,
    }


BULLETINS = Record(
    model=ScoreBulletin,
    namespace="dorms:score-bulletin",
    label="宿舍评比通报",
    icon="trophy",
    rows=bulletins_visible_to,
    columns=(
        Column("name", "通报", str, lambda b: link(b, BULLETINS.url("detail", b), b.get_kind_display()), css="key", width=30),
        Column("kind", "种类", lambda b: b.get_kind_display(), css="nw only-wide"),
        Column("first_on", "从", lambda b: b.first_on, lambda b: day(b.first_on), css="nw only-wide", sort="first_on", kind="date"),
        Column("last_on", "到", lambda b: b.last_on, lambda b: day(b.last_on), css="nw only-wide", kind="date"),
        Column("created_by", "公布人", lambda b: b.created_by.name, css="nw"),
        Column("created_at", "公布时间", lambda b: b.created_at, lambda b: stamp(b.created_at), css="nw only-wide", kind="datetime", width=17),
        Column("reason", "撤回原因", lambda b: b.reason, css="only-wide", optional=True, width=24),
        Column("state", "情况", lambda b: b.get_state_display(), lambda b: state_mark(b.get_state_display(), "done" if b.state == BulletinState.PUBLISHED else "void"), css="tail"),
    ),
    filters=forms.BulletinFilters,
    form=forms.PublishForm,
    create=bulletin_rules.publish_ranking,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    order=("-first_on", "kind", "-pk"),
    detail_context=bulletin_detail,
    actions=(Action("withdraw", "撤回", bulletin_rules.withdraw_ranking, bulletin_rules.check_can_void, forms.ReasonForm, icon="undo-2", tone="stop", hint=lambda b, user: "公示栏上的也会撤下。撤回以后可以重新公布。"),),
    empty="还没有公布过评比。",
)  # fmt: skip


def bulletin_urls() -> list:
    """The routes of rankings, under /dorms/."""
    return [
        path("scores/ranking/", ranking_page, name="score-ranking"),
        path("scores/ranking/export/", ranking_export, name="score-ranking-export"),
        path("scores/ranking/print/", ranking_print, name="score-ranking-print"),
        *record_urls(BULLETINS),
    ]
