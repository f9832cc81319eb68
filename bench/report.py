"""The table of what was measured, against its baselines and its targets."""

from collections.abc import Iterator

from cases import BARE, BY_HAND, EMPTY, FIRST

UNITS = {"cpu": "ms CPU", "sql": "SQL", "kb": "KB", "wall": "ms", "db": "ms in the database", "times_first": "x page 1"}
LINE = "{:28} {:>8} {:>7} {:>7} {:>8} {:>7} {:>4} {:>7} {:>7}  {}"
HEADS = ("", "CPU ms", "x empty", "x bare", "wall ms", "x raw", "SQL", "SQL ms", "KB", "target")


def verdict(found: dict[str, float], limits: dict[str, float]) -> str:
    """"ok" with the targets, or "far" with those that are missed and by how much."""
    if not limits:
        return "-"
    missed = [f"{found[name]:.3g} of {limit:g} {UNITS.get(name, name)}" for name, limit in limits.items() if found[name] > limit]
    return f"far: {', '.join(missed)}" if missed else "ok"


def judged(costs: dict[str, dict], limits: dict[str, dict]) -> dict[str, dict]:
    """Every case with its ratios to the baselines of the same run and what they say of its targets."""
    judged_cases = {}
    for name, cost in costs.items():
        ratios = {
            "times_empty": cost["cpu"] / costs[EMPTY]["cpu"],
            "times_bare": cost["cpu"] / costs[BARE]["cpu"],
            "times_raw": cost["wall"] / costs[BY_HAND]["wall"],
            "times_first": cost["wall"] / costs[FIRST]["wall"],
        }
        found = {key: round(value, 2) for key, value in (cost | ratios).items()}
        judged_cases[name] = found | {"target": limits.get(name, {}), "verdict": verdict(found, limits.get(name, {}))}
    return judged_cases


def page_lines(pages: dict[str, dict]) -> Iterator[str]:
    yield LINE.format(*HEADS)
    for name, one in pages.items():
        yield LINE.format(
            name, f"{one['cpu']:.2f}", f"{one['times_empty']:.1f}", f"{one['times_bare']:.2f}", f"{one['wall']:.2f}", f"{one['times_raw']:.1f}",
            one["sql"], f"{one['db']:.2f}", f"{one['kb']:.1f}", one["verdict"],
        )  # fmt: skip


def work_lines(work: dict[str, dict]) -> Iterator[str]:
    for name, one in work.items():
        yield f"{name:44} {one['value']:>10,.4g} {one['unit']:10} {one['verdict']}"


def at_most(value: float, unit: str, limit: float | None = None) -> dict:
    said = "-" if limit is None else "ok" if value <= limit else f"far: at most {limit:.3g}"
    return {"value": round(value, 3), "unit": unit, "target": limit, "verdict": said}


def at_least(value: float, unit: str, limit: float | None = None) -> dict:
    said = "-" if limit is None else "ok" if value >= limit else f"far: at least {limit:,.4g}"
    return {"value": round(value, 1), "unit": unit, "target": limit, "verdict": said}
