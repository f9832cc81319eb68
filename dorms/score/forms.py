"""What people fill in about scores of rooms."""

import re

import django_filters as filters
from django import forms

from dorms.bed.models import DormBuilding, DormRoom
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.rows import RowsField
from logistics.platform.web.selects import KeptModelChoiceFilter

from .models import FULL, AppealState, BulletinKind, BulletinState, RoomScore, ScoreAppeal, ScoreBulletin, ScoreSheet, ScoreState
from .queries import current_sheet, rooms_to_score, words_of

FAULT = re.compile(r"^(?P<words>.*?\S)\s*[-−:：扣]?\s*(?P<off>\d{1,3})\s*分?$")
SPARE = 100  # rows a post left out are shown with numbers from here on
BREAKS = re.compile(r"[；;\n]+")


class FaultsField(forms.CharField):
    """被子没叠 5；床单不平 3: cleans to [(words, points off)]."""

    def prepare_value(self, value):
        return "；".join(f"{words} {off}" for words, off in value) if isinstance(value, list) else value

    def clean(self, value):
        found = []
        for part in filter(None, (part.strip() for part in BREAKS.split(super().clean(value) or ""))):
            read = FAULT.match(part)
            if not read or len(read["words"]) > 30:
                raise forms.ValidationError(f"「{part[:20]}」写成“被子没叠 5”这样，几条用分号隔开。")
            found.append((read["words"], int(read["off"])))
        return found


class SheetRowForm(forms.Form):
    name = Words(label="项目", max_length=20)
    points = forms.IntegerField(label="满分", min_value=1, max_value=FULL, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    faults = FaultsField(label="扣分点", required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2}), help_text="例如 被子没叠 5；地面有垃圾 5")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, span in {"name": 4, "points": 2, "faults": 5}.items():
            self.fields[name].span, self.fields[name].full = span, name != "points"


class SheetForm(forms.ModelForm):
    name = Words(label="名称", max_length=40, initial="宿舍评分表")
    items = RowsField(SheetRowForm, label="评分项目", most=10, least=3, help_text="各项满分加起来是 100。改了以后，从下一次打分起用新的。")

    class Meta:
        model = ScoreSheet
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sheet = self.instance if self.instance.pk else current_sheet()
        self.fields["items"].initial = sheet.items if sheet else []


class RoomChoice(forms.ModelChoiceField):
    def label_from_instance(self, room):
        return words_of(room)


class OtherRowForm(forms.Form):
    """Points off for what the sheet does not list."""

    item = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    off = forms.IntegerField(label="另扣几分", min_value=0, max_value=FULL, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    words = Words(label="为什么", max_length=40, required=False)


class TicksField(forms.MultipleChoiceField):
    """What was ticked; whether the sheet has it is asked by the rule, since a phone may send what was read on an older sheet."""

    def valid_value(self, value):
        return len(value) <= 60


class ScoreForm(KeepsUploads, forms.Form):
    """Tick what is wrong; a room where nothing is wrong has the full score."""

    takes_user = True
    room = RoomChoice(DormRoom.objects.none(), label="宿舍", empty_label="请选")
    sheet = forms.IntegerField(required=False, min_value=1, max_value=10**17, widget=forms.HiddenInput)
    faults = TicksField(label="扣分", required=False, widget=forms.CheckboxSelectMultiple)
    other = RowsField(OtherRowForm, label="另扣", required=False, most=10, least=0)
    photos = PhotosField(label="照片", required=False, help_text="低于合格分一定要拍。")
    happened_at = ClaimedField(label="检查时间")
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = rooms_to_score(user) if user is not None else DormRoom.objects.filter(is_active=True)
        asked = str(self.data.get("sheet") or "") if self.is_bound else ""
        chosen = ScoreSheet.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
        self.used = chosen or current_sheet()
        items = self.used.items if self.used else []
        self.fields["sheet"].initial = self.used.pk if self.used else None
        self.fields["faults"].choices = [(f"{item['name']}:{words}", f"{words} −{off}") for item in items for words, off in item["faults"]]
        self.fields["other"].initial = [{"item": item["name"]} for item in items]

    def clean_other(self):
        return [row for row in self.cleaned_data["other"] if row.get("off") or row.get("words")]

    @property
    def groups(self) -> list[dict]:
        """The ticks and the row for other points, item by item, for the page."""
        items, other = self.used.items if self.used else [], self.fields["other"]
        ticks, rows = list(self["faults"]), {str(row["item"].value()): row for row in self["other"].rows}
        found, start = [], 0
        for n, item in enumerate(items, SPARE):
            end = start + len(item["faults"])
            row = rows.get(item["name"]) or other.row("other", n, None, initial={"item": item["name"]})
            found.append({"item": item, "ticks": ticks[start:end], "row": row})
            start = end
        return found


class FixForm(KeepsUploads, forms.Form):
    words = Words(label="怎么整改的", max_length=200, rows=2)
    photos = PhotosField(label="整改后的照片", required=False)


class CheckForm(forms.Form):
    is_good = forms.TypedChoiceField(
        label="复查",
        choices=[("yes", "合格"), ("no", "退回")],
        coerce=lambda value: value == "yes",
        widget=Picks(icons={"yes": "circle-check", "no": "undo-2"}, columns=2),
    )
    words = Words(label="说明", max_length=200, rows=2, required=False, help_text="退回要写哪里还不行。")


class AppealForm(forms.Form):
    reason = Words(label="为什么申诉", max_length=300, rows=3)


class DecideForm(forms.Form):
    changes = forms.TypedChoiceField(
        label="怎么处理",
        choices=[("keep", "维持原分"), ("change", "改判")],
        coerce=lambda value: value == "change",
        widget=Picks(icons={"keep": "equal", "change": "pencil"}, columns=2),
    )
    points = forms.IntegerField(
        label="改判为几分", min_value=0, max_value=FULL, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text="改判才填。"
    )
    words = Words(label="处理意见", max_length=300, rows=2)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class PublishForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=BulletinKind, widget=Picks(columns=2))
    on = forms.DateField(label="哪一天所在的", widget=DayInput())


class ScoreFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="room__place__full_name", lookup_expr="icontains", label="找", help_text="宿舍")
    building = KeptModelChoiceFilter(
        kept="dorm-buildings", field_name="room__building", label="宿舍楼", queryset=DormBuilding.objects.select_related("place"), empty_label="全部"
    )
    state = filters.ChoiceFilter(choices=ScoreState, label="情况", empty_label="全部")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = RoomScore
        fields: list[str] = []


class AppealFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="score__room__place__full_name", lookup_expr="icontains", label="找", help_text="宿舍")

    state = filters.ChoiceFilter(choices=AppealState, label="情况", empty_label="全部")

    class Meta:
        model = ScoreAppeal
        fields: list[str] = []


class SheetFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找")

    class Meta:
        model = ScoreSheet
        fields: list[str] = []


class BulletinFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=BulletinKind, label="种类", empty_label="全部")
    state = filters.ChoiceFilter(choices=BulletinState, label="情况", empty_label="全部")

    class Meta:
        model = ScoreBulletin
        fields: list[str] = []
