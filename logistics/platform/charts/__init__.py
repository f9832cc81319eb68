"""Charts as inline SVG made here: the same picture on a page, in the dark and on paper."""

from .bars import bars, grouped, stacked
from .hbars import Bar, hbars
from .lines import lines
from .tiles import heat, tiles

__all__ = ["Bar", "bars", "grouped", "hbars", "heat", "lines", "stacked", "tiles"]
