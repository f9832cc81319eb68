"""采购日报: put on the board by the clock every evening, and again when something of the day is posted later (CAN-03, CAN-15)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from assets.public import figure
from canteen.amounts import ZERO, price_words
from canteen.delivery.models import DeliverySignature
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import put_up, take_down
from logistics.platform.limits.queries import limit
from logistics.platform.org.models import User
from logistics.platform.web.templatetags.school import full_day, money

from .models import PurchaseReport
from .queries import bought_on, check_can_manage, days_to_report, latest_report

SHOWN_DAYS = "canteen.report.days"


def rows_of(day: date) -> list[dict]:
    """What was accepted that day as the board shows it: name, quantity, price, amount, supplier, who bought and who accepted."""
    lines = bought_on(day)
    signed = DeliverySignature.objects.filter(delivery__in={line.delivery_id for line in lines}, void_at=None).select_related("user").order_by("pk")
    people: dict[int, dict[str, list[str]]] = {}
    for one in signed:
        people.setdefault(one.delivery_id, {}).setdefault("buyer" if one.role == "buyer" else "others", []).append(one.user.name)
    return [
        {
            "name": str(line.ingredient),
            "spec": line.spec,
            "quantity": f"{figure(line.accepted)} {line.ingredient.unit}",
            "price": price_words(line.price),
            "amount": f"{line.amount:.2f}",
            "supplier": line.delivery.supplier.partner.name,
            "buyers": "、".join(people.get(line.delivery_id, {}).get("buyer", [])),
            "takers": "、".join(people.get(line.delivery_id, {}).get("others", [])),
        }
        for line in lines
    ]


def text_of(day: date, rows: list[dict], version: int) -> str:
    """The report as paragraphs of the board, one per supplier's goods."""
    total = sum((amount_of(row) for row in rows), ZERO)
    head = f"{full_day(day)}食堂采购 {len(rows)} 样，合计 {money(total)} 元。" + (f"（第 {version} 版，以本版为准）" if version > 1 else "")
    shown = [
        f"{row['name']}{row['spec'] and ' ' + row['spec']}　{row['quantity']}，单价 {row['price']} 元，金额 {row['amount']} 元，{row['supplier']}；采购 {row['buyers']}，验收 {row['takers']}"
        for row in rows
    ]
    return "\n".join([head, *shown])[:9900]


def amount_of(row: dict) -> Decimal:
    return Decimal(row["amount"])


@rule
def publish_report(*, actor, at: datetime, on: date) -> PurchaseReport | None:
    """The day's report on the board for everyone; the one there is already when nothing was added since; None when nothing was bought.

    The clock may always; a person needs the right to buy.
    """
    if actor.is_person:
        check_can_manage(actor)
    rows, before = rows_of(on), latest_report(on)
    if (before and before.rows == rows) or (not rows and before is None):
        return before
    version = before.version + 1 if before else 1
    if before:
        take_down(actor=actor, at=at, record=before.post, reason=f"有补登的，改为第 {version} 版")
    today = timezone.localdate(at)
    post = put_up(
        actor=actor, at=at, category=PostCategory.PURCHASE, title=f"{on.month}月{on.day}日食堂采购日报", content=text_of(on, rows, version),
        audience=Audience.EVERYONE, publish_on=today, withdraw_on=today + timedelta(days=limit(SHOWN_DAYS, today)),
    )  # fmt: skip
    report = PurchaseReport.objects.create(on=on, version=version, rows=rows, amount=sum((amount_of(row) for row in rows), ZERO), post=post, made_at=at)
    record_event(actor=actor, at=at, action="publish", record=report, text=f"公示采购日报，{len(rows)} 样，{report.amount} 元")
    return report


def publish_missing(*, at: datetime) -> list[PurchaseReport]:
    """Every day of the last fortnight whose report is missing or behind, each in a transaction of its own."""
    actor = User.objects.system()
    made = [publish_report(actor=actor, at=at, on=day) for day in days_to_report(timezone.localdate(at))]
    return [report for report in made if report and report.made_at == at]
