"""Claims: the list, the claim on one page with its lines and invoices, and its acts."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from finance.money import ZERO
from finance.payment import advance_rules
from finance.payment import forms as payment_forms
from finance.payment import rules as payment_rules
from finance.payment.queries import VIEW as PAYMENTS_VIEW
from logistics.platform.access.rules import has
from logistics.platform.approvals.public import approval_panel
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.money import yuan_words
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import forms, line_rules, rules
from .models import Claim, ClaimKind, ClaimState
from .queries import accepted_sum, check_can_view, claim_counts, claims_visible_to, is_overdue, warnings_of

KINDS = [
    (ClaimKind.PURCHASE, "package-check", "学校采购单上的东西，验收以后"),
    (ClaimKind.TRIP, "train-front", "出差、外出学习的车票、住宿和补助"),
    (ClaimKind.PETTY, "receipt", "自己先买的小东西、快递、打印"),
    (ClaimKind.ADVANCE, "hand-coins", "先借钱，用了再报销冲账"),
]


def views(user) -> list[ListView]:
    n = claim_counts(user)
    return [
        ListView("全部", ""),
        ListView("我的", "mine=1", n["mine"]),
        ListView("审批中", "state=submitted", n["waiting"]),
        ListView("待付款", "state=approved", n["payable"], pressing=True),
        ListView("没还清的借款", "owed=1", n["advances"]),
        ListView("没记账", "unbooked=1", n["unbooked"]),
    ]


def sum_cell(claim: Claim):
    """The sum, with what is really paid out where an advance pays for some of it."""
    if not claim.offset:
        return money(claim.total)
    return format_html('{}<span class="two">实付 {}</span>', money(claim.total), money(claim.due))


def facts_for(claim: Claim) -> list[tuple]:
    trip = [("出差", f"{claim.place}，{claim.from_on} 至 {claim.until_on}", False)] if claim.kind == ClaimKind.TRIP else []
    order = [("采购单", link(str(claim.order), reverse("finance:order-detail", args=[claim.order_id])), False)] if claim.order_id else []
    source = [("来自", claim.source_label, False)] if claim.source_label else []
    advance = []
    if claim.advance_id:
        address = reverse("finance:claim-detail", args=[claim.advance_id])
        advance = [("冲抵借款", link(claim.advance.number, address, f"{claim.offset:,.2f} 元"), False)]
    back = [("预计还款", day(claim.back_on) if claim.back_on else "没有写", False), ("还没冲还", f"{claim.open_sum:,.2f} 元", False)]
    voucher = [("凭证号", f"{claim.voucher}　{claim.booked_by.name}", False)] if claim.voucher else []
    return [
        ("报什么", claim.get_kind_display(), False),
        ("部门", str(claim.department), False),
        *trip, *order, *source,
        *advance,
        *(back if claim.is_advance and claim.paid_at else []),
        ("付给", f"{claim.payee or claim.created_by.name}　{claim.get_method_display()}", False),
        ("账号", f"{claim.bank} {claim.masked_account}", False) if claim.account else ("账号", "没有写", False),
        *([("证明人", claim.witness.name, False)] if claim.witness else []),
        *voucher,
        *([("说明", claim.note, True)] if claim.note else []),
    ]  # fmt: skip


def detail_context(claim: Claim, user) -> dict:
    files: dict[str, list] = {}
    for file in attachments_of(claim):
        files.setdefault(file.role, []).append(file)
    invoices = [] if claim.is_advance else list(claim.invoices.all())
    for invoice in invoices:
        invoice.pictures = files.get(invoice.role, [])
    lines = list(claim.lines.select_related("budget_line__department", "budget_line__item", "budget_line__fund"))
    needed = ZERO if claim.is_advance else sum((line.amount for line in lines if not line.is_allowance), ZERO)
    billed = sum((invoice.amount for invoice in invoices), ZERO)
    return {
        "lines": lines,
        "invoices": invoices,
        "papers": files.get("paper", []),
        "words": yuan_words(claim.total),
        "invoice_sum": billed,
        "missing": max(needed - billed, 0),
        "accepted": accepted_sum(claim.order) if claim.order_id and claim.state in (ClaimState.DRAFT, ClaimState.SUBMITTED) else None,
        "payments": list(claim.payments.select_related("cash_account", "created_by", "batch")) if claim.decided_at else [],
        "settlements": list(claim.settlements.exclude(state__in=("cancelled", "rejected")).order_by("pk")) if claim.is_advance else [],
        "warnings": warnings_of(claim, invoices),
        "late_advance": is_overdue(claim, timezone.localdate()),
        "may_see_payments": has(user, PAYMENTS_VIEW),
        "state_cell": state_mark(claim.get_state_display(), claim.tone),
        "panel_data": approval_panel(claim, user),
    }


CLAIMS = Record(
    model=Claim,
    namespace="finance:claim",
    label="报销",
    icon="receipt",
    rows=claims_visible_to,
    columns=(
        Column("title", "事由", lambda c: c.title, lambda c: link(c.title, reverse("finance:claim-detail", args=[c.pk]), c.number), css="key", width=30),
        Column("number", "单号", lambda c: c.number, css="nw only-wide", sort="number", optional=True, width=14),
        Column("kind", "报什么", lambda c: c.get_kind_display(), css="nw only-wide", width=10),
        Column("created_by", "报销人", lambda c: c.created_by.name, css="nw", width=10),
        Column("department", "部门", lambda c: str(c.department), css="nw only-wide", width=14),
        Column("payee", "收款人", lambda c: c.payee, css="only-wide", optional=True, width=20),
        Column("total", "金额（元）", lambda c: c.total, sum_cell, css="num", sort="total", kind="money", width=14),
        Column("offset", "冲抵借款（元）", lambda c: c.offset, lambda c: money(c.offset), css="num only-wide", kind="money", optional=True, width=14),
        Column("method", "怎么付", lambda c: c.get_method_display(), css="nw only-wide", optional=True, width=8),
        Column("state", "状态", lambda c: c.get_state_display(), lambda c: state_mark(c.get_state_display(), c.tone), css="tail", sort="state", width=10),
        Column(
            "submitted_at", "送批时间", lambda c: c.submitted_at, lambda c: stamp(c.submitted_at), css="nw only-wide", sort="submitted_at", kind="datetime",
            width=18,
        ),
        Column("paid_at", "付款时间", lambda c: c.paid_at, lambda c: stamp(c.paid_at), css="nw only-wide", sort="paid_at", kind="datetime", width=18),
        Column("voucher", "凭证号", lambda c: c.voucher, css="nw only-wide", optional=True, width=14),
    ),
    filters=forms.ClaimFilters,
    form=forms.ClaimEditForm,
    create_form=forms.ClaimForm,
    create=rules.create_claim,
    update=rules.update_claim,
    check_view=check_can_view,
    check_create=rules.check_can_file,
    check_update=rules.check_can_edit,
    views=views,
    facts=facts_for,
    detail_context=detail_context,
    stamp=lambda c: f"{c.state}.{c.total}.{c.settled}.{c.batch_id}.{c.account}",
    empty="还没有报销。点「新建」，拍下发票就能报。",
    actions=(
        Action("submit", "送批", rules.submit_claim, rules.check_can_submit, icon="send", tone="primary"),
        Action("add_invoice", "加发票", line_rules.add_invoice, line_rules.check_can_add_invoice, forms.InvoiceForm, icon="camera"),
        Action("add_line", "加一行", line_rules.add_line, line_rules.check_can_add_line, forms.AddLineForm, icon="plus"),
        Action("edit_line", "改这一行", line_rules.edit_line, line_rules.check_can_change, forms.EditLineForm, icon="pencil"),
        Action("remove_line", "去掉这一行", line_rules.remove_line, line_rules.check_can_change, forms.RemoveLineForm, icon="x", tone="stop"),
        Action("remove_invoice", "去掉发票", line_rules.remove_invoice, line_rules.check_can_add_invoice, forms.RemoveInvoiceForm, icon="x", tone="stop"),
        Action("add_papers", "加附件", line_rules.add_papers, line_rules.check_can_change, forms.PapersForm, icon="paperclip"),
        Action("withdraw", "撤回", rules.withdraw_claim, rules.check_can_withdraw, icon="undo-2"),
        Action("pay", "付款", payment_rules.pay_claim, payment_rules.check_can_pay, payment_forms.PayForm, icon="landmark", tone="primary", hint=lambda c, u: due_words(c)),
        Action("book", "登记凭证号", rules.book_claim, rules.check_can_book, forms.BookForm, icon="book-open-check"),
        Action("pay_back", "收还款", advance_rules.pay_back, advance_rules.check_can_take_back, payment_forms.PayBackForm, icon="hand-coins"),
        Action("fix_payee", "改收款账号", payment_rules.fix_payee, payment_rules.check_can_fix_payee, payment_forms.PayeeForm, icon="pencil", tone="primary"),
        Action("cancel", "作废", rules.cancel_claim, rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
    extra={"lines": {"add_invoice", "add_line", "edit_line", "remove_line", "remove_invoice", "add_papers"}},
)  # fmt: skip


def due_words(claim: Claim) -> str:
    """What is paid to whom, in one line."""
    offset = f"，冲抵借款 {claim.offset:,.2f} 元" if claim.offset else ""
    return f"{claim.get_method_display()}付给{claim.payee}（{claim.bank} {claim.account}）{claim.due:,.2f} 元，{yuan_words(claim.due)}{offset}"


class ClaimAction(LinesAction):
    again = frozenset({"add_line", "add_invoice"})


class NewClaim(RecordForm):
    """First what it is about, then only the fields that matter for it."""

    def get_template_names(self):
        asked = self.request.POST.get("kind", self.request.GET.get("kind", ""))
        if self.object or self.request.method == "POST" or asked in ClaimKind.values:
            return super().get_template_names()
        return ["finance/claim_kinds.html"]

    def get(self, request, *args, **kwargs):
        if "order" in request.GET and "kind" not in request.GET and not self.object:
            return redirect(f"{request.path}?kind=purchase&{request.GET.urlencode()}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(kinds=[(kind.value, kind.label, icon, words) for kind, icon, words in KINDS], **kwargs)


def claim_urls() -> list:
    """The routes of claims, under /finance/."""
    return record_urls(CLAIMS, pages={"detail": LinesDetail, "action": ClaimAction, "form": NewClaim})
