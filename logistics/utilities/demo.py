"""Utilities of the demo school, made by its own rules."""

from logistics.platform.demo.build import DemoSchool

from . import demo_bill, demo_meter, demo_usage, demo_waste


def build(school: DemoSchool) -> None:
    """One part per family of folders, each in a file of its own."""
    demo_meter.build(school)
    demo_bill.build(school)
    demo_usage.build(school)
    demo_waste.build(school)
