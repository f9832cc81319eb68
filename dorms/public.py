"""All that other apps may use of dorms."""

from .bed.figures import boarders_on, head_counts
from .bed.queries import keepers_of, room_of, rooms_visible_to, sleepers_on
from .bedcheck.leaders import register_leaders
from .leave.queries import away_on

__all__ = ["away_on", "boarders_on", "head_counts", "keepers_of", "register_leaders", "room_of", "rooms_visible_to", "sleepers_on"]
