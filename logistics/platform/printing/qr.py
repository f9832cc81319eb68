"""QR codes as vectors: inline SVG for papers, bare runs for whoever draws many."""

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString

QUIET = 2  # modules of white around; the paper is white beyond


def dark_runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """(modules on a side, the dark runs as (column, row, length)), error correction M."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    runs = []
    for y, row in enumerate(rows):
        # each piece between light modules is a run; +1 steps over the light one
        x = 0
        for piece in bytes(row).split(b"\0"):
            if piece:
                runs.append((x, y, len(piece)))
            x += len(piece) + 1
    return len(rows), runs


def qr_svg(text: str, label: str = "二维码，扫码查验") -> SafeString:
    side, runs = dark_runs(text)
    whole = side + 2 * QUIET
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs)
    return SafeString(
        f'<svg class="qr" viewBox="{-QUIET} {-QUIET} {whole} {whole}" role="img" aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<path d="{path}" fill="#000"/></svg>'
    )
