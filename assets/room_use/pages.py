"""专用室: rooms with their week, the register of uses, the month's figures (AST-10)."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.card.pages import day_column
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.terms.queries import calendar
from logistics.platform.web.record_pages import RecordDetail, RecordForm, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark

from . import forms, rules
from .models import RoomUse, SpecialRoom
from .prints import REGISTER_SHEET, Asked
from .queries import MANAGE, check_can_view, figures_of, is_room_keeper, monday_of, rooms_visible_to, use_counts, uses_visible_to, week_of

ROOMS = Record(
    model=SpecialRoom,
    namespace="assets:special-room",
    label="专用室",
    icon="door-open",
    rows=rooms_visible_to,
    columns=(
        Column(
            "place", "专用室", str, lambda r: link(r.place.name, reverse("assets:special-room-detail", args=[r.pk]), str(r.place)), css="key", sort="place__path",
            width=30,
        ),
        Column("keeper", "管理人", lambda r: r.keeper.name, css="nw", sort="keeper__pinyin", width=10),
        Column("seats", "座位", lambda r: r.seats or "", css="num", sort="seats", kind="integer", width=8),
        Column("hours", "开放时间", lambda r: f"{r.opens:%H:%M}–{r.closes:%H:%M}", css="nw", width=14),
        Column("words", "使用须知", lambda r: r.words, css="only-wide", width=40),
        Column("is_active", "状态", lambda r: "开放" if r.is_active else "停用", lambda r: state_mark("开放", "done") if r.is_active else state_mark("停用", "void"), css="tail", width=8),
    ),
    filters=forms.RoomFilters,
    form=forms.RoomForm,
    create_form=forms.NewRoomForm,
    create=rules.save_room,
    update=rules.save_room,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    stamp=lambda r: f"{r.is_active}.{r.opens}.{r.closes}.{r.keeper_id}",
    order=("place__path", "pk"),
    empty="还没有登记专用室。",
    actions=(Action("log", "补登使用", rules.log_use, rules.check_can_log, forms.LogForm, icon="clipboard-plus", hint=lambda r, user: "没有约、已经用过的，在这里补登。"),),
)  # fmt: skip


def day_of(text: str | None, default: date) -> date:
    """The day an address names, the default for anything else."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return default
    return found if 2000 <= found.year <= 2200 else default


class RoomDetail(RecordDetail):
    """The room's week."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        room, now, today = context["object"], timezone.now(), timezone.localdate()
        monday = monday_of(day_of(self.request.GET.get("on"), today))
        seen = set(
            uses_visible_to(self.request.user).filter(room=room.pk, on__range=(monday, monday + timedelta(days=6))).order_by().values_list("pk", flat=True)
        )
        return context | {
            "days": week_of(room, monday, calendar(), now),
            "seen": seen,
            "monday": monday,
            "sunday": monday + timedelta(days=6),
            "before": monday - timedelta(days=7),
            "after": monday + timedelta(days=7),
            "is_now": monday == monday_of(today),
            "today": today,
            "keeps": is_room_keeper(self.request.user, room),
            "month": monday.replace(day=1),
        }


def views(user) -> list[ListView]:
    n = use_counts(user, timezone.now())
    return [
        ListView("全部", ""),
        ListView("今天", "today=true", n["today"]),
        ListView("我约的", "mine=true", n["mine"]),
        ListView("还没登记", "waiting=true", n["waiting"], pressing=True),
        ListView("用后有问题", "left=problem", n["problem"]),
    ]


def state_cell(use: RoomUse):
    now = timezone.now()
    return state_mark(use.words_at(now), use.tone_at(now))


def use_facts(use: RoomUse) -> list[tuple]:
    facts = [
        ("专用室", str(use.room), True), ("日期", f"{use.on} {use.hours}", False), ("使用人", use.who, False), ("做什么", use.subject, True),
        ("人数", use.people or "", False), ("管理人", use.room.keeper.name, False),
    ]  # fmt: skip
    if use.noted_at:
        facts += [
            ("桌椅物品归位", "是" if use.is_tidy else "没有", False),
            ("水电门窗关好", "是" if use.is_off else "没有", False),
            ("登记", use.noted_by.name, False),
        ]
    return [fact for fact in facts if fact[1] != ""]


USES = Record(
    model=RoomUse,
    namespace="assets:room-use",
    label="专用室使用",
    icon="calendar-check",
    rows=uses_visible_to,
    columns=(
        Column("room", "专用室", lambda u: str(u.room), lambda u: link(u.room.place.name, reverse("assets:room-use-detail", args=[u.pk]), u.subject), css="key", sort="room__place__path", width=30),
        day_column("on", "日期", css="nw"),
        Column("hours", "时间", lambda u: u.hours, css="nw", sort="start", width=14),
        Column("person", "使用人", lambda u: u.person.name, css="nw", sort="person__pinyin", width=10),
        Column("school_class", "班级", lambda u: str(u.school_class or ""), css="only-wide", width=14),
        Column("people", "人数", lambda u: u.people, css="num only-wide", kind="integer", width=8),
        Column("subject", "做什么", lambda u: u.subject, css="only-wide", optional=True, width=24),
        Column("words", "说明", lambda u: u.words, css="only-wide", width=30),
        Column("state", "状态", lambda u: u.words_at(timezone.now()), state_cell, css="tail nw", sort="state", width=10),
    ),
    filters=forms.UseFilters,
    create_form=forms.BookForm,
    create=rules.book_room,
    check_view=check_can_view,
    check_create=rules.check_can_book,
    views=views,
    facts=use_facts,
    detail_context=lambda use, user: {
        "state_cell": state_cell(use), "photos": [file for file in attachments_of(use) if file.role == "photo"], "is_waiting": use.is_waiting(timezone.now()),
    },
    stamp=lambda u: f"{u.state}.{u.left}",
    order=("-on", "-start", "-pk"),
    empty="还没有人用过专用室。",
    actions=(
        Action("note", "登记使用", rules.note_use, rules.check_can_note, forms.NoteForm, icon="clipboard-check", tone="primary"),
        Action("cancel", "取消预约", rules.cancel_use, rules.check_can_cancel, forms.CancelForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class BookPage(RecordForm):
    """约专用室."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": "约专用室", "submit": "约好"}


def month_of(text: str | None) -> date:
    """The month an address names as YYYY-MM, this one for anything else."""
    return day_of(f"{text}-01" if text and len(text) == 7 else text, timezone.localdate()).replace(day=1)


@require_safe
@never_cache
def figures_page(request):
    """How much every room was used in a month."""
    check_can_view(request.user)
    month = month_of(request.GET.get("month"))
    rooms = [room for room in rooms_visible_to(request.user) if has(request.user, MANAGE) or is_room_keeper(request.user, room)]
    rows = figures_of(rooms, month, timezone.now())
    rows.sort(key=lambda row: -row.minutes)
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)
    return render(request, "assets/room_figures.html", {"title": "专用室使用情况", "month": month, "rows": rows, "before": before, "after": after})


@require_safe
@never_cache
def register_pdf(request, pk: int, month: str):
    """The register of one room's month."""
    check_can_view(request.user)
    room = get_object_or_404(rooms_visible_to(request.user), pk=pk)
    if not is_room_keeper(request.user, room):
        raise Http404("kept by others")
    asked, at = Asked(room, month_of(month)), timezone.now()
    content = REGISTER_SHEET.context(asked, request.user)
    paper = note_paper(actor=request.user, at=at, document=REGISTER_SHEET, record=asked, content=content)
    pdf = paper_pdf(document=REGISTER_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{room}使用登记簿 {asked.month:%Y-%m}.pdf") or "inline"
    return response


def room_urls() -> list:
    """The routes of special rooms, under /assets/."""
    return [
        path("special-room/figures/", figures_page, name="room-figures"),
        path("special-room/<int:pk>/register/<str:month>.pdf", register_pdf, name="room-register"),
        *record_urls(ROOMS, pages={"detail": RoomDetail}),
        *record_urls(USES, pages={"form": BookPage}),
    ]
