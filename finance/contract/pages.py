"""The list of contracts, one contract on one page, its supplements, and 合同台账 as a paper."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.approvals.public import approval_panel
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.limits.queries import limit_shown
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money

from . import checks, forms, life_rules, parts, rules, supplement_rules
from .models import SIGNED, Contract, ContractState, Supplement
from .prints import LEDGER_SHEET, Ledger
from .queries import (
    WARN,
    added_by,
    budget_of,
    check_can_view,
    claims_of,
    contract_counts,
    contract_list_rows,
    contracts_visible_to,
    paid_of,
    rating_of,
    supplements_visible_to,
)

CLAIMS = "finance.claim.view"
CLAIM = "finance.claim.file"  # whoever may fill in a claim may do so for an instalment in sight


def contract_views(user) -> list[ListView]:
    n = contract_counts(user)
    return [
        ListView("全部", ""),
        ListView("待签订", "state=approved", n["approved"], pressing=True),
        ListView("履行中", "state=active", n["active"]),
        ListView("快到期", "ending=1", n["ending"], pressing=True),
        ListView("过期未付", "unpaid=1", n["unpaid"], pressing=True),
    ]


def end_day(contract: Contract):
    """The last day, red once it is near."""
    today = timezone.localdate()
    near = contract.is_running_out(today, int(limit_shown(WARN, today)))
    return format_html('<span class="due {}">{}</span>', "late" if near else "", day(contract.end_on))


def yuan_of(value):
    return money(value) if value else "—"


def detail_context(contract: Contract, user) -> dict:
    today = timezone.localdate()
    instalments = list(contract.instalments.prefetch_related("payments"))
    claims = claims_of(contract) if contract.state in SIGNED else {}
    for row in instalments:
        row.word, row.tone = row.standing(today)
        row.claims = claims.get(row.pk, [])
        row.left = row.unpaid - sum(claim.total for claim in row.claims)
    files = list(attachments_of(contract))
    paid = sum((row.paid for row in instalments), 0)
    planned = sum((row.amount for row in instalments), 0)
    lines, notes, supplements = budget_of(contract), list(contract.notes.select_related("by")), list(contract.supplements.select_related("created_by"))
    return {
        "state_cell": state_mark(contract.get_state_display(), contract.tone),
        "instalments": instalments,
        "paid": paid,
        "unpaid": sum((row.unpaid for row in instalments), 0),
        "share": int(paid * 100 / contract.amount),
        "plan_gap": contract.amount - planned if contract.state == ContractState.DRAFT else 0,
        "lines": lines,
        "budget_gap": contract.amount - sum(row.amount for row in lines) if contract.state == ContractState.DRAFT and not contract.order_id else 0,
        "notes": notes[:50],
        "rating": rating_of(notes),
        "supplements": supplements,
        "supplemented": added_by(supplements),
        "papers": [file for file in files if file.role == "paper"],
        "photos": [file for file in files if file.role == "photo"],
        "days_left": (contract.end_on - today).days,
        "is_ending": contract.is_running_out(today, int(limit_shown(WARN, today))),
        "can_supplement": contract.state == ContractState.ACTIVE and allowed(checks.check_can_ask_supplement, user),
        "sees_claims": scope_of(user, CLAIMS) == Scope.ALL,
        "claim_url": reverse("finance:claim-create") if contract.state == ContractState.ACTIVE and has(user, CLAIM) else "",
        "panel_data": approval_panel(contract, user),
    }


CONTRACTS = Record(
    model=Contract,
    namespace="finance:contract",
    icon="file-pen-line",
    rows=contracts_visible_to,
    list_rows=contract_list_rows,
    columns=(
        Column("title", "合同", lambda c: c.title, lambda c: link(c.title, reverse("finance:contract-detail", args=[c.pk]), c.party), css="key", width=30),
        Column("number", "编号", lambda c: c.number, css="nw only-wide", sort="number", width=14),
        Column("other_number", "对方编号", lambda c: c.other_number, css="nw only-wide", optional=True),
        Column("kind", "类别", lambda c: c.get_kind_display(), css="nw", sort="kind", width=8),
        Column("party", "对方", lambda c: c.party, css="only-wide", optional=True, width=26),
        Column("department", "经办部门", lambda c: str(c.department), css="nw only-wide", sort="department__order"),
        Column("amount", "金额（元）", lambda c: c.amount, lambda c: money(c.amount), css="num", sort="amount", kind="money"),
        Column("paid", "已付（元）", lambda c: c.paid_sum or 0, lambda c: yuan_of(c.paid_sum), css="num only-wide", sort="paid_sum", kind="money"),
        Column("signed_on", "签订日期", lambda c: c.signed_on, lambda c: day(c.signed_on), css="nw only-wide", sort="signed_on", kind="date"),
        Column("start_on", "开始", lambda c: c.start_on, lambda c: day(c.start_on), css="nw only-wide", kind="date", optional=True),
        Column("end_on", "到期", lambda c: c.end_on, end_day, css="nw", sort="end_on", kind="date"),
        Column("order", "采购单", lambda c: c.order.number if c.order else "", css="nw only-wide", optional=True),
        Column("ended_on", "结束日期", lambda c: c.ended_on, lambda c: day(c.ended_on), css="nw only-wide", kind="date", optional=True),
        Column("created_by", "经办人", lambda c: c.created_by.name, css="nw only-wide", optional=True),
        Column("state", "状态", lambda c: c.get_state_display(), lambda c: state_mark(c.get_state_display(), c.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.ContractFilters,
    form=forms.ContractForm,
    create_form=forms.NewContractForm,
    create=rules.create_contract,
    update=rules.update_contract,
    check_view=check_can_view,
    check_create=checks.check_can_draft,
    check_update=checks.check_can_edit,
    views=contract_views,
    facts=lambda contract: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda c: f"{c.state}.{c.amount}.{c.end_on}",
    empty="还没有合同。购货、服务、工程、临聘、租赁的合同都在这里登记。",
    extra={"lines": {"add_instalment", "remove_instalment", "make_plan", "add_line", "remove_line", "add_papers", "add_note", "move_budget"}},
    actions=(
        Action("submit", "送批", rules.submit_contract, checks.check_can_submit, icon="send", tone="primary"),
        Action("withdraw", "撤回", rules.withdraw_contract, checks.check_can_withdraw, icon="undo-2"),
        Action("sign", "签订", rules.sign_contract, checks.check_can_sign, forms.SignForm, icon="signature", tone="primary"),
        Action("make_plan", "重排付款计划", parts.make_plan, checks.check_can_edit, forms.PlanForm, icon="calendar-plus"),
        Action("add_instalment", "加一期", parts.add_instalment, checks.check_can_edit, forms.InstalmentForm, icon="plus"),
        Action("remove_instalment", "去掉一期", parts.remove_instalment, checks.check_can_edit, forms.RemoveInstalmentForm, icon="x", tone="stop"),
        Action("add_line", "加指标", parts.add_line, checks.check_can_line, forms.BudgetForm, icon="plus"),
        Action("remove_line", "去掉指标", parts.remove_line, checks.check_can_edit, forms.RemoveBudgetForm, icon="x", tone="stop"),
        Action("move_budget", "换指标", life_rules.move_budget, checks.check_can_move_budget, forms.MoveBudgetForm, icon="arrow-left-right"),
        Action("add_papers", "加文件", rules.add_papers, checks.check_can_add_papers, forms.PapersForm, icon="paperclip"),
        Action("add_note", "记履约情况", life_rules.add_note, checks.check_can_note, forms.NoteForm, icon="plus"),
        Action(
            "close", "完结", life_rules.close_contract, checks.check_can_end, forms.CloseForm, icon="flag",
            hint=lambda c, user: f"合同 {c.amount:,.2f} 元，已付 {paid_of(c):,.2f} 元。完结以后不能再付款。",
        ),
        Action(
            "terminate", "终止", life_rules.terminate_contract, checks.check_can_end, forms.ReasonForm, icon="ban", tone="stop",
            confirm="终止以后不再付款，占用的预算放回指标，不能恢复。",
        ),
        Action("cancel", "作废", rules.cancel_contract, checks.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class ContractList(RecordList):
    def get_context_data(self, **kwargs):
        year = self.request.GET.get("year", "")
        asked = int(year) if year.isdecimal() and len(year) == 4 else timezone.localdate().year
        return super().get_context_data(ledger_year=asked, **kwargs)


class ContractAction(LinesAction):
    again = frozenset({"add_instalment", "add_line"})


def supplement_facts(supplement: Supplement) -> list[tuple]:
    contract = supplement.contract
    facts = [
        ("合同", link(contract.title, reverse("finance:contract-detail", args=[contract.pk]), f"{contract.number} {contract.party}"), True),
        ("改什么，为什么", supplement.reason, True),
        ("金额增减", f"{supplement.change:,.2f} 元", False),
        ("原合同金额", f"{contract.first_amount:,.2f} 元", False),
    ]
    if supplement.budget_line:
        facts += [("从哪个指标出", str(supplement.budget_line), True), ("什么时候付", day(supplement.due_on), False)]
    if supplement.end_on:
        facts.append(("改到哪天到期", day(supplement.end_on), False))
    return [*facts, ("起草", supplement.created_by.name, False)]


def supplement_context(supplement: Supplement, user) -> dict:
    return {
        "state_cell": state_mark(supplement.get_state_display(), supplement.tone),
        "papers": list(attachments_of(supplement, "paper")),
        "panel_data": approval_panel(supplement, user),
    }


SUPPLEMENTS = Record(
    model=Supplement,
    namespace="finance:supplement",
    icon="file-plus",
    rows=supplements_visible_to,
    columns=(
        Column(
            "contract", "合同", lambda s: s.contract.title,
            lambda s: link(s.contract.title, reverse("finance:supplement-detail", args=[s.pk]), s.reason), css="key", width=30,
        ),
        Column("number", "编号", lambda s: s.number, css="nw only-wide", sort="number", width=18),
        Column("reason", "改什么", lambda s: s.reason, css="only-wide", optional=True, width=40),
        Column("change", "金额增减（元）", lambda s: s.change, lambda s: money(s.change), css="num", sort="change", kind="money"),
        Column("end_on", "改到", lambda s: s.end_on, lambda s: day(s.end_on), css="nw only-wide", kind="date"),
        Column("created_by", "起草", lambda s: s.created_by.name, css="nw only-wide"),
        Column("state", "状态", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), s.tone), css="tail", sort="state"),
    ),
    filters=forms.SupplementFilters,
    form=forms.SupplementForm,
    create_form=forms.NewSupplementForm,
    create=supplement_rules.create_supplement,
    update=supplement_rules.update_supplement,
    check_view=check_can_view,
    check_create=checks.check_can_ask_supplement,
    check_update=checks.check_can_edit_supplement,
    facts=supplement_facts,
    detail_context=supplement_context,
    empty="还没有补充协议。签订以后金额、日期、条款要变的，在合同页上起草。",
    actions=(
        Action("submit", "送批", supplement_rules.submit_supplement, checks.check_can_submit_supplement, icon="send", tone="primary"),
        Action("withdraw", "撤回", supplement_rules.withdraw_supplement, checks.check_can_withdraw_supplement, icon="undo-2"),
    ),
)  # fmt: skip


@require_safe
@never_cache
def print_ledger(request, year: int):
    """合同台账 of the contracts signed in a year, as far as this person sees them."""
    CONTRACTS.check_view(request.user)
    at, subject = timezone.now(), Ledger(year)
    content = LEDGER_SHEET.context(subject, request.user)
    paper = note_paper(actor=request.user, at=at, document=LEDGER_SHEET, record=subject, content=content)
    pdf = paper_pdf(document=LEDGER_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


def contract_urls() -> list:
    """The routes of contracts, under /finance/."""
    return [
        path("contract/ledger-<int:year>.pdf", print_ledger, name="contract-ledger"),
        *record_urls(CONTRACTS, pages={"list": ContractList, "detail": LinesDetail, "action": ContractAction}),
        *record_urls(SUPPLEMENTS),
    ]
