"""The journal: written with every change, append only, provably untouched (GEN-01)."""

import json
from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from logistics.platform.audit import triggers
from logistics.platform.audit.models import ChainHead, Event
from logistics.platform.audit.queries import find_breaks, has_done, story_of
from logistics.platform.audit.rules import SEALED, changes_between, digest_of, record_event, rule, save_changes, shown
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.org.models import Department, Sex, Student
from logistics.platform.places.models import Place

pytestmark = [pytest.mark.requirement("GEN-01"), pytest.mark.django_db]


@rule
def save_department(*, actor, at, record=None, **values):
    return save_changes(actor=actor, at=at, record=record or Department(), **values)


@rule
def note(*, actor, at, record, action="note", text="记一笔"):
    record_event(actor=actor, at=at, action=action, record=record, text=text)


@pytest.fixture
def clerk(person):
    return person("周建平")


@pytest.fixture
def chain(clerk, at):
    """Six entries about six departments."""
    for n in range(6):
        save_department(actor=clerk, at=at, name=f"部门{n}")
    return list(Event.objects.order_by("position"))


@pytest.fixture
def unlocked(chain):
    """The same journal on a database whose owner took the triggers away."""
    triggers.run(connection, "remove")
    yield chain
    triggers.run(connection, "install")


def run_sql(statement: str, *values) -> None:
    """Run a statement about the table `journal`, past the software."""
    statement = statement.replace("journal", Event._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def breaks() -> list[tuple]:
    return [(found.chain, found.position) for found in find_breaks()]


# Writing


def test_an_entry_says_who_when_from_where_what_before_and_after(clerk, at):
    clerk.source = "网页 10.0.0.7"
    department = save_department(actor=clerk, at=at, name="总务处", order=1)
    save_department(actor=clerk, at=at, record=department, name="后勤处")
    event = Event.objects.last()
    assert (event.actor_id, event.actor_name, event.source, event.at) == (clerk.pk, "周建平", "网页 10.0.0.7", at)
    assert (event.action, event.kind, event.record_id, event.label) == ("update", "platform.department", department.pk, "后勤处")
    assert (event.text, event.changes) == ("修改部门：名称", {"名称": ["总务处", "后勤处"]})
    assert event.written_at != at  # the server's own clock beside the claimed time


def test_nothing_changed_is_nothing_journaled(clerk, at):
    department = save_department(actor=clerk, at=at, name="总务处")
    save_department(actor=clerk, at=at, record=department, name="总务处")
    assert Event.objects.count() == 1


def test_values_a_form_wrote_into_the_record_beforehand_are_journaled_too(clerk, at):
    department = save_department(actor=clerk, at=at, name="总务处")
    department.name = "后勤处"
    save_department(actor=clerk, at=at, record=department, name="后勤处")
    assert Department.objects.get().name == "后勤处"
    assert Event.objects.last().changes == {"名称": ["总务处", "后勤处"]}


def test_a_refusal_leaves_neither_the_change_nor_its_entry(clerk, at):
    @rule
    def refuse():
        save_department(actor=clerk, at=at, name="总务处")
        raise RuleViolation("不行")

    with pytest.raises(RuleViolation):
        refuse()
    assert not (Department.objects.exists() or Event.objects.exists() or ChainHead.objects.exists())


def test_an_inner_refusal_that_is_caught_drops_only_its_own_entries(clerk, at):
    @rule
    def inner():
        save_department(actor=clerk, at=at, name="丢掉的")
        raise RuleViolation("不行")

    @rule
    def outer():
        save_department(actor=clerk, at=at, name="先")
        with pytest.raises(RuleViolation):
            inner()
        save_department(actor=clerk, at=at, name="后")

    outer()
    assert sorted(Department.objects.values_list("name", flat=True)) == ["先", "后"]
    assert [event.label for event in Event.objects.order_by("position")] == ["先", "后"]
    assert breaks() == []


def test_an_entry_belongs_inside_a_rule(clerk, at):
    with pytest.raises(RuntimeError, match="@rule"):
        record_event(actor=clerk, at=at, action="note", record=clerk, text="在外面")
    save_department(actor=clerk, at=at, name="总务处")
    with pytest.raises(RuntimeError, match="@rule"):
        record_event(actor=clerk, at=at, action="note", record=clerk, text="之后也一样")
    assert Event.objects.count() == 1


def test_a_chain_is_numbered_without_gaps(clerk, at):
    for n in range(3):
        save_department(actor=clerk, at=at, name=f"部门{n}")
    assert [(event.chain, event.position) for event in Event.objects.order_by("id")] == [("platform", n) for n in (1, 2, 3)]
    assert ChainHead.objects.get(chain="platform").position == 3


def test_every_app_has_its_own_chain(clerk, at):
    @rule
    def in_two_apps():
        for record in (Permission.objects.first(), clerk, Permission.objects.last()):
            note(actor=clerk, at=at, record=record)

    in_two_apps()
    assert [(event.chain, event.position) for event in Event.objects.order_by("id")] == [("auth", 1), ("auth", 2), ("platform", 1)]
    assert breaks() == []


def test_the_story_of_a_record_is_its_own_newest_first(clerk, at):
    first, second = (save_department(actor=clerk, at=at, name=name) for name in ("总务处", "教务处"))
    note(actor=clerk, at=at, record=first, action="sign")
    assert [event.action for event in story_of(first)] == ["sign", "create"]
    assert has_done(clerk, first, "sign")
    assert not has_done(clerk, second, "sign")


def test_values_are_shown_as_people_read_them(at):
    assert shown(Student(), "sex", Sex.FEMALE) == "女"
    assert shown(Student(), "is_boarder", True) == "是"
    assert shown(Student(), "name", "") == "—"
    assert shown(Student(), "school_class", None) == "—"
    assert shown(Student(), "number", Decimal("1.50")) == "1.50"
    assert shown(Student(), "number", at) == "2026-03-04 09:00"
    assert changes_between(Place(name="甲", order=1), {"name": "甲", "order": 2}) == {"排序": ["1", "2"]}


def test_long_and_odd_text_is_kept_and_still_proves(clerk, at):
    department = save_department(actor=clerk, at=at, name="总务处")
    note(actor=clerk, at=at + timedelta(microseconds=7), record=department, text="很长" * 400 + "😀\"'\\\n")
    assert len(Event.objects.last().text) == 300
    assert breaks() == []


def test_writers_at_the_same_moment_leave_one_chain_without_gaps(together, clerk, at):
    def write(n: int) -> None:
        for m in range(5):
            save_department(actor=clerk, at=at, name=f"部门{n}-{m}")

    assert together(*(partial(write, n) for n in range(6))) == [None] * 6
    assert list(Event.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 31))
    assert breaks() == []


# Append only


@pytest.mark.parametrize("statement", ["UPDATE journal SET text = 'x'", "DELETE FROM journal", "UPDATE journal SET position = position + 100"])
def test_the_database_itself_refuses_to_change_or_delete_entries(chain, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run_sql(statement)
    assert [(event.text, event.position) for event in Event.objects.order_by("id")] == [(event.text, event.position) for event in chain]


def test_the_software_cannot_either(chain):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=chain[0].pk).update(note="改")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        chain[0].delete()
    assert Event.objects.filter(note="").count() == len(chain)


def test_emptying_the_table_is_refused_too(chain):
    statement = "TRUNCATE journal" if connection.vendor == "postgresql" else "DELETE FROM journal WHERE 1=1"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run_sql(statement)
    assert Event.objects.count() == len(chain)


def test_a_place_in_a_chain_is_taken_once(chain):
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.bulk_create([copy_of(chain[2])])
    assert Event.objects.count() == len(chain)


# Proving


def test_an_untouched_journal_proves(chain):
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert "journal untouched" in out.getvalue()
    assert f"platform: 6 entries, head {chain[-1].digest}" in out.getvalue()


FORGED = {
    "chain": "other",
    "position": 99,
    "at": "2020-01-01 00:00:00+00:00",
    "written_at": "2020-01-01 00:00:00+00:00",
    "actor_id": 999,
    "actor_name": "别人",
    "for_id": 999,
    "source": "别处",
    "action": "other",
    "kind": "other.kind",
    "record_id": 999,
    "label": "别的",
    "text": "没有这回事",
    "note": "补记",
    "changes": json.dumps({"名称": ["甲", "乙"]}),
    "previous": "0" * 64,
    "digest": "0" * 64,
}


def test_the_list_of_forgeries_below_covers_every_column():
    assert set(FORGED) == {*SEALED, "digest"} == {field.attname for field in Event._meta.concrete_fields} - {"id"}


@pytest.mark.parametrize("column", FORGED)
def test_an_edited_entry_is_found(unlocked, column):
    run_sql(f"UPDATE journal SET {column} = %s WHERE id = %s", FORGED[column], unlocked[2].pk)  # columns are listed above
    assert ("platform", 3) in breaks()
    with pytest.raises(CommandError, match="platform entry 3"):
        call_command("verify_journal", stdout=StringIO())


def test_an_edited_entry_with_a_digest_to_match_breaks_the_next(unlocked):
    unlocked[2].text = "没有这回事"
    run_sql("UPDATE journal SET text = %s, digest = %s WHERE id = %s", "没有这回事", digest_of(unlocked[2]), unlocked[2].pk)
    assert breaks() == [("platform", 4)]


def test_an_edited_last_entry_with_a_digest_to_match_breaks_the_head(unlocked):
    unlocked[-1].text = "没有这回事"
    run_sql("UPDATE journal SET text = %s, digest = %s WHERE id = %s", "没有这回事", digest_of(unlocked[-1]), unlocked[-1].pk)
    assert breaks() == [("platform", 7)]


@pytest.mark.parametrize("position", [1, 3, 5])
def test_a_deleted_entry_is_found(unlocked, position):
    run_sql("DELETE FROM journal WHERE position = %s", position)
    assert breaks() == [("platform", position)]


def test_a_deleted_entry_whose_gap_was_closed_is_found(unlocked):
    run_sql("DELETE FROM journal WHERE position = 3")
    for position in (4, 5, 6):
        run_sql("UPDATE journal SET position = %s WHERE position = %s", position - 1, position)
    assert breaks() == [("platform", 3)]


def test_an_end_that_was_cut_off_is_found(unlocked):
    run_sql("DELETE FROM journal WHERE position > 4")
    assert breaks() == [("platform", 5)]


def test_a_chain_that_was_emptied_is_found(unlocked):
    run_sql("DELETE FROM journal")
    assert breaks() == [("platform", 1)]


def test_an_inserted_entry_is_found(unlocked):
    for position in (6, 5, 4):
        run_sql("UPDATE journal SET position = %s WHERE position = %s", position + 1, position)
    Event.objects.bulk_create([copy_of(unlocked[2], position=4, previous=unlocked[2].digest)])
    assert breaks() == [("platform", 5)]


def test_an_entry_added_behind_the_back_of_the_head_is_found(unlocked):
    Event.objects.bulk_create([copy_of(unlocked[-1], position=7, previous=unlocked[-1].digest)])
    assert breaks() == [("platform", 8)]


def test_swapped_entries_are_found(unlocked):
    for position, new in [(2, 100), (3, 2), (100, 3)]:
        run_sql("UPDATE journal SET position = %s WHERE position = %s", new, position)
    assert breaks() == [("platform", 2)]


def test_a_chain_without_its_head_is_found(unlocked):
    ChainHead.objects.all().delete()
    assert breaks() == [("platform", 1)]


def test_a_head_that_was_set_back_is_found(unlocked):
    ChainHead.objects.update(position=4, digest=unlocked[3].digest)
    assert breaks() == [("platform", 7)]


def test_a_broken_chain_is_named_with_its_reason(unlocked):
    run_sql("DELETE FROM journal WHERE position = 3")
    (found,) = find_breaks()
    assert found.reason == "缺少第 3 条"


def copy_of(event: Event, **changed) -> Event:
    """An entry forged with everything right but its place, the digest included."""
    forged = Event(**({name: getattr(event, name) for name in SEALED} | changed))
    forged.digest = digest_of(forged)
    return forged


def test_the_second_of_two_who_save_the_same_at_once_is_told_in_words(cast):
    """Past the checks of the form, as when both asked before either had written."""

    @rule
    def save(*, actor, at, **values):
        return Department.objects.create(**values)

    save(actor=cast.admin, at=timezone.now(), name="后勤处")
    with pytest.raises(Conflict, match="刚刚有人先一步保存了") as refused:
        save(actor=cast.admin, at=timezone.now(), name="后勤处")
    assert refused.value.field == "name"
    assert Department.objects.filter(name="后勤处").count() == 1
