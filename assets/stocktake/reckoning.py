"""From what was found in every room to what became of every card, and the list of differences (AST-05). Called by rules."""

from collections import defaultdict

from django.db.models import F

from .figures import Outcome, outcome_of
from .models import CountFind, CountLine, Difference, DifferenceKind, SheetState, Stocktake

BATCH = 500


def first_counts(stocktake: Stocktake) -> None:
    """Write on each line how many were found where they should be; lines of rooms nobody counted stay empty."""
    here = _here(stocktake, round_of=1)
    counted = stocktake.lines.filter(sheet__state=SheetState.COUNTED)
    stocktake.lines.update(counted=None)
    counted.update(counted=F("quantity"))
    rest = [line for line in counted.only("pk", "card_id", "quantity", "counted") if here.get(line.card_id, 0) != line.quantity]
    for line in rest:
        line.counted = here.get(line.card_id, 0)
    CountLine.objects.bulk_update(rest, ["counted"], batch_size=BATCH)


def second_counts(stocktake: Stocktake) -> None:
    """Write on each sampled line what the second person found; lines of sheets that were skipped stay as they are."""
    here = _here(stocktake, round_of=2)
    lines = list(stocktake.lines.filter(recount_sheet__state=SheetState.COUNTED))
    for line in lines:
        line.recounted = here.get(line.card_id, 0)
    CountLine.objects.bulk_update(lines, ["recounted"], batch_size=BATCH)


def _finds(stocktake: Stocktake, round_of: int):
    return CountFind.objects.filter(sheet__stocktake=stocktake.pk, sheet__round=round_of, sheet__state=SheetState.COUNTED, attempt=F("sheet__attempt"))


def _where(stocktake: Stocktake, round_of: int) -> dict[int, dict[int | None, int]]:
    """{card: {place: pieces}}."""
    found: dict[int, dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    for card, place, n in _finds(stocktake, round_of).filter(card__isnull=False).values_list("card", "sheet__place", "quantity"):
        found[card][place] += n
    return found


def _here(stocktake: Stocktake, round_of: int) -> dict[int, int]:
    """{card: pieces in its own place} of those that were found there; a single thing on both sheets of a large room is one thing."""
    where = _where(stocktake, round_of)
    lines = stocktake.lines.values_list("card", "sheet__place", "quantity")
    found = {card: (where[card].get(place, 0), quantity) for card, place, quantity in lines if card in where}
    return {card: min(n, 1) if quantity == 1 else n for card, (n, quantity) in found.items()}


def draw_differences(stocktake: Stocktake) -> list[Difference]:
    """Write what became of every line, and one difference for each thing on which book and school disagree."""
    where, differences, changed = _where(stocktake, 1), [], []
    needed = ("stocktake", "card", "quantity", "counted", "recounted", "elsewhere", "missing", "sheet__place", "card__name")
    lines = stocktake.lines.select_related("card", "sheet").only(*needed).order_by("pk").iterator(2000)
    listed = set()
    for line in lines:
        listed.add(line.card_id)
        others = {place: n for place, n in where.get(line.card_id, {}).items() if place != line.sheet.place_id}
        is_counted = line.here is not None
        if is_counted and line.here == line.quantity and not others:
            continue
        outcome = outcome_of(line.quantity, line.here or 0, others)
        differences += _of_line(stocktake, line, outcome, is_counted)
        line.elsewhere, line.missing = outcome.elsewhere, outcome.missing if is_counted else 0
        changed.append(line)
    CountLine.objects.bulk_update(changed, ["elsewhere", "missing"], batch_size=BATCH)
    differences += _strangers(stocktake, listed)
    Difference.objects.bulk_create(differences, batch_size=BATCH)
    return differences


def _of_line(stocktake: Stocktake, line: CountLine, outcome: Outcome, is_counted: bool) -> list[Difference]:
    common = {"stocktake": stocktake, "line": line, "card": line.card, "name": line.card.name}
    found = [Difference(kind=DifferenceKind.ELSEWHERE, quantity=n, place_id=place, **common) for place, n in outcome.moved]
    if outcome.missing and is_counted:
        found.append(Difference(kind=DifferenceKind.MISSING, quantity=outcome.missing, **common))
    if outcome.surplus and is_counted:
        found.append(Difference(kind=DifferenceKind.SURPLUS, quantity=outcome.surplus, place_id=line.sheet.place_id, **common))
    return found


def _strangers(stocktake: Stocktake, listed: set[int]) -> list[Difference]:
    """Cards from outside the list, codes nobody knows, and things without a label."""
    found, moved = [], {}
    for find in _finds(stocktake, 1).select_related("card", "sheet").order_by("pk").iterator(2000):
        if find.card_id in listed:
            continue
        card, common = find.card, {"stocktake": stocktake, "quantity": find.quantity, "place_id": find.sheet.place_id, "code": find.code}
        if card is None:
            found.append(Difference(kind=DifferenceKind.SURPLUS, name=find.name or "标签认不出的东西", **common))
        elif card.is_alive and card.place_id != find.sheet.place_id:
            row = moved.setdefault(
                (card.pk, find.sheet.place_id), Difference(kind=DifferenceKind.ELSEWHERE, card=card, name=card.name, **common | {"quantity": 0})
            )
            row.quantity = min(row.quantity + find.quantity, card.quantity)  # both sheets of a large room may name it
        elif not card.is_alive:
            found.append(Difference(kind=DifferenceKind.SURPLUS, card=card, name=card.name, **common))
    return [*found, *moved.values()]
