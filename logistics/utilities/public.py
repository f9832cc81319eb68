"""All that other apps may use of utilities."""

from .schedule.queries import outside_words
from .waste.queries import waste_counts

__all__ = ["outside_words", "waste_counts"]
