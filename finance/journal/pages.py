"""日记账: accounts with the month's book, the lines, daily and monthly closes, bank statements (FIN-11)."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finance.budget.pages import document_url, yuan_column
from logistics.platform.access.rules import has
from logistics.platform.limits.queries import limit_shown
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordDetail, RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import close_rules, forms, rules, statement_rules
from .models import BankStatement, CashAccount, DayClose, DayEntry, MonthClose, StatementState
from .prints import BOOK_SHEET
from .queries import (
    CASH_LIMIT,
    REVIEW,
    WRITE,
    accounts_visible_to,
    day_closes_visible_to,
    day_to_close,
    entries_visible_to,
    month_closes_visible_to,
    month_of,
    month_to_close,
    statements_visible_to,
)
from .reconciliation import reconcile


def over_cash_limit(account: CashAccount) -> bool:
    return account.is_cash and account.balance > limit_shown(CASH_LIMIT, timezone.localdate())


def balance_cell(account: CashAccount):
    if over_cash_limit(account):
        return format_html('{} <span class="st late">超限额</span>', money(account.balance))
    return money(account.balance)


ACCOUNTS = Record(
    model=CashAccount,
    namespace="finance:account",
    label="日记账",
    icon="landmark",
    rows=accounts_visible_to,
    columns=(
        Column(
            "name", "账户", lambda a: a.name, lambda a: link(a.name, reverse("finance:account-detail", args=[a.pk]), a.book), css="key", sort="name", width=22
        ),
        Column("kind", "种类", lambda a: a.get_kind_display(), css="nw only-wide", sort="kind"),
        Column("bank", "开户行", lambda a: a.bank, css="only-wide", width=24),
        Column("number", "账号", lambda a: a.number, css="nw only-wide", width=22),
        Column("balance", "余额（元）", lambda a: a.balance, balance_cell, css="num", sort="balance", kind="money", width=16),
        Column("last_on", "记到", lambda a: a.last_on, lambda a: day(a.last_on), css="nw", sort="last_on", kind="date"),
        yuan_column("opening", "期初余额（元）", css="num only-wide", optional=True),
        Column("opened_on", "启用日期", lambda a: a.opened_on, css="nw only-wide", optional=True, kind="date"),
        Column("is_active", "在用", lambda a: "是" if a.is_active else "否", css="only-wide", optional=True),
    ),
    filters=forms.AccountFilters,
    form=forms.AccountForm,
    create=rules.save_account,
    update=rules.save_account,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("order", "pk"),
    empty="还没有资金账户。先建库存现金和银行账户，再记账。",
)


def asked_month(account: CashAccount, query) -> date:
    """The month the address asks for; otherwise that of the last line. 404 for anything else."""
    form = forms.BookForm(query)
    if not form.is_valid():
        raise Http404("month")
    return form.cleaned_data["month"] or (account.last_on or timezone.localdate()).replace(day=1)


class AccountDetail(RecordDetail):
    """The book of one month."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        account, user, today = context["object"], self.request.user, timezone.localdate()
        month = asked_month(account, self.request.GET)
        book = month_of(account, month)
        urls = {
            key: document_url({"document_kind": key[0], "document_id": key[1]})
            for key in {(e.document_kind, e.document_id) for d in book.days for e in d.entries}
        }
        for one in book.days:
            for entry in one.entries:
                entry.url = urls[(entry.document_kind, entry.document_id)]
        return context | {
            "book": book,
            "month_form": forms.BookForm(initial={"month": month}),
            "month": f"{month:%Y-%m}",
            "is_over": over_cash_limit(account),
            "cash_limit": limit_shown(CASH_LIMIT, today) if account.is_cash else None,
            "day_open": day_to_close(account, today),
            "month_open": month_to_close(account, today),
            "can_write": has(user, WRITE),
            "can_review": has(user, REVIEW),
            "closes": list(account.month_closes.filter(month=month).select_related("closed_by")),
        }


@require_safe
@never_cache
def print_book(request, pk: int):
    """The day book of the asked month as a PDF."""
    ACCOUNTS.check_view(request.user)
    account = get_object_or_404(accounts_visible_to(request.user), pk=pk)
    account.asked_month = asked_month(account, request.GET)
    at, content = timezone.now(), BOOK_SHEET.context(account, request.user)
    paper = note_paper(actor=request.user, at=at, document=BOOK_SHEET, record=account, content=content)
    pdf = paper_pdf(document=BOOK_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{account.book} {paper.number}.pdf") or "inline"
    return response


def review_mark(entry: DayEntry):
    return state_mark("已复核", "done") if entry.reviewed_at else state_mark("待复核", "wait")


def entry_views(user) -> list[ListView]:
    waiting = entries_visible_to(user).filter(reviewed_at=None).count()
    return [ListView("全部", ""), ListView("待复核", "waiting=true", waiting, pressing=True)]


def entry_name(entry: DayEntry):
    words = link(entry.summary, reverse("finance:entry-detail", args=[entry.pk]), f"{entry.account} · {entry.counterparty}".strip(" ·"))
    return format_html('<span class="t-late">{}</span>', words) if entry.amount < 0 else words


def amount_cell(entry: DayEntry) -> str:
    return f"{'+' if entry.effect > 0 else '−'}{abs(entry.effect):,.2f}"


ENTRIES = Record(
    model=DayEntry,
    namespace="finance:entry",
    label="日记账明细",
    icon="notebook-pen",
    rows=entries_visible_to,
    columns=(
        Column("summary", "摘要", lambda e: e.summary, entry_name, css="key", width=36),
        Column("on", "日期", lambda e: e.on, lambda e: day(e.on), css="nw", sort="on", kind="date", width=12),
        Column("account", "账户", lambda e: str(e.account), css="only-wide", optional=True, width=16),
        Column("number", "序号", lambda e: e.number, css="num only-wide", sort="number", kind="integer", optional=True, width=8),
        Column("voucher", "凭证号", lambda e: e.voucher, css="nw only-wide", width=12),
        Column("counterparty", "对方", lambda e: e.counterparty, css="only-wide", optional=True, width=24),
        Column("amount", "金额（元）", lambda e: e.effect, amount_cell, css="num", kind="money", width=15),
        Column("income", "收入（元）", lambda e: e.income, css="num only-wide", kind="money", width=15, optional=True),
        Column("outgo", "支出（元）", lambda e: e.outgo, css="num only-wide", kind="money", width=15, optional=True),
        yuan_column("balance", "余额（元）", css="num only-wide"),
        Column("document", "单据", lambda e: e.document_label, css="only-wide", optional=True, width=22),
        Column("by", "记账人", lambda e: e.by.name, css="nw only-wide"),
        Column("reviewed_by", "复核人", lambda e: e.reviewed_by.name if e.reviewed_by else "", css="nw only-wide", optional=True),
        Column("state", "复核", lambda e: "已复核" if e.reviewed_at else "待复核", review_mark, css="tail"),
    ),
    filters=forms.EntryFilters,
    form=forms.EntryForm,
    create=rules.write_entry,
    check_view=rules.check_can_view,
    check_create=rules.check_can_write,
    views=entry_views,
    order=("-on", "account", "-number"),
    stamp=lambda e: f"{e.reviewed_at or ''}",
    empty="还没有记账。",
    facts=lambda e: [
        ("账户", str(e.account), False),
        ("日期", day(e.on), False),
        (e.get_side_display(), f"{e.amount:,.2f} 元", False),
        ("记账后余额", f"{e.balance:,.2f} 元", False),
        ("摘要", e.summary, True),
        ("对方", e.counterparty or "—", False),
        ("凭证号", e.voucher or "—", False),
        ("记账", f"{e.by.name} {stamp(e.at)}", False),
        ("复核", f"{e.reviewed_by.name} {stamp(e.reviewed_at)}" if e.reviewed_by else "还没有", False),
        *([("冲销了", link(str(e.reverses), reverse("finance:entry-detail", args=[e.reverses_id])), True)] if e.reverses_id else []),
        *([("已被冲销", link(str(e.reversed_by), reverse("finance:entry-detail", args=[e.reversed_by.pk])), True)] if hasattr(e, "reversed_by") else []),
        *([("单据", e.document_label, True)] if e.document_label else []),
    ],
    actions=(
        Action("review", "复核", rules.review_entry, rules.check_can_review, icon="check", tone="primary", bulk=True),
        Action(
            "reverse", "冲销", rules.reverse_entry, rules.check_can_reverse, forms.ReasonForm, icon="undo-2", tone="stop",
            hint=lambda e, user: f"{e.get_side_display()} {e.amount:,.2f} 元，{e.summary}。会记一笔红字，这一笔也留着。",
        ),
    ),
)  # fmt: skip


def difference_cell(close: DayClose):
    if close.counted is None:
        return state_mark("已结", "done")
    return format_html('<span class="t-late">{}</span>', f"{close.difference:+,.2f}".replace("-", "−")) if close.difference else state_mark("相符", "done")


DAYS = Record(
    model=DayClose,
    namespace="finance:day",
    icon="calendar-check",
    rows=day_closes_visible_to,
    columns=(
        Column(
            "on",
            "日期",
            lambda c: c.on,
            lambda c: link(f"{c.on:%Y-%m-%d}", reverse("finance:day-detail", args=[c.pk]), str(c.account)),
            css="key",
            sort="on",
            kind="date",
        ),
        Column("account", "账户", lambda c: str(c.account), css="only-wide", optional=True, width=18),
        yuan_column("income", "本日收入（元）", css="num only-wide"),
        yuan_column("outgo", "本日支出（元）", css="num only-wide"),
        yuan_column("balance", "账面余额（元）"),
        Column("counted", "盘点（元）", lambda c: c.counted, lambda c: "" if c.counted is None else money(c.counted), css="num", kind="money", width=15),
        Column("difference", "账实", lambda c: c.difference if c.counted is not None else None, difference_cell, css="tail", kind="money"),
        Column("explanation", "差额说明", lambda c: c.explanation, css="only-wide", optional=True, width=30),
        Column("closed_by", "结账人", lambda c: c.closed_by.name, css="nw only-wide"),
    ),
    filters=forms.DayCloseFilters,
    form=forms.DayCloseForm,
    create=close_rules.close_day,
    check_view=rules.check_can_view,
    check_create=close_rules.check_can_close_day,
    order=("-on", "account", "-pk"),
    empty="还没有日清。每天下班前，盘点现金，和账面对一对。",
    facts=lambda c: [
        ("账户", str(c.account), False),
        ("日期", f"{c.on:%Y-%m-%d}", False),
        ("本日收入", f"{c.income:,.2f} 元", False),
        ("本日支出", f"{c.outgo:,.2f} 元", False),
        ("账面余额", f"{c.balance:,.2f} 元", False),
        *([("实际盘点", f"{c.counted:,.2f} 元", False), ("账实", difference_cell(c), False)] if c.counted is not None else []),
        *([("票面", "，".join(f"{name} 元 {count} 张" for name, count in c.pieces.items()), True)] if c.pieces else []),
        *([("差额说明", c.explanation, True)] if c.explanation else []),
        ("结账", f"{c.closed_by.name} {stamp(c.closed_at)}", False),
    ],
    actions=(Action("review", "复核到这一天", close_rules.review_day, close_rules.check_can_review_day, icon="check", tone="primary"),),
)
MONTHS = Record(
    model=MonthClose,
    namespace="finance:month",
    icon="calendar-check-2",
    rows=month_closes_visible_to,
    columns=(
        Column(
            "month",
            "月份",
            lambda c: f"{c.month:%Y-%m}",
            lambda c: link(f"{c.month:%Y-%m}", reverse("finance:month-detail", args=[c.pk]), str(c.account)),
            css="key",
            sort="month",
        ),
        Column("account", "账户", lambda c: str(c.account), css="only-wide", optional=True, width=18),
        yuan_column("opening", "上月结转（元）", css="num only-wide"),
        yuan_column("income", "本月收入（元）", css="num"),
        yuan_column("outgo", "本月支出（元）", css="num"),
        yuan_column("balance", "月末余额（元）"),
        Column("closed_by", "结账人", lambda c: c.closed_by.name, css="nw only-wide"),
        Column("state", "状态", lambda c: c.state[0], lambda c: state_mark(*c.state), css="tail"),
    ),
    filters=forms.MonthCloseFilters,
    form=forms.MonthCloseForm,
    create=close_rules.close_month,
    check_view=rules.check_can_view,
    check_create=close_rules.check_can_close_month,
    order=("-month", "account", "-pk"),
    stamp=lambda c: c.state[0],
    empty="还没有月结。",
    facts=lambda c: [
        ("账户", link(str(c.account), f"{reverse('finance:account-detail', args=[c.account_id])}?month={c.month:%Y-%m}"), False),
        ("月份", f"{c.month.year}年{c.month.month}月", False),
        ("上月结转", f"{c.opening:,.2f} 元", False),
        ("本月收入", f"{c.income:,.2f} 元", False),
        ("本月支出", f"{c.outgo:,.2f} 元", False),
        ("月末余额", f"{c.balance:,.2f} 元", False),
        ("结账", f"{c.closed_by.name} {stamp(c.closed_at)}", False),
        ("状态", state_mark(*c.state), False),
        *([("反结账", f"{c.reopened_by.name} {stamp(c.reopened_at)}：{c.reason}", True)] if c.reopened_at else []),
    ],
    actions=(Action("reopen", "反结账", close_rules.reopen_month, close_rules.check_can_reopen, forms.ReasonForm, icon="lock-open", tone="stop"),),
)


class DoingForm(RecordForm):
    """A line or a close is not "new": the page says what is done."""

    words = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": self.words, "submit": self.words}


class EntryForm(DoingForm):
    words = "记一笔"


class DayCloseForm(DoingForm):
    words = "日清"


class MonthCloseForm(DoingForm):
    words = "月结"


def statement_tone(statement: BankStatement) -> str:
    return "done" if statement.state == StatementState.BALANCED else "wait"


STATEMENTS = Record(
    model=BankStatement,
    namespace="finance:statement",
    icon="scale",
    rows=statements_visible_to,
    columns=(
        Column(
            "month",
            "月份",
            lambda s: f"{s.month:%Y-%m}",
            lambda s: link(f"{s.month:%Y-%m}", reverse("finance:statement-detail", args=[s.pk]), str(s.account)),
            css="key",
            sort="month",
        ),
        Column("account", "账户", lambda s: str(s.account), css="only-wide", optional=True, width=18),
        yuan_column("balance", "对账单余额（元）"),
        Column("state", "状态", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), statement_tone(s)), css="tail", sort="state"),
        Column("balanced_by", "对账人", lambda s: s.balanced_by.name if s.balanced_by else "", css="nw only-wide"),
        Column("balanced_at", "对平时间", lambda s: s.balanced_at, lambda s: stamp(s.balanced_at), css="nw only-wide", kind="datetime", width=18),
    ),
    filters=forms.StatementFilters,
    form=forms.StatementEditForm,
    create_form=forms.StatementForm,
    create=statement_rules.create_statement,
    update=statement_rules.update_statement,
    check_view=rules.check_can_view,
    check_create=statement_rules.check_can_write,
    check_update=statement_rules.check_is_open,
    order=("-month", "account", "-pk"),
    empty="还没有对账单。月初拿到银行对账单，在这里登记和对账。",
    facts=lambda s: [],  # the page has its own
    extra={"lines": {"add_line", "remove_line", "pair", "unpair"}},
    detail_context=lambda s, user: {"found": reconcile(s), "lines": list(s.lines.select_related("entry")), "tone": statement_tone(s)},
    actions=(
        Action("match", "自动对账", statement_rules.match, statement_rules.check_is_open, icon="wand-sparkles"),
        Action("confirm", "对平了", statement_rules.confirm, statement_rules.check_is_open, icon="check", tone="primary"),
        Action("reopen", "重新对账", statement_rules.reopen_statement, statement_rules.check_can_reopen, icon="rotate-ccw"),
        Action("add_line", "加一笔", statement_rules.add_line, statement_rules.check_is_open, forms.BankLineForm, icon="plus"),
        Action("remove_line", "去掉一笔", statement_rules.remove_line, statement_rules.check_is_open, forms.OneLineForm, icon="x", tone="stop"),
        Action("pair", "人工对上", statement_rules.pair, statement_rules.check_is_open, forms.PairForm, icon="link"),
        Action("unpair", "取消对上", statement_rules.unpair, statement_rules.check_is_open, forms.PairedForm, icon="unlink"),
    ),
)


class StatementAction(LinesAction):
    again = frozenset({"add_line"})


def journal_urls() -> list:
    """The routes of day books, under /finance/."""
    return [
        path("account/<int:pk>/book.pdf", print_book, name="account-book"),
        *record_urls(ACCOUNTS, pages={"detail": AccountDetail}),
        *record_urls(ENTRIES, pages={"form": EntryForm}),
        *record_urls(DAYS, pages={"form": DayCloseForm}),
        *record_urls(MONTHS, pages={"form": MonthCloseForm}),
        *record_urls(STATEMENTS, pages={"detail": LinesDetail, "action": StatementAction}),
    ]
