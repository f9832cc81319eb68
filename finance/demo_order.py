"""How the approved requests of the demo are bought: directly, by three quotes, one comparison still running, one request waiting."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.partners.models import Partner

from .demo_purchase import on_workday
from .order.inquiry_rules import add_quote, choose_quote, open_inquiry
from .order.models import Inquiry
from .order.rules import place_order
from .purchase.models import PurchaseRequest, RequestState
from .purchase.rules import take_request

STATIONER, EQUIPMENT, SAFETY = "文华办公用品商行", "青禾市育才教学设备有限公司", "平安消防器材公司"
DIRECT = {"开学办公用品": (STATIONER, 2), "打印纸补充": (STATIONER, 2)}  # title: firm, days after the approval
QUOTED = {  # title: {firm: share of the approved price}, whom it went to, why not the lowest
    "教师用电脑": ({STATIONER: "1.03", EQUIPMENT: "0.99", SAFETY: "1.05"}, EQUIPMENT, ""),
    "水暖维修材料": ({STATIONER: "1.04", EQUIPMENT: "1.00", SAFETY: "0.96"}, SAFETY, ""),
    "教室灯管更换": ({STATIONER: "1.03", EQUIPMENT: "0.98", SAFETY: "0.95"}, EQUIPMENT, "质保三年，比最低的多一年，灯管全校通用"),
}
RUNNING = ("打印纸和墨盒", {STATIONER: "0.99", EQUIPMENT: "1.02"})
TERMS = ("送货上门", "质保一年", "验收后十五天内转账")


def build(school: DemoSchool) -> None:
    """The oldest first; what is not named here waits for the buyer."""
    for request in PurchaseRequest.objects.filter(state=RequestState.APPROVED).order_by("decided_at", "pk"):
        if request.title in DIRECT:
            buy(school, request, *DIRECT[request.title])
        elif request.title in QUOTED:
            compare(school, request, *QUOTED[request.title])
        elif request.title == RUNNING[0]:
            ask(school, request, RUNNING[1])


def after(school: DemoSchool, request: PurchaseRequest, days: int) -> datetime:
    return min(on_workday(request.decided_at + timedelta(days=days)), school.now)


def lines_for(request: PurchaseRequest, share: str = "1") -> list[dict]:
    return [
        {"request_line": line, "quantity": line.quantity, "price": (line.price * Decimal(share)).quantize(Decimal("0.01")), "brand": ""}
        for line in request.lines.order_by("position")
    ]


@rule
def buy(school: DemoSchool, request: PurchaseRequest, firm: str, days: int) -> None:
    at = after(school, request, days)
    take_request(actor=school.people["buyer"], at=at, record=request)
    order(school, request, firm, at, "direct", lines_for(request))


def order(school: DemoSchool, request: PurchaseRequest, firm: str, at: datetime, method: str, lines: list[dict]) -> None:
    place_order(
        actor=school.people["buyer"], at=at, request=request, partner=Partner.objects.get(name=firm), method=method, lines=lines, terms="；".join(TERMS),
        second_buyer=school.people["electrician"], deliver_on=timezone.localdate(at) + timedelta(days=5),
    )  # fmt: skip


@rule
def ask(school: DemoSchool, request: PurchaseRequest, firms: dict[str, str]) -> Inquiry:
    """An inquiry with these firms' prices."""
    buyer, at = school.people["buyer"], after(school, request, 2)
    take_request(actor=buyer, at=at, record=request)
    inquiry = open_inquiry(actor=buyer, at=at, request=request, wanted="送到总务库房，开增值税普通发票", until_on=timezone.localdate(at) + timedelta(days=20))
    asked = {line.request_line_id: line.pk for line in inquiry.lines.all()}
    for firm, share in firms.items():
        prices = [{"line": asked[row["request_line"].pk], "price": row["price"], "brand": ""} for row in lines_for(request, share)]
        add_quote(
            actor=buyer, at=at, record=inquiry, partner=Partner.objects.get(name=firm), quoted_on=timezone.localdate(at), lines=prices, delivery=TERMS[0],
            warranty=TERMS[1], valid_until=timezone.localdate(at) + timedelta(days=30),
        )  # fmt: skip
    return inquiry


@rule
def compare(school: DemoSchool, request: PurchaseRequest, firms: dict[str, str], chosen: str, reason: str) -> None:
    inquiry, at = ask(school, request, firms), after(school, request, 5)
    group = [school.people[key] for key in ("buyer", "electrician", "accountant")]
    quote = inquiry.quotes.get(partner__name=chosen)
    choose_quote(actor=school.people["buyer"], at=at, record=inquiry, quote=quote, members=group, choice_reason=reason)
    order(school, request, chosen, at, "quotes", lines_for(request, firms[chosen]))
