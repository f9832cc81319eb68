"""From a template to a PDF (WeasyPrint). Reads nothing but our own static files and data: addresses."""

import mimetypes
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from logistics.platform.school.models import school

from .documents import PrintDocument
from .models import PrintedPaper
from .qr import qr_svg

STATIC = "https://static.invalid/"  # a name that no network resolves


def _fetcher():
    # WeasyPrint takes 0.4 s to import; only a process that prints pays for it.
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        """Static files and data: addresses; everything else is refused, so no template can reach the network or the disk."""

        def fetch(self, url, headers=None):
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = finders.find(url.removeprefix(STATIC)) if url.startswith(STATIC) else None
            if not path:
                raise ValueError(f"not one of our static files: {url}")
            return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": mimetypes.guess_type(path)[0] or "application/octet-stream"})

    return OwnFiles(allowed_protocols=("https", "data"), allow_redirects=False)


def html_to_pdf(html: str, finish: Callable | None = None) -> bytes:
    """The PDF of a complete HTML text; relative addresses such as print.css are static files.

    `finish(document, pdf)` may draw on the pages before they are written (WeasyPrint's finisher).
    """
    from weasyprint import HTML

    return HTML(string=html, base_url=STATIC, url_fetcher=_fetcher()).write_pdf(finisher=finish)


def paper_context(*, document: PrintDocument, content: dict, paper: PrintedPaper, at: datetime, address: str) -> dict:
    """What print/base.html needs: the content with title, number, check code, the moment of this printing and the QR code.

    The QR code leads to the paper's check; without an address people can reach there is none, only the code to type.
    """
    qr = qr_svg(f"{address}/verify/{paper.code}/") if address else ""
    return {**content, "title": document.title, "paper": paper, "printed_at": at, "qr": qr}


def render_pdf(template: str, context: dict) -> bytes:
    """The PDF of a template that extends print/base.html; `school` is always in its context."""
    return html_to_pdf(render_to_string(template, {"school": school(), **context}))


def paper_pdf(*, document: PrintDocument, content: dict, paper: PrintedPaper, at: datetime, address: str) -> bytes:
    """The noted paper as a PDF; `address` is the site's (queries.base_address), empty when there is none."""
    return render_pdf(document.template, paper_context(document=document, content=content, paper=paper, at=at, address=address))
