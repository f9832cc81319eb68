"""All that other apps may use of canteen."""

from .meal.heads import register_away

__all__ = ["register_away"]
