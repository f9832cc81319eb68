"""Robots in group chats: real formats, limits, once and never lost (GEN-07)."""

import socket
from datetime import timedelta

import pytest

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices import delivery, robot_post, robots
from logistics.platform.notices.models import Notice, OutboxMessage, OutboxState, PostState, Robot, RobotPost
from logistics.platform.notices.robot_formats import Fate, read_answer
from logistics.platform.notices.robot_rules import let_be, resend_unsure, save_robot
from logistics.platform.notices.rules import notify
from logistics.platform.school.models import School

from .robot_kit import ALARM, MINUTE, NEWS, PRIVATE, SECRET, TICK, run, say

pytestmark = pytest.mark.requirement("GEN-07")
KINDS = ("wecom", "dingtalk", "feishu")

# Formats


@pytest.mark.parametrize("kind", KINDS)
def test_each_vendor_takes_what_is_said_signed_with_a_link_and_the_keyword(kind, vendor, make_robot, at):
    School.objects.create(name="青禾学校", address="https://hq.example.edu.cn")
    vendor.secret, vendor.keyword = ("" if kind == "wecom" else SECRET), ("" if kind == "wecom" else "后勤通知")
    robot = make_robot(kind, secret=vendor.secret, keyword=vendor.keyword)
    say(at, 1, title="三号楼水管漏水", body="一楼东头", url="/repairs/ticket/1/")
    assert delivery.sweep(at=at) == 1
    assert "三号楼水管漏水" in vendor.lines[0]
    assert "一楼东头" in vendor.lines[0]
    assert "https://hq.example.edu.cn/repairs/ticket/1/" in str(vendor.bodies[0])
    robot.refresh_from_db()
    assert (robot.last_words, robot.last_at, OutboxMessage.objects.get().state) == ("发到了。", at, OutboxState.DONE)


@pytest.mark.parametrize("kind", KINDS)
def test_many_long_lines_fit_the_vendors_limit_and_none_is_lost(kind, vendor, make_robot, at):
    make_robot(kind)
    for n in range(60):
        say(at, n, title=f"第{n:02}件事" + "长" * 110, body='话"\\' * 100)
    run(vendor, at, at + 5 * MINUTE)
    assert [line[:5] for line in vendor.lines] == [f"第{n:02}件事" for n in range(60)]
    assert vendor.most_in_a_minute() <= 20
    assert "另有" in str(vendor.bodies[0])
    assert "另有" not in str(vendor.bodies[-1])


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_what_people_typed_is_no_markdown(kind, vendor, make_robot, at):
    make_robot(kind)
    say(at, 1, title="[点我](http://evil.example/) <@all> **粗**\n# 大", body="`x` @13800001111")
    delivery.sweep(at=at)
    assert len(vendor.lines) == 1
    assert not set("[]<>`@#*") & set(vendor.lines[0])
    assert "点我" in vendor.lines[0]


# The hour of errors


@pytest.mark.parametrize("kind", KINDS)
def test_an_hour_of_errors_loses_nothing_and_repeats_nothing(kind, vendor, make_robot, at):
    vendor.secret = "" if kind == "wecom" else SECRET
    robot = make_robot(kind, secret=vendor.secret)
    vendor.mood = "error"
    said = []

    def one_more(now, tick):
        if tick < 120:  # one line every half minute of the hour
            say(now, tick)
            said.append(f"第{tick}件事")

    run(vendor, at, at + timedelta(hours=1), each=one_more)
    assert vendor.lines == []
    assert len(vendor.asked) == 7  # after 0, 1, 3, 7, 15, 30 and 45 minutes, not 120 times
    assert OutboxMessage.objects.filter(state=OutboxState.PENDING).count() == 120
    vendor.mood = "ok"
    run(vendor, at + timedelta(hours=1), at + timedelta(hours=1, minutes=20))
    assert vendor.lines == said  # all 120, each once, in order
    assert len(vendor.bodies) == 3  # forty at a time
    assert vendor.most_in_a_minute() <= 20
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.DONE}
    robot.refresh_from_db()
    assert (robot.tries, robot.resume_at, robot.is_stopped) == (0, None, False)


def test_a_burst_stays_within_twenty_a_minute_and_merges_the_rest(vendor, make_robot, at):
    make_robot("dingtalk")
    for n in range(100):
        vendor.now = at + timedelta(seconds=n / 10)
        say(vendor.now, n)
        delivery.deliver(message_id=OutboxMessage.objects.latest("id").pk, at=vendor.now)
    assert (len(vendor.asked), len(vendor.lines)) == (20, 20)
    run(vendor, at + TICK, at + 3 * MINUTE)
    assert vendor.lines == [f"第{n}件事" for n in range(100)]
    assert (len(vendor.asked), vendor.most_in_a_minute()) == (22, 20)  # twenty alone, then 40 and 40
    assert vendor.blocked_until == at  # never blocked


def test_feishu_is_asked_at_most_five_times_a_second(vendor, make_robot, at):
    make_robot("feishu")
    for n in range(9):
        say(at, n)
        delivery.deliver(message_id=OutboxMessage.objects.latest("id").pk, at=at)
    assert len(vendor.asked) == 5
    delivery.sweep(at=at + timedelta(seconds=1))
    assert len(vendor.lines) == 9


def test_a_block_of_ten_minutes_is_waited_out(vendor, make_robot, at):
    make_robot("dingtalk")
    vendor.blocked_until = at + 5 * MINUTE
    say(at, 1)
    run(vendor, at, at + 30 * MINUTE)
    assert vendor.lines == ["第1件事"]
    assert vendor.asked == [at, at + 10 * MINUTE]


def test_nobody_at_the_other_end_is_tried_again(vendor, make_robot, at):
    robot = make_robot("wecom")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    Robot.objects.filter(pk=robot.pk).update(address=f"http://127.0.0.1:{port}/cgi-bin/webhook/send?key=693a-4f1c")
    say(at, 1)
    delivery.sweep(at=at)
    robot.refresh_from_db()
    assert (robot.tries, robot.resume_at) == (1, at + MINUTE)
    assert "连不上" in robot.last_words
    assert OutboxMessage.objects.get().state == OutboxState.PENDING


# Nobody knows


@pytest.mark.parametrize("mood", ["silent", "slow", "nonsense"])
def test_a_request_without_an_answer_is_shown_and_never_repeated_by_itself(mood, vendor, make_robot, at, monkeypatch):
    usual = robot_post.SECONDS
    monkeypatch.setattr(robot_post, "SECONDS", 0.1 if mood == "slow" else usual)
    robot = make_robot("wecom")
    vendor.mood = mood
    say(at, 1)
    delivery.sweep(at=at)
    vendor.release.set()
    monkeypatch.setattr(robot_post, "SECONDS", usual)
    vendor.mood = "ok"
    run(vendor, at + TICK, at + 40 * MINUTE)
    assert len(vendor.asked) == 1
    assert RobotPost.objects.get().state == PostState.UNSURE
    assert "不知道收到没有" in OutboxMessage.objects.get().error
    say(at + 40 * MINUTE, 2)
    delivery.sweep(at=at + 40 * MINUTE)
    assert vendor.lines[-1] == "第2件事"  # the robot goes on
    assert [post.summary for post in robots.unsure_posts(robot, at + 40 * MINUTE)] == ["第1件事"]


def test_a_person_may_send_the_unsure_again_or_let_it_be(vendor, make_robot, robot_keeper, at):
    robot = make_robot("wecom")
    vendor.mood = "silent"
    say(at, 1)
    delivery.sweep(at=at)
    vendor.mood, vendor.now = "ok", at + 4 * timedelta(days=1)  # even days later
    assert resend_unsure(actor=robot_keeper, at=vendor.now, record=robot) == 1
    delivery.sweep(at=vendor.now)
    assert vendor.lines == ["第1件事", "第1件事"]
    assert robots.unsure_posts(robot, vendor.now) == []
    with pytest.raises(RuleViolation, match="没有不确定"):
        resend_unsure(actor=robot_keeper, at=vendor.now, record=robot)
    vendor.mood = "silent"
    say(vendor.now, 2)
    vendor.now += 10 * MINUTE
    delivery.sweep(at=vendor.now)
    assert let_be(actor=robot_keeper, at=vendor.now, record=robot) == 1
    run(vendor, vendor.now, vendor.now + 30 * MINUTE)
    assert vendor.lines == ["第1件事", "第1件事", "第2件事"]


def test_a_process_that_died_while_sending_leaves_it_unsure(vendor, make_robot, robot_keeper, at):
    robot = make_robot("wecom")
    say(at, 1)
    assert robots._claim(OutboxMessage.objects.get(), at)  # and there the process ended
    run(vendor, at + TICK, at + 30 * MINUTE)
    assert vendor.asked == []
    assert [post.state for post in robots.unsure_posts(robot, at + 30 * MINUTE)] == [PostState.SENDING]
    resend_unsure(actor=robot_keeper, at=at + 30 * MINUTE, record=robot)
    delivery.sweep(at=at + 30 * MINUTE)
    assert vendor.lines == ["第1件事"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_bring_each_line_once(vendor, make_robot, at, together):
    make_robot("wecom")
    for n in range(10):
        robots.promise(
            at=at, topic="robot", key=f"k{n}", payload={"robot": Robot.objects.get().pk, "title": f"{n}", "body": "", "url": ""},
            lane=Robot.objects.get().lane, due=at + TICK,
        )  # fmt: skip
    assert [outcome for outcome in together(*[lambda: delivery.sweep(at=at + MINUTE)] * 2) if isinstance(outcome, Exception)] == []
    assert sorted(vendor.lines, key=int) == [str(n) for n in range(10)]


# Wrong settings


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        ("wecom", {"address": "key=other"}, "key 不对"),
        ("dingtalk", {"secret": "SECwrong"}, "签名不对"),
        ("dingtalk", {"keyword": "别的"}, "关键词不对"),
        ("dingtalk", {"address": "access_token=other"}, "重新复制地址"),
        ("feishu", {"secret": "SECwrong"}, "签名不对"),
        ("feishu", {"keyword": "别的"}, "关键词不对"),
    ],
)
def test_wrong_settings_stop_the_robot_say_so_once_and_lose_nothing(kind, wrong, words, vendor, make_robot, robot_keeper, at):
    right = {"address": vendor.address(kind), "secret": "" if kind == "wecom" else SECRET, "keyword": "" if kind == "wecom" else "后勤通知"}
    vendor.secret, vendor.keyword = right["secret"], right["keyword"]
    if "address" in wrong:
        wrong = {"address": right["address"].replace("key=693a-4f1c", wrong["address"]).replace("access_token=66e7ab", wrong["address"])}
    robot = make_robot(kind, **right | wrong)
    for n in range(3):
        say(at + n * MINUTE, n)
    run(vendor, at, at + timedelta(hours=2))
    robot.refresh_from_db()
    assert robot.is_stopped
    assert words in robot.last_words
    assert (len(vendor.asked), vendor.lines) == (1, [])
    run(vendor, at + timedelta(hours=2), at + timedelta(hours=2, minutes=2))
    told = Notice.objects.get()
    assert (told.recipient, told.title) == (robot_keeper, f"群机器人停住了：{robot}")
    later = at + timedelta(hours=3)
    save_robot(actor=robot_keeper, at=later, record=robot, **right)
    run(vendor, later, later + 2 * MINUTE)
    assert vendor.lines == ["第0件事", "第1件事", "第2件事"]


def test_a_text_that_is_not_taken_does_not_stop_the_others(vendor, make_robot, at, monkeypatch):
    make_robot("wecom")
    monkeypatch.setattr(vendor, "wecom", lambda path, told, size: (40035, "bad") if "坏" in str(told) else (0, "ok"))
    say(at, 1, title="坏")
    delivery.sweep(at=at)
    say(at + MINUTE, 2)
    delivery.sweep(at=at + MINUTE)
    assert vendor.lines == ["第2件事"]
    first, second = OutboxMessage.objects.order_by("id")
    assert (first.state, second.state) == (OutboxState.FAILED, OutboxState.DONE)
    assert "企业微信不收这条" in first.error


# Who is told what


def test_robots_say_only_what_they_are_to_say_and_what_suits_a_chat(vendor, make_robot, two, at):
    make_robot("wecom", subjects=[ALARM.name, PRIVATE.name])
    assert Robot.objects.get().subjects == [ALARM.name]  # a word to one person is nothing for a chat
    for n, subject in enumerate((NEWS, ALARM, PRIVATE)):
        notify(at=at, key=f"n{n}", recipients=two, title=subject.label, subject=subject)
    run(vendor, at, at + MINUTE)
    assert vendor.lines == ["警报"]
    assert Notice.objects.count() == 6
    assert [notice.is_urgent for notice in Notice.objects.filter(recipient=two[0]).order_by("id")] == [False, True, False]


def test_the_same_occasion_is_said_once(vendor, make_robot, two, at):
    make_robot("wecom")
    for _ in range(3):
        say(at, 1)
        notify(at=at, key="n", recipients=two, title="一次", subject=NEWS)
        delivery.sweep(at=at)
    delivery.sweep(at=at + MINUTE)
    assert vendor.lines == ["第1件事", "一次"]


def test_at_night_only_the_urgent_is_said_and_the_rest_in_the_morning(vendor, make_robot, at):
    make_robot("wecom")
    night = at + timedelta(hours=13)  # 22:00 at the school
    say(night, 1)
    say(night, 2, subject=ALARM)
    run(vendor, night, night + MINUTE)
    assert vendor.lines == ["第2件事"]
    run(vendor, night + timedelta(hours=8, minutes=25), night + timedelta(hours=8, minutes=29))
    assert len(vendor.lines) == 1
    run(vendor, night + timedelta(hours=8, minutes=30), night + timedelta(hours=8, minutes=31))
    assert vendor.lines == ["第2件事", "第1件事"]


def test_a_robot_out_of_use_says_nothing(vendor, make_robot, robot_keeper, at):
    robot = make_robot("wecom")
    say(at, 1)
    save_robot(actor=robot_keeper, at=at, record=robot, is_active=False)
    say(at, 2)
    delivery.sweep(at=at + MINUTE)
    assert vendor.asked == []
    assert "停用" in OutboxMessage.objects.get().error


def test_what_could_not_be_said_for_three_days_is_given_up_in_words(vendor, make_robot, at):
    make_robot("wecom")
    vendor.mood = "error"
    say(at, 1)
    for hours in range(0, 80, 2):
        delivery.sweep(at=at + timedelta(hours=hours))
    message = OutboxMessage.objects.get()
    assert (message.state, message.error) == (OutboxState.FAILED, "三天没有发成，不再发")


def test_what_an_outage_held_up_is_not_said_at_night(vendor, make_robot, robot_keeper, two, at):
    robot = make_robot("wecom")
    vendor.mood = "error"
    say(at + timedelta(hours=12), 1)  # 21:00 at the school
    say(at + timedelta(hours=12), 2, subject=ALARM)
    run(vendor, at + timedelta(hours=12), at + timedelta(hours=12, minutes=29))
    notify(at=at, key="n", recipients=two, title="白天的事", subject=NEWS)  # nobody carried it out all day
    vendor.mood, night = "ok", at + timedelta(hours=13)
    run(vendor, night, night + timedelta(minutes=20))
    assert vendor.lines == ["第2件事"]
    vendor.mood = "silent"
    say(night + 30 * MINUTE, 3, subject=ALARM)
    vendor.now = night + 30 * MINUTE
    delivery.sweep(at=vendor.now)
    vendor.mood, vendor.now = "ok", night + 40 * MINUTE
    resend_unsure(actor=robot_keeper, at=vendor.now, record=robot)  # somebody wants it now
    delivery.sweep(at=vendor.now)
    assert vendor.lines == ["第2件事", "第3件事", "第3件事"]
    morning = at + timedelta(hours=21, minutes=30)
    run(vendor, morning, morning + MINUTE)
    assert sorted(vendor.lines[3:]) == ["白天的事", "第1件事"]


@pytest.mark.parametrize(
    ("kind", "status", "body", "fate"),
    [
        ("wecom", 504, b"", Fate.UNSURE),
        ("wecom", 503, b"", Fate.BUSY),
        ("dingtalk", 200, b'{"errcode":90030,"errmsg":"webhook over limit"}', Fate.BUSY),
        ("dingtalk", 200, b'{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}', Fate.BUSY),
        ("feishu", 200, b'{"code":9499,"msg":"Bad Request","data":{}}', Fate.UNFIT),
        ("feishu", 200, b'{"code":19002,"msg":"params error, msg_type need"}', Fate.UNFIT),
        ("feishu", 200, b'{"code":19022,"msg":"Ip Not Allowed"}', Fate.WRONG),
        ("feishu", 200, b'{"code":11232,"msg":"frequency limited"}', Fate.BUSY),
    ],
)
def test_answers_mean_what_the_vendors_say(kind, status, body, fate):
    assert read_answer(kind, status, body).fate is fate
