"""What the tests of the outbox and the inbox share."""

from datetime import timedelta

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.notices.rules import notify

MINUTE = timedelta(minutes=1)


@rule
def dispatch(*, actor, at, record, recipients, then=None):
    """A business rule that tells people; `then` is raised afterwards."""
    record_event(actor=actor, at=at, action="dispatch", record=record, text="派工")
    notify(at=at, key=f"test:{record.pk}:dispatched", recipients=recipients, title="三号楼水管漏水派给您", body="今天 18:00 前", url="/repairs/ticket/1/")
    if then:
        raise then


def told(at, people, key="test:1", **words):
    """A notice that waits in the outbox; inside a test's transaction nothing is sent by itself."""
    return notify(at=at, key=key, recipients=people, title=words.pop("title", "水管修好了，请验收"), **words)
