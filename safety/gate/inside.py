"""Who is on the premises at a moment: for the page, and as the list for an evacuation (SAF-06, SAF-10)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.evidence.logs import paper_response
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.models import SchoolClass
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_moment
from safety.roster.queries import on_at
from safety.student_pass.queries import out_at

from .pages import gate_tabs
from .queries import RECORD, VIEW, cars_at, inside_at


@dataclass(frozen=True)
class Moment:
    """A minute, which names its list: what it says can be found again later."""

    at: datetime

    @property
    def number(self) -> str:
        return f"{timezone.localtime(self.at):%Y%m%d-%H%M%S}"


def moment_of(paper: PrintedPaper) -> Moment | None:
    try:
        return Moment(datetime.strptime(paper.number, "%Y%m%d-%H%M%S").replace(tzinfo=timezone.get_default_timezone()))
    except ValueError:
        return None


def check_can_see_inside(user, record=None) -> None:
    """The gate, leaders, whoever answers for safety."""
    if scope_of(user, VIEW) != Scope.ALL and not has(user, RECORD):
        raise NotAllowed("在校人员名单由门卫、安全员和学校领导看。")


def gathered(at: datetime) -> dict:
    """Everybody there at the moment, in a fixed number of queries. Staff are not counted: nothing says who is at work."""
    visits, gone, watches, cars = list(inside_at(at)), list(out_at(at)), on_at(at), list(cars_at(at))
    away: dict[int, list[str]] = {}
    for card in gone:
        away.setdefault(card.school_class_id, []).append(card.student.name)
    pupils = Count("students", filter=Q(students__is_active=True))
    classes = [
        {
            "name": str(one),
            "teacher": one.head_teacher.name if one.head_teacher else "",
            "listed": one.pupils,
            "away": away.get(one.pk, []),
            "left": one.pupils - len(away.get(one.pk, [])),
        }
        for one in SchoolClass.objects.filter(is_active=True).select_related("head_teacher").annotate(pupils=pupils).order_by("order", "pk")
    ]
    return {
        "visits": visits, "gone": gone, "watches": watches, "cars": cars, "classes": classes, "visitors": sum(visit.people for visit in visits),
        "pupils": sum(one["listed"] for one in classes) - len(gone),
    }  # fmt: skip


def clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def inside_paper(moment: Moment, user) -> dict:
    """The list as plain values; it names visitors, so it may be printed by the gate and leaders only."""
    found = gathered(moment.at)
    visits = [
        [str(n), one.shown_name, one.organisation, str(one.people), one.phone, one.host.name, one.reason, one.badge, clock(one.in_at), ""]
        for n, one in enumerate(found["visits"], 1)
    ]
    classes = [
        [one["name"], one["teacher"], str(one["listed"]), str(len(one["away"])), str(one["left"]), "", "、".join(one["away"])] for one in found["classes"]
    ]
    head = (
        ("序", True),
        ("姓名", False),
        ("单位或关系", False),
        ("人数", True),
        ("电话", False),
        ("被访人", False),
        ("事由", False),
        ("临时证", False),
        ("进校", False),
    )
    class_head = (("班级", False), ("班主任", False), ("在册", True), ("已出校", True), ("应到", True), ("实到", False), ("出校的学生", False))
    return {
        "sub": full_moment(moment.at), "pupils": found["pupils"], "gone": len(found["gone"]), "visitors": found["visitors"], "watchers": len(found["watches"]),
        "cars_count": len(found["cars"]),
        "visits": {"columns": [*head, ("到了", False)], "rows": visits}, "classes": {"columns": list(class_head), "rows": classes},
        "out": {
            "columns": [("班级", False), ("姓名", False), ("出校", False), ("谁接", False)],
            "rows": [[str(card.school_class), card.student.name, clock(card.out_at), card.who_collects] for card in found["gone"]],
        },
        "duty": {
            "columns": [("班次", False), ("值班点", False), ("姓名", False), ("职责", False), ("电话", False), ("签到", False)],
            "rows": [
                [one.shift.kind.name, str(one.shift.place), one.person.name, one.get_role_display(), one.person.phone, "已签到" if one.signed_at and one.signed_at <= moment.at else ""]
                for one in found["watches"]
            ],
        },
        "cars": {
            "columns": [("车牌", False), ("车主", False), ("电话", False), ("停在哪里", False)],
            "rows": [[car.plate, car.who, car.phone, str(car.place or "")] for car in found["cars"]],
        },
        "signers": [("集合点负责人", ""), ("现场指挥", "")],
    }  # fmt: skip


INSIDE_PAPER = PrintDocument(
    kind="safety.gatevisit.inside",
    title="应急疏散在校人员名单",
    template="print/safety/inside.html",
    context=inside_paper,
    number=lambda moment: moment.number,
    find=moment_of,
)


@require_safe
@never_cache
def inside(request) -> HttpResponse:
    """在校名单 on the screen."""
    check_can_see_inside(request.user)
    now = timezone.now()
    found = gathered(now)
    return render(request, "safety/inside.html", found | {"title": "在校名单", "now": now, "tabs": gate_tabs(request.user)})


@require_safe
@never_cache
def print_inside(request) -> HttpResponse:
    """The same as paper, at any moment."""
    check_can_see_inside(request.user)
    return paper_response(request, INSIDE_PAPER, Moment(timezone.now().replace(microsecond=0)))


def inside_urls() -> list:
    return [path("inside/", inside, name="inside"), path("inside/print/", print_inside, name="inside-print")]
