"""消防器材: register, looks, services, labels, papers (SAF-05)."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import LogSheet, ReasonForm, log_record, log_urls, paper_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.codes import BARE, is_blank_code
from logistics.platform.labels.sheets import MOST_LABELS, Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp
from safety.day_paper import OfDay
from safety.evidence import RECORD, check_can_manage, check_can_view
from safety.words import stamp_of

from . import forms, rules
from .models import LAW, FireCheck, FireEquipment, FireResult, FireService, FireState
from .prints import REGISTER
from .queries import by_number, equipment_visible_to

OWN = "XF-"  # before the key of a thing whose number no scanner can type


def standing(row: FireEquipment) -> tuple[str, str]:
    """The most pressing thing about it."""
    today = timezone.localdate()
    if row.state == FireState.SCRAPPED:
        return ("已报废", "void")
    if row.scrap_on and row.scrap_on <= today:
        return ("到报废期", "late")
    if row.fault:
        return ("有问题", "late")
    if row.service_due and row.service_due < today:
        return ("要换药", "late")
    return ("正常", "done") if getattr(row, "is_looked_at", True) else ("本月没查", "wait")


def facts_of(f: FireEquipment) -> list[tuple]:
    facts = [
        ("种类", f"{f.get_kind_display()} {f.model}".strip(), False), ("数量", f.quantity, False), ("地点", f"{f.place} {f.spot}".strip(), True),
        ("责任人", f.responsible.name, False), ("出厂日期", day(f.made_on), False), ("上次维修换药", day(f.serviced_on), False), ("下次维修换药", day(f.service_due), False),
        ("报废日期", day(f.scrap_on), False),
    ]  # fmt: skip
    if f.scrap_reason:
        facts.append(("报废", f"{day(f.scrapped_on)}，{f.scrap_reason}", True))
    return facts


EQUIPMENT = Record(
    model=FireEquipment,
    namespace="safety:fire",
    label="消防器材",
    icon="fire-extinguisher",
    rows=equipment_visible_to,
    columns=(
        Column("number", "编号", lambda f: f.number, lambda f: link(f.number, reverse("safety:fire-detail", args=[f.pk]), f"{f.place} {f.spot}".strip()), css="key", sort="number", width=26),
        Column("kind", "种类", lambda f: f.get_kind_display(), css="nw", sort="kind"),
        Column("model", "规格型号", lambda f: f.model, css="nw only-wide"),
        Column("quantity", "数量", lambda f: f.quantity, css="num only-wide", kind="integer"),
        Column("place", "地点", lambda f: str(f.place), css="only-wide", optional=True, sort="place__path", width=26),
        Column("spot", "具体位置", lambda f: f.spot, css="only-wide", optional=True, width=20),
        Column("responsible", "责任人", lambda f: f.responsible.name, css="nw only-wide"),
        Column("made_on", "出厂日期", lambda f: f.made_on, lambda f: day(f.made_on), css="nw only-wide", optional=True, kind="date"),
        Column("serviced_on", "上次维修换药", lambda f: f.serviced_on, lambda f: day(f.serviced_on), css="nw only-wide", optional=True, kind="date"),
        Column("service_due", "下次换药", lambda f: f.service_due, lambda f: day(f.service_due), css="nw", sort="service_due", kind="date"),
        Column("scrap_on", "报废日期", lambda f: f.scrap_on, lambda f: day(f.scrap_on), css="nw only-wide", sort="scrap_on", kind="date"),
        Column("looked_at", "上次检查", lambda f: f.looked_at, lambda f: stamp(f.looked_at) if f.looked_at else "", css="nw", sort="looked_at", kind="datetime", width=17),
        Column("fault", "没修好的问题", lambda f: f.fault, css="only-wide", optional=True, width=30),
        Column("state", "情况", lambda f: standing(f)[0], lambda f: state_mark(*standing(f)), css="tail"),
    ),
    filters=forms.FireFilters,
    form=forms.EquipmentForm,
    create=rules.save_equipment,
    update=rules.save_equipment,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_change,
    views=lambda user: [ListView("全部", ""), *(ListView(label, f"standing={value}") for value, label in forms.STANDINGS)],
    facts=facts_of,
    stamp=lambda f: f"{f.state}{f.serviced_on}{f.fault}",
    detail_context=lambda f, user: {
        "checks": list(f.checks.select_related("created_by")[:12]),
        "services": list(f.services.select_related("created_by")[:12]),
        "may_look": f.state == FireState.IN_USE and has(user, RECORD),
        "state_cell": state_mark(*standing(f)),
    },
    order=("place__path", "number", "pk"),
    empty="还没有登记消防器材。一处一条，编号印成标签贴上，检查时扫一扫。",
    actions=(
        Action("service", "登记维修换药", rules.service, rules.check_can_change, forms.ServiceForm, icon="wrench"),
        Action("scrap", "报废", rules.scrap, rules.check_can_scrap, ReasonForm, icon="trash-2", tone="stop", bulk=True),
    ),
)  # fmt: skip


CHECKS = log_record(
    FireCheck,
    name="fire-check",
    label="消防器材检查",
    icon="scan-line",
    columns=(
        Column("equipment", "器材", lambda c: str(c.equipment), width=26),
        Column("place", "地点", lambda c: f"{c.equipment.place} {c.equipment.spot}".strip(), css="only-wide", width=30),
        Column("result", "结果", lambda c: c.get_result_display(), css="nw", sort="result"),
        Column("found", "问题", lambda c: c.found, css="only-wide", width=30),
        Column("by_label", "扫码", lambda c: "是" if c.by_label else "", css="nw only-wide", optional=True),
    ),
    form=forms.LookForm,
    create=rules.look_at,
    joins=("equipment__place",),
    search="equipment__number",
    state=lambda c: (c.get_result_display(), "late" if c.result == FireResult.BAD else "done"),
    empty="还没有检查记录。每月至少检查一次，扫器材上的标签就能填。",
)
CHECK_SHEET = LogSheet(
    CHECKS,
    "消防器材检查记录表",
    (("时间", False), ("编号", False), ("种类", False), ("地点", False), ("结果", False), ("问题", False), ("检查人", False)),
    lambda c: [
        stamp_of(c.happened_at), c.equipment.number, c.equipment.get_kind_display(), f"{c.equipment.place} {c.equipment.spot}".strip(), c.get_result_display(), c.found,
        c.created_by.name,
    ],
    ("检查人", "安全员"),
    note=f"依据：{LAW}。",
)  # fmt: skip
SERVICES = log_record(
    FireService,
    name="fire-service",
    label="消防器材维修",
    icon="wrench",
    columns=(
        Column("equipment", "器材", lambda s: str(s.equipment), width=26),
        Column("kind", "做了什么", lambda s: s.get_kind_display(), css="nw", sort="kind"),
        Column("done_on", "哪天做的", lambda s: s.done_on, lambda s: day(s.done_on), css="nw", sort="done_on", kind="date"),
        Column("by_whom", "维修单位和人员", lambda s: s.by_whom, width=24),
        Column("certificate", "合格证编号", lambda s: s.certificate, css="only-wide", optional=True),
        Column("due_on", "下次", lambda s: s.due_on, lambda s: day(s.due_on), css="nw only-wide", kind="date"),
    ),
    form=None,
    create=None,
    joins=("equipment",),
    search="equipment__number",
    strikes=False,
    empty="还没有维修换药的记录。在器材的页面上点「登记维修换药」。",
)


def code_of(row: FireEquipment) -> str:
    """What its label says: the number where that is a code, otherwise one of its own."""
    number = row.number.upper()
    return number if BARE.fullmatch(number) and not number.startswith(OWN) and not is_blank_code(number) else f"{OWN}{row.pk}"


def equipment_by_code(code: str) -> FireEquipment | None:
    key = code.upper().removeprefix(OWN)
    if code.upper().startswith(OWN) and key.isdecimal() and len(key) < 18:
        return FireEquipment.objects.select_related("place").filter(pk=int(key)).first()
    return by_number(code)


def label_of(row: FireEquipment) -> Label:
    return Label(code_of(row), f"{row.get_kind_display()} {row.model}".strip(), f"{row.place} {row.spot}".strip())


def fire_choices(user, row: FireEquipment) -> list[Choice]:
    """What a person does at the thing: look at it, or read its page."""
    choices = []
    if has(user, RECORD) and row.state == FireState.IN_USE:
        look = f"{reverse('safety:fire-check-create')}?equipment={row.number}&by_label=1"
        choices.append(Choice("检查", f"{standing(row)[0]}，看压力、铅封、箱体", "scan-line", look, rank=10))
    if equipment_visible_to(user).filter(pk=row.pk).exists():
        choices.append(Choice("看档案", "检查和维修记录、到期日", "fire-extinguisher", reverse("safety:fire-detail", args=[row.pk]), rank=20))
    return choices


FIRE_THING = Thing(
    EQUIPMENT,
    label=label_of,
    check=check_can_manage,
    field=lambda: forms.NumberField(label="器材编号", max_length=20),
    by_code=equipment_by_code,
    note=lambda row: f"{row.place} {row.spot}".strip(),
    is_retired=lambda row: row.state == FireState.SCRAPPED,
)


@require_safe
@never_cache
def labels_page(request):
    """Labels of the equipment in use, room by room, or of those named by id."""
    check_can_manage(request.user)
    rows = equipment_visible_to(request.user).filter(state=FireState.IN_USE)
    ids = [int(key) for key in request.GET.get("ids", "").split(",") if key.isdecimal() and len(key) < 18]
    rows = list((rows.filter(pk__in=ids[:200]) if ids else rows).order_by("place__path", "number")[:MOST_LABELS])
    if not rows:
        raise RuleViolation("还没有在用的消防器材，没有标签可以打印。")
    response = HttpResponse(labels_pdf([label_of(row) for row in rows], address=base_address(request)), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "消防器材标签.pdf") or "inline"
    return response


@require_safe
@never_cache
def register_page(request):
    """The whole register as paper, as it stands today."""
    check_can_view(request.user)
    return paper_response(request, REGISTER, OfDay(timezone.localdate()))


def fire_urls() -> list:
    """The routes of fire equipment, under /safety/."""
    return [
        path("fire/labels/", labels_page, name="fire-labels"),
        path("fire/register/", register_page, name="fire-register"),
        *record_urls(EQUIPMENT),
        *log_urls(CHECKS, CHECK_SHEET),
        *log_urls(SERVICES),
    ]
