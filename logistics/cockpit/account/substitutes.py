"""代理: who stands in for me, for whom I stand in, and, for whoever looks after it, everybody's."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from logistics.cockpit.fields import Boxes, PersonChoice
from logistics.cockpit.setup.base import RulePage
from logistics.platform.access.models import Role, Substitution
from logistics.platform.access.permissions import all_permissions
from logistics.platform.access.queries import substitutions_of, today
from logistics.platform.access.substitution import check_can_arrange, check_can_end, end_substitution, lendable, may_arrange_for_others
from logistics.platform.org.models import User
from logistics.platform.org.queries import people
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.home import Line, Lines
from logistics.platform.web.records import allowed

from .rules import arrange_substitute

PAST = 50  # ended ones shown


class SubstituteForm(forms.Form):
    """Roles and rights are those of `person`."""

    substitute = PersonChoice(label="请谁代理")
    reason = Words(label="原因", max_length=100, required=False, help_text="例如 外出培训、病假。")
    from_on = forms.DateField(label="从", widget=DayInput())
    to_on = forms.DateField(label="到", widget=DayInput(), help_text="过了这天自己结束。")
    roles = forms.ModelMultipleChoiceField(label="代哪些角色", queryset=Role.objects.none(), widget=Boxes(), required=False, help_text="一个不选，就是全部。")
    permissions = forms.MultipleChoiceField(
        label="只代其中几项",
        required=False,
        widget=Boxes(narrow="输入权限的名字"),
        help_text="一项不选，就是这些角色的全部权限。分配角色和安排代理这两项不能请人代。",
    )

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["substitute"].empty_label = "请选"
        self.fields["substitute"].queryset = people().exclude(pk=person.pk)
        self.fields["roles"].queryset = Role.objects.filter(holders=person.pk)
        own = set(lendable(person))
        self.fields["permissions"].choices = [(one.code, f"{one.group} · {one.label}") for one in all_permissions() if one.code in own]
        self.fields["from_on"].initial = self.fields["to_on"].initial = today()


class ArrangeSubstitute(RulePage):
    """For oneself; with ?person= for somebody else, where one may."""

    template_name = "cockpit/substitute_form.html"
    heading = "请人代理"
    submit = "请他代理"
    back = "/me/substitutes/"
    back_label = "代理"

    def check(self):
        asked = self.request.GET.get("person", "")
        named = asked.isdecimal() and len(asked) < 18 and int(asked) != self.request.user.pk
        self.person = get_object_or_404(people(), pk=int(asked)) if named else User.objects.get(pk=self.request.user.pk)
        check_can_arrange(self.request.user, self.person)

    def get_form(self, *args):
        return SubstituteForm(*args, person=self.person)

    def get_context_data(self, **kwargs):
        others = people() if may_arrange_for_others(self.request.user) else []
        return super().get_context_data(person=self.person, others=others, **kwargs)

    def run(self, **fields):
        return arrange_substitute(actor=self.request.user, at=self.now, person=self.person, **fields)

    def done(self, result):
        messages.success(self.request, f"{result.from_on} 到 {result.to_on}，{result.substitute.name}可以代{result.person.name}办事。")
        return redirect(self.back)


def visible_to(user):
    """One's own, those one arranged, everybody's for whoever looks after them."""
    rows = Substitution.objects.select_related("person", "substitute", "made_by").prefetch_related("roles")
    if may_arrange_for_others(user):
        return rows
    return rows.filter(Q(person=user.pk) | Q(substitute=user.pk) | Q(made_by=user.pk))


def state(row: Substitution) -> tuple[str, str]:
    """(word, tone)."""
    if row.ended_at:
        return "提前结束", "void"
    if row.to_on < today():
        return "已到期", "void"
    return ("还没开始", "wait") if row.from_on > today() else ("正在代理", "doing")


def lines_of(rows, user) -> list[dict]:
    labels = {one.code: one.label for one in all_permissions()}
    return [
        {
            "row": row,
            "state": state(row),
            "narrowed": "、".join(labels.get(code, code) for code in row.permissions.split()),
            "can_end": allowed(check_can_end, user, row),
        }
        for row in rows
    ]


class Substitutes(TemplateView):
    template_name = "cockpit/substitutes.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(title="代理", lines=lines_of(visible_to(user)[:PAST], user), is_keeper=may_arrange_for_others(user), **kwargs)


@require_POST
def end(request, pk):
    row = get_object_or_404(visible_to(request.user), pk=pk)
    end_substitution(actor=request.user, at=timezone.now(), record=row)
    messages.success(request, f"{row}结束了。")
    return redirect("cockpit:substitutes")


def home_lines(user, at) -> list[Lines]:
    """On the first page of both. One query, and nothing at all for whoever has nothing of the kind."""
    rows = list(substitutions_of(user)[:5])
    if not rows:
        return []
    return [Lines("代理", [_home_line(row, user) for row in rows], "/me/substitutes/", "")]


def _home_line(row: Substitution, user) -> Line:
    word, tone = state(row)
    title = f"{row.substitute.name}代您办事" if row.person_id == user.pk else f"您代{row.person.name}办事"
    return Line(title, f"{row.from_on:%m-%d} 到 {row.to_on:%m-%d}" + (f" · {row.reason}" if row.reason else ""), "/me/substitutes/", "users", word, tone)
