"""What people fill in for drinking water."""

import django_filters as filters
from django import forms

from canteen.late import ClaimedField
from canteen.weekly import LookForm, Mark
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.web.forms import Picks, PlaceField, Words
from logistics.platform.web.lines import DayField

from .models import LOOKED_AT, CareKind, PointState, WaterKind, WaterPoint

RESULTS = [(Mark.OK.value, "合格"), (Mark.BAD.value, "不合格")]


class PointForm(forms.ModelForm):
    name = Words(label="名称", max_length=40, help_text="例如 教学楼A座一层直饮机。")
    place = PlaceField(label="地点", max_length=200)
    firm = PartnerChoice(PartnerKind.FOOD, label="供水单位", empty_label="没有", required=False, help_text="桶装水要写；没有的先到「往来单位」登记证照。")
    since = DayField(label="启用日期")

    class Meta:
        model = WaterPoint
        fields = ["name", "kind", "place", "machine", "permit", "firm", "filter_days", "since"]


class CheckForm(LookForm):
    looked_at = LOOKED_AT


class CareForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="做了什么", choices=CareKind.choices, widget=Picks(columns=3))
    agent = Words(label="用什么", max_length=60, help_text="药剂和浓度，或者滤芯的型号。")
    minutes = forms.IntegerField(label="多少分钟", min_value=1, max_value=1440, required=False, help_text="换滤芯不用写。")
    is_rinsed = forms.BooleanField(label="已经冲洗干净", required=False)
    worker = Words(label="谁做的", max_length=60, required=False, help_text="厂家来做的写单位和姓名。")
    happened_at = ClaimedField()
    photos = PhotosField(label="照片", required=False, most=4)
    note = Words(label="备注", max_length=200, required=False)


class ReportForm(KeepsUploads, forms.Form):
    sampled_on = DayField(label="采样日期")
    lab = Words(label="检测单位", max_length=60)
    number = Words(label="报告编号", max_length=40)
    result = forms.ChoiceField(label="结论", choices=RESULTS, widget=Picks(columns=2))
    unfit = Words(label="不合格项目", max_length=200, required=False, help_text="例如 菌落总数。存了就停用，检测合格才能恢复。")
    valid_until = DayField(label="有效到", help_text="最晚到下一次该检测的日子。")
    photos = PhotosField(label="报告照片", required=False, most=4)
    papers = PapersField(label="报告 PDF", required=False, most=1)
    note = Words(label="备注", max_length=200, required=False)


class PointFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    kind = filters.ChoiceFilter(choices=WaterKind, label="类型", empty_label="全部类型")
    state = filters.ChoiceFilter(choices=PointState, label="状态", empty_label="全部状态")

    class Meta:
        model = WaterPoint
        fields: list[str] = []
