"""When an extinguisher is to be serviced and when it is scrapped, by GA 95-2015. No database."""

from datetime import date

BASIS = "GA 95《灭火器维修》、GB 50444《建筑灭火器配置验收及检查规范》"
LIFE = {"water": 6, "powder": 10, "gas": 10, "co2": 12}  # years from its making
SERVICE = {"water": (3, 1), "powder": (5, 2), "gas": (5, 2), "co2": (5, 2)}  # years to the first service, then between two


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def scrap_day(kind: str, made_on: date | None) -> date | None:
    """The day from which it may not be used any more; None for what has no such day or no date of making."""
    return years_later(made_on, LIFE[kind]) if made_on and kind in LIFE else None


def service_day(kind: str, made_on: date | None, serviced_on: date | None) -> date | None:
    """The day by which it is to be serviced next."""
    if kind not in SERVICE:
        return None
    first, between = SERVICE[kind]
    if serviced_on:
        return years_later(serviced_on, between)
    return years_later(made_on, first) if made_on else None
