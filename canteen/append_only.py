"""The records of canteen that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

EVIDENCE = AppendOnly("canteen", {})
