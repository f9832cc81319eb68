"""What was measured, against the baselines of the same run and against the targets: as a table and for results.json."""

from collections.abc import Iterator

import targets
from meter import BARE, BY_HAND, EMPTY, FIRST

ENOUGH = 10_000  # rows, for a target of seconds a row
UNITS = {"cpu": "ms CPU", "sql": "SQL", "kb": "KB", "wall": "ms", "db": "ms in the database", "times_first": "times page 1"}
LINE = "{:27}{:>8}{:>8}{:>8}{:>9}{:>7}{:>5}{:>8}{:>8}  {}"
HEADS = ("", "CPU ms", "x empty", "x bare", "wall ms", "x raw", "SQL", "SQL ms", "KB", "target")
WORK_LINE = "{:46}{:>10} {:31} {}"


def judged(found: dict) -> dict:
    """One database's findings with ratios and verdicts: pages by name, and the other work by name."""
    size = found["size"]
    return {
        "tickets": size["tickets"],
        "open": size["open"],
        "pages": {name: judged_page(one, found["pages"]) for name, one in found["pages"].items()},
        "work": judged_serving(found)
        | judged_export(found["long_work"]["export"])
        | judged_import(found["bring_in"])
        | judged_journal(found["long_work"]["journal"])
        | judged_things(found["things"]),
    }


def judged_page(cost: dict, pages: dict[str, dict]) -> dict:
    ratios = {
        "times_empty": cost["cpu"] / pages[EMPTY]["cpu"],
        "times_bare": cost["cpu"] / pages[BARE]["cpu"],
        "times_raw": cost["wall"] / pages[BY_HAND]["wall"],
        "times_first": cost["wall"] / pages[FIRST]["wall"],
    }
    limits = cost["limits"]
    known = {name: value for name, value in cost.items() if name != "limits"} | ratios
    missed = [f"{known[name]:.3g} {UNITS[name]} of {limit:g}" for name, limit in limits.items() if known[name] > limit]
    return {name: round(value, 2) for name, value in known.items()} | {
        "target": limits,
        "verdict": f"far: {', '.join(missed)}" if missed else "ok" if limits else "-",
    }


def at_most(value: float, unit: str, limit: float | None = None) -> dict:
    said = "-" if limit is None else "ok" if value <= limit else f"far: at most {limit:.3g}"
    return {"value": round(value, 3), "unit": unit, "target": limit, "verdict": said}


def at_least(value: float, unit: str, limit: float | None = None) -> dict:
    said = "-" if limit is None else "ok" if value >= limit else f"far: at least {limit:,.0f}"
    return {"value": round(value, 1), "unit": unit, "target": limit, "verdict": said}


def judged_serving(found: dict) -> dict[str, dict]:
    served = found["serving"]
    rates = {}
    for name, one in served["cases"].items():
        limit = targets.API_RATE if name == "API list, 50" else None
        rates[f"2 workers, {name}"] = at_least(one["rate"], "a second", limit) | {"cpu": round(one["cpu"], 2)}
    return rates | {
        "memory of a worker afterwards": at_most(served["workers"]["share"], "MB", targets.WORKER_MEMORY),
        "    the same with shared pages counted whole": at_most(served["workers"]["whole"], "MB"),
        "from start to the first answer": at_most(served["cold"], "s", targets.COLD_START),
        "migrations on an empty database": at_most(found["migrate"], "s", targets.MIGRATIONS),
    }


def judged_export(one: dict) -> dict[str, dict]:
    name = f"Excel of {one['rows']:,} rows, {one['columns']} columns"
    return {
        f"{name}: first byte": at_most(one["first"], "s", targets.EXPORT_FIRST),
        f"{name}: all": at_most(one["total"], "s", targets.EXPORT_SECONDS * one["rows"] if one["rows"] >= ENOUGH else None),
        f"{name}: CPU": at_most(one["cpu"], "s"),
        f"{name}: memory": at_most(one["more"], "MB more", targets.EXPORT_MEMORY),
        f"{name}: file": at_most(one["kb"] / 1000, "MB"),
    }


def judged_import(one: dict) -> dict[str, dict]:
    name = f"import of {one['rows']:,} rows"
    return {
        f"{name}: file to committed": at_most(one["total"], "s", targets.IMPORT_SECONDS * one["rows"] if one["rows"] >= ENOUGH else None),
        f"{name}: of it the checked preview": at_most(one["preview"], "s"),
        f"{name}: memory": at_most(one["more"], "MB more", targets.IMPORT_MEMORY),
        f"{name}: memory of the reader": at_most(one["reader"], "MB"),
    }


def judged_things(found: dict) -> dict[str, dict]:
    """The ledger of things: the same targets for its file and its import, a hundred labels, goods issued by four people at once."""
    out, whole, into = found["export"], found["export_all"], found["import"]
    name, other = f"Excel of {out['rows']:,} things, {out['columns']} columns", f"import of {into['rows']:,} things"
    return {
        f"{name}: all": at_most(out["total"], "s", targets.EXPORT_SECONDS * out["rows"] if out["rows"] >= ENOUGH else None),
        f"{name}: memory": at_most(out["more"], "MB more", targets.EXPORT_MEMORY),
        f"    the same with all {whole['columns']} columns": at_most(whole["total"], "s"),
        f"{other}: file to committed": at_most(into["total"], "s", targets.IMPORT_SECONDS * into["rows"] if into["rows"] >= ENOUGH else None),
        f"{other}: memory": at_most(into["more"], "MB more", targets.IMPORT_MEMORY),
        "100 labels": at_most(found["labels"]["seconds"], "s", targets.LABELS),
        "goods issued, four writers": at_least(found["issues"]["spread"], "a second", targets.ISSUES),
        "goods issued, four writers, one item": at_least(found["issues"]["hot"], "a second", targets.ISSUES_HOT),
    }


def judged_journal(one: dict) -> dict[str, dict]:
    return {
        "journal, one rule an event": at_least(one["single"], "a second", targets.JOURNAL_SHARE * one["single_by_hand"]),
        "    the same statements by hand": at_least(one["single_by_hand"], "a second"),
        "journal, many events in a rule": at_least(one["batch"], "a second", targets.JOURNAL_SHARE * one["batch_by_hand"]),
        "    by hand, many in a transaction": at_least(one["batch_by_hand"], "a second"),
    }


def lines(database: str, one: dict) -> Iterator[str]:
    """The table of one database."""
    yield f"== {database}, {one['tickets']:,} tickets, {one['open']:,} open"
    yield LINE.format(*HEADS)
    for name, page in one["pages"].items():
        numbers = (page["cpu"], page["times_empty"], page["times_bare"], page["wall"], page["times_raw"])
        yield LINE.format(name, *(f"{number:.2f}" for number in numbers), page["sql"], f"{page['db']:.2f}", f"{page['kb']:.1f}", page["verdict"])
    yield ""
    for name, work in one["work"].items():
        value = f"{work['value']:,.0f}" if work["value"] >= 100 else f"{work['value']:.2f}"
        yield WORK_LINE.format(name, value, f"{work['unit']} at {work['cpu']} ms CPU each" if "cpu" in work else work["unit"], work["verdict"])
    yield ""
