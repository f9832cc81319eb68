"""The API of what the platform keeps, at /api/v1/rulebook/, /api/v1/board/ and /api/v1/notices/."""

from .api.records import register
from .approvals.api import RunSerializer
from .approvals.pages import RUNS
from .board.api import BoardPostSerializer, BoardQuestionSerializer, ServicePhoneSerializer
from .board.pages import BOARD, PHONES, QUESTIONS
from .duties.api import DutySerializer, OccurrenceSerializer
from .duties.pages import DUTIES, OCCURRENCES
from .notices.api import RobotSerializer
from .notices.robot_pages import ROBOTS
from .offline.api import ArrivalSerializer
from .offline.pages import ARRIVALS
from .rulebook.api import RegulationSerializer
from .rulebook.pages import RULES

register("rulebook", "rules", RULES, RegulationSerializer)
register("duties", "duties", DUTIES, DutySerializer)
register("duties", "occurrences", OCCURRENCES, OccurrenceSerializer)
register("board", "posts", BOARD, BoardPostSerializer)
register("board", "questions", QUESTIONS, BoardQuestionSerializer)
register("board", "phones", PHONES, ServicePhoneSerializer)
register("offline", "arrivals", ARRIVALS, ArrivalSerializer)
register("notices", "robots", ROBOTS, RobotSerializer)
register("approvals", "runs", RUNS, RunSerializer)
