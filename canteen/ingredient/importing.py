"""Filling the list of ingredients from a file."""

from canteen.rights import BUYING_MANAGE
from logistics.platform.imports.cells import choice, text, yes_no
from logistics.platform.imports.figures import number, whole
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Row
from logistics.platform.kernel.text import plain

from .models import FoodGroup, Papers, Storage
from .queries import Known
from .rules import import_ingredient, import_ingredients, remove_ingredient


def resolve(rows: list[Row], *, user) -> None:
    known, first = Known(), {}
    for row in rows:
        name = row.values.get("name", "")
        if plain(name) in first:
            row.refuse("name", f"和{first[plain(name)].place}是同一样，请合成一行。")
        first.setdefault(plain(name), row)
        row.existing = known.find(name)


INGREDIENT_SHEET = ImportTarget(
    key="canteen-ingredients",
    label="食材目录",
    permission=BUYING_MANAGE,
    model="canteen.Ingredient",
    icon="carrot",
    help="一行一种食材。现有多少另用期初登记，这里只建目录。",
    columns=(
        ImportColumn("name", "名称", text(30), required=True, aliases=("食材", "食材名称", "品名"), example="西红柿"),
        ImportColumn("aliases", "别名", text(120), example="番茄 洋柿子"),
        ImportColumn("group", "类别", choice({label: value for value, label in FoodGroup.choices}), required=True, fill_down=True, example="蔬菜"),
        ImportColumn("unit", "单位", text(8), required=True, aliases=("计量单位",), example="千克"),
        ImportColumn("unit_grams", "每单位克数", number(places=2, above=0), numeric=True, example="1000"),
        ImportColumn("usable", "净料率", whole(least=1, most=100), numeric=True, example="85"),
        ImportColumn("storage", "贮存", choice({label: value for value, label in Storage.choices}), example="冷藏"),
        ImportColumn("shelf_days", "保质天数", whole(least=1, most=3650), numeric=True, example=""),
        ImportColumn("papers", "随货证票", choice({label: value for value, label in Papers.choices}), example="食用农产品"),
        ImportColumn("is_bulk", "大宗食材", yes_no(), example="否"),
        ImportColumn("minimum", "最低库存", number(places=3, above=0), numeric=True, example=""),
    ),
    resolve=resolve,
    create=import_ingredients,
    change=import_ingredient,
    remove=remove_ingredient,
)
