"""Dorms of the demo school, made by its own rules."""

from logistics.platform.demo.build import DemoSchool

from . import demo_bedcheck, demo_beds, demo_nights, demo_scores


def build(school: DemoSchool) -> None:
    """One part per family of folders, each in a file of its own."""
    demo_beds.build(school)
    demo_bedcheck.build(school)
    demo_scores.build(school)
    demo_nights.build(school)
