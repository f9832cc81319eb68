"""Words cut into pieces that an exact index finds, Chinese or not.

Neither database finds two Chinese characters by its trigrams, and two characters are what people type. So an entry is indexed by
all its pairs of neighbours; letters and digits, which are few and stand everywhere, also by runs of three and four.
What the index finds is compared with the words themselves, so a gram may promise too much but never too little.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

LONGEST_TEXT = 8000  # characters of one record that can be found
MOST_PIECES = 6
RUN = 4  # characters of the longest gram
RUNS = re.compile(r"[a-z0-9]{3,}")
MARKS = re.compile(r"[\W_]+")
PIECE = re.compile(r"[a-z0-9]*[^a-z0-9]+|[a-z0-9]+")

# The first characters of GB 2312 level one by their initial; the set is sorted by pronunciation.
STARTS = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
INITIALS = "abcdefghjklmnopqrstwxyz"
CODES = [int.from_bytes(char.encode("gbk"), "big") for char in STARTS]
LAST_CODE = 0xD7F9  # of level one


def squash(text: str) -> str:
    """NFKC, lower case, letters, digits and characters only: 'BX-2026-0914' and 'bx20260914' are the same."""
    if text and text.isascii() and text.isalnum():
        return text.lower()  # most numbers and models
    return MARKS.sub("", unicodedata.normalize("NFKC", text or "").lower())


def joined(texts: Iterable[str]) -> str:
    """What an entry keeps: each text squashed, blanks between texts, nothing twice."""
    return " ".join(dict.fromkeys(filter(None, map(squash, texts))))[:LONGEST_TEXT]


def pieces(typed: str) -> list[str]:
    """What must all occur: 'A座305' asks for 'a座' and '305', in any order."""
    found = [piece for word in typed.split() for piece in PIECE.findall(squash(word))]
    return list(dict.fromkeys(found))[:MOST_PIECES]


def grams(words: str) -> set[str]:
    """Every gram of an entry's words."""
    found: set[str] = set()
    for word in words.split():
        found.update(_grams_of_word(word))
    return found


@lru_cache(maxsize=4000)  # names, brands and models come again and again in a big import
def _grams_of_word(word: str) -> tuple[str, ...]:
    found = [word[n : n + 2] for n in range(len(word) - 1)]
    for run in RUNS.findall(word):
        for length in (3, RUN):
            found += [run[n : n + length] for n in range(len(run) - length + 1)]
    return tuple(found)


def grams_of_piece(piece: str) -> list[str]:
    """The fewest grams that tell the piece: all pairs of a word, the last runs of a number, because numbers begin alike."""
    if re.fullmatch(r"[a-z0-9]+", piece):
        if len(piece) <= RUN:
            return [piece] if len(piece) > 1 else []
        ends = [len(piece), len(piece) - RUN] if len(piece) >= 2 * RUN else [len(piece)]
        return [piece[end - RUN : end] for end in ends]
    return [piece[n : n + 2] for n in range(len(piece) - 1)]


def initials(text: str) -> str:
    """The first letters of the pronunciation, 'xtsz' for 系统设置, of common characters only.

    For the few names of pages, where the real dictionary (0.3 s, 40 MB) would cost more than it finds.
    """
    letters = []
    for char in squash(text):
        code = int.from_bytes(char.encode("gbk", "ignore"), "big")
        if char.isascii():
            letters.append(char)
        elif CODES[0] <= code <= LAST_CODE:
            letters.append(INITIALS[bisect_right(CODES, code) - 1])
    return "".join(letters)
