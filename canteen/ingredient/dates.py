"""The dates written on a batch: the same questions at the gate and for what lay in the store before."""

from datetime import date, timedelta

from logistics.platform.kernel.errors import RuleViolation

from .models import Ingredient


def shelf_dates(ingredient: Ingredient, made_on: date | None, expires_on: date | None, day: date, *, field: str = "lines") -> tuple[date | None, date | None]:
    """(made on, last day) of a batch that came on `day`; the last day follows from the first where only that is written on it.

    Raises RuleViolation at `field` for what was made later than it came, for what ends before it was made, and for goods with a shelf life
    whose last day cannot be known. What is past its day is none of these: the chef refuses it.
    """
    if made_on is not None and made_on > day:
        raise RuleViolation(f"「{ingredient}」的生产日期（{made_on}）比到货还晚，请检查。", field=field)
    if made_on is not None and expires_on is not None and expires_on < made_on:
        raise RuleViolation(f"「{ingredient}」的保质期比生产日期还早，请检查。", field=field)
    if expires_on is None and made_on is not None and ingredient.shelf_days:
        expires_on = made_on + timedelta(days=ingredient.shelf_days)
    if expires_on is None and ingredient.shelf_days:
        raise RuleViolation(f"「{ingredient}」有保质期，请写生产日期或者保质期到哪天（《食品安全法》第五十三条，进货查验记录）。", field=field)
    return made_on, expires_on
