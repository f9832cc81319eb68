"""The first day: what kind of school it is, what comes with that, and how far the rest is (ORG-01)."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.school.first_run import MOST_CLASSES, Beginning, begin_school, offered
from logistics.platform.school.models import School, SchoolKind, school
from logistics.platform.school.rules import MANAGE, check_can_manage
from logistics.platform.web.forms import Picks
from logistics.platform.web.home import Todo
from logistics.platform.web.readiness import may_see, percent, standings

from .base import RulePage

START = "/setup/start/"


class Start(TemplateView):
    """Every step with its own measure, and how much of the school is set up."""

    template_name = "cockpit/start.html"

    def get_context_data(self, **kwargs):
        if not may_see(self.request.user):
            raise NotAllowed("建学校不归您管。要改什么，请找总务处。")
        found = standings()
        following = next((one for one in found if not one.is_done and has(self.request.user, one.step.permission)), None)
        may_begin = has(self.request.user, MANAGE)
        words = {"title": "建学校", "standings": found, "percent": percent(found), "following": following, "may_begin": may_begin}
        return super().get_context_data(**words, **kwargs)


class BeginForm(forms.Form):
    name = forms.CharField(label="学校名称", max_length=60)
    kind = forms.ChoiceField(label="学段", choices=SchoolKind.choices, widget=Picks(columns=3))
    is_boarding = forms.BooleanField(label="有住校生", required=False)
    classes = forms.IntegerField(
        label="每个年级几个班", min_value=0, max_value=MOST_CLASSES, required=False, help_text="班数不一样的，先不填，以后从 Excel 导入班级。"
    )

    def beginning(self) -> Beginning:
        told = self.cleaned_data
        return Beginning(SchoolKind(told["kind"]), told["is_boarding"], told["classes"] or 0, timezone.localdate())


class Begin(RulePage):
    """Ask four things, show what would be made, then make what is ticked."""

    template_name = "cockpit/begin.html"
    heading = "从头建学校"
    submit = "看看会建好什么"
    back = START
    back_label = "建学校"

    def check(self):
        check_can_manage(self.request.user)

    def get_form(self, *args):
        known = school()
        return BeginForm(*args, initial={"name": known.name if known.pk else "", "kind": known.kind, "is_boarding": known.is_boarding})

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if form.is_valid() and "chosen" not in request.POST:
            parts = offered(form.beginning())
            self.submit = "建好" if parts else "保存"
            return self.render_to_response(self.get_context_data(form=form, parts=parts, looked=True))
        return super().post(request, *args, **kwargs)

    def run(self, *, name, **_) -> School:
        form = self.get_form(self.request.POST)
        form.is_valid()
        chosen = [key for key in self.request.POST.getlist("chosen") if key]
        return begin_school(actor=self.request.user, at=self.now, name=name, beginning=form.beginning(), chosen=chosen)

    def done(self, result) -> HttpResponse:
        messages.success(self.request, f"{result.name}的架子搭好了，接着做下面几步。")
        return redirect(START)


def setup_todos(user, at) -> list[Todo]:
    """Whoever looks after the school's own facts is told until a school exists."""
    if not has(user, MANAGE) or school().pk:
        return []
    return [Todo("把学校建起来", "填校名和学段，常用的校历、部门、岗位、报修类别一次建好。", f"{START}begin/", "开始", "school")]
