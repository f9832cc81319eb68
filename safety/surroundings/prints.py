"""校园周边环境排查登记表 as paper (SAF-13)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day
from safety.day_paper import OfDay, of_day
from safety.words import stamp_of

from .models import LAW
from .queries import surroundings_visible_to


def register(subject: OfDay, user) -> dict:
    """Everything around the school with what was done about it."""
    rows = [
        [
            str(n), row.name, row.get_kind_display(), row.where, str(row.metres if row.metres is not None else ""), row.danger, str(row.found_on),
            "；".join(f"{stamp_of(step.happened_at)[:5]} {step.get_kind_display()}{step.office}：{step.words}" for step in row.steps.all()), row.get_state_display(),
        ]
        for n, row in enumerate(surroundings_visible_to(user).order_by("state", "-found_on", "pk")[:500], 1)
    ]  # fmt: skip
    heads = ("名称", "种类", "位置", "距离（米）", "危险", "发现日期", "处理经过", "情况")
    return {
        "heading": "校园周边环境排查登记表",
        "sub": f"{full_day(subject.on)}，共 {len(rows)} 处",
        "table": {"columns": [("序", True), *((label, label == "距离（米）") for label in heads)], "rows": rows},
        "law": LAW,
        "signers": [("排查人", ""), ("安全员", ""), ("校长", "")],
    }


REGISTER = PrintDocument(
    kind="safety.surrounding.register",
    title="校园周边环境排查登记表",
    template="print/safety/list.html",
    context=register,
    number=lambda r: r.number,
    find=of_day,
)
