"""Who gets to a record's pages and who does not, for every record type. Who is not signed in: tests/architecture/test_doors.py and the matrix."""

import pytest

from logistics.platform.audit.models import Event
from logistics.platform.web.records import allowed
from tests.records.conftest import address, api_address, pages_of
from tests.records.test_lists import one_of_each_app

# What everybody on the staff may look up; of all other kinds a stranger sees nothing.
FOR_STAFF = {
    "platform.department",
    "platform.post",
    "platform.user",
    "platform.schoolclass",
    "assets.offer",
    "assets.book",
    "assets.specialroom",
    "safety.shift",
}
FOR_STAFF |= {"safety.cleaningarea", "safety.areascore", "safety.supplyuse", "safety.plantarea", "safety.carerule", "safety.carelog"}  # scores hang on the wall
FOR_STAFF |= {"utilities.runrule", "utilities.wastefinding", "utilities.energykeeper"}  # published to everybody on the staff
ACTS_FOR_STAFF = {"action log"}  # of those: what everybody may do who sees them
# What everybody who is signed in may look up, even without a role.
FOR_ALL = {"platform.place", "platform.term", "platform.calendarday", "platform.workinghours"}


def stored(record) -> list:
    return sorted(record.model._default_manager.values_list(), key=str)


@pytest.mark.once
def test_person_without_a_role_sees_nothing(record, make, cast, signed_in, calling):
    row = make()
    page = signed_in(cast.nobody).get(address(record, "list"), {"list": 1})
    answer = calling(cast.nobody).get(api_address(record))
    assert page.status_code in (200, 403)
    assert answer.status_code == page.status_code
    if page.status_code == 403:
        assert "没有" in page.content.decode()
    elif record.kind not in FOR_ALL:
        assert page.context["total"] == 0
        assert answer.json()["count"] == 0
    assert allowed(record.check_view, cast.nobody) or page.status_code == 403
    assert record.kind in FOR_ALL or not record.rows(cast.nobody).filter(pk=row.pk).exists() or page.status_code == 403


@pytest.mark.once
def test_stranger_does_not_find_the_row(record, make, cast, signed_in, calling):
    row, client, url = make(), signed_in(cast.stranger), api_address(record)
    is_open = record.kind in FOR_STAFF | FOR_ALL
    statuses = {page: client.get(address).status_code for page, address in pages_of(record, row.pk).items() if page == "detail"}
    statuses["api"] = calling(cast.stranger).get(f"{url}{row.pk}/").status_code
    if is_open:
        assert set(statuses.values()) == {200}
        return
    assert set(statuses.values()) <= {403, 404}
    assert not allowed(record.check_view, cast.stranger) or set(statuses.values()) == {404}
    listed = calling(cast.stranger).get(url)
    assert listed.status_code == 403 or row.pk not in [found["id"] for found in listed.json()["results"]]


@pytest.mark.once
def test_stranger_exports_and_finds_nothing_of_it(record, make, cast, signed_in):
    row, client = make(), signed_in(cast.stranger)
    if record.kind in FOR_STAFF | FOR_ALL:
        assert client.get(address(record, "export")).status_code == 200
        return
    exported = client.get(address(record, "export"))
    if exported.status_code != 403:
        assert record.rows(cast.stranger).count() == 0
    found = client.get("/search/", {"q": str(row)}).content.decode()
    for page in ("detail", "update"):
        link = address(record, page, row.pk)
        assert not link or f'"{link}"' not in found


@pytest.mark.once
def test_stranger_changes_nothing(record, make, cast, signed_in, calling):
    row, url = make(), api_address(record)
    client, program = signed_in(cast.stranger), calling(cast.stranger)
    before, events = stored(record), Event.objects.count()
    for name, page in pages_of(record, row.pk).items():
        if name.startswith("action") or name in ("update", "create"):
            answer = client.post(page, {"name": "改了"})
            is_offered = (name == "create" and allowed(record.check_create, cast.stranger)) or (name in ACTS_FOR_STAFF and record.kind in FOR_STAFF)
            refused = {302, 403, 404, 422} if is_offered else {403, 404, 400}
            assert answer.status_code in refused, name
    for action in record.actions[:1]:  # page and API ask the same function
        assert program.post(f"{url}{row.pk}/{action.name}/", {}).status_code in (403, 404, 400), action.name
    assert program.put(f"{url}{row.pk}/", {}).status_code in (403, 404, 405)
    assert stored(record) == before
    assert Event.objects.count() == events


@pytest.mark.everywhere
@one_of_each_app
def test_a_number_nobody_has_is_not_found(record, keeper, school, signed_in, calling):
    """Of its actions the first and the last: they all look the row up in one place."""
    client, program, url = signed_in(keeper), calling(keeper), api_address(record)
    for page in filter(None, (address(record, name, 10**30) for name in ("detail", "update"))):
        assert client.get(page).status_code == 404, page
    assert program.get(f"{url}{10**30}/").status_code == 404
    for name in {action.name for action in (*record.actions[:1], *record.actions[-1:])}:
        assert client.get(address(record, "action", 10**30, name)).status_code == 404, name
        assert client.post(address(record, "action", 2**63, name), {}).status_code == 404, name
        assert program.post(f"{url}{2**63 - 1}/{name}/", {}).status_code == 404, name


@pytest.mark.once
@one_of_each_app
def test_an_act_that_does_not_exist_is_not_found(record, make, keeper, signed_in):
    row, client = make(), signed_in(keeper)
    if record.actions:
        assert client.post(address(record, "action", row.pk, "no-such-act")).status_code == 404
        assert client.post(address(record, "bulk", "no-such-act"), {"ids": [row.pk]}).status_code == 404
