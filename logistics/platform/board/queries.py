"""What the board shows to whom, and what waits for an answer (GEN-03)."""

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.attachments.models import Attachment
from logistics.platform.web.home import Line, Lines, Todo
from logistics.platform.web.templatetags.school import day

from .models import Audience, BoardPost, BoardQuestion, PostCategory, PostState, ServicePhone

READ, MANAGE = "platform.directory.view", "platform.board.manage"
ON_FIRST_PAGE = 5
ICONS = {
    PostCategory.NOTICE: "megaphone",
    PostCategory.DISCLOSURE: "file-text",
    PostCategory.PURCHASE: "shopping-basket",
    PostCategory.MENU: "utensils",
    PostCategory.FUNDS: "banknote",
    PostCategory.PHONES: "phone",
    PostCategory.NEWS: "newspaper",
}


def shown_q(on: date) -> Q:
    """Posts that stand on the board that day."""
    return Q(state=PostState.PUBLISHED, publish_on__lte=on) & (Q(withdraw_on=None) | Q(withdraw_on__gte=on))


def shown_posts(user, on: date) -> QuerySet[BoardPost]:
    """What stands on the board today: for parents what is for everyone, for the staff the internal ones as well."""
    posts = BoardPost.objects.filter(shown_q(on)).order_by("-publish_on", "-pk")
    return posts if has(user, READ) else posts.filter(audience=Audience.EVERYONE)


def posts_visible_to(user) -> QuerySet[BoardPost]:
    """Everything for whoever keeps the board, what stands on it today for the staff, nothing for others."""
    posts = BoardPost.objects.select_related("created_by", "published_by")
    if has(user, MANAGE):
        return posts
    return posts.filter(shown_q(timezone.localdate())) if has(user, READ) else posts.none()


def post_list_rows(user) -> QuerySet[BoardPost]:
    """Visible posts with how many questions they have and how many wait."""
    return posts_visible_to(user).annotate(asked=Count("questions"), waiting=Count("questions", filter=Q(questions__answered_at=None)))


def questions_visible_to(user) -> QuerySet[BoardQuestion]:
    """All of them for whoever keeps the board, otherwise those one asked oneself."""
    questions = BoardQuestion.objects.select_related("post", "asked_by", "answered_by")
    return questions if has(user, MANAGE) else questions.filter(asked_by=user.pk)


def answered_questions(post: BoardPost) -> QuerySet[BoardQuestion]:
    """What stands beside the post, the newest answer first."""
    return post.questions.filter(is_shown=True, answered_at__isnull=False).select_related("answered_by").order_by("-answered_at")


def standing(post: BoardPost, on: date) -> tuple[str, str]:
    """(words, tone) of how a post stands on that day."""
    if post.state != PostState.PUBLISHED:
        return post.get_state_display(), "wait" if post.state == PostState.DRAFT else "void"
    if post.publish_on > on:
        return "等到日子", "wait"
    return ("已到期", "void") if post.withdraw_on and post.withdraw_on < on else ("公示中", "done")


def service_phones() -> list[ServicePhone]:
    return list(ServicePhone.objects.filter(is_active=True))


def public_attachment(user, token: str, on: date) -> Attachment | None:
    """The attachment of a post that this visitor may read today; None otherwise, whatever the reason."""
    attachment = Attachment.objects.filter(token=token, kind=BoardPost._meta.label_lower).first()
    if attachment is None or not shown_posts(user, on).filter(pk=attachment.record_id).exists():
        return None
    return attachment


def categories_of(posts: QuerySet[BoardPost]) -> list[tuple[str, str]]:
    """The categories in use, in the order of the list above."""
    used = set(posts.order_by().values_list("category", flat=True).distinct())
    return [(value, label) for value, label in PostCategory.choices if value in used]


def post_counts(user, on: date) -> dict[str, int]:
    """The numbers above the list, in one query."""
    return posts_visible_to(user).aggregate(shown=Count("pk", filter=shown_q(on)), drafts=Count("pk", filter=Q(state=PostState.DRAFT)))


def question_counts(user) -> dict[str, int]:
    return questions_visible_to(user).aggregate(waiting=Count("pk", filter=Q(answered_at=None)))


def board_lines(user, at: datetime) -> list[Lines]:
    """The newest posts on the first page of the staff. One query."""
    if not has(user, READ):
        return []
    posts = shown_posts(user, timezone.localdate(at)).defer("content")[:ON_FIRST_PAGE]
    lines = [Line(post.title, f"{post.get_category_display()} · {day(post.publish_on)}", f"/public/post/{post.pk}/", icon_of(post)) for post in posts]
    return [Lines("公示栏", lines, "/public/", "现在没有公示。")]


def board_todos(user, at: datetime) -> list[Todo]:
    """Questions that wait for the office's answer. One query."""
    if not has(user, MANAGE):
        return []
    waiting = BoardQuestion.objects.filter(answered_at=None).select_related("post").order_by("pk")[:20]
    return [
        Todo(
            str(question),
            f"{question.asker}在「{question.post}」下{question.get_kind_display()}",
            f"/board/question/{question.pk}/",
            "答复",
            "message-square-text",
        )
        for question in waiting
    ]


def icon_of(post: BoardPost) -> str:
    return ICONS[PostCategory(post.category)]
