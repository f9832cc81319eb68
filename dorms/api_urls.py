"""The API of dorms, at /api/v1/dorms/."""

from logistics.platform.api.records import register

from .appliance.api import ApplianceSerializer
from .appliance.pages import APPLIANCES
from .bed.api import BedSerializer, DormBuildingSerializer, DormItemSerializer, DormRoomSerializer, RoomMoveSerializer, StaySerializer
from .bed.pages import BEDS, BUILDINGS, ITEMS, MOVES, ROOMS, STAYS
from .bedcheck.api import BedCheckSerializer, CheckTimeSerializer, MissingSerializer, RoomCheckSerializer
from .bedcheck.pages import CHECKS as BED_CHECKS
from .bedcheck.pages import MISSING
from .bedcheck.pages import ROOMS as ROOM_CHECKS
from .bedcheck.pages import TIMES as CHECK_TIMES
from .leave.api import DormLeaveSerializer
from .leave.pages import LEAVES
from .night_round.api import NightPlanSerializer, NightRoundSerializer
from .night_round.pages import PLANS as NIGHT_PLANS
from .night_round.pages import ROUNDS as NIGHT_ROUNDS
from .score.api import RoomScoreSerializer, ScoreAppealSerializer, ScoreBulletinSerializer, ScoreSheetSerializer, StarLevelSerializer
from .score.bulletin_pages import BULLETINS as SCORE_BULLETINS
from .score.pages import APPEALS as SCORE_APPEALS
from .score.pages import SCORES
from .score.pages import SHEETS as SCORE_SHEETS
from .score.pages import STARS as STAR_LEVELS

register("dorms", "night-plans", NIGHT_PLANS, NightPlanSerializer)
register("dorms", "night-rounds", NIGHT_ROUNDS, NightRoundSerializer)
register("dorms", "buildings", BUILDINGS, DormBuildingSerializer)
register("dorms", "rooms", ROOMS, DormRoomSerializer)
register("dorms", "beds", BEDS, BedSerializer)
register("dorms", "stays", STAYS, StaySerializer)
register("dorms", "moves", MOVES, RoomMoveSerializer)
register("dorms", "items", ITEMS, DormItemSerializer)
register("dorms", "scores", SCORES, RoomScoreSerializer)
register("dorms", "score-appeals", SCORE_APPEALS, ScoreAppealSerializer)
register("dorms", "score-sheets", SCORE_SHEETS, ScoreSheetSerializer)
register("dorms", "star-levels", STAR_LEVELS, StarLevelSerializer)
register("dorms", "score-bulletins", SCORE_BULLETINS, ScoreBulletinSerializer)
register("dorms", "appliances", APPLIANCES, ApplianceSerializer)
register("dorms", "leaves", LEAVES, DormLeaveSerializer)
register("dorms", "check-times", CHECK_TIMES, CheckTimeSerializer)
register("dorms", "bed-checks", BED_CHECKS, BedCheckSerializer)
register("dorms", "room-checks", ROOM_CHECKS, RoomCheckSerializer)
register("dorms", "missing", MISSING, MissingSerializer)
