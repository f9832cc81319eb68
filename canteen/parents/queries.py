"""What parents read of the canteen in one place: all of it stands elsewhere, published or by law to be shown (CAN-15)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from canteen.accompany.models import AccompanyWeek
from canteen.account.models import AccountStatement
from canteen.account.queries import published
from canteen.account.words import one_line
from canteen.committee.models import CommitteeActivity
from canteen.meal.kinds import IN_ORDER, MealKind
from canteen.menu.models import MenuState, WeekMenu
from canteen.menu.queries import by_day, dishes_of
from canteen.menu.words import day_name, standing_words
from canteen.staff.models import Worker
from canteen.staff.queries import active_workers, certificates
from canteen.survey.models import Survey
from logistics.platform.board.models import BoardPost, PostCategory
from logistics.platform.board.queries import shown_posts


@dataclass(frozen=True)
class MealLine:
    label: str
    dishes: list[str]  # with what may harm


@dataclass(frozen=True)
class DayMenu:
    on: date
    meals: list[MealLine]

    @property
    def name(self) -> str:
        return f"{day_name(self.on)} {self.on.month}月{self.on.day}日"


def published_menu(day: date) -> WeekMenu | None:
    return WeekMenu.objects.filter(monday=day - timedelta(days=day.weekday()), state=MenuState.PUBLISHED).first()


def week_of(day: date) -> list[DayMenu]:
    """The published menu of that day's week, day by day; empty without one. Four queries."""
    menu = published_menu(day)
    if menu is None:
        return []
    found = by_day(dishes_of(menu))
    return [
        DayMenu(on, [MealLine(MealKind(meal).label, [standing_words(row) for row in rows]) for meal, rows in sorted(meals.items(), key=lambda one: IN_ORDER[MealKind(one[0])])])
        for on, meals in found.items()
    ]  # fmt: skip


def purchases(day: date) -> list[BoardPost]:
    return list(shown_posts(None, day).filter(category=PostCategory.PURCHASE)[:5])


@dataclass(frozen=True)
class AccountLine:
    statement: AccountStatement

    @property
    def words(self) -> str:
        return one_line(self.statement)


def accounts(day: date) -> list[AccountLine]:
    """The published statements of the meal account, the newest first; the amounts are those of the pupils' book. Two queries."""
    return [AccountLine(statement) for statement in published(day)]


def watched(day: date) -> list[BoardPost]:
    """Accompanied meals, the committee, results of surveys, as they stand on the board; the newest first."""
    rows: list[QuerySet] = [AccompanyWeek.objects.all(), CommitteeActivity.objects.filter(post__isnull=False), Survey.objects.filter(post__isnull=False)]
    posts = shown_posts(None, day)
    found = {post for row in rows for post in posts.filter(pk__in=row.order_by().values("post"))[:4]}
    return sorted(found, key=lambda post: (post.publish_on, post.pk), reverse=True)


@dataclass(frozen=True)
class Certified:
    worker: Worker
    until: date


def certified(day: date) -> tuple[list[Certified], int]:
    """Workers with a health certificate in date, and how many work in the canteen. Two queries."""
    workers = list(active_workers())
    papers = certificates(workers, day)
    return [Certified(one, papers[one.pk].expires_on) for one in workers if one.pk in papers], len(workers)


def open_surveys(day: date) -> list[Survey]:
    return list(Survey.objects.filter(since__lte=day, until__gte=day)[:3])
