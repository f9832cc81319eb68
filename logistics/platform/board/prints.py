"""A post for the paper board (GEN-03, GEN-04)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import BoardPost


def sheet(post: BoardPost, user) -> dict:
    """Everything the paper says, as plain values."""
    return {
        "name": post.title,
        "sub": post.get_category_display(),
        "paragraphs": post.paragraphs,
        "begins_on": full_day(post.publish_on),
        "ends_on": full_day(post.withdraw_on),
    }


POST_SHEET = PrintDocument(
    kind="platform.boardpost", title="公示", template="print/platform/boardpost.html", context=sheet, number=lambda post: f"公示 {post.pk}"
)
