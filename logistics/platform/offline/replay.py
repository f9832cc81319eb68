"""Running a form that comes from a phone through its own page: the same form, check and rule, whatever way it came."""

import copy
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.urls import ResolverMatch
from django.utils.datastructures import MultiValueDict

from logistics.platform.attachments.photos import clean_paper, clean_photo
from logistics.platform.kernel.errors import Conflict, RuleViolation

from .models import ArrivalState
from .rules import Outcome

GONE = "这张单现在不归您办，或者已经没有了。"
UNTAKEN = "里面有要改的地方。"


def replay(request, match: ResolverMatch, url: str, data: QueryDict, files: MultiValueDict, *, method: str = "POST") -> HttpResponse:
    """What the page at `url` answers to this form from this person. Refusals are raised as the page raises them."""
    again = copy.copy(request)
    again.method, again.path, again.path_info, again.resolver_match = method, url, url, match
    again.GET = QueryDict(urlsplit(url).query)
    again.POST, again._files = data, files  # Django's own attribute: FILES has no setter
    return match.func(again, *match.args, **match.kwargs)


def outcome_of(page: Callable[[], HttpResponse]) -> tuple[Outcome, HttpResponse | None]:
    """What the page's answer means, and the answer itself when there was one."""
    try:
        answer = page()
    except Conflict as refusal:
        return Outcome(ArrivalState.CONFLICT, refusal.message), None
    except RuleViolation as refusal:
        return Outcome(ArrivalState.REFUSED, refusal.message), None
    except ValidationError as refusal:
        return Outcome(ArrivalState.REFUSED, "；".join(refusal.messages)), None
    except (Http404, PermissionDenied):
        return Outcome(ArrivalState.REFUSED, GONE), None
    if answer.status_code < 400:
        return Outcome(ArrivalState.DONE, go=getattr(answer, "url", "")), answer
    form = (getattr(answer, "context_data", None) or {}).get("form")
    return Outcome(ArrivalState.REFUSED, errors_of(form) if form is not None else UNTAKEN), answer


def errors_of(form) -> str:
    """The form's sentences with the names of their fields."""
    lines = []
    for name, errors in form.errors.items():
        label = f"{form.fields[name].label}：" if name in form.fields else ""
        lines += [f"{label}{error}" for error in errors]
    return " ".join(lines) or UNTAKEN


def clean_files(files: MultiValueDict) -> dict[str, list]:
    """The uploads fit to be kept, by field; what is neither a photo nor a PDF was named in the refusal and is left out."""
    kept: dict[str, list] = {}
    for name, uploads in files.lists():
        for upload in uploads:
            upload.seek(0)
            try:
                clean = clean_paper if upload.name.lower().endswith(".pdf") else clean_photo
                kept.setdefault(name, []).append(clean(upload))
            except RuleViolation:
                continue
    return kept
