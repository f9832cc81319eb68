"""What a person may ask of the figures; the page and the API check it alike."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from logistics.platform.web.forms import DayInput, PlaceField

from .names import Names
from .periods import Period
from .queries import Asked

LONGEST = 731  # days: two years
WITHIN = [MinValueValidator(date(2000, 1, 1), "日期太早了，请从 2000 年以后选。"), MaxValueValidator(date(2099, 12, 31), "日期太晚了，请选 2100 年以前。")]


class FiguresForm(forms.Form):
    """A period and what to narrow it to. Without days the usual period is meant, without the last day until today."""

    since = forms.DateField(label="从哪天", required=False, widget=DayInput, validators=WITHIN)
    until = forms.DateField(label="到哪天", required=False, widget=DayInput, validators=WITHIN)
    kind = forms.TypedChoiceField(label="类别", required=False, coerce=int, empty_value=None)
    building = forms.TypedChoiceField(label="楼栋", required=False, coerce=int, empty_value=None)
    repairer = forms.TypedChoiceField(label="维修工", required=False, coerce=int, empty_value=None)
    school_class = forms.TypedChoiceField(label="班级", required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label="报修部门", required=False, coerce=int, empty_value=None)
    place = PlaceField(label="地点", required=False, max_length=200)

    def __init__(self, data, *, names: Names, usual: Period):
        given = data.copy()
        if not given.get("until"):
            given["until"] = usual.until.isoformat()
            given["since"] = given.get("since") or usual.since.isoformat()
        super().__init__(given)
        choices = {
            "kind": ("全部类别", names.kinds),
            "building": ("全部楼栋", names.buildings),
            "repairer": ("全部维修工", names.repairers),
            "school_class": ("全部班级", names.classes),
            "department": ("全部部门", names.departments),
        }
        self.fields["place"].widget.attrs["placeholder"] = "哪个地点"
        for name, (every, offered) in choices.items():
            self.fields[name].choices = [("", every), *offered.items()]

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if self.errors.keys() & {"since", "until"}:
            return cleaned
        if since is None:
            self.add_error("since", "从哪天开始也要选。")
        elif since > until:
            self.add_error("since", "开始不能晚于结束，请换一下。")
        elif (until - since).days >= LONGEST:
            self.add_error("since", "一次最多看两年，请把开始的日期改近一些。")
        return cleaned

    @property
    def asked(self) -> Asked:
        """Of a valid form."""
        return Asked(**self.cleaned_data)

    @property
    def words(self) -> str:
        """The filters in force, for the line under a workbook's title."""
        said = []
        for name, value in self.cleaned_data.items():
            if value and name not in ("since", "until"):
                field = self.fields[name]
                said.append(f"{field.label}：{dict(getattr(field, 'choices', ())).get(value, value)}")
        return "；".join(said)
