"""Every described record type by its kind, so that services reach pages and visible rows without knowing the apps."""

_records: dict[str, "object"] = {}


def register(*records) -> None:
    """Make record types known; called from an app's wiring."""
    for record in records:
        if record.kind in _records:
            raise ValueError(f"record {record.kind} registered twice")
        _records[record.kind] = record


def record_for(kind: str):
    """The description for "repairs.ticket", or None for an unknown kind."""
    return _records.get(kind)


def all_records() -> list:
    return list(_records.values())
