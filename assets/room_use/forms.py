"""What people fill in for special rooms."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.lines import DayField, PersonField

from .models import Left, RoomUse, SpecialRoom, UseState
from .queries import MANAGE, over
from .rules import MOST_WEEKS, PHOTOS

MOST_PEOPLE = 5000


def today():
    return timezone.localdate()


class ClockField(forms.TimeField):
    """A time of the day on the browser's own picker."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 300}), input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class RoomForm(forms.ModelForm):
    keeper = PersonField(label="管理人", empty_label="请选")
    seats = forms.IntegerField(label="座位", min_value=0, max_value=MOST_PEOPLE, initial=0, help_text="0 是不限。")
    opens = ClockField(label="开放从")
    closes = ClockField(label="到")
    ahead_days = forms.IntegerField(label="最多提前几天约", min_value=1, max_value=366, initial=30)
    words = Words(label="使用须知", max_length=300, required=False, rows=3)
    is_active = forms.BooleanField(label="开放预约", required=False)

    class Meta:
        model = SpecialRoom
        fields = ["keeper", "seats", "opens", "closes", "ahead_days", "words", "is_active"]


class NewRoomForm(forms.Form):
    place = PlaceField(label="哪个房间", max_length=200)
    keeper = PersonField(label="管理人", empty_label="请选")
    seats = forms.IntegerField(label="座位", min_value=0, max_value=MOST_PEOPLE, initial=0, help_text="0 是不限。")
    opens = ClockField(label="开放从", initial="08:00")
    closes = ClockField(label="到", initial="18:00")
    ahead_days = forms.IntegerField(label="最多提前几天约", min_value=1, max_value=366, initial=30)
    words = Words(label="使用须知", max_length=300, required=False, rows=3)


class ClassField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(SchoolClass.objects.filter(is_active=True), **{"label": "班级", "required": False, "empty_label": "不是班级"} | kwargs)


class BookForm(forms.Form):
    """Hours of a room; who manages a room may book for a colleague."""

    takes_user = True
    room = forms.ModelChoiceField(SpecialRoom.objects.filter(is_active=True).select_related("place"), label="专用室", empty_label="请选")
    on = DayField(label="日期", initial=today)
    start = ClockField(label="从")
    end = ClockField(label="到")
    subject = Words(label="用来做什么", max_length=80, widget=forms.TextInput(attrs={"placeholder": "例如 显微镜观察实验"}))
    school_class = ClassField()
    people = forms.IntegerField(label="人数", required=False, min_value=1, max_value=MOST_PEOPLE)
    weeks = forms.IntegerField(label="重复几周", min_value=1, max_value=MOST_WEEKS, initial=1, help_text="每周这个时间都用的，写几周；放假的那几天自动跳过。")
    person = PersonField(label="使用人", required=False, empty_label="本人")

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None and not (has(user, MANAGE) or SpecialRoom.objects.filter(keeper=user.pk).exists()):
            del self.fields["person"]


class NoteForm(KeepsUploads, forms.Form):
    takes_record = True
    left = forms.ChoiceField(label="用后情况", choices=Left, widget=Picks(columns=2))
    is_tidy = forms.BooleanField(label="桌椅物品归位", required=False)
    is_off = forms.BooleanField(label="水电门窗关好", required=False)
    people = forms.IntegerField(label="实际人数", required=False, min_value=1, max_value=MOST_PEOPLE)
    words = Words(label="说明", max_length=200, required=False, rows=2, help_text="有问题的要写清楚：什么东西、怎么了。")
    photos = PhotosField(label="照片", required=False, most=PHOTOS)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(record, RoomUse):
            self.fields["people"].initial = record.people


class LogForm(NoteForm):
    """A use nobody had booked."""

    field_order = ["on", "start", "end", "subject", "school_class", "people", "left", "is_tidy", "is_off", "words", "photos"]
    on = DayField(label="日期", initial=today)
    start = ClockField(label="从")
    end = ClockField(label="到")
    subject = Words(label="用来做什么", max_length=80)
    school_class = ClassField()


class CancelForm(forms.Form):
    takes_record = True
    reason = Words(label="为什么取消", max_length=200, required=False, rows=2)
    rest = forms.BooleanField(label="后面几周的也一起取消", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = bool(record and user and user.pk != record.person_id)


class RoomFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="房间、管理人")

    class Meta:
        model = SpecialRoom
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(place__full_name__icontains=value) | Q(keeper__name__icontains=value))


class UseFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="房间、人、班级、内容")
    room = filters.ModelChoiceFilter(queryset=SpecialRoom.objects.select_related("place"), label="专用室", empty_label="全部专用室")
    state = filters.ChoiceFilter(choices=UseState, label="状态", empty_label="全部状态")
    left = filters.ChoiceFilter(choices=Left, label="用后情况", empty_label="不限")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())
    waiting = filters.BooleanFilter(method="only_waiting", label="还没登记", widget=forms.HiddenInput)
    mine = filters.BooleanFilter(method="only_mine", label="我约的", widget=forms.HiddenInput)
    today = filters.BooleanFilter(method="only_today", label="今天", widget=forms.HiddenInput)

    class Meta:
        model = RoomUse
        fields: list[str] = []

    def find(self, rows, name, value):
        people = Q(person__name__icontains=value) | Q(person__pinyin__icontains=value) | Q(school_class__name__icontains=value)
        return rows.filter(people | Q(room__place__full_name__icontains=value) | Q(subject__icontains=value))

    def only_waiting(self, rows, name, value):
        return rows.filter(over(timezone.now())) if value else rows

    def only_mine(self, rows, name, value):
        return rows.filter(person=self.request.user.pk, state=UseState.BOOKED, on__gte=today()) if value else rows

    def only_today(self, rows, name, value):
        return rows.filter(on=today()).exclude(state=UseState.CANCELLED) if value else rows
