"""What the books of safety share on screen, paper and API."""

from django.utils import timezone

EVIDENCE = ["happened_at", "late", "created_at", "note", "struck_at", "struck_reason"]  # fields of every entry in the API


def stamp_of(moment) -> str:
    """11-20 08:52 for printed tables; empty for none."""
    return f"{timezone.localtime(moment):%m-%d %H:%M}" if moment else ""


def plainly(value) -> str:
    """5, 0.5, −3: a measured number without empty decimals."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
