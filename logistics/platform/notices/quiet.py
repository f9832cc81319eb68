"""When a word may go out: quiet hours and the daily digest, as arithmetic on the school's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from logistics.platform.school.models import school

from .models import NoticeChoice
from .subjects import Subject

NOW, DIGEST, OFF = "now", "digest", "off"


@dataclass(frozen=True)
class Manner:
    """How somebody is told beside the inbox."""

    mail: dict
    quiet_from: time
    quiet_to: time
    digest_at: time

    def mail_for(self, subject: Subject) -> str:
        """NOW, DIGEST or OFF."""
        return self.mail.get(subject.group, NOW)

    def mail_moment(self, subject: Subject, at: datetime, now: datetime) -> datetime | None:
        """When the mail about something of `at` goes: `now`, a later moment together with others, None for no mail at all.

        Urgent words never wait and cannot be switched to the digest, but a group switched off stays off.
        """
        moment = self._moment(subject, at)
        return moment if moment is None or moment > now else self.wakes(subject, now) or now

    def wakes(self, subject: Subject, at: datetime) -> datetime | None:
        """The end of the quiet hours this must wait for, None when it may go now."""
        return None if subject.urgent else quiet_until(self.quiet_from, self.quiet_to, at)

    def _moment(self, subject: Subject, at: datetime) -> datetime | None:
        way = self.mail_for(subject)
        if way == OFF:
            return None
        if subject.urgent:
            return at
        if way == DIGEST:
            return next_time(self.digest_at, at)
        return self.wakes(subject, at) or at


def usual_manner() -> Manner:
    """The school's own settings."""
    facts = school()
    return Manner({}, facts.quiet_from, facts.quiet_to, facts.digest_at)


def manners_of(people) -> dict[int, Manner]:
    """{person: manner} in one query; whoever chose nothing has the school's."""
    usual = usual_manner()
    chosen = {choice.person_id: choice for choice in NoticeChoice.objects.filter(person__in=[person.pk for person in people])}
    return {person.pk: _manner(chosen[person.pk], usual) if person.pk in chosen else usual for person in people}


def manner_of(person) -> Manner:
    return manners_of([person])[person.pk]


def _manner(choice: NoticeChoice, usual: Manner) -> Manner:
    quiet_from, quiet_to = choice.quiet_from or usual.quiet_from, choice.quiet_to or usual.quiet_to
    return Manner(choice.mail, quiet_from, quiet_to, choice.digest_at or usual.digest_at)


def quiet_until(start: time, end: time, at: datetime) -> datetime | None:
    """The end of the quiet hours that hold `at`, None outside them. The same time twice means no quiet hours.

    21:30 to 06:30 lasts over midnight; the first minute is quiet, the last moment is not.
    """
    clock = timezone.localtime(at).time()
    inside = start <= clock < end if start < end else start != end and (clock >= start or clock < end)
    return next_time(end, at) if inside else None


def next_time(clock: time, at: datetime) -> datetime:
    """The first moment after `at` at which the school's clock shows this."""
    today: date = timezone.localdate(at)
    found = timezone.make_aware(datetime.combine(today, clock))
    return found if found > at else timezone.make_aware(datetime.combine(today + timedelta(days=1), clock))
