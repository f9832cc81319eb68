"""查寝: times, checks, rooms, who is missing (DOR-02)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from logistics.platform.web.record_pages import RecordAction, RecordList, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, moment, stamp

from . import forms, missing_rules, night_pages, rules
from .models import MARK_TONES, BedCheck, CheckTime, Mark, Missing, MissingState, RoomCheck, RoomState
from .queries import (
    OVER,
    by_floor,
    came_after,
    check_can_view,
    checks_listed,
    checks_visible_to,
    marks_of,
    missing_visible_to,
    next_room,
    rooms_of,
    rooms_visible_to,
    steps_of,
    times_visible_to,
    without_leave,
)


def in_use(row: CheckTime) -> tuple[str, str]:
    return ("在用", "done") if row.is_active else ("停用", "void")


TIMES = Record(
    model=CheckTime,
    namespace="dorms:check-time",
    label="查寝时间",
    icon="alarm-clock",
    rows=times_visible_to,
    columns=(
        Column("name", "名称", lambda x: x.name, lambda x: link(x.name, reverse("dorms:check-time-detail", args=[x.pk])), css="key", sort="name", width=14),
        Column("begins_at", "几点开始", lambda x: f"{x.begins_at:%H:%M}", css="nw", sort="begins_at", width=10),
        Column("nights", "哪些晚上", CheckTime.get_nights_display, css="nw", width=18),
        Column("is_obligatory", "必须点", lambda x: "是" if x.is_obligatory else "", css="nw", width=8),
        Column("state", "情况", lambda x: in_use(x)[0], lambda x: state_mark(*in_use(x)), css="tail"),
    ),
    filters=forms.TimeFilters,
    form=forms.TimeForm,
    create=rules.save_time,
    update=rules.save_time,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("-is_active", "begins_at", "pk"),
    stamp=lambda x: "",
    empty="还没有设查寝时间。没有设的时候，按 21:40 晚点名。",
)


def check_standing(check: BedCheck):
    return state_mark(*check.standing(timezone.now()))


def check_detail(check: BedCheck, user) -> dict:
    rooms, marks = rooms_of(check), marks_of(check)
    left = [one for one in rooms if one.state == RoomState.UNSEEN]
    classes: dict[str, dict] = {}
    for mark in marks:
        row = classes.setdefault(str(mark.school_class), {"absent": 0, "late": 0, "leave": 0, "elsewhere": 0})
        row[mark.mark] += 1
    return {
        "groups": by_floor(rooms),
        "left": left,
        "came_after": came_after(check),
        "without_leave": without_leave(BedCheck.objects.filter(pk=check.pk)) if timezone.now() < check.starts_at + OVER else [],
        "may_check": bool(left) and allowed(rules.check_can_check, user, left[0]),
        "marks": [(mark, state_mark(mark.get_mark_display(), MARK_TONES[Mark(mark.mark)])) for mark in marks],
        "classes": classes,
        "sums": {name: sum(getattr(one, name) for one in rooms) for name in ("people", "present", "absent", "late", "leave", "elsewhere")},
        "state_cell": check_standing(check),
        "is_late": check.is_late(timezone.now()),
        "is_ahead": check.starts_at > timezone.now(),
        "share": (len(rooms) - len(left)) / len(rooms) if rooms else 0,
    }


def seen_words(check: BedCheck) -> str:
    return f"{check.seen} / {check.n} 间" if hasattr(check, "seen") else ""


CHECKS = Record(
    model=BedCheck,
    namespace="dorms:check",
    label="查寝记录",
    icon="moon",
    rows=checks_visible_to,
    list_rows=checks_listed,
    columns=(
        Column("building", "宿舍楼", lambda x: str(x.building), lambda x: link(x.building, reverse("dorms:check-detail", args=[x.pk]), x.time.name), css="key", width=14),
        Column("on", "哪晚", lambda x: x.on, lambda x: day(x.on), css="nw", sort="on", kind="date", width=12),
        Column("time", "哪次", lambda x: x.time.name, css="nw only-wide", width=10),
        Column("seen", "点了", lambda x: getattr(x, "seen", None), seen_words, css="num nw", kind="integer"),
        Column("people", "应到", lambda x: getattr(x, "people", None), css="num only-wide", kind="integer"),
        Column("absent", "没到", lambda x: getattr(x, "absent", None), css="num", kind="integer"),
        Column("late", "晚归", lambda x: getattr(x, "late", None), css="num only-wide", kind="integer"),
        Column("leave", "请假", lambda x: getattr(x, "leave", None), css="num", kind="integer"),
        Column("elsewhere", "有去向", lambda x: getattr(x, "elsewhere", None), css="num only-wide", kind="integer"),
        Column("finished_at", "点完", lambda x: x.finished_at, lambda x: stamp(x.finished_at) if x.finished_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("state", "情况", lambda x: x.standing(timezone.now())[0], check_standing, css="tail", width=14),
    ),
    filters=forms.CheckFilters,
    check_view=check_can_view,
    detail_context=check_detail,
    stamp=lambda x: "",
    order=("-on", "-starts_at", "building__order", "pk"),
    views=lambda user: [View("全部", ""), View("今晚", f"since={night_pages.tonight()}&until={night_pages.tonight()}")],
    empty="还没有查寝。有人入住以后，到时间前一天会自己排出来。",
)  # fmt: skip


def room_cell(one: RoomCheck):
    words = {RoomState.UNSEEN: ("没点", "wait"), RoomState.DONE: ("有人没到", "late") if one.absent else ("点过", "done")}
    return state_mark(*words[RoomState(one.state)])


def room_detail(one: RoomCheck, user) -> dict:
    marks = list(one.marks.select_related("student", "school_class", "by").order_by("-pk"))
    return {
        "marks": [(mark, state_mark(mark.get_mark_display(), MARK_TONES[Mark(mark.mark)])) for mark in marks],
        "state_cell": room_cell(one),
        "check_url": reverse("dorms:check-detail", args=[one.check_of_id]),
        "was_offline": bool(one.done_at and one.seen_at and (one.done_at - one.seen_at).total_seconds() > 90),
    }


ROOMS = Record(
    model=RoomCheck,
    namespace="dorms:room-check",
    label="宿舍点名",
    icon="bed",
    rows=rooms_visible_to,
    columns=(
        Column("room", "宿舍", lambda x: str(x.room), lambda x: link(x.room, reverse("dorms:room-check-detail", args=[x.pk]), x.check_of.time.name), css="key", width=22),
        Column("on", "哪晚", lambda x: x.check_of.on, lambda x: day(x.check_of.on), css="nw", sort="check_of__on", kind="date", width=12),
        Column("time", "哪次", lambda x: x.check_of.time.name, css="nw only-wide", width=10),
        Column("people", "应到", lambda x: x.people, css="num only-wide", kind="integer"),
        Column("present", "在寝", lambda x: x.present, css="num", kind="integer"),
        Column("absent", "没到", lambda x: x.absent, css="num", kind="integer"),
        Column("late", "晚归", lambda x: x.late, css="num only-wide", kind="integer"),
        Column("leave", "请假", lambda x: x.leave, css="num only-wide", kind="integer"),
        Column("elsewhere", "有去向", lambda x: x.elsewhere, css="num only-wide", optional=True, kind="integer"),
        Column("seen_at", "什么时候点的", lambda x: x.seen_at, lambda x: stamp(x.seen_at) if x.seen_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("done_by", "谁点的", lambda x: str(x.done_by or ""), css="nw only-wide", width=10),
        Column("state", "情况", lambda x: x.get_state_display(), room_cell, css="tail"),
    ),
    filters=forms.RoomFilters,
    check_view=check_can_view,
    detail_context=room_detail,
    order=("-check_of__starts_at", "check_of", "order"),
    views=lambda user: [View("全部", ""), View("有人没到", "absent=1")],
    empty="还没有点过名。",
    actions=(
        Action("check", "点名", rules.check_room, rules.check_can_check, forms.RoomForm, icon="check", tone="primary"),
        Action("correct", "更正", rules.correct_mark, rules.check_can_correct, forms.CorrectForm, icon="pencil", hint=lambda x, user: "改的时候加一条，第一次写的留着。"),
    ),
)  # fmt: skip


def missing_standing(one: Missing) -> tuple[str, str]:
    minutes = one.minutes(timezone.now())
    if one.state == MissingState.OPEN:
        return f"在找，{minutes} 分钟", "late"
    return one.get_outcome_display(), "done"


def missing_detail(one: Missing, user) -> dict:
    return {
        "steps": steps_of(one),
        "state_cell": state_mark(*missing_standing(one)),
        "took": one.minutes(timezone.now()),
        "sees_room": allowed(check_can_view, user) and rooms_visible_to(user).filter(pk=one.room_check_id).exists(),
    }


def missing_views(user) -> list[View]:
    n = missing_visible_to(user).filter(state=MissingState.OPEN).order_by().count()
    return [View("全部", ""), View("在找", "state=open", n, pressing=True)]


MISSING = Record(
    model=Missing,
    namespace="dorms:missing",
    label="没归寝",
    icon="user-x",
    rows=missing_visible_to,
    columns=(
        Column("student", "学生", lambda x: x.student.name, lambda x: link(x.student.name, reverse("dorms:missing-detail", args=[x.pk]), str(x.school_class)), css="key", sort="student__pinyin", width=12),
        Column("school_class", "班级", lambda x: str(x.school_class), css="nw only-wide", optional=True, width=16),
        Column("room", "宿舍", lambda x: str(x.room_check.room), css="nw only-wide", width=20),
        Column("noticed_at", "什么时候发现", lambda x: x.noticed_at, lambda x: moment(x.noticed_at), css="nw", sort="noticed_at", kind="datetime", width=17),
        Column("minutes", "用了几分钟", lambda x: x.minutes(timezone.now()), css="num", kind="integer"),
        Column("words", "说明", lambda x: x.words, css="only-wide", optional=True, width=30),
        Column("ended_by", "谁写的结果", lambda x: str(x.ended_by or ""), css="nw only-wide", width=10),
        Column("state", "结果", lambda x: missing_standing(x)[0], lambda x: state_mark(*missing_standing(x)), css="tail nw", sort="state", width=16),
    ),
    filters=forms.MissingFilters,
    check_view=check_can_view,
    detail_context=missing_detail,
    order=("-pk",),
    views=missing_views,
    empty="没有学生没归寝。",
    actions=(
        Action("settle", "写结果", missing_rules.settle_missing, missing_rules.check_can_follow, forms.SettleForm, icon="flag", tone="primary", hint=lambda x, user: f"{x}。写了结果，提醒就停。"),
        Action("step", "写经过", missing_rules.add_step, missing_rules.check_can_follow, forms.StepForm, icon="phone"),
    ),
)  # fmt: skip


class NightList(RecordList):
    """With the neighbours of the night above."""

    def get_template_names(self):
        return ["dorms/check_list.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(tabs=night_pages.tabs(self.request.user), here=self.record.url("list"), **kwargs)


class RoomAction(RecordAction):
    """The room's roll call; afterwards the next room, so that a floor is one walk."""

    def get_template_names(self):
        return ["dorms/roomcheck_action.html"] if self.action.name == "check" else super().get_template_names()

    def get_context_data(self, **kwargs):
        following = next_room(self.object)
        back = reverse("dorms:check-detail", args=[self.object.check_of_id])
        after = reverse("dorms:room-check-action", args=[following.pk, "check"]) if following else back
        total = self.object.check_of.rooms.count()
        return super().get_context_data(following=following, back=back, after=after, total=total, **kwargs)

    def run(self, **fields):
        if self.action.name == "check":
            fields["seen_at"] = getattr(self.request.user, "wrote_at", None)  # what came late was seen when it was written
        return super().run(**fields)

    def done(self, saved):
        if self.action.name != "check":
            return super().done(saved)
        one = RoomCheck.objects.select_related("room__place").get(pk=saved.pk)
        following = next_room(one)
        words = f"{one.room.place.name}点好了，应到 {one.people} 人" + (f"，没到 {one.absent} 人，已经告诉班主任和带班领导" if one.absent else "")
        messages.success(self.request, f"{words}。")
        return redirect("dorms:room-check-action", following.pk, "check") if following else redirect("dorms:check-detail", one.check_of_id)


def bedcheck_urls() -> list:
    """The routes of the night's checks, under /dorms/."""
    return [
        path("tonight/", night_pages.Tonight.as_view(), name="checks"),
        path("check/figures/", night_pages.Figures.as_view(), name="check-figures"),
        path("check/figures/export/", night_pages.export_figures, name="check-figures-export"),
        *record_urls(TIMES),
        *record_urls(CHECKS, pages={"list": NightList}),
        *record_urls(ROOMS, pages={"action": RoomAction, "list": NightList}),
        *record_urls(MISSING, pages={"list": NightList}),
    ]
