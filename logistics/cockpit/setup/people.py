"""教职工: the staff list, which is also the school's directory (ORG-01)."""

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import Boxes, say_none
from logistics.platform.access.codes import check_can_reset, reset_code
from logistics.platform.access.models import Role
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import Department, User
from logistics.platform.org.queries import belongings_of
from logistics.platform.org.roles import check_can_manage_roles, set_roles
from logistics.platform.org.rules import (
    MANAGE_PEOPLE,
    check_can_end_sessions,
    check_can_manage_people,
    check_can_reset_password,
    end_sessions,
    reset_password,
    save_person,
)
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.tables import Column, link, state_mark

from .base import DIRECTORY, check_directory


class PersonFilters(FilterSet):
    q = CharFilter(method="find", label="姓名", help_text="姓名、拼音首字母、工号或手机号")
    department = KeptModelChoiceFilter(kept="all", label="部门", queryset=Department.objects.all(), empty_label="全部部门")
    role = KeptModelChoiceFilter(kept="all", label="角色", field_name="roles", queryset=Role.objects.all(), empty_label="全部角色")
    state = ChoiceFilter(label="状态", choices=[("in", "在职"), ("out", "离职"), ("new", "还没有密码")], method="by_state", empty_label="全部状态")

    def find(self, rows, name, value):
        text = plain(value)
        return rows.filter(Q(name__icontains=text) | Q(pinyin__icontains=text) | Q(username__istartswith=text) | Q(phone__startswith=text))

    def by_state(self, rows, name, value):
        if value == "new":
            return rows.filter(is_active=True, password="!")  # noqa: S106  the mark of an account without a password
        return rows.filter(is_active=value == "in")


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "username", "department", "title", "phone", "email"]
        help_texts = {"username": "登录用，字母、数字都可以。", "phone": "也可以用它登录。", "title": "例如 总务主任、语文教师。首页按它称呼。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(is_active=True)
        say_none(self, department="还没有定")


class RolesForm(forms.Form):
    takes_record = True
    roles = forms.ModelMultipleChoiceField(label="角色", queryset=Role.objects.all(), widget=Boxes(), required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record:
            self.fields["roles"].initial = list(record.roles.all())


def people_visible_to(user) -> QuerySet[User]:
    """The staff in post for everybody with the directory, leavers too for whoever keeps the list; else oneself."""
    staff = User.objects.filter(is_person=True).select_related("department")
    if has(user, MANAGE_PEOPLE):
        return staff
    return staff.filter(is_active=True) if has(user, DIRECTORY) else staff.filter(pk=user.pk)


def check_can_deactivate(user, record: User) -> None:
    require(user, MANAGE_PEOPLE)
    if not record.is_active:
        raise RuleViolation("这个人已经离职了。")
    if user.pk == record.pk:
        raise NotAllowed("不能给自己办离职，请让别人来办。")


def check_can_activate(user, record: User) -> None:
    require(user, MANAGE_PEOPLE)
    if record.is_active:
        raise RuleViolation("这个人本来就在职。")


def check_can_set_roles(user, record: User) -> None:
    check_can_manage_roles(user)
    if not record.is_active:
        raise RuleViolation("离职的人不能担任角色。")


def leave(*, actor, at, record: User) -> User:
    return save_person(actor=actor, at=at, record=record, is_active=False)


def come_back(*, actor, at, record: User) -> User:
    return save_person(actor=actor, at=at, record=record, is_active=True)


def to_hand_over(record: User, user) -> str:
    held = belongings_of(record)
    return f"要先交接：{'；'.join(map(str, held))}。" if held else "没有要交接的东西。"


def role_names(person: User) -> str:
    return "、".join(role.name for role in person.roles.all())


def state(person: User) -> tuple[str, str]:
    if not person.is_active:
        return "离职", "void"
    return ("还没有密码", "wait") if person.password == "!" else ("在职", "done")  # noqa: S105


def usual(user) -> list[Usual]:
    if not has(user, MANAGE_PEOPLE):
        return []
    return [Usual("全部", ""), Usual("在职", "state=in"), Usual("离职", "state=out"), Usual("还没有密码", "state=new")]


def facts(person: User) -> list[tuple]:
    return [
        ("工号", person.username, False),
        ("部门", person.department or "—", False),
        ("职务", person.title or "—", False),
        ("手机", person.phone or "—", False),
        ("邮箱", person.email or "—", False),
        ("状态", state_mark(*state(person)), False),
        ("角色", role_names(person) or "—", True),
    ]


PEOPLE = Record(
    model=User,
    namespace="cockpit:person",
    icon="users",
    label="教职工",
    rows=lambda user: people_visible_to(user).select_related("authenticator"),
    list_rows=lambda user: people_visible_to(user).prefetch_related("roles"),
    columns=(
        Column("name", "姓名", lambda row: row.name, cell=lambda row: link(row.name, PEOPLE.url("detail", row)), css="key", sort="pinyin", width=12),
        Column("username", "工号", lambda row: row.username, css="nw", sort="username", width=14),
        Column("department", "部门", lambda row: row.department, sort="department__order", width=16),
        Column("title", "职务", lambda row: row.title, width=16),
        Column("phone", "手机", lambda row: row.phone, css="nw", width=14),
        Column("roles", "角色", role_names, css="only-wide", width=20),
        Column("state", "状态", lambda row: state(row)[0], cell=lambda row: state_mark(*state(row)), css="tail", width=12),
    ),
    filters=PersonFilters,
    order=("pinyin", "pk"),
    form=PersonForm,
    create=save_person,
    update=save_person,
    check_view=check_directory,
    check_create=check_can_manage_people,
    check_update=check_can_manage_people,
    actions=(
        Action("roles", "定角色", set_roles, check_can_set_roles, RolesForm, icon="shield-check"),
        Action(
            "password",
            "重置密码",
            reset_password,
            check_can_reset_password,
            icon="key-round",
            confirm="原来的密码马上作废，会给一个新的初始密码，只显示一次。",
        ),
        Action(
            "end_sessions",
            "退出所有设备",
            end_sessions,
            check_can_end_sessions,
            icon="monitor-x",
            confirm="所有设备马上退出登录，接口令牌也收回，密码不变。手机丢了用它。",
        ),
        Action(
            "reset_code", "重置动态口令", reset_code, check_can_reset, icon="smartphone", confirm="以后只用密码就能登录；角色要求动态口令的，下次登录重新设。"
        ),
        Action(
            "leave",
            "办离职",
            leave,
            check_can_deactivate,
            icon="user-x",
            tone="stop",
            hint=to_hand_over,
            confirm="离职以后不能再登录，角色全部收回。办过的事都还在。",
        ),
        Action("back", "重新启用", come_back, check_can_activate, icon="rotate-ccw", confirm="重新启用以后，用原来的密码就能登录，角色要另外定。"),
    ),
    views=usual,
    facts=facts,
    detail_context=lambda person, user: {"posts": list(person.posts.all()), "places": list(person.places.filter(is_active=True)[:20])},
    empty="还没有教职工。可以一个个加，也可以从 Excel 导入。",
)
