"""Writing the journal. Every rule is decorated with `rule` and records at least one event."""

import functools
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation

from .bulk import insert_columns
from .clashes import clash_of
from .models import ChainHead, Event

SEALED = (
    "chain",
    "position",
    "at",
    "written_at",
    "actor_id",
    "actor_name",
    "for_id",
    "source",
    "action",
    "kind",
    "record_id",
    "label",
    "text",
    "note",
    "changes",
    "previous",
)
MOMENTS = ("at", "written_at")
PLACES = [field.attname for field in Event._meta.concrete_fields]
COLUMNS = (*SEALED, "digest")
HEADS = ChainHead._meta.db_table
followers: list[Callable[[Iterable[Event]], None]] = []  # told what a rule did, inside its transaction; for wiring.py
MANY = 50  # events, above which they are written column by column

_sealed_values = attrgetter(*SEALED)
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode  # json.dumps would make one each time


def rule(function: Callable) -> Callable:
    """One transaction per rule; its events are written last, sorted by chain, so that no two rules can deadlock on the journal.

    Nested rules join the outer transaction. A refusal drops the events together with the changes. The second of two who save the same at
    the same moment gets a Conflict in words (clashes).
    """

    @functools.wraps(function)
    def call(*args, **kwargs):
        pending = getattr(connection, "journal", None)
        outermost = pending is None
        if outermost:
            pending = connection.journal = []
            getattr(kwargs.get("actor"), "acting_for", {}).clear()
        kept = len(pending)
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                if outermost:
                    for follow in followers:
                        follow(pending)
                    append_events(pending)
        except BaseException as error:
            del pending[kept:]
            if isinstance(error, IntegrityError) and not isinstance(error, RuleViolation) and (clash := clash_of(error)):
                raise clash from error
            raise
        finally:
            if outermost:
                del connection.journal
        return result

    return call


def record_event(*, actor, at: datetime, action: str, record, text: str, note: str = "", changes: dict | None = None) -> None:
    """Note what `actor` did to `record`, in the chain of the record's app.

    `action` is the rule's verb in English, `text` the sentence people read, `changes` {label: [before, after]}.
    Whoever used a right of an absent colleague in this rule (access.rules.scope_of notes it) is written down as 代某某.
    Raises RuntimeError outside a rule.
    """
    pending = getattr(connection, "journal", None)
    if pending is None:
        raise RuntimeError("record_event() belongs inside a function decorated with @rule")
    absent = getattr(actor, "acting_for", None)
    if absent:
        text = f"代{'、'.join(absent.values())}：{text}"
    columns = {
        "id": None,
        "chain": record._meta.app_label,
        "position": 0,
        "at": at,
        "written_at": at,
        "actor_id": actor.pk,
        "actor_name": actor.name,
        "for_id": next(iter(absent)) if absent else 0,
        "source": getattr(actor, "source", "后台"),
        "action": action,
        "kind": record._meta.label_lower,
        "record_id": record.pk,
        "label": str(record)[:200],
        "text": text[:300],
        "note": note,
        "changes": changes or {},
        "previous": "",
        "digest": "",
    }
    pending.append(Event(*map(columns.__getitem__, PLACES)))  # by place, because by name takes three times as long


def append_events(events: Iterable[Event]) -> None:
    """Seal the events into their chains, one locked head per chain, heads in order of name."""
    by_chain: dict[str, list[Event]] = {}
    for event in events:
        by_chain.setdefault(event.chain, []).append(event)
    if not by_chain:
        return
    with connection.cursor() as cursor:
        for chain in sorted(by_chain):
            _append(cursor, chain, by_chain[chain])


def _append(cursor, chain: str, events: list[Event]) -> None:
    """Plain statements: every rule comes by here, and the ORM takes several times as long to build them as the database to answer."""
    (position, digest), now = _locked_head(cursor, chain), timezone.now()
    for event in events:
        position += 1
        event.position, event.previous, event.written_at = position, digest, now
        event.digest = digest = digest_of(event)
    _insert(cursor, events)
    cursor.execute(f"UPDATE {HEADS} SET position = %s, digest = %s WHERE chain = %s", [position, digest, chain])  # noqa: S608  names of our own


def _insert(cursor, events: list[Event]) -> None:
    if len(events) > MANY:
        insert_columns({Event._meta.get_field(name): list(map(attrgetter(name), events)) for name in COLUMNS})
        return
    moment, values = functools.cache(connection.ops.adapt_datetimefield_value), []
    for event in events:
        row = vars(event) | {"at": moment(event.at), "written_at": moment(event.written_at), "changes": json.dumps(event.changes)}
        values += map(row.__getitem__, COLUMNS)
    rows = ", ".join([f"({', '.join(['%s'] * len(COLUMNS))})"] * len(events))
    cursor.execute(f"INSERT INTO {Event._meta.db_table} ({', '.join(COLUMNS)}) VALUES {rows}", values)  # noqa: S608  names of our own


def _locked_head(cursor, chain: str) -> tuple[int, str]:
    """The position and the digest of the chain's last entry, nobody else's until the transaction ends."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    cursor.execute(f"SELECT position, digest FROM {HEADS} WHERE chain = %s{lock}", [chain])  # noqa: S608  names of our own
    found = cursor.fetchone()
    if found is None:  # once in the life of a chain
        ChainHead.objects.get_or_create(chain=chain)
        return _locked_head(cursor, chain)
    return found


def digest_of(event: Event) -> str:
    """SHA-256 over every field of the entry, the previous digest included, as sorted JSON."""
    content = dict(zip(SEALED, _sealed_values(event), strict=True))
    for name in MOMENTS:
        content[name] = content[name].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def changes_between(record: models.Model, values: dict) -> dict:
    """{label: [before, after]} for the values that would change the record; empty when nothing would."""
    changes = {}
    for name, after in values.items():
        before = getattr(record, name)
        if before != after:
            changes[str(record._meta.get_field(name).verbose_name)] = [shown(record, name, before), shown(record, name, after)]
    return changes


def shown(record: models.Model, name: str, value) -> str:
    """A value as people read it; a model with a method `shown_<field>` says it in its own words."""
    if hasattr(record, f"shown_{name}"):
        return getattr(record, f"shown_{name}")(value)
    choices = dict(record._meta.get_field(name).flatchoices or ())
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(choices.get(value, value))


def save_changes(*, actor, at: datetime, record: models.Model, text: str = "", action: str = "update", **values):
    """Check, write and journal new values of a record; the common body of create and update rules.

    Raises ValidationError with one sentence per field. Returns the record.
    """
    is_new = record.pk is None
    changes = {} if is_new else changes_between(type(record)._base_manager.get(pk=record.pk), values)  # a form may have filled `record` already
    for name, value in values.items():
        setattr(record, name, value)
    record.full_clean()
    record.save()
    if is_new or changes or text:
        what = record._meta.verbose_name
        default = f"登记{what}" if is_new else f"修改{what}：{'、'.join(changes)}"
        record_event(actor=actor, at=at, action="create" if is_new else action, record=record, text=text or default, changes=changes)
    return record
