"""Filling the classes from a list of codes, such as the standard's own (AST-01)."""

from logistics.platform.imports.cells import choice, code, text, yes_no
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row

from .models import SHAPES, AssetClass, LifeClass, Scheme
from .queries import SETTINGS, life_by_prefix, life_for
from .rules import save_class, save_classes

SCHEMES = {
    "GB/T 14885-2022": "gb2022", "2022": "gb2022", "2022版": "gb2022", "GB/T 14885-2010": "gb2010", "2010": "gb2010", "2010版": "gb2010",
    "GB/T 14885-1994": "gb1994", "1994": "gb1994", "1994版": "gb1994", "学校自编": "own", "自编": "own",
}  # fmt: skip


def life_names() -> Names:
    names = Names("年限分类", go="请先在「折旧年限」里加，或者改成已有的。")
    for life in LifeClass.objects.filter(is_active=True):
        names.add(life, [life.name], loosely=True)
    return names


def resolve_classes(rows: list[Row], *, user) -> None:
    lives, prefixes = life_names(), life_by_prefix()
    known = {(one.scheme, one.code): one for one in AssetClass.objects.select_related("life")}
    for row in rows:
        lives.put(row, "life")
        if "code" not in row.values:
            continue
        scheme = Scheme(row.values.get("scheme", Scheme.GB2022))
        row.values["code"] = row.values["code"].upper()
        shape, words = SHAPES[scheme]
        row.existing = known.get((scheme, row.values["code"]))
        if not shape.fullmatch(row.values["code"]):
            row.refuse("code", f"{scheme.label}的代码是 {words}，这一行不是。别的标准的代码请另外导入，不要混在一起。")
        elif not row.existing and "life" not in row.values and not life_for(scheme, row.values["code"], prefixes):
            row.refuse("life", "看不出这个代码的折旧年限，请写年限分类。")


CLASS_LIST = ImportTarget(
    key="asset-classes",
    label="资产类别",
    permission=SETTINGS,
    model="assets.AssetClass",
    icon="armchair",
    help="一行一个类别：代码、名称。2022 版的折旧年限照代码自己找。",
    columns=(
        ImportColumn("code", "分类代码", code(20), required=True, unique=True, aliases=("代码", "编码", "资产分类代码", "国标分类代码"), example="A02010105"),
        ImportColumn("name", "类别名称", text(60), required=True, aliases=("名称", "分类名称", "资产分类名称", "国标分类名称"), example="台式计算机"),
        ImportColumn("scheme", "分类标准", choice(SCHEMES), aliases=("标准", "版本"), example="GB/T 14885-2022", help="空着是 2022 版"),
        ImportColumn("life", "年限分类", text(40), aliases=("折旧分类", "折旧年限分类"), example="计算机设备"),
        ImportColumn("unit", "常用单位", text(8), aliases=("单位", "计量单位"), example="台"),
        ImportColumn("is_bulk", "批量同类", yes_no(), example="否"),
        ImportColumn("is_favourite", "本校常用", yes_no(), aliases=("常用",), example="是"),
    ),
    resolve=resolve_classes,
    create=save_classes,
    change=save_class,
)
