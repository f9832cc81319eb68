"""The index follows whatever changes a shown word from afar: renamed and moved places, campuses, people, imports taken back (GEN-02)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.imports import rules as imports
from logistics.platform.org.models import User
from logistics.platform.org.rules import save_person
from logistics.platform.places.models import Level, Place
from logistics.platform.places.queries import renamed_by
from logistics.platform.places.rules import save_place
from logistics.platform.search import index, store
from logistics.platform.search.models import SearchEntry
from logistics.platform.search.queries import find
from repairs.dispatch import rules as dispatch
from repairs.tasks import follow_renamed
from repairs.ticket import renaming
from repairs.ticket import rules as tickets
from repairs.ticket.models import Ticket
from tests.platform.imports_kit import loader

pytestmark = pytest.mark.requirement("GEN-02")


def titles(user, typed: str) -> list[str]:
    return [hit.title for group in find(user, typed) for hit in group.hits]


@pytest.fixture
def school(cast, rooms, kinds):
    index.rebuild()
    return cast


@pytest.fixture
def ticket(school, rooms, kinds, now) -> Ticket:
    return tickets.file_ticket(actor=school.teacher, at=now, place=rooms.room, kind=kinds.water, description="水管爆了")


def test_a_campus_taken_back_with_its_import_takes_its_name_out_of_all_entries(school, now):
    load = loader(school.director, now)
    run = imports.commit_run(actor=school.director, at=now, run=load("places", [["校区", "楼栋"], ["东校区", "实训楼"]]))
    assert "本部 三号宿舍楼" in titles(school.teacher, "本部三号")
    imports.undo_run(actor=school.director, at=now, run=run)
    assert Place.objects.get(name="三号宿舍楼").full_name == "三号宿舍楼"
    assert index.rebuild() == 0, "nothing was left wrong"


def test_a_campus_that_becomes_a_building_takes_its_name_out_of_all_entries(school, now):
    campus = save_place(actor=school.director, at=now, level=Level.CAMPUS, name="东校区")
    save_place(actor=school.director, at=now, record=campus, level=Level.BUILDING, name="东楼")
    assert titles(school.teacher, "本部三号") == []
    assert index.rebuild() == 0


def test_any_number_of_places_is_renamed_at_once(school, rooms):
    Place.objects.bulk_create(Place(level=Level.ROOM, name=f"n{n}", code=f"N{n:04}", full_name=f"n{n}", path=f"/9/{n}/") for n in range(1100))
    made = Place.objects.filter(code__startswith="N").values_list("pk", flat=True)
    renamed = [Event(kind="platform.place", action="update", record_id=pk, changes={"名称": ["a", "b"]}) for pk in made]
    assert renamed_by(renamed) == set(made)
    fresh = [Event(kind="platform.place", action="create", record_id=pk, changes={}) for pk in made]
    assert renamed_by(fresh) == set(made)
    inner = renamed_by([Event(kind="platform.place", action="update", record_id=rooms.building.pk, changes={"名称": ["a", "b"]})])
    assert {rooms.building.pk, rooms.floor.pk, rooms.room.pk} <= inner


def test_reports_are_found_by_the_name_their_place_has_today(school, rooms, ticket, now):
    save_place(actor=school.director, at=now, record=rooms.building, name="博学楼")
    assert ticket.title in titles(school.director, "博学楼 水管")
    assert ticket.title not in titles(school.director, "教学楼")
    assert index.rebuild() == 0
    assert not Event.objects.filter(kind="repairs.ticket", record_id=ticket.pk).exclude(action="file").exists(), "nobody touched the report"


def test_reports_are_found_by_the_repairers_name_of_today_and_the_kinds(school, kinds, ticket, now):
    dispatch.assign_ticket(actor=school.director, at=now, record=ticket, repairer=kinds.plumber)
    save_person(actor=school.director, at=now, record=User.objects.get(pk=school.plumber.pk), name="欧阳改名")
    assert ticket.title in titles(school.director, "欧阳改名")
    assert index.rebuild() == 0


def test_more_reports_than_a_rule_takes_along_follow_at_night(school, rooms, kinds, ticket, now, monkeypatch):
    monkeypatch.setattr(renaming, "AT_ONCE", 1)
    monkeypatch.setattr(renaming, "CHUNK", 2)
    more = [tickets.file_ticket(actor=school.teacher, at=now, place=rooms.room, kind=kinds.water, description=f"门锁坏了{n}") for n in range(4)]
    save_place(actor=school.director, at=now, record=rooms.building, name="博学楼")
    assert ticket.title not in titles(school.director, "博学楼 水管")
    assert more[-1].title in titles(school.director, "博学楼 门锁")
    assert follow_renamed() == 4
    assert ticket.title in titles(school.director, "博学楼 水管")
    assert follow_renamed() == 0
    assert renaming.renew_names(timezone.now() + timedelta(days=9)) == 0, "what was renamed long ago is not gone through again"
    assert index.rebuild() == 0


def test_the_index_made_anew_is_whole_and_stands_in_its_usual_order(school, ticket, capsys):
    call_command("search_index", "--anew")
    assert ticket.title in titles(school.director, "水管")
    kept = store.grams_kept()
    assert {entry.pk for entry in SearchEntry.objects.all()} == set(kept)
    call_command("search_index")
    assert "改正 0 条" in capsys.readouterr().out


def test_words_of_a_rule_and_of_a_rebuild_at_the_same_time_both_are_the_rules(school, ticket):
    """PostgreSQL lets both write; on SQLite one waits for the other."""
    if store.is_sqlite():
        return
    for write, words in ((store.add, "规则写的"), (store.add_missing, "重建写的")):
        write("repairs.ticket", {ticket.pk: words})
    entry = SearchEntry.objects.get(kind="repairs.ticket", record_id=ticket.pk)
    assert entry.words == "规则写的"
    assert store.grams_kept()[entry.pk] == {"规则", "则写", "写的"}


def test_who_sees_many_finds_an_old_one_below_very_many_others(school, rooms, kinds, now, monkeypatch):
    for name, value in {"FIRST_LOOK": 2, "NEXT_LOOKS": (2,)}.items():
        monkeypatch.setattr("logistics.platform.search.queries." + name, value)
    monkeypatch.setattr(store, "KEYS_AT_ONCE", 2)
    own = [tickets.file_ticket(actor=school.stranger, at=now, place=rooms.room, kind=kinds.water, description=f"水管第{n}处") for n in range(5)]
    for n in range(9):
        tickets.file_ticket(actor=school.teacher, at=now, place=rooms.room, kind=kinds.water, description=f"水管别处{n}")
    assert titles(school.stranger, "水管") == [ticket.title for ticket in reversed(own)]
