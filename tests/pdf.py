"""Just enough of a PDF reader to look into our own papers: pages, fonts, text, content."""

import re
import zlib


class Pdf:
    """`objects` maps object numbers to their bytes, streams decompressed."""

    def __init__(self, data: bytes):
        assert data.startswith(b"%PDF-")
        self.objects: dict[int, bytes] = {}
        for found in re.finditer(rb"(?m)^(\d+) 0 obj\s*(.*?)(?=\nendobj)", data, re.DOTALL):
            number, body = int(found[1]), found[2]
            head, stream, rest = body.partition(b"stream\n")
            if stream:
                length = int(re.search(rb"/Length (\d+)", head)[1])
                start = found.start(2) + len(head) + len(stream)
                rest = data[start : start + length]
                body = zlib.decompress(rest) if b"FlateDecode" in head else rest
            self.objects[number] = body
            if b"/Type /ObjStm" in head:
                self._unpack(body, int(re.search(rb"/First (\d+)", head)[1]))

    def _unpack(self, body: bytes, first: int) -> None:
        numbers = list(map(int, body[:first].split()))
        starts = [*numbers[1::2], len(body) - first]
        for number, start, end in zip(numbers[::2], starts, starts[1:], strict=False):
            self.objects[number] = body[first + start : first + end]

    def pages(self) -> list[bytes]:
        """The drawing commands of each page."""
        tree = next(body for body in self.objects.values() if b"/Type /Pages" in body)
        kids = re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", tree)[1])
        contents = [re.search(rb"/Contents (\[.*?\]|\d+ 0 R)", self.objects[int(kid)])[1] for kid in kids]
        return [b"\n".join(self.objects[int(number)] for number in re.findall(rb"(\d+) 0 R", refs)) for refs in contents]

    def fonts(self) -> set[str]:
        """Names without subset mark and hyphens, in lower case: notosanscjksc, notosanscjkscbold."""
        names = re.findall(rb"/BaseFont /\w+\+([\w-]+)", b" ".join(self.objects.values()))
        return {name.decode().replace("-", "").lower() for name in names}

    def text(self) -> str:
        """The words of all pages as a reader would copy them, one drawn run a line, runs without blanks between."""
        letters = {name: self._letters(int(number)) for name, number in self._font_references()}
        lines, font = [], b""
        for token in re.finditer(rb"/(\S+) [\d.]+ Tf|\[(.*?)\] ?TJ", b"\n".join(self.pages()), re.DOTALL):
            if token[1]:
                font = token[1]
            else:
                glyphs = b"".join(re.findall(rb"<([0-9a-fA-F]+)>", token[2]))
                lines.append("".join(letters[font].get(glyphs[i : i + 4].lower(), "?") for i in range(0, len(glyphs), 4)))
        return "\n".join(lines)

    def _font_references(self) -> list[tuple[bytes, bytes]]:
        reference = re.search(rb"/Font (\d+) 0 R", b" ".join(self.objects.values()))
        return re.findall(rb"/(\S+) (\d+) 0 R", self.objects[int(reference[1])])

    def _letters(self, font: int) -> dict[bytes, str]:
        table = self.objects[int(re.search(rb"/ToUnicode (\d+) 0 R", self.objects[font])[1])]
        return {glyph.lower(): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", table)}
