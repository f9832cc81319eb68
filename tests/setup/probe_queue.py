"""Programs that tests start: send tasks, or write and read raw messages beside each other."""

import sys
from queue import Empty

import django
from kombu import Connection

django.setup()

import probe_tasks  # noqa: E402  # needs Django

import logistics.celery  # noqa: E402, F401  # names the transport


def send(trace: str, count: str, seconds: str) -> None:
    for number in range(int(count)):
        probe_tasks.slow.delay(trace, str(number), float(seconds))


def write_and_read(prefix: str, count: str, path: str) -> None:
    """Put that many messages, then take and acknowledge until none has come for two seconds; one line per message."""
    with Connection("djdb://") as link, link.SimpleQueue("raw") as queue, open(path, "w") as file:  # noqa: PTH123
        for number in range(int(count)):
            queue.put(f"{prefix}{number}")
        while True:
            try:
                message = queue.get(timeout=2)
            except Empty:
                return
            file.write(message.payload + "\n")
            message.ack()


if __name__ == "__main__":
    {"send": send, "write_and_read": write_and_read}[sys.argv[1]](*sys.argv[2:])
