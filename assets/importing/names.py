"""Finding rooms and classes by what old ledgers call them."""

import re
from collections import Counter

from assets.category.models import SHAPES, AssetClass, Scheme, scheme_of
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.references import place_names
from logistics.platform.imports.targets import Row
from logistics.platform.kernel.text import plain
from logistics.platform.partners.models import Partner
from logistics.platform.places.models import Level, Place

ROOM_DIGITS = re.compile(r"\d{2,5}")


def room_names() -> Names:
    """Places, rooms also by building and room number alone: 教学楼A座305."""
    names = place_names()
    for place in Place.objects.filter(is_active=True, level=Level.ROOM).select_related("building"):
        digits = ROOM_DIGITS.search(place.name)
        if digits and place.building:
            names.add(
                place, [f"{place.building.name}{digits[0]}", f"{place.building.name}{digits[0]}室", f"{place.building.name}{digits[0]}教室"], loosely=True
            )
    return names


def firms_by_name() -> dict[str, Partner]:
    """Firms by name and short name, one that was merged as the firm it is now; a short name of two firms is nobody's. One query."""
    firms = {firm.pk: firm for firm in Partner.objects.order_by("-pk")}
    named: dict[str, set[int]] = {}
    for firm in firms.values():
        now = firm
        while now.merged_into_id:
            now = firms[now.merged_into_id]
        for name in filter(None, (firm.name, firm.short_name)):
            named.setdefault(plain(name), set()).add(now.pk)
    own = {plain(firm.name): firm for firm in firms.values() if not firm.merged_into_id}
    return {name: firms[next(iter(pks))] for name, pks in named.items() if len(pks) == 1} | own


class ClassNames:
    """Classes by code or name, never of two schemes by the same digits."""

    def __init__(self):
        self.classes = list(AssetClass.objects.filter(is_active=True).select_related("life"))
        self.by_code = {(one.scheme, one.code): one for one in self.classes}
        usual = Counter(one.scheme for one in self.classes).most_common(1)
        self.usual = Scheme(usual[0][0]) if usual else Scheme.GB2022
        self.names = Names("资产类别", go="请写 2022 版的代码或类别名称，或者先在「资产类别」里加。")
        for one in self.classes:
            if one.scheme == self.usual:
                self.names.add(one, [one.name, str(one), f"{one.name}{one.code}", f"{one.name}({one.code})"], loosely=True)

    def put(self, row: Row) -> None:
        """Replace the row's text by the class it means, or refuse the cell with a suggestion from the thing's own name."""
        text = row.values.pop("asset_class", None)
        if text is None:
            if "asset_class" not in row.problems:
                row.refuse("asset_class", "类别必填。", suggest=self.guess(row))
            return
        code = text.replace(" ", "").upper()
        known = self.by_code.get((self.usual, code)) or self.by_code.get((scheme_of(code) or Scheme.OWN, code))
        if known:
            row.values["asset_class"] = known
            if known.scheme != self.usual:
                row.note("asset_class", f"{known.get_scheme_display()}的代码", shown=known.name)
            return
        scheme = scheme_of(code)
        if scheme and scheme != self.usual:
            words = (
                f"「{code}」是 {scheme.label} 的代码，学校用的是 {self.usual.label}。同样的数字在两版里不是一回事，不能照搬，请改成 {SHAPES[self.usual][1]}。"
            )
            row.refuse("asset_class", words, suggest=self.guess(row))
            return
        row.values["asset_class"] = text
        self.names.put(row, "asset_class")

    def guess(self, row: Row) -> str:
        """A class whose name is like the thing's own; only offered, never taken."""
        found = self.names.find(str(row.values.get("name", "")))
        return str(found.record) if found.record else found.suggest
