"""What people fill in for the kitchen's daily proofs."""

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from canteen.meal.kinds import MealKind
from canteen.sample.forms import RECENT, DishChoice
from canteen.sample.queries import served
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import PersonField

from .models import Agent, Method, PestKind


def number(label: str, digits: int, places: int, **kwargs) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=digits, decimal_places=places, widget=forms.NumberInput(attrs={"inputmode": "decimal"}), **kwargs)


class CoreForm(KeepsUploads, forms.Form):
    dish = DishChoice()
    celsius = number("中心温度（℃）", 4, 1, min_value=0, max_value=130, help_text="探针插到最厚的地方，照表上写。")
    is_reheated = forms.BooleanField(label="这是再加热的", required=False)
    measure = Words(label="怎么处理", max_length=200, required=False, help_text="不到 70 ℃ 才要写，例如 回锅加热。")
    happened_at = ClaimedField(label="测量时间")
    photos = PhotosField(label="照片", required=False, most=2)
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dish"].queryset = served().filter(meal__on__gte=timezone.localdate() - RECENT).order_by("-meal__starts_at", "pk")


class DisinfectionForm(KeepsUploads, forms.Form):
    meal = forms.ChoiceField(label="餐次", choices=MealKind.choices, widget=Picks(columns=4))
    things = Words(label="消毒什么", max_length=60, help_text="例如 餐盘、筷子；紫外线写 备餐间。")
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=100_000, required=False)
    method = forms.ChoiceField(label="方法", choices=Method.choices)
    celsius = number("温度（℃）", 4, 1, min_value=0, max_value=200, required=False, help_text="蒸汽、红外、洗碗机要写。")
    chlorine = forms.IntegerField(label="有效氯（mg/L）", min_value=0, max_value=5000, required=False, help_text="含氯消毒液要写，用试纸量。")
    started_at = ClaimedField(label="开始", required=True, help_text="")
    ended_at = ClaimedField(label="结束", required=True, help_text="分钟自己会算。")
    checked_by = PersonField(label="检查人", required=False, empty_label="还没有检查")
    photos = PhotosField(label="照片", required=False, most=2)
    note = Words(label="备注", max_length=200, required=False)


class PestForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="做什么", choices=PestKind.choices, widget=Picks(columns=2))
    where = Words(label="地点", max_length=100)
    found = Words(label="看到什么", max_length=200, rows=2, help_text="没有发现也要写，例如 挡鼠板、纱窗完好，没有鼠迹。")
    agent = Words(label="用药和用量", max_length=100, required=False)
    firm = Words(label="消杀单位和人员", max_length=60, required=False)
    food_away = forms.BooleanField(label="食品和餐具已移走或盖好", required=False)
    happened_at = ClaimedField()
    photos = PhotosField(label="照片", required=False, most=4)
    note = Words(label="备注", max_length=200, required=False)


class AgentForm(forms.ModelForm):
    class Meta:
        model = Agent
        fields = ["name", "unit", "permit", "cupboard", "is_active"]


class AgentMoveForm(forms.Form):
    agent = forms.ModelChoiceField(Agent.objects.filter(is_active=True), label="消毒剂", empty_label="请选")
    quantity = number("数量", 8, 2, help_text="入柜写正数，领出写负数，例如 -2。")
    purpose = Words(label="来源或用途", max_length=100)
    batch = Words(label="批号", max_length=40, required=False)
    second = PersonField(label="在场第二人", empty_label="请选")
    happened_at = ClaimedField()
    note = Words(label="备注", max_length=200, required=False)


class AdditiveForm(forms.Form):
    name = Words(label="添加剂", max_length=40, help_text="照包装上的名称写。")
    batch = Words(label="生产日期或批号", max_length=40)
    food = Words(label="用在什么食品", max_length=60)
    food_kg = number("食品重量（千克）", 8, 2, min_value=0)
    most_per_kg = number("最大使用量（克/千克）", 8, 3, min_value=0, help_text="照 GB 2760 和包装上写的。")
    grams = number("添加量（克）", 8, 2, min_value=0, help_text="用专用秤称。")
    reviewer = PersonField(label="复核人", empty_label="请选")
    happened_at = ClaimedField(label="添加时间")
    note = Words(label="备注", max_length=200, required=False)


class AgentFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")

    class Meta:
        model = Agent
        fields: list[str] = []
