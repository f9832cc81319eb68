"""The API of what the platform shows to everybody, at /api/v1/rulebook/ and /api/v1/board/."""

from .api.records import register
from .board.api import BoardPostSerializer, BoardQuestionSerializer, ServicePhoneSerializer
from .board.pages import BOARD, PHONES, QUESTIONS
from .rulebook.api import RegulationSerializer
from .rulebook.pages import RULES

register("rulebook", "rules", RULES, RegulationSerializer)
register("board", "posts", BOARD, BoardPostSerializer)
register("board", "questions", QUESTIONS, BoardQuestionSerializer)
register("board", "phones", PHONES, ServicePhoneSerializer)
