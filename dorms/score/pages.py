"""宿舍评分: the day's rooms, one room on the phone, the book of scores, appeals, sheets, stars (DOR-04)."""

from dataclasses import replace
from datetime import date, timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dorms.bed.models import DormBuilding
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.fixing import SCORE_TONES
from logistics.platform.evidence.logs import LogDetail, LogForm, LogSheet, asked_period, log_record, log_urls
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.limits.queries import limit_shown
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_moment, stamp

from . import appeal_rules, forms, rules
from .models import APPEAL_TONES, AppealState, RoomScore, ScoreAppeal, ScoreSheet, ScoreState, StarLevel
from .queries import PASS, appeals_visible_to, current_sheet, day_of, lived_in, rooms_to_score, scores_visible_to, sheets_visible_to, words_of
from .rights import MANAGE

FIRST_YEAR = 2000
NOT_YOURS = "这间宿舍不归您查，或者已经停用。"


def points_cell(score: RoomScore):
    return f"{score.counted}" if score.counted == score.points else f"{score.counted}（原 {score.points}）"


def parts_of(score: RoomScore) -> str:
    """内务 38、卫生 40、纪律 20."""
    return "、".join(f"{line['name']} {line['points']}" for line in score.lines)


def score_detail(score: RoomScore, user) -> dict:
    appeal = getattr(score, "appeal", None)
    return {
        "photos": list(attachments_of(score, "photo")),
        "after": list(attachments_of(score, "after")),
        "appeal": appeal,
        "appeal_mark": state_mark(appeal.get_state_display(), APPEAL_TONES[AppealState(appeal.state)]) if appeal else "",
        "classes": "、".join(f"{one.school_class} {one.heads} 人" for one in score.classes.select_related("school_class").order_by("school_class__order")),
        "appeal_days": limit_shown("dorms.score.appeal.days", score.on),
    }


def may_appeal(user, score: RoomScore) -> None:
    """The button goes with the last day."""
    appeal_rules.check_can_appeal(user, score)
    appeal_rules.check_in_time(score, timezone.now())


SCORES = replace(
    log_record(
        RoomScore,
        name="score",
        label="宿舍评分",
        icon="clipboard-check",
        columns=(
            Column("room", "宿舍", lambda s: words_of(s.room), css="nw", sort="room__place__path"),
            Column("points", "得分", lambda s: s.points, css="num only-wide", optional=True, sort="points", kind="integer"),
            Column("counted", "计入", lambda s: s.counted, points_cell, css="num nw", sort="counted", kind="integer"),
            Column("parts", "各项得分", parts_of, css="nw only-wide", width=22),
            Column("problem", "问题", lambda s: s.problem, css="only-wide", width=30),
            Column("due_on", "整改期限", lambda s: s.due_on, lambda s: day(s.due_on) if s.due_on else "", css="nw only-wide", optional=True, kind="date"),
            Column("fixed_words", "怎么整改的", lambda s: s.fixed_words, css="only-wide", optional=True, width=30),
            Column("fixed_by", "整改人", lambda s: s.fixed_by.name if s.fixed_by else "", css="nw only-wide", optional=True),
            Column("fixed_at", "整改时间", lambda s: s.fixed_at, lambda s: full_moment(s.fixed_at), css="nw only-wide", optional=True, kind="datetime", width=17),
            Column("checked_by", "复查人", lambda s: s.checked_by.name if s.checked_by else "", css="nw only-wide", optional=True),
        ),
        form=forms.ScoreForm,
        create=rules.score_room,
        state=lambda s: (s.get_state_display(), SCORE_TONES[ScoreState(s.state)]),
        actions=(
            Action("fix", "登记整改", rules.fix_room, rules.check_can_fix, forms.FixForm, icon="wrench", tone="primary"),
            Action("check", "复查", rules.check_room, rules.check_can_check, forms.CheckForm, icon="search-check", tone="primary"),
            Action("appeal", "申诉", appeal_rules.appeal_score, may_appeal, forms.AppealForm, icon="scale", hint=lambda s, user: f"{s}。{s.problem}。由打分以外的人处理，原来的分数留着。"),
        ),
        empty="还没有评分。",
    ),
    rows=scores_visible_to,
    filters=forms.ScoreFilters,
    views=lambda user: [ListView("全部", ""), ListView("待整改", f"state={ScoreState.OPEN}"), ListView("待复查", f"state={ScoreState.FIXED}")],
    detail_context=score_detail,
)  # fmt: skip


class ScoreSheetPaper(LogSheet):
    """The customary form with columns of its own widths: what was wrong is often a long line."""

    @property
    def document(self) -> PrintDocument:
        return replace(super().document, template="print/dorms/scores.html")


SCORE_SHEET = ScoreSheetPaper(
    SCORES,
    "宿舍卫生检查评分表",
    (("日期", False), ("宿舍", False), ("各项得分", False), ("总分", True), ("扣分和问题", False), ("整改", False), ("检查人", False)),
    lambda s: [
        f"{s.on:%m-%d}", words_of(s.room), parts_of(s), f"{s.counted}" if s.counted == s.points else f"{s.counted}（申诉前 {s.points}）", s.problem,
        s.fixed_words or ("" if s.state == ScoreState.FINE else s.get_state_display()), s.created_by.name,
    ],
    ("检查人", "宿管员", "总务处"),
    day="on",
    order=("on", "room__building__order", "room__place__path"),
)  # fmt: skip


def appeal_detail(appeal: ScoreAppeal, user) -> dict:
    return {"state_cell": state_mark(appeal.get_state_display(), APPEAL_TONES[AppealState(appeal.state)])}


APPEALS = Record(
    model=ScoreAppeal,
    namespace="dorms:score-appeal",
    label="评分申诉",
    icon="scale",
    rows=appeals_visible_to,
    columns=(
        Column("room", "宿舍", lambda a: words_of(a.score.room), lambda a: link(words_of(a.score.room), APPEALS.url("detail", a), a.created_by.name), css="key", width=22),
        Column("on", "评分日期", lambda a: a.score.on, lambda a: day(a.score.on), css="nw", sort="score__on", kind="date"),
        Column("first", "原来得分", lambda a: a.score.points, css="num", kind="integer"),
        Column("points", "改判", lambda a: a.points, css="num", kind="integer"),
        Column("reason", "理由", lambda a: a.reason, css="only-wide", width=30),
        Column("scored_by", "打分人", lambda a: a.scored_by.name, css="nw only-wide"),
        Column("created_by", "申诉人", lambda a: a.created_by.name, css="nw only-wide", optional=True),
        Column("words", "处理意见", lambda a: a.words, css="only-wide", width=30),
        Column("decided_by", "处理人", lambda a: a.decided_by.name if a.decided_by else "", css="nw only-wide"),
        Column("decided_at", "处理时间", lambda a: a.decided_at, lambda a: stamp(a.decided_at) if a.decided_at else "", css="nw only-wide", optional=True, kind="datetime", width=17),
        Column("state", "情况", lambda a: a.get_state_display(), lambda a: state_mark(a.get_state_display(), APPEAL_TONES[AppealState(a.state)]), css="tail"),
    ),
    filters=forms.AppealFilters,
    check_view=rules.check_can_view,
    views=lambda user: [ListView("全部", ""), ListView("待处理", f"state={AppealState.OPEN}")],
    detail_context=appeal_detail,
    actions=(Action("decide", "处理申诉", appeal_rules.decide_appeal, appeal_rules.check_can_decide, forms.DecideForm, icon="gavel", tone="primary", hint=lambda a, user: f"{a.score}。{a.score.problem}。申诉：{a.reason}"),),
    empty="还没有申诉。",
)  # fmt: skip

SHEETS = Record(
    model=ScoreSheet,
    namespace="dorms:score-sheet",
    label="宿舍评分表",
    icon="list-checks",
    rows=sheets_visible_to,
    columns=(
        Column("name", "评分表", lambda s: s.name, lambda s: link(s.name, SHEETS.url("detail", s), s.sentence), css="key", width=24),
        Column("items", "项目", lambda s: s.sentence, css="only-wide", width=36),
        Column("used", "用过", lambda s: s.used, lambda s: f"{s.used} 次", css="num nw", kind="integer"),
        Column("created_by", "谁定的", lambda s: s.created_by.name, css="nw only-wide"),
        Column("created_at", "从什么时候起", lambda s: s.created_at, lambda s: stamp(s.created_at), css="nw", kind="datetime", width=17),
        Column("is_current", "在用", lambda s: "在用" if s.is_current else "旧表", lambda s: state_mark("在用", "done") if s.is_current else state_mark("旧表", "void"), css="tail"),
    ),
    filters=forms.SheetFilters,
    form=forms.SheetForm,
    create=rules.save_sheet,
    update=rules.save_sheet,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_change,
    order=("-is_current", "-pk"),
    empty="还没有评分表。先定几个项目，各占多少分，怎么扣分。",
)  # fmt: skip
STARS = dictionary(
    StarLevel,
    namespace="dorms:star-level",
    fields=["name", "stars", "average", "looks", "low", "banned", "is_active"],
    permission=MANAGE,
    icon="star",
    order=("-stars",),
)


def day_asked(query) -> date:
    """The day of the address, today at the latest. Raises RuleViolation for one nobody can mean."""
    on = min(asked_period(query).since, timezone.localdate())
    if on.year < FIRST_YEAR:
        raise RuleViolation(f"{FIRST_YEAR} 年以前没有评分，请看一下日期。")
    return on


@require_safe
@never_cache
def day_page(request):
    """The rooms of a building with their points of the day; a keeper sees the own one first."""
    rules.check_can_view(request.user)
    today = timezone.localdate()
    on = day_asked(request.GET)
    rooms = list(lived_in(rooms_to_score(request.user), on))
    may_score = bool(rooms)
    buildings = list({room.building_id: room.building for room in rooms}.values()) or shown_buildings(request.user)
    asked = request.GET.get("building", "")
    chosen = next((one for one in buildings if str(one.pk) == asked), buildings[0] if buildings else None)
    floors = day_of(sorted_rooms(chosen, rooms, request.user), on) if chosen else []
    known = [row.score for floor in floors for row in floor.rows if row.score]
    context = {
        "title": "宿舍评分",
        "day": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "buildings": buildings,
        "chosen": chosen,
        "floors": [(floor, [(row, SCORE_TONES[ScoreState(row.score.state)] if row.score else "wait") for row in floor.rows]) for floor in floors],
        "rooms": sum(len(floor.rows) for floor in floors),
        "done": len(known),
        "average": f"{sum(score.counted for score in known) / len(known):.1f}" if known else "—",
        "open": sum(score.state != ScoreState.FINE for score in known),
        "may_score": may_score and on == today,
        "may_manage": allowed(rules.check_can_manage, request.user),
        "sheet": current_sheet(),
        "pass": limit_shown(PASS, on),
    }
    return render(request, "dorms/scores.html", context)


def shown_buildings(user) -> list[DormBuilding]:
    """Buildings of the scores somebody sees who scores none."""
    rows = DormBuilding.objects.filter(is_active=True, rooms__scores__in=scores_visible_to(user).order_by().values("pk"))
    return list(rows.select_related("place").distinct().order_by("order", "pk"))


def sorted_rooms(building: DormBuilding, rooms: list, user) -> list:
    if rooms:
        return [room for room in rooms if room.building_id == building.pk]
    seen = building.rooms.filter(is_active=True, scores__in=scores_visible_to(user).order_by().values("pk")).distinct()
    return list(seen.select_related("building__place", "place__parent").order_by("place__path"))


class SheetPage(RecordForm):
    """The items of a sheet; "再加一行" shows them again with one more empty line."""

    def post(self, request, *args, **kwargs):
        if "items-more" in request.POST:
            form = more_rows(forms.SheetForm, request.POST, **({"instance": self.object} if self.object else {}))
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)


class ScorePage(LogForm):
    """A score of any room; afterwards the day's page of its building."""

    def get_template_names(self):
        return ["dorms/roomscore_form.html"]

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.room = None

    def dispatch(self, request, *args, **kwargs):
        self.room = rooms_to_score(request.user).filter(pk=kwargs["room"]).first() if "room" in kwargs else None
        if "room" in kwargs and self.room is None:
            rules.check_can_score(request.user)
            if request.method == "POST":  # a phone's entry is refused with the sentence, not taken for done
                raise NotAllowed(NOT_YOURS)
            messages.error(request, NOT_YOURS)
            return redirect("dorms:scores")
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, *args):
        form = super().get_form(*args)
        if self.room is not None:
            form.fields["room"].initial = self.room.pk
        return form

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["heading"] = f"{words_of(self.room)}打分" if self.room else "宿舍打分"
        return context | {"room": self.room, "pass": limit_shown(PASS, timezone.localdate()), "score_back": self.back_url(self.room)}

    def back_url(self, room) -> str:
        return f"{reverse('dorms:scores')}?building={room.building_id}" if room else reverse("dorms:scores")

    def done(self, saved):
        messages.success(self.request, f"已公布：{saved}")
        return redirect(self.back_url(saved.room))


class RoomPage(ScorePage):
    """The page of one room, whose address a phone keeps: it is filled in with or without network."""

    offline, back = "dorms.score", "/dorms/scores/"


class ScoreDetail(LogDetail):
    def get_template_names(self):
        return ["dorms/roomscore_detail.html"]


def score_urls() -> list:
    """The routes of scores, under /dorms/."""
    return [
        path("scores/", day_page, name="scores"),
        path("scores/room/<int:room>/", RoomPage.as_view(record=SCORES), name="score-room"),
        *log_urls(SCORES, SCORE_SHEET, detail=ScoreDetail, form=ScorePage),
        *record_urls(APPEALS),
        *record_urls(SHEETS, pages={"form": SheetPage}),
        *record_urls(STARS, without=("detail",)),
    ]
