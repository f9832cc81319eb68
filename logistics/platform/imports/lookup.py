"""Finding what a cell refers to by the names people use, for resolve() of a target. Looks are cached: a name is looked up once per file."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from logistics.platform.kernel.text import plain

from .targets import Row

MOST_LIKENESSES = 300  # names compared letter by letter in one file; more would take seconds
MARKS = re.compile(r"[/\\>＞→·\-—–_,，、.]+")
DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@dataclass(frozen=True)
class Found:
    """`record` is None when `problem` says why; `note` tells that the name was not written exactly like this."""

    record: Any = None
    problem: str = ""
    suggest: str = ""
    note: str = ""


def loose(text: str) -> str:
    """A name without brackets, marks, 班 级 and with Chinese digits as figures: 三年级（1）班 and 3.1班 are both 31."""
    return re.sub(r"[()（）年级班第届]|" + MARKS.pattern, "", plain(text)).translate(DIGITS)


class Names:
    """Records by every name they go by.

    `what` is the word for the thing in sentences, `tell` how one of several of the same name is told apart.
    """

    def __init__(self, what: str, *, tell=str, go=""):
        self.what, self.tell, self.go = what, tell, go
        self._exact: dict[str, dict[Any, Any]] = defaultdict(dict)
        self._loose: dict[str, dict[Any, Any]] = defaultdict(dict)
        self._known: dict[str, Found] = {}
        self._compared = 0

    def add(self, record, names: Iterable[str], *, loosely: bool = False) -> None:
        """Make the record known by these names; `loosely` also without brackets and marks."""
        for name in names:
            self._exact[plain(name)][record.pk] = record
            if loosely:
                self._loose[loose(name)][record.pk] = record

    def find(self, text: str) -> Found:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._find(text)
        return found

    def _find(self, text: str) -> Found:
        exact = self._exact.get(plain(text)) or self._exact.get(plain(MARKS.sub("", text)))
        if exact:
            return self._one(text, list(exact.values()), "")
        similar = self._loose.get(loose(text))
        if similar:
            return self._one(text, list(similar.values()), "写法不同，认作这一个")
        return Found(problem=f"没有「{text[:30]}」这个{self.what}。{self.go}", suggest=self._nearest(text))

    def _one(self, text: str, records: list, note: str) -> Found:
        if len(records) == 1:
            return Found(records[0], note=note)
        shown = "、".join(self.tell(record) for record in records[:4])
        return Found(problem=f"有 {len(records)} 个「{text[:30]}」：{shown}。请写清是哪一个。")

    def _nearest(self, text: str) -> str:
        self._compared += 1
        if self._compared > MOST_LIKENESSES or not plain(text):
            return ""
        names = get_close_matches(plain(text), list(self._exact), n=1, cutoff=0.6)
        return str(next(iter(self._exact[names[0]].values()))) if names else ""

    def put(self, row: Row, column: str) -> None:
        """Replace the row's text in this column by the record it means, or refuse the cell."""
        text = row.values.get(column)
        if text is None:
            return
        found = self.find(text)
        if found.record is None:
            del row.values[column]
            row.refuse(column, found.problem, suggest=found.suggest)
            return
        row.values[column] = found.record
        if found.note:
            row.note(column, found.note, shown=str(found.record))
