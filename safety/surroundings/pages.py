"""周边环境: register, page with its steps (SAF-13)."""

from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import paper_response
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day
from safety.day_paper import OfDay
from safety.evidence import check_can_record, check_can_view

from . import forms, rules
from .models import Surrounding, SurroundingState
from .prints import REGISTER
from .queries import surroundings_visible_to

SURROUNDINGS = Record(
    model=Surrounding,
    namespace="safety:surrounding",
    label="周边环境",
    icon="map-pin",
    rows=surroundings_visible_to,
    columns=(
        Column("name", "是什么", lambda s: s.name, lambda s: link(s.name, reverse("safety:surrounding-detail", args=[s.pk]), s.where), css="key", sort="name", width=30),
        Column("kind", "种类", lambda s: s.get_kind_display(), css="nw", sort="kind"),
        Column("metres", "离校门（米）", lambda s: s.metres, css="num nw only-wide", sort="metres", kind="integer"),
        Column("danger", "有什么危险", lambda s: s.danger, css="only-wide", width=30),
        Column("found_on", "发现", lambda s: s.found_on, lambda s: day(s.found_on), css="nw only-wide", sort="found_on", kind="date"),
        Column("looked_on", "上次去看", lambda s: s.looked_on, lambda s: day(s.looked_on), css="nw", sort="looked_on", kind="date"),
        Column("state", "情况", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), s.tone), css="tail", sort="state"),
    ),
    filters=forms.SurroundingFilters,
    form=forms.SurroundingForm,
    create=rules.save_surrounding,
    update=rules.save_surrounding,
    check_view=check_can_view,
    check_create=check_can_record,
    check_update=rules.check_can_change,
    views=lambda user: [ListView("全部", ""), ListView("没解决", f"state={SurroundingState.OPEN}"), ListView("已反映", f"state={SurroundingState.REFERRED}")],
    facts=lambda s: [
        ("种类", s.get_kind_display(), False), ("离校门", f"{s.metres} 米" if s.metres is not None else "—", False), ("位置", s.where, True), ("有什么危险", s.danger, True),
        ("发现日期", day(s.found_on), False), ("上次去看", day(s.looked_on), False),
    ],
    detail_context=lambda s, user: {
        "steps": list(s.steps.select_related("created_by")), "photos": list(attachments_of(s, "photo")), "state_cell": state_mark(s.get_state_display(), s.tone),
    },
    stamp=lambda s: f"{s.state}{s.looked_on}",
    order=("state", "-found_on", "pk"),
    empty="还没有登记周边环境。校门口的摊贩、交通、工地、河塘，一处一条，向部门反映了什么、怎样答复都记在这里。",
    actions=(
        Action("refer", "反映", rules.refer, rules.check_can_refer, forms.ReferForm, icon="send", tone="primary"),
        Action("answer", "记答复", rules.answer, rules.check_can_answer, forms.StepForm, icon="reply"),
        Action("look", "再去看了", rules.look_again, rules.check_can_change, forms.StepForm, icon="eye"),
        Action("solve", "已解决", rules.solve, rules.check_can_solve, forms.StepForm, icon="check"),
        Action("reopen", "又出现", rules.reopen, rules.check_can_reopen, forms.StepForm, icon="undo-2"),
    ),
)  # fmt: skip


@require_safe
@never_cache
def register_page(request):
    """The whole register as paper, as it stands today."""
    check_can_view(request.user)
    return paper_response(request, REGISTER, OfDay(timezone.localdate()))


def surroundings_urls() -> list:
    """The routes of the surroundings, under /safety/."""
    return [path("surrounding/register/", register_page, name="surrounding-register"), *record_urls(SURROUNDINGS)]
