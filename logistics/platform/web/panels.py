"""Panels that an app hangs on another app's detail page (the history of repairs on a room, say)."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    kind: str  # the record kind whose page shows it
    title: str
    template: str
    context: Callable  # (record, user) -> dict, or None to show nothing
    order: int = 100
    side: bool = False


_panels: list[Panel] = []


def register(*panels: Panel) -> None:
    _panels.extend(panels)
    _panels.sort(key=lambda panel: panel.order)


def all_panels() -> list[Panel]:
    return list(_panels)


def panels_for(record, user) -> list[tuple[Panel, dict]]:
    kind = record._meta.label_lower
    found = [(panel, panel.context(record, user)) for panel in _panels if panel.kind == kind]
    return [(panel, context) for panel, context in found if context is not None]
