"""The numbering rule a school begins with."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step

from .models import AssetCard, NumberRule
from .numbers import USUAL
from .pages import NUMBERS
from .queries import MANAGE


def preset_lines(beginning: Beginning) -> list[str]:
    return [] if NumberRule.objects.exists() else [f"资产编号规则：{USUAL}，四位流水"]


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    """The usual rule, where there is none."""
    if not NumberRule.objects.exists():
        NUMBERS.update(actor=actor, at=at, record=None, template=USUAL, digits=4)


def cards_standing() -> Progress:
    count = AssetCard.objects.count()
    return Progress(1, f"{count} 张卡片") if count else Progress(0, "还没有资产卡片")


PRESET = Preset("asset-numbers", "资产编号规则", "hash", preset_lines, make_usual)
STEPS = (Step("assets.cards", "资产台账", "把现有的 Excel 台账导入，核对合计。", "armchair", "/imports/assets/new/", MANAGE, cards_standing, 121),)
