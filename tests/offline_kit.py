"""What a phone adds to a form it kept while there was no network."""

from uuid import uuid4


def arriving(key: str, url: str, person, wrote) -> dict:
    """The fields beside what was typed; each call is another form."""
    clock = f"{wrote.timestamp() * 1000:.0f}"
    about = {"id": f"{uuid4()}", "key": key, "url": url, "user": person.pk, "claimed": clock, "read": clock}
    return {f"offline_{name}": value for name, value in about.items()}
