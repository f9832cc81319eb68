"""The records of the dormitories that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

NIGHTS = AppendOnly("dorms", {})
