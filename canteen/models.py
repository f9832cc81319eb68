"""Every table of the canteen app, gathered for Django."""

__all__: list[str] = []
