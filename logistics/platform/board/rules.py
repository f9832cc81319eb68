"""Writing, publishing and taking down posts; questions and their answers (GEN-03)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import tidy
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import POST_MOVES, BoardPost, BoardQuestion, PostState, QuestionKind
from .queries import MANAGE, shown_posts

ANSWERS = Subject("platform.board", "对您提问的答复", "公示")
LONGEST = 10_000
MOST_PAPERS = 5
LONGEST_QUESTION = 500


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, record: BoardPost) -> None:
    require(user, MANAGE)
    if record.state != PostState.DRAFT:
        raise RuleViolation("发布过的不能再改。有错就撤下，写明原因，再发一份新的。")


def check_can_publish(user, record: BoardPost) -> None:
    require(user, MANAGE)
    check_move(record, PostState.PUBLISHED, moves=POST_MOVES)


def check_can_withdraw(user, record: BoardPost) -> None:
    require(user, MANAGE)
    check_move(record, PostState.WITHDRAWN, moves=POST_MOVES)


def check_can_answer(user, record: BoardQuestion) -> None:
    require(user, MANAGE)


@rule
def save_post(*, actor, at: datetime, record: BoardPost | None = None, photos: Sequence = (), papers: Sequence = (), **values) -> BoardPost:
    """A new draft, or changes to one that is not published yet; photos and papers are added to those it has."""
    check_can_manage(actor)
    post = stored(BoardPost, record)
    is_new = post.pk is None
    if is_new:
        post.created_by, post.created_at = actor, at
    else:
        check_can_edit(actor, post)
    values = tidied(values)
    if len(values.get("content", "")) > LONGEST:
        raise RuleViolation(f"内容不超过 {LONGEST} 个字；更长的请放 PDF。", field="content")
    added = len(photos) + len(papers)
    post = save_changes(actor=actor, at=at, record=post, text=f"修改公示，添了 {added} 个附件" if added and not is_new else "", **values)
    attach(actor=actor, at=at, record=post, role="photo", uploads=photos, field="photos")
    attach(actor=actor, at=at, record=post, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    return post


@rule
def publish_post(*, actor, at: datetime, record: BoardPost) -> BoardPost:
    """Put it on the board from its day on. Raises RuleViolation when its last day is over already."""
    post = stored(BoardPost, record)
    check_can_publish(actor, post)
    if post.withdraw_on and post.withdraw_on < timezone.localdate(at):
        raise RuleViolation("“到哪天止”已经过了，先改日期再发布。")
    advance(post, PostState.PUBLISHED, moves=POST_MOVES, published_at=at, published_by=actor)
    record_event(actor=actor, at=at, action="publish", record=post, text=f"发布，给{post.get_audience_display().partition('（')[0]}看")
    return post


@rule
def withdraw_post(*, actor, at: datetime, record: BoardPost, reason: str) -> BoardPost:
    """Take it off the board for a reason; the office keeps it."""
    post, reason = stored(BoardPost, record), tidy(reason)
    check_can_withdraw(actor, post)
    if not reason:
        raise RuleViolation("请写撤下的原因。", field="reason")
    advance(post, PostState.WITHDRAWN, moves=POST_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=post, text="撤下", note=reason)
    return post


@rule
def publish_from_app(*, actor, at: datetime, **values) -> BoardPost:
    """A post an app puts on the board by itself, published at once: its own rule has asked whether `actor` may. Values as for save_post."""
    post = BoardPost(created_by=actor, created_at=at)
    post = save_changes(actor=actor, at=at, record=post, **tidied(values))
    advance(post, PostState.PUBLISHED, moves=POST_MOVES, published_at=at, published_by=actor)
    record_event(actor=actor, at=at, action="publish", record=post, text=f"发布，给{post.get_audience_display().partition('（')[0]}看")
    return post


@rule
def withdraw_from_app(*, actor, at: datetime, record: BoardPost, reason: str) -> BoardPost:
    """Take down what an app has published; its own rule has asked. One that somebody took down already stays as it is."""
    post = stored(BoardPost, record)
    if post.state == PostState.PUBLISHED:
        advance(post, PostState.WITHDRAWN, moves=POST_MOVES, reason=tidy(reason)[:200])
        record_event(actor=actor, at=at, action="withdraw", record=post, text="撤下", note=reason)
    return post


@rule
def put_up(*, actor, at: datetime, papers: Sequence = (), **values) -> BoardPost:
    """A post that another app's rule makes and publishes in one step: that rule has asked who may. `actor` may be the clock's account."""
    post = BoardPost(created_by=actor, created_at=at, state=PostState.PUBLISHED, published_at=at, published_by=actor, **tidied(values))
    if len(post.content) > LONGEST:
        raise RuleViolation(f"公示的内容不超过 {LONGEST} 个字。", field="content")
    post.full_clean()
    post.save()
    attach(actor=actor, at=at, record=post, role="paper", uploads=papers, limit=MOST_PAPERS, field="papers")
    record_event(actor=actor, at=at, action="publish", record=post, text=f"发布，给{post.get_audience_display().partition('（')[0]}看")
    return post


@rule
def take_down(*, actor, at: datetime, record: BoardPost, reason: str) -> BoardPost:
    """Take off what `put_up` published, for the rule that made it; a post somebody took down already stays as it is."""
    post = stored(BoardPost, record)
    if post.state == PostState.PUBLISHED:
        advance(post, PostState.WITHDRAWN, moves=POST_MOVES, reason=reason[:200])
        record_event(actor=actor, at=at, action="withdraw", record=post, text="撤下", note=reason)
    return post


@rule
def ask(*, actor, at: datetime, post: BoardPost, text: str, kind: str = QuestionKind.QUESTION, name: str = "", phone: str = "") -> BoardQuestion:
    """A question or complaint to a post that the asker can read today; `actor` is a member of staff or the account of the public form."""
    text = tidy(text)
    if not 1 <= len(text) <= LONGEST_QUESTION:
        raise RuleViolation(f"请写内容，不超过 {LONGEST_QUESTION} 个字。", field="text")
    if not shown_posts(actor, timezone.localdate(at)).filter(pk=post.pk).exists():
        raise RuleViolation("这条公示已经撤下了，不能再留言。有事请打总务处电话。")
    asked_by = actor if actor.is_person else None
    words = {"text": text, "kind": kind, "name": tidy(name)[:20], "phone": tidy(phone)[:20]}
    question = BoardQuestion.objects.create(post=post, asked_by=asked_by, asked_at=at, **words)
    record_event(actor=actor, at=at, action="ask", record=question, text=f"在「{post}」下{question.get_kind_display()}")
    return question


@rule
def answer_question(*, actor, at: datetime, record: BoardQuestion, answer: str, is_shown: bool = False) -> BoardQuestion:
    """The office's answer, shown beside the post when `is_shown`; a second answer replaces the first, the journal keeps both."""
    question, answer = stored(BoardQuestion, record), tidy(answer)
    check_can_answer(actor, question)
    if not answer:
        raise RuleViolation("请写答复。", field="answer")
    question.answered_by, question.answered_at = actor, at
    text = "答复，公开在公示旁边" if is_shown else "答复，不公开"
    question = save_changes(actor=actor, at=at, record=question, text=text, action="answer", answer=answer, is_shown=is_shown)
    if question.asked_by:
        notify(
            at=at,
            key=f"platform.boardquestion:{question.pk}:{at.isoformat()}",
            recipients=[question.asked_by],
            title=f"总务处答复了您的{question.get_kind_display()}",
            body=answer,
            url=f"/board/question/{question.pk}/",
            subject=ANSWERS,
        )
    return question
