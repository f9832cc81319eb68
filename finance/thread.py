"""One purchase from its request to the last payment: who did which job in it, and its papers in order (FIN-02, FIN-12)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from logistics.platform.access import separation
from logistics.platform.access.separation import ACCEPT, APPROVE, BOOK, BUY, PAY, REQUEST, Act
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.kernel.money import money
from logistics.platform.org.models import User
from logistics.platform.web.records import allowed
from logistics.platform.web.registry import record_for

from .acceptance.models import Acceptance, AcceptanceMember, AcceptanceState
from .claim.models import DEAD, Claim
from .contract.models import Instalment
from .keeping import kept_on
from .order.models import Inquiry, OrderState, PurchaseOrder
from .payment.models import Payment, PaymentState

KIND, NAME, RUN = "finance.thread", "一次采购", "platform.run"
ZERO_KEY, NOTHING = Value(0, output_field=BigIntegerField()), Value("", output_field=CharField())
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
    """{duty: ids of those who did it in this purchase}, whoever stood in and for whom. One query, asked once a page.

    Cancelled orders, unused inquiries and reversed acceptances count for nobody. The answer must not be changed.
    """
    return kept_on(request, "_people", lambda: _people(request))


def _people(request) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {duty: set() for duty in JOBS}
    found[REQUEST].add(request.created_by_id)
    first, *others = [rows.order_by().annotate(job=Value(duty), person=F(column)).values_list("job", "person") for duty, rows, column in _deeds(request)]
    for duty, person in first.union(*others):
        if person:
            found[duty].add(person)
    return found


def _deeds(request) -> Iterator[tuple[str, QuerySet, str]]:
    """(duty, rows, the column that names who did it)."""
    signed = apps.get_model("platform.Decision").objects.filter(run=Subquery(_runs(request).filter(state__in=("running", "approved"))[:1]), act="approve")
    orders = PurchaseOrder.objects.filter(request=request.pk).exclude(state=OrderState.CANCELLED)
    order_ids = orders.order_by().values("pk")
    standing = (AcceptanceState.SIGNING, AcceptanceState.POSTED)
    accepted = AcceptanceMember.objects.filter(acceptance__order__in=order_ids, acceptance__state__in=standing, signed_at__isnull=False)
    by_contract = Instalment.objects.filter(contract__order__in=order_ids).values("pk")
    claims = Claim.objects.filter(Q(order__in=order_ids) | Q(source_kind="finance.instalment", source_id__in=by_contract))
    payments = Payment.objects.filter(claim__in=claims.order_by().values("pk"))
    yield from ((APPROVE, signed, column) for column in ("by", "stands_for"))
    yield from ((BUY, orders, column) for column in ("created_by", "second_buyer"))
    yield BUY, Inquiry.objects.filter(orders__in=order_ids), "created_by"
    yield ACCEPT, accepted, "user"
    yield BOOK, claims.exclude(state__in=DEAD), "booked_by"
    yield PAY, payments.filter(state=PaymentState.POSTED), "created_by"
    papers = {"finance.purchaseorder": orders, "finance.acceptance": Acceptance.objects.filter(order__in=order_ids)}
    papers |= {"finance.claim": claims, "finance.payment": payments}
    for kind, (duty, actions) in STOOD_IN.items():
        yield duty, Event.objects.filter(kind=kind, action__in=actions, for_id__gt=0, record_id__in=papers[kind].order_by().values("pk")), "for_id"


def _runs(request) -> QuerySet:
    """Ids of its approvals, the newest first."""
    rows = apps.get_model("platform.Run").objects.filter(record_kind=request._meta.label_lower, record_id=request.pk)
    return rows.order_by("-pk").values("pk")


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


@dataclass(frozen=True)
class Source:
    """Where one kind of paper of a thread is read; order, claim, number, words, moment and amount are expressions on its rows."""

    rows: QuerySet
    level: int
    order: object = ZERO_KEY
    claim: object = ZERO_KEY
    number: object = F("number")
    words: object = NOTHING
    at: object = F("created_at")
    amount: object = F("amount")

    def columns(self) -> QuerySet:
        named = {
            "of_kind": Value(self.rows.model._meta.label_lower), "key": F("pk"), "of_order": self.order, "of_claim": self.claim, "depth": Value(self.level),
            "said": self.number, "about": self.words, "now": F("state"), "moment": self.at, "worth": self.amount,
        }  # fmt: skip
        return self.rows.order_by().annotate(**named).values_list(*named)


def thread_of(request) -> list[Paper]:
    """The papers of one purchase in the order of their going: request, comparisons, orders, and under each its acceptances, claims and payments.

    One query, asked once a page.
    """
    return kept_on(request, "_thread", lambda: _thread(request))


def _thread(request) -> list[Paper]:
    own = _paper(request, number=request.number, at=request.submitted_at or request.created_at, words=request.title, amount=request.total)
    first, *others = [source.columns() for source in _sources(request)]
    found = [(_place(row), _paper_of(row)) for row in first.union(*others, all=True)]
    return [own, *(paper for _, paper in sorted(found, key=lambda one: one[0]))]


def _sources(request) -> list[Source]:
    orders = PurchaseOrder.objects.filter(request=request.pk)
    under = orders.order_by().values("pk")
    runs = apps.get_model("platform.Run").objects.filter(pk=Subquery(_runs(request)[:1]))
    return [
        Source(orders, 0, F("pk"), words=F("partner__name"), amount=F("total")),
        Source(runs, 0, number=NOTHING, words=F("reason"), at=Coalesce("ended_at", "started_at")),
        Source(Inquiry.objects.filter(request=request.pk), 0, words=Coalesce("chosen__partner__name", NOTHING), amount=F("chosen__total")),
        Source(Acceptance.objects.filter(order__in=under), 1, F("order"), at=Coalesce("accepted_at", "created_at")),
        Source(Claim.objects.filter(order__in=under), 1, F("order"), F("pk"), at=Coalesce("submitted_at", "created_at"), amount=F("total")),
        Source(Payment.objects.filter(claim__order__in=under), 2, F("claim__order"), F("claim"), words=F("payee")),
    ]


def _place(row: tuple) -> tuple:
    """Approval and comparisons first, then order by order: what was accepted of it, then each claim with its payments."""
    kind, key, order, claim, level, *_ = row
    return order, 0 if level == 0 else 1, claim, level, kind != RUN, key


def _paper_of(row: tuple) -> Paper:
    kind, key, _, _, level, number, words, state, at, amount = row
    return _paper(apps.get_model(kind)(pk=key, state=state), number=None if kind == RUN else number, at=at, words=words, amount=amount, level=level)


def _paper(record, *, number: str | None, at, words: str, amount: Decimal | None, level: int = 0) -> Paper:
    """An approval has no number and the amount of what it is about."""
    label, said = ("审批", "") if number is None else (str(record._meta.verbose_name), number or "未送批")
    worth = None if amount is None or number is None else money(amount)
    return Paper(record._meta.label_lower, record.pk, label, said, words, record.get_state_display(), record.tone, at, amount=worth, level=level)


def thread_panel(find_request):
    """The context of the panel on the page of a paper whose request `find_request(record)` names.

    What this person may not open stands there by number and state only.
    """

    def context(record, user) -> dict | None:
        request = find_request(record)
        if request is None:
            return None
        own = (record._meta.label_lower, record.pk)
        return {"papers": [replace(paper, is_own=(paper.kind, paper.pk) == own) for paper in papers_of(request, user)]}

    return context


def papers_of(request, user) -> list[Paper]:
    """The papers of one purchase with their addresses, as far as this person may open them. Two queries."""
    return _with_links(thread_of(request), user)


def _with_links(papers: list[Paper], user) -> list[Paper]:
    """One query for all kinds of paper."""
    pks: dict[str, set[int]] = {}
    for paper in papers:
        if (described := record_for(paper.kind)) is not None and described.has_page("detail"):
            pks.setdefault(paper.kind, set()).add(paper.pk)
    seen = _openable(pks, user)
    shown = []
    for paper in papers:
        if (paper.kind, paper.pk) not in seen:
            shown.append(replace(paper, words="", amount=None))
        else:
            shown.append(replace(paper, url=reverse(f"{record_for(paper.kind).namespace}-detail", args=[paper.pk])))
    return shown


def _openable(pks: dict[str, set[int]], user) -> set[tuple[str, int]]:
    """(kind, id) of those this person may open."""
    asked = [record_for(kind).rows(user).filter(pk__in=found).order_by().annotate(of_kind=Value(kind), key=F("pk")) for kind, found in pks.items()]
    first, *others = [rows.values_list("of_kind", "key") for rows in asked]
    seen = set(first.union(*others))
    closed = {kind for kind in {kind for kind, _ in seen} if not allowed(record_for(kind).check_view, user)}
    return {(kind, pk) for kind, pk in seen if kind not in closed}
