"""学校信息: one form."""

from django import forms

from logistics.cockpit.fields import time_input
from logistics.platform.school.models import School, school
from logistics.platform.school.rules import CLOCKS, check_can_manage, save_school

from .base import RulePage


class SchoolForm(forms.ModelForm):
    class Meta:
        model = School
        fields = ["name", "short_name", "kind", "is_boarding", "office", "office_place", "office_phone", "address", "quiet_from", "quiet_to", "digest_at"]
        help_texts = {
            "short_name": "手机顶上用，例如 青禾学校。",
            "office_place": "例如 综合楼 103 室。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in CLOCKS:
            self.fields[name].required = False
            self.fields[name].widget = time_input()


class SchoolPage(RulePage):
    heading = "学校信息"

    def check(self):
        check_can_manage(self.request.user)

    def get_form(self, *args):
        return SchoolForm(*args, instance=school())

    def run(self, **fields):
        return save_school(actor=self.request.user, at=self.now, **fields)
