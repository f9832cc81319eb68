"""The records of meters and bills that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

METERS = AppendOnly("utilities", {"utilities_reading": ""})
