"""The school that is measured: the demo's people and places, and many tickets written in bulk. The same seed gives the same school."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection, transaction
from django.utils import timezone

from logistics.platform.access.tokens import make_token
from logistics.platform.attachments.models import Attachment
from logistics.platform.audit.models import Event
from logistics.platform.audit.rules import append_events
from logistics.platform.demo.build import DemoSchool, build
from logistics.platform.demo.words import FAULTS
from logistics.platform.notices.models import Notice, OutboxMessage, OutboxState
from logistics.platform.notices.rules import broker_rests
from logistics.platform.numbering.rules import next_numbers
from logistics.platform.org.models import User
from logistics.platform.search.index import rebuild
from repairs.demo import TRADES, set_up
from repairs.ticket.models import Cause, Follower, Material, Signature, State, Ticket, Urgency, WaitReason
from repairs.ticket.rules import search_text, title_of

SEED = 20261120
OPEN_SHARES = {State.NEW: 18, State.ASSIGNED: 10, State.TAKEN: 18, State.WORKING: 18, State.WAITING: 14, State.REFERRED: 2, State.FINISHED: 20}
DONE_SHARES = {State.CLOSED: 965, State.CANCELLED: 25, State.MERGED: 10}
YEARS = 3
RICH = 20  # finished tickets with photos, material, followers and a long story, for the detail page


def load(tickets: int, still_open: int, cards: int) -> None:
    """Fill a migrated, empty database."""
    from things import load as load_things  # which signs in by this module

    now = timezone.now().replace(microsecond=0)
    with broker_rests(), transaction.atomic():
        school = build(random=Random(SEED), now=now, scale=1)
        kinds = set_up(school)
        Loader(school, kinds, now).load(tickets, still_open)
        load_things(cards)
        rebuild()
        OutboxMessage.objects.filter(state=OutboxState.PENDING).update(state=OutboxState.DONE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Loader:
    def __init__(self, school: DemoSchool, kinds: dict, now: datetime):
        self.school, self.random, self.kinds, self.now = school, school.random, list(kinds.items()), now
        self.workers = {name: [school.people[key] for key in keys] for name, keys in TRADES.items()}
        self.reporters = [school.people["teacher"], school.people["headteacher"], school.people["dormkeeper"], *school.teachers]

    def load(self, tickets: int, still_open: int) -> None:
        closed = tickets - still_open
        states = [
            *self.random.choices(list(DONE_SHARES), list(DONE_SHARES.values()), k=closed),
            *self.random.choices(list(OPEN_SHARES), list(OPEN_SHARES.values()), k=still_open),
        ]
        moments = sorted(self.now - timedelta(minutes=self.random.randrange(60 * 24 * 365 * YEARS)) for _ in range(closed))
        moments += sorted(self.now - timedelta(minutes=self.random.randrange(20, 60 * 24 * 40)) for _ in range(still_open))
        numbers = self.numbers(moments)
        made = [self.ticket(state, at, number) for state, at, number in zip(states, moments, numbers, strict=True)]
        for ticket in made:
            if ticket.state == State.MERGED:
                ticket.state = State.CANCELLED  # until there is a ticket to point at
        Ticket.objects.bulk_create(made, batch_size=1000)
        merged = [n for n, state in enumerate(states) if state == State.MERGED and n]
        for n in merged:
            made[n].state, made[n].merged_into_id = State.MERGED, made[n - 1].pk
        Ticket.objects.bulk_update([made[n] for n in merged], ["state", "merged_into"], batch_size=500)
        append_events(self.event(ticket, ticket.reported_at, "file", "报修", ticket.reported_by) for ticket in made[closed:])
        rich = [ticket for ticket in made if ticket.state == State.CLOSED][-RICH:]
        for ticket in rich:
            self.enrich(ticket)
        self.inbox(self.school.director)

    def numbers(self, moments: list[datetime]) -> list[str]:
        years = [timezone.localtime(at).year for at in moments]
        runs = {year: iter(next_numbers("BX", year, years.count(year))) for year in set(years)}
        return [next(runs[year]) for year in years]

    def ticket(self, state: str, at: datetime, number: str) -> Ticket:
        random = self.random
        name, kind = random.choice(self.kinds)
        thing, words, work, _ = random.choice(FAULTS[name][4])
        place, reporter = random.choice(self.school.rooms), random.choice(self.reporters)
        ticket = Ticket(
            number=number, state=state, place=place, thing=thing, kind=kind, size=kind.size, title=title_of(words), description=words,
            urgency=random.choices(list(Urgency), [75, 19, 6])[0], reported_by=reporter, reporter_name=reporter.name, reporter_phone=reporter.phone,
            reported_at=at, due_at=at + timedelta(hours=random.choice([6, 10, 30, 54])),
        )  # fmt: skip
        if state not in (State.NEW, State.CANCELLED, State.MERGED):
            self.given(ticket, at, work, random.choice(self.workers[kind.trade.name]))
        ticket.search = search_text(ticket)
        return ticket

    def given(self, ticket: Ticket, at: datetime, work: str, repairer: User) -> None:
        random = self.random
        ticket.repairer, ticket.assigned_by, ticket.assigned_at = repairer, self.school.director, at + timedelta(minutes=random.randint(2, 90))
        if ticket.state != State.ASSIGNED:
            ticket.taken_at, ticket.arrived_at = ticket.assigned_at, ticket.assigned_at + timedelta(minutes=random.randint(5, 240))
        if ticket.state == State.WAITING:
            ticket.wait_reason, ticket.wait_note = random.choice(list(WaitReason)), "库里没有，明天去买。"
        if ticket.state in (State.FINISHED, State.CLOSED):
            ticket.finished_at = ticket.arrived_at + timedelta(minutes=random.randint(10, 600))
            ticket.cause, ticket.work_done, ticket.minutes = random.choices(list(Cause), [80, 8, 4, 4, 4])[0], work, random.randint(5, 180)
            ticket.material_cost, ticket.accept_by_on = Decimal(random.randrange(20_000)) / 100, timezone.localdate(ticket.finished_at) + timedelta(days=3)
        if ticket.state == State.CLOSED:
            ticket.closed_at, ticket.rating = ticket.finished_at + timedelta(minutes=random.randint(15, 3000)), random.choices([5, 4, 3, 2], [62, 28, 8, 2])[0]

    def event(self, ticket: Ticket, at: datetime, action: str, text: str, actor: User) -> Event:
        return Event(
            chain="repairs", at=at, actor_id=actor.pk, actor_name=actor.name, source="网页 127.0.0.1", action=action, kind="repairs.ticket",
            record_id=ticket.pk, label=str(ticket), text=text, note=ticket.description if action == "file" else "", changes={},
        )  # fmt: skip

    def enrich(self, ticket: Ticket) -> None:
        """Photos, material, followers, a signature refused and one given, and a story of ten lines."""
        picture = {
            "kind": "repairs.ticket",
            "record_id": ticket.pk,
            "file": "none.jpg",
            "thumb": "none.jpg",
            "name": "照片.jpg",
            "size": 1,
            "uploaded_by": ticket.reported_by,
            "uploaded_at": ticket.reported_at,
        }
        roles = ("report", "report", "report", "after")
        Attachment.objects.bulk_create(Attachment(role=role, token=secrets.token_urlsafe(20), digest="0" * 64, **picture) for role in roles)
        Material.objects.bulk_create(Material(ticket=ticket, name=f"材料{n}", spec="DN15", quantity=Decimal(n), price=Decimal("12.50")) for n in (1, 2, 3))
        Follower.objects.bulk_create(Follower(ticket=ticket, user=user, at=ticket.reported_at) for user in self.school.teachers[:3])
        decisions = ((False, "还在滴水。"), (True, ""))
        Signature.objects.bulk_create(
            Signature(ticket=ticket, is_accepted=accepted, by=ticket.reported_by, name=ticket.reporter_name, at=ticket.closed_at, reason=words)
            for accepted, words in decisions
        )
        acts = ("assign", "take", "arrive", "wait", "resume", "finish", "reject", "finish", "accept")
        append_events(self.event(ticket, ticket.finished_at, act, f"第 {n} 步", ticket.repairer) for n, act in enumerate(acts))

    def inbox(self, user: User) -> None:
        box = [
            OutboxMessage(topic="notice", key=f"bench:{n}", payload={}, state=OutboxState.DONE, created_at=self.now, next_try_at=self.now) for n in range(500)
        ]
        kept = OutboxMessage.objects.bulk_create(box)
        Notice.objects.bulk_create(
            Notice(recipient=user, at=self.now, title="新报修", outbox=one, read_at=self.now if n % 10 else None) for n, one in enumerate(kept)
        )


def session_of(user: User) -> str:
    """The key of a new session in which this person is signed in."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "logistics.platform.org.login.StaffOrPhoneBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def token_of(user: User) -> str:
    now = timezone.now()
    return make_token(actor=user, at=now, name="量速度", reach="all", expires_at=now + timedelta(days=1))[1]


def rich_ticket() -> int:
    """The ticket whose detail page is measured."""
    return Signature.objects.filter(is_accepted=True).order_by("-ticket_id").values_list("ticket_id", flat=True)[0]
