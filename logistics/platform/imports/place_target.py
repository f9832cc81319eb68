"""Importing the tree of places (ORG-02): one row is one place, named by campus, building, floor and room in columns of their own.

Buildings and floors that rows stand in but the school does not have yet are made on the way, and the preview says so.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from logistics.platform.audit.rules import rule
from logistics.platform.audit.saving import BadRows
from logistics.platform.kernel.text import plain
from logistics.platform.places import rules as place_rules
from logistics.platform.places.models import Level, Place, PlaceKind
from logistics.platform.places.rules import save_place, save_places
from logistics.platform.places.tree import normal_name

from .cells import choice, code, name
from .references import department_names, person_names
from .targets import ImportColumn, ImportTarget, Row

LEVELS = (("campus", Level.CAMPUS), ("building", Level.BUILDING), ("floor", Level.FLOOR), ("name", Level.ROOM))
Chain = tuple[tuple[str, str], ...]  # (level, name) from the root to the place


def key_of(chain: Chain) -> tuple[str, ...]:
    return tuple(plain(label) for _, label in chain)


def stored_places() -> dict[tuple[str, ...], Place]:
    """Every place by the names from its root down."""
    places = {place.pk: place for place in Place.objects.select_related("department", "responsible").order_by("path")}
    found: dict[tuple[str, ...], Place] = {}
    for place in places.values():
        above, names = place, []
        while above is not None:
            names.append(plain(above.name))
            above = places.get(above.parent_id)
        found[tuple(reversed(names))] = place
    return found


def resolve(rows: list[Row], *, user) -> None:
    departments, people, stored = department_names(), person_names(), stored_places()
    by_code = {place.code: place for place in stored.values()}
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        departments.put(row, "department")
        people.put(row, "responsible")
        chain = chain_of(row, stored)
        if not chain:
            row.refuse("name", "楼栋、楼层、房间都空着，至少写一个。")
            continue
        if first.setdefault(key_of(chain), row) is not row:
            row.refuse("name", f"和{first[key_of(chain)].place}是同一个地点。")
        row.existing = stored.get(key_of(chain))
        check_code(row, by_code)
        row.values["chain"] = chain
    own = set(first)
    for row in rows:
        tell_new_parents(row, stored, own)


def chain_of(row: Row, stored: dict) -> Chain:
    """The place's names from the root; a campus left out is taken when the school has just the one that holds the building."""
    labels = {column: normal_name(str(row.values.pop(column, ""))) for column, _ in LEVELS}
    if labels["floor"].isdecimal():
        labels["floor"] = f"{int(labels['floor'])}层"
        row.note("floor", "补上「层」字", shown=labels["floor"])
    chain = tuple((level.value, labels[column]) for column, level in LEVELS if labels[column])
    if chain and not labels["campus"] and (plain(chain[0][1]),) not in stored:
        roots = {key[0] for key, place in stored.items() if len(key) == 1 and place.level == Level.CAMPUS}
        holding = [root for root in roots if (root, plain(chain[0][1])) in stored] or list(roots)
        if len(holding) == 1:
            return ((Level.CAMPUS.value, stored[holding[0],].name), *chain)
    return chain


def check_code(row: Row, by_code: dict[str, Place]) -> None:
    typed = row.values.get("code", "").upper()
    owner = by_code.get(typed)
    if typed and owner is not None and owner != row.existing:
        row.refuse("code", f"编码「{typed}」是「{owner}」的，不能再用。")
    elif typed and row.existing and row.existing.code != typed:
        row.refuse("code", f"这个地点的编码是 {row.existing.code}，已经印在门牌上，不能改。")
    elif typed:
        row.values["code"] = typed


def tell_new_parents(row: Row, stored: dict, own: set) -> None:
    chain = row.values.get("chain", ())
    fresh = [label for depth, (_, label) in enumerate(chain[:-1], 1) if key_of(chain[:depth]) not in stored and key_of(chain[:depth]) not in own]
    if fresh:
        row.note("building", f"会先新建「{'」「'.join(fresh)}」")


@rule
def create(*, actor, at: datetime, rows: Sequence[dict]) -> list[Place]:
    """New places from the top of the tree down, with the buildings and floors between them. Raises BadRows by row."""
    stored = stored_places()
    nodes: dict[tuple[str, ...], tuple[int, Chain, dict]] = {}
    for index, row in enumerate(rows):
        nodes[key_of(row["chain"])] = (index, row["chain"], {name: value for name, value in row.items() if name != "chain"})
    for index, row in enumerate(rows):
        for depth in range(1, len(row["chain"])):
            nodes.setdefault(key_of(row["chain"][:depth]), (index, row["chain"][:depth], {}))
    by_depth = defaultdict(list)
    for key, node in nodes.items():
        if key not in stored:
            by_depth[len(key)].append((key, *node))
    saved: list[Place] = []
    for depth in sorted(by_depth):
        saved += _save_level(by_depth[depth], stored, actor=actor, at=at)
    return saved


def _save_level(nodes: list, stored: dict, *, actor, at: datetime) -> list[Place]:
    values = [{"level": chain[-1][0], "name": chain[-1][1], "parent": stored.get(key[:-1])} | given for key, _, chain, given in nodes]
    try:
        places = save_places(actor=actor, at=at, rows=values)
    except BadRows as refusal:
        raise BadRows({nodes[number][1]: sentence for number, sentence in refusal.rows.items()}) from refusal
    stored |= {key: place for (key, *_), place in zip(nodes, places, strict=True)}
    return places


def change(*, actor, at: datetime, record: Place, **values) -> Place:
    """The page's rule for one place."""
    return save_place(actor=actor, at=at, record=record, **values)


def settle() -> None:
    """Full names carry the campus only where there are several, and a take-back may have removed one."""
    several = Place.objects.filter(level=Level.CAMPUS).count() > 1
    place_rules.resettle_campuses(0 if several else 2)


KINDS = {kind.label: kind.value for kind in PlaceKind} | {
    "厕所": "toilet",
    "宿舍楼": "dorm",
    "寝室": "dorm",
    "库房": "store",
    "功能室": "special",
    "专用教室": "special",
    "实验室": "special",
    "操场": "sports",
    "普通教室": "classroom",
}

PLACES = ImportTarget(
    key="places",
    label="地点",
    permission="platform.places.manage",
    model="platform.Place",
    icon="map-pin",
    help="一行一个地点。楼栋和楼层没有的会自动新建；已经有的会更新用途、责任人和部门。",
    columns=(
        ImportColumn("campus", "校区", name(60), fill_down=True, aliases=("校区名称",), example=""),
        ImportColumn("building", "楼栋", name(60), fill_down=True, aliases=("楼栋号", "楼名", "楼宇", "建筑", "建筑物", "楼号", "所在楼"), example="教学楼A座"),
        ImportColumn("floor", "楼层", name(60), fill_down=True, aliases=("层", "所在楼层"), example="3层"),
        ImportColumn("name", "房间", name(60), aliases=("名称", "房间号", "房号", "寝室号", "教室", "地点", "房间名称", "场所", "室名"), example="305"),
        ImportColumn("kind", "用途", choice(KINDS), aliases=("类别", "类型", "功能", "使用性质"), example="教室"),
        ImportColumn("responsible", "责任人", name(50), fill_down=True, aliases=("管理人", "负责人", "保管人", "管理员"), example="李敏"),
        ImportColumn("department", "使用部门", name(50), fill_down=True, aliases=("部门", "所属部门", "使用单位"), example="教务处"),
        ImportColumn("code", "编码", code(20), unique=True, aliases=("地点编码", "门牌编码", "编号"), help="空着会自动编", example=""),
    ),
    resolve=resolve,
    create=create,
    change=change,
    settle=settle,
)
