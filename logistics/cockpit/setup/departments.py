"""部门 (ORG-01)."""

from django import forms
from django.db.models import Count, Q
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import PersonChoice
from logistics.platform.org.models import Department
from logistics.platform.org.rules import check_can_manage_people, save_department
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column, link, state_mark

from .base import check_directory


class DepartmentFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label="名称", help_text="部门名称")
    is_active = ChoiceFilter(label="状态", choices=[("true", "在用"), ("false", "停用")], method="by_state", empty_label="全部状态")

    def by_state(self, rows, name, value):
        return rows.filter(is_active=value == "true")


class DepartmentForm(forms.ModelForm):
    head = PersonChoice(label="负责人", required=False)

    class Meta:
        model = Department
        fields = ["name", "head", "phone", "order", "is_active"]
        help_texts = {"order": "数小的排在前面。"}


def department_rows(user):
    return Department.objects.select_related("head").annotate(people=Count("members", filter=Q(members__is_active=True, members__is_person=True)))


DEPARTMENTS = Record(
    model=Department,
    namespace="cockpit:department",
    icon="building-2",
    rows=department_rows,
    columns=(
        Column("name", "部门", lambda row: row.name, cell=lambda row: link(row.name, DEPARTMENTS.url("detail", row)), css="key", sort="name", width=18),
        Column("head", "负责人", lambda row: row.head, sort="head__pinyin", width=12),
        Column("phone", "电话", lambda row: row.phone, css="nw", width=16),
        Column("people", "人数", lambda row: row.people, css="num", sort="people", kind="integer", width=8),
        Column(
            "is_active",
            "状态",
            lambda row: "在用" if row.is_active else "停用",
            cell=lambda row: state_mark("在用", "done") if row.is_active else state_mark("停用", "void"),
            css="tail",
            width=8,
        ),
    ),
    filters=DepartmentFilters,
    order=("order", "pk"),
    form=DepartmentForm,
    create=save_department,
    update=save_department,
    check_view=check_directory,
    check_create=check_can_manage_people,
    check_update=check_can_manage_people,
    detail_context=lambda record, user: {"people": list(record.members.filter(is_active=True, is_person=True))},
    empty="还没有部门。先建总务处，再建别的。",
)
