"""Trades, fault kinds and repairers: the look-up tables of repairs."""

from django import forms
from django.contrib.auth import get_user_model
from django_filters import CharFilter, FilterSet, ModelChoiceFilter

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.places.models import Level, Place
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column, link

from .models import FaultKind, Repairer, Trade

PERMISSION = "repairs.setting.manage"

TRADES = dictionary(Trade, namespace="repairs:trade", fields=["name", "order"], permission=PERMISSION, icon="hard-hat")
KINDS = dictionary(
    FaultKind,
    namespace="repairs:kind",
    fields=["name", "icon", "hint", "trade", "size", "small_days", "large_days", "finish_by", "danger_minutes", "escalate_minutes", "order", "is_active"],
    permission=PERMISSION,
    icon="tags",
    optional=("icon", "hint", "large_days", "danger_minutes", "escalate_minutes", "order"),
)


def check_can_manage(user, record=None) -> None:
    require(user, PERMISSION)


class RepairerForm(forms.ModelForm):
    class Meta:
        model = Repairer
        fields = ["user", "trades", "areas", "is_available"]
        widgets = {"trades": forms.CheckboxSelectMultiple, "areas": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = get_user_model().objects.filter(is_active=True, is_person=True)
        self.fields["areas"].queryset = Place.objects.filter(level__in=[Level.CAMPUS, Level.BUILDING], is_active=True)


class RepairerFilters(FilterSet):
    q = CharFilter(field_name="user__name", lookup_expr="icontains", label="姓名", help_text="姓名")
    trades = ModelChoiceFilter(queryset=Trade.objects.all(), label="工种", empty_label="全部工种")


@rule
def save_repairer(*, actor, at, record=None, user, trades, areas=(), is_available=True) -> Repairer:
    """Who repairs what and where; no area means everywhere."""
    check_can_manage(actor)
    record = save_changes(actor=actor, at=at, record=record or Repairer(), user=user, is_available=is_available)
    before = sorted(str(trade) for trade in record.trades.all())
    record.trades.set(trades)
    record.areas.set(areas)
    after = sorted(str(trade) for trade in trades)
    if before != after:
        record_event(
            actor=actor,
            at=at,
            action="trades",
            record=record,
            text=f"工种改为 {'、'.join(after)}",
            changes={"工种": ["、".join(before) or "—", "、".join(after)]},
        )
    return record


REPAIRERS = Record(
    model=Repairer,
    namespace="repairs:repairer",
    icon="hard-hat",
    rows=lambda user: Repairer.objects.all() if has(user, PERMISSION) else Repairer.objects.none(),
    list_rows=lambda user: (
        (Repairer.objects.all() if has(user, PERMISSION) else Repairer.objects.none()).select_related("user").prefetch_related("trades", "areas")
    ),
    columns=(
        Column("user", "姓名", lambda r: r.user.name, lambda r: link(r.user.name, f"/repairs/repairer/{r.pk}/edit/"), css="key", sort="user__pinyin"),
        Column("phone", "电话", lambda r: r.user.phone),
        Column("trades", "工种", lambda r: "、".join(str(trade) for trade in r.trades.all())),
        Column("areas", "片区", lambda r: "、".join(str(area) for area in r.areas.all()) or "全校"),
        Column("is_available", "可以派工", lambda r: "是" if r.is_available else "否"),
    ),
    filters=RepairerFilters,
    form=RepairerForm,
    create=save_repairer,
    update=save_repairer,
    check_view=check_can_manage,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("user__pinyin",),
    empty="还没有维修工。先登记，才能派工。",
)
