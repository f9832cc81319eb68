"""The records of utilities written after they happened: its two numbers."""

from logistics.platform.evidence import late

LIMITS = late.late_limits("utilities", "水电", minutes=60, days=7)
