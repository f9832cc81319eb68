"""Who may work in the kitchen today, and how far the training of the year has come (CAN-10, CAN-11)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from canteen.evidence import VIEW
from logistics.platform.access.rules import has
from logistics.platform.papers.models import PaperKind, PaperState, StaffPaper

from .models import Fitness, MorningCheck, RosterEntry, RosterState, Worker


def workers_visible_to(user) -> QuerySet[Worker]:
    rows = Worker.objects.select_related("person__department")
    return rows if has(user, VIEW) else rows.none()


def active_workers() -> QuerySet[Worker]:
    return Worker.objects.filter(is_active=True, person__is_active=True).select_related("person").order_by("person__pinyin", "pk")


def _health(on: date) -> QuerySet[StaffPaper]:
    """Health certificates that prove something on that day: a certificate is for a year, so one without a last day proves nothing."""
    papers = StaffPaper.objects.filter(kind=PaperKind.HEALTH, expires_on__gte=on).exclude(state=PaperState.VOID)
    return papers.filter(Q(issued_on=None) | Q(issued_on__lte=on)).order_by("expires_on", "pk")


def certificate(worker: Worker, on: date) -> StaffPaper | None:
    """The health certificate that lets this person work on that day."""
    return _health(on).filter(person=worker.person_id).last()


def lack_words(worker: Worker, on: date) -> str:
    """Why there is none, as the end of a sentence that begins with the name."""
    papers = StaffPaper.objects.filter(person=worker.person_id, kind=PaperKind.HEALTH, state=PaperState.CURRENT, expires_on=None)
    return "的健康证没有写到期日，不能算有效，请在证件里补上" if papers.exists() else "没有有效的健康证"


def certificates(workers, on: date) -> dict[int, StaffPaper]:
    """{worker id: the certificate valid on that day}, in one query."""
    by_person = {worker.person_id: worker.pk for worker in workers}
    return {by_person[paper.person_id]: paper for paper in _health(on).filter(person__in=by_person)}


def last_check(worker: Worker, until: date) -> MorningCheck | None:
    """The newest check that counts, up to and with that day."""
    return worker.checks.filter(struck_at=None, on__lte=until).order_by("-on", "-pk").first()


@dataclass(frozen=True)
class WorkerDay:
    """How one worker stands on one day."""

    worker: Worker
    paper: StaffPaper | None
    check: MorningCheck | None
    shift: RosterEntry | None

    @property
    def standing(self) -> tuple[str, str]:
        """(word, tone)."""
        if self.paper is None:
            return "没有有效健康证", "late"
        if self.check is None:
            return "还没晨检", "wait"
        return self.check.get_result_display(), "done" if self.check.result == Fitness.DUTY else "late"


def day_of(on: date) -> list[WorkerDay]:
    """Every active worker with certificate, check and shift of the day; four queries."""
    workers = list(active_workers())
    papers = certificates(workers, on)
    checks = {one.worker_id: one for one in MorningCheck.objects.filter(on=on, struck_at=None).select_related("created_by")}
    shifts = {one.worker_id: one for one in RosterEntry.objects.filter(on=on, state=RosterState.ON)}
    return [WorkerDay(worker, papers.get(worker.pk), checks.get(worker.pk), shifts.get(worker.pk)) for worker in workers]


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the morning's pages, which whoever looks at the workers opens at the door."""
    today = timezone.localdate()
    seen = f"{today} {MorningCheck.objects.filter(on=today, struck_at=None).count()} {active_workers().count()}"
    return [("/canteen/morning/", seen), ("/canteen/morning-check/new/", seen)]
