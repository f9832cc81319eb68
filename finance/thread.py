"""One purchase from its request to the last payment: who did which job in it, and its papers in order (FIN-02, FIN-12)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse

from logistics.platform.access import separation
from logistics.platform.access.separation import ACCEPT, APPROVE, BOOK, BUY, PAY, REQUEST, Act
from logistics.platform.approvals.public import runs_of
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.org.models import User
from logistics.platform.web.records import allowed
from logistics.platform.web.registry import record_for

from .acceptance.models import Acceptance, AcceptanceMember, AcceptanceState
from .claim.models import DEAD, Claim
from .order.models import OrderState, PurchaseOrder
from .payment.models import Payment, PaymentState

KIND, NAME = "finance.thread", "一次采购"
JOBS = {REQUEST: "请购", APPROVE: "审批", BUY: "采购", ACCEPT: "验收", BOOK: "记账", PAY: "付款"}
ACTS = [
    Act(code, JOBS[duty], duty) for code, duty in (("request", REQUEST), ("approve", APPROVE), ("buy", BUY), ("accept", ACCEPT), ("book", BOOK), ("pay", PAY))
]
STOOD_IN = {  # acts of the journal whose `for_id`, the absent colleague, counts as well
    "finance.purchaseorder": (BUY, ("create",)),
    "finance.acceptance": (ACCEPT, ("sign",)),
    "finance.claim": (BOOK, ("book",)),
    "finance.payment": (PAY, ("create", "pay")),
}


@dataclass(frozen=True)
class Paper:
    """One paper of the thread; `kind` and `pk` name the record, `level` says under which it stands."""

    kind: str
    pk: int
    label: str
    number: str
    words: str
    state: str
    tone: str
    at: datetime | None
    url: str = ""
    amount: Decimal | None = None
    level: int = 0
    is_own: bool = False


def people_of(request) -> dict[str, set[int]]:
    """{duty: ids of those who did it in this purchase}, whoever stood in and for whom. Cancelled orders and reversed acceptances count for nobody."""
    found: dict[str, set[int]] = {duty: set() for duty in JOBS}
    found[REQUEST].add(request.created_by_id)
    for by, absent in _approvals(request):
        found[APPROVE] |= {by, absent} - {None}
    orders = PurchaseOrder.objects.filter(request=request.pk).exclude(state=OrderState.CANCELLED)
    order_ids = []
    for pk, buyer, second in orders.values_list("pk", "created_by", "second_buyer"):
        order_ids.append(pk)
        found[BUY] |= {buyer, second} - {None}
    if not order_ids:
        return found
    signed = AcceptanceMember.objects.filter(acceptance__order__in=order_ids, signed_at__isnull=False)
    standing = signed.filter(acceptance__state__in=(AcceptanceState.SIGNING, AcceptanceState.POSTED))
    found[ACCEPT] |= set(standing.values_list("user", flat=True))
    claims = Claim.objects.filter(order__in=order_ids).exclude(state__in=DEAD)
    found[BOOK] |= set(claims.filter(booked_by__isnull=False).values_list("booked_by", flat=True))
    paid = Payment.objects.filter(claim__order__in=order_ids, state=PaymentState.POSTED)
    found[PAY] |= set(paid.values_list("created_by", flat=True))
    for duty, people in _stood_in(order_ids).items():
        found[duty] |= people
    return found


def _approvals(request) -> list[tuple[int, int | None]]:
    """Who signed the last approval that was not given up: (by, in whose place)."""
    run = next((run for run in runs_of(request) if run.state in ("running", "approved")), None)
    return list(run.decisions.filter(act="approve").values_list("by", "stands_for")) if run else []


def _stood_in(order_ids: list[int]) -> dict[str, set[int]]:
    """Absent colleagues in whose place somebody acted in one of these papers. One query, usually without rows."""
    of_orders = Q(kind="finance.purchaseorder", record_id__in=order_ids)
    of_orders |= Q(kind="finance.acceptance", record_id__in=Acceptance.objects.filter(order__in=order_ids).values("pk"))
    of_orders |= Q(kind="finance.claim", record_id__in=Claim.objects.filter(order__in=order_ids).values("pk"))
    of_orders |= Q(kind="finance.payment", record_id__in=Payment.objects.filter(claim__order__in=order_ids).values("pk"))
    found: dict[str, set[int]] = {}
    for kind, action, absent in Event.objects.filter(of_orders, for_id__gt=0).values_list("kind", "action", "for_id"):
        duty, actions = STOOD_IN[kind]
        if action in actions:
            found.setdefault(duty, set()).add(absent)
    return found


def check_thread(user, duty: str, request, *, field: str | None = None) -> None:
    """Refuse `duty` (a word of `separation`) to whoever did a job of this purchase that is kept apart from it, or stands in for who did.

    Raises NotAllowed that names both jobs and the paper, at `field` when somebody is named for an act to come; a relaxed pair lets pass.
    """
    pairs = [(pair, other) for pair, other in _pairs_of(duty)]
    if not pairs:
        return
    people = people_of(request)
    me = {user.pk, *getattr(user, "acting_for", {})}
    done = [(pair, other) for pair, other in pairs if me & people.get(other, set())]
    relaxed = separation.relaxed_now() if done else {}
    for pair, other in done:
        if (pair.kind, pair.first.code, pair.second.code) not in relaxed:
            words = f"{user.name}在请购单 {request.number}「{request.title}」里办过{JOBS[other]}，{JOBS[duty]}要由别人办，请交给另一位有权限的同事。"
            raise NotAllowed(words, field=field)


def _pairs_of(duty: str):
    """(pair, the other duty) of this thread's pairs that hold the duty."""
    for pair in separation.all_pairs():
        if pair.kind == KIND and duty in (pair.first.duty, pair.second.duty):
            yield pair, pair.second.duty if pair.first.duty == duty else pair.first.duty


def doubled(request) -> list[tuple[str, str, str]]:
    """(person, job, other job) where one person did two jobs that are kept apart: relaxed, or done before the rule was there."""
    people, found = people_of(request), set()
    for pair in separation.all_pairs():
        if pair.kind == KIND:
            found |= {(pk, pair.first.duty, pair.second.duty) for pk in people[pair.first.duty] & people[pair.second.duty]}
    names = dict(User.objects.filter(pk__in={pk for pk, *_ in found}).values_list("pk", "name")) if found else {}
    return sorted((names.get(pk, ""), JOBS[first], JOBS[second]) for pk, first, second in found)


# 来龙去脉


def thread_of(request) -> list[Paper]:
    """The papers of one purchase in the order of their going: request, comparisons, orders, and under each its acceptances, claims and payments."""
    papers = [_paper(request, at=request.submitted_at or request.created_at, words=request.title, amount=request.total)]
    papers += [_paper(run, at=run.ended_at or run.started_at, words=run.reason) for run in runs_of(request)[:1]]
    for inquiry in request.inquiries.select_related("chosen__partner").order_by("pk"):
        chosen = inquiry.chosen
        words, amount = (str(chosen.partner), chosen.total) if chosen else ("", None)
        papers.append(_paper(inquiry, at=inquiry.created_at, words=words, amount=amount))
    for order in request.orders.select_related("partner").order_by("pk"):
        papers.append(_paper(order, at=order.created_at, words=str(order.partner), amount=order.total))
        papers += _papers_under(order)
    return papers


def _papers_under(order: PurchaseOrder) -> list[Paper]:
    under = [_paper(one, at=one.accepted_at or one.created_at, amount=one.amount, level=1) for one in order.acceptances.order_by("pk")]
    for claim in order.claims.order_by("pk"):
        under.append(_paper(claim, at=claim.submitted_at or claim.created_at, amount=claim.total, level=1))
        under += [_paper(one, at=one.created_at, words=one.payee, amount=one.amount, level=2) for one in claim.payments.order_by("pk")]
    return under


def _paper(record, *, at, words: str = "", amount: Decimal | None = None, level: int = 0) -> Paper:
    number = getattr(record, "number", None)
    label = "审批" if number is None else str(record._meta.verbose_name)
    said = "" if number is None else number or "未送批"
    return Paper(record._meta.label_lower, record.pk, label, said, words, record.get_state_display(), record.tone, at, amount=amount, level=level)


def thread_panel(find_request):
    """The context of the panel on the page of a paper whose request `find_request(record)` names.

    What this person may not open stands there by number and state only.
    """

    def context(record, user) -> dict | None:
        request = find_request(record)
        if request is None:
            return None
        own = (record._meta.label_lower, record.pk)
        return {"papers": [replace(paper, is_own=(paper.kind, paper.pk) == own) for paper in _with_links(thread_of(request), user)]}

    return context


def _with_links(papers: list[Paper], user) -> list[Paper]:
    """One query per kind of paper."""
    pks: dict[str, set[int]] = {}
    for paper in papers:
        pks.setdefault(paper.kind, set()).add(paper.pk)
    seen = {(kind, pk) for kind, asked in pks.items() for pk in _openable(kind, asked, user)}
    shown = []
    for paper in papers:
        described = record_for(paper.kind)
        if (paper.kind, paper.pk) not in seen or described is None or not described.has_page("detail"):
            shown.append(replace(paper, words="", amount=None))
        else:
            shown.append(replace(paper, url=reverse(f"{described.namespace}-detail", args=[paper.pk])))
    return shown


def _openable(kind: str, pks: set[int], user) -> set[int]:
    described = record_for(kind)
    if described is None or not allowed(described.check_view, user):
        return set()
    return set(described.rows(user).filter(pk__in=pks).order_by().values_list("pk", flat=True))
