"""The neighbours of the figures of use, and of saving, as tabs above each of them."""

from django.urls import NoReverseMatch, reverse

from logistics.platform.access.rules import has

TABS = (
    ("用量", "utilities:usage", ("utilities.usage.view",)),
    ("月报", "utilities:utility-report-list", ("utilities.usage.view",)),
    ("消耗台账", "utilities:use-problem-list", ("utilities.usage.view",)),
    ("查漏", "utilities:leak-test-list", ("utilities.usage.view", "utilities.leak.record")),
    ("年报", "utilities:energy-year-list", ("utilities.usage.view",)),
    ("面积和人数", "utilities:size-list", ("utilities.usage.view",)),
    ("折标系数", "utilities:factor-list", ("utilities.usage.view",)),
)
SAVING = (
    ("节约用电用水", "utilities:waste", ("utilities.waste.view",)),
    ("全部登记", "utilities:waste-finding-list", ("utilities.waste.view",)),
    ("班级节约员", "utilities:energy-keeper-list", ("utilities.waste.view",)),
    ("开放时间", "utilities:run-rule-list", ("utilities.run.view",)),
    ("延时使用", "utilities:run-exception-list", ("utilities.run.ask",)),
)


def tabs_for(user, tabs=TABS) -> list[tuple[str, str]]:
    """(label, address) of what this person may open."""
    found = []
    for label, name, codes in tabs:
        if any(has(user, code) for code in codes):
            try:
                found.append((label, reverse(name)))
            except NoReverseMatch:
                continue
    return found
