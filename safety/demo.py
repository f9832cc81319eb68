"""Safety of the demo school, made by its own rules."""

from logistics.platform.demo.build import DemoSchool

from . import demo_gate, demo_health, demo_moving, demo_patrol, demo_registers


def build(school: DemoSchool) -> None:
    """One part per family of folders, each in a file of its own."""
    demo_patrol.build(school)
    demo_gate.build(school)
    demo_registers.build(school)
    demo_moving.build(school)
    demo_health.build(school)
