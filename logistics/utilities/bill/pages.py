"""Bills: list, page beside meters and price, form (UTL-07)."""

from django.urls import path, reverse

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, money
from logistics.utilities.tariff.queries import check_can_manage

from . import cost_pages, forms, rules
from .comparing import findings_of
from .models import Bill, BillState, ShareBase, ShareBy, amount_words, month_words
from .queries import bases_visible_to, bills_visible_to, check_can_view
from .sharing import plan_of


def quantity_words(bill: Bill) -> str:
    return amount_words(bill.quantity, bill.unit)


def days_words(bill: Bill) -> str:
    return f"{full_day(bill.since)}至{full_day(bill.until)}" if bill.since else "—"


def bill_facts(bill: Bill) -> list[tuple]:
    bands = [f"{label} {value.normalize():f}" for label, value in (("峰", bill.peak), ("平", bill.flat), ("谷", bill.valley)) if value is not None]
    share = bill.get_share_by_display() + (f"：{bill.department}" if bill.share_by == ShareBy.ONE else "")
    return [
        ("费用", bill.get_kind_display(), False), ("金额", f"{bill.amount:,.2f} 元", False), ("计入", month_words(bill.month), False), ("户号或号码", bill.account or "—", False),
        ("账单起止", days_words(bill), True), ("用量", quantity_words(bill) or "—", False), *([("其中", "、".join(bands), False)] if bands else []),
        ("账单号或票号", bill.number or "—", False), ("付给谁", bill.payee or "—", False), ("怎么分摊", share, False), ("报销单号", bill.claim or "—", False),
        ("登记人", bill.created_by.name, False), ("备注", bill.note or "—", True),
    ]  # fmt: skip


def bill_context(bill: Bill, user) -> dict:
    plan, found = plan_of(bill) if bill.state == BillState.RECORDED else None, findings_of(bill)
    shares = plan.shares if plan else [(row.department, row.weight, row.amount) for row in bill.shares.select_related("department")]
    return {
        "state_cell": state_mark(bill.get_state_display(), bill.tone),
        "found": found,
        "used": amount_words(found.used, bill.unit),
        "quantity": quantity_words(bill),
        "shares": [(department, amount_words(weight), amount) for department, weight, amount in shares],
        "share_missing": plan.missing if plan else "",
        "share_doubt": plan.doubt if plan else "",
        "photos": list(attachments_of(bill, "photo")),
    }


def check_hint(bill: Bill, user) -> str:
    found = findings_of(bill)
    return f"{found.words}。写了原因才能核对。" if found.is_odd else f"{bill.amount:,.2f} 元，核对以后账单不能再改。"


BILLS = Record(
    model=Bill,
    namespace="utilities:bill",
    label="水电账单",
    icon="receipt-text",
    rows=bills_visible_to,
    columns=(
        Column("name", "账单", str, lambda b: link(b.get_kind_display(), reverse("utilities:bill-detail", args=[b.pk]), " ".join(filter(None, [b.account, b.note]))), css="key", sort="kind", width=34),
        Column("month", "月份", lambda b: b.month, lambda b: month_words(b.month), css="nw", sort="month", kind="date"),
        Column("since", "从", lambda b: b.since, lambda b: day(b.since) if b.since else "", css="nw only-wide", kind="date", optional=True),
        Column("until", "到", lambda b: b.until, lambda b: day(b.until) if b.until else "", css="nw only-wide", sort="until", kind="date", optional=True),
        Column("quantity", "用量", lambda b: b.quantity, quantity_words, css="num nw", sort="quantity", kind="number"),
        Column("amount", "金额（元）", lambda b: b.amount, lambda b: money(b.amount), css="num", sort="amount", kind="money"),
        Column("share_by", "分摊", lambda b: b.get_share_by_display() if b.share_by else "", css="nw only-wide"),
        Column("number", "票号", lambda b: b.number, css="only-wide", optional=True),
        Column("payee", "付给谁", lambda b: b.payee, css="only-wide", optional=True, width=24),
        Column("claim", "报销单号", lambda b: b.claim, css="nw only-wide"),
        Column("state", "状态", lambda b: b.get_state_display(), lambda b: state_mark(b.get_state_display(), b.tone), css="tail", sort="state"),
    ),
    filters=forms.BillFilters,
    form=forms.BillForm,
    create=rules.save_bill,
    update=rules.save_bill,
    check_view=check_can_view,
    check_create=rules.check_can_record,
    check_update=rules.check_can_edit,
    views=lambda user: [ListView("全部", ""), ListView("待核对", f"state={BillState.RECORDED}"), ListView("已核对", f"state={BillState.CHECKED}")],
    order=("-month", "kind", "account", "-pk"),
    stamp=lambda b: f"{b.state}.{b.amount}.{b.quantity}.{b.share_by}.{b.department_id}.{b.tariff_id}.{b.claim}",
    facts=bill_facts,
    detail_context=bill_context,
    empty="还没有账单。水电账单、电话费、网络费、油费都登记在这里，也可以从 Excel 导入。",
    actions=(
        Action("check", "核对", rules.check_bill, rules.check_can_check, forms.CheckForm, icon="circle-check", tone="primary", hint=check_hint),
        Action("claim", "记报销单号", rules.note_claim, rules.check_can_note_claim, forms.ClaimForm, icon="file-check"),
        Action("void", "作废", rules.void_bill, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip

BASES = Record(
    model=ShareBase,
    namespace="utilities:share-base",
    label="分摊基数",
    icon="divide",
    rows=bases_visible_to,
    columns=(
        Column("department", "部门", lambda b: str(b.department), lambda b: link(str(b.department), reverse("utilities:share-base-detail", args=[b.pk])), css="key", sort="department__order", width=20),
        Column("since", "从哪天起", lambda b: b.since, lambda b: day(b.since), css="nw", sort="since", kind="date"),
        Column("area", "使用面积（m²）", lambda b: b.area, lambda b: f"{b.area:,.2f}", css="num", sort="area", kind="number"),
        Column("heads", "人数", lambda b: b.heads, css="num", sort="heads", kind="integer"),
    ),
    filters=forms.BaseFilters,
    form=forms.BaseForm,
    create=rules.save_base,
    update=rules.save_base,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("department__order", "department_id", "-since"),
    stamp=lambda b: f"{b.since}.{b.area}.{b.heads}",
    facts=lambda b: [
        ("部门", str(b.department), False), ("从哪天起", day(b.since), False), ("使用面积", f"{b.area:,.2f} m²", False), ("人数", f"{b.heads} 人", False), ("登记人", b.created_by.name, False),
    ],
    empty="还没有分摊基数。按面积、按人数分摊要用：各部门多少平方米、多少人。",
)  # fmt: skip


def bill_urls() -> list:
    """The routes of bills and costs, under /utilities/."""
    return [
        path("cost/", cost_pages.costs_page, name="costs"),
        path("cost/excel/", cost_pages.costs_book, name="costs-excel"),
        path("cost/print/", cost_pages.costs_print, name="costs-print"),
        path("cost/read/", cost_pages.ReadTable.as_view(), name="costs-read"),
        *record_urls(BILLS),
        *record_urls(BASES),
    ]
