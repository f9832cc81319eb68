"""Every table of the safety app, gathered for Django."""

__all__: list[str] = []
