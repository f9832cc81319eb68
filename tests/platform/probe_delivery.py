"""A worker that dies in the middle: python probe_delivery.py DATABASE_NAME MESSAGE_ID TOPIC EFFECT."""

import os
import signal
import sys
from datetime import datetime

import django
from django.conf import settings

if __name__ == "__main__":
    name, message_id, topic, effect = sys.argv[1:]
    django.setup()
    settings.DATABASES["default"]["NAME"] = name
    from logistics.platform.notices import delivery, topics
    from logistics.platform.notices.models import Notice

    def die(message, at):
        Notice.objects.create(recipient_id=message.payload["person"], at=at, title="half", outbox=message)
        os.kill(os.getpid(), signal.SIGKILL)

    topics._topics[topic] = topics.Topic(topic, die, topics.Effect[effect])
    delivery.deliver(message_id=int(message_id), at=datetime.fromisoformat(os.environ["AT"]))
