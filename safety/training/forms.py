"""What people fill in for trainings."""

from django import forms

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import PeopleField
from safety.late import ClaimedField

from .models import TrainingKind

COUNT = forms.NumberInput(attrs={"inputmode": "numeric"})


class TrainingForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="种类", choices=TrainingKind.choices, widget=Picks(columns=2))
    topic = Words(label="主题", max_length=100, help_text="例如 消防安全宣传周、灭火器使用。")
    where = Words(label="地点", max_length=60)
    teacher = Words(label="主讲人", max_length=40, required=False)
    hours = forms.DecimalField(label="学时", max_digits=4, decimal_places=1, initial=1, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    content = Words(label="内容", max_length=1000, rows=4)
    people = PeopleField(label="参加的教职工", required=False)
    students = forms.IntegerField(label="学生人数", min_value=0, max_value=99_999, required=False, widget=COUNT)
    parents = forms.IntegerField(label="家长人数", min_value=0, max_value=99_999, required=False, widget=COUNT)
    happened_at = ClaimedField(label="时间")
    photos = PhotosField(label="签到表和照片", required=False)
    note = Words(label="备注", max_length=200, required=False)
