"""What assets registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    for part in ():
        part.register()
