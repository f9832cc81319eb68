"""What the folder importing registers with the platform."""

from logistics.platform.imports import targets


def register() -> None:
    from .target import ASSET_LEDGER

    targets.register(ASSET_LEDGER)
