"""Tasks that leave a trace, for tests of the queue."""

import time
from pathlib import Path

from celery import shared_task


@shared_task
def slow(trace: str, name: str, seconds: float) -> None:
    """Write "start name", work, write "done name"."""
    with Path(trace).open("a") as file:
        file.write(f"start {name}\n")
    time.sleep(seconds)
    with Path(trace).open("a") as file:
        file.write(f"done {name}\n")
