"""Dangerous goods: two people behind every line, and a balance that follows confirmed lines only (SAF-16)."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.test import Client

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from safety.dangerous import rules
from safety.dangerous.models import DangerousGood, DangerousMove
from safety.dangerous.queries import dangerous_todos
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-16")


def good(cast, rooms, **given) -> DangerousGood:
    words = {"name": "硫酸", "kind": "corrosive", "unit": "瓶", "place": rooms.room, "cupboard": "一号柜", "most": Decimal(20)}
    return rules.save_good(actor=cast.safety, at=NOW, keeper=cast.storekeeper, second_keeper=cast.safety, **words | given)


def move(cast, row, quantity, kind="in", **given) -> DangerousMove:
    words = {"taker": "试剂站", "purpose": "实验课", "second": cast.safety}
    return rules.write_move(actor=cast.storekeeper, at=NOW, good=row, kind=kind, quantity=Decimal(quantity), **words | given)


def confirm(cast, line: DangerousMove) -> DangerousMove:
    return rules.confirm_move(actor=cast.safety, at=NOW, record=line)


def stock(row) -> Decimal:
    row.refresh_from_db()
    return row.stock


def test_a_line_counts_once_the_second_person_has_confirmed_it(cast, rooms):
    row = good(cast, rooms)
    line = move(cast, row, "12.5")
    assert (stock(row), line.balance) == (0, None)
    assert len(dangerous_todos(cast.safety, NOW)) == 1
    for stranger in (cast.storekeeper, cast.director):
        with pytest.raises(NotAllowed, match="确认"):
            rules.confirm_move(actor=stranger, at=NOW, record=line)
    confirm(cast, line)
    assert (stock(row), DangerousMove.objects.get().balance) == (Decimal("12.5"), Decimal("12.5"))
    with pytest.raises(RuleViolation):
        confirm(cast, line)
    assert stock(row) == Decimal("12.5")
    assert dangerous_todos(cast.safety, NOW) == []


def test_the_second_is_another_person_who_may(cast, rooms):
    row = good(cast, rooms)
    with pytest.raises(RuleViolation, match="不能是您自己"):
        move(cast, row, 1, second=cast.storekeeper)
    with pytest.raises(RuleViolation, match="没有收发危险品的权限"):
        move(cast, row, 1, second=cast.teacher)
    with pytest.raises(RuleViolation, match="不能是同一个人"):
        rules.save_good(
            actor=cast.safety, at=NOW, name="乙醇", kind="other", unit="瓶", place=rooms.room, cupboard="二号", keeper=cast.safety, second_keeper=cast.safety
        )
    assert not DangerousMove.objects.exists()


def test_no_more_goes_out_than_is_there_when_it_is_confirmed(cast, rooms):
    row = good(cast, rooms)
    confirm(cast, move(cast, row, 5))
    with pytest.raises(RuleViolation, match="只有 5 瓶"):
        move(cast, row, 6, "out")
    first, second = move(cast, row, 3, "out"), move(cast, row, 3, "out")
    confirm(cast, first)
    with pytest.raises(RuleViolation, match="只有 2 瓶"):
        confirm(cast, second)
    assert (stock(row), DangerousMove.objects.get(pk=second.pk).state) == (2, "waiting")
    rules.refuse_move(actor=cast.storekeeper, at=NOW, record=second, reason="没领")
    assert stock(row) == 2


def test_the_cupboard_holds_no_more_than_it_may(cast, rooms):
    row = good(cast, rooms)
    with pytest.raises(RuleViolation, match="最多存放 20 瓶"):
        move(cast, row, 21)
    with pytest.raises(RuleViolation, match="大于零"):
        move(cast, row, "-1")
    with pytest.raises(RuleViolation, match="请写用途"):
        move(cast, row, 1, "less", purpose="")


def test_what_stands_in_the_cupboard_stays_in_the_register(cast, rooms):
    row = good(cast, rooms)
    confirm(cast, move(cast, row, 5))
    row.refresh_from_db()
    for change, words in (({"is_active": False}, "柜里还有 5 瓶"), ({"unit": "克"}, "单位不能再改")):
        with pytest.raises(RuleViolation, match=words):
            rules.save_good(actor=cast.safety, at=NOW, record=row, **change)


def test_the_ledger_is_only_ever_added_to(cast, rooms):
    row = good(cast, rooms)
    line = confirm(cast, move(cast, row, 5))
    for words in ("quantity = 9", "taker = 'x'", f"second_id = {cast.director.pk}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE safety_dangerousmove SET {words}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM safety_dangerousmove")
    with pytest.raises(IntegrityError), transaction.atomic():
        DangerousGood.objects.filter(pk=row.pk).update(stock=-1)
    assert DangerousMove.objects.get(pk=line.pk).quantity == 5


def test_the_book_is_printed_with_both_names_and_the_balance(cast, rooms):
    row = good(cast, rooms)
    confirm(cast, move(cast, row, 5))
    confirm(cast, move(cast, row, 2, "out", taker="化学组"))
    browser = Client()
    browser.force_login(cast.safety)
    text = Pdf(browser.get("/safety/dangerous-move/print/?since=2026-11-01&until=2026-11-30").content).text()
    assert all(word in text for word in ("化学组", "-2 瓶", cast.storekeeper.name, cast.safety.name))
    assert browser.get(f"/safety/dangerous/{row.pk}/").status_code == 200
    browser.force_login(cast.guard)
    assert browser.get("/safety/dangerous/").status_code == 403
