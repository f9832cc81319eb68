"""What a school begins with: the lives by the state's table and the classes schools use (AST-01, AST-12)."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step

from .models import AssetClass, LifeClass, Scheme
from .queries import SETTINGS
from .rules import load_lives, save_classes
from .usual import CLASSES, LIVES


def preset_lines(beginning: Beginning) -> list[str]:
    lines = [] if LifeClass.objects.exists() else [f"折旧年限：{len(LIVES)} 类，照国家规定的最低年限"]
    return lines if AssetClass.objects.exists() else [*lines, f"资产类别：{len(CLASSES)} 个，GB/T 14885-2022 里学校常用的"]


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    """The usual lives and classes, where there are none."""
    if not LifeClass.objects.exists():
        rows = [
            {"name": name, "kind": kind, "years": years or 1, "least_years": years or 1, "is_depreciated": bool(years), "prefixes": prefixes, "order": order}
            for order, (name, kind, years, prefixes) in enumerate(LIVES)
        ]
        load_lives(actor=actor, at=at, rows=rows)
    if not AssetClass.objects.exists():
        common = {"scheme": Scheme.GB2022, "is_favourite": True}
        save_classes(actor=actor, at=at, rows=[common | {"code": code, "name": name, "unit": unit, "is_bulk": bulk} for code, name, unit, bulk in CLASSES])


def classes_standing() -> Progress:
    count = AssetClass.objects.filter(is_active=True).count()
    return Progress(1, f"{count} 个类别") if count else Progress(0, "还没有资产类别")


PRESET = Preset("assets", "资产类别和折旧年限", "armchair", preset_lines, make_usual)
STEPS = (Step("assets.classes", "资产类别", "登记和导入资产时用的分类和折旧年限。", "armchair", "/assets/class/", SETTINGS, classes_standing, 120),)
