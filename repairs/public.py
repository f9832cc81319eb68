"""All that other apps may use of repairs."""

from .origins import on_closed
from .ticket.rules import open_ticket

__all__ = ["on_closed", "open_ticket"]
