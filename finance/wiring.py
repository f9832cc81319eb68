"""What finance registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    from .budget import wiring as budget
    from .journal import wiring as journal

    for part in (budget, journal):
        part.register()
