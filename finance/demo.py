"""A year's budget and the day books of the last months, made by their own rules."""

from logistics.platform.demo.build import DemoSchool

from . import (
    demo_acceptance,
    demo_aid,
    demo_budget,
    demo_calendar,
    demo_claim,
    demo_contract,
    demo_disclosure,
    demo_fee,
    demo_journal,
    demo_order,
    demo_purchase,
)


def build(school: DemoSchool) -> None:
    """In the order in which money goes: the budget, what was paid, what had to be changed."""
    demo_budget.build(school)
    demo_journal.build(school)
    demo_budget.changes(school)
    demo_purchase.build(school)
    demo_order.build(school)
    demo_acceptance.build(school)
    demo_claim.build(school)
    demo_contract.build(school)
    demo_fee.build(school)
    demo_aid.build(school)
    demo_disclosure.build(school)
    demo_calendar.build(school)
