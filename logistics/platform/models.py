"""Every table of the platform app, gathered for Django."""

from .access.models import ApiToken, Authenticator, Grant, RecoveryCode, Relaxation, Role, SignIn, Substitution
from .approvals.models import Chain, ChainVersion, Copy, Decision, Run, RunStep, Signer
from .attachments.models import Attachment
from .audit.models import ChainHead, Event
from .board.models import BoardPost, BoardQuestion, ServicePhone
from .duties.models import Duty, DutySubstitute, Occurrence, OccurrenceEntry, PlanningRun
from .heads.models import DailyHead
from .imports.models import ImportData, ImportMemory, ImportRun
from .labels.models import BlankLabel
from .limits.models import LimitValue
from .notices.models import FeedToken, Notice, NoticeChoice, OutboxMessage, Robot, RobotPost
from .numbering.models import Counter
from .offline.models import Arrival
from .org.models import Department, Post, SchoolClass, Student, User
from .papers.models import StaffPaper
from .partners.models import FirmPaper, Partner
from .places.models import Place
from .printing.models import PrintedPaper
from .queue.models import Heartbeat, QueuedMessage
from .rulebook.models import ReadReceipt, Regulation, RegulationVersion
from .school.models import School
from .search.models import SearchEntry
from .terms.models import CalendarDay, Term, WorkingHours
from .web.models import SavedView

__all__ = [
    "ApiToken",
    "Arrival",
    "Attachment",
    "Authenticator",
    "BlankLabel",
    "BoardPost",
    "BoardQuestion",
    "CalendarDay",
    "Chain",
    "ChainHead",
    "ChainVersion",
    "Copy",
    "Counter",
    "DailyHead",
    "Decision",
    "Department",
    "Duty",
    "DutySubstitute",
    "Event",
    "FeedToken",
    "FirmPaper",
    "Grant",
    "Heartbeat",
    "ImportData",
    "ImportMemory",
    "ImportRun",
    "LimitValue",
    "Notice",
    "NoticeChoice",
    "Occurrence",
    "OccurrenceEntry",
    "OutboxMessage",
    "Partner",
    "Place",
    "PlanningRun",
    "Post",
    "PrintedPaper",
    "QueuedMessage",
    "ReadReceipt",
    "RecoveryCode",
    "Regulation",
    "RegulationVersion",
    "Relaxation",
    "Robot",
    "RobotPost",
    "Role",
    "Run",
    "RunStep",
    "SavedView",
    "School",
    "SchoolClass",
    "SearchEntry",
    "ServicePhone",
    "SignIn",
    "Signer",
    "StaffPaper",
    "Student",
    "Substitution",
    "Term",
    "User",
    "WorkingHours",
]
