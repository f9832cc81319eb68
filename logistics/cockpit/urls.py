from django.urls import include, path

from logistics.platform.web.record_pages import record_urls

from .account import notices as own_notices
from .account import pages as account
from .account import signing_in, substitutes, token_pages
from .account.code_pages import OwnCode
from .home.pages import Home, Todos
from .labels import blank, scan, scanner
from .labels.blank import LABELS
from .partners.pages import PartnerList
from .partners.record import FIRM_PAPERS, PARTNERS
from .places import labels
from .places import pages as places
from .places.record import PLACES
from .search.pages import Search, suggest
from .setup import calendar_pages, journal, journal_heads, people_pages
from .setup.base import SetupDetail, SetupForm, SetupList
from .setup.calendar_moves import TermPage
from .setup.cards import Setup
from .setup.classes import CLASSES
from .setup.departments import DEPARTMENTS
from .setup.first_run import Begin, Start
from .setup.journal import JOURNAL
from .setup.limits import LIMITS, LimitList, LimitPage
from .setup.papers import PAPERS, PaperAction
from .setup.people import PEOPLE
from .setup.posts import POSTS, Duties, PostList
from .setup.roles import ROLES, Holders, Matrix, RolePage
from .setup.school import SchoolPage
from .setup.school_calendar import DAYS, HOURS, TERMS
from .setup.separation import RelaxPage, SeparationPage, restore_pair
from .setup.sign_in import SignInPage
from .setup.status import Status
from .setup.students import STUDENTS

app_name = "cockpit"

ORDINARY = {"list": SetupList, "form": SetupForm}
setup = [
    path("", Setup.as_view(), name="setup"),
    path("start/", Start.as_view(), name="start"),
    path("start/begin/", Begin.as_view(), name="begin"),
    path("school/", SchoolPage.as_view(), name="school"),
    path("status/", Status.as_view(), name="status"),
    path("post/duties/", Duties.as_view(), name="duties"),
    path("person/passwords/", people_pages.IssuePasswords.as_view(), name="passwords"),
    path("sign-in/", SignInPage.as_view(), name="sign-in"),
    path("separation/", SeparationPage.as_view(), name="separation"),
    path("separation/relax/", RelaxPage.as_view(), name="separation-relax"),
    path("separation/restore/", restore_pair, name="separation-restore"),
    path("role/holders/", Holders.as_view(), name="holders"),
    path("calendar/span/", calendar_pages.SpanPage.as_view(), name="span"),
    path("calendar/holidays/", calendar_pages.load_holidays, name="holidays"),
    path("label/print/", blank.PrintBlank.as_view(), name="label-print"),
    *record_urls(LABELS, pages={"list": blank.LabelList}),
    path("journal/heads/", journal_heads.Heads.as_view(), name="journal-heads"),
    path("journal/heads/verify/", journal_heads.verify_chains, name="heads-verify"),
    path("journal/heads/prove/", journal_heads.prove_head, name="heads-prove"),
    path("journal/heads/print/", journal_heads.print_heads, name="heads-print"),
    *record_urls(DEPARTMENTS, pages=ORDINARY | {"detail": SetupDetail}),
    *record_urls(POSTS, pages=ORDINARY | {"list": PostList, "detail": SetupDetail}),
    *record_urls(
        PEOPLE,
        pages={"list": people_pages.PersonList, "detail": people_pages.PersonDetail, "form": people_pages.PersonForm, "action": people_pages.PersonAction},
    ),
    *record_urls(LIMITS, pages={"list": LimitList, "form": LimitPage}, without=("detail",)),
    *record_urls(PAPERS, pages=ORDINARY | {"detail": SetupDetail, "action": PaperAction}),
    *record_urls(CLASSES, pages=ORDINARY | {"detail": SetupDetail}),
    *record_urls(STUDENTS, pages=ORDINARY),
    *record_urls(TERMS, pages=ORDINARY | {"form": TermPage}, without=("detail",)),
    *record_urls(DAYS, pages={"list": calendar_pages.CalendarPage, "form": calendar_pages.DayPage}, without=("detail",)),
    *record_urls(HOURS, pages=ORDINARY, without=("detail",)),
    *record_urls(ROLES, pages={"list": Matrix, "detail": RolePage, "form": SetupForm}),
    *record_urls(JOURNAL, pages={"list": journal.JournalList, "detail": journal.JournalEntry}),
]

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("todos/", Todos.as_view(), name="todos"),
    path("search/", Search.as_view(), name="search"),
    path("search/suggest/", suggest, name="search-suggest"),
    path("login/", signing_in.Login.as_view(), name="login"),
    path("login/code/", signing_in.LoginCode.as_view(), name="login-code"),
    path("logout/", signing_in.Logout.as_view(), name="logout"),
    path("password/", account.OwnPassword.as_view(), name="password"),
    path("me/", account.Me.as_view(), name="me"),
    path("me/notices/", own_notices.OwnNotices.as_view(), name="me-notices"),
    path("me/calendar/", own_notices.own_calendar, name="me-calendar"),
    path("me/calendar/new/", own_notices.new_feed, name="feed-new"),
    path("me/calendar/withdraw/", own_notices.withdraw_feed, name="feed-withdraw"),
    path("me/device/<int:pk>/end/", account.end_device, name="device-end"),
    path("me/devices/end/", account.end_other_devices, name="devices-end"),
    path("me/code/", OwnCode.as_view(), name="code"),
    path("me/code/begin/", OwnCode.as_view(step="begin"), name="code-begin"),
    path("me/code/confirm/", OwnCode.as_view(step="confirm"), name="code-confirm"),
    path("me/code/renew/", OwnCode.as_view(step="renew"), name="code-renew"),
    path("me/code/off/", OwnCode.as_view(step="off"), name="code-off"),
    path("me/tokens/", token_pages.Tokens.as_view(), name="tokens"),
    path("me/tokens/<int:pk>/withdraw/", token_pages.withdraw, name="token-withdraw"),
    path("me/substitutes/", substitutes.Substitutes.as_view(), name="substitutes"),
    path("me/substitutes/new/", substitutes.ArrangeSubstitute.as_view(), name="substitute-new"),
    path("me/substitutes/<int:pk>/end/", substitutes.end, name="substitute-end"),
    path("places/suggest/", places.suggest, name="places-suggest"),
    path("places/labels/", labels.LabelSheets.as_view(), name="labels"),
    *record_urls(PLACES, pages={"list": places.PlaceList, "detail": places.PlaceDetail, "form": places.PlaceForm}),
    *record_urls(PARTNERS, pages={"list": PartnerList, "detail": SetupDetail, "action": PaperAction}),
    *record_urls(FIRM_PAPERS, pages={"detail": SetupDetail, "action": PaperAction}),
    path("q/<str:code>/", scan.scan, name="scan"),
    path("q/<str:code>/claim/", scan.Claim.as_view(), name="claim"),
    path("scan/", scanner.Scanner.as_view(), name="scanner"),
    path("setup/", include(setup)),
]
