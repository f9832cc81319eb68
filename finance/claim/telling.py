"""Who is told of what about claims and payments."""

from datetime import datetime

from django.urls import reverse

from logistics.platform.access.rules import holders_of
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import Claim

CLAIMS = Subject("finance.claim", "报销待付、已付、退回，借款到期", "经费报销")
PAY = "finance.payment.pay"


def _url(claim: Claim) -> str:
    return reverse("finance:claim-detail", args=[claim.pk])


def tell_cashiers(claim: Claim, *, at: datetime) -> None:
    notify(
        at=at,
        key=f"finance.claim.pay:{claim.pk}:{at:%Y%m%d%H%M%S%f}",
        recipients=holders_of(PAY),
        title=f"待付款：{claim.title}",
        body=f"{claim.number} {claim.created_by.name}，付给{claim.payee} {claim.due:,.2f} 元",
        url=_url(claim),
        subject=CLAIMS,
    )


def tell_owner(claim: Claim, *, at: datetime, about: str, title: str, body: str) -> None:
    notify(
        at=at,
        key=f"finance.claim.{about}:{claim.pk}:{at:%Y%m%d%H%M%S%f}",
        recipients=[claim.created_by],
        title=title,
        body=body,
        url=_url(claim),
        subject=CLAIMS,
    )
