"""The records of meters and bills that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

METERS = AppendOnly(
    "utilities",
    {
        "utilities_billshare": "",
        "utilities_energyfactor": "",
        "utilities_leaktest": "",
        "utilities_reading": "",
        "utilities_utilityreport": "OF kind, first, last, version, made_at, figures",
    },
)
