"""Taking a whole import back: every record is as it was, unless somebody has changed or used it since."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F

from logistics.platform.attachments.models import Attachment
from logistics.platform.audit.rules import record_event
from logistics.platform.audit.saving import CHUNK
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.models import BlankLabel

from .targets import ImportTarget, Row

REFERENCES_SHOWN = 2
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)  # kept in JSON as they are


def snapshot(record: models.Model, names: Iterable[str] | None = None) -> dict:
    """The stored values of the record as JSON, all of them or the named fields."""
    fields = [record._meta.get_field(name) for name in names] if names is not None else record._meta.concrete_fields
    return {field.name: plain_value(field.value_from_object(record)) for field in fields}


def plain_value(value):
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def saved_entries(written: list[tuple[Row | None, models.Model]], before: dict[str, dict]) -> list[dict]:
    """What undo needs to know of every written record, as `entries_of` reads it; created ones are read back, since rules may have filled in more."""
    changed = [
        {"kind": record._meta.label_lower, "id": record.pk, "before": before[row.key], "after": snapshot(record, before[row.key])}
        for row, record in written
        if row is not None
    ]
    return [*stored_tables([record for row, record in written if row is None]), *changed]


def stored_tables(records: Iterable[models.Model]) -> list[dict]:
    """snapshot() of these records as they are stored now, a table for each model; read without building the records again."""
    keys = defaultdict(list)
    for record in records:
        keys[type(record)].append(record.pk)
    found = []
    for model, pks in keys.items():
        fields = model._meta.concrete_fields
        rows: list[list] = []
        for start in range(0, len(pks), CHUNK):
            stored = model._base_manager.filter(pk__in=pks[start : start + CHUNK]).order_by("pk")
            rows += map(list, stored.values_list(*[field.attname for field in fields]))
        for n in [n for n, field in enumerate(fields) if not isinstance(field, PLAIN)]:
            for row in rows:
                row[n] = plain_value(row[n])
        found.append({"kind": model._meta.label_lower, "names": [field.name for field in fields], "rows": rows})
    return found


def entries_of(saved: list[dict]) -> list[dict]:
    """{"kind", "id", "after"} of every created record and {"kind", "id", "before", "after"} of every changed one, of what `saved_entries` kept."""
    found = []
    for one in saved:
        if "rows" not in one:
            found.append(one)
            continue
        key = apps.get_model(one["kind"])._meta.pk.name
        for row in one["rows"]:
            after = dict(zip(one["names"], row, strict=True))
            found.append({"kind": one["kind"], "id": after[key], "after": after})
    return found


def by_keys(kind: str, keys: list[int], *, lock: bool = False) -> list[models.Model]:
    """The stored records of these keys, in chunks that every database accepts."""
    manager = apps.get_model(kind)._base_manager
    rows = manager.select_for_update() if lock else manager.all()
    return [record for start in range(0, len(keys), CHUNK) for record in rows.filter(pk__in=keys[start : start + CHUNK])]


def take_back(*, actor, at: datetime, target: ImportTarget, entries: list[dict], note: str) -> tuple[list[dict], list[str]]:
    """Undo the entries that nobody touched since; returns those left, and a sentence for each of them.

    Belongs inside a rule. Changed records get their old values through the page's rule, created ones are removed.
    """
    if target.hold:
        target.hold()
    current = locked(entries)
    left: dict[tuple[str, int], str] = {}
    created = {}
    for entry in entries:
        key = (entry["kind"], entry["id"])
        record = current.get(key)
        if record is None:
            continue  # somebody removed it since, there is nothing to take back
        sentence = changed_since(record, entry)
        if not sentence and "before" in entry:
            sentence = restore(record, entry, target, actor=actor, at=at)
        if sentence:
            left[key] = sentence
        elif "before" not in entry:
            created[key] = record
    left |= remove_created(created, target, actor=actor, at=at, note=note)
    if target.settle:
        target.settle()
    return [entry for entry in entries if (entry["kind"], entry["id"]) in left], list(left.values())


def locked(entries: list[dict]) -> dict[tuple[str, int], models.Model]:
    """The entries' records as they are stored, locked until the rule ends."""
    keys = defaultdict(list)
    for entry in entries:
        keys[entry["kind"]].append(entry["id"])
    return {(kind, record.pk): record for kind, ids in keys.items() for record in by_keys(kind, ids, lock=True)}


def changed_since(record: models.Model, entry: dict) -> str:
    """Which fields somebody changed after the import, as a sentence; empty when none."""
    now = snapshot(record, entry["after"])
    labels = [str(record._meta.get_field(name).verbose_name) for name, value in entry["after"].items() if now[name] != value]
    return f"「{record}」导入后改过（{'、'.join(labels[:3])}），没有撤回。" if labels else ""


def restore(record: models.Model, entry: dict, target: ImportTarget, *, actor, at: datetime) -> str:
    """Give the record its old values back; a sentence when its rule refuses."""
    values = {}
    for name, value in entry["before"].items():
        field = record._meta.get_field(name)
        if field.is_relation:
            values[name] = field.related_model._base_manager.filter(pk=value).first() if value is not None else None
        else:
            values[name] = field.to_python(value)
    try:
        target.change(actor=actor, at=at, record=record, **values)
    except RuleViolation as refusal:
        return f"「{record}」改不回去：{refusal.message}"
    except ValidationError as refusal:
        return f"「{record}」改不回去：{''.join(refusal.messages)}"
    return ""


def remove_created(created: dict[tuple[str, int], models.Model], target: ImportTarget, *, actor, at: datetime, note: str) -> dict[tuple[str, int], str]:
    """Remove what nothing refers to, again and again, so that a floor goes after its rooms; what stays has a reason."""
    left: dict[tuple[str, int], str] = {}
    while created:
        used = references(created, dict(target.own_ties))
        free = {key: record for key, record in created.items() if key not in used}
        if not free:
            return left | {key: f"「{created[key]}」已经用到了（{'、'.join(sorted(words)[:REFERENCES_SHOWN])}），没有撤回。" for key, words in used.items()}
        left |= remove(free, target, actor=actor, at=at, note=note)
        created = {key: record for key, record in created.items() if key in used}
    return left


def remove(free: dict[tuple[str, int], models.Model], target: ImportTarget, *, actor, at: datetime, note: str) -> dict[tuple[str, int], str]:
    """Remove records nothing refers to, by the target's own rule where it has one; refusals come back as sentences."""
    refused: dict[tuple[str, int], str] = {}
    plainly = defaultdict(list)
    if target.remove_all:
        return remove_together(free, target, actor=actor, at=at)
    for key, record in free.items():
        if target.remove is None:
            record_event(actor=actor, at=at, action="take_back", record=record, text="撤回导入", note=note)
            plainly[key[0]].append(key[1])
            continue
        try:
            target.remove(actor=actor, at=at, record=record)
        except RuleViolation as refusal:
            refused[key] = f"「{record}」撤不回：{refusal.message}"
    for kind, keys in plainly.items():
        model = apps.get_model(kind)
        to_itself = {field.name: None for field in model._meta.concrete_fields if field.related_model is model and field.null}
        for start in range(0, len(keys), CHUNK):
            rows = model._base_manager.filter(pk__in=keys[start : start + CHUNK])
            if to_itself:
                rows.update(**to_itself)
            rows.delete()
    return refused


def remove_together(free: dict[tuple[str, int], models.Model], target: ImportTarget, *, actor, at: datetime) -> dict[tuple[str, int], str]:
    """Remove all of them by the target's rule for many; a refusal is everybody's."""
    try:
        target.remove_all(actor=actor, at=at, records=list(free.values()))
    except RuleViolation as refusal:
        return {key: f"「{record}」撤不回：{refusal.message}" for key, record in free.items()}
    return {}


def references(records: dict[tuple[str, int], models.Model], own_ties: dict) -> dict[tuple[str, int], set[str]]:
    """{key: what refers to it} of the records something else points at: foreign keys, lists of people, photos; the import's own ties apart."""
    used: dict[tuple[str, int], set[str]] = defaultdict(set)
    keys = defaultdict(list)
    for kind, pk in records:
        keys[kind].append(pk)
    for kind, pks in keys.items():
        for start in range(0, len(pks), CHUNK):
            part = pks[start : start + CHUNK]
            for name, found in pointing_at(apps.get_model(kind), kind, part, own_ties):
                for pk in found:
                    used[kind, pk].add(name)
    return used


def pointing_at(model: type[models.Model], kind: str, keys: list[int], own_ties: dict) -> Iterable[tuple[str, Iterable[int]]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            field = relation.field
            rows = relation.related_model._base_manager.filter(**{f"{field.name}__in": keys})
            if relation.related_model is model:
                rows = rows.exclude(**{field.attname: F("pk")})  # a building is its own building
            if relation.related_model in own_ties:
                rows = rows.exclude(**own_ties[relation.related_model])
            holder = relation.related_model._meta.auto_created or relation.related_model
            yield str(holder._meta.verbose_name), rows.order_by().values_list(field.attname, flat=True).distinct()
    yield "贴着的标签", BlankLabel.objects.filter(kind=kind, record_id__in=keys).order_by().values_list("record_id", flat=True).distinct()
    yield "照片或文件", Attachment.objects.filter(kind=kind, record_id__in=keys).order_by().values_list("record_id", flat=True).distinct()
