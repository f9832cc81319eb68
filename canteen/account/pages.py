"""伙食账: the statements of the months, the entries, what is taken over from the fees, the workbook."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.exports.workbook import XLSX
from logistics.platform.school.models import school
from logistics.platform.web.record_pages import FormPage, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money

from . import forms, rules, statement_rules
from .book import workbook
from .figures import book_of, excess_of, gaps_of, gather, odd_of
from .models import AccountEntry, AccountStatement, Book, StatementState, month_words
from .prints import check_frozen, tables_of
from .queries import WRITE, check_can_view, closed_before, entries_visible_to, fees_waiting, standing_amount, statements_visible_to

NEXT = {StatementState.DRAFT: "会计核对以后送签", StatementState.SENT: "总务主任签字，签了自动公布"}


def entry_state(entry: AccountEntry) -> tuple[str, str]:
    return ("更正", "wait") if entry.corrects_id else (entry.side, "done" if entry.is_income else "doing")


def entry_context(entry: AccountEntry, user) -> dict:
    return {"corrections": list(entry.corrections.select_related("created_by").order_by("pk")), "standing": standing_amount(entry)}


ENTRIES = Record(
    model=AccountEntry,
    namespace="canteen:account-entry",
    label="伙食账流水",
    icon="notebook-pen",
    rows=entries_visible_to,
    columns=(
        Column(
            "summary", "摘要", lambda e: e.summary,
            lambda e: link(e.summary, reverse("canteen:account-entry-detail", args=[e.pk]), " ".join(filter(None, [e.payee, e.voucher]))), css="key", width=40,
        ),
        Column("on", "日期", lambda e: e.on, lambda e: day(e.on), css="nw", sort="on", kind="date"),
        Column("purpose", "项目", lambda e: e.get_purpose_display(), css="nw", sort="purpose", width=18),
        Column("book", "哪本账", lambda e: e.get_book_display(), lambda e: forms.SHORT[Book(e.book)], css="nw only-wide", sort="book"),
        Column("amount", "金额（元）", lambda e: e.amount, lambda e: money(e.amount), css="num", sort="amount", kind="money", width=14),
        Column("income", "收入（元）", lambda e: e.amount if e.side != "支出" else None, lambda e: money(e.amount) if e.side != "支出" else "", css="num only-wide", optional=True, kind="money", width=14),
        Column("outgo", "支出（元）", lambda e: e.amount if e.side == "支出" else None, lambda e: money(e.amount) if e.side == "支出" else "", css="num only-wide", optional=True, kind="money", width=14),
        Column("voucher", "凭证号", lambda e: e.voucher, css="only-wide", optional=True, width=16),
        Column("created_by", "记账人", lambda e: e.created_by.name, css="nw only-wide", optional=True),
        Column("state", "收支", lambda e: entry_state(e)[0], lambda e: state_mark(*entry_state(e)), css="tail"),
    ),
    filters=forms.EntryFilters,
    form=forms.EntryForm,
    create=rules.write_entry,
    check_view=check_can_view,
    check_create=rules.check_can_write,
    order=("-on", "-pk"),
    stamp=lambda e: str(e.pk),  # a correction says what is right, so nobody overwrites another
    facts=lambda e: [
        ("日期", day(e.on), False), ("项目", e.get_purpose_display(), False), ("记到", e.get_book_display(), False), ("金额", f"{e.amount:,.2f} 元", False),
        ("对方", e.payee or "—", False), ("凭证号", e.voucher or "—", False), ("记账人", e.created_by.name, False), ("摘要", e.summary, True),
    ],
    detail_context=entry_context,
    empty="还没有记账。先记两本账的期初结余，再一笔一笔记收入和支出；食材从食材库取，不用记。",
    actions=(Action("correct", "更正", rules.correct_entry, rules.check_can_correct, forms.CorrectForm, icon="pencil-line"),),
)  # fmt: skip


def pupil(statement: AccountStatement, name: str):
    return next((book[name] for book in tables_of(statement.content)["books"] if book["key"] == Book.PUPIL), None)


def statement_views(user) -> list[ListView]:
    states = list(statements_visible_to(user).order_by().filter(state__in=["draft", "sent"]).values_list("state", flat=True))
    return [
        ListView("全部", ""),
        ListView("编制中", "state=draft", states.count("draft"), pressing=True),
        ListView("待签字", "state=sent", states.count("sent"), pressing=True),
        ListView("已公布", "state=signed"),
    ]


def gaps_shown(statement: AccountStatement, content: dict) -> list[str]:
    """What the sending will ask for."""
    return list(filter(None, [*gaps_of(content), "" if statement.note else odd_of(content)]))


def statement_context(statement: AccountStatement, user) -> dict:
    """A draft shows what the books say now; from the sending on it is the frozen content."""
    content = statement.content or (gather(statement.month, closed_before(statement.month)) if statement.state == StatementState.DRAFT else {})
    post, is_running = statement.post, statement.last_on >= timezone.localdate()
    return {
        "state_cell": state_mark(statement.get_state_display(), statement.tone),
        "tables": tables_of(content),
        "pupils": book_of(content, Book.PUPIL),
        "gaps": gaps_shown(statement, content) if statement.state == StatementState.DRAFT and content.get("ledger") is not None else [],
        "is_running": is_running,
        "excess": "" if is_running and not statement.content else excess_of(content),
        "next_words": NEXT.get(StatementState(statement.state), ""),
        "has_paper": bool(statement.content) and statement.state != StatementState.VOID,
        "is_live": not statement.content,
        "post_url": reverse("board:public-post", args=[post.pk]) if post and post.state == "published" else "",
    }


def check_can_send_now(user, statement: AccountStatement) -> None:
    """The button comes when the month is over; the rule asks again with its own moment."""
    statement_rules.check_can_send(user, statement)
    statement_rules.check_over(statement, timezone.now())


STATEMENTS = Record(
    model=AccountStatement,
    namespace="canteen:account",
    label="伙食账",
    icon="wallet",
    rows=statements_visible_to,
    columns=(
        Column("month", "月份", lambda s: s.month, lambda s: link(month_words(s.month), reverse("canteen:account-detail", args=[s.pk]), "Excel 表" if s.from_file else ""), css="key nw", sort="month", kind="date", width=14),
        Column("income", "学生账收入（元）", lambda s: pupil(s, "income"), lambda s: money(pupil(s, "income")), css="num", kind="money", width=16),
        Column("spent", "支出（元）", lambda s: pupil(s, "spent"), lambda s: money(pupil(s, "spent")), css="num", kind="money", width=16),
        Column("balance", "累计结余（元）", lambda s: pupil(s, "balance"), lambda s: money(pupil(s, "balance")), css="num", kind="money", width=16),
        Column("rate", "累计盈亏率", lambda s: pupil(s, "total_rate"), lambda s: f"{pupil(s, 'total_rate')}%".replace("-", "−") if pupil(s, "total_rate") else "", css="num only-wide"),
        Column("doubts", "对不上", lambda s: len(s.doubts) or None, css="num only-wide", kind="integer", optional=True),
        Column("signed_by", "签字", lambda s: s.signed_by.name if s.signed_by else "", css="nw only-wide"),
        Column("state", "状态", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), s.tone), css="tail", sort="state"),
    ),
    filters=forms.StatementFilters,
    form=forms.WordsForm,
    create_form=forms.NewStatementForm,
    create=statement_rules.create_statement,
    update=statement_rules.update_statement,
    check_view=check_can_view,
    check_create=rules.check_can_write,
    check_update=statement_rules.check_can_edit,
    views=statement_views,
    order=("-month", "-pk"),
    stamp=lambda s: f"{s.state}.{s.sent_at.isoformat() if s.sent_at else ''}",
    facts=lambda s: [],  # the page has its own
    detail_context=statement_context,
    empty="还没有月报。每月初新建上个月的，核对以后送总务主任签字，签了自动公布。",
    actions=(
        Action("send", "送签", statement_rules.send_statement, check_can_send_now, icon="send", tone="primary"),
        Action(
            "sign", "签字公布", statement_rules.sign_statement, statement_rules.check_can_sign, icon="signature", tone="primary",
            confirm="签字以后贴在公示栏和食堂公开页，家长都能看到，这个月不能再记账。",
        ),
        Action("file", "存档", statement_rules.file_statement, statement_rules.check_can_file, icon="archive", tone="primary", confirm="存档以后下个月从它的结余接着算，这个月不能再记账。"),
        Action("read_file", "读入 Excel 表", statement_rules.read_file, statement_rules.check_can_read_file, forms.FileForm, icon="file-up"),
        Action("return", "退回", statement_rules.return_statement, statement_rules.check_can_return, forms.ReasonForm, icon="corner-up-left"),
        Action("void", "作废", statement_rules.void_statement, statement_rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


@require_safe
@never_cache
def statement_book(request, pk: int):
    check_can_view(request.user)
    statement = get_object_or_404(statements_visible_to(request.user), pk=pk)
    check_frozen(request.user, statement)
    response = HttpResponse(workbook(statement, school=school().name), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{statement}.xlsx") or "attachment"
    return response


class TakeFees(FormPage):
    """What the cashier has collected for meals and the meal account has not: shown charge by charge, taken with one button."""

    record = ENTRIES
    heading, submit = "从收费单记入", "记入伙食账"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_write(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self):
        return ["canteen/account_fees.html"]

    def get_form(self, *args):
        return forms.TakeForm(*args)

    def get_context_data(self, **kwargs):
        return super().get_context_data(waiting=fees_waiting(timezone.localdate()), **kwargs)

    def run(self, **fields):
        return rules.take_fees(actor=self.request.user, at=timezone.now(), **fields)

    def done(self, saved):
        messages.success(self.request, f"记入 {len(saved)} 笔")
        return redirect("canteen:account-entry-list")


def can_write(user) -> bool:
    return has(user, WRITE)


def account_urls() -> list:
    """The routes of the meal account, under /canteen/."""
    return [
        path("account-entry/fees/", TakeFees.as_view(), name="account-fees"),
        path("account/<int:pk>/excel/", statement_book, name="account-excel"),
        *record_urls(ENTRIES),
        *record_urls(STATEMENTS),
    ]
