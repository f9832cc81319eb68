"""What people fill in for buildings, rooms, beds and moves."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from logistics.platform.attachments.forms import SignatureField
from logistics.platform.org.models import SchoolClass, Sex
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words
from logistics.platform.web.lines import DayField, PeopleField
from logistics.platform.web.students import StudentField

from .figures import gone
from .models import Bed, DormBuilding, DormItem, DormRoom, Handing, MoveState, RoomMove, Stay, Wish
from .naming import bed_called
from .queries import sleeping
from .rules import MOST_BEDS
from .stay_rules import STATES


def grades() -> list[str]:
    """The grades of the school in the order of their classes."""
    return list(dict.fromkeys(SchoolClass.objects.filter(is_active=True).order_by("order").values_list("grade", flat=True)))


class GradeField(forms.ChoiceField):
    """A grade of the school; `empty` is the line for none."""

    def __init__(self, *, empty: str, **kwargs):
        super().__init__(**{"label": "年级", "choices": lambda: [("", empty), *((one, one) for one in grades())]} | kwargs)


class BedField(forms.CharField):
    """A bed by building, room and number: 一号宿舍楼 101 3号床; or id:12. Cleans to a Bed."""

    def __init__(self, **kwargs):
        hint = "写楼、房间和床号，例如 一号宿舍楼 101 3号床。"
        super().__init__(**{"label": "床位", "max_length": 60, "help_text": hint} | kwargs)

    def prepare_value(self, value):
        if isinstance(value, Bed):
            return str(value)
        if isinstance(value, int) or (isinstance(value, str) and value.isdecimal() and len(value) < 18):
            bed = bed_called(f"id:{value}")
            return str(bed) if bed else value
        return value

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        bed = bed_called(text)
        if bed is None:
            raise ValidationError(f"没有「{text[:30]}」这张床。请写楼、房间和床号，例如 一号宿舍楼 101 3号床。")
        return bed


class BuildingForm(forms.ModelForm):
    place = PlaceField(label="哪栋楼", max_length=200)
    keepers = PeopleField(label="宿管员", required=False, help_text="女生楼请安排女宿管员。")

    class Meta:
        model = DormBuilding
        fields = ["place", "sex", "keepers", "order", "is_active"]

    def _post_clean(self):
        """The rule writes and checks."""


class RoomForm(forms.ModelForm):
    building = forms.ModelChoiceField(DormBuilding.objects.filter(is_active=True).select_related("place"), label="宿舍楼", empty_label="请选")
    place = PlaceField(label="房间", max_length=200, help_text="写楼名和房间，例如 一号宿舍楼 101。")
    sex = forms.ChoiceField(label="住男生还是女生", choices=Sex.choices, widget=Picks(columns=2))
    grade = GradeField(empty="哪个年级都可以", required=False, label="给哪个年级住")
    beds = forms.IntegerField(label="几张床", min_value=0, max_value=MOST_BEDS, required=False, help_text="现有的床不会少；坏了的床在床位里停用。")

    class Meta:
        model = DormRoom
        fields = ["building", "place", "sex", "grade", "area", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["beds"] = self.instance.beds.count()
        self.order_fields(["building", "place", "sex", "grade", "beds", "area", "is_active"])

    def _post_clean(self):
        """The rule writes and checks."""


class RoomsForm(forms.Form):
    """All rooms of a building at once."""

    takes_record = True
    sex = forms.ChoiceField(label="住男生还是女生", choices=Sex.choices, widget=Picks(columns=2))
    beds = forms.IntegerField(label="每间几张床", min_value=1, max_value=MOST_BEDS, initial=8)
    area = forms.DecimalField(label="每间面积（平方米）", max_digits=6, decimal_places=2, min_value=0, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["sex"].initial = record.sex


class GradeForm(forms.Form):
    takes_record = True
    grade = GradeField(empty="哪个年级都可以", required=False, label="给哪个年级住")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["grade"].initial = record.grade


class SetBedForm(forms.Form):
    is_active = forms.TypedChoiceField(
        label="这张床", coerce=lambda value: value == "yes", choices=[("yes", "能用"), ("no", "不能用")], widget=Picks(columns=2)
    )
    note = Words(label="为什么不能用", max_length=60, required=False, help_text="例如 床板断了，等修。")


class AllocateForm(forms.Form):
    student = StudentField()
    bed = BedField()
    since = DayField(label="从哪天起住", required=False, help_text="空着就是今天。")


class MoveForm(forms.Form):
    student = StudentField()
    to_bed = BedField(label="换到哪张床", help_text="写楼、房间和床号。床上有人的，就是两人对换。")
    wish = forms.ChoiceField(label="谁提出的", choices=Wish.choices, widget=Picks(columns=3))
    reason = Words(label="原因", max_length=200, rows=2)


class ApproveForm(forms.Form):
    words = Words(label="意见", max_length=200, required=False)


class RefuseForm(forms.Form):
    words = Words(label="为什么不同意", max_length=200, rows=2)


class HandForm(forms.Form):
    """Every item of the school's list, good unless said otherwise, and the boarder's signature."""

    takes_record = True
    kind = Handing.IN

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.names: dict[str, str] = {}
        if record is not None:
            for n, name in enumerate(self.items_of(record)):
                self.names[f"item_{n}"] = name
                self.fields[f"item_{n}"] = forms.ChoiceField(
                    label=name, choices=[(one, one) for one in STATES], initial=STATES[0], required=False, widget=Picks(columns=3)
                )
        self.fields["note"] = Words(label="说明", max_length=200, required=False, help_text="有损坏或者缺少的，写是怎么回事。")
        self.fields["signature"] = SignatureField(label="学生签名", required=False, signer=record.student.name if record is not None else "")
        self.order_fields([name for name in self.fields if name not in ("note", "signature")] + ["note", "signature"])

    def items_of(self, stay: Stay) -> list[str]:
        return list(DormItem.objects.filter(is_active=True).values_list("name", flat=True))

    def clean(self):
        data = super().clean()
        given = {name: value for name, value in data.items() if name not in self.names and name != "signature"}
        items = [{"name": label, "state": data.get(name) or STATES[0]} for name, label in self.names.items()]
        return given | {"items": items, "signature": [data["signature"]] if data.get("signature") else []}


class LeaveForm(HandForm):
    """退宿: with the items of moving in, or with what the school's list says."""

    why = Words(label="离开的原因", max_length=60, help_text="例如 毕业、转学、改走读。")
    left_on = DayField(label="离开日期", required=False, help_text="空着就是今天。从这天晚上起不再住。")
    handed = forms.TypedChoiceField(
        label="物品交接",
        coerce=lambda value: value == "yes",
        choices=[("yes", "一起看过，学生签名"), ("no", "人已经走了，没有办")],
        initial="yes",
        widget=Picks(columns=2),
    )

    def items_of(self, stay: Stay) -> list[str]:
        before = next((sheet for sheet in stay.sheets.all() if sheet.kind == Handing.IN), None)
        return [row["name"] for row in before.rows] if before else super().items_of(stay)

    def clean(self):
        data = super().clean()
        handed = data.pop("handed", True)
        return data if handed else data | {"items": [], "signature": []}


class BuildingFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="place__full_name", lookup_expr="icontains", label="找", help_text="楼名")

    class Meta:
        model = DormBuilding
        fields: list[str] = []


def building_filter(name: str) -> filters.ModelChoiceFilter:
    return filters.ModelChoiceFilter(
        field_name=name, queryset=DormBuilding.objects.filter(is_active=True).select_related("place"), label="宿舍楼", empty_label="全部楼"
    )


class GradeFilter(filters.ChoiceFilter):
    def __init__(self, **kwargs):
        super().__init__(**{"label": "年级", "empty_label": "全部年级", "choices": lambda: [(one, one) for one in grades()]} | kwargs)


class RoomFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="place__full_name", lookup_expr="icontains", label="找", help_text="楼名、房间")
    building = building_filter("building")
    sex = filters.ChoiceFilter(choices=Sex.choices, label="男女", empty_label="男女")
    grade = GradeFilter(field_name="grade")

    class Meta:
        model = DormRoom
        fields: list[str] = []


HELD = [("free", "空床"), ("taken", "有人"), ("broken", "不能用")]


class BedFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="room__place__full_name", lookup_expr="icontains", label="找", help_text="楼名、房间")
    building = building_filter("room__building")
    sex = filters.ChoiceFilter(field_name="room__sex", choices=Sex.choices, label="男女", empty_label="男女")
    grade = filters.ChoiceFilter(method="by_grade", label="年级", empty_label="全部年级", choices=lambda: [(one, one) for one in grades()])
    held = filters.ChoiceFilter(method="by_held", choices=HELD, label="床位", empty_label="全部床位")

    class Meta:
        model = Bed
        fields: list[str] = []

    def by_grade(self, rows, name, value):
        return rows.filter(room__grade__in=("", value))

    def by_held(self, rows, name, value):
        held = Stay.objects.filter(bed=OuterRef("pk")).filter(Q(left_on=None) | Q(left_on__gt=timezone.localdate()))
        if value == "broken":
            return rows.filter(is_active=False)
        return rows.filter(Exists(held)) if value == "taken" else rows.filter(~Exists(held), is_active=True, room__is_active=True)


class StayFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="学生、学号、班级、房间")
    building = building_filter("bed__room__building")
    school_class = filters.ModelChoiceFilter(
        field_name="student__school_class", queryset=SchoolClass.objects.filter(is_active=True), label="班级", empty_label="全部班级"
    )
    sex = filters.ChoiceFilter(field_name="student__sex", choices=Sex.choices, label="男女", empty_label="男女")
    state = filters.ChoiceFilter(method="by_state", choices=[("in", "在住"), ("left", "已离开"), ("wrong", "该退宿")], label="情况", empty_label="全部")
    on = filters.DateFilter(method="by_day", label="哪天在住", widget=DayInput())

    class Meta:
        model = Stay
        fields: list[str] = []

    def find(self, rows, name, value):
        who = Q(student__name__icontains=value) | Q(student__pinyin__icontains=value) | Q(student__number__istartswith=value)
        return rows.filter(who | Q(student__school_class__name__icontains=value) | Q(bed__room__place__full_name__icontains=value))

    def by_state(self, rows, name, value):
        today = timezone.localdate()
        if value == "wrong":
            return gone(rows)
        return rows.filter(left_on__lte=today) if value == "left" else rows.filter(Q(left_on=None) | Q(left_on__gt=today))

    def by_day(self, rows, name, value):
        return rows.filter(sleeping(value))


class MoveFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="学生、班级")
    state = filters.ChoiceFilter(choices=MoveState.choices, label="状态", empty_label="全部")

    class Meta:
        model = RoomMove
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(student__name__icontains=value) | Q(student__pinyin__icontains=value) | Q(student__school_class__name__icontains=value))


class PlanForm(forms.Form):
    """Which grade, into which buildings, from when."""

    grade = GradeField(empty="请选")
    buildings = forms.ModelMultipleChoiceField(DormBuilding.objects.none(), label="住哪几栋楼", widget=forms.CheckboxSelectMultiple)
    since = DayField(label="从哪天起住", required=False)

    def __init__(self, *args, buildings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["buildings"].queryset = buildings
