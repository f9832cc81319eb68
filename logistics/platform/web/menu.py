"""The left menu, gathered from the apps: sections in fixed order, items shown to whoever may use them."""

from dataclasses import dataclass

from logistics.platform.access.rules import has

SECTIONS = ("", "日常", "经费", "家底", "食堂", "宿舍和水电", "安全", "公开与设置")


@dataclass(frozen=True)
class MenuItem:
    section: str
    label: str
    icon: str
    url: str
    permission: str | tuple[str, ...] = ""  # empty: everybody who is signed in; several: whoever has one of them
    order: int = 100
    also: tuple[str, ...] = ()  # beginnings of other addresses that belong to it, as "/dorms/missing/"

    @property
    def beginnings(self) -> tuple[str, ...]:
        return (self.url.partition("?")[0], *self.also)

    def is_for(self, user) -> bool:
        codes = (self.permission,) if isinstance(self.permission, str) else self.permission
        return codes == ("",) or any(has(user, code) for code in codes)


_items: list[MenuItem] = []


def register(*items: MenuItem) -> None:
    _items.extend(items)
    _items.sort(key=lambda item: (SECTIONS.index(item.section), item.order))


def all_items() -> list[MenuItem]:
    return list(_items)


def menu_for(user) -> list[tuple[str, list[MenuItem]]]:
    """(section, items) this person sees; empty sections are left out."""
    seen = [item for item in _items if item.is_for(user)]
    return [(section, items) for section in SECTIONS if (items := [i for i in seen if i.section == section])]


@dataclass(frozen=True)
class SetupCard:
    """One thing to set up, shown on /setup/ to whoever has one of the permissions."""

    label: str
    hint: str
    icon: str
    url: str
    permissions: tuple[str, ...]
    group: str = "业务"


GROUPS = ("学校", "人员", "权限和安全", "业务", "系统")
_cards: list[SetupCard] = []


def register_cards(*cards: SetupCard) -> None:
    _cards.extend(cards)


def all_cards() -> list[SetupCard]:
    return list(_cards)


def cards_for(user) -> list[SetupCard]:
    return [card for card in _cards if any(has(user, code) for code in card.permissions)]


def grouped_cards_for(user) -> list[tuple[str, list[SetupCard]]]:
    """(group, cards) this person sees, in the order of GROUPS."""
    seen = cards_for(user)
    return [(group, cards) for group in GROUPS if (cards := [card for card in seen if card.group == group])]
