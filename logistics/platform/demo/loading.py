"""What makes loading a whole school quicker without making it another school."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import CheckConstraint


@contextmanager
def checks_by_database() -> Iterator[None]:
    """Inside, a check constraint is looked at once: the database refuses what breaks it, and is not asked before every row as well.

    Only for a command that is alone in its process: what breaks a constraint is an IntegrityError here and no sentence.
    """
    asking = CheckConstraint.validate
    CheckConstraint.validate = lambda *args, **kwargs: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        CheckConstraint.validate = asking  # type: ignore[method-assign]
