"""部门定额: the list with what is used of each."""

import django_filters as filters
from django import forms
from django.urls import path, reverse
from django.views.generic import TemplateView

from assets.item.models import ItemKind
from logistics.platform.org.models import Department
from logistics.platform.terms.models import Term
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import MoneyField
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import money

from . import rules
from .models import Quota
from .queries import check_can_view, quotas_visible_to
from .using import uses

MOST_SHOWN = 60


class QuotaForm(forms.ModelForm):
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="部门", empty_label="请选")
    term = forms.ModelChoiceField(Term.objects.all(), label="学期", empty_label="请选")
    kind = forms.ModelChoiceField(ItemKind.objects.filter(is_active=True), label="物品类别", required=False, empty_label="全部物品（总定额）")
    amount = MoneyField(label="领用定额（元）", required=False, max_digits=13, help_text="这学期领用多少钱的东西。超了也能申请，要写理由，送批时标出来。")
    sheets = forms.IntegerField(label="打印复印定额（张）", required=False, min_value=0, max_value=rules.MOST_SHEETS, help_text="写在总定额里，不分类别。")
    note = Words(label="说明", max_length=120, required=False)

    class Meta:
        model = Quota
        fields = ["term", "department", "kind", "amount", "sheets", "note"]


class CopyForm(forms.Form):
    term = forms.ModelChoiceField(Term.objects.all(), label="抄到哪个学期", empty_label="请选")


class QuotaFilters(filters.FilterSet):
    term = filters.ModelChoiceFilter(queryset=Term.objects.all(), label="学期", empty_label="全部学期")
    department = filters.ModelChoiceFilter(queryset=Department.objects.all(), label="部门", empty_label="全部部门")
    kind = filters.ModelChoiceFilter(queryset=ItemKind.objects.all(), label="类别", empty_label="全部类别")

    class Meta:
        model = Quota
        fields: list[str] = []


def facts(quota: Quota) -> list[tuple]:
    rows = [("学期", str(quota.term), False), ("部门", str(quota.department), False), ("物品", str(quota.kind or "全部物品"), False)]
    if quota.amount is not None:
        use = uses(quota.term, [quota])[0]
        mark = state_mark(f"超了 {-use.left:,.2f} 元", "late") if use.is_over else f"{use.left:,.2f} 元"
        rows += [("领用定额", f"{quota.amount:,.2f} 元", False), ("已领", f"{use.drawn:,.2f} 元", False)]
        rows += [("在申请、没领走的", f"约 {use.asked:,.2f} 元", False), ("还剩", mark, False)]
    if quota.sheets is not None:
        rows.append(("打印复印定额", link(f"{quota.sheets:,} 张", reverse("assets:copying")), False))
    return [*rows, *([("说明", quota.note, True)] if quota.note else [])]


QUOTAS = Record(
    model=Quota,
    namespace="assets:quota",
    icon="gauge",
    rows=quotas_visible_to,
    columns=(
        Column(
            "department", "部门", lambda q: str(q.department),
            lambda q: link(str(q.department), reverse("assets:quota-detail", args=[q.pk]), f"{q.term} · {q.kind or '全部物品'}"), css="key",
            sort="department__order", width=16,
        ),
        Column("term", "学期", lambda q: str(q.term), css="nw only-wide", optional=True, sort="term__start_on", width=18),
        Column("kind", "物品", lambda q: str(q.kind or "全部物品"), css="nw only-wide", optional=True, width=14),
        Column("amount", "领用定额（元）", lambda q: q.amount, lambda q: money(q.amount) if q.amount is not None else "", css="num", sort="amount", kind="money", width=16),
        Column("sheets", "打印复印（张）", lambda q: q.sheets, lambda q: f"{q.sheets:,}" if q.sheets is not None else "", css="num", sort="sheets", kind="integer", width=14),
        Column("note", "说明", lambda q: q.note, css="only-wide", optional=True, width=30),
    ),
    filters=QuotaFilters,
    form=QuotaForm,
    create=rules.save_quota,
    update=rules.save_quota,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("-term__start_on", "department__order", "department", "kind__order", "pk"),
    stamp=lambda q: f"{q.amount}.{q.sheets}",
    facts=facts,
    empty="还没有定额。不设定额，领用只看审批。",
    actions=(
        Action("copy", "抄到另一个学期", rules.copy_quotas, rules.check_can_manage, CopyForm, icon="copy"),
        Action("remove", "取消定额", rules.remove_quota, rules.check_can_manage, icon="trash-2", tone="stop", confirm="取消以后，这个部门的领用不再看定额。"),
    ),
)  # fmt: skip


class UsePage(TemplateView):
    """How much of a term's quotas is used, the tightest first; the newest term with quotas unless the address names one."""

    template_name = "assets/quota_use.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        check_can_view(user)
        rows = quotas_visible_to(user).filter(amount__isnull=False).order_by("-term__start_on", "department__order", "pk")
        asked = self.request.GET.get("term", "")
        quotas = list(rows.filter(term=int(asked)) if asked.isdecimal() and len(asked) < 18 else rows[:MOST_SHOWN])
        quotas = [quota for quota in quotas if quota.term_id == quotas[0].term_id]
        found = sorted(uses(quotas[0].term, quotas), key=lambda use: (use.left > 0, -(use.drawn + use.asked) / (use.quota.amount or 1))) if quotas else []
        terms = Term.objects.filter(pk__in=Quota.objects.values("term"))
        shown = {
            "title": "部门定额",
            "uses": found,
            "terms": terms,
            "term": quotas[0].term if quotas else None,
            "may_manage": allowed(rules.check_can_manage, user),
        }
        return super().get_context_data(**kwargs) | shown


def quota_urls() -> list:
    """The routes of quotas, under /assets/."""
    return [path("quota-use/", UsePage.as_view(), name="quota-use"), *record_urls(QUOTAS)]
