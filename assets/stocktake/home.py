"""What stocktakes show on the first page, in one's name, and in the one thread of a card."""

from datetime import datetime

from django.urls import reverse

from assets.thread.registry import Step
from logistics.platform.access.rules import has
from logistics.platform.web.home import Todo

from .models import CountLine, Stocktake, StocktakeState
from .queries import MANAGE, own_sheets, sees_all


def stocktake_todos(user, at: datetime) -> list[Todo]:
    """Rooms to count, and what the keeper must take further. One query, two for the keeper."""
    todos, sheets = [], own_sheets(user).order_by()
    first = sheets.select_related("stocktake").order_by("stocktake__due_on").first()
    if first is not None:
        number, stocktake = sheets.count(), first.stocktake
        due = datetime.combine(stocktake.due_on, datetime.max.time().replace(microsecond=0), at.tzinfo)
        url = f"{reverse('assets:count-sheet-list')}?mine=true&state=waiting"
        todos.append(Todo(f"清点 {number} 间", str(stocktake), url, "清点", "scan-line", due))
    if has(user, MANAGE):
        words, page = "每条定下来怎么处理，再送批", "assets:stocktake-detail"
        rows = Stocktake.objects.filter(state=StocktakeState.SETTLING)[:3]
        todos += [Todo(f"{one.title}：处理差异", one.words or words, reverse(page, args=[one.pk]), "处理", "scale") for one in rows]
    return todos


def stocktake_steps(card, user) -> list[Step]:
    """Each time the card was counted, for its one thread. One query."""
    rows = CountLine.objects.filter(card=card.pk, counted__isnull=False).select_related("stocktake", "sheet", "sheet__counted_by")
    shows = sees_all(user)
    return [_step(line, shows) for line in rows if line.sheet.counted_at]


def _step(line: CountLine, shows: bool) -> Step:
    if line.missing:
        words, tone = f"没找到 {line.missing} 件", "late"
    elif line.elsewhere:
        words, tone = f"在别处 {line.elsewhere} 件", "wait"
    else:
        words, tone = "账物相符", "done"
    url = reverse("assets:stocktake-detail", args=[line.stocktake_id]) if shows else ""
    return Step(line.sheet.counted_at, "盘点", line.stocktake.number, f"{line.stocktake.title}，{line.sheet.counted_by}清点", url, words, tone)
