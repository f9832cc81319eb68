"""The usual hours for a school's first day (UTL-08)."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset

from .models import RunRule
from .rules import save_run_rule, usual_rules


def preset_lines(beginning: Beginning) -> list[str]:
    return [] if RunRule.objects.exists() else ["空调、供暖、热水和照明的开放时间：制冷不低于 26 ℃，制热不高于 20 ℃"]


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    if not RunRule.objects.exists():
        for fields in usual_rules():
            save_run_rule(actor=actor, at=at, **fields)


PRESET = Preset("utilities.run", "空调和照明开放时间", "thermometer", preset_lines, make_usual)
