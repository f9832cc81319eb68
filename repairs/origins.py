"""Who else's records open tickets and want to hear of their closing (REP-08).

An upper app (rounds, hazards, dormitories) registers one handler per kind of origin in its wiring.
"""

from collections.abc import Callable

_handlers: dict[str, Callable] = {}


def on_closed(kind: str, handler: Callable) -> None:
    """handler(actor=, at=, origin=Ref, ticket=) runs inside the transaction that ends a ticket opened by such a record."""
    if kind in _handlers:
        raise ValueError(f"origin {kind} has a handler already")
    _handlers[kind] = handler


def forget(kind: str) -> None:
    _handlers.pop(kind, None)


def handler_for(kind: str) -> Callable | None:
    return _handlers.get(kind)


def all_handlers() -> dict[str, Callable]:
    return dict(_handlers)
