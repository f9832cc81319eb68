"""公务接待清单, 考试用餐安排表 as paper."""

from logistics.platform.kernel.money import yuan_words
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import RECEPTION_LAW, SpecialKind, SpecialMeal


def special_paper(row: SpecialMeal, user) -> dict:
    reception = row.kind == SpecialKind.RECEPTION
    done = row.cost is not None
    return {
        "heading": "公务接待用餐清单" if reception else "考试用餐安排表",
        "reception": reception,
        "cells": [
            [("来访单位" if reception else "考点", row.unit), ("事由", row.occasion)],
            [("日期和餐次", f"{full_day(row.on)} {row.get_meal_display()}"), ("公函文号" if reception else "费用来源", row.letter if reception else row.get_payer_display())],
            [("计划人数", f"用餐 {row.guests} 人" + (f"，陪餐 {row.hosts} 人" if row.hosts else "")), ("每人标准（元）", f"{row.standard:.2f}")],
            [("实际人数", f"用餐 {row.came} 人" + (f"，陪餐 {row.hosts_came} 人" if row.hosts_came else "") if done else ""), ("实际费用（元）", f"{row.cost:,.2f}" if done else "")],
        ],
        "payer": row.get_payer_display(),
        "dishes": row.dishes,
        "words": yuan_words(row.cost) if done else "",
        "by": row.created_by.name,
        "approved": f"{row.approved_by.name} {full_day(row.approved_at)}" if row.approved_by else "",
        "done": row.done_by.name if row.done_by else "",
        "void": f"已作废：{row.void_reason}" if row.void_reason else "",
        "law": f"依据{RECEPTION_LAW}：有公函，工作餐，陪餐 10 人以内不超过 3 人、超过的不超过三分之一，不供烟酒和高档菜肴。费用不进学生伙食账。" if reception else "考试用餐同样留样、查验，菜品不超出学校食堂可以供应的范围。",
    }  # fmt: skip


SPECIAL_PAPER = PrintDocument(
    kind="canteen.specialmeal", title="特供餐和接待餐", template="print/canteen/special.html", context=special_paper, number=lambda s: f"{s.on:%Y%m%d}-{s.pk}"
)
