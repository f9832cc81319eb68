"""How each person is told: at once, once a day, not at night (GEN-07)."""

import re
import socketserver
import threading
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices import delivery, subjects
from logistics.platform.notices.choice_rules import choose_notices
from logistics.platform.notices.models import Notice, NoticeChoice, OutboxMessage, OutboxState
from logistics.platform.notices.quiet import next_time, quiet_until
from logistics.platform.notices.rules import mark_read, notify, promise
from logistics.platform.org.models import User
from logistics.platform.school.models import School
from repairs.ticket.telling import DANGER, PROGRESS

from .notices_kit import MINUTE

pytestmark = pytest.mark.requirement("GEN-07")
SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAVE = subjects.Subject("test.leave", "请假", "测试")
ALARM = subjects.Subject("test.alarm", "警报", "测试", urgent=True)


def clock(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _own_subjects(monkeypatch):
    monkeypatch.setattr(subjects, "_subjects", subjects._subjects | {subject.name: subject for subject in (LEAVE, ALARM)})


@pytest.fixture
def wang(two):
    """王丽萍, who has a mail address."""
    User.objects.filter(pk=two[1].pk).update(email="wang@school.example")
    return User.objects.get(pk=two[1].pk)


def tell(at, people, n: int = 1, subject=LEAVE, **words) -> OutboxMessage:
    """A notice that is in the inbox; its mail waits in the outbox."""
    told = notify(at=at, key=f"test:{n}", recipients=people, title=words.pop("title", f"第{n}件"), subject=subject, **words)
    delivery.deliver(message_id=told.pk, at=at)
    return told


def sent() -> list[str]:
    return [letter.subject for letter in mail.outbox]


# Arithmetic


@pytest.mark.parametrize(
    ("start", "end", "at", "until"),
    [
        (time(21, 30), time(6, 30), clock(4, 21, 29), None),
        (time(21, 30), time(6, 30), clock(4, 21, 30), clock(5, 6, 30)),
        (time(21, 30), time(6, 30), clock(5, 0), clock(5, 6, 30)),
        (time(21, 30), time(6, 30), clock(5, 6, 29), clock(5, 6, 30)),
        (time(21, 30), time(6, 30), clock(5, 6, 30), None),
        (time(12), time(14), clock(4, 13), clock(4, 14)),
        (time(12), time(14), clock(4, 14), None),
        (time(8), time(8), clock(4, 8), None),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_may_last_over_midnight(start, end, at, until):
    assert quiet_until(start, end, at) == until


def test_the_next_time_is_always_later():
    assert next_time(time(7, 10), clock(4, 7, 9)) == clock(4, 7, 10)
    assert next_time(time(7, 10), clock(4, 7, 10)) == clock(5, 7, 10)


# What happens


def test_at_night_mails_wait_and_come_as_one_in_the_morning(wang):
    for n, hour in enumerate((21, 22, 23)):
        tell(clock(4, hour, 45), [wang], n, body="内容")
    assert Notice.objects.count() == 3  # the inbox never waits
    delivery.sweep(at=clock(5, 6, 29))
    assert sent() == []
    for _ in range(3):
        delivery.sweep(at=clock(5, 6, 30))
    [letter] = mail.outbox
    assert letter.subject == "3 条消息：第0件 等"
    assert re.findall(r"第\d件（内容）", letter.body) == ["第0件（内容）", "第1件（内容）", "第2件（内容）"]


def test_the_urgent_breaks_the_quiet_hours_and_never_waits_for_the_digest(wang):
    choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "digest"})
    tell(clock(4, 23), [wang], 1)
    tell(clock(4, 23), [wang], 2, ALARM)
    delivery.sweep(at=clock(4, 23))
    assert sent() == ["第2件"]
    delivery.sweep(at=clock(5, 7, 10))
    assert sent() == ["第2件", "第1件"]  # one line alone is an ordinary mail


def test_a_digest_comes_once_a_day_at_the_chosen_time_without_what_was_read(wang):
    choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "digest"}, digest_at=time(17))
    for n in range(4):
        tell(clock(4, 9 + n), [wang], n)
    mark_read(actor=wang, at=clock(4, 12), notice=Notice.objects.get(title="第1件"))
    tell(clock(4, 18), [wang], 5)
    for minute in range(0, 60, 10):
        delivery.sweep(at=clock(4, 17, minute))
    [letter] = mail.outbox
    assert "第1件" not in letter.body
    assert [f"第{n}件" in letter.body for n in (0, 2, 3)] == [True] * 3
    delivery.sweep(at=clock(5, 17))
    assert sent()[1:] == ["第5件"]


def test_everything_read_means_no_digest(wang):
    choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "digest"})
    tell(clock(4, 9), [wang])
    mark_read(actor=wang, at=clock(4, 12), notice=Notice.objects.get())
    delivery.sweep(at=clock(5, 8))
    assert (sent(), OutboxMessage.objects.get(topic="digest").state) == ([], OutboxState.DONE)


def test_a_group_switched_off_sends_no_mail_but_stands_in_the_inbox(wang):
    choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "off"})
    tell(clock(4, 9), [wang], 1)
    tell(clock(4, 9), [wang], 2, ALARM)
    tell(clock(4, 9), [wang], 3, subjects.GENERAL)
    delivery.sweep(at=clock(5, 8))
    assert sent() == ["第3件"]
    assert Notice.objects.count() == 3


def test_own_quiet_hours_go_before_the_schools(wang):
    School.objects.create(name="青禾学校", quiet_from=time(20), quiet_to=time(7))
    tell(clock(4, 20, 30), [wang], 1)
    choose_notices(actor=wang, at=clock(4, 9), mail={}, quiet_from=time(23), quiet_to=time(5))
    tell(clock(4, 20, 30), [wang], 2)
    delivery.sweep(at=clock(4, 20, 30))
    assert sent() == ["第2件"]
    delivery.sweep(at=clock(5, 7))
    assert sent() == ["第2件", "第1件"]


def test_a_line_that_comes_after_its_digest_has_a_mail_of_its_own(wang):
    choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "digest"})
    tell(clock(4, 9), [wang], 1)
    OutboxMessage.objects.filter(topic="digest").update(state=OutboxState.DONE)  # gone a moment ago, on another machine's clock
    tell(clock(4, 9), [wang], 2)
    delivery.sweep(at=clock(4, 9))
    assert sent() == ["第2件"]


def test_a_choice_for_a_group_nobody_knows_is_left_out_and_half_quiet_hours_are_refused(wang):
    with pytest.raises(RuleViolation, match="开始和结束"):
        choose_notices(actor=wang, at=clock(4, 9), mail={}, quiet_from=time(22))
    assert not NoticeChoice.objects.exists()
    choice = choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "digest", "没有": "off", "其他": "x"})
    assert choice.mail == {"测试": "digest"}
    assert Event.objects.filter(kind="platform.noticechoice").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeChoice.objects.filter(pk=choice.pk).update(quiet_from=time(22))


def test_subjects_are_registered_once_and_apps_have_theirs():
    with pytest.raises(ValueError, match="registered twice"):
        subjects.register(subjects.GENERAL)
    assert subjects.subject_for("gone") is subjects.GENERAL
    assert {"报修", "证件", "制度", "系统"} <= set(subjects.groups())
    assert subjects.groups()[-1] == "其他"
    assert (DANGER.urgent, PROGRESS.for_chats) == (True, False)


# The page


def test_the_page_keeps_the_choice_and_says_what_is_missing(client, two, wang):
    client.force_login(wang)
    html = client.get("/me/notices/").content.decode()
    assert "21:30 到 06:30" in html
    groups = subjects.groups()
    typed = {f"mail_{n}": "now" for n in range(len(groups))} | {f"mail_{groups.index('报修')}": "digest", "quiet_from": "22:00", "quiet_to": "07:00"}
    assert client.post("/me/notices/", typed).status_code == 302
    choice = NoticeChoice.objects.get(person=wang)
    assert (choice.mail["报修"], choice.quiet_from, choice.quiet_to, choice.digest_at) == ("digest", time(22), time(7), None)
    assert 'value="digest" selected' in client.get("/me/notices/").content.decode()
    answer = client.post("/me/notices/", typed | {"quiet_to": ""})
    assert answer.status_code == 422
    assert "安静时段要填开始和结束" in answer.content.decode()
    client.force_login(two[0])
    assert "您还没有登记邮箱" in client.get("/me/notices/").content.decode()


def test_repairs_break_the_night_only_for_danger(client, cast, rooms, kinds):
    from repairs.ticket.rules import file_ticket

    User.objects.update(email="x@school.example")
    for urgency in ("normal", "danger"):
        file_ticket(actor=cast.teacher, at=clock(4, 23), place=rooms.room, kind=kinds.water, description=f"漏水{urgency}", urgency=urgency)
    delivery.sweep(at=clock(4, 23))
    delivery.sweep(at=clock(4, 23))
    assert mail.outbox
    assert {letter.subject[:3] for letter in mail.outbox} == {"危险："}


# A real mail server


class Postbox(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs."""

    def handle(self):
        self.say("220 test")
        letter: list[bytes] = []
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                while (line := self.rfile.readline()) != b".\r\n":
                    letter.append(line)
                self.server.letters.append(message_from_bytes(b"".join(letter)))
                letter = []
            elif word == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, words: str):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def postbox(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postbox) as server:
        server.daemon_threads, server.letters = True, []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.EMAIL_BACKEND = "logistics.platform.notices.letters.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.server_address[1], 5
        yield server.letters
        server.shutdown()


def test_mail_and_digest_arrive_at_a_real_server_once(wang, postbox):
    School.objects.create(name="青禾学校", address="https://hq.example.edu.cn")
    tell(clock(4, 9), [wang], 1, url="/repairs/ticket/1/")
    for n in (2, 3):
        tell(clock(4, 22), [wang], n, url=f"/repairs/ticket/{n}/")
    for moment in (clock(4, 9), clock(4, 22), clock(5, 6, 30), clock(5, 6, 31), clock(5, 6, 30) + 60 * MINUTE):
        delivery.sweep(at=moment)
    alone, digest = postbox
    assert [str(make_header(decode_header(letter["Subject"]))) for letter in postbox] == ["第1件", "2 条消息：第2件 等"]
    assert "https://hq.example.edu.cn/repairs/ticket/1/" in alone.get_payload(decode=True).decode()
    assert "https://hq.example.edu.cn/repairs/ticket/3/" in digest.get_payload(decode=True).decode()
    assert alone["Message-ID"] != digest["Message-ID"]
    assert delivery.sweep(at=clock(5, 6, 30) + timedelta(days=2)) == 0


# Sent late


def test_a_mail_held_up_by_an_outage_does_not_go_out_at_night(wang, monkeypatch):
    told = notify(at=clock(4, 12), key="late", recipients=[wang], title="第1件", subject=LEAVE)
    delivery.sweep(at=clock(4, 23))  # the worker was away since noon
    delivery.sweep(at=clock(4, 23))
    assert (Notice.objects.count(), sent()) == (1, [])
    tell(clock(4, 21), [wang], 2)
    tell(clock(4, 21), [wang], 3, ALARM)
    delivery.sweep(at=clock(4, 23, 30))  # now the mail server
    assert sent() == ["第3件"]
    assert OutboxMessage.objects.get(topic="mail", state=OutboxState.PENDING).tries == 0
    delivery.sweep(at=clock(5, 6, 30))
    assert sorted(sent()) == ["第1件", "第2件", "第3件"]
    assert told.key == "late"


def test_a_digest_held_up_waits_for_the_morning_but_one_wanted_at_night_goes(wang):
    choose_notices(actor=wang, at=clock(4, 9), mail={"测试": "digest"}, digest_at=time(17))
    tell(clock(4, 9), [wang], 1)
    delivery.sweep(at=clock(4, 23))
    assert sent() == []
    delivery.sweep(at=clock(5, 6, 30))
    assert sent() == ["第1件"]
    choose_notices(actor=wang, at=clock(5, 9), mail={"测试": "digest"}, digest_at=time(22))
    tell(clock(5, 9), [wang], 2)
    delivery.sweep(at=clock(5, 22))
    assert sent() == ["第1件", "第2件"]


@pytest.mark.parametrize(
    ("mood", "state", "count"), [("after letter", OutboxState.FAILED, 1), ("goodbye", OutboxState.DONE, 1), ("before", OutboxState.PENDING, 0)]
)
def test_a_line_that_breaks_after_the_letter_brings_no_second_one(wang, postbox, monkeypatch, mood, state, count):
    usual = Postbox.say

    def say(self, words):
        if (mood, words) in (("goodbye", "221 bye"), ("before", "354 go on")) or (mood == "after letter" and self.server.letters):
            raise ConnectionResetError
        usual(self, words)

    monkeypatch.setattr(Postbox, "say", say)
    monkeypatch.setattr(socketserver.BaseServer, "handle_error", lambda *given: None)
    tell(clock(4, 9), [wang], 1)
    delivery.sweep(at=clock(4, 9))
    assert OutboxMessage.objects.get(topic="mail").state == state
    assert len(postbox) == count
    monkeypatch.setattr(Postbox, "say", usual)
    for minute in range(10):
        delivery.sweep(at=clock(4, 10, minute))
    assert len(postbox) == 1


def test_a_long_sweep_looks_at_the_clock_and_leaves_the_rest_to_the_next(two, handled):
    moments, ticks = [], iter(clock(4, 9) + n * MINUTE for n in range(100))
    handled("test", lambda message, at: moments.append(at))
    for n in range(10):
        promise(at=clock(4, 8), topic="test", key=f"k{n}", payload={})
    assert delivery.sweep(at=clock(4, 9), clock=lambda: next(ticks)) == 6
    assert moments == [clock(4, 9) + n * MINUTE for n in range(6)]
    assert delivery.sweep(at=clock(4, 10)) == 4
