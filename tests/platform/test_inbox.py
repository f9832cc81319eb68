"""Mail and the inbox (GEN-02)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.notices import delivery
from logistics.platform.notices.models import Notice, OutboxMessage, OutboxState
from logistics.platform.notices.queries import inbox, unread_count
from logistics.platform.notices.rules import mark_all_read, mark_read
from logistics.platform.org.models import User

from .notices_kit import MINUTE, told

pytestmark = pytest.mark.requirement("GEN-02")


# Mail


@pytest.fixture(autouse=True)
def _by_day(at):
    """Workers look at the clock: mail waits at night."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.mark.django_db(transaction=True)
def test_mail_goes_to_those_who_have_an_address_and_says_where_to_look(two, at):
    User.objects.filter(pk=two[1].pk).update(email="wang@school.example")
    told(at, two, title="水管\r\nBcc: x@y", body="请验收", url="/repairs/ticket/1/")
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["wang@school.example"], "水管 Bcc: x@y")
    assert letter.body.startswith("王丽萍：\n\n请验收")
    assert re.fullmatch(r"<[0-9a-f]{32}\.\d+@\S+>", letter.extra_headers["Message-ID"])
    assert set(OutboxMessage.objects.values_list("topic", "state")) == {("notice", "done"), ("mail", "done")}
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_never_repeats_the_inbox_line(two, at, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    User.objects.filter(pk=two[1].pk).update(email="wang@school.example")
    told(at, two)
    letter = OutboxMessage.objects.get(topic="mail")
    assert (letter.state, letter.tries) == (OutboxState.PENDING, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for _ in range(3):
        delivery.sweep(at=letter.next_try_at)
    assert len(mail.outbox) == 1
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_mail_set_up_only_the_inbox_is_used(two, at, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.dummy.EmailBackend", ""
    User.objects.update(email="wang@school.example")
    told(at, two)
    assert [message.topic for message in OutboxMessage.objects.all()] == ["notice"]


@pytest.mark.django_db(transaction=True)
def test_who_left_before_the_mail_went_gets_none(two, at):
    User.objects.filter(pk=two[0].pk).update(email="zhou@school.example", is_active=False)
    message = OutboxMessage.objects.create(
        topic="mail", key="m", payload={"person": two[0].pk, "title": "t", "body": "", "url": ""}, created_at=at, next_try_at=at
    )
    assert delivery.deliver(message_id=message.pk, at=at)
    assert mail.outbox == []


# The inbox


@pytest.fixture
def arrived(two, at):
    """Three notices of two days for the first person, one for the second."""
    for n, (day, who) in enumerate([(0, two), (0, two[:1]), (1, two[:1])]):
        when = at + timedelta(days=day)
        delivery.deliver(message_id=told(when, who, key=f"test:{n}", title=f"第{n}条", url=f"/t/{n}/").pk, at=when)
    return list(Notice.objects.filter(recipient=two[0]).order_by("id"))


def test_the_inbox_is_ones_own_newest_first(two, at, arrived):
    assert [notice.title for notice in inbox(two[0])] == ["第2条", "第1条", "第0条"]
    assert (unread_count(two[0]), unread_count(two[1])) == (3, 1)


def test_reading_marks_once_and_only_for_oneself(two, at, arrived):
    mark_read(actor=two[0], at=at, notice=arrived[0])
    mark_read(actor=two[0], at=at + MINUTE, notice=arrived[0])
    arrived[0].refresh_from_db()
    assert arrived[0].read_at == at
    with pytest.raises(NotAllowed, match="不是发给您的"):
        mark_read(actor=two[1], at=at, notice=arrived[1])
    assert [notice.title for notice in inbox(two[0], unread_only=True)] == ["第2条", "第1条"]
    assert mark_all_read(actor=two[0], at=at) == 2
    assert (unread_count(two[0]), unread_count(two[1])) == (0, 1)


def test_the_page_groups_by_day_and_marks_what_is_new(client, two, at, arrived):
    client.force_login(two[0])
    html = client.get(reverse("notices:inbox")).content.decode()
    assert html.count('<h2 class="group">') == 2
    assert html.index("第2条") < html.index("第1条") < html.index("第0条")
    assert html.count("<small>没看过</small>") == 3
    client.post(reverse("notices:read-all"))
    html = client.get(reverse("notices:inbox")).content.decode()
    assert "没看过</small>" not in html
    assert "都看过了" in client.get(reverse("notices:inbox"), {"v": "unread"}).content.decode()


def test_opening_marks_and_leads_on(client, two, at, arrived):
    client.force_login(two[0])
    answer = client.get(reverse("notices:open", args=[arrived[1].pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/t/1/")
    assert unread_count(two[0]) == 2
    Notice.objects.filter(pk=arrived[0].pk).update(url="https://elsewhere.example/")
    assert client.get(reverse("notices:open", args=[arrived[0].pk]))["Location"] == reverse("notices:inbox")


def test_strangers_notices_are_404_and_reading_all_needs_a_post(client, two, at, arrived):
    client.force_login(two[1])
    assert client.get(reverse("notices:open", args=[arrived[2].pk])).status_code == 404
    assert client.get(reverse("notices:open", args=[10**30])).status_code == 404
    assert client.get(reverse("notices:read-all")).status_code == 405
    assert unread_count(two[0]) == 3
    client.logout()
    assert client.get(reverse("notices:inbox")).status_code == 302


def test_an_empty_inbox_says_what_will_stand_there(client, person):
    client.force_login(person("周建平"))
    html = client.get(reverse("notices:inbox")).content.decode()
    assert "还没有消息" in html
    assert "read-all" not in html


def test_many_notices_come_in_pages_within_few_queries(client, two, at, django_assert_max_num_queries):
    message = told(at, two)
    others = OutboxMessage.objects.bulk_create([OutboxMessage(topic="notice", key=f"p{n}", payload={}, created_at=at, next_try_at=at) for n in range(120)])
    Notice.objects.bulk_create([Notice(recipient=two[0], at=at, title=f"第{n}条", outbox=other) for n, other in enumerate(others)])
    assert message.pk
    client.force_login(two[0])
    client.get(reverse("notices:inbox"))  # the first page notes where one is signed in
    with django_assert_max_num_queries(10):
        html = client.get(reverse("notices:inbox"), {"page": "3"}).content.decode()
    assert html.count('class="cover"') == 20
    assert "第 3 页，共 3 页" in html
    for page in ("0", "-1", "x", "9" * 40):
        assert client.get(reverse("notices:inbox"), {"page": page}).status_code == 200
