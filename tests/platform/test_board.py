"""The public board: what stands on it for whom, questions and answers, the screen in the lobby (GEN-03)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from logistics.platform.attachments.models import Attachment
from logistics.platform.audit.models import Event
from logistics.platform.board.models import BoardPost, BoardQuestion, PostState
from logistics.platform.board.pages import PHONES
from logistics.platform.board.queries import board_lines, board_todos, posts_visible_to, shown_posts, standing
from logistics.platform.board.rules import answer_question, ask, publish_post, save_post, withdraw_post
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from tests.pdf import Pdf

from .attachments_kit import PDF, saved, scene, upload


@pytest.fixture
def now():
    return timezone.now()  # the public pages count from the machine's own day


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def draft(cast, now, today):
    def make(title="周六停水", since=0, stays: int | None = None, **fields) -> BoardPost:
        begins = today + timedelta(days=since)
        ends = None if stays is None else today + timedelta(days=stays)
        given = {"category": "notice", "content": "上午八点到十一点。\n请提前接水。", "audience": "everyone", "publish_on": begins, "withdraw_on": ends}
        return save_post(actor=cast.director, at=now, title=title, **given | fields)

    return make


@pytest.fixture
def posted(draft, cast, now):
    return lambda *args, **fields: publish_post(actor=cast.director, at=now, record=draft(*args, **fields))


@pytest.fixture
def as_(client):
    def browser(person):
        client.force_login(person)
        return client

    return browser


@pytest.mark.requirement("GEN-03")
def test_parents_see_what_is_for_everyone_on_its_days(posted, draft, client, cast, today):
    shown, for_staff = posted("停水"), posted("内部通知", audience="staff")
    draft("草稿"), posted("下周的", since=7)
    BoardPost.objects.filter(pk=posted("过期的").pk).update(publish_on=today - timedelta(days=9), withdraw_on=today - timedelta(days=1))
    page = client.get("/public/").content.decode()
    assert "停水" in page
    for title in ("内部通知", "草稿", "下周的", "过期的"):
        assert title not in page
    assert client.get(f"/public/post/{shown.pk}/").status_code == 200
    assert client.get(f"/public/post/{for_staff.pk}/").status_code == 404
    client.force_login(cast.teacher)
    assert "内部通知" in client.get("/public/").content.decode()
    assert client.get(f"/public/post/{for_staff.pk}/").status_code == 200


@pytest.mark.requirement("GEN-03")
def test_a_post_stands_through_its_last_day(posted, today):
    post = posted(stays=2)
    for days, there in ((-1, False), (0, True), (2, True), (3, False)):
        assert shown_posts(None, today + timedelta(days=days)).filter(pk=post.pk).exists() is there
    assert [standing(post, today + timedelta(days=days))[0] for days in (-1, 0, 3)] == ["等到日子", "公示中", "已到期"]


@pytest.mark.requirement("GEN-03")
def test_a_published_post_is_withdrawn_for_a_reason_and_never_edited(posted, draft, client, cast, now):
    post = posted()
    with pytest.raises(RuleViolation, match="不能再改"):
        save_post(actor=cast.director, at=now, record=post, title="改了")
    with pytest.raises(RuleViolation, match="原因"):
        withdraw_post(actor=cast.director, at=now, record=post, reason=" ")
    withdraw_post(actor=cast.director, at=now, record=post, reason="时间写错了")
    post.refresh_from_db()
    assert (post.state, post.title, post.reason) == (PostState.WITHDRAWN, "周六停水", "时间写错了")
    assert client.get(f"/public/post/{post.pk}/").status_code == 404
    assert [event.action for event in Event.objects.filter(kind="platform.boardpost").order_by("id")] == ["create", "publish", "withdraw"]
    with pytest.raises(RuleViolation):
        publish_post(actor=cast.director, at=now, record=post)


def test_a_draft_is_edited_and_not_published_after_its_last_day(draft, cast, now, today):
    post = draft()
    save_post(actor=cast.director, at=now, record=post, title="周日停水", withdraw_on=today)
    with pytest.raises(RuleViolation, match="先改日期"):
        publish_post(actor=cast.director, at=now + timedelta(days=1), record=post)
    assert BoardPost.objects.get().state == PostState.DRAFT
    assert BoardPost.objects.get().title == "周日停水"


def test_only_keepers_write_publish_withdraw_and_answer(posted, draft, cast, now):
    waiting, post = draft("草稿"), posted()
    question = ask(actor=cast.guard, at=now, post=post, text="几点来水？")
    events = Event.objects.count()
    for act in (
        lambda: save_post(actor=cast.teacher, at=now, title="x"),
        lambda: publish_post(actor=cast.teacher, at=now, record=waiting),
        lambda: withdraw_post(actor=cast.teacher, at=now, record=post, reason="x"),
        lambda: answer_question(actor=cast.guard, at=now, record=question, answer="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Event.objects.count() == events
    assert list(posts_visible_to(cast.teacher)) == [post]
    assert not posts_visible_to(cast.nobody).exists()


@pytest.mark.requirement("GEN-03")
def test_a_parent_asks_and_the_answer_stands_beside_the_post_without_the_name(posted, client, cast, now, as_):
    url = f"/public/post/{posted().pk}/"
    given = {"kind": "question", "text": "走读生要带水吗？", "name": "小明妈妈", "phone": "13800001111", "website": ""}
    assert client.post(url, given | {"text": " "}).status_code == 422
    assert client.post(url, given | {"phone": "打我手机"}).status_code == 422
    assert not BoardQuestion.objects.exists()
    assert client.post(url, given).status_code == 201
    question = BoardQuestion.objects.get()
    assert (question.name, question.asked_by, question.asker) == ("小明妈妈", None, "家长")
    assert "走读生" not in client.get(url).content.decode()
    assert [todo.verb for todo in board_todos(cast.director, now)] == ["答复"]
    assert board_todos(cast.teacher, now) == []
    answer_question(actor=cast.director, at=now, record=question, answer="不用带。", is_shown=True)
    page = client.get(url).content.decode()
    assert "走读生要带水吗" in page and "不用带。" in page
    assert "小明妈妈" not in page and "13800001111" not in page
    assert "小明妈妈" in as_(cast.director).get(f"/board/question/{question.pk}/").content.decode()
    assert board_todos(cast.director, now) == []


@pytest.mark.requirement("GEN-03")
def test_staff_ask_under_their_name_are_told_and_see_their_own_only(posted, client, cast, now, as_):
    post = posted()
    as_(cast.teacher).post(f"/public/post/{post.pk}/", {"kind": "complaint", "text": "上次没有提前说", "website": ""})
    question = BoardQuestion.objects.get()
    assert (question.asked_by, question.kind) == (cast.teacher, "complaint")
    answer_question(actor=cast.director, at=now, record=question, answer="以后提前三天通知。", is_shown=False)
    assert OutboxMessage.objects.get().payload["recipients"] == [cast.teacher.pk]
    assert "上次没有提前说" not in client.get(f"/public/post/{post.pk}/").content.decode()
    assert "提前三天" in as_(cast.teacher).get(f"/board/question/{question.pk}/").content.decode()
    assert as_(cast.guard).get(f"/board/question/{question.pk}/").status_code == 404
    answer_question(actor=cast.director, at=now + timedelta(hours=1), record=question, answer="提前一周。", is_shown=True)
    assert Event.objects.filter(kind="platform.boardquestion", action="answer").count() == 2


def test_programs_that_fill_in_the_trap_and_floods_store_nothing(posted, client):
    url = f"/public/post/{posted().pk}/"
    assert client.post(url, {"kind": "question", "text": "买药吗", "website": "http://x"}).status_code == 200
    assert not BoardQuestion.objects.exists()
    codes = [client.post(url, {"kind": "question", "text": f"第{n}句", "website": ""}).status_code for n in range(12)]
    assert (codes.count(201), codes.count(429)) == (10, 2)
    assert BoardQuestion.objects.count() == 10


def test_nobody_asks_under_a_post_that_is_gone(posted, cast, now, client):
    post = posted()
    withdraw_post(actor=cast.director, at=now, record=post, reason="x")
    with pytest.raises(RuleViolation, match="已经撤下"):
        ask(actor=User.objects.system("public"), at=now, post=post, text="还在吗")
    internal = posted("内部", audience="staff")
    with pytest.raises(RuleViolation):
        ask(actor=User.objects.system("public"), at=now, post=internal, text="能看吗")
    assert client.post(f"/public/post/{internal.pk}/", {"kind": "question", "text": "x"}).status_code == 404
    assert not BoardQuestion.objects.exists()


def statuses(client, urls) -> list[int]:
    """What each address answers; opened files are read to their end."""
    answers = [client.get(url) for url in urls]
    return [answer.status_code for answer in answers if not answer.streaming or answer.getvalue()]


@pytest.mark.requirement("GEN-03", "GEN-08")
def test_photos_and_papers_open_without_login_only_while_the_post_stands(as_, client, cast, now, today):
    given = {"category": "funds", "title": "十月收支", "content": "见附件", "audience": "everyone", "publish_on": str(today), "withdraw_on": ""}
    as_(cast.director).post("/board/new/", given | {"photos": [upload(saved(scene()))], "papers": [upload(PDF, "收支表.pdf")]})
    client.logout()
    post, tokens = BoardPost.objects.get(), list(Attachment.objects.order_by("id").values_list("token", flat=True))
    opened = [f"/public/file/{token}/" for token in tokens]
    assert statuses(client, opened) == [404, 404]
    publish_post(actor=cast.director, at=now, record=post)
    assert statuses(client, [*opened, f"/public/file/{tokens[0]}/thumb/"]) == [200, 200, 200]
    page = client.get(f"/public/post/{post.pk}/").content.decode()
    assert "收支表.pdf" in page and f"/public/file/{tokens[0]}/thumb/" in page
    withdraw_post(actor=cast.director, at=now, record=post, reason="x")
    assert statuses(client, opened) == [404, 404]
    other = Attachment.objects.create(
        kind="repairs.ticket", record_id=1, role="report", token="f" * 32, name="x", size=1, uploaded_by=cast.director, uploaded_at=now
    )
    assert client.get(f"/public/file/{other.token}/").status_code == 404


@pytest.mark.requirement("GEN-03")
def test_the_lobby_screen_shows_one_post_after_the_other_by_itself(posted, client, cast, now):
    assert "现在没有公示" in client.get("/public/screen/").content.decode()
    posted("第一条", content="很长的一段。" * 100), posted("第二条"), posted("内部的", audience="staff")
    PHONES.create(actor=cast.director, at=now, name="水电", phone="82601105", person="", hours="", order=1, is_active=True)
    first = client.get("/public/screen/").content.decode()
    assert 'http-equiv="refresh" content="60;url=/public/screen/?n=1"' in first
    assert "第二条" in first and "82601105" in first and "<svg" in first and "<a " not in first and "<form" not in first
    second = client.get("/public/screen/?n=1").content.decode()
    assert "第一条" in second and "……" in second and "n=2" in second
    assert "第二条" in client.get("/public/screen/?n=2").content.decode()
    for garbage in ("-1", "abc", "9" * 30, "²"):
        assert client.get(f"/public/screen/?n={garbage}").status_code == 200


def test_categories_lead_to_their_posts(posted, client):
    posted("停水"), posted("收支", category="funds")
    page = client.get("/public/?category=funds").content.decode()
    assert "收支" in page and "停水" not in page
    assert client.get("/public/?category=zzz&page=999").status_code == 200


def test_the_first_page_and_the_sign_in_page_lead_to_the_board(posted, cast, now, client):
    post = posted("内部通知", audience="staff")
    assert [line.url for line in board_lines(cast.teacher, now)[0].lines] == [f"/public/post/{post.pk}/"]
    assert board_lines(cast.nobody, now) == []
    assert 'href="/public/"' in client.get("/login/").content.decode()


def test_the_database_itself_refuses_what_cannot_be(posted, cast, now, today):
    post = posted()
    question = ask(actor=cast.guard, at=now, post=post, text="x")
    for values in ({"withdraw_on": today - timedelta(days=1)}, {"state": "draft"}, {"published_by": None}, {"state": "withdrawn"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BoardPost.objects.filter(pk=post.pk).update(**values)
    for values in ({"answer": "x"}, {"is_shown": True}, {"answered_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BoardQuestion.objects.filter(pk=question.pk).update(**values)
    with pytest.raises(ValidationError, match="不能早于"):
        save_post(
            actor=cast.director, at=now, category="notice", title="x", content="x", audience="staff", publish_on=today, withdraw_on=today - timedelta(days=1)
        )


@pytest.mark.requirement("GEN-03", "GEN-04")
def test_a_post_prints_for_the_paper_board(posted, cast, as_):
    answer = as_(cast.teacher).get(f"/print/platform.boardpost/{posted().pk}/")
    words = "".join(Pdf(answer.content).text().split())
    assert "周六停水" in words and "请提前接水" in words and "公示时间" in words


def test_the_api_reads_for_the_staff_and_writes_for_keepers(posted, draft, cast, today):
    draft("草稿"), posted("停水")
    teacher, director = APIClient(), APIClient()
    teacher.force_authenticate(cast.teacher)
    director.force_authenticate(cast.director)
    assert [row["title"] for row in teacher.get("/api/v1/board/posts/").json()["results"]] == ["停水"]
    given = {"category": "notice", "title": "新的", "content": "x", "audience": "staff", "publish_on": str(today)}
    assert teacher.post("/api/v1/board/posts/", given, format="json").status_code == 403
    made = director.post("/api/v1/board/posts/", given, format="json").json()
    assert director.post(f"/api/v1/board/posts/{made['id']}/publish/").json()["state"] == "published"
    assert len(teacher.get("/api/v1/board/posts/").json()["results"]) == 2


def test_one_address_may_not_come_endlessly(client, settings, posted):
    posted()
    codes = {client.get("/public/").status_code for _ in range(125)}
    assert codes == {200, 429}
