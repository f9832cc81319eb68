"""The inbox."""

from itertools import groupby

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from . import queries, rules

PAGE_SIZE = 50


@require_safe
def inbox(request):
    """Messages grouped by day; `v=unread` leaves out what was read."""
    unread_only = request.GET.get("v") == "unread"
    page = Paginator(queries.inbox(request.user, unread_only=unread_only), PAGE_SIZE).get_page(request.GET.get("page"))
    days = [(day, list(notices)) for day, notices in groupby(page, key=lambda notice: timezone.localdate(notice.at))]
    return render(request, "platform/inbox.html", {"title": "消息", "days": days, "page": page, "unread_only": unread_only})


@require_GET
def open_notice(request, pk: int):
    """Read one message: mark it and go where it leads. Marking twice changes nothing, so a link may do it."""
    notice = get_object_or_404(queries.inbox(request.user), pk=pk)
    rules.mark_read(actor=request.user, at=timezone.now(), notice=notice)
    leads_home = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if leads_home else "notices:inbox")


@require_POST
def read_all(request):
    rules.mark_all_read(actor=request.user, at=timezone.now())
    return redirect("notices:inbox")
