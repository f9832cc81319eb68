"""Public holidays of China and the weekends worked for them.

Source: the arrangements the General Office of the State Council publishes each November
(国办发明电〔2024〕12 号 for 2025, 国办发明电〔2025〕7 号 for 2026). A later year is typed in by the school until it is added here.
"""

from datetime import date, timedelta

from .models import DayKind

# name: (first day off, last day off, weekends worked), as month and day
ARRANGEMENTS = {
    2025: {
        "元旦": ((1, 1), (1, 1), ()),
        "春节": ((1, 28), (2, 4), ((1, 26), (2, 8))),
        "清明节": ((4, 4), (4, 6), ()),
        "劳动节": ((5, 1), (5, 5), ((4, 27),)),
        "端午节": ((5, 31), (6, 2), ()),
        "国庆节、中秋节": ((10, 1), (10, 8), ((9, 28), (10, 11))),
    },
    2026: {
        "元旦": ((1, 1), (1, 3), ((1, 4),)),
        "春节": ((2, 15), (2, 23), ((2, 14), (2, 28))),
        "清明节": ((4, 4), (4, 6), ()),
        "劳动节": ((5, 1), (5, 5), ((5, 9),)),
        "端午节": ((6, 19), (6, 21), ()),
        "中秋节": ((9, 25), (9, 27), ()),
        "国庆节": ((10, 1), (10, 7), ((9, 20), (10, 10))),
    },
}


def public_days(year: int) -> list[tuple[date, DayKind, str]]:
    """(day, kind, name) of the year in order of date; empty for a year that is not known here."""
    days = []
    for name, (first, last, worked) in ARRANGEMENTS.get(year, {}).items():
        on, end = date(year, *first), date(year, *last)
        while on <= end:
            days.append((on, DayKind.HOLIDAY, name))
            on += timedelta(days=1)
        days += [(date(year, *day), DayKind.MAKEUP, name) for day in worked]
    return sorted(days)


def known_years() -> list[int]:
    return sorted(ARRANGEMENTS)
