"""A year's budget and the day books of the last months, made by their own rules."""

from logistics.platform.demo.build import DemoSchool

from . import demo_budget, demo_journal


def build(school: DemoSchool) -> None:
    """In the order in which money goes: the budget, what was paid, what had to be changed."""
    demo_budget.build(school)
    demo_journal.build(school)
    demo_budget.changes(school)
