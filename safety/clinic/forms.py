"""What nurse and head teachers fill in."""

import django_filters as filters
from django import forms

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, PersonField
from safety.students import StudentField
from safety.words import plainly

from .models import Cluster, ClusterState, Illness, IllState, Medicine, MedicineBatch, MedicineMove, MoveKind, Session, Symptom, Went
from .queries import own_classes, usable_batches


def today():
    from django.utils import timezone

    return timezone.localdate()


class QuantityField(forms.DecimalField):
    def __init__(self, **kwargs):
        super().__init__(
            **({"label": "数量", "max_digits": 8, "decimal_places": 1, "min_value": 0, "widget": forms.NumberInput(attrs={"inputmode": "decimal"})} | kwargs)
        )


class BatchChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(MedicineBatch.objects.none(), **({"label": "用药", "required": False, "empty_label": "没有用药"} | kwargs))

    def label_from_instance(self, batch):
        return f"{batch.medicine}（{batch.lot}，{batch.expires_on:%Y-%m-%d} 到期，有 {plainly(batch.stock)} {batch.medicine.unit}）"


class VisitForm(forms.Form):
    student = StudentField(required=False)
    person = PersonField(label="教职工", required=False, empty_label="不是教职工")
    symptom = forms.ChoiceField(label="症状", choices=Symptom.choices, widget=Picks(columns=4))
    celsius = forms.DecimalField(
        label="体温（℃）", max_digits=3, decimal_places=1, min_value=34, max_value=43, required=False, widget=forms.NumberInput(attrs={"inputmode": "decimal"})
    )
    words = Words(label="主诉和检查", max_length=300, rows=2)
    care = Words(label="处理", max_length=300, rows=2)
    batch = BatchChoice()
    quantity = QuantityField(label="用量", required=False)
    went = forms.ChoiceField(label="去向", choices=Went.choices, widget=Picks(columns=4))
    happened_at = ClaimedField(label="就诊时间")
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = usable_batches(today())


class MedicineForm(forms.ModelForm):
    name = Words(label="药品", max_length=60)
    unit = Words(label="单位", max_length=8, help_text="例如 盒、片、支。")

    class Meta:
        model = Medicine
        fields = ["name", "unit", "least", "is_active"]


class ReceiveForm(forms.Form):
    medicine = forms.ModelChoiceField(Medicine.objects.filter(is_active=True), label="药品", empty_label="请选")
    lot = Words(label="批号", max_length=30)
    expires_on = DayField(label="有效期至")
    quantity = QuantityField()
    words = Words(label="从哪里来", max_length=100, required=False, help_text="例如 定点药店购入。")


class UseForm(forms.Form):
    quantity = QuantityField()
    words = Words(label="用在哪里", max_length=100)


class ThrowForm(forms.Form):
    quantity = QuantityField()
    second = PersonField(label="在场第二人", empty_label="请选")
    words = Words(label="怎么销毁", max_length=100, required=False)


class OwnClassField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(SchoolClass.objects.none(), **({"label": "班级", "empty_label": "请选"} | kwargs))


class CheckForm(forms.Form):
    school_class = OwnClassField()
    session = forms.ChoiceField(
        label="时段", choices=Session.choices, initial=Session.MORNING, widget=Picks(icons={"morning": "sunrise", "noon": "sun"}, columns=2)
    )
    due = forms.IntegerField(label="应到", min_value=1, max_value=200, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    present = forms.IntegerField(label="实到", min_value=0, max_value=200, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    ill_absent = forms.IntegerField(label="因病缺课", min_value=0, max_value=200, initial=0, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    ill_present = forms.IntegerField(
        label="在校有症状", min_value=0, max_value=200, initial=0, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text="有病的再一个一个登记。"
    )
    happened_at = ClaimedField(label="检查时间")
    note = Words(label="备注", max_length=200, required=False)

    takes_user = True

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            self.fields["school_class"].queryset = classes = own_classes(user)
            own = list(classes[:2])
            if len(own) == 1:
                self.initial.setdefault("school_class", own[0].pk)


class IllnessForm(KeepsUploads, forms.Form):
    student = StudentField()
    symptom = forms.ChoiceField(label="症状", choices=Symptom.choices, widget=Picks(columns=4))
    began_on = DayField(label="发病日期", initial=today)
    is_absent = forms.TypedChoiceField(
        label="现在", choices=[("yes", "缺课"), ("no", "在校观察")], coerce=lambda value: value == "yes", initial="yes", widget=Picks(columns=2)
    )
    words = Words(label="情况", max_length=200, required=False, rows=2)
    diagnosis = Words(label="诊断", max_length=60, required=False, help_text="看过医生的才写。")
    is_infectious = forms.BooleanField(label="医生诊断是传染病", required=False)
    happened_at = ClaimedField(label="知道的时间")
    photos = PhotosField(label="病历照片", required=False)
    note = Words(label="备注", max_length=200, required=False)


class DiagnosisForm(forms.Form):
    takes_record = True
    diagnosis = Words(label="诊断", max_length=60)
    is_infectious = forms.BooleanField(label="医生诊断是传染病", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        was = {"diagnosis": record.diagnosis, "is_infectious": record.is_infectious} if record else {}
        super().__init__(*args, **kwargs | {"initial": was | (kwargs.get("initial") or {})})


class BackForm(KeepsUploads, forms.Form):
    back_on = forms.DateField(label="返校日期", widget=DayInput(), initial=today)
    proof = Words(label="返校依据", max_length=200, required=False, help_text="传染病要写复课证明：哪家医院、哪天开的。")
    photos = PhotosField(label="证明照片", required=False)


class CleanForm(KeepsUploads, forms.Form):
    how = Words(label="怎么消毒", max_length=200, rows=2, help_text="例如 含氯消毒液擦拭桌椅、门把手，通风 30 分钟。")
    photos = PhotosField(label="照片", required=False)


class CloseForm(forms.Form):
    conclusion = Words(label="结论", max_length=300, rows=3)


class MedicineFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="药品")

    class Meta:
        model = Medicine
        fields: list[str] = []


class BatchFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="medicine__name", lookup_expr="icontains", label="找", help_text="药品")
    until = filters.DateFilter(field_name="expires_on", lookup_expr="lte", label="到期早于", widget=DayInput())

    class Meta:
        model = MedicineBatch
        fields: list[str] = []


class MoveFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="batch__medicine__name", lookup_expr="icontains", label="找", help_text="药品")
    kind = filters.ChoiceFilter(choices=MoveKind, label="种类", empty_label="全部种类")

    class Meta:
        model = MedicineMove
        fields: list[str] = []


class ClusterFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ClusterState, label="状态", empty_label="全部状态")

    class Meta:
        model = Cluster
        fields: list[str] = []


class IllnessFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="student__name", lookup_expr="icontains", label="找", help_text="姓名")
    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=DayInput())
    state = filters.ChoiceFilter(choices=IllState, label="情况", empty_label="全部")

    class Meta:
        model = Illness
        fields: list[str] = []
