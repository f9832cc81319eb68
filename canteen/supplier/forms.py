"""What people fill in about suppliers."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.limits.queries import limit_shown
from logistics.platform.papers.models import PaperState
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, PersonField

from .models import Supplier, SupplierState
from .queries import PAPERS, WARN


class SupplierForm(forms.ModelForm):
    partner = PartnerChoice(
        PartnerKind.FOOD, PartnerKind.CATERER, label="单位", empty_label="请选", help_text="没有的，先到「往来单位」里登记，类别选食材供应商。"
    )
    goods = Words(label="供什么", max_length=120, help_text="例如 猪肉、禽蛋。")
    chosen_by = Words(label="怎样选定", max_length=120, help_text="例如 2026年8月公开比选，膳委会到会。")
    chosen_on = DayField(label="选定日期")
    clean_checked_on = DayField(label="哪天查的", required=False)
    contact = Words(label="送货人", max_length=30, required=False)
    phone = Words(label="送货电话", max_length=40, required=False)
    plate = Words(label="送货车牌", max_length=10, required=False)
    note = Words(label="备注", max_length=200, required=False)

    class Meta:
        model = Supplier
        fields = ["partner", "goods", "chosen_by", "chosen_on", "is_clean", "clean_checked_on", "contact", "phone", "plate", "note"]


class SupplierEditForm(SupplierForm):
    """The firm stays."""

    partner = None

    class Meta(SupplierForm.Meta):
        fields = ["goods", "chosen_by", "chosen_on", "is_clean", "clean_checked_on", "contact", "phone", "plate", "note"]


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class LetPassForm(forms.Form):
    last_on = DayField(label="放行到哪天", help_text="从今天起。到期自动失效。")
    answers = PersonField(label="谁负责补齐", empty_label="请选")
    reason = Words(label="为什么放行、怎样补齐", max_length=200, rows=3)


class SupplierChoice(forms.ModelChoiceField):
    """A supplier in use."""

    def __init__(self, **kwargs):
        rows = Supplier.objects.filter(state=SupplierState.ACTIVE).select_related("partner").order_by("partner__name")
        super().__init__(rows, **({"label": "供应商", "empty_label": "请选"} | kwargs))


class SupplierFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="名称、供什么")
    state = filters.ChoiceFilter(choices=SupplierState, label="状态", empty_label="全部状态")
    papers = filters.ChoiceFilter(choices=[("late", "快到期或过期")], method="by_papers", label="证照", empty_label="不论证照")

    class Meta:
        model = Supplier
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(partner__name__icontains=value) | Q(partner__short_name__icontains=value) | Q(goods__icontains=value))

    def by_papers(self, rows, name, value):
        today = timezone.localdate()
        last = today + timedelta(days=limit_shown(WARN, today))
        return rows.filter(
            partner__papers__state=PaperState.CURRENT, partner__papers__kind__in=PAPERS, partner__papers__expires_on__lte=last, state=SupplierState.ACTIVE
        ).distinct()
