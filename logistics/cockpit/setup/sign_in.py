"""登录安全: which roles sign in with a code, and who has not set it up yet."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect

from logistics.cockpit.fields import Boxes
from logistics.platform.access.codes import people_asked, set_asking_roles
from logistics.platform.access.models import Role
from logistics.platform.org.roles import check_can_manage_roles

from .base import RulePage


class AskingRolesForm(forms.Form):
    roles = forms.ModelMultipleChoiceField(
        label="哪些角色登录要动态口令",
        queryset=Role.objects.all(),
        widget=Boxes(),
        required=False,
        help_text="选上以后，担任这些角色的人下次登录要先设好动态口令，才能往下用。一个不选，就谁都不要求；愿意的人可以自己设。",
    )


class SignInPage(RulePage):
    template_name = "cockpit/sign_in.html"
    heading = "登录安全"

    def check(self):
        check_can_manage_roles(self.request.user)

    def get_form(self, *args):
        form = AskingRolesForm(*args)
        form.fields["roles"].initial = list(Role.objects.filter(needs_code=True))
        return form

    def get_context_data(self, **kwargs):
        asked = list(people_asked().select_related("department"))
        missing = [person for person in asked if not person.is_ready]
        return super().get_context_data(asked=len(asked), missing=missing, **kwargs)

    def run(self, roles):
        return set_asking_roles(actor=self.request.user, at=self.now, roles=roles)

    def done(self, result):
        messages.success(self.request, f"改了 {result} 个角色，从下次登录起。" if result else "没有改动。")
        return redirect("cockpit:sign-in")
