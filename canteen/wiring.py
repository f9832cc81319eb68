"""What canteen registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    parts: tuple = ()
    for part in parts:
        part.register()
