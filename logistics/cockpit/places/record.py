"""地点 described for its pages and its API (ORG-02)."""

from django import forms
from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import PersonChoice, say_none
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.models import BlankLabel, LabelState
from logistics.platform.labels.rules import release_labels_of
from logistics.platform.org.models import Department
from logistics.platform.org.queries import people
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.platform.places.queries import places_for
from logistics.platform.places.rules import MANAGE, check_can_manage, deactivate_place, save_place
from logistics.platform.web.forms import PlaceField
from logistics.platform.web.records import Action, Record
from logistics.platform.web.selects import KeptModelChoiceFilter
from logistics.platform.web.tables import Column, link, state_mark

from .queries import places_visible_to


class PlaceFilters(FilterSet):
    q = CharFilter(method="find", label="地点", help_text="楼名、房间或编码")
    building = KeptModelChoiceFilter(
        kept="buildings",
        label="楼栋",
        queryset=Place.objects.filter(level=Level.BUILDING, is_active=True).order_by("order", "full_name"),
        empty_label="全部楼栋",
    )
    level = ChoiceFilter(label="层级", choices=Level.choices, empty_label="全部层级")
    kind = ChoiceFilter(label="用途", choices=PlaceKind.choices, empty_label="全部用途")
    responsible = KeptModelChoiceFilter(kept="in-post", label="责任人", queryset=people(), empty_label="全部责任人")
    unowned = ChoiceFilter(label="有没有责任人", choices=[("yes", "没有责任人")], method="without_person", empty_label="有没有责任人")

    def find(self, rows, name, value):
        return rows.filter(Q(pk__in=places_for(value).values("pk")) | Q(full_name__icontains=value.strip()))

    def without_person(self, rows, name, value):
        return rows.filter(responsible=None)


class PlaceForm(forms.ModelForm):
    parent = PlaceField(label="上级", required=False, help_text="它在哪里面。校区和独立的楼可以空着。")
    responsible = PersonChoice(label="责任人", required=False)

    class Meta:
        model = Place
        fields = ["parent", "level", "name", "kind", "responsible", "department", "code", "order"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(is_active=True)
        say_none(self, department="不归哪个部门", level="选层级")
        self.fields["code"].required = False
        self.fields["code"].help_text = "印在门牌二维码上，定了就不改。空着会自动编一个。"
        self.fields["order"].help_text = "数小的排在前面。"
        if self.instance.pk:
            del self.fields["code"]


def check_can_close(user, record: Place) -> None:
    require(user, MANAGE)
    if not record.is_active:
        raise RuleViolation("这个地点已经停用了。")


def check_can_open(user, record: Place) -> None:
    require(user, MANAGE)
    if record.is_active:
        raise RuleViolation("这个地点本来就在用。")


@rule
def close(*, actor, at, record: Place) -> Place:
    """Close a place with everything inside; the blank labels stuck there are free again."""
    closed = deactivate_place(actor=actor, at=at, record=record)
    for place in labelled_below(closed):
        release_labels_of(actor=actor, at=at, record=place, reason="地点停用")
    return closed


def labelled_below(place: Place) -> list[Place]:
    """The place and those inside that carry a blank label."""
    labelled = BlankLabel.objects.filter(kind=PLACES.kind, state=LabelState.CLAIMED).values("record_id")
    return list(Place.objects.filter(path__startswith=place.path, pk__in=labelled))


def reopen(*, actor, at, record: Place) -> Place:
    return save_place(actor=actor, at=at, record=record, is_active=True)


COLUMNS = (
    Column("name", "地点", str, cell=lambda place: link(place, PLACES.url("detail", place)), css="key", sort="full_name", width=30),
    Column("level", "层级", lambda place: place.get_level_display(), sort="level", width=8),
    Column("kind", "用途", lambda place: place.get_kind_display(), sort="kind", width=10),
    Column("responsible", "责任人", lambda place: place.responsible, sort="responsible__pinyin", width=12),
    Column("department", "使用部门", lambda place: place.department, css="only-wide", width=16),
    Column("code", "编码", lambda place: place.code, css="only-wide nw", sort="code", width=12),
    Column(
        "is_active",
        "状态",
        lambda place: "在用" if place.is_active else "停用",
        cell=lambda place: state_mark("在用", "done") if place.is_active else state_mark("停用", "void"),
        css="tail",
        width=8,
    ),
)


def facts(place: Place) -> list[tuple]:
    return [
        ("层级", place.get_level_display(), False),
        ("用途", place.get_kind_display(), False),
        ("责任人", place.responsible or "还没有定", False),
        ("使用部门", place.department or "—", False),
        ("编码", place.code, False),
        ("状态", "在用" if place.is_active else "停用", False),
    ]


PLACES = Record(
    model=Place,
    namespace="cockpit:places",
    icon="map-pin",
    label="地点",
    rows=lambda user: places_visible_to(user).select_related("parent", "building", "responsible", "department"),
    columns=COLUMNS,
    filters=PlaceFilters,
    order=("full_name", "pk"),
    form=PlaceForm,
    create=save_place,
    update=save_place,
    check_create=check_can_manage,
    check_update=check_can_manage,
    actions=(
        Action(
            "close",
            "停用",
            close,
            check_can_close,
            icon="circle-off",
            tone="stop",
            confirm="停用以后不能再往这里报修、放东西，里面的地点也一起停用。以前的记录都在。",
        ),
        Action("reopen", "重新启用", reopen, check_can_open, icon="rotate-ccw"),
    ),
    facts=facts,
    empty="还没有地点。先建校区或楼栋，再建楼层和房间。",
)
