"""The inbox of what did not go through, the page without network, the service worker and the manifest."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

import django_filters as filters
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import path
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from logistics.platform.attachments.forms import UploadsField
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.attachments.rules import PHOTOS_AT_MOST
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.school.models import school
from logistics.platform.web.forms import Words
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import NOTHING, Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import rules
from .declarations import form_of, match_of
from .models import WAITING, Arrival, ArrivalState
from .queries import arrivals_visible_to, changes_since, waiting_count
from .replay import outcome_of, replay
from .sending import record_of, send, state

TONES = {ArrivalState.DONE: "done", ArrivalState.REFUSED: "late", ArrivalState.CONFLICT: "wait", ArrivalState.FAILED: "late", ArrivalState.ASIDE: "void"}
ASSETS = (
    "vendor/bootstrap.min.css",
    "theme.css",
    "parts.css",
    "vendor/htmx.min.js",
    "app.js",
    "photos.js",
    "signature.js",
    "scan.js",
    "offline.js",
    "icon.svg",
    "icons.svg",
)


logger = logging.getLogger(__name__)


class AsideForm(forms.Form):
    reason = Words(label="为什么搁下", max_length=200, rows=2, help_text="填的内容和照片都留着，随时能看。")


class ArrivalFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=[("waiting", "等我处理"), *ArrivalState.choices], method="in_state", label="结果", empty_label="全部结果")

    def in_state(self, rows, name, value):
        return rows.filter(state__in=WAITING) if value == "waiting" else rows.filter(state=value)


def views(user) -> list[View]:
    return [View("全部", ""), View("等我处理", "state=waiting", waiting_count(user), pressing=True), View("已搁下", "state=aside")]


def fields_of(arrival: Arrival, user, row) -> dict[str, forms.Field]:
    """The fields of the declared form by name; none for a plain view or a form that is no longer declared.

    A form that depends on its record has what it was sent with in `typed_fields(typed)`, whatever became of the record since.
    """
    declared = form_of(arrival.key)
    action = declared.record.action(declared.action) if declared and declared.record else None
    if action is None or action.form is None:
        return {}
    if hasattr(action.form, "typed_fields"):
        return action.form.typed_fields(arrival.typed)
    return dict(action.build_form(record=row, user=user).fields if row is not None else action.form.base_fields)


def written(arrival: Arrival, known: dict[str, forms.Field]) -> list[tuple[str, str]]:
    """(label, value) of what was filled in, in words where the form has words for it; what a form sends along hidden is left out."""
    lines = []
    for name, values in arrival.typed.items():
        if name in known and known[name].widget.is_hidden:
            continue
        choices = {str(key): words for key, words in getattr(known.get(name), "choices", ())} if name in known else {}
        text = "、".join(str(choices.get(value, value)) for value in values if value)
        if text:
            lines.append((str(known[name].label) if name in known else name, text))
    return lines


def detail_context(arrival: Arrival, user) -> dict:
    declared = form_of(arrival.key)
    match = match_of(declared, arrival.url) if declared else None
    record, row = record_of(user, declared, match) if declared and match else (None, None)
    known = fields_of(arrival, user, row)
    return {
        "written": written(arrival, known),
        "photos": list(attachments_of(arrival)),
        "row": row,
        "row_url": record.url("detail", row) if row is not None and record.has_page("detail") else "",
        "row_facts": [fact for fact in record.facts_of(row) if fact[1] not in (None, "", NOTHING)] if row is not None else [],
        "changes": changes_since(arrival) if row is not None else [],
        "can_retry": arrival.is_waiting and match is not None,
        "can_edit": arrival.is_waiting and match is not None and bool(declared and (declared.route or known)),
        "state_cell": state_mark(arrival.get_state_display(), TONES[ArrivalState(arrival.state)]),
    }


ARRIVALS = Record(
    model=Arrival,
    namespace="offline:offline",
    label="离线记录",
    icon="cloud-off",
    rows=arrivals_visible_to,
    columns=(
        Column("label", "办什么", str, lambda a: link(a.label, f"/offline/{a.pk}/", a.title), css="key", width=30),
        Column("state", "结果", lambda a: a.get_state_display(), lambda a: state_mark(a.get_state_display(), TONES[ArrivalState(a.state)]), css="tail"),
        Column("words", "原因", lambda a: a.words or a.reason, width=36),
        Column("claimed_at", "填写", lambda a: a.claimed_at, lambda a: stamp(a.claimed_at), css="nw", kind="datetime", width=17),
        Column("arrived_at", "收到", lambda a: a.arrived_at, lambda a: stamp(a.arrived_at), css="nw", kind="datetime", width=17),
    ),
    filters=ArrivalFilters,
    views=views,
    detail_context=detail_context,
    actions=(Action("aside", "搁下", rules.put_aside, rules.check_own, AsideForm, icon="archive"),),
    empty="没有网络时填的，送到以后都在这里。",
)


def kept_form(request, pk: int) -> tuple:
    """(arrival, declared form, its view) of a waiting one of this person's."""
    arrival = get_object_or_404(arrivals_visible_to(request.user), pk=pk)
    rules.check_own(request.user, arrival)
    declared = form_of(arrival.key)
    match = match_of(declared, arrival.url) if declared else None
    if match is None:
        raise Http404(arrival.key)
    return arrival, declared, match


def seen_of(request, declared, match) -> str:
    record, row = record_of(request.user, declared, match)
    return record.stamp(row) if row is not None else ""


def kept_data(arrival: Arrival, seen: str, tokens: dict | None = None) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in arrival.typed.items():
        data.setlist(name, values)
    for name, kept in (tokens or {}).items():
        data.setlist(f"{name}_kept", kept)
    if seen:
        data["seen"] = seen
    return data


def tried_again(request, arrival: Arrival, run: Callable) -> tuple:
    """Settle with what `run(tokens)` answers; (arrival, the page's answer)."""
    pages: list = []
    request.user.wrote_at = arrival.claimed_at

    def apply(tokens: dict) -> rules.Outcome:
        outcome, page = outcome_of(lambda: run(tokens))
        pages.append(page)
        return outcome

    try:
        settled = rules.settle(actor=request.user, at=timezone.now(), record=arrival, apply=apply)
    except RuleViolation:
        raise
    except Exception:
        logger.exception("a form filled in without network makes the program fail")
        failed = rules.Outcome(ArrivalState.FAILED, rules.FAULT)
        return rules.settle(actor=request.user, at=timezone.now(), record=arrival, apply=lambda tokens: failed), None
    return settled, pages[-1]


@require_POST
def again(request, pk: int):
    """Do it as it was written, on top of what stands now."""
    arrival, declared, match = kept_form(request, pk)
    request.user.source = f"离线 {stamp(arrival.claimed_at)} 填写，{request.user.source}"[:80]
    seen = seen_of(request, declared, match)
    settled, _ = tried_again(request, arrival, lambda tokens: replay(request, match, arrival.url, kept_data(arrival, seen, tokens), MultiValueDict()))
    if settled.state == ArrivalState.DONE:
        return redirect(settled.go or "offline:offline-list")
    messages.error(request, settled.words)
    return redirect("offline:offline-detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: int):
    """The ordinary form, filled in as it was written; sent from here it settles the kept one."""
    arrival, declared, match = kept_form(request, pk)
    if request.method == "POST":
        settled, page = tried_again(request, arrival, lambda tokens: replay(request, match, arrival.url, request.POST, request.FILES))
        if settled.state == ArrivalState.DONE:
            return redirect(settled.go or "offline:offline-list")
        if page is None:
            messages.error(request, settled.words)
            return redirect("offline:offline-detail", pk)
        return filled_in(page, arrival, None)
    page = replay(request, match, arrival.url, QueryDict(), MultiValueDict(), method="GET")
    return filled_in(page, arrival, kept_data(arrival, seen_of(request, declared, match)))


def filled_in(page, arrival: Arrival, data: QueryDict | None):
    """The page with its form bound to what was written and showing the kept photos."""
    form = (getattr(page, "context_data", None) or {}).get("form")
    if form is None:
        return page
    page.context_data["online_only"] = True
    if data is not None:
        form.data, form.is_bound = data, True
    elif hasattr(form, "keep_uploads"):
        form.keep_uploads(actor=arrival.user, at=timezone.now())  # the first staging was taken back with the rest
    uploads = {name: field for name, field in form.fields.items() if isinstance(field, UploadsField)}
    for name, photos in photos_by_field(arrival, [*uploads]).items():
        widget = uploads[name].widget
        widget.kept = [*photos, *(photo for photo in widget.kept if photo not in photos)][: max(PHOTOS_AT_MOST, len(photos))]
        if data is not None:
            data.setlist(f"{name}_kept", [photo.token for photo in photos])
    return page


def photos_by_field(arrival: Arrival, names: list[str]) -> dict[str, list]:
    """The kept photos under the fields of the form; those of a field it has no more stand in its last one, so that none is lost."""
    found: dict[str, list] = {name: [] for name in names}
    known = {name[:20]: name for name in names}
    for photo in attachments_of(arrival) if names else ():
        found[known.get(photo.role, names[-1])].append(photo)
    return found


@login_not_required
@require_safe
def away(request):
    """What is shown for a page that is not kept while there is no network. Says nothing of anybody."""
    return render(request, "platform/offline/away.html", {"title": "没有网络"})


@login_not_required
@require_safe
def worker(request):
    """The service worker, with the names of this version's files in front."""
    urls = [static(name) for name in ASSETS]
    text = (settings.ROOT / "static" / "sw.js").read_text(encoding="utf-8")
    version = hashlib.sha256(f"{urls}{text}".encode()).hexdigest()[:12]
    names = ", ".join(f'"{url}"' for url in [*urls, "/offline/away/"])
    body = f'const STATIC = "static-{version}", HELPER = "{static("offline.js")}", ASSETS = [{names}]\n{text}'
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@login_not_required
@require_safe
def manifest(request):
    """What a phone needs to put the site beside its other apps."""
    icons = [{"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"}]
    icons += [{"src": static(f"icon-{n}.png"), "sizes": f"{n}x{n}", "type": "image/png", "purpose": "any maskable"} for n in (192, 512)]
    about: dict[str, Any] = {
        "name": f"{school().name}后勤",
        "short_name": "学校后勤",
        "lang": "zh-CN",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
    }
    about |= {"theme_color": "#1b5c7d", "background_color": "#f5f4f0", "icons": icons}
    return JsonResponse(about, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def offline_urls() -> list:
    return [
        path("sw.js", worker, name="worker"),
        path("manifest.webmanifest", manifest, name="manifest"),
        path("offline/send/", send, name="send"),
        path("offline/state/", state, name="state"),
        path("offline/away/", away, name="away"),
        path("offline/<int:pk>/again/", again, name="again"),
        path("offline/<int:pk>/edit/", edit, name="edit"),
        *record_urls(ARRIVALS),
    ]
