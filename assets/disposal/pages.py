"""资产处置: the list, one application with its list of things, its acts, the summary for above."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.card.queries import cards_visible_to
from assets.damage.prints import paper_answer
from assets.income import ReceiveForm
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.approvals.public import approval_panel
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import FormPage, RecordList, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money

from . import carrying_rules, forms, rules
from .models import Disposal, DisposalState
from .prints import SUMMARY_SHEET, Period, receipt_pdf
from .queries import VIEW, Summary, check_can_view, disposal_counts, disposals_visible_to, left_to_do, lines_of, stale, summary

NEXT = {
    DisposalState.WAITING: "等审批",
    DisposalState.APPROVED: "会计核销",
}


def views(user) -> list[ListView]:
    n = disposal_counts(user)
    return [
        ListView("全部", ""),
        ListView("等我鉴定", "mine=true", n["mine"], pressing=True),
        ListView("待批", "state=waiting", n["waiting"]),
        ListView("待处置", "state=approved", n["approved"], pressing=True),
        ListView("已核销", "state=done"),
    ]


def next_words(disposal: Disposal, todo: list[str], lines: list, photos: list) -> str:
    if disposal.state == DisposalState.DRAFT:
        return "加资产" if not lines else "加照片" if not photos else "送鉴定"
    if disposal.state == DisposalState.JUDGING:
        return rules.unsigned(disposal) or "鉴定意见签齐了，可以送批"
    return "；".join(todo) or NEXT.get(disposal.state, "")


def detail_context(disposal: Disposal, user) -> dict:
    files, lines, todo = attachments_of(disposal), lines_of(disposal), left_to_do(disposal)
    photos = [file for file in files if file.role == "photo"]
    is_going_on = disposal.state not in (DisposalState.DONE, DisposalState.REJECTED, DisposalState.VOID)
    return {
        "lines": lines,
        "total": {name: sum(getattr(line, name) for line in lines) for name in ("quantity", "cost", "depreciation", "net")},
        "photos": photos,
        "papers": [file for file in files if file.role == "paper"],
        "judged": list(disposal.appraisals.select_related("person").order_by("pk")),
        "state_cell": state_mark(disposal.get_state_display(), disposal.tone),
        "next_words": next_words(disposal, todo, lines, photos),
        "changed": stale(lines, frozen=disposal.state in (DisposalState.WAITING, DisposalState.APPROVED)) if is_going_on else "",
        "panel_data": approval_panel(disposal, user),
        "has_wipe": any(line.needs_wipe for line in lines),
    }


def judge_hint(disposal: Disposal, user) -> str:
    return f"{disposal.get_kind_display()}：{disposal.title}，{disposal.lines.count()} 张卡片。原因：{disposal.reason}"


def receive_hint(disposal: Disposal, user) -> str:
    return f"{disposal.buyer}交来处置收入 {disposal.proceeds:,.2f} 元。收款记进所选账户的日记账，同时生成收据。"


def write_off_hint(disposal: Disposal, user) -> str:
    return f"{disposal.pieces} 件，送批时原值 {disposal.cost:,.2f} 元，净值 {disposal.net:,.2f} 元，照批文 {disposal.approval} 从账上核销。核销以后撤不回。"


DISPOSALS = Record(
    model=Disposal,
    namespace="assets:disposal",
    label="资产处置",
    icon="recycle",
    rows=disposals_visible_to,
    columns=(
        Column(
            "title", "处置什么", lambda d: d.title, lambda d: link(d.title, reverse("assets:disposal-detail", args=[d.pk]), f"{d.number} · {d.department}"),
            css="key", width=28,
        ),
        Column("number", "单号", lambda d: d.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("kind", "方式", lambda d: d.get_kind_display(), css="nw", sort="kind", width=16),
        Column("pieces", "件数", lambda d: d.pieces or "", css="num only-wide", sort="pieces", kind="integer", width=8),
        Column("cost", "原值（元）", lambda d: d.cost, lambda d: money(d.cost) if d.pieces else "—", css="num", sort="cost", kind="money", width=14),
        Column("net", "净值（元）", lambda d: d.net, lambda d: money(d.net) if d.pieces else "—", css="num only-wide", kind="money", width=14),
        Column("proceeds", "处置收入（元）", lambda d: d.proceeds, lambda d: money(d.proceeds) if d.proceeds else "—", css="num only-wide", kind="money", width=14),
        Column("sent_at", "送批", lambda d: d.sent_at, lambda d: day(d.sent_at), css="nw only-wide", sort="sent_at", kind="datetime", width=16),
        Column("decided_at", "批准", lambda d: d.decided_at, lambda d: day(d.decided_at), css="nw only-wide", sort="decided_at", kind="datetime", optional=True, width=16),
        Column("answer_number", "上级批文号", lambda d: d.answer_number, css="only-wide", optional=True, width=20),
        Column("done_on", "核销", lambda d: d.done_on, lambda d: day(d.done_on), css="nw only-wide", sort="done_on", kind="date", optional=True, width=12),
        Column("created_by", "填单", lambda d: d.created_by.name, css="nw only-wide", optional=True, width=10),
        Column("state", "状态", lambda d: d.get_state_display(), lambda d: state_mark(d.get_state_display(), d.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.DisposalFilters,
    form=forms.DisposalForm,
    create=rules.save_disposal,
    update=rules.save_disposal,
    check_view=check_can_view,
    check_create=rules.check_can_apply,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda disposal: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda d: f"{d.state}.{d.answer_number}.{d.handed_on}.{d.proceeds}.{d.receipt}",  # another's signature does not make a page stale
    empty="还没有处置单。报废、报损、以旧换新，在这里申请。",
    extra={"lines": {"add_line", "add_cards", "remove_line", "add_files"}},
    actions=(
        Action("add_line", "加一样", rules.add_line, rules.check_can_edit, forms.LineOfDisposal, icon="plus"),
        Action("add_cards", "加一批", rules.add_cards, rules.check_can_edit, forms.CardsForm, icon="list-plus"),
        Action("remove_line", "去掉一行", rules.remove_line, rules.check_can_edit, forms.RemoveLineForm, icon="x", tone="stop"),
        Action("add_files", "加照片和文件", rules.add_files, rules.check_can_add_files, forms.FilesForm, icon="camera"),
        Action("send", "送鉴定", rules.send_for_appraisal, rules.check_can_send, forms.SendForm, icon="send", tone="primary"),
        Action("appraise", "签鉴定意见", rules.appraise, rules.check_can_appraise, forms.AppraiseForm, icon="signature", tone="primary", hint=judge_hint),
        Action("submit", "送批", rules.submit_disposal, rules.check_can_submit, icon="send", tone="primary", confirm="送批以后，清单和金额就定了，不能再改。"),
        Action("take_back", "退回修改", rules.take_back, rules.check_can_take_back, forms.ReasonForm, icon="undo-2"),
        Action("withdraw", "撤回", rules.withdraw_disposal, rules.check_can_withdraw, icon="undo-2"),
        Action("report_up", "登记上报", carrying_rules.report_up, carrying_rules.check_can_report, forms.ReportForm, icon="landmark"),
        Action("answer", "登记批复", carrying_rules.note_answer, carrying_rules.check_can_answer, forms.AnswerForm, icon="stamp", tone="primary"),
        Action("wipe", "确认清除数据", carrying_rules.confirm_wipe, carrying_rules.check_can_wipe, forms.WipeForm, icon="hard-drive"),
        Action("hand_over", "登记处置结果", carrying_rules.note_handed, carrying_rules.check_can_hand_over, forms.HandedForm, icon="truck"),
        Action("receive", "收款", carrying_rules.receive_proceeds, carrying_rules.check_can_receive, ReceiveForm, icon="banknote", tone="primary", hint=receive_hint),
        Action(
            "write_off", "核销", carrying_rules.write_off, carrying_rules.check_can_write_off, forms.WriteOffForm, icon="circle-minus", tone="primary",
            hint=write_off_hint,
        ),
        Action("void", "作废", carrying_rules.void_disposal, carrying_rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class DisposalList(RecordList):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"sees_all": scope_of(self.request.user, VIEW) == Scope.ALL}


class DisposalAction(LinesAction):
    again = frozenset({"add_line"})


class DisposeCards(FormPage):
    """The cards chosen in their list become a new draft; one that cannot go is named, and may be unticked."""

    page = "bulk"
    heading, submit = "申请处置", "起草处置单"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_apply(request.user)
        keys = {int(key) for key in request.POST.getlist("ids") if key.isdecimal() and len(key) < 18}
        self.cards = list(cards_visible_to(request.user).filter(pk__in=sorted(keys)[: rules.MOST_LINES]).order_by("pk")) if keys else []
        if not self.cards:
            messages.error(request, "还没有选。先在列表左边勾选。")
            return redirect("assets:card-list")
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, *args):
        if "confirmed" in self.request.POST:
            return forms.DisposalForm(*args, user=self.request.user)
        return forms.DisposalForm(initial={"title": title_for(self.cards)}, user=self.request.user)

    def post(self, request, *args, **kwargs):
        return super().post(request, *args, **kwargs) if "confirmed" in request.POST else self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        return super().get_context_data(rows=self.cards, **kwargs)

    def run(self, **fields):
        return rules.apply_for(actor=self.request.user, at=timezone.now(), cards=self.cards, **fields)

    def done(self, saved):
        messages.success(self.request, f"已起草 {saved.number}，{len(self.cards)} 张卡片。再加照片，送鉴定。")
        return redirect("assets:disposal-detail", saved.pk)


def title_for(cards: list) -> str:
    """What a batch is called until somebody says better: 台式计算机、投影机等 12 件."""
    names, units = list(dict.fromkeys(card.name for card in cards)), {card.unit for card in cards}
    count = f" {sum(card.quantity for card in cards)} {units.pop() if len(units) == 1 else '件'}"
    return "、".join(names[:2])[: 55 - len(count)] + ("等" if len(names) > 2 else "") + count


def asked(query) -> tuple[forms.SummaryForm, Period | None]:
    """The form, and the days it asks for; this year until today unless others are named, None while the form is wrong."""
    today = timezone.localdate()
    form = forms.SummaryForm(query)
    if not form.is_valid():
        return form, None
    given = {"since": date(today.year, 1, 1), "until": today} | {name: value for name, value in form.cleaned_data.items() if value}
    if given["since"] > given["until"]:
        form.add_error("since", "开始日期不能晚于结束日期。")
        return form, None
    return forms.SummaryForm(initial=given), Period(**given)


def _check_all(user) -> None:
    if require(user, VIEW) != Scope.ALL:
        raise NotAllowed("处置汇总由总务处和财务看。")


@require_safe
@never_cache
def summary_page(request):
    """What is reported upward: approved disposals of some days, each and by class."""
    _check_all(request.user)
    form, period = asked(request.GET)
    found = summary(period.since, period.until) if period else None
    context = {"title": "处置汇总", "form": form, "found": found, "query": request.GET.urlencode()}
    return render(request, "assets/disposal_summary.html", context, status=200 if period else 422)


@require_safe
@never_cache
def summary_pdf(request):
    _check_all(request.user)
    _, period = asked(request.GET)
    return paper_answer(request, SUMMARY_SHEET, period or Period(timezone.localdate(), timezone.localdate()))


@require_safe
@never_cache
def summary_book(request):
    """The summary as a workbook: one row for each disposal and class of things."""
    _check_all(request.user)
    _, period = asked(request.GET)
    period = period or Period(timezone.localdate(), timezone.localdate())
    found = summary(period.since, period.until)
    return workbook_response("资产处置汇总", HEADS, list(_book_rows(found)), filters=f"批准日期：{period.since} 至 {period.until}", at=timezone.now())


HEADS = [
    SheetColumn("单号", 16, "text"), SheetColumn("处置什么", 28, "text"), SheetColumn("方式", 16, "text"), SheetColumn("批准日期", 12, "date"),
    SheetColumn("上级批文号", 20, "text"), SheetColumn("件数", 8, "integer"), SheetColumn("原值（元）", 14, "money"), SheetColumn("累计折旧（元）", 14, "money"),
    SheetColumn("净值（元）", 14, "money"), SheetColumn("处置收入（元）", 14, "money"), SheetColumn("状态", 10, "text"),
]  # fmt: skip


def _book_rows(found: Summary):
    for one in found.disposals:
        approved = timezone.localdate(one.decided_at)
        yield [
            one.number,
            one.title,
            one.get_kind_display(),
            approved,
            one.answer_number,
            one.pieces,
            one.cost,
            one.depreciation,
            one.net,
            one.proceeds,
            one.get_state_display(),
        ]


def disposal_urls() -> list:
    """The routes of disposals, under /assets/."""
    return [
        path("disposal/summary/", summary_page, name="disposal-summary"),
        path("disposal/summary/print.pdf", summary_pdf, name="disposal-summary-print"),
        path("disposal/summary/excel/", summary_book, name="disposal-summary-excel"),
        path("disposal/<int:pk>/receipt.pdf", receipt_pdf, name="disposal-receipt"),
        *record_urls(DISPOSALS, pages={"list": DisposalList, "detail": LinesDetail, "action": DisposalAction}),
    ]
