"""The API of the school's own data, at /api/v1/org/ and /api/v1/audit/."""

from logistics.platform.api.records import register, router

from .labels.api import LabelSerializer
from .labels.blank import LABELS
from .partners.api import FirmPaperSerializer, PartnerSerializer
from .partners.record import FIRM_PAPERS, PARTNERS
from .places.api import PlaceSerializer
from .places.record import PLACES
from .setup import api
from .setup.classes import CLASSES
from .setup.departments import DEPARTMENTS
from .setup.journal import JOURNAL
from .setup.limits import LIMITS
from .setup.papers import PAPERS
from .setup.posts import POSTS
from .setup.roles import ROLES
from .setup.school_calendar import DAYS, HOURS, TERMS
from .setup.students import STUDENTS

router.register("org/people", api.PeopleViewSet, basename="org-people")
register("org", "departments", DEPARTMENTS, api.DepartmentSerializer)
register("org", "posts", POSTS, api.PostSerializer)
register("org", "places", PLACES, PlaceSerializer)
register("org", "labels", LABELS, LabelSerializer)
register("org", "classes", CLASSES, api.ClassSerializer)
register("org", "students", STUDENTS, api.StudentSerializer)
register("org", "staff-papers", PAPERS, api.StaffPaperSerializer)
register("org", "limits", LIMITS, api.LimitSerializer)
register("org", "partners", PARTNERS, PartnerSerializer)
register("org", "partner-papers", FIRM_PAPERS, FirmPaperSerializer)
register("org", "terms", TERMS, api.TermSerializer)
register("org", "calendar-days", DAYS, api.CalendarDaySerializer)
register("org", "working-hours", HOURS, api.WorkingHoursSerializer)
register("org", "roles", ROLES, api.RoleSerializer)
register("audit", "events", JOURNAL, api.EventSerializer)
