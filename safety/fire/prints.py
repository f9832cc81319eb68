"""灭火器档案: one thing with its history, and the register as it stands (SAF-05)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment
from safety.day_paper import OfDay, of_day

from .models import LAW, FireEquipment, FireState

MOST = 2000


def archive(row: FireEquipment, user) -> dict:
    """One thing of the register, its services and its last looks."""
    return {
        "heading": "消防器材档案",
        "facts": [
            ("编号", row.number, False),
            ("种类", row.get_kind_display(), False),
            ("规格型号", row.model, False),
            ("数量", str(row.quantity), False),
            ("设置位置", f"{row.place} {row.spot}".strip(), True),
            ("责任人", row.responsible.name, False),
            ("出厂日期", full_day(row.made_on), False),
            ("更换药剂日期", full_day(row.serviced_on), False),
            ("下次维修换药", full_day(row.service_due), False),
            ("报废日期", full_day(row.scrap_on), False),
            ("状态", row.get_state_display() + (f"：{row.scrap_reason}" if row.scrap_reason else ""), False),
        ],
        "services": [
            [full_day(one.done_on), one.get_kind_display(), one.by_whom, one.certificate, full_day(one.due_on), one.marks] for one in row.services.all()[:30]
        ],
        "checks": [
            [full_moment(one.happened_at), one.get_result_display(), one.found, one.created_by.name, one.marks]
            for one in row.checks.select_related("created_by")[:24]
        ],
        "law": LAW,
        "signers": [("责任人", ""), ("安全员", "")],
    }


def register(subject: OfDay, user) -> dict:
    """Everything in use, room by room."""
    rows = FireEquipment.objects.filter(state=FireState.IN_USE).select_related("place", "responsible").order_by("place__path", "number")[:MOST]
    lines = [
        [
            str(n), row.number, row.get_kind_display(), row.model, str(row.quantity), f"{row.place} {row.spot}".strip(), row.responsible.name, full_day(row.made_on),
            full_day(row.serviced_on), full_day(row.service_due), full_day(row.scrap_on),
        ]
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    heads = ("编号", "种类", "规格型号", "数量", "设置位置", "责任人", "出厂日期", "换药日期", "下次换药", "报废日期")
    return {
        "heading": "灭火器和消防器材档案",
        "sub": f"{full_day(subject.on)}，共 {len(lines)} 处",
        "table": {"columns": [("序", True), *((label, label == "数量") for label in heads)], "rows": lines},
        "signers": [("安全员", ""), ("总务主任", "")],
    }


ARCHIVE = PrintDocument(kind="safety.fireequipment", title="消防器材档案", template="print/safety/fire.html", context=archive, number=lambda row: row.number)
REGISTER = PrintDocument(
    kind="safety.fireequipment.register",
    title="灭火器和消防器材档案",
    template="print/safety/list.html",
    context=register,
    number=lambda r: r.number,
    find=of_day,
)
