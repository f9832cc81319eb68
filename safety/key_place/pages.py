"""Key places and special equipment: lists, pages (SAF-15)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.evidence.logs import LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day
from safety.evidence import check_can_manage, check_can_view

from . import forms, rules
from .models import LAW, InspectionResult, KeyPlace, SpecialEquipment, SpecialInspection, SpecialState
from .queries import inspections_of, key_places_visible_to, specials_visible_to

KEY_PLACES = Record(
    model=KeyPlace,
    namespace="safety:key-place",
    label="重点部位",
    icon="triangle-alert",
    rows=key_places_visible_to,
    columns=(
        Column("name", "名称", lambda k: k.name, lambda k: link(k.name, reverse("safety:key-place-detail", args=[k.pk]), str(k.place)), css="key", sort="name", width=26),
        Column("kind", "种类", lambda k: k.get_kind_display(), css="nw", sort="kind"),
        Column("danger", "主要危险", lambda k: k.danger, css="only-wide", width=26),
        Column("responsible", "责任人", lambda k: k.responsible.name, css="nw"),
        Column("leader", "分管领导", lambda k: k.leader.name, css="nw only-wide"),
        Column("state", "情况", lambda k: "在用" if k.is_active else "停用", lambda k: state_mark(*(("在用", "done") if k.is_active else ("停用", "void"))), css="tail"),
    ),
    filters=forms.KeyPlaceFilters,
    form=forms.KeyPlaceForm,
    create=rules.save_key_place,
    update=rules.save_key_place,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    facts=lambda k: [
        ("地点", str(k.place), True), ("责任人", f"{k.responsible.name} {k.responsible.phone}".strip(), False), ("分管领导", k.leader.name, False),
        ("主要危险", k.danger, True), ("消防器材和防护用品", k.tools or "—", True),
    ],
    detail_context=lambda k, user: {"equipment": [(row, *standing(row)) for row in specials_visible_to(user).filter(key_place=k)[:50]]},
    stamp=lambda k: f"{k.is_active}{k.responsible_id}",
    order=("kind", "name", "pk"),
    empty="还没有登记重点部位。锅炉房、配电房、实验室、食堂、宿舍一处一条，打印标识牌贴在门口。",
)  # fmt: skip


def standing(row: SpecialEquipment) -> tuple[str, str]:
    today = timezone.localdate()
    if row.state == SpecialState.GONE:
        return ("已注销", "void")
    if row.state == SpecialState.STOPPED:
        return ("停用", "void")
    if row.due_on < today:
        return ("检验过期", "late")
    if row.operator_id and not getattr(row, "is_certified", True):
        return ("人员无证", "late")
    return ("维保过期", "late") if row.serviced_due and row.serviced_due < today else ("在用", "done")


SPECIALS = Record(
    model=SpecialEquipment,
    namespace="safety:special",
    label="特种设备",
    icon="badge-check",
    rows=specials_visible_to,
    columns=(
        Column("name", "名称", lambda s: s.name, lambda s: link(s.name, reverse("safety:special-detail", args=[s.pk]), str(s.place)), css="key", sort="name", width=26),
        Column("kind", "种类", lambda s: s.get_kind_display(), css="nw", sort="kind"),
        Column("registration", "使用登记证编号", lambda s: s.registration, css="nw only-wide", width=20),
        Column("code", "设备代码", lambda s: s.code, css="nw only-wide", optional=True, width=20),
        Column("responsible", "安全管理员", lambda s: s.responsible.name, css="nw only-wide"),
        Column("operator", "作业人员", lambda s: s.operator.name if s.operator else "", css="nw only-wide", optional=True),
        Column("firm", "维保单位", lambda s: s.firm, css="only-wide", optional=True, width=20),
        Column("due_on", "检验到期", lambda s: s.due_on, lambda s: day(s.due_on), css="nw", sort="due_on", kind="date"),
        Column("serviced_due", "下次维保", lambda s: s.serviced_due, lambda s: day(s.serviced_due), css="nw", sort="serviced_due", kind="date"),
        Column("state", "情况", lambda s: standing(s)[0], lambda s: state_mark(*standing(s)), css="tail"),
    ),
    filters=forms.SpecialFilters,
    form=forms.SpecialForm,
    create=rules.save_special,
    update=rules.save_special,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_change,
    views=lambda user: [ListView("全部", ""), *(ListView(label, f"standing={value}") for value, label in forms.STANDINGS)],
    facts=lambda s: [
        ("种类", s.get_kind_display(), False), ("使用登记证编号", s.registration, False), ("设备代码", s.code or "—", False), ("地点", str(s.place), False),
        ("所在重点部位", str(s.key_place or "—"), False), ("安全管理员", s.responsible.name, False), ("作业人员", s.operator.name if s.operator else "—", False),
        ("维保单位", s.firm or "—", False), ("检验有效期到", day(s.due_on), False), ("下次维保", day(s.serviced_due), False),
    ],
    detail_context=lambda s, user: {"inspections": inspections_of(s), "state_cell": state_mark(*standing(s)), "law": LAW},
    stamp=lambda s: f"{s.state}{s.due_on}{s.serviced_due}",
    order=("due_on", "name", "pk"),
    empty="还没有登记特种设备。电梯、锅炉、压力容器一台一条，检验和维保到期会提醒。",
    actions=(
        Action("inspect", "登记检验", rules.record_inspection, rules.check_can_change, forms.InspectionForm, icon="badge-check", tone="primary"),
        Action("start", "启用", rules.start_special, rules.check_can_start, icon="play"),
        Action("stop", "停用", rules.stop_special, rules.check_can_stop, ReasonForm, icon="circle-pause", tone="stop"),
        Action("sign_off", "注销", rules.sign_off, rules.check_can_sign_off, ReasonForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip

INSPECTIONS = log_record(
    SpecialInspection,
    name="special-inspection",
    label="特种设备检验",
    icon="badge-check",
    columns=(
        Column("equipment", "设备", lambda i: i.equipment.name, width=26),
        Column("kind", "做了什么", lambda i: i.get_kind_display(), css="nw", sort="kind"),
        Column("done_on", "哪天做的", lambda i: i.done_on, lambda i: day(i.done_on), css="nw", sort="done_on", kind="date"),
        Column("by_whom", "单位", lambda i: i.by_whom, css="only-wide", width=24),
        Column("number", "报告编号", lambda i: i.number, css="nw only-wide"),
        Column("due_on", "有效期到", lambda i: i.due_on, lambda i: day(i.due_on), css="nw", kind="date"),
    ),
    form=None,
    create=None,
    joins=("equipment",),
    search="equipment__name",
    state=lambda i: (i.get_result_display(), "late" if i.result == InspectionResult.FAILED else "done"),
    strikes=False,
    empty="还没有检验记录。在设备的页面上点「登记检验」。",
)
INSPECTION_SHEET = LogSheet(
    INSPECTIONS,
    "特种设备检验维保记录表",
    (("日期", False), ("设备", False), ("使用登记证编号", False), ("事项", False), ("结论", False), ("单位", False), ("报告编号", False), ("有效期到", False)),
    lambda i: [
        str(i.done_on), i.equipment.name, i.equipment.registration, i.get_kind_display(), i.get_result_display(), i.by_whom, i.number, str(i.due_on or ""),
    ],
    ("安全管理员", "总务主任"),
    note=f"依据：{LAW}。",
    day="done_on",
    order=("done_on", "pk"),
)  # fmt: skip


def key_place_urls() -> list:
    """The routes of key places and special equipment, under /safety/."""
    return [*record_urls(KEY_PLACES), *record_urls(SPECIALS), *log_urls(INSPECTIONS, INSPECTION_SHEET)]
