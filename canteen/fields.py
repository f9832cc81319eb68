"""The columns of the canteen's tables: quantities with three places, yuan with two, prices with four."""

from django.db import models


def quantity_field(label: str, **kwargs) -> models.DecimalField:
    """A column of kilogrammes, boxes or bottles."""
    return models.DecimalField(label, max_digits=12, decimal_places=3, **kwargs)


def money_field(label: str, **kwargs) -> models.DecimalField:
    """A column of yuan."""
    return models.DecimalField(label, max_digits=13, decimal_places=2, **kwargs)


def price_field(label: str, **kwargs) -> models.DecimalField:
    """A column of yuan per unit."""
    return models.DecimalField(label, max_digits=12, decimal_places=4, **kwargs)
