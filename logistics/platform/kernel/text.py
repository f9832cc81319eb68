"""Text as people type it, made comparable: full-width digits, case and spaces do not matter."""

import re
import unicodedata
from functools import lru_cache


def plain(text: str) -> str:
    """NFKC, lower case, no blanks: the form that search columns and queries share."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).lower()


def tidy(text: str) -> str:
    """What a person typed, without control characters and outer blanks, inner runs of blanks as one."""
    if not text:
        return ""
    if text.isalnum():
        return text  # most names and numbers: nothing to tidy
    if "  " not in text and text.isprintable():
        return text.strip()  # only plain blanks, one at a time
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return "\n".join(re.sub(r"[ \t\u3000]+", " ", line).strip() for line in text.split("\n")).strip()


@lru_cache(maxsize=20000)
def pinyin_key(text: str) -> str:
    """Full pinyin and initials, for sorting and for typing "zjp" to find 周建平."""
    from pypinyin import Style, lazy_pinyin  # its dictionary costs 0.3 s and 40 MB, and only saving a name needs it

    full = "".join(lazy_pinyin(text))
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()[:200]
