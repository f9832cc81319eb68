"""Records with lines (items, quotes, payments): acts on one line are acts of the record whose form names the line."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from logistics.platform.org.queries import people

from .forms import DayInput
from .record_pages import RecordAction, RecordDetail


class DayField(forms.DateField):
    widget = DayInput


class MoneyField(forms.DecimalField):
    """Yuan with two places; the phone shows its number pad."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 12, "decimal_places": 2, "min_value": 0} | kwargs
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal"}), **kwargs)


class PersonField(forms.ModelChoiceField):
    """One member of staff in post."""

    def __init__(self, **kwargs):
        super().__init__(people(), **kwargs)

    def label_from_instance(self, person):
        return with_department(person)


class PeopleBoxes(forms.CheckboxSelectMultiple):
    """Check boxes that a name or department narrows down."""

    template_name = "web/people_boxes.html"


class PeopleField(forms.ModelMultipleChoiceField):
    """Several members of staff in post."""

    def __init__(self, **kwargs):
        super().__init__(people(), widget=PeopleBoxes, **kwargs)

    def label_from_instance(self, person):
        return with_department(person)


def with_department(person) -> str:
    return f"{person.name}（{person.department}）" if person.department else person.name


class LineForm(forms.Form):
    """A form about one line of a record: `line` names the field, `lines(record, user)` gives those that may be chosen.

    A link that names the line hides the choice and shows the line in words (`about`).
    """

    takes_record = True
    line = ""

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.record, self.user, self.about, self.chosen = record, user, "", None
        if record is not None and self.line:
            field = self.fields[self.line]
            field.queryset = self.lines(record, user)
            asked = str((self.data if self.is_bound else self.initial).get(self.line, ""))
            if asked.isdecimal() and len(asked) < 18:
                self.chosen = field.queryset.filter(pk=int(asked)).first()
            if self.chosen is not None:
                field.widget, self.about = forms.HiddenInput(), self.words(self.chosen)

    def lines(self, record, user):
        raise LookupError(self.line)

    def words(self, chosen) -> str:
        return str(chosen)


def line_field(model, label: str) -> forms.ModelChoiceField:
    """The choice of a line; its form fills in which ones."""
    return forms.ModelChoiceField(model._default_manager.none(), label=label)


class LinesDetail(RecordDetail):
    """A detail page whose buttons are those of the whole record; the acts on lines stand at their lines.

    The description names the latter in extra["lines"]; the template finds the allowed ones in `can`.
    """

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        lines = self.record.extra["lines"]
        context["can"] = {action.name for action in context["actions"]} & lines
        context["actions"] = [action for action in context["actions"] if action.name not in lines]
        return context


class LinesAction(RecordAction):
    """An act whose form starts from what the link says, and can be done again at once ("保存，再加一项")."""

    again = frozenset()

    def get_form(self, *args):
        form = self.action.form
        known = form.base_fields if form else {}
        given = {name: self.request.GET[name] for name in self.request.GET if name in known}
        return self.action.build_form(*args, record=self.object, user=self.request.user, initial=given)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["hint"] = getattr(context["form"], "about", "") or context["hint"]
        context["may_repeat"] = self.action.name in self.again
        return context

    def run(self, **fields):
        self.result = self.action.rule(actor=self.request.user, at=timezone.now(), record=self.object, **fields)
        return self.object

    def done(self, saved):
        if self.result is None or self.result == saved:
            return super().done(saved)
        messages.success(self.request, f"{self.action.label}：{self.result}")
        if "again" in self.request.POST and self.action.name in self.again:
            return redirect(self.request.path)
        return redirect(self.record.url("detail", self.result if isinstance(self.result, type(saved)) else saved))
