from django.urls import include, path

from logistics.platform.web.record_pages import record_urls

from .account import pages as account
from .home.pages import Home, Todos
from .places import labels, scan
from .places import pages as places
from .places.record import PLACES
from .search.pages import Search
from .setup import calendar_pages, journal, people_pages
from .setup.base import SetupDetail, SetupForm, SetupList
from .setup.cards import Setup
from .setup.classes import CLASSES
from .setup.departments import DEPARTMENTS
from .setup.journal import JOURNAL
from .setup.papers import PAPERS, PaperAction
from .setup.people import PEOPLE
from .setup.posts import POSTS, Duties, PostList
from .setup.roles import ROLES, Holders, Matrix, RolePage
from .setup.school import SchoolPage
from .setup.school_calendar import DAYS, HOURS, TERMS
from .setup.status import Status
from .setup.students import STUDENTS

app_name = "cockpit"

ORDINARY = {"list": SetupList, "form": SetupForm}
setup = [
    path("", Setup.as_view(), name="setup"),
    path("school/", SchoolPage.as_view(), name="school"),
    path("status/", Status.as_view(), name="status"),
    path("post/duties/", Duties.as_view(), name="duties"),
    path("person/passwords/", people_pages.IssuePasswords.as_view(), name="passwords"),
    path("role/holders/", Holders.as_view(), name="holders"),
    path("calendar/span/", calendar_pages.SpanPage.as_view(), name="span"),
    path("calendar/holidays/", calendar_pages.load_holidays, name="holidays"),
    path("journal/heads/", journal.Heads.as_view(), name="journal-heads"),
    path("journal/heads/verify/", journal.verify_chains, name="heads-verify"),
    path("journal/heads/print/", journal.print_heads, name="heads-print"),
    *record_urls(DEPARTMENTS, pages=ORDINARY | {"detail": SetupDetail}),
    *record_urls(POSTS, pages=ORDINARY | {"list": PostList, "detail": SetupDetail}),
    *record_urls(
        PEOPLE,
        pages={"list": people_pages.PersonList, "detail": people_pages.PersonDetail, "form": people_pages.PersonForm, "action": people_pages.PersonAction},
    ),
    *record_urls(PAPERS, pages=ORDINARY | {"detail": SetupDetail, "action": PaperAction}),
    *record_urls(CLASSES, pages=ORDINARY | {"detail": SetupDetail}),
    *record_urls(STUDENTS, pages=ORDINARY),
    *record_urls(TERMS, pages=ORDINARY, without=("detail",)),
    *record_urls(DAYS, pages={"list": calendar_pages.CalendarPage, "form": calendar_pages.DayPage}, without=("detail",)),
    *record_urls(HOURS, pages=ORDINARY, without=("detail",)),
    *record_urls(ROLES, pages={"list": Matrix, "detail": RolePage, "form": SetupForm}),
    *record_urls(JOURNAL, pages={"list": journal.JournalList, "detail": journal.JournalEntry}),
]

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("todos/", Todos.as_view(), name="todos"),
    path("search/", Search.as_view(), name="search"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", account.Logout.as_view(), name="logout"),
    path("password/", account.OwnPassword.as_view(), name="password"),
    path("me/", account.Me.as_view(), name="me"),
    path("me/token/new/", account.new_token, name="token-new"),
    path("me/token/withdraw/", account.withdraw_token, name="token-withdraw"),
    path("places/suggest/", places.suggest, name="places-suggest"),
    path("places/labels/", labels.LabelSheets.as_view(), name="labels"),
    *record_urls(PLACES, pages={"list": places.PlaceList, "detail": places.PlaceDetail, "form": places.PlaceForm}),
    path("q/<str:code>/", scan.scan, name="scan"),
    path("setup/", include(setup)),
]
