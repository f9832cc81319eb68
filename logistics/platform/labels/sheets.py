"""A4 sheets of QR labels for things and places, on the sticker paper shops sell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.template.loader import render_to_string

from logistics.platform.charts.svg import CLOSING, text_width
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.pdf import html_to_pdf
from logistics.platform.printing.qr import dark_runs

MOST_LABELS = 1000
POINT = 25.4 / 72  # mm
A4 = (210.0, 297.0)  # mm


@dataclass(frozen=True)
class Label:
    """`code` is what /q/<code>/ answers to; `note` is one small line, such as the custodian."""

    code: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """Sticker paper: millimetres from the page's edges, the size of one label, the gaps between; the sizes its name may have, in points."""

    title: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float
    qr: float
    inset: float
    sizes: Sequence[float]
    small: float
    page: tuple[float, float] = A4

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows

    @property
    def sheet_height(self) -> float:
        """A hair less than the page, so that rounding never opens a second one."""
        return self.page[1] - 0.1

    @property
    def qr_top(self) -> float:
        return (self.height - self.qr) / 2

    @property
    def words_left(self) -> float:
        return self.qr + 2 * self.inset

    @property
    def words_width(self) -> float:
        return self.width - self.qr - 3 * self.inset

    def corner(self, place: int) -> tuple[float, float]:
        """Left and top of the label at this place of a sheet, counted from 0."""
        row, column = divmod(place, self.columns)
        return round(self.left + column * (self.width + self.gap), 2), round(self.top + row * self.height, 2)


LAYOUTS = {
    "3x8": Layout("24 张（70×37 毫米）", 3, 8, 70, 37, 0, 0.5, 0, 25, 5, (13, 11.5, 10, 9, 8, 7), 8),
    "2x7": Layout("14 张（99×38 毫米）", 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5, 29, 4, (17, 15, 13, 11.5, 10, 9), 9),
    "3x7": Layout("21 张（63.5×38.1 毫米）", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, 26, 3, (13, 11.5, 10, 9, 8, 7), 8),
    "5x13": Layout("65 张（38×21 毫米）", 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5, 15.5, 2, (8, 7, 6.2, 5.5, 5), 5.5),
    "40x30": Layout("标签机卷纸（40×30 毫米），一张一页", 1, 1, 40, 30, 0, 0, 0, 18, 1.5, (9, 8, 7, 6.2, 5.5), 5.5, page=(40.0, 30.0)),
}
LAYOUT_CHOICES = [(key, layout.title) for key, layout in LAYOUTS.items()]


def labels_pdf(labels: Iterable[Label], layout: str = "3x8", *, address: str, school: str = "", start: int = 1) -> bytes:
    """The sheets as a PDF, one label each in order; `start` is the first free label of the first sheet, from 1, left to right.

    `address` is the site's (printing.queries.base_address), `school` stands on every label.
    Raises RuleViolation for no label, too many, or a start that is not on the sheet.
    """
    labels, paper = list(labels), check_paper(layout, start)
    if not labels:
        raise RuleViolation("还没有选要打印标签的物品或地点。")
    if len(labels) > MOST_LABELS:
        raise RuleViolation(f"一次最多打印 {MOST_LABELS} 张标签，请分几次打印。")
    sheets: list[list[tuple[Label, float, float]]] = []
    for place, label in enumerate(labels, start - 1):
        if not sheets or place % paper.per_sheet == 0:
            sheets.append([])
        sheets[-1].append((label, *paper.corner(place % paper.per_sheet)))
    words = [[_words(label, paper, x, y) for label, x, y in sheet] for sheet in sheets]
    html = render_to_string("print/labels.html", {"sheets": words, "paper": paper, "school_name": school})
    codes = [[(f"{address}/q/{quote(label.code)}/", x + paper.inset, y + paper.qr_top) for label, x, y in sheet] for sheet in sheets]
    return html_to_pdf(html, finish=lambda _, pdf: _draw_codes(pdf, codes, paper))


def check_paper(layout: str, start: int) -> Layout:
    """The paper of this name, with `start` on it. Raises RuleViolation otherwise."""
    paper = LAYOUTS.get(layout)
    if paper is None:
        raise RuleViolation("没有这种标签纸，请重新选一种。", field="layout")
    if not 1 <= start <= paper.per_sheet:
        raise RuleViolation(f"起始位置要在 1 到 {paper.per_sheet} 之间。" if paper.per_sheet > 1 else "这种纸一页一张，从 1 开始。", field="start")
    return paper


def _words(label: Label, paper: Layout, x: float, y: float) -> dict:
    """What stands beside the QR code, and where; the name in the largest size in which it leaves room for the rest."""
    room = paper.words_width / POINT
    below = (3 if label.note else 2) * 1.3 * paper.small * POINT
    for size in paper.sizes:
        lines = broken(label.name, room, size)
        is_cut = len(lines) > 1 and label.name == label.code  # a code is read as one word
        if not is_cut and len(lines) * 1.25 * size * POINT + below <= paper.qr:
            break
    return {"x": x + paper.words_left, "y": y + paper.qr_top, "size": size, "lines": lines, "name": label.name, "code": label.code, "note": label.note}


def broken(name: str, room: float, size: float) -> list[str]:
    """The name in lines no wider than `room`, broken at blanks where there are some: 三号宿舍楼 / 2层 男卫."""
    lines = [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if text_width(joined, size) <= room:
            lines[-1] = joined
            continue
        lines += [""] if lines[-1] else []
        for letter in word:
            if text_width(lines[-1] + letter, size) > room and lines[-1]:
                # a closing mark takes the letter before it along
                cut = -1 if letter in CLOSING and len(lines[-1]) > 1 else len(lines[-1])
                lines[-1:] = [lines[-1][:cut], lines[-1][cut:]]
            lines[-1] += letter
    return lines


def _draw_codes(pdf, codes: list[list[tuple[str, float, float]]], paper: Layout) -> None:
    """Put the QR codes (text, left, top in mm) under the words of each page.

    Straight into the page: the same squares as SVG take WeasyPrint ten times as long.
    """
    import pydyf

    pages = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/Page"]
    for page, sheet in zip(pages, codes, strict=True):
        # millimetres from the upper left corner, as in the layout
        marks = [f"q {1 / POINT:.5f} 0 0 {-1 / POINT:.5f} 0 {paper.page[1] / POINT:.3f} cm 0 g"]
        for text, left, top in sheet:
            side, runs = dark_runs(text)
            module = paper.qr / side
            squares = " ".join(f"{x} {y} {length} 1 re" for x, y, length in runs)
            marks.append(f"q {module:.5f} 0 0 {module:.5f} {left:.3f} {top:.3f} cm {squares} f Q")
        stream = pydyf.Stream([*marks, "Q"], compress=True)
        pdf.add_object(stream)
        page["Contents"] = pydyf.Array([stream.reference, page["Contents"]])
