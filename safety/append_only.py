"""The records of safety that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

RECORDS = AppendOnly("safety", {})
