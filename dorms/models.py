"""Every table of the dorms app, gathered for Django."""

from dorms.appliance.models import Appliance
from dorms.bed.models import Bed, DormBuilding, DormItem, DormRoom, HandSheet, RoomMove, Stay
from dorms.bedcheck.models import BedCheck, CheckTime, Missing, MissingStep, NightMark, RoomCheck
from dorms.leave.models import DormLeave
from dorms.night_round.models import NightPlan, NightRound
from dorms.score.models import RoomScore, ScoreAppeal, ScoreBulletin, ScoreClass, ScoreSheet, StarLevel

__all__ = [
    "Appliance",
    "Bed",
    "BedCheck",
    "CheckTime",
    "DormBuilding",
    "DormItem",
    "DormLeave",
    "DormRoom",
    "HandSheet",
    "Missing",
    "MissingStep",
    "NightMark",
    "NightPlan",
    "NightRound",
    "RoomCheck",
    "RoomMove",
    "RoomScore",
    "ScoreAppeal",
    "ScoreBulletin",
    "ScoreClass",
    "ScoreSheet",
    "StarLevel",
    "Stay",
]
