"""Payments and batches for the bank: lists, details, the bank's Excel."""

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import yuan_words
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money

from . import batch_rules, forms, rules
from .models import Payment, PaymentBatch
from .queries import batch_counts, batches_visible_to, check_can_view, payment_counts, payments_visible_to, rows_of


def claim_link(payment: Payment):
    return link(payment.claim.title, reverse("finance:payment-detail", args=[payment.pk]), f"{payment.number}　报销单 {payment.claim.number}")


def payment_views(user) -> list[ListView]:
    n = payment_counts(user)
    return [
        ListView("全部", ""),
        ListView("已付", "state=posted", n["posted"]),
        ListView("已退回", "state=returned", n["returned"], pressing=True),
    ]


PAYMENTS = Record(
    model=Payment,
    namespace="finance:payment",
    label="付款",
    icon="banknote",
    rows=payments_visible_to,
    columns=(
        Column("claim", "事由", lambda p: p.claim.title, claim_link, css="key", width=30),
        Column("number", "单号", lambda p: p.number, css="nw only-wide", sort="number", optional=True, width=14),
        Column("claim_number", "报销单", lambda p: p.claim.number, css="nw only-wide", optional=True, width=14),
        Column("payee", "收款人", lambda p: p.payee, css="", sort="payee", width=20),
        Column("amount", "金额（元）", lambda p: p.amount, lambda p: money(p.amount), css="num", sort="amount", kind="money", width=14),
        Column("method", "怎么付", lambda p: p.get_method_display(), css="nw only-wide", width=10),
        Column("cash_account", "付款账户", lambda p: str(p.cash_account or ""), css="only-wide", width=20),
        Column("paid_on", "付款日期", lambda p: p.paid_on, lambda p: day(p.paid_on), css="nw only-wide", sort="paid_on", kind="date", width=12),
        Column("batch", "批量付款单", lambda p: p.batch.number if p.batch else "", css="nw only-wide", optional=True, width=14),
        Column("created_by", "付款人", lambda p: p.created_by.name, css="nw only-wide", optional=True, width=10),
        Column("state", "状态", lambda p: p.get_state_display(), lambda p: state_mark(p.get_state_display(), p.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.PaymentFilters,
    check_view=check_can_view,
    views=payment_views,
    facts=lambda p: [
        ("金额", f"{p.amount:,.2f} 元　{yuan_words(p.amount)}", True),
        ("收款人", p.payee, False),
        ("账号", f"{p.bank} {p.account}", False),
        ("怎么付", p.get_method_display(), False),
        ("付款账户", str(p.cash_account or "没有付出钱"), False),
        ("付款日期", day(p.paid_on), False),
        ("付款人", p.created_by.name, False),
        ("报销单", link(str(p.claim), reverse("finance:claim-detail", args=[p.claim_id])), True),
        *([("批量付款单", link(p.batch.number, reverse("finance:batch-detail", args=[p.batch_id])), False)] if p.batch_id else []),
        *([("日记账", f"{p.entry.account}第 {p.entry.number} 号", False)] if p.entry_id else []),
    ],
    detail_context=lambda p, user: {"state_cell": state_mark(p.get_state_display(), p.tone)},
    empty="还没有付款。批准了的报销单在「报销」里等着付。",
    actions=(
        Action(
            "return", "登记退汇", rules.return_payment, rules.check_can_return, forms.ReturnForm, icon="undo-2", tone="stop",
            hint=lambda p, user: f"银行退回了付给{p.payee}的 {p.amount:,.2f} 元。日记账会红字冲销，报销单重新等着付。",
        ),
    ),
)  # fmt: skip


def batch_context(batch: PaymentBatch, user) -> dict:
    return {"rows": rows_of(batch), "words": yuan_words(batch.total), "state_cell": state_mark(batch.get_state_display(), batch.tone)}


def batch_views(user) -> list[ListView]:
    return [ListView("全部", ""), ListView("待付", "state=draft", batch_counts(user)["draft"], pressing=True)]


BATCHES = Record(
    model=PaymentBatch,
    namespace="finance:batch",
    icon="list-checks",
    rows=batches_visible_to,
    columns=(
        Column("number", "单号", lambda b: b.number, lambda b: link(b.number, reverse("finance:batch-detail", args=[b.pk]), b.note), css="key", sort="number", width=16),
        Column("account", "付款账户", lambda b: str(b.account), css="only-wide", width=20),
        Column("count", "笔数", lambda b: b.count, css="num", kind="integer", width=8),
        Column("total", "合计（元）", lambda b: b.total, lambda b: money(b.total), css="num", sort="total", kind="money", width=14),
        Column("posted_on", "付款日期", lambda b: b.posted_on, lambda b: day(b.posted_on), css="nw only-wide", sort="posted_on", kind="date", width=12),
        Column("created_by", "编制", lambda b: b.created_by.name, css="nw only-wide", width=10),
        Column("note", "说明", lambda b: b.note, css="only-wide", optional=True, width=24),
        Column("state", "状态", lambda b: b.get_state_display(), lambda b: state_mark(b.get_state_display(), b.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.BatchFilters,
    form=forms.BatchForm,
    create=batch_rules.create_batch,
    check_view=check_can_view,
    check_create=batch_rules.check_can_make,
    views=batch_views,
    facts=lambda b: [("付款账户", f"{b.account}（{b.account.bank} {b.account.number}）", True)],
    detail_context=batch_context,
    stamp=lambda b: f"{b.state}.{b.count}.{b.total}",
    empty="还没有批量付款单。有几张报销单要转账时，编一张单一起付。",
    actions=(
        Action(
            "post", "银行已付", batch_rules.post_batch, batch_rules.check_can_post, forms.PostForm, icon="check", tone="primary",
            hint=lambda b, user: f"{b.account}付出 {b.count} 笔，{b.total:,.2f} 元，{yuan_words(b.total)}。银行付完再登记。",
        ),
        Action("add_claims", "加报销单", batch_rules.add_claims, batch_rules.check_can_change, forms.AddClaimsForm, icon="plus"),
        Action("take_out", "拿出来", batch_rules.take_out, batch_rules.check_can_change, forms.TakeOutForm, icon="x"),
        Action("cancel", "作废", batch_rules.cancel_batch, batch_rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
    extra={"lines": {"take_out", "add_claims"}},
)  # fmt: skip

BANK_COLUMNS = [
    SheetColumn("序号", 8, "integer"),
    SheetColumn("收款人", 30),
    SheetColumn("账号", 28),
    SheetColumn("开户行", 34),
    SheetColumn("金额", 16, "money"),
    SheetColumn("用途", 40),
]


@require_safe
@never_cache
def bank_list(request, pk: int):
    """The batch as the bank takes it, with the total in capitals below."""
    BATCHES.check_view(request.user)
    batch = get_object_or_404(batches_visible_to(request.user), pk=pk)
    rows = rows_of(batch)
    if not rows:
        raise RuleViolation("这张批量付款单里没有报销单。")
    lines = [[n, row["payee"], row["account"], row["bank"], row["amount"], row["use"]] for n, row in enumerate(rows, 1)]
    total = sum(row["amount"] for row in rows)
    lines.append([None, "合计", f"{len(rows)} 笔", yuan_words(total), total, ""])
    return workbook_response(f"批量付款{batch.number}", BANK_COLUMNS, lines, at=timezone.now())


def payment_urls() -> list:
    """The routes of payments, under /finance/."""
    return [
        path("batch/<int:pk>/bank.xlsx", bank_list, name="batch-bank"),
        *record_urls(PAYMENTS, pages={"action": LinesAction}),
        *record_urls(BATCHES, pages={"detail": LinesDetail, "action": LinesAction}),
    ]
