"""Settings every way of running shares. Addresses and secrets come from the environment only."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from logistics.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("VAR_ROOT", ROOT / "var"))

DEBUG = os.environ.get("DEBUG", "") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "csp",
    "logistics.platform",
    "finance",
    "assets",
    "canteen",
    "repairs",
    "logistics.utilities",
    "dorms",
    "safety",
    "logistics.cockpit",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "logistics.platform.web.middleware.BrowserRights",
    "logistics.platform.web.safe_text.SafeText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "logistics.platform.web.middleware.Devices",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "logistics.platform.web.middleware.ActorSource",
    "logistics.platform.web.middleware.FirstPassword",
    "logistics.platform.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "logistics.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # controls may have templates of ours
WSGI_APPLICATION = "logistics.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "logistics.platform.web.context.shell",
            ],
            "builtins": [
                "lucide.templatetags.lucide",
                "logistics.platform.web.templatetags.school",
                "logistics.platform.offline.templatetags.offline",
            ],
        },
    }
]

# SQLite: the write lock is taken when a transaction begins, so two writers queue instead of failing.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-8000;PRAGMA temp_store=MEMORY;",
}


def database(url: str) -> dict:
    """Django's description of the database at this address, tuned for its kind."""
    config = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS
    return config


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'logistics.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

AUTH_USER_MODEL = "platform.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "logistics.platform.org.login.StaffOrPhoneBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["username", "phone"]}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "logistics.platform.web.middleware.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR / "static"))
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "logistics.platform.web.vendor.VendorFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR / "media"))
MEDIA_URL = "/no-public-media/"  # files leave only through attachments' own view
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=()"  # the scanner uses the camera

REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ.get("CACHE_URL", REDIS_URL)}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# "unix:///path" reaches Redis through a socket; Celery has its own word for that.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "djdb://"
# A broker that hangs must not hang a page; the outbox sends later what could not be sent now.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800, "socket_connect_timeout": 2, "socket_timeout": 5} if REDIS_URL else {}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_LOST_WAIT = 2
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TIMEZONE = TIME_ZONE
DISK_FREE_MB = int(os.environ.get("DISK_FREE_MB", "300"))  # below this the site does not start and /readyz complains

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["logistics.platform.api.authentication.SchoolToken", "logistics.platform.api.authentication.SchoolSession"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["logistics.platform.api.parsers.SafeJSON", "rest_framework.parsers.FormParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "logistics.platform.api.pagination.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "logistics.platform.api.schema.RecordSchema",
    "EXCEPTION_HANDLER": "logistics.platform.api.errors.handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "学校后勤管理平台 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny" if DEBUG else "rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AreaScoreStateEnum": "safety.cleaning.models.ScoreState",  # of a cleaning area and of a dormitory room
        "CareEnum": "safety.greenery.models.Care",
        "HazardStateEnum": "safety.hazard.models.State",
        "HazardKindEnum": "safety.hazard.models.HazardKind",
        "HazardLevelEnum": "safety.hazard.models.Level",
        "VisitStateEnum": "safety.patrol.models.VisitState",
        "IncidentStateEnum": "canteen.incident.models.IncidentState",  # of a food incident and of an accident
        "FaultStateEnum": "canteen.control.models.FaultState",  # of a fault in the kitchen and of a problem of a drill
        "PlaceKindEnum": "logistics.platform.places.models.PlaceKind",
        "PaperStateEnum": "logistics.platform.papers.models.PaperState",  # of a person's paper and of a firm's
        "AcceptanceCheckEnum": "finance.acceptance.models.Check",  # four fields of one form
        "AssetKindEnum": "assets.category.models.Kind",  # of a class of assets and of a difference between the books
        "AudienceEnum": "logistics.platform.board.models.Audience",  # the readers of a post; a distribution has an audience, too
        "DistributionAudienceEnum": "assets.distribution.models.Audience",
        "DeliveryLookEnum": "canteen.delivery.models.Look",  # four fields of one line
        "DishKindEnum": "canteen.dish.models.DishKind",
        "PantryKindEnum": "canteen.pantry.models.PantryKind",
        "BookEnum": "canteen.control.models.Book",  # the lists of checks, as it was called before the meal account had books
        "AccountBookEnum": "canteen.account.models.Book",
        "MealKindEnum": "canteen.meal.kinds.MealKind",  # called kind of a meal, meal elsewhere
        "WeeklyMarkEnum": "canteen.weekly.Mark",  # eleven items of two weekly looks
        "AccompanyGradeEnum": "canteen.accompany.models.Grade",  # six fields of one record
        "SideEnum": "finance.journal.models.Side",  # in or out, as it was called before the committee had sides
    },
}

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = "logistics.platform.notices.letters.Backend" if EMAIL_HOST else "django.core.mail.backends.dummy.EmailBackend"
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "logistics@localhost")
EMAIL_TIMEOUT = 10
ROBOT_LOOPBACK = False  # only tests let a robot speak to this machine

BEHIND_PROXY = False  # whether X-Forwarded-For is ours to believe

# Demo accounts exist only where this is on; production never turns it on.
DEMO = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
