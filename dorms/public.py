"""All that other apps may use of dorms."""

from .bed.figures import boarders_on, head_counts
from .bed.queries import keepers_of, room_of, rooms_visible_to, sleepers_on

__all__ = ["boarders_on", "head_counts", "keepers_of", "room_of", "rooms_visible_to", "sleepers_on"]
