"""What people fill in for the school bus."""

import django_filters as filters
from django import forms

from logistics.platform.evidence.late import ClaimedField
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, MoneyField, PersonField
from safety.students import StudentField
from safety.vehicle.forms import VehicleChoice
from safety.vehicle.models import VehicleKind

from .models import BEFORE_RUN, BusLine, BusRider, BusRun, BusStop, Direction, Ride, RunState
from .queries import NOT_ON, ON_BOARD, TO_COME, active_lines
from .rights import MANAGE


class LineChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(active_lines(), **({"label": "线路", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, line):
        return f"{line}（{line.vehicle}）"


class LineForm(forms.ModelForm):
    name = Words(label="线路", max_length=30)
    vehicle = VehicleChoice(VehicleKind.BUS)
    driver = PersonField(label="司机", empty_label="请选")
    attendant = PersonField(label="照管员", empty_label="请选", help_text="跟车点名的人，不能是司机自己。")

    class Meta:
        model = BusLine
        fields = ["name", "vehicle", "driver", "attendant", "is_active"]


class StopForm(forms.ModelForm):
    line = LineChoice()
    name = Words(label="站点", max_length=40)

    class Meta:
        model = BusStop
        fields = ["line", "name", "order", "morning_at", "is_active"]
        widgets = {"morning_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class StopChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            BusStop.objects.filter(is_active=True, line__is_active=True).select_related("line"), **({"label": "站点", "empty_label": "请选"} | kwargs)
        )

    def label_from_instance(self, stop):
        return f"{stop.line} · {stop}"


class RiderForm(forms.ModelForm):
    student = StudentField()
    stop = StopChoice()

    class Meta:
        model = BusRider
        fields = ["student", "stop", "since", "until"]
        widgets = {"since": DayInput(), "until": DayInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["student"] = self.instance.student.number

    def _post_clean(self):
        """The rule writes and checks."""


class StartForm(forms.Form):
    line = LineChoice()
    direction = forms.ChoiceField(label="方向", choices=Direction.choices, widget=Picks(icons={"morning": "sunrise", "home": "sunset"}, columns=2))
    checked = forms.MultipleChoiceField(
        label="发车前检查", choices=list(BEFORE_RUN.items()), widget=forms.CheckboxSelectMultiple, help_text="一项一项看过，合格才勾；有一项不合格就不能发车。"
    )
    note = Words(label="备注", max_length=200, required=False)

    takes_user = True

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            from logistics.platform.access.rules import has

            own = active_lines().filter(attendant=user.pk)
            self.fields["line"].queryset = active_lines() if has(user, MANAGE) else own
            if len(own) == 1:
                self.initial.setdefault("line", own[0].pk)


class RidesField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Ride.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, ride):
        return f"{ride.student.name}（{ride.student.school_class}）　{ride.stop}" + (f"　没有乘车：{ride.absent_reason}" if ride.absent_reason else "")


class RidesForm(forms.Form):
    """Students of this run who are in the state `standing`."""

    takes_record = True
    standing = TO_COME

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            rides = record.rides.filter(self.standing).select_related("student__school_class", "stop")
            self.fields["rides"].queryset = rides.order_by("stop__order", "student__number", "pk")


def heads_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=60, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text="从后往前数一遍，不算司机和照管员。"
    )


class OnForm(RidesForm):
    standing = NOT_ON
    rides = RidesField(label="上车的学生")
    heads = heads_field("数一遍，车上现在几人")


class OffForm(RidesForm):
    standing = ON_BOARD
    rides = RidesField(label="下车的学生")
    heads = heads_field("数一遍，车上还有几人")


class AbsentForm(RidesForm):
    rides = RidesField(label="没有乘车的学生")
    reason = Words(label="为什么", max_length=100, help_text="例如 家长自己送。不知道就写 没有等到，正在联系。班主任马上会收到提醒。")


class CloseForm(forms.Form):
    code = Words(
        label="最后一排座位的标签", max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "扫标签，扫不了就打标签上的编码"}),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class FeeForm(forms.Form):
    student = StudentField()
    line = LineChoice()
    since = DayField(label="从哪天起")
    until = DayField(label="到哪天")
    money = MoneyField(label="金额（元）", max_digits=9)
    receipt = Words(label="票据号", max_length=30, required=False)
    happened_at = ClaimedField(label="收款时间")
    note = Words(label="备注", max_length=200, required=False)


class LineFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="线路")

    class Meta:
        model = BusLine
        fields: list[str] = []


class StopFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="站点")
    line = filters.ModelChoiceFilter(queryset=BusLine.objects.all(), label="线路", empty_label="全部线路")

    class Meta:
        model = BusStop
        fields: list[str] = []


class RiderFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="student__name", lookup_expr="icontains", label="找", help_text="姓名")
    line = filters.ModelChoiceFilter(field_name="stop__line", queryset=BusLine.objects.all(), label="线路", empty_label="全部线路")

    class Meta:
        model = BusRider
        fields: list[str] = []


class RunFilters(filters.FilterSet):
    on = filters.DateFilter(label="哪天", widget=DayInput())
    line = filters.ModelChoiceFilter(queryset=BusLine.objects.all(), label="线路", empty_label="全部线路")
    state = filters.ChoiceFilter(choices=RunState, label="状态", empty_label="全部")

    class Meta:
        model = BusRun
        fields: list[str] = []
