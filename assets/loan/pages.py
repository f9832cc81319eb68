"""借还: loans with their acts, what may be borrowed, how much it is used (AST-08)."""

from django.urls import path, reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from assets.card.pages import day_column
from assets.labels.pages import card_by_code
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.record_pages import RecordForm, RecordList, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .home import offer_button
from .models import Loan, Offer
from .queries import MANAGE, check_can_view, check_sees_all, loan_counts, loans_visible_to, offers_visible_to, open_loans, usage


def views(user) -> list[ListView]:
    n = loan_counts(user, timezone.localdate())
    return [
        ListView("全部", ""),
        ListView("借出", "state=out", n["out"]),
        ListView("超期", "late=true", n["late"], pressing=True),
        ListView("今天到期", "soon=true", n["soon"], pressing=True),
        ListView("预约", "state=booked", n["booked"]),
        ListView("我借的", "mine=true", n["mine"]),
    ]


def state_cell(loan: Loan):
    today = timezone.localdate()
    return state_mark(loan.words_on(today), loan.tone_on(today))


def pieces_words(loan: Loan) -> str:
    """3 台, or 2 / 3 台 while some are still out."""
    some = f"{loan.left} / " if loan.returned and loan.left else ""
    return f"{some}{loan.quantity} {loan.card.unit}"


def detail_context(loan: Loan, user) -> dict:
    return {
        "returns": list(loan.returns.select_related("by")),
        "photos": [file for file in attachments_of(loan) if file.role == "photo"],
        "state_cell": state_cell(loan),
        "pieces": pieces_words(loan),
        "is_late": loan.is_late(timezone.localdate()),
    }


LOANS = Record(
    model=Loan,
    namespace="assets:loan",
    label="借还",
    icon="hand-helping",
    rows=loans_visible_to,
    columns=(
        Column("card", "借的东西", lambda x: x.card.name, lambda x: link(x.card.name, reverse("assets:loan-detail", args=[x.pk]), x.number), css="key", width=24),
        Column("number", "单号", lambda x: x.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("card_number", "资产编号", lambda x: x.card.number, css="nw only-wide", optional=True, width=22),
        Column("who", "借用人", lambda x: x.who, width=18),
        Column("department", "部门", lambda x: str(x.borrower.department or "") if x.borrower else "", css="only-wide", optional=True),
        Column("quantity", "数量", lambda x: x.quantity, pieces_words, css="num nw", kind="integer", width=8),
        Column("returned", "已还", lambda x: x.returned, css="num only-wide", kind="integer", optional=True, width=8),
        day_column("from_on", "借用日期"),
        Column("due_on", "应还日期", lambda x: x.due_on, lambda x: day(x.due_on), css="nw", sort="due_on", kind="date", width=12),
        day_column("back_on", "还清日期", optional=True),
        Column("purpose", "用途", lambda x: x.purpose, css="only-wide", width=24),
        Column("state", "状态", lambda x: x.words_on(timezone.localdate()), state_cell, css="tail nw", sort="state", width=10),
    ),
    filters=forms.LoanFilters,
    create_form=forms.LoanForm,
    create=rules.book_loan,
    check_view=check_can_view,
    check_create=rules.check_can_book,
    views=views,
    detail_context=detail_context,
    stamp=lambda x: f"{x.state}.{x.returned}.{x.due_on}",
    empty="还没有借用。",
    actions=(
        Action("hand_out", "借出", rules.hand_out, rules.check_can_hand_out, forms.HandOutForm, icon="hand-helping", tone="primary"),
        Action(
            "take_in", "归还", rules.take_in, rules.check_can_take_in, forms.TakeInForm, icon="undo-2", tone="primary",
            hint=lambda x, user: f"{x.who}借的{x.card.name}，还差 {x.left} {x.card.unit}。{f'借出时：{x.out_words}' if x.out_words else ''}",
        ),
        Action(
            "extend", "续借", rules.extend_loan, rules.check_can_extend, forms.ExtendForm, icon="calendar-plus",
            hint=lambda x, user: f"现在应在 {x.due_on} 以前还。",
        ),
        Action("cancel", "取消预约", rules.cancel_loan, rules.check_can_cancel, forms.CancelForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class LoanList(RecordList):
    """The list, with the ways to lend for whoever lends."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"can_lend": has(self.request.user, MANAGE)}


def about_card(form, user) -> dict | None:
    """The thing a form names, who has how much of it when, and how it is lent; None while it names none."""
    card = card_by_code(str(form["card"].value() or "").strip()[:60])
    if card is None or not card.is_alive:
        return None
    found = Offer.objects.filter(card=card.pk).first()
    offer = found if found and found.is_active else None
    return {"card": card, "taken": open_loans(card)[:6], "offer": offer, "manage": offer_button(card, found, user)}


class LoanNew(RecordForm):
    """借用登记 for whoever lends, 约着借 for everybody else."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        lends = "now" in context["form"].fields
        words = {"heading": "借用登记" if lends else "约着借", "submit": "登记" if lends else "约好"}
        return context | words | {"about": about_card(context["form"], self.request.user)}


def offer_name(offer: Offer):
    small = " ".join(filter(None, [offer.card.brand, offer.card.model]))
    return link(offer.card.name, f"{reverse('assets:loan-create')}?card={offer.card.number}", small or offer.card.number)


def free_now(offer: Offer) -> int:
    return max(offer.card.quantity - offer.out - offer.lost, 0)


def free_words(offer: Offer) -> str:
    return f"{free_now(offer)} / {offer.card.quantity} {offer.card.unit}"


OFFERS = Record(
    model=Offer,
    namespace="assets:offer",
    label="可借物品",
    icon="package-open",
    rows=offers_visible_to,
    columns=(
        Column("name", "名称", lambda x: x.card.name, offer_name, css="key", sort="card__name", width=24),
        Column("number", "资产编号", lambda x: x.card.number, css="nw only-wide", sort="card__number", width=22),
        Column("free", "现在可借", free_now, free_words, css="num nw", kind="integer", width=10),
        Column("place", "在哪里", lambda x: str(x.card.place or ""), width=26),
        Column("keeper", "找谁借", lambda x: str(x.card.custodian or ""), css="nw only-wide", width=10),
        Column("longest_days", "最长借（天）", lambda x: x.longest_days, css="num only-wide", sort="longest_days", kind="integer", width=10),
        Column("for_students", "学生可借", lambda x: "可以" if x.for_students else "", css="nw only-wide", optional=True, width=8),
        Column("words", "借用须知", lambda x: x.words, css="only-wide", width=30),
        Column("is_active", "开放", lambda x: "开放" if x.is_active else "停借", lambda x: state_mark("开放", "done") if x.is_active else state_mark("停借", "void"), css="tail", width=8),
    ),
    filters=forms.OfferFilters,
    form=forms.OfferForm,
    create_form=forms.NewOfferForm,
    create=rules.save_offer,
    update=rules.save_offer,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    stamp=lambda x: f"{x.is_active}.{x.longest_days}",
    order=("card__name", "pk"),
    empty="还没有开放借用的东西。",
)  # fmt: skip


class UsagePage(TemplateView):
    """利用情况: how much of the time each thing was out."""

    template_name = "assets/loan_usage.html"

    def get_context_data(self, **kwargs):
        check_sees_all(self.request.user)
        form = forms.UsageForm(self.request.GET)
        given = form.cleaned_data if form.is_valid() else None
        rows = usage(given["since"], given["until"], timezone.localdate()) if given else []
        shown = forms.UsageForm(initial=given) if given else form
        counts = {"loans": sum(row.loans for row in rows), "late": sum(row.late for row in rows), "never": sum(not row.loans for row in rows)}
        return super().get_context_data(
            title="借用利用率", form=shown, errors=form.errors, rows=rows[:200], total=len(rows), counts=counts, query=self.request.GET.urlencode(), **kwargs
        )


class UsageBook(View):
    def get(self, request):
        check_sees_all(request.user)
        form = forms.UsageForm(request.GET)
        if not form.is_valid():
            raise RuleViolation("请先选好日期，开始不晚于结束。")
        first, last = form.cleaned_data["since"], form.cleaned_data["until"]
        heads = [
            SheetColumn("资产编号", 22), SheetColumn("名称", 24), SheetColumn("数量", 8, "integer"), SheetColumn("借用次数", 10, "integer"),
            SheetColumn("借用件数", 10, "integer"), SheetColumn("件天数", 10, "integer"), SheetColumn("利用率（%）", 12, "number"), SheetColumn("超期次数", 10, "integer"),
        ]  # fmt: skip
        rows = usage(first, last, timezone.localdate())
        lines = [
            [row.card.number, row.card.name, row.card.quantity, row.loans, row.pieces, row.piece_days, round(row.share * 100, 1), row.late] for row in rows
        ]
        return workbook_response("借用利用率", heads, lines, filters=f"{first} 至 {last}", at=timezone.now())


def loan_urls() -> list:
    """The routes of loans, under /assets/."""
    return [
        path("loan/usage/", UsagePage.as_view(), name="loan-usage"),
        path("loan/usage/excel/", UsageBook.as_view(), name="loan-usage-excel"),
        *record_urls(LOANS, pages={"list": LoanList, "form": LoanNew}),
        *record_urls(OFFERS, without=("detail",)),
    ]
