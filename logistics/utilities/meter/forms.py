"""What people fill in for meters and their devices."""

from decimal import Decimal

import django_filters as filters
from django import forms

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import Department
from logistics.platform.places.queries import match_place
from logistics.platform.web.forms import DayInput, PlaceField, Words, blank
from logistics.platform.web.selects import KeptModelChoiceFilter

from .models import Medium, Meter, MeterDevice
from .queries import last_of

MOST = Decimal(10) ** 9
ROLLED = "表的数字走到最大又从 0 开始，读数才会比上次低。"


class DialField(forms.DecimalField):
    """What stands on a dial; the rule knows how many digits it has."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_digits": 12, "decimal_places": 3, "min_value": Decimal(0), "max_value": MOST} | kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.error_messages |= {
            "invalid": "请填表上的数字，例如 1234.5。",
            "max_digits": "数字太长了，请再看一眼表。",
            "max_whole_digits": "数字太长了，请再看一眼表。",
            "max_decimal_places": "最多 3 位小数。",
            "min_value": "读数不能小于 0。",
            "max_value": "数字太长了，请再看一眼表。",
        }


class MomentField(forms.DateTimeField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **kwargs)


class MeterChoice(forms.CharField):
    """A meter typed by its code or its name; cleans to a Meter."""

    def prepare_value(self, value):
        if isinstance(value, Meter):
            return value.code
        found = Meter.objects.filter(pk=value).first() if isinstance(value, int) else None
        return found.code if found else value

    def clean(self, value):
        text = (super().clean(value) or "").strip()
        if not text:
            return None
        found = Meter.objects.filter(code=text.upper()).first() or Meter.objects.filter(name=text).first()
        if found is None:
            raise forms.ValidationError(f"没有「{text[:30]}」这块表，请写编码或者名称。")
        return found


class MeterForm(forms.ModelForm):
    place = PlaceField(label="装在哪里", max_length=200)
    serves = PlaceField(label="管哪里", max_length=200, required=False, help_text="空着就是装表的地方。总表写整个校区或者整栋楼。")
    parent = MeterChoice(label="上级表", max_length=60, required=False, help_text="写编码或者名称；总表空着。")
    code = forms.CharField(label="编码", max_length=20, required=False, help_text="空着会自己编。印在标签上，不要改。")

    class Meta:
        model = Meter
        fields = ["name", "medium", "band", "parent", "place", "serves", "department", "account", "code", "since", "order"]
        widgets = {"since": DayInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["since"].required = self.instance.pk is not None
        if self.instance.pk:
            self.fields["code"].required = True

    def clean_serves(self):
        place = self.cleaned_data["serves"]
        return match_place(str(place)) if place and not place.is_active else place


class DeviceFields(forms.Form):
    serial = forms.CharField(label="表号", max_length=40, required=False, help_text="表面上印的出厂编号。")
    digits = forms.IntegerField(label="整数位数", min_value=3, max_value=9, initial=6, help_text="表盘小数点前有几位。")
    decimals = forms.IntegerField(label="小数位数", min_value=0, max_value=3, initial=0)
    factor = forms.DecimalField(
        label="倍率", max_digits=8, decimal_places=2, min_value=Decimal("0.01"), initial=1, help_text="互感器的倍数，没有就是 1。"
    )  # fmt: skip
    first = DialField(label="装表时的读数", initial=0)


class NewMeterForm(DeviceFields, MeterForm):
    field_order = [
        "name", "medium", "band", "parent", "place", "serves", "department", "account", "code", "since", "order", "serial", "digits", "decimals", "factor", "first"
    ]  # fmt: skip


class TakeOffForm(forms.Form):
    """The last reading of the device that hangs there."""

    takes_record = True
    last = DialField(label="旧表最后的读数")
    rolled = forms.BooleanField(label="走过头了", required=False, help_text=ROLLED)
    until_at = MomentField(label="什么时候拆的", required=False, help_text="空着就是现在。")
    reason = Words(label="原因", max_length=150)

    def __init__(self, *args, record: Meter | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["last"].help_text = f"上次 {last_of(record)}"


class ReplaceForm(KeepsUploads, TakeOffForm, DeviceFields):
    photos = PhotosField(label="旧表和新表的照片", required=False, most=4)
    field_order = ["last", "rolled", "until_at", "reason", "serial", "first", "digits", "decimals", "factor", "photos"]

    def __init__(self, *args, record: Meter | None = None, user=None, **kwargs):
        super().__init__(*args, record=record, user=user, **kwargs)
        self.fields["serial"].label, self.fields["first"].label = "新表的表号", "新表的读数"
        device = record.devices.filter(until_at=None).first() if record else None
        if device:
            self.initial = {"digits": device.digits, "decimals": device.decimals, "factor": device.factor, "first": 0} | self.initial


class DeviceForm(forms.ModelForm):
    reason = Words(label="为什么更正", max_length=150)

    class Meta:
        model = MeterDevice
        fields = ["serial", "digits", "decimals", "factor", "first"]

    last = DialField(label="拆表读数", required=False)
    first = DialField(label="装表底数")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.until_at is None:
            del self.fields["last"]
        else:
            self.fields["last"].required, self.initial = True, {"last": self.instance.last} | self.initial


class MeterFilters(filters.FilterSet):
    q = filters.CharFilter(method="by_words", label="找", help_text="名称、编码、户号、表号、地点")
    medium = filters.ChoiceFilter(choices=Medium.choices, label="表类", empty_label="全部表类")
    department = KeptModelChoiceFilter(
        kept="utilities.departments", label="部门", queryset=Department.objects.order_by("order", "name"), empty_label="全部部门"
    )
    stopped = filters.ChoiceFilter(choices=[("no", "在用"), ("yes", "停用")], method="by_stop", label="情况", empty_label="全部")

    class Meta:
        model = Meter
        fields: list[str] = []

    def by_words(self, rows, name, value):
        from django.db.models import Q

        text = value.strip()
        devices = MeterDevice.objects.filter(serial__icontains=text).values("meter")
        found = Q(name__icontains=text) | Q(code__icontains=text) | Q(account__icontains=text) | Q(place__full_name__icontains=text) | Q(pk__in=devices)
        return rows.filter(found)

    def by_stop(self, rows, name, value):
        return rows.filter(until__isnull=value == "no")


class DeviceFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="serial", lookup_expr="icontains", label="找", help_text="表号")
    meter = filters.ModelChoiceFilter(queryset=Meter.objects.all(), label="表计", widget=forms.HiddenInput)

    class Meta:
        model = MeterDevice
        fields: list[str] = []


class LabelsForm(forms.Form):
    medium = forms.ChoiceField(label="哪种表", choices=blank(Medium, "全部"), required=False)
    place = PlaceField(label="哪里的", max_length=200, required=False, help_text="写楼名就打印整栋楼的；空着是全校。")
    layout = forms.ChoiceField(label="标签纸", choices=[])
    start = forms.IntegerField(label="从第几张开始", min_value=1, max_value=200, initial=1, help_text="用过一半的标签纸，从空着的那张数起。")
    ids = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        from logistics.platform.labels.sheets import LAYOUT_CHOICES

        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = LAYOUT_CHOICES  # type: ignore[attr-defined]
