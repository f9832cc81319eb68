"""What the API reads: JSON and forms, without characters that no column can hold."""

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from logistics.platform.web.safe_text import SENTENCE, is_usable

DEEPEST = 20  # levels of objects and lists inside each other
TOO_DEEP = "请求正文套得太深了。"


def check_usable(value, depth: int = 0) -> None:
    """Refuse a body with an unusable character in any of its texts, or one nested deeper than any form of ours."""
    if isinstance(value, str) and not is_usable(value):
        raise ParseError(SENTENCE)
    if isinstance(value, dict | list):
        if depth == DEEPEST:
            raise ParseError(TOO_DEEP)
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            check_usable(inner, depth + 1)


class SafeJSON(JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as deep:
            raise ParseError(TOO_DEEP) from deep
        check_usable(data)
        return data
