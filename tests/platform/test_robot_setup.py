"""Setting up robots and trying them (GEN-07)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices import delivery
from logistics.platform.notices.models import OutboxMessage, OutboxState, PostState, Robot, RobotPost
from logistics.platform.notices.robot_rules import ask_test, let_be, resend_unsure, save_robot

from .robot_kit import MINUTE, SECRET, TICK, run, say

pytestmark = pytest.mark.requirement("GEN-07")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("wecom", ""),
        ("wecom", "https://evil.example/cgi-bin/webhook/send?key=1"),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com@127.0.0.1/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://u:p@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://127.0.0.1/cgi-bin/webhook/send?key=1"),
        ("wecom", "http://127.0.0.1/cgi-bin/webhook/send?key=1"),
        ("wecom", "http://169.254.169.254/latest/meta-data/"),
        ("wecom", "https://qyapi.weixin.qq.com:x/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://[::1/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1\r\nHost: x"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/gettoken?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        ("wecom", "https://oapi.dingtalk.com/robot/send?access_token=1"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1&x=2"),
        ("dingtalk", "file:///etc/passwd"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/钥匙"),
    ],
)
def test_only_the_vendors_own_addresses_are_taken(kind, address, robot_keeper, at):
    with pytest.raises(RuleViolation) as refusal:
        save_robot(actor=robot_keeper, at=at, name="群", kind=kind, address=address, keyword="", subjects=[], is_active=True)
    assert refusal.value.field == "address"
    assert not Robot.objects.exists()


def test_an_address_that_came_into_the_database_another_way_is_not_called_either(vendor, make_robot, settings, at):
    make_robot("wecom")
    settings.ROBOT_LOOPBACK = False
    for n, address in enumerate((vendor.address("wecom"), vendor.address("wecom").replace("127.0.0.1", "localhost"), "https://[::1/x", "file:///etc/passwd")):
        Robot.objects.update(address=address, is_stopped=False)
        say(at + n * MINUTE, n)
        delivery.sweep(at=at + n * MINUTE)
        assert "地址不对" in Robot.objects.get().last_words
    assert vendor.asked == []


def test_address_and_secret_are_never_shown_nor_journaled(client, robot_keeper, at):
    given = {"name": "群", "kind": "dingtalk", "keyword": "", "subjects": [], "is_active": True}
    robot = save_robot(actor=robot_keeper, at=at, address="https://oapi.dingtalk.com/robot/send?access_token=topsecret1", secret="SECsecret2", **given)
    save_robot(actor=robot_keeper, at=at, record=robot, address="https://oapi.dingtalk.com/robot/send?access_token=topsecret3")
    robot.refresh_from_db()
    assert robot.secret == "SECsecret2"  # an empty field leaves the stored one
    client.force_login(robot_keeper)
    pages = [client.get(f"/setup/robot/{page}") for page in ("", f"{robot.pk}/", f"{robot.pk}/edit/")]
    pages.append(client.get(f"/api/v1/notices/robots/{robot.pk}/"))
    shown = "".join(page.content.decode(errors="replace") for page in pages) + str(list(Event.objects.values()))
    assert all(page.status_code == 200 for page in pages)
    assert not [secret for secret in ("topsecret1", "topsecret3", "SECsecret2") if secret in shown]
    assert "修改群机器人，换了地址" in shown
    save_robot(actor=robot_keeper, at=at, record=robot, secret="-")
    robot.refresh_from_db()
    assert robot.secret == ""


def test_wecom_has_no_secret_and_others_may_not_set_up(vendor, make_robot, two, robot_keeper, at):
    with pytest.raises(RuleViolation) as refusal:
        make_robot("wecom", secret="x")
    assert refusal.value.field == "secret"
    with pytest.raises(NotAllowed):
        save_robot(actor=two[0], at=at, name="群", kind="wecom", address=vendor.address("wecom"))
    robot = make_robot("wecom")
    for act in (ask_test, resend_unsure, let_be):
        with pytest.raises(NotAllowed):
            act(actor=two[0], at=at, record=robot)
    assert (RobotPost.objects.count(), vendor.asked) == (0, [])


def test_the_test_button_says_what_the_other_side_answered(client, vendor, make_robot, robot_keeper):
    robot = make_robot("dingtalk", secret="SECwrong")
    vendor.secret = SECRET
    client.force_login(robot_keeper)
    vendor.now = timezone.now()
    answer = client.post(reverse("notices:robot-action", args=[robot.pk, "test"]), follow=True)
    assert "测试没有成功：签名不对。请重新复制加签密钥。" in answer.content.decode()
    assert "停住了" in answer.content.decode()
    client.post(reverse("notices:robot-update", args=[robot.pk]), {"name": "群", "kind": "dingtalk", "secret": SECRET, "is_active": "on"})
    answer = client.post(reverse("notices:robot-action", args=[robot.pk, "test"]), follow=True)
    assert "测试发到了" in answer.content.decode()
    assert "周建平在试这个机器人" in vendor.lines[0]
    robot.refresh_from_db()
    assert not robot.is_stopped


def test_a_test_is_never_repeated_and_waits_for_the_limit(vendor, make_robot, robot_keeper, at):
    robot = make_robot("wecom")
    vendor.mood = "error"
    test = ask_test(actor=robot_keeper, at=at, record=robot)
    delivery.deliver(message_id=test.pk, at=at)
    vendor.mood = "ok"
    run(vendor, at + TICK, at + 5 * MINUTE)
    assert vendor.lines == []
    RobotPost.objects.bulk_create(RobotPost(robot=robot, at=at + 9 * MINUTE, summary="x", state=PostState.SENT) for _ in range(20))
    with pytest.raises(RuleViolation, match="发满"):
        ask_test(actor=robot_keeper, at=at + 9 * MINUTE, record=robot)


def test_the_page_of_the_robot_shows_what_is_unsure_and_lets_a_person_decide(client, vendor, make_robot, robot_keeper, at):
    robot = make_robot("wecom")
    vendor.mood = "silent"
    say(at, 1)
    delivery.sweep(at=at)
    client.force_login(robot_keeper)
    html = client.get(reverse("notices:robot-detail", args=[robot.pk])).content.decode()
    assert "有 1 次不确定对方收到没有" in html
    decide = reverse("notices:robot-action", args=[robot.pk, "settle"])
    assert "第1件事" in client.get(decide).content.decode()
    assert client.post(decide, {"way": "x"}).status_code == 422
    vendor.mood = "ok"
    assert client.post(decide, {"way": "again"}).status_code == 302
    assert OutboxMessage.objects.get().state == OutboxState.PENDING
    vendor.mood = "silent"
    delivery.sweep(at=timezone.now())
    assert client.post(decide, {"way": "leave"}).status_code == 302
    html = client.get(reverse("notices:robot-detail", args=[robot.pk])).content.decode()
    assert "不确定对方收到没有" not in html
    assert decide not in html
