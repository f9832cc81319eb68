"""追溯: batch ⇄ delivery ⇄ supplier ⇄ dish ⇄ meal ⇄ sample ⇄ class, both ways, compared with a search that tries everything (CAN-23)."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from time import process_time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canteen.dish.models import Dish, RecipeLine
from canteen.meal.models import Meal, MealDish, MealHeads
from canteen.pantry.models import KitchenIssue, PantryBatch, PantryKind, PantryMove
from canteen.sample.models import Sample, SampleState
from canteen.trace import queries, rules
from canteen.trace.models import DrillState, RecallDrill
from canteen.trace.queries import Start, start_of, start_of_paper, traced
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import SchoolClass
from logistics.platform.printing.models import PrintedPaper
from tests.canteen.buying_kit import ingredient_of, posted, supplier_of
from tests.canteen.safety_kit import TODAY, dish_of, fridge_of, meal_of, moment
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-23")
NOON = NOW + timedelta(minutes=5)


def batch_of(cast, ingredient, number="", supplier=None, quantity="50") -> PantryBatch:
    """Past the ledger: its own tests hold its sums."""
    given = {"supplier": supplier, "number": number, "received_on": TODAY, "price": Decimal(2), "quantity": Decimal(quantity)}
    return PantryBatch.objects.create(ingredient=ingredient, **given)


def issue_of(cast, on, meal) -> KitchenIssue:
    given = {"happened_at": NOW, "created_at": NOW, "created_by": cast.canteen}
    return KitchenIssue.objects.create(number=f"T{KitchenIssue.objects.count()}", on=on, meal=meal, taker=cast.chef, **given)


def took(cast, batch, issue, quantity="3", back="0") -> None:
    common = {"batch": batch, "on": issue.on, "issue": issue, "at": NOW, "by": cast.canteen}
    out = PantryMove.objects.create(kind=PantryKind.ISSUE, quantity=-Decimal(quantity), amount=0, **common)
    if Decimal(back):
        PantryMove.objects.create(kind=PantryKind.RETURN, quantity=Decimal(back), amount=0, returns=out, reason="备多了", **common)


def made_of(row: MealDish, *ingredients) -> MealDish:
    RecipeLine.objects.bulk_create(RecipeLine(dish=row.dish, ingredient=one, g12=Decimal(50)) for one in ingredients)
    return row


def eaten_by(meal, name: str, planned=40, eaten=None) -> MealHeads:
    one = SchoolClass.objects.get_or_create(name=name, defaults={"grade": "七年级"})[0]
    return MealHeads.objects.create(meal=meal, school_class=one, planned=planned, eaten=eaten)


@pytest.fixture
def world(cast):
    """Pork of a van in two lunches: braised in one, and all of it brought back in the other."""
    pork = posted(cast, ingredient_of(cast, "青菜"))
    rice = batch_of(cast, ingredient_of(cast, "大米", group="grain"), "R1")
    first, second = meal_of(cast), meal_of(cast, TODAY - timedelta(days=1))
    greens, plain = made_of(dish_of(cast, "清炒青菜"), pork.ingredient), made_of(dish_of(cast, "米饭"), rice.ingredient)
    other = made_of(dish_of(cast, "白粥", second), rice.ingredient)
    issue, back = issue_of(cast, TODAY, "lunch"), issue_of(cast, second.on, "lunch")
    took(cast, pork, issue), took(cast, rice, issue), took(cast, rice, back), took(cast, pork, back, back="3")
    eaten_by(first, "七年级（1）班", eaten=38), eaten_by(first, "七年级（2）班", eaten=0), eaten_by(second, "七年级（3）班")
    given = {"taken_by": cast.chef, "happened_at": NOW, "created_at": NOW, "created_by": cast.chef, "keep_until": NOW + timedelta(hours=48)}
    sample = Sample.objects.create(dish=greens, grams=150, container="1", fridge=fridge_of(cast), **given)
    return {"pork": pork, "rice": rice, "first": first, "second": second, "greens": greens, "plain": plain, "other": other, "sample": sample}


def names(trace) -> list[str]:
    return sorted(str(dish.row) for dish in trace.dishes)


def test_forward_from_a_batch_to_dish_sample_and_class(world):
    found = traced(Start("batch", world["pork"]))
    assert [str(one) for one in found.meals] == ["11月18日午餐"]  # what came back whole was not eaten
    assert names(found) == ["清炒青菜"]
    assert found.samples == [world["sample"]]
    assert found.groups == {"七年级（1）班": 1}  # nobody of the second class ate
    assert found.portions == 38
    assert found.deliveries == [world["pork"].line.delivery]


@pytest.mark.parametrize("kind", ["delivery", "supplier"])
def test_van_and_firm_lead_where_their_batches_lead(world, kind):
    record = world["pork"].line.delivery if kind == "delivery" else world["pork"].supplier
    found = traced(Start(kind, record))
    assert found.batches == [world["pork"]]
    assert names(found) == ["清炒青菜"]


@pytest.mark.parametrize("kind", ["dish", "sample"])
def test_back_from_dish_and_sample_to_the_firm(world, kind):
    found = traced(Start(kind, world["greens"] if kind == "dish" else world["sample"]))
    assert found.batches == [world["pork"]]
    assert found.suppliers == [world["pork"].supplier]
    assert names(found) == ["清炒青菜"]


def test_a_class_leads_back_to_all_it_ate_and_a_day_bounds_it(world):
    third = SchoolClass.objects.get(name="七年级（3）班")
    found = traced(Start("class", third))
    assert (found.batches, names(found)) == ([world["rice"]], ["白粥"])
    assert not traced(Start("class", third, TODAY, TODAY)).meals
    assert not traced(Start("class", SchoolClass.objects.get(name="七年级（2）班"))).meals


def test_what_the_books_do_not_exclude_stands_as_not_excluded(cast, world):
    unknown = dish_of(cast, "例汤")  # no parts written
    salt = batch_of(cast, ingredient_of(cast, "食盐", group="seasoning"), "S1")  # no dish names it
    took(cast, salt, issue_of(cast, TODAY, "lunch"))
    greens = {str(dish.row): {(part.use.batch.number or "青菜", part.is_sure) for part in dish.parts} for dish in traced(Start("meal", world["first"])).dishes}
    assert greens["例汤"] == {("青菜", False), ("R1", False), ("S1", False)}
    assert greens["清炒青菜"] == {("青菜", True), ("S1", False)}
    assert names(traced(Start("batch", salt))) == ["例汤", "清炒青菜", "米饭"]
    assert unknown.pk in {dish.row.pk for dish in traced(Start("batch", world["pork"])).dishes}


def test_food_taken_for_a_meal_nobody_wrote_down_is_not_lost(cast, world):
    took(cast, world["rice"], issue_of(cast, TODAY, "breakfast"))
    found = traced(Start("batch", world["rice"])).meals
    assert [(str(one), one.meal is None) for one in found] == [("11月18日午餐", False), ("11月18日早餐", True), ("11月17日午餐", False)]


def brute(seed: PantryBatch) -> set:
    """Every (meal, dish) that may hold some of the batch, found by trying all rows with one another."""
    found = set()
    for meal in Meal.objects.exclude(state="void"):
        kept = {}
        for move in PantryMove.objects.filter(issue__isnull=False):
            if (move.issue.on, move.issue.meal) == (meal.on, meal.kind):
                kept[move.batch_id] = kept.get(move.batch_id, 0) - move.quantity
        if kept.get(seed.pk, 0) <= 0:
            continue
        dishes = [row for row in MealDish.objects.all() if row.meal_id == meal.pk and row.is_served]
        recipes = {row.pk: {line.ingredient_id for line in RecipeLine.objects.all() if line.dish_id == row.dish_id} for row in dishes}
        somewhere = any(seed.ingredient_id in recipe for recipe in recipes.values())
        found |= {(meal.pk, row.pk) for row in dishes if seed.ingredient_id in recipes[row.pk] or not recipes[row.pk] or not somewhere}
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_ways_agree_with_a_search_that_tries_everything(cast, seed):
    random = Random(seed)  # noqa: S311
    foods = [ingredient_of(cast, f"食材{n}") for n in range(4)]
    batches = [batch_of(cast, random.choice(foods), f"B{n}") for n in range(6)]
    dishes = [Dish.objects.create(name=f"菜{n}", kind="main", created_by=cast.canteen, created_at=NOW) for n in range(4)]
    for dish in dishes:
        RecipeLine.objects.bulk_create(RecipeLine(dish=dish, ingredient=one, g12=1) for one in random.sample(foods, random.randint(0, 2)))
    for n in range(4):
        meal = meal_of(cast, TODAY - timedelta(days=n // 2), ("lunch", "dinner")[n % 2])
        for dish in random.sample(dishes, random.randint(1, 3)):
            given = {"created_by": cast.canteen, "created_at": NOW, "reason": "测试"}
            MealDish.objects.create(meal=meal, dish=dish, is_served=random.random() > 0.2, **given)
        issue = issue_of(cast, meal.on, meal.kind)
        for batch in random.sample(batches, random.randint(0, 4)):
            took(cast, batch, issue, back=random.choice(("0", "1", "3")))
    forward = {batch.pk: {(one.meal.pk, dish.row.pk) for one in traced(Start("batch", batch)).meals for dish in one.dishes} for batch in batches}
    assert forward == {batch.pk: brute(batch) for batch in batches}
    for row in MealDish.objects.filter(is_served=True).select_related("meal", "dish"):
        backward = {batch.pk for batch in traced(Start("dish", row)).batches}
        assert backward == {batch for batch, pairs in forward.items() if (row.meal_id, row.pk) in pairs}


def test_a_term_is_traced_in_less_than_a_second_with_a_fixed_number_of_queries(cast):
    supplier = supplier_of(cast)
    foods = [ingredient_of(cast, f"食材{n}") for n in range(20)]
    batches = PantryBatch.objects.bulk_create(
        PantryBatch(ingredient=foods[n % 20], supplier=supplier, number=f"B{n}", received_on=TODAY - timedelta(days=n % 100), price=1, quantity=5)
        for n in range(400)
    )
    dishes = Dish.objects.bulk_create(Dish(name=f"菜{n}", kind="main", created_by=cast.canteen, created_at=NOW) for n in range(12))
    RecipeLine.objects.bulk_create(RecipeLine(dish=dish, ingredient=foods[(n * 3 + k) % 20], g12=1) for n, dish in enumerate(dishes) for k in range(3))
    one = SchoolClass.objects.create(name="七年级（1）班", grade="七年级")
    stamp = {"created_by": cast.canteen, "created_at": NOW}
    days = [TODAY - timedelta(days=n) for n in range(100)]
    meals = Meal.objects.bulk_create(
        Meal(on=on, kind=kind, starts_at=moment(on, "11:30"), ends_at=moment(on, "12:30"), **stamp) for on in days for kind in ("lunch", "dinner")
    )
    MealHeads.objects.bulk_create(MealHeads(meal=meal, school_class=one, planned=40) for meal in meals)
    MealDish.objects.bulk_create(MealDish(meal=meal, dish=dishes[(n + k) % 12], reason="测试", **stamp) for n, meal in enumerate(meals) for k in range(6))
    issues = KitchenIssue.objects.bulk_create(
        KitchenIssue(number=f"T{n}", on=meal.on, meal=meal.kind, taker=cast.chef, happened_at=NOW, **stamp) for n, meal in enumerate(meals)
    )
    PantryMove.objects.bulk_create(
        PantryMove(batch=batches[(n * 7 + k) % 400], kind="issue", on=issue.on, issue=issue, quantity=-1, amount=0, at=NOW, by=cast.canteen)
        for n, issue in enumerate(issues) for k in range(12)
    )  # fmt: skip
    for start in (Start("supplier", supplier), Start("class", one)):
        began = process_time()
        with CaptureQueriesContext(connection) as asked:
            found = traced(start)
        assert process_time() - began < 1
        assert len(asked) <= 12
        assert len(found.meals) == 200


def test_the_screen_and_the_paper(cast, world, client: Client):
    client.force_login(cast.foodsafety)
    page = client.get("/canteen/trace/", {"start": f"batch-{world['pork'].pk}"})
    assert page.status_code == 200
    assert "清炒青菜" in page.text and "七年级（1）班" in page.text and world["sample"].code in page.text
    found = client.get("/canteen/trace/", {"q": "青菜"}).text
    assert f"start=batch-{world['pork'].pk}" in found and f"start=dish-{world['greens'].pk}" in found
    paper = client.get("/canteen/trace/print/", {"start": f"supplier-{world['pork'].supplier_id}"})
    assert paper.headers["Content-Type"] == "application/pdf"
    assert "清炒青菜" in Pdf(paper.content).text()


@pytest.mark.parametrize("start", ["batch-0", "batch-x", "nothing-1", "batch-99999999999999999999", "batch-1-2026-1", "-"])
def test_a_start_that_is_none_is_not_found(cast, client: Client, start):
    client.force_login(cast.foodsafety)
    assert client.get("/canteen/trace/", {"start": start}).status_code == 404
    assert client.get("/canteen/trace/print/", {"start": start}).status_code == 404


def test_the_code_of_a_paper_names_its_start_again(world):
    start = Start("supplier", world["pork"].supplier, TODAY - timedelta(days=3), TODAY)
    assert start_of(start.code) == start
    for number in (start.number, start.code):  # the second as on papers of the first weeks
        assert start_of_paper(PrintedPaper(number=number)) == start
    assert start.number.startswith("供应商 ")
    assert start_of_paper(PrintedPaper(number="随便")) is None


def test_a_teacher_neither_traces_nor_drills(cast, world, client: Client):
    client.force_login(cast.teacher)
    assert client.get("/canteen/trace/").status_code in (403, 404)
    with pytest.raises(NotAllowed):
        rules.start_drill(actor=cast.teacher, at=NOW, batch=world["pork"], reason="演练")


def standing() -> tuple:
    """All that a drill could touch."""
    return list(PantryBatch.objects.values()), list(PantryMove.objects.values()), list(Sample.objects.values())


def test_a_drill_takes_the_time_and_changes_nothing(cast, world):
    before = standing()
    drill = rules.start_drill(actor=cast.foodsafety, at=NOW, batch=world["pork"], reason="抽检不合格")
    with pytest.raises(Conflict, match="还在计时"):
        rules.start_drill(actor=cast.canteen, at=NOON, batch=world["rice"], reason="又一次")
    ended = rules.end_drill(actor=cast.foodsafety, at=NOON, record=drill, counted=world["pork"].quantity, where="二号货架")
    assert (ended.seconds, ended.took, ended.in_time) == (300, "5 分 00 秒", True)
    assert ended.facts["dishes"] == ["清炒青菜"]
    assert standing() == before
    assert Sample.objects.get().state == SampleState.KEPT


def test_a_difference_from_the_books_must_be_explained(cast, world):
    drill = rules.start_drill(actor=cast.foodsafety, at=NOW, batch=world["pork"], reason="抽检不合格")
    with pytest.raises(RuleViolation, match="请写差在哪里") as refused:
        rules.end_drill(actor=cast.foodsafety, at=NOON, record=drill, counted=Decimal(1), where="二号货架")
    assert refused.value.field == "findings"
    assert RecallDrill.objects.get().state == DrillState.RUNNING
    rules.void_drill(actor=cast.foodsafety, at=NOON, record=drill, reason="来货了，先收货")
    assert not queries.running_drill()


def test_days_that_are_none_are_refused_in_words(cast, world, client: Client):
    client.force_login(cast.foodsafety)
    for days in ({"until": "0001-01-01"}, {"since": "x"}, {"since": "2026-11-20", "until": "2026-11-01"}):
        page = client.get("/canteen/trace/", {"start": f"supplier-{world['pork'].supplier_id}"} | days)
        assert page.status_code == 200 and "note late" in page.text


def test_too_many_meals_ask_for_fewer_days(world, monkeypatch):
    monkeypatch.setattr("canteen.trace.graph.MOST_MEALS", 1)
    with pytest.raises(RuleViolation, match="请把日期缩小一些"):
        traced(Start("batch", world["rice"]))
    assert traced(Start("batch", world["pork"])).meals


def test_the_api_says_what_page_and_paper_say(cast, world, client: Client):
    client.force_login(cast.foodsafety)
    found = client.get("/api/v1/canteen/trace/", {"start": f"batch-{world['pork'].pk}"}).json()
    assert [meal["dishes"] for meal in found["meals"]] == [["清炒青菜"]]
    assert (found["portions"], found["batches"][0]["id"]) == (38, world["pork"].pk)
    starts = client.get("/api/v1/canteen/trace/", {"q": "青菜"}).json()["found"]
    assert f"batch-{world['pork'].pk}" in {one["start"] for one in starts}
    asked = ({}, {"start": "batch-0"}, {"start": "batch-1", "since": "9999-12-31"})
    assert [client.get("/api/v1/canteen/trace/", one).status_code for one in asked] == [400, 404, 400]
    client.force_login(cast.teacher)
    assert client.get("/api/v1/canteen/trace/", {"q": "青菜"}).status_code == 403
