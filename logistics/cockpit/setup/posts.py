"""岗位 with its written duties; every duty has an owner or stands out in red (ORG-01)."""

from django import forms
from django.db.models import Prefetch
from django.utils.safestring import mark_safe
from django.views.generic import TemplateView
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import PeopleChoice, say_none
from logistics.platform.access.rules import require
from logistics.platform.exports.columns import Column as BookColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department, Post, User
from logistics.platform.org.queries import duties
from logistics.platform.org.rules import MANAGE_PEOPLE, check_can_manage_people, remove_post, save_post
from logistics.platform.web.records import Action, Record
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.tables import Column, link

from .base import SetupList, check_directory

NOBODY = mark_safe('<span class="t-late">没有人担任</span>')


def vacant(posts):
    """The posts nobody holds now: their written duties are nobody's."""
    return posts.exclude(pk__in=Post.objects.filter(holders__is_active=True).values("pk"))


class PostFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label="岗位", help_text="岗位名称")
    department = KeptModelChoiceFilter(kept="all", label="部门", queryset=Department.objects.all(), empty_label="全部部门")
    vacant = ChoiceFilter(label="有没有人", choices=[("yes", "没有人担任")], method="without_people", empty_label="有没有人担任")

    def without_people(self, rows, name, value):
        return vacant(rows)


class PostForm(forms.ModelForm):
    holders = PeopleChoice(label="任职人")

    class Meta:
        model = Post
        fields = ["name", "department", "duties", "holders", "order"]
        widgets = {"duties": forms.Textarea(attrs={"rows": 8})}
        help_texts = {"duties": "一行写一条。", "order": "数小的排在前面。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(is_active=True)
        say_none(self, department="不归哪个部门")
        if self.instance.pk:
            self.fields["holders"].with_chosen(self.instance.holders.all())


def check_can_remove(user, record: Post) -> None:
    require(user, MANAGE_PEOPLE)
    if record.holders.exists():
        raise RuleViolation("这个岗位还有人任职，请先把任职人清空。")


def owners(post: Post) -> str:
    return "、".join(person.name for person in post.owners)


def post_rows(user):
    return Post.objects.select_related("department").prefetch_related(Prefetch("holders", User.objects.filter(is_active=True), to_attr="owners"))


POSTS = Record(
    model=Post,
    namespace="cockpit:post",
    icon="clipboard-list",
    label="岗位和职责",
    rows=post_rows,
    columns=(
        Column("name", "岗位", lambda row: row.name, cell=lambda row: link(row.name, POSTS.url("detail", row)), css="key", sort="name", width=18),
        Column("department", "部门", lambda row: row.department, sort="department__order", width=16),
        Column("holders", "任职人", owners, cell=lambda row: owners(row) or NOBODY, width=24),
        Column("duties", "职责条数", lambda row: len(row.duty_lines), css="num", kind="integer", width=10),
    ),
    filters=PostFilters,
    order=("order", "pk"),
    form=PostForm,
    create=save_post,
    update=save_post,
    check_view=check_directory,
    check_create=check_can_manage_people,
    check_update=check_can_manage_people,
    actions=(
        Action("remove", "撤销岗位", remove_post, check_can_remove, icon="trash-2", tone="stop", confirm="撤销以后岗位和它的职责不再列出，日志里还查得到。"),
    ),
    facts=lambda row: [("部门", row.department or "—", False), ("任职人", owners(row) or "没有人担任", False)],
    empty="还没有岗位。把总务处的岗位职责写进来，每条都会找到负责的人。",
)


class PostList(SetupList):
    template_name = "cockpit/posts.html"

    def get_context_data(self, **kwargs):
        lonely = vacant(Post.objects.select_related("department"))
        return super().get_context_data(unowned=[(post, duty) for post in lonely for duty in post.duty_lines], **kwargs)


class Duties(TemplateView):
    """Every written duty and who owns it; ?export=1 gives the list as Excel."""

    template_name = "cockpit/duties.html"

    def get(self, request, *args, **kwargs):
        check_directory(request.user)
        if "export" in request.GET:
            columns = [BookColumn("岗位", 18), BookColumn("部门", 16), BookColumn("职责", 60), BookColumn("责任人", 24)]
            rows = ([row.post.name, str(row.post.department or ""), row.duty, "、".join(p.name for p in row.owners) or "没有人"] for row in duties())
            return workbook_response("岗位职责一览", columns, rows)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        rows = duties()
        lonely = sum(not row.owners for row in rows)
        return super().get_context_data(title="职责一览", rows=rows, unowned_count=lonely, **kwargs)
