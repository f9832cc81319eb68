"""Every table of the platform app, gathered for Django."""

from .access.models import Grant, Role, Separation
from .attachments.models import Attachment
from .audit.models import ChainHead, Event
from .board.models import BoardPost, BoardQuestion, ServicePhone
from .imports.models import ImportData, ImportMemory, ImportRun
from .notices.models import Notice, OutboxMessage
from .numbering.models import Counter
from .org.models import Department, Post, SchoolClass, Student, User
from .papers.models import StaffPaper
from .places.models import Place
from .printing.models import PrintedPaper
from .queue.models import Heartbeat, QueuedMessage
from .rulebook.models import ReadReceipt, Regulation, RegulationVersion
from .school.models import School
from .terms.models import CalendarDay, Term, WorkingHours
from .web.models import SavedView

__all__ = [
    "Attachment",
    "BoardPost",
    "BoardQuestion",
    "CalendarDay",
    "ChainHead",
    "Counter",
    "Department",
    "Event",
    "Grant",
    "Heartbeat",
    "ImportData",
    "ImportMemory",
    "ImportRun",
    "Notice",
    "OutboxMessage",
    "Place",
    "Post",
    "PrintedPaper",
    "QueuedMessage",
    "ReadReceipt",
    "Regulation",
    "RegulationVersion",
    "Role",
    "SavedView",
    "School",
    "SchoolClass",
    "Separation",
    "ServicePhone",
    "StaffPaper",
    "Student",
    "Term",
    "User",
    "WorkingHours",
]
