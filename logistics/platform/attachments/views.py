"""The only way a file leaves: through the visibility of the record it hangs on."""

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from .models import Attachment
from .queries import visible_attachment

TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"}


@require_safe
def file(request, token: str):
    return _answer(request, token, "file")


@require_safe
def thumb(request, token: str):
    return _answer(request, token, "thumb")


def _answer(request, token: str, which: str) -> FileResponse:
    return serve(visible_attachment(request.user, token), which)


def serve(attachment: Attachment | None, which: str) -> FileResponse:
    """The file or its thumb of an attachment somebody may see. Unknown, hidden and missing ones look the same from outside: 404."""
    name = getattr(attachment, which).name if attachment else ""
    if not name:
        raise Http404("file")
    suffix = PurePosixPath(name).suffix
    try:
        opened = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404("file") from error
    response = FileResponse(opened, content_type=TYPES[suffix], filename=attachment.name, as_attachment=suffix == ".pdf")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
