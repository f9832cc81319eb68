"""What people fill in for vehicles and trips."""

import django_filters as filters
from django import forms

from logistics.platform.access.rules import holders_of
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import MoneyField, PersonField

from .models import EntryKind, PaperKind, Trip, TripState, Vehicle, VehicleKind, VehiclePaper
from .queries import active_vehicles
from .rights import RECORD

MOST_KM = 2_000_000


class KmField(forms.IntegerField):
    def __init__(self, **kwargs):
        super().__init__(
            **({"label": "里程表（公里）", "min_value": 0, "max_value": MOST_KM, "widget": forms.NumberInput(attrs={"inputmode": "numeric"})} | kwargs)
        )


class VehicleChoice(forms.ModelChoiceField):
    def __init__(self, *kinds: str, **kwargs):
        super().__init__(active_vehicles(*kinds), **({"label": "车辆", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, vehicle):
        return f"{vehicle}（{vehicle.get_kind_display()}，{vehicle.seats} 座）"


class VehicleForm(forms.ModelForm):
    plate = Words(label="号牌", max_length=12)
    model = Words(label="品牌型号", max_length=40, required=False)
    keeper = PersonField(label="平时谁开", required=False, empty_label="不固定")

    class Meta:
        model = Vehicle
        fields = ["plate", "kind", "model", "seats", "keeper", "is_active"]


class PaperForm(KeepsUploads, forms.ModelForm):
    vehicle = VehicleChoice()
    number = Words(label="编号", max_length=60, required=False)
    photos = PhotosField(label="证件照片", required=False)

    class Meta:
        model = VehiclePaper
        fields = ["vehicle", "kind", "number", "issued_on", "expires_on"]
        widgets = {"issued_on": DayInput(), "expires_on": DayInput()}

    def _post_clean(self):
        """The rule writes and checks."""


class EntryForm(KeepsUploads, forms.Form):
    vehicle = VehicleChoice()
    kind = forms.ChoiceField(
        label="种类", choices=EntryKind.choices, widget=Picks(icons={"fuel": "fuel", "upkeep": "wrench", "repair": "hammer", "wages": "users"})
    )
    money = MoneyField(label="金额（元）", max_digits=10)
    litres = forms.DecimalField(label="加油（升）", max_digits=7, decimal_places=2, min_value=0, required=False, help_text="加油才写。")
    km = KmField(required=False, help_text="加油一定要写。")
    words = Words(label="内容", max_length=200, required=False, help_text="例如 更换机油、机滤。")
    happened_at = ClaimedField()
    photos = PhotosField(label="票据照片", required=False)
    note = Words(label="备注", max_length=200, required=False)


class MomentField(forms.DateTimeField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **kwargs)

    def clean(self, value):
        found = super().clean(value)
        if found is not None and not 2000 <= found.year < 2200:
            raise forms.ValidationError("请检查年份。")
        return found


class TripForm(forms.Form):
    purpose = Words(label="事由", max_length=100)
    destination = Words(label="去哪里", max_length=60)
    people = forms.IntegerField(label="几个人", min_value=1, max_value=60, initial=1)
    starts_at = MomentField(label="出发")
    ends_at = MomentField(label="预计回来")


class DriverField(PersonField):
    """Whoever may log trips; the rule looks at the licence."""

    def __init__(self, **kwargs):
        super().__init__(**({"label": "司机", "empty_label": "请选"} | kwargs))
        self.queryset = self.queryset.filter(pk__in=holders_of(RECORD).values("pk"))


class GiveForm(forms.Form):
    vehicle = VehicleChoice(VehicleKind.CAR, VehicleKind.OTHER)
    driver = DriverField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["driver"] = DriverField()  # who holds the right is asked anew for every form


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class LeaveForm(forms.Form):
    km = KmField(label="出车里程（公里）")


class ReturnForm(forms.Form):
    km = KmField(label="回场里程（公里）")
    km_empty = KmField(label="其中空驶（公里）", initial=0, help_text="车上没有乘车人时开的路。")


class VehicleFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="plate", lookup_expr="icontains", label="找", help_text="号牌")
    kind = filters.ChoiceFilter(choices=VehicleKind, label="种类", empty_label="全部种类")

    class Meta:
        model = Vehicle
        fields: list[str] = []


class PaperFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="vehicle__plate", lookup_expr="icontains", label="找", help_text="号牌")
    kind = filters.ChoiceFilter(choices=PaperKind, label="种类", empty_label="全部种类")

    class Meta:
        model = VehiclePaper
        fields: list[str] = []


class TripFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="destination", lookup_expr="icontains", label="找", help_text="去哪里")
    state = filters.ChoiceFilter(choices=TripState, label="状态", empty_label="全部状态")

    class Meta:
        model = Trip
        fields: list[str] = []
