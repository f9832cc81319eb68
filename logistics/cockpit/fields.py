"""Form fields that choose people, departments and roles."""

from django import forms
from django.db.models import Q

from logistics.platform.org.models import User
from logistics.platform.org.queries import people


def named_with_department(person: User) -> str:
    return f"{person.name}（{person.department}）" if person.department else person.name


class PersonChoice(forms.ModelChoiceField):
    """One member of staff in post, in order of pinyin."""

    def __init__(self, **kwargs):
        super().__init__(queryset=people(), empty_label="还没有定", **kwargs)

    def label_from_instance(self, person):
        return named_with_department(person)


class Boxes(forms.CheckboxSelectMultiple):
    """Many check boxes in a box that scrolls, with a field above that narrows them down."""

    template_name = "cockpit/boxes.html"

    def __init__(self, *args, narrow: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.narrow = narrow

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["narrow"] = self.narrow
        options = [option for _, group, _ in context["widget"]["optgroups"] for option in group]
        context["widget"]["options"] = sorted(options, key=lambda option: not option["selected"])  # the chosen ones first
        return context


class PeopleChoice(forms.ModelMultipleChoiceField):
    """Any number of staff; somebody already chosen who has left stays visible, so that they can be taken out."""

    def __init__(self, **kwargs):
        super().__init__(queryset=people(), widget=Boxes(narrow="输入姓名或部门"), required=False, **kwargs)

    def label_from_instance(self, person):
        return named_with_department(person)

    def with_chosen(self, chosen) -> None:
        """Offer `chosen` (a queryset of people) too."""
        keys = list(chosen.values_list("pk", flat=True))
        self.queryset = User.objects.filter(Q(is_person=True, is_active=True) | Q(pk__in=keys)).select_related("department")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def say_none(form: forms.BaseForm, **words: str) -> None:
    """Give the empty line of select fields words people understand: say_none(form, department="还没有定")."""
    for name, said in words.items():
        field = form.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = said
        else:
            field.choices = [("", said), *((value, label) for value, label in field.choices if value != "")]
