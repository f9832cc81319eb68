"""What people fill in for statements."""

from datetime import date

import django_filters as filters
from django import forms
from django.utils import timezone

from logistics.platform.attachments.forms import SignatureField
from logistics.platform.org.models import Post
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, PersonField

from .models import SafetyStatement, SafetyStatementSignature, StatementState


def end_of_year() -> date:
    return date(timezone.localdate().year, 12, 31)


class PostsField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Post.objects.order_by("order", "pk"), widget=forms.CheckboxSelectMultiple, required=False, **kwargs)


class VersionForm(forms.Form):
    text = Words(label="正文", max_length=20_000, rows=12, help_text="一条一行，写清这个岗位负什么安全责任。")
    leader = PersonField(label="学校一方", empty_label="请选", help_text="一般是校长，印在责任书甲方处。")
    starts_on = DayField(label="有效期从", initial=timezone.localdate)
    ends_on = DayField(label="有效期到", initial=end_of_year)


class StatementForm(VersionForm):
    title = Words(label="名称", max_length=60, help_text="例如 班主任安全责任书。")
    for_everyone = forms.BooleanField(label="全体教职工都签", required=False)
    posts = PostsField(label="哪些岗位签", help_text="岗位换了人，新来的人自动要签。")
    field_order = ("title", "for_everyone", "posts", "text", "leader", "starts_on", "ends_on")


class RenewForm(VersionForm):
    takes_record = True
    change_note = Words(label="改了什么", max_length=200, required=False, help_text="只换年份可以不写。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["text"].initial, self.fields["leader"].initial = record.current.text, record.current.leader_id


class PostsForm(forms.Form):
    takes_record = True
    for_everyone = forms.BooleanField(label="全体教职工都签", required=False)
    posts = PostsField(label="哪些岗位签")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["for_everyone"].initial = record.for_everyone
            self.fields["posts"].initial = list(record.posts.values_list("pk", flat=True))


class SignForm(forms.Form):
    """One's own name, drawn on the phone or typed."""

    takes_record = True
    signature = SignatureField(label="您的签名")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean(self):
        data = super().clean()
        return {"signature": [data["signature"]] if data.get("signature") else []}


class StatementFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="找", help_text="名称")
    state = filters.ChoiceFilter(choices=StatementState, label="状态", empty_label="全部")

    class Meta:
        model = SafetyStatement
        fields: list[str] = []


class SignatureFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="person__name", lookup_expr="icontains", label="找", help_text="姓名")
    statement = filters.ModelChoiceFilter(
        field_name="version__statement", queryset=SafetyStatement.objects.order_by("title"), label="责任书", empty_label="全部"
    )

    class Meta:
        model = SafetyStatementSignature
        fields: list[str] = []
