"""The makers and growers of the app safety together."""

from tests.records import gate_makers, moving_makers, register_makers, rounds_makers

MAKERS = {**moving_makers.MAKERS, **gate_makers.MAKERS, **register_makers.MAKERS, **rounds_makers.MAKERS}
GROWERS = {**register_makers.GROWERS, **rounds_makers.GROWERS}
