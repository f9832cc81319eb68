"""What can go wrong by rule. Pages, API, imports and tasks turn these into messages."""


class RuleViolation(Exception):
    """A rule of the school forbids this; the message is fit for the person who asked.

    `field` names the input the sentence belongs to, when there is one.
    """

    def __init__(self, message: str, *, field: str | None = None):
        super().__init__(message)
        self.message, self.field = message, field


class NotAllowed(RuleViolation):
    """This person may not do this to this record."""


class Conflict(RuleViolation):
    """Somebody else changed the record first."""
