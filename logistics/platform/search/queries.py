"""Finding by words what a person may see, fast whoever asks and however much there is."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString

from logistics.platform.kernel.text import plain
from logistics.platform.web import finding
from logistics.platform.web.finding import LONGEST, MOST_HITS, Found, Hit, is_too_short
from logistics.platform.web.records import allowed

from . import store
from .grams import pieces, squash
from .index import Indexed, all_indexed

FIRST_LOOK = 60  # candidates of each kind that are asked whether the person may see them
NEXT_LOOKS = (400, 800)  # and then, for who sees many but not these
FEW = 4000  # records of a kind that a person may see, so few that the words are looked for among them
SUGGESTIONS = 8


def find(user, typed: str) -> list[Found]:
    """What fits the words, kind by kind in the kinds' order; nothing for too short a text."""
    if is_too_short(typed):
        return []
    typed = typed[:LONGEST]
    groups = [(source.order, Found(source.label, source.icon, hits[:MOST_HITS], len(hits) > MOST_HITS)) for source, hits in _of_sources(user, typed)]
    groups += [(one.order, found) for one, found in _of_index(user, pieces(typed))]
    return [found for _, found in sorted(groups, key=lambda pair: pair[0])]


def suggestions(user, typed: str) -> list[str]:
    """Titles that fit what is being typed, of all kinds in turn, at most eight."""
    titles: list[str] = []
    for found in find(user, typed):
        titles += [hit.title for hit in found.hits[:4]]
    return list(dict.fromkeys(titles))[:SUGGESTIONS]


def _of_sources(user, typed: str):
    for source in finding.all_sources():
        hits = source.find(user, typed, MOST_HITS + 1)
        if hits:
            yield source, hits


def _of_index(user, wanted: Sequence[str]):
    if not wanted:
        return
    kinds = {one.kind: one for one in all_indexed()}
    candidates: dict[str, list[store.Candidate]] = {}
    for candidate in store.candidates(kinds, wanted, FIRST_LOOK):
        candidates.setdefault(candidate.kind, []).append(candidate)
    for kind, found in candidates.items():
        one = kinds[kind]
        if not allowed(one.record.check_view, user):  # asked last, because some of them ask the database
            continue
        records, is_more = _seen(one, user, wanted, found)
        if records:
            records = sorted(records, key=lambda record: _rank(one.title(record), wanted))
            hits = [Hit(one.title(record), one.detail(record), one.address(record)) for record in records[:MOST_HITS]]
            yield one, Found(one.record.title, one.record.icon, hits, is_more or len(records) > MOST_HITS)


def _seen(one: Indexed, user, wanted: Sequence[str], found: list[store.Candidate]) -> tuple[list, bool]:
    """The records among the candidates and, when they are not enough, below them; and whether there may be more."""
    records = _visible(one, user, [candidate.record_id for candidate in found])
    if len(records) > MOST_HITS or len(found) < FIRST_LOOK:
        return records, False
    own = list(one.record.rows(user).order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(own) <= FEW:
        fitting = store.among(one.kind, own, wanted)
        return _visible(one, user, fitting[: MOST_HITS + 1]), False
    for limit in NEXT_LOOKS:
        found = store.candidates([one.kind], wanted, limit, before=min(candidate.entry for candidate in found))
        records += _visible(one, user, [candidate.record_id for candidate in found])
        if len(records) > MOST_HITS or len(found) < limit:
            return records, False
    return records, True


def _visible(one: Indexed, user, ids: Sequence[int]) -> list:
    """Those of the records that this person may see, in the order of `ids`."""
    if not ids:
        return []
    seen = {record.pk: record for record in one.shown(one.record.rows(user).filter(pk__in=ids).order_by())}
    return [seen[pk] for pk in ids if pk in seen]


def _rank(title: str, wanted: Sequence[str]) -> int:
    """A title that is the word, then one that begins with it, then one that holds it, then the rest."""
    name, first = squash(title), wanted[0]
    if name == "".join(wanted):
        return 0
    return 1 if name.startswith(first) else 2 if all(piece in name for piece in wanted) else 3


def marked(text: str, typed: str) -> SafeString:
    """The text as HTML with what was looked for inside <mark>; blanks and hyphens between its letters do not matter."""
    wanted = sorted(pieces(typed), key=len, reverse=True)
    shapes = [r"[\W_]*".join(map(re.escape, piece)) for piece in wanted if len(plain(piece)) > 1]
    if not shapes:
        return escape(text)
    parts = re.split(f"({'|'.join(shapes)})", text, flags=re.IGNORECASE)
    return SafeString("".join(f"<mark>{escape(part)}</mark>" if n % 2 else escape(part) for n, part in enumerate(parts)))
