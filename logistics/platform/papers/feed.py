"""The expiry of one's own papers in the calendar feed."""

from datetime import date

from logistics.platform.notices.feed import FeedEntry

from .queries import in_use, url_of


def paper_feed(user, first: date, last: date) -> list[FeedEntry]:
    """The last day of each of one's papers in use."""
    papers = in_use().filter(person=user.pk, expires_on__gte=first, expires_on__lte=last)
    return [FeedEntry(f"platform.staffpaper:{paper.pk}", f"我的{paper.get_kind_display()}到期", paper.expires_on, url=url_of(paper)) for paper in papers]
