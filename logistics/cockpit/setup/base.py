"""What the setup pages share: records without a page of their own, and forms that belong to no record."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import has, require
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.rules import MANAGE_PEOPLE
from logistics.platform.web.menu import cards_for
from logistics.platform.web.record_pages import RecordDetail, RecordForm, RecordList, add_refusal

DIRECTORY = "platform.directory.view"


def check_directory(user, record=None) -> None:
    """The school's own people may look each other up; whoever keeps the list may too."""
    if not has(user, MANAGE_PEOPLE):
        require(user, DIRECTORY)


class SetupList(RecordList):
    """A list of the setup pages; the way back leads to the cards."""

    template_name = "cockpit/setup_list.html"

    def get_template_names(self):
        return [self.template_name]

    def get_context_data(self, **kwargs):
        return super().get_context_data(back="/setup/" if cards_for(self.request.user) else "/me/", **kwargs)


class SetupDetail(RecordDetail):
    """The page of a record with a template of its own, cockpit/<name>.html."""

    def get_template_names(self):
        return [f"cockpit/{self.record.name}.html"]


class SetupForm(RecordForm):
    """The form of a record; those without a detail page offer their actions here."""

    def get_template_names(self):
        return ["cockpit/setup_form.html"]

    def get_context_data(self, **kwargs):
        offered = self.record.actions_for(self.request.user, self.object) if self.object and not self.record.has_page("detail") else []
        return super().get_context_data(offered=offered, **kwargs)


class RulePage(TemplateView):
    """A form and one rule, for what is no list of records. A refusal stands at its field and nothing typed is lost."""

    template_name = "cockpit/rule_form.html"
    heading = ""
    submit = "保存"
    back = "/setup/"
    back_label = "系统设置"

    def check(self) -> None:
        """Refuse whoever may not be here."""
        raise NotAllowed("这一页不归您用。")

    def get_form(self, *args) -> forms.Form:
        return forms.Form(*args)

    def run(self, **fields):
        """Call the rule with what the form holds."""

    def done(self, result) -> HttpResponse:
        messages.success(self.request, "已保存")
        return redirect(self.back)

    def dispatch(self, request, *args, **kwargs):
        self.check()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        words = {"title": self.heading, "heading": self.heading, "submit": self.submit, "back_url": self.back, "back_label": self.back_label}
        return super().get_context_data(**words, **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if form.is_valid():
            try:
                result = self.run(**form.cleaned_data)
            except (RuleViolation, ValidationError) as refusal:
                add_refusal(form, refusal)
            else:
                return self.done(result)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    @property
    def now(self):
        return timezone.now()
