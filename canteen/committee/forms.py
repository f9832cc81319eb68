"""What people fill in for the committee."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, PersonField

from .models import ActivityKind, CommitteeMember, Side
from .queries import members_between

BACK = timedelta(days=31)


class MemberForm(forms.ModelForm):
    name = Words(label="姓名", max_length=30)
    stands_for = forms.ChoiceField(label="代表谁", choices=Side.choices, widget=Picks(columns=4))
    origin = Words(label="班级或部门", max_length=40, required=False, help_text="例如 三年级2班家长。")
    phone = forms.RegexField(r"^[\d\- ]{7,20}$", label="电话", required=False, error_messages={"invalid": "电话只写数字，例如 13800001111。"})
    since = DayField(label="任期从")
    until = DayField(label="任期到")

    class Meta:
        model = CommitteeMember
        fields = ["name", "stands_for", "origin", "phone", "since", "until"]


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, member):
        return f"{member}（{member.origin or member.get_stands_for_display()}）"


class ActivityForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="种类", choices=ActivityKind.choices, widget=Picks(columns=2))
    topic = Words(label="事由", max_length=100, help_text="例如 检查后厨和食材库。")
    members = MembersField(
        CommitteeMember.objects.none(), label="到场的委员", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选到场的委员。"}
    )
    content = Words(label="情况", max_length=1000, rows=5, help_text="议了什么、看了什么、结果怎样。意见保存以后一条一条加。公示时家长看得到，不写学生姓名。")
    happened_at = ClaimedField(label="时间")
    photos = PhotosField(label="照片和签到表", required=False)
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["members"].queryset = members_between(today - BACK, today)  # an activity may be written down some days late


class OpinionForm(forms.Form):
    opinion = Words(label="提了什么意见", max_length=200, rows=2)
    measure = Words(label="怎么办", max_length=200, rows=2)
    owner = PersonField(label="谁来办", empty_label="请选")
    due_on = DayField(label="办好的期限")


class MemberFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="姓名")
    stands_for = filters.ChoiceFilter(choices=Side, label="代表谁", empty_label="全部")

    class Meta:
        model = CommitteeMember
        fields: list[str] = []
