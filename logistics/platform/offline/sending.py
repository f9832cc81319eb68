"""Where phones ask who is signed in and bring what they kept. Both answer in JSON, also when the login has ended."""

import logging
import uuid
from dataclasses import replace
from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from logistics.platform.web.templatetags.school import stamp

from .declarations import OfflineForm, form_of, match_of
from .models import ArrivalState
from .queries import held_up_by, pages_for, seen_now
from .replay import clean_files, outcome_of, replay
from .rules import FAULT, Entry, Outcome, receive

OWN = "offline_"  # the names of what the phone adds to the form
NOT_OURS = ("csrfmiddlewaretoken", "seen")
TRIES = 3  # after so many without an answer, what makes the program fail is kept in the inbox, too
HIGHEST = 2**63 - 1

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A form sent while its writer looks on is not kept: the writer sends it the ordinary way and reads what is wrong on the page."""


def answer(status: int, **fields) -> JsonResponse:
    return JsonResponse(fields, status=status, json_dumps_params={"ensure_ascii": False})


@login_not_required
@never_cache
@require_GET
def state(request):
    """Who is signed in, the token for sending, and the pages to keep today; 401 when nobody is."""
    user = request.user
    if not user.is_authenticated:
        return answer(401, detail="请重新登录。")
    return answer(200, user=str(user.pk), token=get_token(request), pages=pages_for(user))


@login_not_required
@never_cache
@require_POST
def send(request):
    """One form from a phone. 200 says that the server has it, done or kept in the inbox; the phone keeps it after any other answer."""
    user = request.user
    if not user.is_authenticated or request.POST.get("offline_user") != str(user.pk):
        return answer(401, detail="请用填单人自己的账号登录。")
    form = form_of(request.POST.get("offline_key", ""))
    match = match_of(form, request.POST.get("offline_url", "")) if form else None
    entry = entry_from(request, form, match)
    if entry is None:
        return answer(400, detail="这一条没有编号。")
    return taken_in(request, form, match, entry)


def moment_of(text: str, at: datetime) -> datetime:
    """Milliseconds as the phone counts them; now when they make no sense or lie ahead."""
    try:
        return min(datetime.fromtimestamp(int(text) / 1000, UTC), at)
    except (ValueError, OverflowError, OSError):
        return at


def was_tried(request) -> bool:
    """Whether the phone says that it sent this one several times already and never had an answer."""
    tries = request.POST.get("offline_tries", "")
    return tries.isdecimal() and len(tries) < 4 and int(tries) >= TRIES


def entry_from(request, form: OfflineForm | None, match) -> Entry | None:
    """What the phone sent, as it is kept; None without a number of its own."""
    at, sent = timezone.now(), request.POST
    try:
        uid = uuid.UUID(sent.get("offline_id", ""))
    except ValueError:
        return None
    record, row = record_of(request.user, form, match) if form and match else (None, None)
    return Entry(
        uid=uid,
        key=sent.get("offline_key", "")[:60],
        label=form.label if form else "离线填写的",
        url=sent.get("offline_url", "").partition("?")[0][:300],
        claimed_at=moment_of(sent.get("offline_claimed", ""), at),
        read_at=moment_of(sent.get("offline_read", ""), at),
        typed={name: values for name, values in sent.lists() if not name.startswith(OWN) and name not in NOT_OURS},
        seen=sent.get("seen", "")[:200],
        kind=record.kind if record else "",
        record_id=match.kwargs["pk"] if record and match.kwargs["pk"] <= HIGHEST else None,
        title=str(row or "")[:200],
    )


def record_of(user, form: OfflineForm, match) -> tuple:
    """(record type, its row) the form is about; no row when this person does not see it, neither for a form about nothing stored."""
    if form.record is None or "pk" not in match.kwargs:
        return None, None
    return form.record, form.record.rows(user).filter(pk=match.kwargs["pk"]).first()


def taken_in(request, form: OfflineForm | None, match, entry: Entry) -> JsonResponse:
    is_live, user = "offline_live" in request.POST, request.user
    if not is_live:
        user.wrote_at = entry.claimed_at
        user.source = f"离线 {stamp(entry.claimed_at)} 填写，{getattr(user, 'source', '')}"[:80]

    def apply() -> Outcome:
        return outcome_for(request, form, match, entry, is_live=is_live)

    try:
        arrival = receive(actor=user, at=timezone.now(), entry=entry, apply=apply)
    except Refused as refused:
        return answer(200, kept=f"{entry.uid}", state="wrong", words=str(refused))
    except Exception:
        if not was_tried(request):
            raise
        logger.exception("a form filled in without network makes the program fail")
        failed = Outcome(ArrivalState.FAILED, FAULT, photos=clean_files(request.FILES))
        arrival = receive(actor=user, at=timezone.now(), entry=entry, apply=lambda: failed)
    if not is_live:
        list(messages.get_messages(request))  # said by the page that sent it, not by the next one that is opened
    return answer(200, kept=f"{entry.uid}", state=arrival.state, words=arrival.words, go=arrival.go)


def outcome_for(request, form: OfflineForm | None, match, entry: Entry, *, is_live: bool) -> Outcome:
    """What comes of it now; nothing is run behind an earlier one on the same record that did not go through."""
    if form is None or match is None:
        return Outcome(ArrivalState.REFUSED, "系统里已经没有这种单子了。", photos=clean_files(request.FILES))
    held = None if is_live else held_up_by(request.user, entry.kind, entry.record_id, entry.read_at)
    if held:
        return Outcome(ArrivalState.CONFLICT, f"前面一条「{held.label}」还没有办成，这一条先留着。", photos=clean_files(request.FILES))
    outcome = outcome_on(request, form, match, entry)
    if is_live and outcome.state != ArrivalState.DONE:
        raise Refused(outcome.words)
    return outcome


def outcome_on(request, form: OfflineForm, match, entry: Entry) -> Outcome:
    """Run the page; a record is compared with what its writer's own earlier forms left behind."""
    user, data, seen = request.user, request.POST.copy(), entry.seen
    for name in [name for name in data if name.startswith(OWN)]:
        del data[name]
    record, row = record_of(user, form, match)
    if row is not None and seen:
        seen = data["seen"] = seen_now(user=user, record=record, row=row, seen=seen, read_at=entry.read_at)
    outcome, _ = outcome_of(lambda: replay(request, match, entry.url, data, request.FILES))
    if outcome.state != ArrivalState.DONE:
        return replace(outcome, photos=clean_files(request.FILES))
    row = record.rows(user).filter(pk=row.pk).first() if row is not None else None
    return replace(outcome, seen=seen, stamp=record.stamp(row) if row is not None else "")
