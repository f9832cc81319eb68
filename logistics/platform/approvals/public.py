"""The door for other apps: make a kind of document approvable, send a document, ask how it stands."""

from .panel import approval_panel
from .planning import plan
from .queries import current_run, load_people, record_ids_seen_by, runs_of
from .registry import ApprovalKind, Facts, by_rules, register
from .running_rules import open_choices, start_run, void_run, withdraw_run
from .signing import signature_rows
from .spec import People, PlannedStep, SignatureRow
from .usual_rules import load_usual_chains

__all__ = [
    "ApprovalKind",
    "Facts",
    "People",
    "PlannedStep",
    "SignatureRow",
    "approval_panel",
    "by_rules",
    "current_run",
    "load_people",
    "load_usual_chains",
    "open_choices",
    "plan",
    "record_ids_seen_by",
    "register",
    "runs_of",
    "signature_rows",
    "start_run",
    "void_run",
    "withdraw_run",
]
