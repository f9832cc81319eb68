"""Which kinds of records can be found, and keeping their entries true in the transaction of the rule that writes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from logistics.platform.audit.models import Event
from logistics.platform.kernel.text import pinyin_key
from logistics.platform.web.records import Record

from . import store
from .grams import joined
from .models import SearchEntry

CHUNK = 900  # records at once; SQLite refuses very long lists
MANY = 2000  # records at once where they are told by their range


@dataclass(frozen=True)
class Indexed:
    """A record type in the search box. Who may see its list finds its records, no one else.

    `words(record)` are the texts it is found by, `names(record)` those that are also found by their pinyin; both from the
    record's own columns. `detail(record)` is the small line under a hit, `rows` what they read beside the record itself.
    `touched(events)` are the records whose words follow from what these journal entries tell of this kind.
    """

    record: Record
    words: Callable[[Model], Iterable[str]]
    names: Callable[[Model], Iterable[str]] = lambda record: ()
    title: Callable[[Model], str] = str
    detail: Callable[[Model], str] = lambda record: ""
    rows: Callable[[QuerySet], QuerySet] = lambda rows: rows
    shown: Callable[[QuerySet], QuerySet] = lambda rows: rows
    touched: Callable[[list[Event]], set[int]] = lambda events: {event.record_id for event in events}
    url: Callable[[Model], str] | None = None
    order: int = 100

    @property
    def kind(self) -> str:
        return self.record.kind

    def address(self, record: Model) -> str:
        return self.url(record) if self.url else self.record.url("detail", record)

    def text_of(self, record: Model) -> str:
        names = list(self.names(record))
        return joined([*names, *(part for name in names for part in pinyin_key(name).split()), *self.words(record)])


_indexed: dict[str, Indexed] = {}


def register(*kinds: Indexed) -> None:
    """Make kinds of records findable; called from an app's wiring."""
    for one in kinds:
        if one.kind in _indexed:
            raise ValueError(f"{one.kind} is searched twice")
        _indexed[one.kind] = one


def all_indexed() -> list[Indexed]:
    return sorted(_indexed.values(), key=lambda one: one.order)


def keep_up(events: Iterable[Event]) -> None:
    """Bring the entries of everything these journal entries are about up to date; called at the end of every rule."""
    if getattr(connection, "search_waits", False):
        return
    told: dict[str, list[Event]] = {}
    for event in events:
        if event.kind in _indexed:
            told.setdefault(event.kind, []).append(event)
    for kind in sorted(told):
        one = _indexed[kind]
        refresh(one, sorted(one.touched(told[kind])))


def follow(kind: str, ids: Sequence[int]) -> None:
    """Bring the entries of records up to date whose words follow from something else; for a rule without a journal entry of its own."""
    if ids and kind in _indexed and not getattr(connection, "search_waits", False):
        refresh(_indexed[kind], ids)


@contextmanager
def rebuilt_after() -> Iterator[None]:
    """Write many records without keeping the index, then build it at once; for loading a school."""
    connection.search_waits = True  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.search_waits = False  # type: ignore[attr-defined]
    rebuild()


def refresh(one: Indexed, ids: Sequence[int]) -> int:
    """Write the entries of these records anew where they differ; returns how many did."""
    return sum(_refresh(one, ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))


def _refresh(one: Indexed, ids: Sequence[int]) -> int:
    kept = store.words_of(one.kind, ids)
    records = one.rows(one.record.model._base_manager.filter(pk__in=ids))
    if not kept:  # new ones, as after most imports: nothing to lock
        return _settle(one, {}, records)
    if _says_so(one, kept, ids, records.all()):
        return 0
    return _settle(one, _locked(SearchEntry.objects.filter(kind=one.kind, record_id__in=ids)), records)


def _says_so(one: Indexed, kept: dict[int, str], ids: Sequence[int], records: QuerySet) -> bool:
    """Whether the entries say already what the records say, as after most rules; asked without a lock.

    Nobody's words are lost by it: another rule that is changing them writes its own after this look, and whoever changes the record itself waits for us.
    """
    return len(kept) == len(ids) and kept == {record.pk: one.text_of(record) for record in records}


def _locked(entries: QuerySet) -> dict[int, SearchEntry]:
    """{record: its entry}, locked before the records are read: a rule that is changing one of them came first and is read, or writes its words after ours."""
    return {entry.record_id: entry for entry in entries.select_for_update().order_by("pk")}


def _settle(one: Indexed, kept: dict[int, SearchEntry], records: QuerySet, add: Callable[[str, Mapping[int, str]], None] = store.add) -> int:
    """Make these entries say what these records say; returns how many did not."""
    words = {record.pk: one.text_of(record) for record in records}
    fresh = {pk: words[pk] for pk in sorted(words) if pk not in kept}
    changed = [(entry, words[pk]) for pk, entry in kept.items() if pk in words and words[pk] != entry.words]
    gone = [entry for pk, entry in kept.items() if pk not in words]
    for entry, said in changed:
        store.change(entry, said)
    if fresh:
        add(one.kind, fresh)
    if gone:
        store.drop(gone)
    return len(changed) + len(fresh) + len(gone)


def rebuild(*, anew: bool = False, say: Callable[[str], None] = lambda line: None) -> int:
    """Make the index say what the records say; returns how many entries were wrong. `anew` throws the old one away first."""
    if not anew:
        return _rebuild(say)
    with transaction.atomic():
        store.clear()
    with store.many_at_once():
        return _rebuild(say)


def _rebuild(say: Callable[[str], None]) -> int:
    with transaction.atomic():
        strangers = list(SearchEntry.objects.exclude(kind__in=_indexed))
        store.drop(strangers)
    wrong = len(strangers)
    for one in all_indexed():
        wrong += _rebuild_kind(one)
        say(f"{one.record.title}：{SearchEntry.objects.filter(kind=one.kind).count()} 条")
    return wrong


def _rebuild_kind(one: Indexed) -> int:
    """Chunk by chunk from the oldest, so that the newest get the last entries and are found first."""
    wrong, last = 0, 0
    model, kept = one.record.model._base_manager, SearchEntry.objects.filter(kind=one.kind)
    while ids := list(model.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MANY]):
        with transaction.atomic():
            records = one.rows(model.filter(pk__gt=last, pk__lte=ids[-1]))
            wrong += _settle(one, _locked(kept.filter(record_id__gt=last, record_id__lte=ids[-1])), records, store.add_missing)
        last = ids[-1]
    with transaction.atomic():
        left = list(kept.exclude(record_id__in=model.filter(pk__gt=last).values("pk")).filter(record_id__gt=last))
        store.drop(left)
    return wrong + len(left)
