"""The API of what the platform shows to everybody, at /api/v1/rulebook/."""

from .api.records import register
from .rulebook.api import RegulationSerializer
from .rulebook.pages import RULES

register("rulebook", "rules", RULES, RegulationSerializer)
