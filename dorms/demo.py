"""Dorms of the demo school, made by its own rules."""

from logistics.platform.demo.build import DemoSchool


def build(school: DemoSchool) -> None:
    """One part per family of folders, each in a file of its own."""
