"""学校信息: one form."""

from django import forms

from logistics.platform.school.models import School, school
from logistics.platform.school.rules import check_can_manage, save_school

from .base import RulePage


class SchoolForm(forms.ModelForm):
    class Meta:
        model = School
        fields = ["name", "short_name", "office", "office_place", "office_phone", "address", "accept_days", "repeat_days"]
        help_texts = {
            "short_name": "手机顶上用，例如 青禾学校。",
            "office_place": "例如 综合楼 103 室。",
            "repeat_days": "同一地方在这些天里又报修，会提醒派工的人。",
        }


class SchoolPage(RulePage):
    heading = "学校信息"

    def check(self):
        check_can_manage(self.request.user)

    def get_form(self, *args):
        return SchoolForm(*args, instance=school())

    def run(self, **fields):
        return save_school(actor=self.request.user, at=self.now, **fields)
