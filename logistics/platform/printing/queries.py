"""Finding a printed paper again and comparing it with today's record."""

from enum import Enum

from logistics.platform.school.models import school

from .content import digest_of, is_code, tidy_code
from .documents import document_for
from .models import PrintedPaper


class Standing(Enum):
    """How a printed paper compares with the record today."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


def paper_by_code(code: str) -> PrintedPaper | None:
    """The paper with this code however it is typed, None when there is none or the text cannot be a code."""
    code = tidy_code(code)
    return PrintedPaper.objects.select_related("printed_by").filter(code=code).first() if is_code(code) else None


def standing_of(paper: PrintedPaper) -> Standing:
    """Whether the record still says what was printed, seen by the person who printed it."""
    document = document_for(paper.kind)
    record = document.record_of(paper) if document else None
    if document is None or record is None:
        return Standing.GONE
    same = digest_of(document.context(record, paper.printed_by)) == paper.digest and document.number(record) == paper.number
    return Standing.SAME if same else Standing.CHANGED


def base_address(request=None) -> str:
    """Where people outside reach the school's site, without a closing slash: the set address, else the request's own, else nothing."""
    address = school().address or (request.build_absolute_uri("/") if request else "")
    return address.rstrip("/")
