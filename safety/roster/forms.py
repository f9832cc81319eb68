"""What people fill in for duty shifts."""

from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone

from logistics.platform.duties.models import Occurrence
from logistics.platform.web.forms import DayInput, PlaceField, Words
from logistics.platform.web.lines import DayField, PeopleField, PersonField

from .models import ChangeState, Shift, ShiftChange, ShiftKind, ShiftState, Watch, WatchState
from .queries import mine

OF_OUR_TIME = [MinValueValidator(date(2000, 1, 1), "请核对年份。"), MaxValueValidator(date(2199, 12, 31), "请核对年份。")]
CLOCK = {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class KindForm(forms.ModelForm):
    place = PlaceField(label="值班点", help_text="在这个地方签到，扫它的门牌标签。")
    start = forms.TimeField(label="从", **CLOCK)
    end = forms.TimeField(label="到", help_text="比开始早，就是第二天。", **CLOCK)

    class Meta:
        model = ShiftKind
        fields = ["name", "place", "start", "end", "days", "needs", "needs_leader", "weight", "order", "is_active"]


class KindChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(ShiftKind.objects.filter(is_active=True), **kwargs)

    def label_from_instance(self, kind):
        return f"{kind.name}（{kind.hours}）"


class KindsChoice(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(ShiftKind.objects.filter(is_active=True), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, kind):
        return f"{kind.name}（{kind.hours}，{kind.get_days_display()}）"


class RosterForm(forms.Form):
    """A period, the kinds of shift, who takes part."""

    since = DayField(label="从", initial=timezone.localdate, validators=OF_OUR_TIME)
    until = DayField(label="到", validators=OF_OUR_TIME)
    kinds = KindsChoice(label="班次", error_messages={"required": "请选班次。"})
    leaders = PeopleField(label="带班领导从这些人里轮", required=False)
    people = PeopleField(label="值班人从这些人里轮")


class ShiftForm(forms.Form):
    kind = KindChoice(label="班次", empty_label="请选")
    on = DayField(label="哪天", initial=timezone.localdate, validators=OF_OUR_TIME)
    leader = PersonField(label="带班领导", required=False, empty_label="没有")
    people = PeopleField(label="值班人")


class SignInForm(forms.Form):
    code = Words(
        label="值班点标签上的编码",
        max_length=60,
        help_text="用手机扫值班点门牌上的二维码，选「值班签到」，这里会自己填好。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class HandoverForm(forms.Form):
    """The rounds this shift's people did are filled in already."""

    takes_record = True
    rounds = Words(label="巡查时间和地点", max_length=300, rows=3)
    incidents = Words(label="异常情况", max_length=500, rows=2, help_text="没有就写：没有异常。")
    measures = Words(label="怎么处理的", max_length=500, rows=2, required=False)
    calls = Words(label="电话和来文", max_length=300, rows=2, required=False)
    items = Words(label="交接事项、钥匙、器材", max_length=300, rows=2)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not self.is_bound:
            self.initial["rounds"] = rounds_of(record)


def rounds_of(shift: Shift) -> str:
    """The duties the shift's people did in its time, as a line to begin with. One query."""
    people = shift.watches.filter(state=WatchState.ON).values("person")
    done = Occurrence.objects.filter(done_by__in=people, done_at__range=(shift.starts_at, shift.ends_at)).select_related("duty").order_by("done_at")
    return "；".join(f"{timezone.localtime(row.done_at):%H:%M} {row.duty.title}" for row in done[:10])[:300]


class WhyForm(forms.Form):
    reason = Words(label="为什么取消", max_length=200, rows=2)


class WatchChoice(forms.ModelChoiceField):
    """A shift with its person's name where it is somebody else's."""

    named = False

    def label_from_instance(self, watch):
        own = f"{watch.shift}（{watch.shift.kind.hours}）"
        return f"{watch.person.name}：{own}" if self.named else own


class OthersWatchChoice(WatchChoice):
    named = True


def to_come():
    """Shifts of the next two months that have not begun."""
    now = timezone.now()
    rows = Watch.objects.filter(state=WatchState.ON, shift__state=ShiftState.PLANNED, shift__starts_at__range=(now, now + timedelta(days=62)))
    return rows.select_related("shift__kind", "person").order_by("shift__starts_at", "pk")


class ChangeForm(forms.Form):
    takes_user = True
    watch = WatchChoice(Watch.objects.none(), label="我的哪一班", empty_label="请选")
    swap_with = OthersWatchChoice(Watch.objects.none(), label="换对方哪一班", required=False, empty_label="不换，只请人顶")
    substitute = PersonField(label="谁来顶", required=False, empty_label="请选", help_text="换班的不用选，就是对方。")
    reason = Words(label="为什么", max_length=120)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = to_come().filter(pk__in=mine(user).order_by().values("pk"))
        self.fields["watch"].queryset = own
        self.fields["swap_with"].queryset = to_come().exclude(person=user.pk)[:200] if not self.is_bound else to_come().exclude(person=user.pk)


class DecideForm(forms.Form):
    words = Words(label="意见", max_length=200, required=False)


class RefuseForm(forms.Form):
    words = Words(label="为什么不行", max_length=200, rows=2)


class ShiftFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="姓名、班次、值班点")
    kind = filters.ModelChoiceFilter(queryset=ShiftKind.objects.all(), label="班次", empty_label="全部")
    state = filters.ChoiceFilter(choices=ShiftState, label="状态", empty_label="全部")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())
    now = filters.BooleanFilter(method="only_now", label="现在值班", widget=forms.HiddenInput)
    mine = filters.BooleanFilter(method="only_mine", label="我的", widget=forms.HiddenInput)
    bare = filters.BooleanFilter(method="only_bare", label="没写交班", widget=forms.HiddenInput)
    missed = filters.BooleanFilter(method="only_missed", label="没有人签到", widget=forms.HiddenInput)

    class Meta:
        model = Shift
        fields: list[str] = []

    def find(self, rows, name, value):
        people = Watch.objects.filter(state=WatchState.ON).filter(Q(person__name__icontains=value) | Q(person__pinyin__icontains=value))
        return rows.filter(Q(kind__name__icontains=value) | Q(place__full_name__icontains=value) | Q(pk__in=people.values("shift")))

    def only_now(self, rows, name, value):
        now = timezone.now()
        return rows.filter(starts_at__lte=now, ends_at__gt=now).exclude(state=ShiftState.VOID) if value else rows

    def only_mine(self, rows, name, value):
        own = Watch.objects.filter(state=WatchState.ON, person=self.request.user.pk)
        return rows.filter(pk__in=own.values("shift"), ends_at__gt=timezone.now()).exclude(state=ShiftState.VOID) if value else rows

    def only_bare(self, rows, name, value):
        return rows.filter(state=ShiftState.OPEN, ends_at__lt=timezone.now()) if value else rows

    def only_missed(self, rows, name, value):
        return rows.filter(state=ShiftState.PLANNED, ends_at__lt=timezone.now()) if value else rows


class KindFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="班次")

    class Meta:
        model = ShiftKind
        fields: list[str] = []


class ChangeFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="姓名")
    state = filters.ChoiceFilter(choices=ChangeState, label="状态", empty_label="全部")

    class Meta:
        model = ShiftChange
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(watch__person__name__icontains=value) | Q(substitute__name__icontains=value))


class PeriodForm(forms.Form):
    """Two days; this month when nothing is said."""

    since = forms.DateField(label="从", required=False, widget=DayInput(), validators=OF_OUR_TIME)
    until = forms.DateField(label="到", required=False, widget=DayInput(), validators=OF_OUR_TIME)

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        today = timezone.localdate()
        first = given.get("since") or (given["until"].replace(day=1) if given.get("until") else today.replace(day=1))
        last = given.get("until") or (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        if first > last:
            self.add_error("since", "开始日期不能晚于结束日期。")
        elif (last - first).days > 200:
            self.add_error("until", "一次最多看 200 天。")
        return given | {"since": first, "until": last}
