"""Pages of the staff list that show a new password once, and slips for many."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.org.models import Department, User
from logistics.platform.org.rules import MANAGE_PEOPLE, MOST_PASSWORDS, check_can_manage_people, issue_passwords
from logistics.platform.web.record_pages import RecordAction

from .base import RulePage, SetupDetail, SetupForm, SetupList

WITHOUT_PASSWORD = "!"  # noqa: S105  what the import writes


def show_once(request, people: list[User]) -> HttpResponse:
    """The answer that holds new passwords; never kept by a browser or a proxy."""
    response = render(request, "cockpit/passwords_shown.html", {"title": "初始密码", "people": people})
    response["Cache-Control"] = "no-store"
    return response


class PersonForm(SetupForm):
    def done(self, saved):
        if hasattr(saved, "first_password"):
            return show_once(self.request, [saved])
        return super().done(saved)


class PersonAction(RecordAction):
    def run(self, **fields):
        return self.action.rule(actor=self.request.user, at=timezone.now(), record=self.object, **fields) or self.object

    def done(self, saved):
        if hasattr(saved, "first_password"):
            return show_once(self.request, [saved])
        return super().done(saved)


class IssueForm(forms.Form):
    department = forms.ModelChoiceField(label="部门", queryset=Department.objects.filter(is_active=True), required=False, empty_label="全部部门")


class IssuePasswords(RulePage):
    """Passwords for everybody who has none yet (after an import), on slips to cut out."""

    template_name = "cockpit/passwords_issue.html"
    heading = "发初始密码"
    submit = "发密码"
    back = "/setup/person/"
    back_label = "教职工"

    def check(self):
        check_can_manage_people(self.request.user)

    def get_form(self, *args):
        return IssueForm(*args)

    def waiting(self):
        return User.objects.filter(is_person=True, is_active=True, password=WITHOUT_PASSWORD).select_related("department")

    def get_context_data(self, **kwargs):
        return super().get_context_data(waiting=self.waiting().count(), most=MOST_PASSWORDS, **kwargs)

    def run(self, department=None):
        people = self.waiting().filter(department=department) if department else self.waiting()
        return issue_passwords(actor=self.request.user, at=timezone.now(), people=list(people[:MOST_PASSWORDS]))

    def done(self, result):
        return show_once(self.request, result)


class PersonList(SetupList):
    template_name = "cockpit/people.html"


class PersonDetail(SetupDetail):
    """Others see who it is; what was done to the account is for whoever keeps the list, and for oneself."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        person, user = context["object"], self.request.user
        context["is_story_shown"] = has(user, MANAGE_PEOPLE) or person.pk == user.pk
        return context
