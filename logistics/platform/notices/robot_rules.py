"""Setting up robots, trying them, and deciding about what may or may not have arrived (GEN-07)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.db import transaction

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation

from .models import OutboxMessage, OutboxState, PostState, Robot, RobotPost
from .robot_formats import HOSTS, SIGNS, RobotKind, hint_of, is_address_of
from .robot_post import may_be_called
from .robots import MANAGE, TOPIC, free_at, release, unsure_posts
from .rules import enqueue, promise
from .subjects import chat_subjects

MINUTE = timedelta(minutes=1)
FORGET = "-"  # typed in the place of a secret, it takes the secret away


def check_can_manage(user, record: Robot | None = None) -> None:
    require(user, MANAGE)


def check_can_test(user, record: Robot) -> None:
    require(user, MANAGE)
    if not record.is_active:
        raise RuleViolation("这个机器人没有在用，先改成在用再试。")


def check_can_settle(user, record: Robot) -> None:
    """Somebody must decide only about what has no answer."""
    require(user, MANAGE)
    if not RobotPost.objects.filter(robot=record, state__in=(PostState.UNSURE, PostState.SENDING)).exists():
        raise RuleViolation("没有不确定的消息。")


@rule
def save_robot(
    *, actor, at: datetime, record: Robot | None = None, address: str = "", secret: str = "", subjects: Collection[str] | None = None, **values
) -> Robot:
    """Set up or change a robot. An empty address or secret leaves the stored one; "-" takes the secret away.

    Address and secret are keys: the journal says that they changed, never what they are. A stopped robot tries again after a change.
    """
    check_can_manage(actor)
    robot, values = stored(Robot, record), tidied(values)
    is_new = robot.pk is None
    if is_new:
        robot.created_by, robot.created_at = actor, at
    replaced = _write_keys(robot, values.get("kind", robot.kind), address.strip(), secret.strip())
    before = _labels(robot)
    if subjects is not None:
        robot.subjects = [subject.name for subject in chat_subjects() if subject.name in subjects]
    text = "" if is_new or not replaced else f"修改群机器人，换了{'和'.join(replaced)}"
    robot = save_changes(actor=actor, at=at, record=robot, text=text, **values)
    if not is_new and before != _labels(robot):
        changes = {"发哪些事": [before or "—", _labels(robot) or "—"]}
        record_event(actor=actor, at=at, action="update", record=robot, text="修改群机器人：发哪些事", changes=changes)
    if robot.is_stopped or robot.resume_at:
        Robot.objects.filter(pk=robot.pk).update(is_stopped=False, resume_at=None, tries=0)
        robot.is_stopped, robot.resume_at, robot.tries = False, None, 0
        release(robot, at)
    if not robot.is_active:
        waiting = OutboxMessage.objects.filter(lane=robot.lane, state=OutboxState.PENDING)
        waiting.update(state=OutboxState.FAILED, error="机器人停用了，没有发")
    return robot


def _labels(robot: Robot) -> str:
    return "、".join(subject.label for subject in chat_subjects() if subject.name in robot.subjects)


def _write_keys(robot: Robot, kind: str, address: str, secret: str) -> list[str]:
    """Set what was typed; returns the words for what changed."""
    replaced = []
    if address and address != robot.address:
        replaced.append("地址")
        robot.address = address
    _check_address(kind, robot.address)
    typed = "" if secret == FORGET else secret or robot.secret
    if typed != robot.secret:
        replaced.append("密钥")
        robot.secret = typed
    if typed and kind not in SIGNS:
        raise RuleViolation("企业微信的机器人不用密钥，请留空。要去掉已存的，请填一个减号。", field="secret")
    return replaced


def _check_address(kind: str, address: str) -> None:
    """Only the vendors' own machines may be called, whatever somebody types."""
    label = RobotKind(kind).label
    try:
        parts = urlsplit(address)
        fine = may_be_called(parts) and not any(letter.isspace() for letter in address) and address.isascii() and len(address) <= 300
    except ValueError:
        fine = False
    if not fine:
        raise RuleViolation(f"请粘贴群里给的{label}地址，以 https://{HOSTS[RobotKind(kind)]}/ 开头。", field="address")
    if parts.hostname in HOSTS.values() and parts.hostname != HOSTS[RobotKind(kind)]:
        other = next(RobotKind(name).label for name, host in HOSTS.items() if host == parts.hostname)
        raise RuleViolation(f"这是{other}的地址，请把类型也改过来。", field="address")
    if not is_address_of(kind, parts.path, parts.query):
        raise RuleViolation("地址不完整，请在群里重新复制整段地址。", field="address")


@rule
def ask_test(*, actor, at: datetime, record: Robot) -> OutboxMessage:
    """Promise one test message; the page sends it at once, otherwise it goes within a minute.

    Raises RuleViolation when the robot has used up this minute.
    """
    robot = stored(Robot, record)
    check_can_test(actor, robot)
    if free_at(robot, at):
        raise RuleViolation("这一分钟已经发满了，请过一分钟再试。")
    words = {"robot": robot.pk, "title": f"{actor.name}在试这个机器人，收到就是通了。", "body": "", "url": "", "test": True}
    record_event(actor=actor, at=at, action="test", record=robot, text="发送测试")
    return promise(at=at, topic=TOPIC, key=f"{robot.lane}:test:{at.isoformat()}", payload=words, lane=robot.lane, due=at + MINUTE / 4)


@rule
def settle_unsure(*, actor, at: datetime, record: Robot, way: str) -> int:
    """Decide about what may not have arrived: "again" sends it once more, "leave" lets it be."""
    return resend_unsure(actor=actor, at=at, record=record) if way == "again" else let_be(actor=actor, at=at, record=record)


@rule
def resend_unsure(*, actor, at: datetime, record: Robot) -> int:
    """Send again what may not have arrived, knowing that some may come twice; returns how many lines."""
    robot = stored(Robot, record)
    check_can_manage(actor)
    posts = _unsure(robot, at)
    keys = [key for post in posts for key in post.messages]
    lines = OutboxMessage.objects.filter(pk__in=keys, state__in=(OutboxState.FAILED, OutboxState.SENDING))
    for line in lines:  # somebody wants it now, quiet hours or not
        OutboxMessage.objects.filter(pk=line.pk).update(payload=line.payload | {"urgent": True})
    count = lines.update(state=OutboxState.PENDING, created_at=at, next_try_at=at, error="", tries=0)
    _settle(posts, "又发了一次")
    record_event(actor=actor, at=at, action="resend", record=robot, text=f"重发不确定的 {count} 条")
    if keys:
        transaction.on_commit(partial(enqueue, keys[0]), robust=True)
    return count


@rule
def let_be(*, actor, at: datetime, record: Robot) -> int:
    """They have arrived, or need not any more; returns how many requests are settled."""
    robot = stored(Robot, record)
    check_can_manage(actor)
    posts = _unsure(robot, at)
    OutboxMessage.objects.filter(pk__in=[key for post in posts for key in post.messages], state=OutboxState.SENDING).update(state=OutboxState.FAILED)
    _settle(posts, "不用再发")
    record_event(actor=actor, at=at, action="settle", record=robot, text=f"不确定的 {len(posts)} 次不用再发")
    return len(posts)


def _unsure(robot: Robot, at: datetime) -> list[RobotPost]:
    posts = unsure_posts(robot, at)
    if not posts:
        raise RuleViolation("没有不确定的消息。正在发的，过 20 分钟还没有结果才算不确定。")
    return posts


def _settle(posts: list[RobotPost], words: str) -> None:
    RobotPost.objects.filter(pk__in=[post.pk for post in posts]).update(state=PostState.SETTLED, words=words)


def address_hint(robot: Robot) -> str:
    return hint_of(robot.address)
