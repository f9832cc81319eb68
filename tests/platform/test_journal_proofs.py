"""Heads kept outside prove what happened to the journal since, whoever had the database in hand (GEN-01)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from logistics.platform.audit import triggers
from logistics.platform.audit.models import ChainHead, Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.audit.rules import SEALED, digest_of, rule, save_changes
from logistics.platform.heads.models import DailyHead
from logistics.platform.heads.queries import ends_at, head_of, moment_words, prove, slip
from logistics.platform.heads.rules import take_daily_head
from logistics.platform.heads.tasks import daily_head
from logistics.platform.notices.delivery import sweep
from logistics.platform.notices.models import Notice, OutboxMessage
from logistics.platform.org.models import Department
from logistics.platform.printing.queries import changes_shown_to

pytestmark = [pytest.mark.requirement("GEN-01"), pytest.mark.django_db]


@rule
def name_department(*, actor, at, record=None, **values):
    return save_changes(actor=actor, at=at, record=record or Department(), **values)


@pytest.fixture
def clerk(person):
    return person("周建平")


@pytest.fixture
def write(clerk, at):
    """write(3) adds three entries to the platform's chain."""

    def more(count: int) -> None:
        for _ in range(count):
            name_department(actor=clerk, at=at, name=f"部门{Department.objects.count()}")

    return more


@pytest.fixture
def kept(write):
    """A head somebody kept outside, with its moment, after six entries; four more follow. The triggers are gone."""
    write(6)
    head = take_daily_head(at=timezone.now())
    write(4)
    triggers.run(connection, "remove")
    yield head
    triggers.run(connection, "install")


def entry(position: int) -> Event:
    return Event.objects.get(chain="platform", position=position)


def change(position: int, /, **values) -> None:
    Event.objects.filter(chain="platform", position=position).update(**values)


def forged(event: Event, **changed) -> Event:
    """An entry with everything right but what was changed, its own digest included."""
    made = Event(**({name: getattr(event, name) for name in SEALED} | changed))
    made.digest = digest_of(made)
    return made


def rewrite_from(position: int) -> None:
    """What a patient forger does: change one entry and seal every later one anew, the chain's end included."""
    previous = entry(position - 1).digest if position > 1 else ""
    for event in Event.objects.filter(chain="platform", position__gte=position).order_by("position"):
        event.previous = previous
        event.text = "没有这回事" if event.position == position else event.text
        event.digest = previous = digest_of(event)
        Event.objects.filter(pk=event.pk).update(text=event.text, previous=event.previous, digest=event.digest)
    ChainHead.objects.filter(chain="platform").update(digest=previous)


def edit() -> int:
    change(3, text="没有这回事")
    return 3


def delete() -> int:
    Event.objects.filter(chain="platform", position=4).delete()
    return 4


def insert() -> int:
    for position in range(11, 3, -1):
        change(position, position=position + 1)
    Event.objects.bulk_create([forged(entry(3), position=4, previous=entry(3).digest)])
    return 5


def reorder() -> int:
    for old, new in ((2, 100), (3, 2), (100, 3)):
        change(old, position=new)
    return 2


def cut_off() -> int:
    Event.objects.filter(chain="platform", position__gt=5).delete()
    return 6


@pytest.mark.parametrize("tamper", [edit, delete, insert, reorder, cut_off], ids=lambda act: act.__name__)
def test_tampering_is_located_with_the_entrys_number_and_time(kept, tamper):
    position = tamper()
    known = entry(position if tamper in (edit, insert, reorder) else position - 1).written_at
    (found,) = find_breaks()
    assert (found.chain, found.position, found.at) == ("platform", position, known)
    with pytest.raises(CommandError, match=f"platform entry {position} at {moment_words(known)}"):
        call_command("verify_journal", stdout=StringIO())
    proof = prove(kept.digest)
    assert not proof.holds
    assert [(gap.position, gap.at) for gap in proof.breaks] == [(position, known)]
    assert not prove(kept.digest, kept.at).holds


def test_an_older_copy_of_the_journal_is_found_by_the_head_alone(kept):
    """Everything that stands in the database is put back consistently: entries, ends and daily heads."""
    Event.objects.filter(position__gt=4).delete()
    ChainHead.objects.filter(chain="platform").update(position=4, digest=entry(4).digest)
    head, at = kept.digest, kept.at
    DailyHead.objects.all().delete()
    assert list(find_breaks()) == [], "from inside nothing can be seen"
    call_command("verify_journal", stdout=StringIO())
    for proof in (prove(head), prove(head, at)):
        assert not proof.holds
        assert f"最后一条是 platform 的第 4 条（{moment_words(entry(4).written_at)}）" in proof.words
    with pytest.raises(CommandError, match=r"换回了旧的备份.*第 4 条"):
        call_command("verify_journal", since_head=head, stdout=StringIO())


def test_an_older_copy_is_located_where_the_daily_head_survived(kept):
    Event.objects.filter(position__gt=4).delete()
    ChainHead.objects.filter(chain="platform").update(position=4, digest=entry(4).digest)
    (gap,) = prove(kept.digest).breaks
    assert (gap.position, gap.at) == (5, entry(4).written_at)


def test_a_journal_sealed_anew_is_found_and_bounded_by_the_head_before(write):
    write(4)
    take_daily_head(at=timezone.now())
    write(4)
    second = take_daily_head(at=timezone.now() + timedelta(days=1))
    triggers.run(connection, "remove")
    rewrite_from(7)
    triggers.run(connection, "install")
    assert list(find_breaks()) == [], "from inside nothing can be seen"
    (gap,) = prove(second.digest).breaks
    assert gap.position == 5, "the head of the day before still fits, what follows it does not"


def test_an_untouched_journal_still_contains_every_head_that_was_kept(write):
    write(3)
    head = take_daily_head(at=timezone.now())
    write(3)
    out = StringIO()
    call_command("verify_journal", since_head=head.digest, stdout=out)
    call_command("verify_journal", since_head=slip(head.at, head.digest), stdout=out)
    call_command("verify_journal", since_head=head.digest.upper(), at=moment_words(head.at), stdout=out)
    call_command("verify_journal", since_head=entry(2).digest, stdout=out)
    assert out.getvalue().count("没有动过") == 4
    DailyHead.objects.all().delete()
    assert prove(head.digest, head.at).holds, "with its moment a head needs no row of this database"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "z" * 64,
        "2026-13-45 00:00:00 " + "a" * 64,
        "gestern " + "a" * 64,
        "a" * 64,
        "0001-01-01 00:00:00 " + "a" * 64,
        "9999-12-31T23:59:59-05:00 " + "a" * 64,
    ],
)
def test_what_is_no_head_is_refused_in_words(typed):
    with pytest.raises(CommandError):
        call_command("verify_journal", since_head=typed, stdout=StringIO())


def test_a_daily_head_that_was_changed_itself_is_named(kept):
    DailyHead.objects.filter(pk=kept.pk).update(ends=[["platform", 2, entry(2).digest]])
    proof = prove(kept.digest)
    assert not proof.holds
    assert "自己被改过" in proof.words


# taking it


def test_the_days_head_is_taken_once_however_often_the_clock_strikes(cast, write):
    write(2)
    first = daily_head()
    write(2)
    assert daily_head() == first
    assert DailyHead.objects.get().entries == 2
    assert [event.action for event in Event.objects.filter(kind="platform.dailyhead")] == ["take_head"]


def test_the_next_day_has_its_own_and_it_covers_the_days_between(write):
    write(1)
    now = timezone.now()
    first, third = take_daily_head(at=now), take_daily_head(at=now + timedelta(days=2))
    assert first.digest != third.digest
    assert (first.entries, third.entries) == (1, 2)
    assert prove(first.digest).holds
    assert prove(third.digest).holds


def test_whoever_receives_heads_gets_the_days_head_once(cast, write):
    write(1)
    head = take_daily_head(at=timezone.now())
    take_daily_head(at=timezone.now())
    sweep(at=timezone.now())
    told = Notice.objects.filter(title__contains="日志指纹")
    assert {notice.recipient_id for notice in told} == {cast.admin.pk, cast.principal.pk, cast.inspector.pk}
    assert all(head.digest in notice.body for notice in told)
    assert OutboxMessage.objects.get(topic="notice").payload["subject"] == "journal.head"


def test_a_head_stands_for_every_chain_and_moment():
    at = timezone.now()
    assert head_of(at, []) != head_of(at + timedelta(microseconds=1), [])
    assert ends_at(at) == []
    assert len(head_of(at, [])) == 64


def test_entries_sealed_while_the_head_is_taken_are_in_it_or_after_it(together, clerk, at):
    """Writers at the same moment: whatever the head holds, it holds later, too."""

    def writing() -> None:
        for n in range(5):
            name_department(actor=clerk, at=at, name=f"同时{n}")

    heads = []
    assert together(writing, lambda: heads.append(take_daily_head(at=timezone.now()))) == [None, None]
    assert prove(heads[0].digest, heads[0].at).holds


def test_the_moments_at_the_ends_of_the_calendar_are_a_sentence_on_the_page(client, cast, write):
    write(1)
    client.force_login(cast.director)
    for moment in ("0001-01-01 00:00:00", "9999-12-31T23:59:59-05:00", "2026-02-30 00:00:00"):
        answer = client.post("/setup/journal/heads/prove/", {"head": f"{moment} {'a' * 64}"}, follow=True)
        assert answer.status_code == 200 and "时刻写成" in answer.content.decode(), moment


def test_the_digest_of_one_entry_proves_its_own_chain_only(write):
    """Whoever keeps one entry's digest learns nothing of the other chains, and is told so."""
    write(2)
    said = prove(entry(2).digest)
    assert said.holds and "这条链到那一条为止没有动过" in said.words and "每一条都没有动过" not in said.words
    whole = take_daily_head(at=timezone.now())
    assert "每一条都没有动过" in prove(whole.digest).words


def test_a_search_without_days_walks_only_what_was_written_lately(client, cast, at, write):
    write(1)
    old = forged(entry(1), position=2, previous=entry(1).digest, text="很久以前的事", written_at=timezone.now() - timedelta(days=31))
    Event.objects.bulk_create([old])
    client.force_login(cast.director)
    page = client.get("/setup/journal/?q=很久以前").content.decode()
    assert "只找了最近 30 天" in page
    assert "很久以前的事" not in page
    found = client.get(f"/setup/journal/?q=很久以前&since={at.date()}").content.decode()
    assert "很久以前的事" in found
    assert "只找了最近 30 天" not in found


def test_a_stranger_learns_no_content_of_a_changed_paper(cast, rooms, kinds):
    from django.contrib.auth.models import AnonymousUser

    from logistics.platform.printing.models import PrintedPaper

    paper = PrintedPaper(kind="repairs.ticket", record_id=1, printed_at=timezone.now())
    assert changes_shown_to(AnonymousUser(), paper) == []
    assert changes_shown_to(cast.nobody, paper) == []
