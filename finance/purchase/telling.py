"""Who is told of what about a request; signers are told by the approval itself."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.access.rules import holders_of
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import PurchaseRequest
from .queries import BUY

TO_BUY = Subject("finance.purchase.tobuy", "批准的请购单等采购", "请购采购")
GOES_ON = Subject("finance.purchase.goes", "自己的请购单有进展", "请购采购")


def page_of(request: PurchaseRequest) -> str:
    return reverse("finance:purchase-detail", args=[request.pk])


def tell_buyers(request: PurchaseRequest, *, at: datetime) -> None:
    words = f"{request.department} {request.created_by.name}，{request.total:,.2f} 元"
    title = f"{'急用，' if request.is_urgent else ''}请采购：{request.title}"
    key = f"finance.purchase:{request.pk}:approved:{at:%Y%m%d%H%M%S}"
    notify(at=at, key=key, recipients=holders_of(BUY).exclude(pk=request.created_by_id), title=title, body=words, url=page_of(request), subject=TO_BUY)


def tell_applicant(request: PurchaseRequest, *, at: datetime, about: str, title: str, body: str = "") -> None:
    key = f"finance.purchase:{request.pk}:{about}:{at:%Y%m%d%H%M%S}"
    notify(at=at, key=key, recipients=[request.created_by], title=title, body=body, url=page_of(request), subject=GOES_ON)
