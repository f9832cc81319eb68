"""收费项目 from Excel: a list with one item a line, or the table by grade that schools hang up (FIN-08)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from finance.money import MOST, ZERO
from logistics.platform.audit.rules import rule
from logistics.platform.imports.cells import choice, text, yes_no
from logistics.platform.imports.days import day
from logistics.platform.imports.figures import yuan
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import SchoolClass

from .item_rules import save_item
from .models import FeeItem, FeeKind, ItemState, Period
from .queries import MANAGE, items_visible_to

KINDS = {kind.label: kind.value for kind in FeeKind} | {
    "行政事业性": "official",
    "服务性": "service",
    "代收": "agency",
    "代办费": "agency",
    "代收代办": "agency",
}
PERIODS = {f"{head}{period.label}": period.value for period in Period for head in ("", "每", "元/生·", "元/生/", "元/生·每", "元/人·", "元/人/", "元/")}
# (column, heading, kind, other headings): what schools charge by grade
CUSTOMARY = (
    ("books", "教辅资料费", FeeKind.AGENCY, ("教辅", "教辅费", "教辅材料费", "学习资料费")),
    ("papers", "报刊代办征订费", FeeKind.AGENCY, ("报刊费", "报刊征订费", "报刊")),
    ("exercise", "作业本费", FeeKind.AGENCY, ("作业本", "簿本费")),
    ("meals", "就餐费", FeeKind.SERVICE, ("在校就餐费", "伙食费", "餐费", "午餐费")),
    ("afterschool", "课后服务费", FeeKind.SERVICE, ("课后服务", "延时服务费", "课后延时服务费")),
    ("uniform", "校服", FeeKind.AGENCY, ("校服费", "学生装")),
    ("bus", "校车费", FeeKind.SERVICE, ("校车",)),
    ("boarding", "住宿费", FeeKind.OFFICIAL, ("住宿", "寄宿费")),
    ("insurance", "保险代收费", FeeKind.AGENCY, ("保险费", "保险")),
    ("trip", "研学实践费", FeeKind.AGENCY, ("研学费", "研学旅行费", "社会实践费")),
)


def resolve_items(rows: list[Row], *, user) -> None:
    """A new item every row; its own rule refuses what overlaps."""


@rule
def import_items(*, actor, at: datetime, rows: Sequence[dict]) -> list[FeeItem]:
    """Drafts, each by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: save_item(actor=actor, at=at, **row))


def known_grades() -> dict[str, str]:
    """{as people write it: as the classes have it}: 七年级, 七, 7年级 and 7."""
    found = {}
    for grade in SchoolClass.objects.filter(is_active=True).values_list("grade", flat=True).distinct():
        bare = grade.removesuffix("年级")
        for word in (grade, bare, *(f"{n}{end}" for n, han in enumerate("一二三四五六七八九", 1) if han == bare for end in ("", "年级"))):
            found[plain(word)] = grade
    return found


def resolve_table(rows: list[Row], *, user, into: int) -> None:
    """The grade as the school calls it; a line whose sum is not what stands in it is a problem with the right sum offered."""
    grades, seen = known_grades(), set()
    for row in rows:
        written = row.values.get("grade")
        if written is not None:
            grade = grades.get(plain(written))
            if grade is None:
                row.refuse("grade", f"没有「{written[:20]}」这个年级。现有：{'、'.join(sorted(set(grades.values())))[:100]}。")
            elif grade in seen:
                row.refuse("grade", f"{grade}写了两次。")
            seen.add(grade)
            row.values["grade"] = grade
        said = row.values.pop("total", None)
        added = sum((row.values[name] for name, *_ in CUSTOMARY if name in row.values), ZERO)
        if said is not None and said != added and not row.problems:
            sentence = f"各项加起来是 {added:,.2f} 元，这里写的是 {said:,.2f} 元。请核对各项，或者看看有没有栏目没对上。"
            row.refuse("total", sentence, suggest=f"{added:.2f}")


def approvals(user) -> list[tuple[int, str]]:
    """Items whose approval may be the one of the table: the person types it once, on the first item."""
    rows = items_visible_to(user).exclude(state=ItemState.RETIRED).order_by("-pk")[:60]
    return [(item.pk, f"{item.document}（{item.authority}，{item}，每{item.get_period_display()}）") for item in rows]


@rule
def import_table(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[FeeItem]:
    """A draft for every item and amount, for the grades that pay it; approval, period and dates are those of the item chosen.

    Raises RuleViolation naming the item that its own rule refuses.
    """
    like = FeeItem.objects.filter(pk=into).exclude(state=ItemState.RETIRED).first()
    if like is None:
        raise RuleViolation("选的那一项没有了或者停收了，请重新选。", field="into")
    same = {name: getattr(like, name) for name in ("document", "authority", "period", "valid_from", "valid_until")}
    made = []
    for column, name, kind, _ in CUSTOMARY:
        by_amount: dict[Decimal, list[str]] = {}
        for row in rows:
            if row.get(column):
                by_amount.setdefault(row[column], []).append(row["grade"])
        for amount, grades in by_amount.items():
            try:
                made.append(
                    save_item(actor=actor, at=at, name=name, kind=kind, amount=amount, grades="、".join(grades), is_voluntary=kind != FeeKind.OFFICIAL, **same)
                )
            except RuleViolation as refusal:
                raise RuleViolation(f"{name}（{'、'.join(grades)}）：{refusal.message}") from refusal
    if not made:
        raise RuleViolation("表里没有金额。")
    return made


AFTER = "都是待核定。请逐项看性质、期限，放上批文，再由校长核定公示。"
ITEM_LIST = ImportTarget(
    key="finance-fee-items", label="收费项目", permission=MANAGE, model="finance.FeeItem", icon="receipt-text", help="收费目录，一项一行。", after=AFTER,
    columns=(
        ImportColumn("name", "收费项目", text(40), required=True, aliases=("项目", "项目名称", "收费项目名称", "名称"), example="校服"),
        ImportColumn("kind", "性质", choice(KINDS), required=True, aliases=("收费性质", "类别", "收费类别"), example="代收费"),
        ImportColumn("amount", "标准", yuan(most=MOST), required=True, unit="元", aliases=("收费标准", "金额", "标准金额"), numeric=True, example="403.00"),
        ImportColumn("period", "每", choice(PERIODS), required=True, aliases=("单位", "计费单位", "计量单位", "收费周期"), example="元/生·学年"),
        ImportColumn("grades", "适用年级", text(100), aliases=("年级", "收费对象", "适用范围"), help="空着是全校", example="七年级"),
        ImportColumn("document", "批准文号", text(80), required=True, fill_down=True, aliases=("文号", "收费依据", "依据", "文件依据"), example="发改价费〔2023〕58号"),
        ImportColumn("authority", "批准机关", text(60), required=True, fill_down=True, aliases=("审批机关", "发文机关"), example="区发展和改革局"),
        ImportColumn("valid_from", "从哪天起", day(), required=True, aliases=("执行日期", "生效日期", "起始日期"), example="2026-09-01"),
        ImportColumn("valid_until", "到哪天止", day(), aliases=("截止日期", "有效期至"), example=""),
        ImportColumn("is_voluntary", "自愿", yes_no(), aliases=("是否自愿",), example="是"),
        ImportColumn("use", "用在哪里", text(200), aliases=("用途",), example="春秋装、夏装各一套"),
        ImportColumn("refund_rule", "退费办法", text(200), aliases=("退费", "退费规定"), example="没有领的全退"),
    ),
    resolve=resolve_items, create=import_items,
)  # fmt: skip
ITEM_TABLE = ImportTarget(
    key="finance-fee-table", label="收费标准表（按年级）", permission=MANAGE, model="finance.FeeItem", icon="table",
    help="一个年级一行，一项收费一栏，最后是合计；合计不对会指出来。", after=AFTER, into=Into("批文和期限同这一项", approvals),
    columns=(
        ImportColumn("grade", "年级", text(20), required=True, unique=True, example="七年级"),
        *(
            ImportColumn(column, name, yuan(most=MOST), unit="元", aliases=aliases, numeric=True, example="60.00" if column == "papers" else "")
            for column, name, _, aliases in CUSTOMARY
        ),
        ImportColumn("total", "合计", yuan(), unit="元", aliases=("总计", "合计金额", "小计"), numeric=True, example="60.00"),
    ),
    resolve=resolve_table, create=import_table,
)  # fmt: skip
