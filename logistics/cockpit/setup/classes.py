"""班级 (ORG-04)."""

from django import forms
from django.db.models import Count, Q
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import PersonChoice
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import SchoolClass
from logistics.platform.org.rules import check_can_manage_students, graduate_class, save_class
from logistics.platform.web.forms import PlaceField
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.tables import Column, link, state_mark

from .base import check_directory
from .students import students_visible_to


class ClassFilters(FilterSet):
    q = CharFilter(method="find", label="班级", help_text="班级或班主任")
    state = ChoiceFilter(label="状态", choices=[("in", "在读"), ("out", "已毕业")], method="by_state", empty_label="全部状态")

    def find(self, rows, name, value):
        return rows.filter(Q(name__icontains=value.strip()) | Q(grade__icontains=value.strip()) | Q(head_teacher__name__icontains=value.strip()))

    def by_state(self, rows, name, value):
        return rows.filter(is_active=value == "in")


class ClassForm(forms.ModelForm):
    head_teacher = PersonChoice(label="班主任", required=False)
    room = PlaceField(label="教室", required=False)

    class Meta:
        model = SchoolClass
        fields = ["name", "grade", "head_teacher", "room", "order"]
        help_texts = {"grade": "例如 三年级、初二。", "order": "数小的排在前面。"}


def check_can_graduate(user, record: SchoolClass) -> None:
    check_can_manage_students(user)
    if not record.is_active:
        raise RuleViolation(f"「{record}」已经毕业了。")


def class_rows(user):
    pupils = Count("students", filter=Q(students__is_active=True))
    boarders = Count("students", filter=Q(students__is_active=True, students__is_boarder=True))
    return SchoolClass.objects.select_related("head_teacher", "room").annotate(pupils=pupils, boarders=boarders)


def state(row: SchoolClass) -> tuple[str, str]:
    return ("在读", "done") if row.is_active else ("已毕业", "void")


CLASSES = Record(
    model=SchoolClass,
    namespace="cockpit:class",
    icon="school",
    rows=class_rows,
    columns=(
        Column("name", "班级", lambda row: row.name, cell=lambda row: link(row.name, CLASSES.url("detail", row)), css="key", sort="name", width=18),
        Column("grade", "年级", lambda row: row.grade, sort="grade", width=10),
        Column("head_teacher", "班主任", lambda row: row.head_teacher, sort="head_teacher__pinyin", width=12),
        Column("room", "教室", lambda row: row.room, css="only-wide", width=24),
        Column("pupils", "学生", lambda row: row.pupils, css="num", sort="pupils", kind="integer", width=8),
        Column("boarders", "住校", lambda row: row.boarders, css="num", sort="boarders", kind="integer", width=8),
        Column("state", "状态", lambda row: state(row)[0], cell=lambda row: state_mark(*state(row)), css="tail", width=10),
    ),
    filters=ClassFilters,
    order=("-is_active", "order", "pk"),
    form=ClassForm,
    create=save_class,
    update=save_class,
    check_view=check_directory,
    check_create=check_can_manage_students,
    check_update=check_can_manage_students,
    actions=(
        Action(
            "graduate",
            "毕业离校",
            graduate_class,
            check_can_graduate,
            icon="graduation-cap",
            tone="stop",
            confirm="全班学生和班级都转为不在读，名单还查得到。撤不回来，请看准了再办。",
        ),
    ),
    views=lambda user: [Usual("全部", ""), Usual("在读", "state=in"), Usual("已毕业", "state=out")],
    detail_context=lambda record, user: {"pupils": list(students_visible_to(user).filter(school_class=record)[:80])},
    empty="还没有班级。先建班级，再加学生，也可以从 Excel 导入。",
)
