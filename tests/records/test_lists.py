"""Lists of every record type: whatever stands in the address, kept filters, chosen columns, bulk acts, Excel."""

import io
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from openpyxl import load_workbook

from logistics.platform.audit.models import Event
from logistics.platform.web.models import SavedView
from logistics.platform.web.record_pages import RecordList
from logistics.platform.web.records import allowed
from logistics.platform.web.registry import all_records
from tests.records.conftest import address, api_address

GARBAGE = ("zzz", "-1", "9" * 30, "1e400", "NaN", "2026-13-45", "0001-01-01", "9999-12-31", "😀", "%", "'; drop table x; --", "\x00", "很" * 3000)
WORST = ("9" * 30, "0001-01-01", "\x00")  # for the whole page; the filters by themselves get all of them
TURNS = 3  # records take turns with what is tried on them; what reads it is written once for all
ADDRESS = "?list=1&state=zzz&page=-1&page=999999999999999999999&sort=;drop&cols=%00&kind=abc&since=2026-13-45&q=%F0%9F%98%80"
BROKEN = "?list=1&q=%ED%A0%80&cols=%FF%FE&sort=-&page=%C2%B2"  # half a surrogate pair, no UTF-8 at all, a digit that is no number
OWN_LISTS = {"platform.role"}  # their list is a page of another shape
HEADING_ROW = 3
ROWS = 3
FULLEST = {record.model._meta.app_label: record for record in sorted(all_records(), key=lambda record: (bool(record.create), len(record.actions)))}
# What one view decides for all, and no record can change.
one_of_each_app = pytest.mark.parametrize("record", FULLEST.values(), indirect=True, ids=lambda record: record.kind, scope="module")


def ordinary(response) -> bool:
    return bool(response.context) and "body" in response.context


def book_of(response) -> list[tuple]:
    assert response.status_code == 200
    return list(load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.iter_rows(values_only=True))


def turn_of(record) -> int:
    return all_records().index(record)


@pytest.mark.everywhere
def test_garbage_in_the_address_is_no_error(record, make, browser, calling, keeper):
    make()
    filters, turn = tuple(record.filters.base_filters), turn_of(record)
    all_wrong = ["?list=1&" + urlencode(dict.fromkeys((*filters, "sort", "cols", "page"), WORST[(turn + n) % TURNS])) for n in range(TURNS)]
    for query in (all_wrong[0], (ADDRESS, BROKEN)[turn % 2]):
        assert browser.get(address(record, "list") + query).status_code in (200, 400), query
    exported = browser.get(address(record, "export") + all_wrong[1])
    assert exported.status_code in (200, 400), all_wrong[1]
    if exported.streaming:
        b"".join(exported.streaming_content)
    assert calling(keeper).get(api_address(record) + all_wrong[2]).status_code in (200, 400, 404), all_wrong[2]


def test_garbage_in_one_filter_alone_is_no_error(record, make, keeper):
    """Each filter gets a third of it, its neighbours another; over all lists every sort of filter has had everything."""
    make()
    request = RequestFactory().get("/")
    request.user = keeper
    for n, name in enumerate(record.filters.base_filters, start=turn_of(record)):
        for text in (*GARBAGE, "1", "0", "true", "2026-11-18")[n % TURNS :: TURNS]:
            filters = record.filters({name: text}, queryset=record.rows(keeper), request=request)
            if filters.form.is_valid():
                list(filters.qs[:3])


def test_every_sort_link_works_both_ways(record, make, browser, keeper):
    make(3)
    sorts = [sign + column.sort for column in record.columns if column.sort for sign in ("", "-")]
    for n, sort in enumerate(sorts):
        page = RecordList(record=record)
        page.setup(RequestFactory().get("/", {"sort": sort}))
        page.request.user = keeper
        rows = page.ordered(page.filtered(), record.columns)
        assert rows.query.order_by[0] == sort
        assert n % 2 or len(rows[:3]) == 3


@pytest.mark.once
@one_of_each_app
def test_a_kept_filter_is_shown_to_its_owner_and_when_shared_to_all(record, make, browser, signed_in, cast, keeper):
    make()
    url, listed = address(record, "save-view"), address(record, "list")
    answer = browser.post(url, {"name": "我常看的", "query": "list=1&q=%E6%B0%B4"})
    assert answer.headers["Location"] == f"{listed}?list=1&q=%E6%B0%B4"
    view = SavedView.objects.get(owner=keeper, list_name=record.namespace)
    assert (view.name, view.query, view.is_shared) == ("我常看的", "list=1&q=%E6%B0%B4", False)
    page = browser.get(listed, {"list": 1})
    if not ordinary(page):
        assert record.kind in OWN_LISTS
        return
    assert "我常看的" in page.content.decode()
    people = (cast.director, cast.principal, cast.teacher)
    others = [person for person in people if person.pk != keeper.pk and allowed(record.check_view, person)][:1]  # whose it is decides, not the role
    for other in others:
        assert "我常看的" not in signed_in(other).get(listed, {"list": 1}).content.decode()
    browser.post(url, {"name": "我常看的", "query": "list=1", "shared": "on"})
    assert SavedView.objects.get().is_shared
    for other in others:
        assert "我常看的" in signed_in(other).get(listed, {"list": 1}).content.decode()


@pytest.mark.once
@one_of_each_app
def test_a_kept_filter_can_be_dropped_by_its_owner_only(record, browser, signed_in, keeper, cast):
    view = SavedView.objects.create(owner=keeper, list_name=record.namespace, name="甲", query="list=1", is_shared=True)
    url = address(record, "drop-view", view.pk)
    other = cast.principal if keeper.pk != cast.principal.pk else cast.director
    assert signed_in(other).post(url).status_code in (403, 404)
    assert SavedView.objects.exists()
    assert browser.post(url).status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.once
@one_of_each_app
def test_a_filter_that_cannot_be_kept_is_refused_in_words(record, browser):
    for name, query in [("", "q=1"), ("长" * 21, "q=1"), ("好", "q=" + "1" * 500), ("坏", "q=\x00"), ("\x00坏", "q=1")]:
        answer = browser.post(address(record, "save-view"), {"name": name, "query": query})
        assert answer.status_code == 400
        assert "。" in answer.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.once
def test_chosen_columns_are_the_ones_shown(record, make, browser):
    make()
    wanted = ",".join(column.name for column in record.columns)
    page = browser.get(address(record, "list"), {"list": 1, "cols": wanted})
    if not ordinary(page):
        assert record.kind in OWN_LISTS
        return
    assert page.context["columns"] == list(record.columns)


@pytest.mark.once
@one_of_each_app
def test_columns_that_do_not_exist_are_left_out(record, make, browser):
    make()
    keys = [column for column in record.columns if "key" in column.css.split()]
    wanted = [column for column in record.columns if column not in keys][-1]
    page = browser.get(address(record, "list"), {"list": 1, "cols": f"{wanted.name},no-such-column"})
    assert page.context["columns"] == [*keys, wanted]
    usual = browser.get(address(record, "list"), {"list": 1, "cols": "no-such-column"})
    assert usual.context["columns"] == [column for column in record.columns if not column.optional]
    chosen = book_of(browser.get(address(record, "export"), {"cols": wanted.name}))
    assert [label for label in chosen[HEADING_ROW - 1] if label][-1] == wanted.label


@pytest.mark.once  # what is written into the cells; that every database gives the rows, garbage in the address and all, is shown above
@pytest.mark.requirement("GEN-04")
def test_export_is_a_workbook_with_the_list_s_columns_and_rows(record, make, browser, keeper):
    make(3)
    rows = book_of(browser.get(address(record, "export")))
    assert rows[0][0] == record.title
    assert list(rows[HEADING_ROW - 1]) == [column.label for column in record.columns]
    assert len(rows) - HEADING_ROW == record.rows(keeper).count()


@pytest.mark.once
@one_of_each_app
def test_a_bulk_act_needs_rows_of_one_s_own(record, make, browser, keeper):
    row = make()
    events, listed = Event.objects.count(), address(record, "list")
    for action in record.actions:
        url = address(record, "bulk", action.name)
        if not action.bulk:
            assert browser.post(url, {"ids": [row.pk]}).status_code == 404
            continue
        for ids in ([], [10**17], ["abc", "-1", "9" * 40, "²"]):
            answer = browser.post(url, {"ids": ids, "confirmed": "1"})
            assert answer.headers["Location"] == listed
            assert "还没有选" in str(list(answer.wsgi_request._messages))
    assert Event.objects.count() == events
