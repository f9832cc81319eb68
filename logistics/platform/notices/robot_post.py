"""One HTTP request to a robot, told apart by how far it came: a request that never went out may be repeated, one that did may not."""

import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from .robot_formats import HOSTS

SECONDS = 10
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """`status` 0 means that no answer came; then `went_out` says whether the whole request had been sent."""

    status: int = 0
    body: bytes = b""
    went_out: bool = False


def may_be_called(parts: SplitResult) -> bool:
    """Only the vendors' own machines, by https at the usual port; this machine itself where a test allows it."""
    try:
        port = parts.port
    except ValueError:
        return False
    if parts.username or parts.password or parts.fragment:
        return False
    if settings.ROBOT_LOOPBACK and parts.hostname == "127.0.0.1":
        return parts.scheme == "http"
    return parts.scheme == "https" and parts.hostname in HOSTS.values() and port in (None, 443)


def post(address: str, body: bytes) -> Reply:
    """Post the JSON and read the answer; never raises. Redirects are not followed."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return Reply(status=400)
    if not may_be_called(parts) or not parts.hostname or not address.isascii():
        return Reply(status=400)
    connection = _connection(parts.scheme, parts.hostname, parts.port)
    try:
        try:
            connection.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, body, {"Content-Type": "application/json; charset=utf-8"})
        except (OSError, HTTPException):
            return Reply()
        try:
            answer = connection.getresponse()
            return Reply(answer.status, answer.read(MOST_BYTES), went_out=True)
        except (OSError, HTTPException):
            return Reply(went_out=True)
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=SECONDS)
    return HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
