"""The month of the meal account as plain values: food from the pantry's ledger, everything else from the entries, people from the meals (CAN-13).

Food is counted from what the statement before closed with: what came or went late stands in this month, and nothing is lost between two.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from canteen.ingredient.models import FoodGroup
from canteen.meal.kinds import IN_ORDER, MealKind
from canteen.meal.models import EaterGroup, Meal, MealHeads, MealState
from canteen.pantry.models import PantryKind, PantryMove
from logistics.platform.kernel.money import money
from logistics.platform.limits.queries import limit

from .models import CLOSED, COSTS, INCOMES, NOTHING, AccountEntry, AccountStatement, Book, Purpose, month_end

CAP, MONTHS, DAY = "canteen.account.surplus", "canteen.account.months", "canteen.account.day"
STORED = ("opening", "bought", "actual", "closing")
LEDGER = ("closing", "bought_ever", "found_ever")  # what the next statement counts on from


def yuan(value) -> str:
    return f"{money(value):.2f}"


@dataclass(frozen=True)
class Split:
    """Person-meals by which the costs of both books are shared."""

    pupils: int
    total: int


@dataclass(frozen=True)
class Heads:
    """Who ate in the month, in person-meals."""

    days: int
    meals: int
    uncounted: int  # rows for which only the planned number is known
    by_group: dict[str, int]
    by_kind: dict[str, int]
    served: dict[str, int]  # meals of each kind

    @property
    def total(self) -> int:
        return sum(self.by_group.values())

    @property
    def pupils(self) -> int:
        return self.by_group.get(EaterGroup.CLASS, 0)


def heads_of(first: date, last: date) -> Heads:
    """Two queries."""
    meals = Meal.objects.filter(on__range=(first, last)).exclude(state=MealState.VOID)
    served = {row["kind"]: (row["n"], row["days"]) for row in meals.order_by().values("kind").annotate(n=Count("pk"), days=Count("on", distinct=True))}
    rows = MealHeads.objects.filter(meal__in=meals).order_by().values("meal__kind", "group")
    groups: dict[str, int] = defaultdict(int)
    kinds: dict[str, int] = defaultdict(int)
    uncounted = 0
    for row in rows.annotate(n=Sum(Coalesce("eaten", "planned")), open=Count("pk", filter=Q(eaten=None, planned__gt=0))):
        groups[row["group"]] += row["n"] or 0
        kinds[row["meal__kind"]] += row["n"] or 0
        uncounted += row["open"]
    return Heads(
        max((days for _, days in served.values()), default=0),
        sum(n for n, _ in served.values()),
        uncounted,
        dict(groups),
        dict(kinds),
        {kind: n for kind, (n, _) in served.items()},
    )


def foods_of(first: date, last: date, before: AccountStatement | None) -> list[dict]:
    """Each group of food: what lay there, was bought, really used, is left. One query."""
    came, found = Q(kind=PantryKind.RECEIPT), Q(kind=PantryKind.OPENING)
    moved = PantryMove.objects.filter(on__lte=last).order_by().values(group=F("batch__ingredient__group"))
    rows = moved.annotate(
        closing=Sum("amount"),
        base=Sum("amount", filter=Q(on__lt=first)),
        bought_ever=Sum("amount", filter=came),
        bought_base=Sum("amount", filter=came & Q(on__lt=first)),
        found_ever=Sum("amount", filter=found),
        found_base=Sum("amount", filter=found & Q(on__lt=first)),
    )
    known = before.content["ledger"] if before and not before.from_file else None
    ledger = {row["group"]: row for row in rows}
    return [_food(group, ledger[group], known) for group in FoodGroup.values if group in ledger]


def _food(group: str, row: dict, known: dict | None) -> dict:
    got = {name: money(value or 0) for name, value in row.items() if name != "group"}
    if known is None:  # no statement of ours to follow: the ledger of the day before
        base = {"closing": got["base"], "bought_ever": got["bought_base"], "found_ever": got["found_base"]}
    else:  # a group that is new since then began with nothing
        base = {name: Decimal(known.get(group, {}).get(name, "0")) for name in LEDGER}
    opening = base["closing"] + got["found_ever"] - base["found_ever"]
    bought = got["bought_ever"] - base["bought_ever"]
    values = {"opening": opening, "bought": bought, "actual": opening + bought - got["closing"], **{name: got[name] for name in LEDGER}}
    return {"key": group, "name": FoodGroup(group).label, "is_food": True, **{name: yuan(value) for name, value in values.items()}}


def gather(month: date, before: AccountStatement | None) -> dict:
    """Everything the statement of the month says. `before` is the closed statement before it. Nine queries at most."""
    first, last = month, month_end(month)
    early = Q(purpose=Purpose.OPENING, on__lt=first)  # what there was to begin with may be written for the day before the first month
    since = early & Q(on__gt=before.last_on) if before else early
    entries = AccountEntry.objects.filter(Q(on__range=(first, last)) | since).order_by().values_list("purpose", "book").annotate(sum=Sum("amount"))
    sums = {(purpose, book): money(total) for purpose, book, total in entries}
    heads = heads_of(first, last)
    stock = foods_of(first, last, before)
    foods = [{name: row[name] for name in ("key", "name", "is_food", *STORED)} for row in stock if any(Decimal(row[name]) for name in STORED)]
    costs = [_cost(kind, sums) for kind in COSTS if any(key[0] == kind for key in sums)]
    incomes = [_income(kind, sums) for kind in INCOMES if any(key[0] == kind for key in sums)]
    rows, total = _with_year(foods + costs, before, "rows", month), _total(foods + costs)
    meals, months = _meals(first, last, heads), int(limit(MONTHS, last))
    split = _split(heads, meals, before)
    shares = _shares(foods, sums, split)
    earlier, kept = closed_within(month, months - 1), kept_balances(before)
    return {
        "rows": rows,
        "total": total | {"year": yuan(sum((Decimal(row["year"]) for row in rows), NOTHING))},
        "incomes": _with_year(incomes, before, "incomes", month),
        "books": [_book(book, sums, shares[book], kept, earlier) for book in (Book.PUPIL, Book.STAFF)],
        "heads": _heads(heads),
        "cost": _cost_per_head(foods, sums, heads),
        "meals": meals,
        "shared": yuan(_shared(foods, sums)),
        "split": {"pupils": split.pupils, "total": split.total},
        "ledger": {row["key"]: {name: row[name] for name in LEDGER} for row in stock},
        "cap": str(limit(CAP, last)),
        "months": months,
    }


def _cost(kind: Purpose, sums: dict) -> dict:
    amount = yuan(sum((value for (purpose, _), value in sums.items() if purpose == kind), NOTHING))
    return {"key": str(kind), "name": kind.label, "is_food": False, "opening": "", "bought": amount, "actual": amount, "closing": ""}


def _income(kind: Purpose, sums: dict) -> dict:
    amount = sum((value for (purpose, _), value in sums.items() if purpose == kind), NOTHING)
    return {"key": str(kind), "name": kind.label, "actual": yuan(amount)}


def _with_year(rows: list[dict], before: AccountStatement | None, name: str, month: date) -> list[dict]:
    """The rows with 本年累计; one that ended earlier in the year stays with nothing this month."""
    goes_on = before is not None and not before.from_file and before.month.year == month.year
    known = {row["key"]: row for row in before.content.get(name, [])} if before and goes_on else {}
    found = [row | {"year": yuan(Decimal(row["actual"]) + Decimal(known.get(row["key"], {}).get("year", "0")))} for row in rows]
    here = {row["key"] for row in rows}
    blank = {"opening": "0.00", "bought": "0.00", "actual": "0.00"}
    ended = [row | {part: blank[part] for part in blank if row.get(part)} for key, row in known.items() if key not in here]
    return found + ended


def _total(rows: list[dict]) -> dict:
    return {name: yuan(sum((Decimal(row[name] or 0) for row in rows), NOTHING)) for name in STORED}


def food_spent(foods: list[dict]) -> Decimal:
    return sum((Decimal(row["actual"]) for row in foods), NOTHING)


def _split(heads: Heads, meals: list[dict], before: AccountStatement | None) -> Split:
    """Who ate; in a month without any meal (holidays) who ate when there was one, for electricity and wages come all the same."""
    if heads.total or meals or before is None:
        return Split(heads.pupils, heads.total)
    kept = before.content.get("split") or {}
    return Split(kept.get("pupils", 0), kept.get("total", 0))


def _shared(foods: list[dict], sums: dict) -> Decimal:
    return food_spent(foods) + sum((value for (purpose, book), value in sums.items() if book == Book.BOTH and purpose in COSTS), NOTHING)


def _shares(foods: list[dict], sums: dict, heads: Split | Heads) -> dict[str, Decimal]:
    """What each book spent: its own costs, and its part of what was cooked for both by who ate. The cents left over are the pupils'."""
    both = _shared(foods, sums)
    staff = (both * (heads.total - heads.pupils) / heads.total).quantize(NOTHING, ROUND_HALF_UP) if heads.total else NOTHING
    own = {book: sum((value for (purpose, of), value in sums.items() if of == book and purpose in COSTS), NOTHING) for book in (Book.PUPIL, Book.STAFF)}
    return {Book.PUPIL: own[Book.PUPIL] + both - staff, Book.STAFF: own[Book.STAFF] + staff}


def book_of(content: dict, key: str) -> dict:
    return next((book for book in content.get("books", []) if book["key"] == key), {})


def kept_balances(before: AccountStatement | None) -> dict[str, Decimal]:
    """What each book closed with: where a school's own table is silent about one, what the statement before it says. One query at most."""
    found: dict[str, Decimal] = {}
    if before is None:
        return found
    earlier = AccountStatement.objects.filter(state__in=CLOSED, month__lt=before.month).order_by("-month")
    for one in chain([before], earlier):
        for book in one.content.get("books", []):
            if book["balance"]:
                found.setdefault(book["key"], Decimal(book["balance"]))
        if len(found) == len((Book.PUPIL, Book.STAFF)):
            break
    return found


def rate_of(part: Decimal, whole: Decimal) -> str:
    """2.34, −1.20 as text of a number; empty where there was no income."""
    return f"{(part * 100 / whole).quantize(NOTHING, ROUND_HALF_UP)}" if whole > 0 else ""


def _book(book: Book, sums: dict, spent: Decimal, kept: dict[str, Decimal], earlier: list[AccountStatement]) -> dict:
    income = sum((value for (purpose, of), value in sums.items() if of == book and purpose in INCOMES), NOTHING)
    opening = kept.get(book, NOTHING) + sums.get((Purpose.OPENING, book), NOTHING)
    balance = opening + income - spent
    span = income + sum((Decimal(book_of(one.content, book).get("income") or "0") for one in earlier), NOTHING)
    return {
        "key": str(book), "name": book.label, "opening": yuan(opening), "income": yuan(income), "spent": yuan(spent), "surplus": yuan(income - spent),
        "balance": yuan(balance), "rate": rate_of(income - spent, income), "total_rate": rate_of(balance, span),
    }  # fmt: skip


def closed_within(month: date, count: int) -> list[AccountStatement]:
    """Closed statements of the so many months before; the school's period for the rate. One query, none for no months."""
    if not count:
        return []
    first = month
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return list(AccountStatement.objects.filter(month__gte=first, month__lt=month, state__in=CLOSED))


def _heads(heads: Heads) -> dict:
    staff, guests = heads.by_group.get(EaterGroup.STAFF, 0), heads.by_group.get(EaterGroup.GUEST, 0)
    return {
        "days": heads.days,
        "meals": heads.meals,
        "total": heads.total,
        "pupils": heads.pupils,
        "staff": staff,
        "guests": guests,
        "uncounted": heads.uncounted,
    }


def _cost_per_head(foods: list[dict], sums: dict, heads: Heads) -> dict:
    """Yuan per person and meal; what was given back to people is no cost."""
    food = food_spent(foods) + sum((value for (purpose, _), value in sums.items() if purpose == Purpose.DIRECT), NOTHING)
    whole = food_spent(foods) + sum((value for (purpose, _), value in sums.items() if purpose in COSTS and purpose != Purpose.REFUND), NOTHING)
    each = {"food": food, "whole": whole}
    return {"food_sum": yuan(food), "whole_sum": yuan(whole)} | {name: yuan(value / heads.total) if heads.total else "" for name, value in each.items()}


def _meals(first: date, last: date, heads: Heads) -> list[dict]:
    """By kind of meal: how many, who ate, and the food that was issued for it. One query."""
    moves = PantryMove.objects.filter(issue__isnull=False, issue__on__range=(first, last)).order_by()
    spent = {kind: -money(total) for kind, total in moves.values_list("issue__meal").annotate(total=Sum("amount"))}
    found: list[dict] = []
    for kind in sorted({*heads.served, *spent}, key=lambda kind: IN_ORDER[MealKind(kind)]):
        eaters, food = heads.by_kind.get(kind, 0), spent.get(kind, NOTHING)
        each = yuan(food / eaters) if eaters else ""
        found.append({"name": MealKind(kind).label, "served": heads.served.get(kind, 0), "heads": eaters, "food": yuan(food), "each": each})
    return found


def gaps_of(content: dict) -> list[str]:
    """What keeps a statement from being sent: the sentence says what to do."""
    heads, found = content.get("heads"), []
    if heads is None:  # a table from a file says nothing of people
        return found
    if Decimal(content["shared"]) and not content["split"]["total"]:
        holidays = "" if content["meals"] else "没有供餐的，把共同的那几笔更正为 0（更正记在同一天），再分别记到学生账和教职工账。"
        found.append(f"这个月没有登记用餐人数，没法把两本账共同的支出分开。请先到「供餐」登记。{holidays}")
    return found


def odd_of(content: dict) -> str:
    """Food that came to less than nothing: a count that found more, or what was brought back for the month before. Asks for a word of explanation."""
    names = "、".join(row["name"] for row in content.get("rows", []) if row["is_food"] and Decimal(row["actual"] or 0) < 0)
    return f"{names}的实际支出小于零：库里盘出来的比账上多，或者上个月领的这个月才退回。请先核对食材盘点；没有错的，点「修改」在说明里写原因。" if names else ""


def remarks_of(content: dict) -> list[str]:
    """What a reader of the figures has to know: people who were not counted. Printed and published with them."""
    found = [
        f"{row['name']}领用食材 {Decimal(row['food']):,.2f} 元，没有登记供餐和人数，每餐成本里没有这些人次。"
        for row in content.get("meals", [])
        if Decimal(row["food"]) and not row["heads"]
    ]
    split = content.get("split", {})
    if split.get("total") and not content["heads"]["total"] and Decimal(content["shared"]):
        found.append(f"这个月没有供餐，两本账共同的支出按上次供餐那个月的用餐人次分：{split['total']:,} 人次，其中学生 {split['pupils']:,}。")
    if uncounted := content.get("heads", {}).get("uncounted"):
        found.append(f"有 {uncounted} 处没有登记用餐人数，按备餐人数算。")
    return found


def excess_of(content: dict) -> str:
    """A sentence when the pupils' cumulative surplus or deficit is beyond the school's cap; empty otherwise."""
    book, cap = book_of(content, Book.PUPIL), Decimal(content.get("cap") or "0")
    rate = Decimal(book.get("total_rate") or "0")
    if abs(rate) <= cap:
        return ""
    word, span = "盈余" if rate > 0 else "亏损", content.get("months", 1)
    base = "本月伙食收入" if span == 1 else f"最近 {span} 个月伙食收入"
    return f"学生伙食累计{word} {abs(rate)}%（占{base}），超过学校定的 {cap.normalize():f}%。"
