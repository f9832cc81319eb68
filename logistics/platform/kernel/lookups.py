"""Comparisons that no number a person sends can break."""

from django.db import connection
from django.db.models import IntegerField
from django.db.models.lookups import In


class InRange(In):
    """`in` without the numbers that no column can hold, as Django's own `exact` does; SQLite would raise OverflowError."""

    def get_prep_lookup(self):
        values = super().get_prep_lookup()
        if not self.rhs_is_direct_value():
            return values
        low, high = connection.ops.integer_field_range(self.lhs.output_field.get_internal_type())
        return [value for value in values if not isinstance(value, int) or low <= value <= high]


def register() -> None:
    """Use it for every whole number and primary key."""
    IntegerField.register_lookup(InRange)
