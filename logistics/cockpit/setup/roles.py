"""角色与权限: who may do what, as a table the school edits (GEN-01)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView
from django_filters import CharFilter, FilterSet

from logistics.cockpit.fields import PeopleChoice
from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.access.permissions import Permission, all_permissions
from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import Conflict
from logistics.platform.org.queries import people
from logistics.platform.org.roles import check_can_manage_roles, lock_roles, save_role, set_grant, set_holders
from logistics.platform.web.record_pages import RecordDetail, RecordList
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link

WORDS = {Scope.OWN: "本人", Scope.CLASS: "本班", Scope.DEPARTMENT: "部门", Scope.BUILDING: "地点", Scope.ALL: "全校"}
NOTHING = "—"
# the table has hundreds of selects, so their options carry no value but their word
SCOPE_OF = {word: scope.value for scope, word in WORDS.items()} | {NOTHING: ""}


class RoleFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label="角色")


class RoleForm(forms.ModelForm):
    class Meta:
        model = Role
        fields = ["name", "order"]
        help_texts = {"order": "数小的排在前面。"}


class HoldersForm(forms.Form):
    takes_record = True
    holders = PeopleChoice(label="成员")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record:
            self.fields["holders"].with_chosen(record.holders.all())
            self.fields["holders"].initial = list(record.holders.all())


ROLES = Record(
    model=Role,
    namespace="cockpit:role",
    icon="shield-check",
    label="角色与权限",
    rows=lambda user: Role.objects.annotate(people=Count("holders", filter=Q(holders__is_active=True))).prefetch_related("grants"),
    columns=(
        Column("name", "角色", lambda row: row.name, cell=lambda row: link(row.name, ROLES.url("detail", row)), css="key", sort="order", width=16),
        Column("people", "成员", lambda row: row.people, css="num", kind="integer", width=8),
    ),
    filters=RoleFilters,
    order=("order", "pk"),
    form=RoleForm,
    create=save_role,
    update=save_role,
    check_view=check_can_manage_roles,
    check_create=check_can_manage_roles,
    check_update=check_can_manage_roles,
    actions=(Action("holders", "定成员", set_holders, check_can_manage_roles, HoldersForm, icon="users"),),
)


@dataclass(frozen=True)
class Cell:
    """One select of the table: `name` is g-<role>-<code>, `scope` what is granted now, empty for nothing."""

    role: Role
    permission: Permission
    scope: str

    @property
    def name(self) -> str:
        return f"g-{self.role.pk}-{self.permission.code}"

    @property
    def label(self) -> str:
        return f"{self.role.name}：{self.permission.label}"

    @property
    def word(self) -> str:
        return WORDS[Scope(self.scope)] if self.scope else NOTHING

    @property
    def tone(self) -> str:
        return "all" if self.scope == Scope.ALL else "some" if self.scope else ""


@dataclass(frozen=True)
class Line:
    permission: Permission
    cells: list[Cell]


def groups() -> list[str]:
    """The apps that have permissions, in the order they were registered."""
    return list(dict.fromkeys(permission.group for permission in all_permissions()))


def table(roles: Sequence[Role], permissions: Iterable[Permission]) -> list[Line]:
    """A line a permission, a cell a role; one query."""
    granted = {(grant.role_id, grant.permission): grant.scope for grant in Grant.objects.filter(role__in=roles)}
    return [Line(one, [Cell(role, one, granted.get((role.pk, one.code), "")) for role in roles]) for one in permissions]


def state_of(lines: Iterable[Line]) -> str:
    """A fingerprint of what a table showed, so that a table somebody else changed meanwhile is not written over."""
    shown = "|".join(f"{cell.name}={cell.scope}" for line in lines for cell in line.cells)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


@rule
def set_grants(*, actor, at, roles: Sequence[Role], permissions: Sequence[Permission], wanted: dict[str, str], seen: str) -> int:
    """Write the cells that differ, all or nothing; `wanted` is {cell name: scope or empty}, cells it does not name stay.

    Raises Conflict when the table is no longer what `seen` was taken from. Returns how many cells changed.
    """
    check_can_manage_roles(actor)
    lock_roles()
    lines = table(roles, permissions)
    if state_of(lines) != seen:
        raise Conflict("这张表刚刚有别人改过，您的改动还没有保存。请看看最新的，再改一次。")
    changed = [cell for line in lines for cell in line.cells if wanted.get(cell.name, cell.scope) != cell.scope]
    for cell in changed:
        set_grant(actor=actor, at=at, role=cell.role, permission=cell.permission.code, scope=wanted[cell.name])
    return len(changed)


class GrantTable:
    """Pages with a table of selects: `picked()` says for which roles and permissions."""

    def picked(self) -> tuple[list[Role], list[Permission]]:
        return [], []

    def table_context(self) -> dict:
        lines = table(*self.picked())
        return {"lines": lines, "seen": state_of(lines), "scopes": list(WORDS.values())}

    def post(self, request, *args, **kwargs):
        check_can_manage_roles(request.user)
        roles, permissions = self.picked()
        wanted = {name: SCOPE_OF.get(word, word) for name, word in request.POST.items() if name.startswith("g-")}
        count = set_grants(actor=request.user, at=timezone.now(), roles=roles, permissions=permissions, wanted=wanted, seen=request.POST.get("seen", ""))
        messages.success(request, f"改了 {count} 处，马上生效。" if count else "没有改动。")
        return redirect(request.get_full_path())


class Matrix(GrantTable, RecordList):
    """Roles across, the permissions of one app down."""

    def get_template_names(self):
        return ["cockpit/roles.html"]

    def group(self) -> str:
        known = groups()
        asked = self.request.GET.get("app", "")
        return asked if asked in known else known[0]

    def picked(self):
        if not hasattr(self, "chosen"):
            roles = list(self.record.rows(self.request.user).order_by("order", "pk"))
            self.chosen = roles, [one for one in all_permissions() if one.group == self.group()]
        return self.chosen

    def get_context_data(self, **kwargs):
        # the list's own work (filters, count, page) is not needed for the table
        return super(RecordList, self).get_context_data(roles=self.picked()[0], groups=groups(), group=self.group(), **self.table_context(), **kwargs)


class RolePage(GrantTable, RecordDetail):
    """One role: what it may do, app by app, and who holds it."""

    def get_template_names(self):
        return ["cockpit/role.html"]

    def picked(self):
        if not hasattr(self, "chosen"):
            self.chosen = [self.get_object()], all_permissions()
        return self.chosen

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | self.table_context()
        context["holders"] = list(context["object"].holders.filter(is_active=True).select_related("department"))
        return context


class Holders(TemplateView):
    """Who holds which role, on one page."""

    template_name = "cockpit/holders.html"

    def get_context_data(self, **kwargs):
        check_can_manage_roles(self.request.user)
        return super().get_context_data(title="谁担任什么角色", roles=list(Role.objects.prefetch_related(Prefetch("holders", people()))), **kwargs)
