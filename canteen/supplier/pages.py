"""定点供应商: the list with how their papers stand, and one supplier with its papers, exceptions and deliveries."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.partners.queries import standing as paper_standing
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import Supplier
from .queries import check_can_manage, check_can_view, listed_suppliers, shortcomings, standing, supplier_papers, suppliers_visible_to


def views(user) -> list[ListView]:
    return [ListView("全部", ""), ListView("在用", "state=active"), ListView("证照快到期或过期", "papers=late")]


def papers_cell(supplier: Supplier):
    return state_mark(*standing(supplier, timezone.localdate()))


def detail_context(supplier: Supplier, user) -> dict:
    today = timezone.localdate()
    papers = supplier_papers(supplier)
    for paper in papers:
        paper.words, paper.mark_tone = paper_standing(paper, today)
    passed = list(supplier.exceptions.select_related("answers", "created_by", "ended_by")[:10])
    return {
        "papers": papers,
        "state_cell": state_mark(*standing(supplier, today, papers)),
        "lacks": shortcomings(supplier, today),
        "passed": next((one for one in passed if one.ended_at is None and one.first_on <= today <= one.last_on), None),
        "exceptions": passed,
        "goods": list(supplier.main_goods.order_by("group", "pinyin")[:60]),
        "deliveries": list(supplier.deliveries.order_by("-happened_at", "-pk")[:10]),
    }


def facts(supplier: Supplier) -> list[tuple]:
    clean = f"是，{supplier.clean_checked_on:%Y-%m-%d} 查过" if supplier.is_clean else "还没有查"
    return [
        ("供什么", supplier.goods, False),
        ("怎样选定", f"{supplier.chosen_by}（{supplier.chosen_on:%Y-%m-%d}）", False),
        ("近三年没有食品安全事故", clean, False),
        ("送货人", " ".join(filter(None, [supplier.contact, supplier.phone, supplier.plate])) or "—", False),
        ("地址", supplier.partner.address or "—", False),
        ("电话", supplier.partner.phone or "—", False),
        *([("备注", supplier.note, True)] if supplier.note else []),
    ]


SUPPLIERS = Record(
    model=Supplier,
    namespace="canteen:supplier",
    icon="truck",
    label="定点供应商",
    rows=suppliers_visible_to,
    list_rows=listed_suppliers,
    columns=(
        Column("name", "供应商", lambda s: s.partner.name, lambda s: link(s.partner.name, reverse("canteen:supplier-detail", args=[s.pk]), s.goods), css="key", sort="partner__name", width=30),
        Column("goods", "供什么", lambda s: s.goods, css="only-wide", optional=True, width=24),
        Column("chosen_on", "选定", lambda s: s.chosen_on, lambda s: day(s.chosen_on), css="nw only-wide", sort="chosen_on", kind="date"),
        Column("chosen_by", "怎样选定", lambda s: s.chosen_by, css="only-wide", optional=True, width=30),
        Column("clean", "三年无事故", lambda s: "是" if s.is_clean else "", css="nw only-wide", sort="is_clean"),
        Column("contact", "送货人", lambda s: s.contact, css="nw", width=12),
        Column("phone", "送货电话", lambda s: s.phone, css="nw only-wide", width=16),
        Column("plate", "车牌", lambda s: s.plate, css="nw only-wide", optional=True),
        Column("papers", "证照", lambda s: standing(s, timezone.localdate())[0], papers_cell, css="tail", width=18),
    ),
    filters=forms.SupplierFilters,
    create_form=forms.SupplierForm,
    form=forms.SupplierEditForm,
    create=rules.save_supplier,
    update=rules.save_supplier,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    order=("partner__name", "pk"),
    facts=facts,
    detail_context=detail_context,
    empty="还没有定点供应商。先在「往来单位」登记证照，再在这里选进来。",
    actions=(
        Action("let_pass", "放行", rules.let_pass, rules.check_can_let_pass, forms.LetPassForm, icon="shield-alert", hint=lambda s, user: "".join(shortcomings(s, timezone.localdate())) or "证照都在有效期内，不用放行。"),
        Action("end_pass", "收回放行", rules.end_exception, rules.check_can_end_exception, icon="undo-2"),
        Action("stop", "停用", rules.stop_supplier, rules.check_can_stop, forms.ReasonForm, icon="ban", tone="stop"),
        Action("restart", "恢复供货", rules.restart_supplier, rules.check_can_restart, icon="play"),
    ),
)  # fmt: skip


def supplier_urls() -> list:
    """The routes of suppliers, under /canteen/."""
    return record_urls(SUPPLIERS)
