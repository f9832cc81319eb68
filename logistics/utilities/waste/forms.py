"""What people fill in about waste."""

import django_filters as filters
from django import forms

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.org.models import Department
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.lines import DayField
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.students import ClassField, StudentField
from repairs.public import repair_kinds

from .models import EnergyKeeper, WasteFinding, WasteKind

ICONS = {"light": "lightbulb", "water": "droplets", "cooling": "air-vent", "heating": "heater", "appliance": "plug-zap", "screen": "monitor", "other": "leaf"}


class FindForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="看到什么", choices=WasteKind.choices, widget=Picks(icons=ICONS, columns=2))
    place = PlaceField(label="地点")
    school_class = ClassField(label="算哪个班的", required=False, empty_label="按地点", help_text="按地点：教室算那个班，办公室算那个部门。")
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="算哪个部门的", required=False, empty_label="按地点")
    words = Words(label="情况", max_length=200, rows=2, required=False, help_text="例如 没有人，四盏灯都亮着。")
    stopped = forms.BooleanField(label="当场关了", required=False)
    photos = PhotosField(label="照片", required=False)
    fault = forms.ModelChoiceField(repair_kinds(), label="坏了的报修", required=False, empty_label="不用报修", help_text="例如 水龙头关不严。")
    happened_at = ClaimedField()
    note = Words(label="备注", max_length=200, required=False)


class KeeperForm(forms.Form):
    student = StudentField()
    since = DayField(label="从哪天起", required=False, help_text="空着就是今天。")


class FindingFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="place__full_name", lookup_expr="icontains", label="找", help_text="地点")
    kind = filters.ChoiceFilter(choices=WasteKind.choices, label="种类", empty_label="全部")
    school_class = KeptModelChoiceFilter(kept="waste-classes", label="班级", queryset=ClassField().queryset, empty_label="全部")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = WasteFinding
        fields: list[str] = []


class KeeperFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="school_class__name", lookup_expr="icontains", label="找", help_text="班级")

    class Meta:
        model = EnergyKeeper
        fields: list[str] = []
