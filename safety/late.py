"""Safety's records written after they happened: its two numbers, and the platform's rules with them."""

from functools import partial

from logistics.platform.evidence import late
from logistics.platform.evidence.late import Claimed, ClaimedField, not_ahead

__all__ = ["DAYS", "LIMITS", "Claimed", "ClaimedField", "claimed_time", "late_words", "not_ahead"]

LIMITS = late.late_limits("safety", "安全", minutes=60, days=3)
DAYS = LIMITS[1].code
claimed_time = partial(late.claimed_time, app="safety")
late_words = partial(late.late_words, app="safety")
