"""空白标签: the list of all that were printed, and printing more."""

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.setup.base import RulePage, SetupList
from logistics.platform.access.rules import require
from logistics.platform.labels.models import BlankLabel, LabelState
from logistics.platform.labels.queries import MANAGE, labels_visible_to
from logistics.platform.labels.rules import (
    MOST_AT_ONCE,
    check_can_print,
    check_can_release,
    check_can_void,
    print_blank_labels,
    release_label,
    void_label,
)
from logistics.platform.labels.sheets import LAYOUT_CHOICES, Label, check_paper, labels_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.school.models import school
from logistics.platform.web.forms import Words
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, help_text="例如 贴错了、物品报废了、标签撕坏了。")


class LabelFilters(FilterSet):
    q = CharFilter(method="find", label="标签", help_text="编码或贴在哪里")
    state = ChoiceFilter(label="状态", choices=LabelState.choices, empty_label="全部状态")

    def find(self, rows, name, value):
        return rows.filter(code__startswith=value.strip().upper()) | rows.filter(thing_name__icontains=value.strip())


def state_cell(label: BlankLabel):
    return state_mark(label.get_state_display(), label.tone)


LABELS = Record(
    model=BlankLabel,
    namespace="cockpit:label",
    icon="qr-code",
    label="空白标签",
    rows=labels_visible_to,
    columns=(
        Column("code", "编码", lambda label: label.code, lambda label: link(label.code, LABELS.url("detail", label)), css="key nw", sort="code", width=14),
        Column("thing_name", "贴在", lambda label: label.thing_name, width=30),
        Column("claimed_by", "绑定人", lambda label: label.claimed_by and label.claimed_by.name, css="nw", width=12),
        Column(
            "claimed_at",
            "绑定时间",
            lambda label: label.claimed_at,
            lambda label: stamp(label.claimed_at) if label.claimed_at else "—",
            css="nw",
            sort="claimed_at",
            kind="moment",
            width=18,
        ),
        Column(
            "printed_at",
            "打印时间",
            lambda label: label.printed_at,
            lambda label: stamp(label.printed_at),
            css="nw only-wide",
            sort="printed_at",
            kind="moment",
            width=18,
        ),
        Column("state", "状态", lambda label: label.get_state_display(), state_cell, css="tail", sort="state", width=10),
    ),
    filters=LabelFilters,
    order=("-pk",),
    check_view=lambda user, record=None: require(user, MANAGE),
    views=lambda user: [View("全部", ""), View("空白", "state=blank"), View("已绑定", "state=claimed"), View("作废", "state=void")],
    actions=(
        Action(
            "release",
            "解除绑定",
            release_label,
            check_can_release,
            ReasonForm,
            icon="unlink",
            hint=lambda label, user: f"现在贴在「{label.thing_name}」。解除以后，这张标签可以贴到别的东西上再绑定。",
        ),
        Action("void", "作废", void_label, check_can_void, ReasonForm, icon="circle-off", tone="stop", confirm="作废以后这个编码不再用，扫了也打不开。"),
    ),
    facts=lambda label: [
        ("状态", state_cell(label), False),
        ("贴在", label.thing_name or "还没有绑定", False),
        ("绑定", f"{label.claimed_by.name}，{stamp(label.claimed_at)}" if label.claimed_by else "—", False),
        ("打印", f"{label.printed_by.name}，{stamp(label.printed_at)}", False),
    ],
    empty="还没有印过空白标签。先印一张贴纸，贴好以后用手机扫，再说它贴在哪里。",
)


class LabelList(SetupList):
    template_name = "cockpit/blank_list.html"


class PrintForm(forms.Form):
    count = forms.IntegerField(label="几张", min_value=1, max_value=MOST_AT_ONCE, initial=24, help_text=f"一次最多 {MOST_AT_ONCE} 张。")
    layout = forms.ChoiceField(label="标签纸", choices=LAYOUT_CHOICES, help_text="按买来的不干胶标签纸选。")
    start = forms.IntegerField(label="从第几张开始", min_value=1, max_value=200, initial=1, help_text="用过一半的标签纸，从空着的那张数起。")


class PrintBlank(RulePage):
    heading, submit = "打印空白标签", "生成 PDF"
    back, back_label = "/setup/label/", "空白标签"
    template_name = "cockpit/blank_labels.html"

    def check(self):
        check_can_print(self.request.user)

    def get_form(self, *args):
        return PrintForm(*args)

    def run(self, count, layout, start):
        check_paper(layout, start)  # first, so that a wrong start takes no numbers
        labels = print_blank_labels(actor=self.request.user, at=timezone.now(), count=count)
        stickers = [Label(label.code, label.code, "扫码绑定") for label in labels]
        return labels, labels_pdf(stickers, layout, address=base_address(self.request), school=school().name, start=start)

    def done(self, result):
        labels, pdf = result
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, f"空白标签 {labels[0].code}.pdf")
        return response
