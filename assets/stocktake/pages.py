"""盘点: campaigns, the sheets people count on their phones, the differences to be decided (AST-05)."""

import zlib

from django.db.models import Case, IntegerField, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.labels.pages import code_of
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.exports.workbook import XLSX, workbook_response
from logistics.platform.labels.models import BlankLabel, LabelState
from logistics.platform.labels.things import Choice
from logistics.platform.school.models import school
from logistics.platform.web.record_pages import RecordAction, RecordList, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import counting_rules, forms, rules, settling_rules
from .models import CountSheet, Difference, DifferenceKind, SheetState, Stocktake, StocktakeState
from .queries import (
    check_can_view,
    check_can_view_differences,
    difference_counts,
    differences_visible_to,
    finds_of,
    lines_of,
    own_sheets,
    progress_of,
    sees_all,
    sheets_here,
    sheets_visible_to,
    stocktake_counts,
    stocktakes_visible_to,
)
from .regular import RegularPage, check_can_plan
from .summary import LINES, ends_of, line_rows, rate_of, summary_of, workbook

KEPT_SHEETS, SHOWN_SHEETS = 40, 40
NEXT = {
    StocktakeState.DRAFT: "核对范围和小组，开始清点时冻结账面",
    StocktakeState.SETTLING: "把每条差异定下来怎么处理，再送批",
    StocktakeState.SUBMITTED: "领导审批，批准以后自动记账",
}
CARD = "assets.assetcard"


def named(name: str, label: str, *, css: str = "only-wide", sort: str = "", width: int = 12, optional: bool = False) -> Column:
    return Column(name, label, lambda row: str(getattr(row, name) or ""), css=css, sort=sort, width=width, optional=optional)


def day_column(name: str, label: str) -> Column:
    return Column(name, label, lambda row: getattr(row, name), lambda row: day(getattr(row, name)), css="nw only-wide", sort=name, kind="date", width=12)


def state_column() -> Column:
    return Column(
        "state", "状态", lambda row: row.get_state_display(), lambda row: state_mark(row.get_state_display(), row.tone), css="tail", sort="state", width=10
    )


# Campaigns


def stocktake_views(user) -> list[ListView]:
    n = stocktake_counts(user)
    return [ListView("全部", ""), ListView("处理差异", "state=settling", n["settling"], pressing=True), ListView("清点中", "state=counting")]


def next_words(stocktake: Stocktake, progress: dict) -> str:
    if stocktake.state in (StocktakeState.COUNTING, StocktakeState.RECOUNT):
        words = "清点" if stocktake.state == StocktakeState.COUNTING else "复盘"
        return f"还有 {progress['waiting']} 张单没有点" if progress["waiting"] else f"都点完了，请资产管理员结束{words}"
    return NEXT.get(StocktakeState(stocktake.state), "")


def stocktake_context(stocktake: Stocktake, user) -> dict:
    has_begun = stocktake.started_at is not None
    progress = progress_of(stocktake) if has_begun else {"all": 0, "waiting": 0, "sample": 0}
    turn = 2 if stocktake.state == StocktakeState.RECOUNT else 1
    waiting_first = Case(When(state=SheetState.WAITING, then=0), default=1, output_field=IntegerField())
    sheets = sheets_visible_to(user).filter(stocktake=stocktake.pk, round=turn).order_by(waiting_first, "place__path", "part")
    return {
        "progress": progress,
        "done_percent": 100 * (progress["all"] - progress["waiting"]) // progress["all"] if progress["all"] else 0,
        "team": list(stocktake.team.all()),
        "sheets": list(sheets[:SHOWN_SHEETS]) if has_begun else [],
        "differences": difference_counts(stocktake) if stocktake.counted_at and sees_all(user) else None,
        "recount": rate_of(progress) if progress["sample"] else None,
        "is_keeper": sees_all(user),
        "state_cell": state_mark(stocktake.get_state_display(), stocktake.tone),
        "next_words": next_words(stocktake, progress),
    }


STOCKTAKES = Record(
    model=Stocktake,
    namespace="assets:stocktake",
    label="盘点",
    icon="scan-line",
    rows=stocktakes_visible_to,
    columns=(
        Column("title", "名称", lambda s: s.title, lambda s: link(s.title, reverse("assets:stocktake-detail", args=[s.pk]), s.number), css="key", width=26),
        Column("number", "单号", lambda s: s.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("kind", "种类", lambda s: s.get_kind_display(), css="nw", sort="kind", width=12),
        Column("blind", "盲盘", lambda s: "盲盘" if s.is_blind else "", css="nw only-wide", width=8),
        day_column("starts_on", "开始"),
        Column("due_on", "完成期限", lambda s: s.due_on, lambda s: day(s.due_on), css="nw", sort="due_on", kind="date", width=12),
        day_column("done_on", "结束"),
        named("created_by", "谁安排", width=10),
        state_column(),
    ),
    filters=forms.StocktakeFilters,
    form=forms.StocktakeForm,
    create=rules.save_stocktake,
    update=rules.save_stocktake,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=stocktake_views,
    facts=lambda stocktake: [],  # the page has its own
    detail_context=stocktake_context,
    empty="还没有盘点。开学、期中、期末和放假前各清点一次，账和东西才对得上。",
    actions=(
        Action(
            "start", "开始清点", rules.start_counting, rules.check_can_start, icon="play", tone="primary",
            confirm="开始时把现在的账面冻结成清单，分给小组的人；范围以后不能再改。",
        ),
        Action("join", "小组加人", rules.join_team, rules.check_can_join, forms.JoinForm, icon="user-plus"),
        Action(
            "close", "结束清点", settling_rules.close_counting, settling_rules.check_can_close, forms.CloseForm, icon="check", tone="primary",
            hint=lambda s, user: f"从点过的里面抽 {s.recount_percent}% 由另一个人再点一遍。" if s.recount_percent else "这次不复盘，结束以后列出差异。",
        ),
        Action(
            "end_recount", "结束复盘", settling_rules.end_recount, settling_rules.check_can_end_recount, icon="check", tone="primary",
            confirm="两次不一样的，以复盘为准，然后列出差异。",
        ),
        Action(
            "submit", "送批", settling_rules.submit_stocktake, settling_rules.check_can_submit, icon="send", tone="primary",
            confirm="批准以后，变更地点、盘盈、盘亏自动记账。",
        ),
        Action("finish", "结束盘点", settling_rules.finish_stocktake, settling_rules.check_can_finish, icon="flag", tone="primary", confirm="账不用改，盘点结束。"),
        Action("withdraw", "撤回", settling_rules.withdraw_stocktake, settling_rules.check_can_withdraw, icon="undo-2"),
        Action("void", "作废", rules.void_stocktake, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class StocktakeList(RecordList):
    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(may_plan=allowed(check_can_plan, user), own_rooms=own_sheets(user).count(), **kwargs)


# Sheets


def sheet_name(sheet: CountSheet):
    return link(str(sheet), reverse("assets:count-sheet-detail", args=[sheet.pk]), str(sheet.stocktake))


def sheet_views(user) -> list[ListView]:
    return [ListView("全部", ""), ListView("我要点的", "mine=true&state=waiting", own_sheets(user).count(), pressing=True), ListView("待点", "state=waiting")]


def sheet_context(sheet: CountSheet, user) -> dict:
    """What was found, once it has been counted; the book's figures for whoever sees the book."""
    is_counted, photos = sheet.state == SheetState.COUNTED, attachments_of(sheet)
    finds = finds_of(sheet) if is_counted else []
    found = {find.card_id: find.quantity for find in finds if find.card_id}
    lines = lines_of(sheet) if is_counted and (sees_all(user) or not sheet.stocktake.is_blind) else []
    listed = set()
    for line in lines:
        listed.add(line.card_id)
        line.found = found.get(line.card_id, 0)
    return {
        "lines": lines,
        "others": [find for find in finds if find.card_id not in listed],
        "photos": [file for file in photos if file.role == f"photo{sheet.attempt}"],
        "state_cell": state_mark(sheet.get_state_display(), sheet.tone),
        "asks": sheet.lines.count() if sheet.round == 1 else sheet.sampled.count(),
        "hides": sheet.stocktake.is_blind and sheet.round == 1,
    }


SHEETS = Record(
    model=CountSheet,
    namespace="assets:count-sheet",
    label="点数单",
    icon="clipboard-list",
    rows=sheets_visible_to,
    columns=(
        Column("place", "地点", str, sheet_name, css="key", sort="place__path", width=30),
        Column("stocktake", "盘点", lambda s: str(s.stocktake), css="only-wide", optional=True, width=26),
        Column("counter", "盘点人", lambda s: str(s.counter or ""), css="nw", sort="counter__pinyin", width=10),
        named("counted_by", "谁点的", width=10, optional=True),
        Column("counted_at", "点完时间", lambda s: s.counted_at, lambda s: day(s.counted_at), css="nw only-wide", sort="counted_at", kind="datetime", width=16),
        Column("note", "说明", lambda s: s.note, css="only-wide", width=24),
        state_column(),
    ),
    filters=forms.SheetFilters,
    order=("-stocktake", "round", "place__path", "part"),
    check_view=check_can_view,
    views=sheet_views,
    facts=lambda sheet: [],
    detail_context=sheet_context,
    stamp=lambda sheet: f"{sheet.state}.{sheet.attempt}",
    empty="没有要清点的房间。资产管理员安排了盘点，分给您的会列在这里。",
    actions=(
        Action(
            "count", "清点", counting_rules.count_sheet, counting_rules.check_can_count, forms.CountForm, icon="scan-line", tone="primary",
            hint=lambda sheet, user: f"{sheet} · {sheet.stocktake}",
        ),
        Action("assign", "换人点", rules.assign_sheet, rules.check_can_assign, forms.AssignForm, icon="user", bulk=True),
        Action("redo", "重新点", counting_rules.redo_sheet, counting_rules.check_can_redo, forms.ReasonForm, icon="rotate-ccw"),
        Action("skip", "这次不点", counting_rules.skip_sheet, counting_rules.check_can_skip, forms.ReasonForm, icon="circle-slash", tone="stop"),
    ),
)  # fmt: skip


def codes_of(cards) -> dict[int, str]:
    """{card: everything its labels may say, separated by blanks}, for the script that ticks what was scanned. One query."""
    keys = [card.pk for card in cards]
    found = {card.pk: [card.number.upper(), code_of(card)] for card in cards}
    for pk, code in BlankLabel.objects.filter(kind=CARD, record_id__in=keys, state=LabelState.CLAIMED).values_list("record_id", "code"):
        found[pk].append(code)
    return {pk: " ".join(dict.fromkeys(code for code in codes if " " not in code)) for pk, codes in found.items()}


class SheetAction(RecordAction):
    """Counting knows the codes of the labels on the list, and goes on to the next room."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = getattr(context["form"], "rows", None)
        if rows is not None:
            codes = codes_of([line.card for line, _ in rows])
            for line, bound in rows:
                bound.field.widget.attrs["data-code"] = codes[line.card_id]
            context |= {"counts": rows, "is_count": True, "submit": "点完了"}
        return context

    def done(self, saved):
        if self.action.name != "count":
            return super().done(saved)
        following = own_sheets(self.request.user).filter(stocktake=saved.stocktake_id).order_by("place__path", "part").first()
        super().done(saved)
        return redirect(SHEETS.url("detail", following or saved))


# Differences


def difference_name(row: Difference):
    number = row.card.number if row.card else row.code
    return link(row.name, reverse("assets:difference-detail", args=[row.pk]), number or str(row.stocktake))


def book_place(row: Difference) -> str:
    place = row.line.sheet.place if row.line else row.card.place if row.card else None
    return str(place or "")


def moved_since(row: Difference) -> str:
    """Where the book has it now, when that changed while the stocktake goes on."""
    is_open = row.line and row.card and row.stocktake.is_going_on
    return str(row.card.place or "没有地点") if is_open and row.card.place_id != row.line.sheet.place_id else ""


def difference_views(user) -> list[ListView]:
    return [ListView("全部", ""), ListView("没有定的", "open=true"), *(ListView(kind.label, f"kind={kind.value}") for kind in DifferenceKind)]


def difference_facts(row: Difference) -> list[tuple]:
    facts = [
        ("盘点", link(str(row.stocktake), reverse("assets:stocktake-detail", args=[row.stocktake_id])), True),
        ("资产", link(str(row.card), reverse("assets:card-detail", args=[row.card_id])) if row.card else "", True), ("编码", row.code, False),
        ("数量", f"{row.quantity} {row.card.unit if row.card else '件'}", False), ("账面地点", book_place(row), False), ("现在账上在", moved_since(row), False), ("发现地点", row.place, False),
        ("保管人", row.line.custodian if row.line else "", False), ("处理", row.get_decision_display(), False), ("原因", row.reason, True),
        ("资产类别", row.asset_class, False), ("单价", f"{row.price:,.2f} 元" if row.price is not None else "名义金额 1 元" if row.asset_class_id else "", False),
        ("处理人", row.decided_by, False),
        ("处理后的卡片", link(str(row.result), reverse("assets:card-detail", args=[row.result_id])) if row.result else "", True),
    ]  # fmt: skip
    return [fact for fact in facts if fact[1] not in (None, "")]


DIFFERENCES = Record(
    model=Difference,
    namespace="assets:difference",
    label="盘点差异",
    icon="scale",
    rows=differences_visible_to,
    columns=(
        Column("name", "名称", lambda d: d.name, difference_name, css="key", sort="name", width=22),
        Column("number", "资产编号", lambda d: d.card.number if d.card else d.code, css="nw only-wide", optional=True, width=20),
        Column("kind", "差异", lambda d: d.get_kind_display(), lambda d: state_mark(d.get_kind_display(), d.tone), css="tail", sort="kind", width=10),
        Column("quantity", "数量", lambda d: d.quantity, css="num", sort="quantity", kind="integer", width=8),
        Column("book_place", "账面地点", book_place, css="only-wide", width=24),
        named("place", "发现地点", css="", sort="place__path", width=24),
        Column("custodian", "保管人", lambda d: str(d.line.custodian or "") if d.line else "", css="nw only-wide", width=10),
        Column("decision", "处理", lambda d: d.get_decision_display() or "还没有定", css="nw", sort="decision", width=16),
        Column("reason", "原因", lambda d: d.reason, css="only-wide", optional=True, width=24),
        Column("stocktake", "盘点", lambda d: str(d.stocktake), css="only-wide", optional=True, width=24),
    ),
    filters=forms.DifferenceFilters,
    order=("-stocktake", "kind", "pk"),
    check_view=check_can_view_differences,
    views=difference_views,
    facts=difference_facts,
    stamp=lambda d: f"{d.stocktake.state}.{d.decision}",
    empty="没有盘点差异。",
    actions=(Action("decide", "定处理", settling_rules.decide, settling_rules.check_can_settle, forms.DecideForm, icon="gavel", tone="primary", bulk=True),),
)


# What is neither list nor form


def visible_or_404(user, pk: int) -> Stocktake:
    """For whoever sees the book; a blind counter gets no figures."""
    check_can_view_differences(user)
    found = stocktakes_visible_to(user).filter(pk=pk, started_at__isnull=False).first()
    if found is None:
        raise Http404(pk)
    return found


@require_safe
@never_cache
def summary_page(request, pk: int):
    """Figures and the ranking of rooms and people."""
    stocktake = visible_or_404(request.user, pk)
    found = summary_of(stocktake)
    ranks = [("房间", "door-open", found.rooms), ("盘点人", "user-check", found.counters), ("保管人", "user", found.custodians)]
    return render(
        request, "assets/stocktake_summary.html",
        {"title": "盘点汇总", "object": stocktake, "found": found, "ranks": [(name, icon, ends_of(rows), len(rows)) for name, icon, rows in ranks]},
    )  # fmt: skip


@require_safe
@never_cache
def lines_book(request, pk: int):
    stocktake = visible_or_404(request.user, pk)
    return workbook_response(f"盘点表 {stocktake.number}", LINES, line_rows(stocktake), filters=stocktake.title)


@require_safe
@never_cache
def summary_book(request, pk: int):
    stocktake = visible_or_404(request.user, pk)
    response = HttpResponse(workbook(stocktake, school=school().name, at=timezone.now()), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"盘点汇总 {stocktake.number}.xlsx") or "attachment"
    return response


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the rooms this person has still to count, each with its form."""
    rows = own_sheets(user).order_by("stocktake", "place__path", "part").values_list("pk", "attempt", "stocktake__state")[:KEPT_SHEETS]
    sheets = [(reverse("assets:count-sheet-detail", args=[pk]), f"{attempt}.{state}") for pk, attempt, state in rows]
    pages = [(f"{reverse('assets:count-sheet-list')}?mine=true&state=waiting", f"{timezone.localdate()} {zlib.crc32(repr(sheets).encode()):x}")]
    for address, version in sheets:
        pages += [(address, version), (f"{address}count/", version)]
    return pages if sheets else []


def place_choices(user, place) -> list[Choice]:
    """Scanning the door: count this room."""
    return [
        Choice("清点这一间", str(sheet.stocktake), "scan-line", reverse("assets:count-sheet-action", args=[sheet.pk, "count"]), rank=12)
        for sheet in sheets_here(user, place.pk)
    ]


def card_choices(user, card) -> list[Choice]:
    return [
        Choice("清点", f"{sheet}", "scan-line", reverse("assets:count-sheet-action", args=[sheet.pk, "count"]), rank=12)
        for sheet in sheets_here(user, card.place_id)[:1]
    ]


def stocktake_urls() -> list:
    """The routes of stocktakes, under /assets/."""
    return [
        path("stocktake/<int:pk>/summary/", summary_page, name="stocktake-summary"),
        path("stocktake/<int:pk>/lines.xlsx", lines_book, name="stocktake-lines"),
        path("stocktake/<int:pk>/summary.xlsx", summary_book, name="stocktake-book"),
        path("stocktake/regular/", RegularPage.as_view(), name="stocktake-regular"),
        *record_urls(STOCKTAKES, pages={"list": StocktakeList}),
        *record_urls(SHEETS, pages={"action": SheetAction}),
        *record_urls(DIFFERENCES),
    ]
