"""The search words of a list: few hits are all read, of very many the newest are enough until somebody asks for more."""

import re

import pytest

from logistics.platform.search import lists
from logistics.platform.web import record_pages
from repairs.ticket.rules import cancel_ticket
from tests.conftest import NOW

LIST = "/repairs/ticket/"


@pytest.fixture
def page(client, cast, file, monkeypatch):
    """The director's list with many being four and two to a page; six reports of water, one of a lamp."""
    monkeypatch.setattr(lists, "MANY", 4)
    monkeypatch.setattr(lists, "SPARE", 0)
    monkeypatch.setattr(record_pages, "MANY", 4)
    monkeypatch.setattr(record_pages, "PAGE_SIZE", 2)
    made = [file(description=f"第{n}处漏水") for n in range(6)]
    file(description="灯不亮")
    client.force_login(cast.director, backend="logistics.platform.org.login.StaffOrPhoneBackend")

    def look(**asked) -> tuple[str, list[int]]:
        html = client.get(LIST, asked).content.decode()
        shown = [int(pk) for pk in re.findall(r'<a class="name" href="/repairs/ticket/(\d+)/"', html)]
        return re.search(r"共 (\d+ 条(?:以上)?)", html)[1], [made.index(next(t for t in made if t.pk == pk)) for pk in shown if any(t.pk == pk for t in made)]

    look.made = made
    return look


def test_of_very_many_the_first_page_shows_the_newest_and_says_that_there_are_more(page):
    assert page(q="漏水") == ("4 条以上", [5, 4])


def test_whoever_goes_on_or_sorts_gets_the_whole_number(page):
    assert page(q="漏水", page="2") == ("6 条", [3, 2])
    assert page(q="漏水", page="3") == ("6 条", [1, 0])
    assert page(q="漏水", sort="number") == ("6 条", [0, 1])


def test_a_filter_that_leaves_few_of_the_newest_looks_at_all(page, cast):
    for ticket in page.made[2:]:
        cancel_ticket(actor=cast.director, at=NOW, record=ticket, reason="报错了")
    assert page(q="漏水", state="new") == ("2 条", [1, 0])


def test_words_that_are_rare_among_the_newest_are_found_by_the_index(page, monkeypatch):
    monkeypatch.setattr(lists, "WALKED", 3)
    assert page(q="漏水") == ("4 条以上", [5, 4])


def test_few_hits_are_counted_exactly(page):
    assert page(q="第3处漏水") == ("1 条", [3])
    assert page(q="没有的词") == ("0 条", [])
