"""The day's sheet with the signatures of the classes, the month's settlement as paper (CAN-22)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assets.signing import mark_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import LAW, ClassIssue, Programme, Settlement
from .queries import day_of, issues_visible_to, sentence


@dataclass(frozen=True)
class ProgrammeDay:
    programme: Programme
    on: date

    @property
    def number(self) -> str:
        return f"{self.programme.pk}-{self.on:%Y%m%d}"


def find_day(paper: PrintedPaper) -> ProgrammeDay | None:
    key, _, text = paper.number.partition("-")
    programme = Programme.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    if programme is None or len(text) != 8 or not text.isdecimal():
        return None
    return ProgrammeDay(programme, date(int(text[:4]), int(text[4:6]), int(text[6:])))


def day_paper(asked: ProgrammeDay, user) -> dict:
    """Every class this person sees, with heads and signature; who has not signed stands there empty."""
    mine = set(issues_visible_to(user).filter(programme=asked.programme, on=asked.on).values_list("pk", flat=True))
    rows = [
        _line(n, line.school_class.name, line.row) for n, line in enumerate(day_of(asked.programme, asked.on, user), 1) if not line.row or line.row.pk in mine
    ]
    eaten = sum(row["eaten"] or 0 for row in rows)
    return {
        "heading": "学生营养餐发放签收表",
        "sub": full_day(asked.on),
        "programme": asked.programme.name,
        "food": asked.programme.food,
        "standard": f"{asked.programme.standard:.2f}",
        "rows": rows,
        "totals": [str(sum(row[name] or 0 for row in rows)) for name in ("enrolled", "present", "issued", "returned", "eaten")],
        "yuan": f"{sum((Decimal(row['yuan']) for row in rows if row['yuan']), Decimal(0)):.2f}",
        "words": f"签收 {sum(row['eaten'] is not None for row in rows)} 个班，吃到 {eaten} 人次。",
        "law": LAW,
    }


def _line(n: int, name: str, row: ClassIssue | None) -> dict:
    heads = {field: getattr(row, field) if row else None for field in ("enrolled", "present", "issued", "returned", "eaten")}
    if row is None:
        return {"n": n, "name": name, **heads, "yuan": "", "mark": "", "by": "", "at": "", "words": ""}
    words = "；".join(filter(None, [row.reason, row.note, row.marks]))
    return {"n": n, "name": name, **heads, "yuan": f"{row.amount:.2f}", "mark": mark_of(row, "signature"), "by": row.created_by.name, "at": full_moment(row.happened_at)[-5:], "words": words}  # fmt: skip


def settlement_paper(row: Settlement, user) -> dict:
    return {
        "heading": "学生营养餐补助对账单",
        "sub": f"{row.month.year}年{row.month.month}月",
        "programme": row.programme.name,
        "food": row.programme.food,
        "funding": row.programme.funding,
        "facts": row.facts,
        "standard": "、".join(row.facts["standards"]) or f"{row.programme.standard:.2f}",
        "sentence": sentence(row.facts),
        "words": row.words,
        "by": row.created_by.name,
        "mark": mark_of(row, "signature") if row.signed_at else "",
        "signed": row.signed_by.name if row.signed_by else "",
        "signed_on": full_day(row.signed_at) if row.signed_at else "",
        "draft": "" if row.signed_at else "未签字",
        "law": LAW,
    }


DAY_PAPER = PrintDocument(
    kind="canteen.nutritionday",
    title="学生营养餐发放签收表",
    template="print/canteen/nutrition_day.html",
    context=day_paper,
    number=lambda d: d.number,
    find=find_day,
)
SETTLEMENT_PAPER = PrintDocument(
    kind="canteen.settlement",
    title="学生营养餐补助对账单",
    template="print/canteen/nutrition_month.html",
    context=settlement_paper,
    number=lambda s: f"{s.month:%Y%m}-{s.programme_id}",
)
