"""The requests a repairer's phone makes, for the tests of work without network."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from repairs.ticket.models import Ticket
from repairs.ticket.pages import TICKETS

from .attachments_kit import saved, scene

FINISHED = {"work_done": "换了角阀", "cause": "natural", "minutes": "40"}


class Phone:
    """The requests a phone makes: `arrive` and `finish` as they were filled in while the ticket was as `seen`."""

    def __init__(self, person, ticket):
        self.person, self.ticket, self.client = person, ticket, Client()
        self.client.force_login(person)
        self.read, self.seen = timezone.now() - timedelta(hours=2), TICKETS.stamp(ticket)

    def entry(self, name: str, uid=None, **fields) -> dict:
        claimed = self.read + timedelta(hours=1)
        about = {"id": f"{uid or uuid4()}", "key": f"repairs.{name}", "url": f"/repairs/ticket/{self.ticket.pk}/{name}/", "user": f"{self.person.pk}"}
        about |= {"claimed": f"{claimed.timestamp() * 1000:.0f}", "read": f"{self.read.timestamp() * 1000:.0f}"}
        return {f"offline_{key}": value for key, value in about.items()} | {"seen": self.seen} | fields

    def send(self, name: str, uid=None, **fields):
        return self.client.post("/offline/send/", self.entry(name, uid, **fields))

    def now(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket.pk)


def photo(name="after.jpg"):
    return SimpleUploadedFile(name, saved(scene()), "image/jpeg")
