"""Bringing what waits for a robot to its chat: merged, within the vendor's limits, never twice, never lost.

What waits for one robot is one lane of the outbox. A clear failure (no connection, 5xx, "too fast") puts the lines back and
lets the robot rest 1, 2, 4 … 15 minutes. A request that went out without an answer is not repeated by itself: it stands on the
robot's page as 不确定 until a person sends it again or lets it be. Wrong settings stop the robot; its lines wait for the repair.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from logistics.platform.access.rules import holders_of
from logistics.platform.printing.queries import base_address
from logistics.platform.school.models import school

from .delivery import LEASE
from .models import OutboxMessage, OutboxState, PostState, Robot, RobotPost
from .quiet import quiet_until, usual_manner
from .robot_formats import LIMITS, Answer, Fate, Line, RobotKind, address_of, body_of, fits, read_answer
from .robot_post import Reply, post
from .rules import notify, promise
from .subjects import SYSTEM, Subject

TOPIC = "robot"
MANAGE = "platform.robots.manage"
MOST_LINES = 40  # in one message; more nobody reads
LONGEST_REST = 15  # minutes
KEEP = timedelta(days=3)  # what could not be said for so long is no news
FORGET = timedelta(days=60)  # how long the page remembers what was sent
STOPPED = timedelta(days=1)  # how long a stopped robot's lines rest between two looks
HELD = "等机器人缓一缓"


def tell_robots(*, at: datetime, key: str, subject: Subject, title: str, body: str = "", url: str = "") -> int:
    """Promise one line to every robot that is to say this; returns to how many. In quiet hours it waits unless urgent.

    Belongs to the caller's transaction; a second promise of the same key is ignored.
    """
    robots = [robot for robot in Robot.objects.filter(is_active=True) if subject.name in robot.subjects]
    manner = usual_manner()
    later = None if subject.urgent else quiet_until(manner.quiet_from, manner.quiet_to, at)
    for robot in robots:
        words = {"robot": robot.pk, "title": title, "body": body, "url": url, "urgent": subject.urgent}
        promise(at=at, topic=TOPIC, key=f"{robot.lane}:{key}", payload=words, lane=robot.lane, due=later)
    return len(robots)


@dataclass(frozen=True)
class Letter:
    """One claimed request: everything needed to send it without the database."""

    robot: Robot
    post: RobotPost
    address: str
    body: bytes
    is_test: bool


def carry(message: OutboxMessage, at: datetime) -> bool:
    """Send what is due in this message's lane as one request; True when a request went out. However many call, each line is claimed once."""
    letter = _claim(message, at)
    if letter is None:
        return False
    settle(letter, meaning_of(letter.robot.kind, post(letter.address, letter.body)), at)
    return True


def meaning_of(kind: str, reply: Reply) -> Answer:
    if reply.status:
        return read_answer(kind, reply.status, reply.body)
    if reply.went_out:
        return Answer(Fate.UNSURE, "发出去了，没等到回答，不知道收到没有。")
    return Answer(Fate.BUSY, "连不上对方的服务器，会自动再发。请看看学校的外网通不通。")


# Claiming


@transaction.atomic
def _claim(message: OutboxMessage, at: datetime) -> Letter | None:
    robot = Robot.objects.select_for_update().filter(pk=message.payload.get("robot")).first()
    lane = OutboxMessage.objects.filter(lane=message.lane, topic=TOPIC, state=OutboxState.PENDING)
    if not lane.filter(pk=message.pk).exists():  # somebody else was quicker
        return None
    if robot is None or not robot.is_active:
        lane.update(state=OutboxState.FAILED, error="机器人停用了，没有发")
        return None
    is_test = bool(message.payload.get("test"))
    lane.filter(created_at__lt=at - KEEP).update(state=OutboxState.FAILED, error="三天没有发成，不再发")
    due = lane.filter(pk=message.pk) if is_test else lane.filter(next_try_at__lte=at)
    if not is_test:
        _let_sleep(due, at)
    if later := _not_before(robot, at, is_test=is_test):
        due.update(next_try_at=later, error=HELD)
        return None
    return _letter(robot, list(due.order_by("id")[:MOST_LINES]), due.count(), at, is_test=is_test)


def _let_sleep(due, at: datetime) -> None:
    """What was held up until the quiet hours waits for their end; the urgent goes on."""
    manner = usual_manner()
    if wakes := quiet_until(manner.quiet_from, manner.quiet_to, at):
        due.exclude(payload__urgent=True).update(next_try_at=wakes, error="")


def _not_before(robot: Robot, at: datetime, *, is_test: bool) -> datetime | None:
    """The first moment at which this robot may speak again, None for now. A test goes out whatever happened before."""
    if not is_test and robot.is_stopped:
        return at + STOPPED
    if not is_test and robot.resume_at and robot.resume_at > at:
        return robot.resume_at
    return free_at(robot, at)


def free_at(robot: Robot, at: datetime) -> datetime | None:
    """When the vendor's limit has room again, None when it has room now."""
    waits = []
    for seconds, most in LIMITS[RobotKind(robot.kind)]:
        window = timedelta(seconds=seconds)
        recent = RobotPost.objects.filter(robot=robot, at__gt=at - window).order_by("-at").values_list("at", flat=True)[most - 1 : most]
        waits += [moment + window for moment in recent]
    return max(waits, default=None)


def _letter(robot: Robot, messages: list[OutboxMessage], waiting: int, at: datetime, *, is_test: bool) -> Letter | None:
    """Take as many lines as fit and mark them as being sent."""
    site = base_address()
    heading = f"{school().short_name or school().name}后勤"
    while messages:
        lines = [_line(message, site) for message in messages]
        body = body_of(robot, heading, lines, waiting - len(messages), at)
        if len(messages) == 1 or fits(robot.kind, body):
            break
        messages.pop()
    if not messages:
        return None
    keys = [message.pk for message in messages]
    OutboxMessage.objects.filter(pk__in=keys).update(state=OutboxState.SENDING, next_try_at=at + LEASE)
    summary = lines[0].title if len(keys) == 1 else f"{lines[0].title} 等 {len(keys)} 条"
    sent = RobotPost.objects.create(robot=robot, at=at, messages=keys, summary=summary)
    return Letter(robot, sent, address_of(robot, at), body, is_test)


def _line(message: OutboxMessage, site: str) -> Line:
    told = message.payload
    return Line(told["title"], told["body"], f"{site}{told['url']}" if site and told["url"] else "")


# Settling

STATES = {
    Fate.SENT: (PostState.SENT, OutboxState.DONE),
    Fate.BUSY: (PostState.AGAIN, OutboxState.PENDING),
    Fate.WRONG: (PostState.REFUSED, OutboxState.PENDING),
    Fate.UNFIT: (PostState.REFUSED, OutboxState.FAILED),
    Fate.UNSURE: (PostState.UNSURE, OutboxState.FAILED),
}


@transaction.atomic
def settle(letter: Letter, answer: Answer, at: datetime) -> None:
    """Write down what became of the request, at the lines and at the robot. A test is never repeated."""
    robot = Robot.objects.select_for_update().get(pk=letter.robot.pk)
    was_stopped = robot.is_stopped
    _note(robot, answer, at, is_test=letter.is_test)
    of_post, of_lines = STATES[answer.fate]
    if letter.is_test and answer.fate is not Fate.SENT:
        of_post, of_lines = PostState.REFUSED, OutboxState.FAILED
    RobotPost.objects.filter(pk=letter.post.pk).update(state=of_post, words=answer.words)
    RobotPost.objects.filter(robot=robot, at__lt=at - FORGET).exclude(state=PostState.UNSURE).delete()
    later = at + STOPPED if robot.is_stopped else robot.resume_at or at
    lines = OutboxMessage.objects.filter(pk__in=letter.post.messages, state=OutboxState.SENDING)
    lines.update(state=of_lines, next_try_at=later, error="" if answer.fate is Fate.SENT else answer.words)
    if answer.fate is Fate.SENT:
        release(robot, at)
    if robot.is_stopped and not was_stopped:
        _tell_keepers(robot, at, answer.words)


def release(robot: Robot, at: datetime) -> int:
    """Let what was held back by a rest or a stop go out with the next sweep; returns how many lines. Quiet hours stay."""
    held = OutboxMessage.objects.filter(lane=robot.lane, state=OutboxState.PENDING, next_try_at__gt=at).exclude(error="")
    return held.update(next_try_at=at)


def _note(robot: Robot, answer: Answer, at: datetime, *, is_test: bool) -> None:
    robot.last_at, robot.last_words = at, answer.words
    if answer.fate is Fate.SENT:
        robot.tries, robot.resume_at, robot.is_stopped = 0, None, False
    elif answer.fate is Fate.WRONG:
        robot.is_stopped = True
    elif answer.fate in (Fate.BUSY, Fate.UNSURE) and not is_test:
        robot.tries = min(robot.tries + 1, 100)
        rest = timedelta(minutes=min(2 ** min(robot.tries - 1, 10), LONGEST_REST))
        robot.resume_at = at + max(rest, answer.wait)
    robot.save(update_fields=["last_at", "last_words", "tries", "resume_at", "is_stopped"])


def _tell_keepers(robot: Robot, at: datetime, words: str) -> None:
    notify(
        at=at,
        key=f"platform.robot.stopped:{robot.pk}:{at.isoformat()}",
        recipients=holders_of(MANAGE),
        title=f"群机器人停住了：{robot}",
        body=words,
        url=f"/setup/robot/{robot.pk}/",
        subject=SYSTEM,
    )


# What the page asks


def waiting_count(robot: Robot) -> int:
    return OutboxMessage.objects.filter(lane=robot.lane, state=OutboxState.PENDING).count()


def unsure_posts(robot: Robot, at: datetime) -> list[RobotPost]:
    """Requests of which nobody knows whether they arrived, those cut off with their process included."""
    posts = RobotPost.objects.filter(robot=robot, state__in=(PostState.UNSURE, PostState.SENDING)).order_by("id")
    return [one for one in posts if one.state == PostState.UNSURE or one.at <= at - LEASE]
