"""The calendar a school begins with: every usual item, owned by its post (FIN-14, ORG-01)."""

from datetime import datetime

from logistics.platform.audit.rules import rule
from logistics.platform.duties.queries import MANAGE
from logistics.platform.org.models import Post
from logistics.platform.org.rules import save_post
from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step

from .presets import PRESETS, Statutory
from .queries import own_duties
from .rules import set_up


def missing() -> list[Statutory]:
    """None when the school has any of them already, stopped ones included."""
    return [] if own_duties() else list(PRESETS)


def preset_lines(beginning: Beginning) -> list[str]:
    rows = missing()
    return [f"财务日历：{'、'.join(row.title for row in rows[:4])}等 {len(rows)} 项"] if rows else []


@rule
def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    """Every item with its post; posts that are not there are made, without anybody in them yet."""
    for preset in missing():
        post = Post.objects.filter(name=preset.post).first() or save_post(actor=actor, at=at, name=preset.post, duties="", order=50)
        set_up(actor=actor, at=at, preset=preset, owner_post=post)


def standing() -> Progress:
    used = [duty for duty in own_duties().values() if duty.is_active]
    return Progress(1, f"{len(used)} 项有责任人") if used else Progress(0, "还没有定谁办")


PRESET = Preset("finance-calendar", "财务日历", "calendar-check-2", preset_lines, make_usual)
STEPS = (Step("finance.calendar", "财务日历", "报税、月结、决算、公示，谁在什么时候办。", "calendar-check-2", "/finance/calendar/", MANAGE, standing, 113),)
