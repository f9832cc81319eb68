"""服务证: the card a worker wears or the wall shows, with the certificate in force (CAN-10)."""

from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Worker
from .queries import certificate, lack_words


def card(worker: Worker, user) -> dict:
    """Name, job and certificate of today; refused without a valid one."""
    today = timezone.localdate()
    paper = certificate(worker, today)
    if paper is None:
        raise RuleViolation(f"{worker}{lack_words(worker, today)}，不能打印服务证。")
    return {
        "heading": "食堂从业人员服务证",
        "name": worker.person.name,
        "job": worker.get_job_display(),
        "paper": paper.number,
        "issued": full_day(paper.issued_on),
        "until": full_day(paper.expires_on),
        "facts": [
            ("姓名", worker.person.name, False),
            ("岗位", worker.get_job_display(), False),
            ("健康证号", paper.number or "", False),
            ("发证日期", full_day(paper.issued_on), False),
            ("有效期至", full_day(paper.expires_on), False),
        ],
    }


WORKER_CARD = PrintDocument(
    kind="canteen.worker", title="食堂从业人员服务证", template="print/canteen/worker.html", context=card, number=lambda worker: worker.person.username
)
