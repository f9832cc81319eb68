"""What people fill in about banned appliances."""

import django_filters as filters
from django import forms

from dorms.bed.models import DormRoom
from dorms.score.forms import RoomChoice
from dorms.students import StudentField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField, SignatureField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.web.forms import DayInput, Picks, Words

from .models import Appliance, ApplianceState, Banned
from .queries import rooms_to_search


class ApplianceForm(KeepsUploads, forms.Form):
    takes_user = True
    room = RoomChoice(DormRoom.objects.none(), label="宿舍", empty_label="请选")
    kind = forms.ChoiceField(label="是什么", choices=Banned, widget=Picks(columns=3))
    name = Words(label="物品名称", max_length=40, required=False, help_text="空着就用上面选的。选“其他”一定要写。")
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=99, initial=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    student = StudentField(required=False, help_text="写学号或者姓名。不知道是谁的空着。")
    photos = PhotosField(label="照片", help_text="东西和位置都拍下来。")
    kept = forms.BooleanField(label="暂扣，请家长来领", required=False)
    kept_where = Words(label="存放在哪里", max_length=60, required=False, help_text="暂扣的才写。")
    happened_at = ClaimedField(label="什么时候发现的")
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = rooms_to_search(user) if user is not None else DormRoom.objects.filter(is_active=True)


class ReturnForm(forms.Form):
    parent = Words(label="领取人姓名", max_length=30)
    relation = Words(label="是学生的", max_length=20, widget=forms.TextInput(attrs={"placeholder": "例如 父亲、母亲"}))
    signature = SignatureField(label="家长签名")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["signature"].signer = str(self.data.get("parent", "")).strip()

    def clean(self):
        data = super().clean() or {}
        return {**data, "signature": [data["signature"]] if data.get("signature") else []}


class ApplianceFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="room__place__full_name", lookup_expr="icontains", label="找", help_text="宿舍")
    kind = filters.ChoiceFilter(choices=Banned, label="种类", empty_label="全部")
    state = filters.ChoiceFilter(choices=ApplianceState, label="情况", empty_label="全部")
    least = filters.NumberFilter(field_name="nth", lookup_expr="gte", label="第几次以上")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = Appliance
        fields: list[str] = []
