"""重点部位标识牌, the card on the door, and the file of one piece of special equipment (SAF-15)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import LAW, PLACE_LAW, KeyPlace, SpecialEquipment
from .queries import inspections_of


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def card(row: KeyPlace, user) -> dict:
    """What everybody must know at the door."""
    return {
        "heading": "重点部位",
        "name": row.name,
        "kind": row.get_kind_display(),
        "place": str(row.place),
        "danger": row.danger,
        "responsible": row.responsible.name,
        "phone": row.responsible.phone,
        "leader": row.leader.name,
        "rules": lines(row.rules),
        "emergency": lines(row.emergency),
        "tools": row.tools,
        "law": PLACE_LAW,
    }


def equipment_file(row: SpecialEquipment, user) -> dict:
    return {
        "heading": "特种设备档案",
        "facts": [
            ("名称", row.name, False), ("种类", row.get_kind_display(), False), ("使用登记证编号", row.registration, False), ("设备代码", row.code, False),
            ("地点", str(row.place), False), ("重点部位", str(row.key_place or ""), False), ("安全管理员", row.responsible.name, False),
            ("作业人员", row.operator.name if row.operator else "", False), ("维保单位", row.firm, False), ("检验有效期到", full_day(row.due_on), False),
            ("下次维保", full_day(row.serviced_due), False), ("状态", row.get_state_display() + (f"：{row.reason}" if row.reason else ""), False),
        ],
        "table": {
            "title": "检验和维保",
            "columns": [(label, False) for label in ("日期", "事项", "结论", "单位", "报告编号", "有效期到", "备注")],
            "rows": [
                [full_day(one.done_on), one.get_kind_display(), one.get_result_display(), one.by_whom, one.number, full_day(one.due_on), one.marks or one.note]
                for one in inspections_of(row)
            ],
        },
        "signers": [("安全管理员", ""), ("总务主任", "")],
        "law": LAW,
    }  # fmt: skip


CARD = PrintDocument(kind="safety.keyplace", title="重点部位标识牌", template="print/safety/key_place.html", context=card, number=lambda row: f"{row.pk:04d}")
SPECIAL_FILE = PrintDocument(
    kind="safety.specialequipment", title="特种设备档案", template="print/safety/facts.html", context=equipment_file, number=lambda row: row.registration
)
