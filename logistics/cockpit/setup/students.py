"""学生: number, name, class, sex and whether boarding, nothing else (ORG-04)."""

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import say_none
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require, scope_of
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import SchoolClass, Sex, Student
from logistics.platform.org.rules import MANAGE_STUDENTS, check_can_manage_students, save_student
from logistics.platform.web.records import Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.tables import Column, link, state_mark

VIEW = "platform.students.view"


class StudentFilters(FilterSet):
    q = CharFilter(method="find", label="姓名", help_text="姓名、拼音首字母或学号")
    school_class = KeptModelChoiceFilter(kept="open", label="班级", queryset=SchoolClass.objects.filter(is_active=True), empty_label="全部班级")
    sex = ChoiceFilter(label="性别", choices=Sex.choices, empty_label="性别不限")
    boarder = ChoiceFilter(label="住校", choices=[("yes", "住校"), ("no", "走读")], method="by_boarding", empty_label="住校走读")
    state = ChoiceFilter(label="状态", choices=[("in", "在读"), ("out", "不在读")], method="by_state", empty_label="全部状态")

    def find(self, rows, name, value):
        text = plain(value)
        return rows.filter(Q(name__icontains=text) | Q(pinyin__icontains=text) | Q(number__istartswith=text))

    def by_boarding(self, rows, name, value):
        return rows.filter(is_boarder=value == "yes")

    def by_state(self, rows, name, value):
        return rows.filter(is_active=value == "in")


class StudentForm(forms.ModelForm):
    class Meta:
        model = Student
        fields = ["number", "name", "school_class", "sex", "is_boarder", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school_class"].queryset = SchoolClass.objects.filter(Q(is_active=True) | Q(pk=self.instance.school_class_id))
        say_none(self, school_class="选班级", sex="不写")


def students_visible_to(user) -> QuerySet[Student]:
    """The whole school for whoever keeps the list or sees all, one's own classes for a head teacher."""
    students = Student.objects.select_related("school_class")
    if has(user, MANAGE_STUDENTS) or scope_of(user, VIEW) == Scope.ALL:
        return students
    return students.filter(school_class__head_teacher=user.pk) if has(user, VIEW) else students.none()


def check_can_view(user, record=None) -> None:
    if not has(user, MANAGE_STUDENTS):
        require(user, VIEW)


def state(row: Student) -> tuple[str, str]:
    return ("在读", "done") if row.is_active else ("不在读", "void")


STUDENTS = Record(
    model=Student,
    namespace="cockpit:student",
    icon="graduation-cap",
    rows=students_visible_to,
    columns=(
        Column("name", "姓名", lambda row: row.name, cell=lambda row: link(row.name, STUDENTS.url("detail", row)), css="key", sort="pinyin", width=12),
        Column("number", "学号", lambda row: row.number, css="nw", sort="number", width=16),
        Column("school_class", "班级", lambda row: row.school_class, sort="school_class__order", width=18),
        Column("sex", "性别", lambda row: row.get_sex_display(), width=6),
        Column("is_boarder", "住校", lambda row: "住校" if row.is_boarder else "走读", sort="is_boarder", width=8),
        Column("state", "状态", lambda row: state(row)[0], cell=lambda row: state_mark(*state(row)), css="tail", width=10),
    ),
    filters=StudentFilters,
    order=("number",),
    form=StudentForm,
    create=save_student,
    update=save_student,
    check_view=check_can_view,
    check_create=check_can_manage_students,
    check_update=check_can_manage_students,
    views=lambda user: [Usual("全部", ""), Usual("在读", "state=in"), Usual("住校", "state=in&boarder=yes"), Usual("不在读", "state=out")],
    facts=lambda row: [
        ("学号", row.number, False),
        ("班级", row.school_class, False),
        ("性别", row.get_sex_display() or "—", False),
        ("住校", "住校" if row.is_boarder else "走读", False),
        ("状态", state_mark(*state(row)), False),
    ],
    empty="还没有学生。可以从 Excel 导入名单。",
)
