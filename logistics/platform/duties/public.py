"""The door for other apps: set up a duty, register what counts as having done it, and say that it is done."""

from .doing_rules import complete_occurrence
from .queries import calendar_entries
from .registry import Producer, register
from .rules import save_duty

__all__ = ["Producer", "calendar_entries", "complete_occurrence", "register", "save_duty"]
