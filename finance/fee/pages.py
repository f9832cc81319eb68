"""收费: items, charges, what each student owes, payments and refunds."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from finance.budget.pages import yuan_column
from logistics.platform.access.rules import has, require
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import cash_rules, consent_rules, forms, item_rules, rules
from .models import Consent, FeeCharge, FeeDue, FeeItem, FeePayment, FeeRefund
from .prints import print_board, print_refunds
from .public_pages import PublicConsent, PublicFeeFile, PublicFees
from .queries import (
    COLLECT,
    CONSENT,
    MANAGE,
    WAIVE,
    charge_counts,
    charges_listed,
    charges_visible_to,
    check_can_view,
    classes_of,
    due_counts,
    dues_visible_to,
    in_reach,
    items_visible_to,
    payments_visible_to,
    refunds_visible_to,
    to_book,
    total_of,
    waiting_refunds,
)
from .shares import RULE


def day_column(name: str, label: str, **kwargs) -> Column:
    return Column(
        name, label, lambda row: getattr(row, name), lambda row: day(getattr(row, name)), css="nw only-wide", sort=name, kind="date", width=12, **kwargs
    )


ITEMS = Record(
    model=FeeItem,
    namespace="finance:fee-item",
    icon="receipt-text",
    rows=items_visible_to,
    columns=(
        Column("name", "收费项目", str, lambda i: link(i, reverse("finance:fee-item-detail", args=[i.pk]), i.get_kind_display()), css="key", sort="name", width=24),
        Column("kind", "性质", lambda i: i.get_kind_display(), css="nw only-wide", sort="kind", optional=True),
        yuan_column("amount", "标准（元）"),
        Column("period", "每", lambda i: f"生·{i.get_period_display()}", css="nw"),
        Column("document", "批准文号", lambda i: i.document, css="only-wide", width=24),
        Column("authority", "批准机关", lambda i: i.authority, css="only-wide", optional=True, width=20),
        day_column("valid_from", "从哪天起"),
        day_column("valid_until", "到哪天止", optional=True),
        Column("state", "状态", lambda i: i.get_state_display(), lambda i: state_mark(i.get_state_display(), i.tone), css="tail", sort="state"),
    ),
    filters=forms.ItemFilters,
    form=forms.ItemForm,
    create=item_rules.save_item,
    update=item_rules.save_item,
    check_view=check_can_view,
    check_create=item_rules.check_can_manage,
    check_update=item_rules.check_can_edit,
    order=("kind", "name", "-valid_from", "pk"),
    empty="还没有收费项目。按批文一项一项登记，核定以后自动出现在公示页上。",
    facts=lambda i: [
        ("标准", i.standard, False), ("性质", f"{i.get_kind_display()}{'，自愿' if i.is_voluntary else ''}", False), ("适用年级", i.grades or "全校", False),
        ("批准文号", i.document, False), ("批准机关", i.authority, False), ("有效期", f"{i.valid_from} 至 {i.valid_until or '另行通知'}", False),
        ("用在哪里", i.use or "—", True), ("退费办法", i.refund_rule or "—", True),
        ("核定", f"{i.published_by.name} {stamp(i.published_at)}" if i.published_by else "—", False), ("登记", i.created_by.name, False),
    ],
    detail_context=lambda i, user: {"papers": list(attachments_of(i, "paper")), "state_cell": state_mark(i.get_state_display(), i.tone)},
    actions=(
        Action(
            "publish", "核定公示", item_rules.publish_item, item_rules.check_can_publish, icon="check", tone="primary",
            confirm="核定以后就出现在公示页上，人人看得到，标准不能再改。",
        ),
        Action("retire", "停收", item_rules.retire_item, item_rules.check_can_retire, icon="x", tone="stop", confirm="停收以后，不能再按这一项收费。"),
    ),
)  # fmt: skip


def charged_words(charge: FeeCharge) -> str:
    return f"{charge.amount:,.2f} 元{f'（{charge.months} 个月）' if charge.months > 1 else ''}"


def charge_views(user) -> list[ListView]:
    n = charge_counts(user)
    return [
        ListView("全部", ""),
        ListView("待核定", "state=draft", n["draft"], pressing=True),
        ListView("收费中", "state=issued", n["issued"]),
        ListView("待退费", "state=settled", n["settled"], pressing=True),
    ]


def charge_context(charge: FeeCharge, user) -> dict:
    rows = classes_of(charge, user)
    waiting = list(waiting_refunds(user).filter(charge=charge.pk).values_list("amount", flat=True))
    return {
        "rows": rows,
        "total": total_of(rows),
        "refunds_waiting": len(waiting),
        "refunds_sum": sum(waiting),
        "state_cell": state_mark(charge.get_state_display(), charge.tone),
        "can_links": charge.needs_consent and charge.state == "issued" and has(user, CONSENT),
        "can_import": charge.state == "issued" and has(user, COLLECT),
        "remainder_rule": RULE,
        "targets": list(charge.classes.all()[:60]),
        "named": charge.students.count(),
    }


CHARGES = Record(
    model=FeeCharge,
    namespace="finance:charge",
    icon="receipt",
    label="收费",
    rows=charges_visible_to,
    list_rows=charges_listed,
    columns=(
        Column("item", "收费项目", lambda c: str(c.item), lambda c: link(c.item, reverse("finance:charge-detail", args=[c.pk]), c.number), css="key", width=26),
        Column("number", "单号", lambda c: c.number, css="nw only-wide", sort="number", optional=True),
        Column("term", "学期", lambda c: str(c.term), css="nw only-wide", sort="term", width=18),
        Column("kind", "性质", lambda c: c.item.get_kind_display(), css="nw only-wide", optional=True),
        yuan_column("amount", "每生（元）"),
        Column("heads", "人数", lambda c: c.heads, css="num", sort="heads", kind="integer", width=8),
        yuan_column("expected", "应收（元）", css="num only-wide"),
        yuan_column("collected", "已收（元）", css="num only-wide"),
        Column("spent", "支出（元）", lambda c: c.spent, lambda c: "—" if c.spent is None else f"{c.spent:,.2f}", css="num only-wide", kind="money", optional=True),
        day_column("due_on", "缴费截止"),
        Column("state", "状态", lambda c: c.get_state_display(), lambda c: state_mark(c.get_state_display(), c.tone), css="tail", sort="state"),
    ),
    filters=forms.ChargeFilters,
    form=forms.ChargeForm,
    create=rules.create_charge,
    update=rules.update_charge,
    check_view=check_can_view,
    check_create=rules.check_can_charge,
    check_update=rules.check_can_edit,
    views=charge_views,
    detail_context=charge_context,
    order=("-pk",),
    empty="还没有收费单。先登记收费项目，核定公示以后在这里收。",
    facts=lambda c: [
        ("收费项目", link(c.item, reverse("finance:fee-item-detail", args=[c.item_id])), False), ("标准", c.item.standard, False),
        ("每生金额", charged_words(c), False), ("学期", str(c.term), False),
        ("缴费截止", str(c.due_on), False), ("起草", c.created_by.name, False), ("核定", c.issued_by.name if c.issued_by else "—", False),
        *([("实际支出", f"{c.spent:,.2f} 元　{c.spent_note}", True)] if c.spent is not None else []),
        *([("说明", c.note, True)] if c.note else []), *([("取消原因", c.reason, True)] if c.reason else []),
    ],
    actions=(
        Action(
            "issue", "核定收费", rules.issue_charge, rules.check_can_issue, icon="check", tone="primary",
            confirm="核定以后，每名学生都有一笔应缴；代收费要等家长签了同意书才能收。",
        ),
        Action("add_students", "加学生", rules.add_students, rules.check_can_add, forms.AddStudentsForm, icon="user-plus"),
        Action("book", "入账", cash_rules.book, cash_rules.check_can_book, forms.EntryForm, icon="landmark", tone="primary"),
        Action(
            "settle", "结算", cash_rules.settle, cash_rules.check_can_settle, forms.SettleForm, icon="calculator",
            hint=lambda c, user: f"收了 {total_of(classes_of(c, user)).collected:,.2f} 元。没花完的退给学生：{RULE}",
        ),
        Action("pay", "退费", cash_rules.pay_refunds, cash_rules.check_can_pay, forms.RefundForm, icon="banknote", tone="primary"),
        Action("reopen", "撤回结算", cash_rules.reopen, cash_rules.check_can_reopen, forms.ReasonForm, icon="undo-2"),
        Action("cancel", "取消", rules.cancel_charge, rules.check_can_cancel, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def due_views(user) -> list[ListView]:
    n = due_counts(user)
    return [
        ListView("全部", ""),
        ListView("待家长签", "consent=pending", n["pending"], pressing=True),
        ListView("未缴清", "unpaid=1", n["unpaid"]),
        ListView("家长不同意", "consent=refused"),
    ]


def due_context(due: FeeDue, user) -> dict:
    may_ask = due.consent == Consent.PENDING and dues_in_hand(user).filter(pk=due.pk).exists()
    by_role: dict[str, list] = {}
    for file in attachments_of(due):
        by_role.setdefault(file.role.partition("-")[0], []).append(file)
    return {
        "payments": list(payments_visible_to(user).filter(due=due.pk).order_by("pk")),
        "waivers": list(due.waivers.select_related("created_by")) if has(user, WAIVE) or has(user, MANAGE) else [],
        "link_path": reverse("finance:public-consent", args=[consent_rules.code_of(due)]) if may_ask else "",
        "signatures": by_role.get("signature", []),
        "photos": by_role.get("photo", []),
        "state_cell": state_mark(*due.standing),
        "refund": FeeRefund.objects.filter(due=due.pk).first(),
    }


def consent_words(due: FeeDue) -> str:
    """What the parent said, who signed and when."""
    if not due.consent_at:
        return due.get_consent_display()
    return f"{due.get_consent_display()}，{due.consent_name}（{due.consent_relation or '家长'}）{stamp(due.consent_at)}签"


def dues_in_hand(user):
    """Dues whose links this person hands out."""
    return dues_visible_to(user).filter(in_reach(user, CONSENT, "school_class"), charge__state="issued")


DUES = Record(
    model=FeeDue,
    namespace="finance:due",
    icon="users",
    rows=dues_visible_to,
    columns=(
        Column(
            "student", "学生", lambda d: d.student.name, lambda d: link(d.student.name, reverse("finance:due-detail", args=[d.pk]), str(d.school_class)),
            css="key", sort="student__pinyin", width=14,
        ),
        Column("number", "学号", lambda d: d.student.number, css="nw only-wide", sort="student__number"),
        Column("class", "班级", lambda d: str(d.school_class), css="nw only-wide", sort="school_class__order", optional=True, width=16),
        Column("item", "收费项目", lambda d: d.charge.item.name, css="nw", width=20),
        Column("term", "学期", lambda d: str(d.charge.term), css="nw only-wide", optional=True, width=18),
        yuan_column("amount", "应缴（元）"),
        yuan_column("waived", "减免（元）", css="num only-wide"),
        yuan_column("paid", "已缴（元）"),
        Column("consent", "家长意见", lambda d: d.get_consent_display(), css="nw only-wide", sort="consent"),
        Column("standing", "状态", lambda d: d.standing[0], lambda d: state_mark(*d.standing), css="tail"),
    ),
    filters=forms.DueFilters,
    check_view=check_can_view,
    views=due_views,
    detail_context=due_context,
    order=("-charge", "school_class__order", "school_class", "student__number", "pk"),
    stamp=lambda d: f"{d.amount}.{d.waived}.{d.paid}.{d.consent}.{d.consent_round}.{d.charge.state}",
    empty="还没有学生缴费。收费单核定以后，每名学生一行。",
    facts=lambda d: [
        ("学生", f"{d.student.name}（{d.student.number}）", False), ("班级", str(d.school_class), False),
        ("收费单", link(d.charge, reverse("finance:charge-detail", args=[d.charge_id])), True), ("应缴", f"{d.amount:,.2f} 元", False),
        ("减免", f"{d.waived:,.2f} 元", False), ("已缴", f"{d.paid:,.2f} 元", False), ("还欠", f"{d.owed:,.2f} 元", False),
        *([("家长意见", consent_words(d), True)] if d.consent != Consent.FREE else []),
    ],
    actions=(
        Action(
            "collect", "登记缴费", cash_rules.collect, cash_rules.check_can_collect, forms.CollectForm, icon="banknote", tone="primary", bulk=True,
            hint=lambda d, user: f"{d.student.name}，还欠 {d.owed:,.2f} 元",
        ),
        Action("file_paper", "登记纸质同意书", consent_rules.file_paper, consent_rules.check_can_file_paper, forms.PaperConsentForm, icon="pen-line"),
        Action("renew", "换发链接", consent_rules.renew_link, consent_rules.check_can_renew, forms.RenewForm, icon="link", bulk=True),
        Action("ask_again", "家长改主意", consent_rules.ask_again, consent_rules.check_can_ask_again, forms.RenewForm, icon="undo-2"),
        Action("waive", "减免", cash_rules.waive, cash_rules.check_can_waive, forms.WaiveForm, icon="hand-heart"),
    ),
)  # fmt: skip
PAYMENTS = Record(
    model=FeePayment,
    namespace="finance:fee-payment",
    icon="banknote",
    rows=payments_visible_to,
    columns=(
        Column(
            "student", "学生", lambda p: p.due.student.name,
            lambda p: link(p.due.student.name, reverse("finance:fee-payment-detail", args=[p.pk]), p.due.charge.item.name), css="key", width=14,
        ),
        Column("number", "学号", lambda p: p.due.student.number, css="nw only-wide"),
        Column("class", "班级", lambda p: str(p.due.school_class), css="nw only-wide", width=16),
        Column("item", "收费项目", lambda p: p.due.charge.item.name, css="nw only-wide", optional=True, width=20),
        yuan_column("amount", "金额（元）"),
        day_column("paid_on", "缴费日期"),
        Column("receipt", "票据号", lambda p: p.receipt, css="nw", sort="receipt", width=18),
        Column("means", "方式", lambda p: p.get_means_display(), css="nw only-wide"),
        Column("by", "登记人", lambda p: p.by.name, css="nw only-wide", optional=True),
        Column(
            "booked", "入账", lambda p: p.booking[0], lambda p: state_mark(*p.booking), css="tail",
        ),
    ),
    filters=forms.PaymentFilters,
    check_view=check_can_view,
    order=("-pk",),
    stamp=lambda p: f"{p.entry_id}.{hasattr(p, 'reversed_by')}",
    empty="还没有缴费记录。",
    views=lambda user: [ListView("全部", ""), ListView("没入账", "unbooked=1", to_book(payments_visible_to(user)).count(), pressing=True)],
    facts=lambda p: [
        ("学生", link(p.due, reverse("finance:due-detail", args=[p.due_id])), False), ("金额", f"{p.amount:,.2f} 元", False), ("缴费日期", str(p.paid_on), False),
        ("票据号", p.receipt, False), ("方式", p.get_means_display(), False), ("登记", f"{p.by.name} {stamp(p.at)}", False),
        ("入账", str(p.entry) if p.entry else p.booking[0], True), *([("说明", p.note, True)] if p.note else []),
    ],
    actions=(Action("reverse", "冲销", cash_rules.reverse_payment, cash_rules.check_can_reverse, forms.ReasonForm, icon="undo-2", tone="stop"),),
)  # fmt: skip
REFUNDS = Record(
    model=FeeRefund,
    namespace="finance:fee-refund",
    icon="undo-2",
    rows=refunds_visible_to,
    columns=(
        Column(
            "student", "学生", lambda r: r.due.student.name,
            lambda r: link(r.due.student.name, reverse("finance:fee-refund-detail", args=[r.pk]), r.charge.item.name), css="key", width=14,
        ),
        Column("number", "学号", lambda r: r.due.student.number, css="nw only-wide", sort="due__student__number"),
        Column("class", "班级", lambda r: str(r.due.school_class), css="nw only-wide", sort="due__school_class__order", width=16),
        Column("item", "收费项目", lambda r: r.charge.item.name, css="nw only-wide", optional=True, width=20),
        Column("paid", "已缴（元）", lambda r: r.due.paid, lambda r: f"{r.due.paid:,.2f}", css="num only-wide", kind="money"),
        yuan_column("amount", "应退（元）"),
        day_column("paid_on", "退费日期"),
        Column(
            "state", "状态", lambda r: r.get_state_display(), lambda r: state_mark(r.get_state_display(), "done" if r.state == "paid" else "wait"),
            css="tail", sort="state",
        ),
    ),
    filters=forms.RefundFilters,
    check_view=check_can_view,
    order=("-charge", "due__school_class__order", "due__student__number", "pk"),
    empty="还没有退费。结算以后，没花完的在这里退。",
    facts=lambda r: [
        ("学生", link(r.due, reverse("finance:due-detail", args=[r.due_id])), False), ("应退", f"{r.amount:,.2f} 元", False),
        ("收费单", link(r.charge, reverse("finance:charge-detail", args=[r.charge_id])), True), ("状态", r.get_state_display(), False),
        ("退费", f"{r.paid_by.name} {r.paid_on}" if r.paid_by else "—", False),
    ],
    actions=(Action("pay", "退费", cash_rules.pay_refund, cash_rules.check_can_pay_one, forms.BookForm, icon="banknote", tone="primary", bulk=True),),
)  # fmt: skip


@require_safe
@never_cache
def links(request, pk: int):
    """The links of those who have not signed, for whoever hands them out; `?xlsx` as a workbook."""
    require(request.user, CONSENT)
    charge = get_object_or_404(charges_visible_to(request.user), pk=pk)
    if not charge.needs_consent:
        raise Http404("no consent")
    rows = list(dues_in_hand(request.user).filter(charge=charge.pk, consent=Consent.PENDING).order_by("school_class__order", "student__number"))
    home = base_address(request)
    for due in rows:
        due.link = f"{home}{reverse('finance:public-consent', args=[consent_rules.code_of(due)])}"
    if "xlsx" in request.GET:
        heads = [SheetColumn("班级", 16, "text"), SheetColumn("学号", 16, "text"), SheetColumn("姓名", 12, "text"), SheetColumn("链接", 70, "text")]
        lines = ([str(due.school_class), due.student.number, due.student.name, due.link] for due in rows)
        return workbook_response(f"{charge.item.name}家长签名链接", heads, lines, filters="", at=timezone.now())
    response: HttpResponse = render(request, "finance/fee_links.html", {"charge": charge, "rows": rows[:300], "count": len(rows)})
    return response


def fee_urls() -> list:
    """The routes of fees, under /finance/."""
    return [
        path("fee-board.pdf", print_board, name="fee-board"),
        path("charge/<int:pk>/links/", links, name="charge-links"),
        path("charge/<int:pk>/refunds.pdf", print_refunds, name="charge-refunds"),
        *record_urls(ITEMS),
        *record_urls(CHARGES),
        *record_urls(DUES),
        *record_urls(PAYMENTS),
        *record_urls(REFUNDS),
    ]


def public_fee_urls() -> list:
    """The routes without a login, under /public/."""
    return [
        path("fees/", PublicFees.as_view(), name="public-fees"),
        path("fees/file/<slug:token>/", PublicFeeFile.as_view(), name="public-fee-file"),
        path("fee/<slug:code>/", PublicConsent.as_view(), name="public-consent"),
    ]
