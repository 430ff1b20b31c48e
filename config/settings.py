"""All settings of Mahala, driven by the environment; with nothing set it is the embedded home.

docs/deploy.md lists every variable.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import env
from config.build import read_static_build
from config.secret import read_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("MAHALA_VAR", BASE_DIR / "var")

DATABASE = env.database("DATABASE_URL")
REDIS_URL = env.address("REDIS_URL", "", {"redis", "rediss", "unix"})
REDIS_PREFIX = env.text("MAHALA_REDIS_PREFIX", "mahala")
EMBEDDED = DATABASE is None

DEBUG = env.flag("MAHALA_DEBUG", default=False)
SECRET_KEY = read_secret_key(VAR_DIR, embedded=EMBEDDED or DEBUG)
SECRET_KEY_FALLBACKS = env.names("MAHALA_SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.names("MAHALA_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
BASE_URL = env.address("MAHALA_BASE_URL", "http://127.0.0.1:8000", {"http", "https"}).rstrip("/")
SECURE = BASE_URL.startswith("https://")

# --- what runs -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "channels",
    "csp",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "districts",
    "live",
    "reports",
    "dispatch",
    "mobile_api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dispatch.middleware.CrewPhoneMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.city",
            ],
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------


def _spatialite() -> dict[str, Any]:
    return {
        "ENGINE": "django.contrib.gis.db.backends.spatialite",
        "NAME": VAR_DIR / "mahala.sqlite3",
        # IMMEDIATE: a transaction that will write takes its lock first, so none fails half-way.
        # SQLite's waiting is unfair, hence the long timeout.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
        "CONN_MAX_AGE": None,
    }


DATABASES = {"default": DATABASE or _spatialite()}
if DATABASE is not None:
    # Kept connections belong to the threads of a WSGI server; the socket processes set this to 0.
    DATABASE["CONN_MAX_AGE"] = env.whole("MAHALA_DB_CONN_MAX_AGE", 600, least=0, most=86_400)
    DATABASE["CONN_HEALTH_CHECKS"] = True
    # Compiling a statement takes longer than any of ours runs. DATABASE_URL's own `?options=` has precedence.
    DATABASE["OPTIONS"] = {"options": "-c jit=off", **DATABASE.get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_TEMP_DIR = env.folder("MAHALA_UPLOAD_DIR", VAR_DIR / "uploads")

MEDIA_ROOT = env.folder("MAHALA_MEDIA", VAR_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if REDIS_URL:
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_PREFIX,
            # A cache that does not answer must not hold up a request: sessions are in the database too,
            # limits pass.
            "OPTIONS": {
                "socket_timeout": 0.1,
                "socket_connect_timeout": 0.1,
                "retry": Retry(NoBackoff(), 0),
            },
        }
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {
                # The layer waits 5 s at a time for a message; redis-py's own timeout would cut that off.
                "hosts": [{"address": REDIS_URL, "socket_timeout": 15, "socket_connect_timeout": 3}],
                "prefix": f"{REDIS_PREFIX}.layer",
                "capacity": 1000,
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"global_keyprefix": f"{REDIS_PREFIX}.celery.", "visibility_timeout": 900}
    if REDIS_URL
    else {"polling_interval": 0.02}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "run-readers": {"task": "live.tasks.run_readers", "schedule": 15.0},
    "push-due-jobs": {"task": "mobile_api.tasks.push_due_jobs", "schedule": 10.0},
    "look-at-watched-jobs": {"task": "dispatch.tasks.look_at_watched_jobs", "schedule": 10.0},
    "measure-arrivals": {"task": "dispatch.tasks.measure_arrivals", "schedule": 30.0},
    "check-finished-proofs": {"task": "dispatch.tasks.check_finished_proofs", "schedule": 20.0},
    "prune-log": {"task": "live.tasks.prune_log", "schedule": 86_400.0},
    "process-waiting-photos": {"task": "reports.tasks.process_waiting_photos", "schedule": 60.0},
    "drop-unclaimed-photos": {"task": "reports.tasks.drop_unclaimed_photos", "schedule": 3600.0},
    "keep-promises": {"task": "dispatch.tasks.keep_promises", "schedule": 60.0},
    "improve-waiting-plans": {"task": "dispatch.tasks.improve_waiting_plans", "schedule": 30.0},
    "look-at-promises": {"task": "dispatch.tasks.look_at_promises", "schedule": 60.0},
    "watch-unwatched-reports": {"task": "dispatch.tasks.watch_unwatched_reports", "schedule": 3600.0},
    "keep-shifts": {"task": "dispatch.tasks.keep_shifts", "schedule": 60.0},
    "drop-stale-uploads": {"task": "dispatch.tasks.drop_stale_uploads", "schedule": 3600.0},
    "close-silent-reports": {"task": "reports.tasks.close_silent_reports", "schedule": 3600.0},
    "drop-dead-phones": {"task": "dispatch.tasks.drop_dead_phones", "schedule": 3600.0},
    "erase-old-tracks": {"task": "dispatch.tasks.erase_old_tracks", "schedule": 3600.0},
    "forget-old-outbox": {"task": "accounts.tasks.forget_old_outbox", "schedule": 86_400.0},
    "erase-due-contacts": {"task": "reports.tasks.erase_due_contacts", "schedule": 86_400.0},
}

# What a worker does first: rows whose tasks were lost with it, or with its broker, are not kept waiting.
SWEEPS_AT_START = [
    "live.tasks.run_readers",
    "mobile_api.tasks.push_due_jobs",
    "dispatch.tasks.look_at_watched_jobs",
    "dispatch.tasks.watch_unwatched_reports",
    "dispatch.tasks.look_at_promises",
    "reports.tasks.process_waiting_photos",
]

# --- the log and its delivery ----------------------------------------------------------------------------

# A phone that was away for longer gets a snapshot instead of what it missed.
LOG_DAYS = int(env.number("MAHALA_LOG_DAYS", 30, least=1, most=3_650))
# Of how many in a hundred unmarked proofs the desk is asked to look all the same.
PROOF_SAMPLE_PERCENT = int(env.number("MAHALA_PROOF_SAMPLE", 5, least=0, most=100))
LIVE_STREAMS = {
    "crew": "dispatch.streams.CrewStreams",
    "district": "dispatch.streams.DistrictStreams",
    "report": "reports.streams.ReportStreams",
}
LIVE_COMMANDS = {
    "job.seen": "dispatch.commands.seen",
    "job.accept": "dispatch.commands.accept",
    "job.decline": "dispatch.commands.decline",
    "job.start": "dispatch.commands.start",
    "job.arrive": "dispatch.commands.arrive",
    "job.finish": "dispatch.commands.finish",
    "job.obstruct": "dispatch.commands.obstruct",
    "job.note": "dispatch.commands.note",
    "job.help": "dispatch.commands.call_for_help",
    "job.answer": "dispatch.commands.answer",
    "job.replace_photo": "dispatch.commands.replace_photo",
}
LIVE_ACKS = "dispatch.delivery.receive_ack"
LIVE_POSITIONS = "dispatch.tracking.receive_positions"
LIVE_PRESENCE = "dispatch.presence.tell"
LIVE_SESSIONS = "dispatch.phones.person_of"
LIVE_READERS = [
    "reports.notices.ResidentNotices",
    "reports.readers.BrokenRepairs",
    "dispatch.readers.EndedReports",
    "dispatch.readers.WatchedJobs",
    "mobile_api.readers.UnheardJobs",
]
# A job that no phone of its crew has acknowledged in this time is pushed.
PUSH_AFTER_S = env.number("MAHALA_PUSH_AFTER_S", 8, least=1, most=3_600)
FCM_CREDENTIALS = env.service_account("MAHALA_FCM_CREDENTIALS")
# With it the crew's page can register a browser for pushes: docs/decisions.
FIREBASE_WEB = env.firebase_web("MAHALA_FIREBASE_WEB")
# A job that the crew has not accepted in this time, counted while it stands still, is told to the desk.
# Travel times come from this server (OSRM or Valhalla), else they are estimated: docs/decisions.
ROUTING_URL = env.address("MAHALA_ROUTING_URL", "", {"http", "https"}).rstrip("/")
ROUTING_ENGINE = env.choice("MAHALA_ROUTING_ENGINE", "osrm", ("osrm", "valhalla"))
TRAVEL_SCALE = env.number("MAHALA_TRAVEL_SCALE", 1, least=0.2, most=5)
SHIFT_GRACE_MIN = env.number("MAHALA_SHIFT_GRACE_MIN", 30, least=0, most=480)
ACCEPT_WITHIN_S = env.number("MAHALA_ACCEPT_WITHIN_S", 180, least=1, most=86_400)
# How much of a promised time is left, in a hundred, when the desk is warned; 0: it is not warned.
WARN_PERCENT = int(env.number("MAHALA_WARN_PERCENT", 20, least=0, most=90))
# Who else than the districts concerned sees a photo before it is released: (user, photo) -> bool.
PHOTO_READERS = ["dispatch.access.may_see_photo"]

# --- people ----------------------------------------------------------------------------------------------

LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "/"
SECOND_FACTOR_REQUIRED = env.flag("MAHALA_SECOND_FACTOR", default=not EMBEDDED)
# Of whom it is required, beside users of the administration; crews are not asked yet.
SECOND_FACTOR_FOR = "districts.memberships.is_office_staff"
OTP_TOTP_ISSUER = "Mahala"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True  # an administrator may take a phone away, not copy it
# Where a person works after signing in: (predicate of the user, address), the most usual first.
ACCOUNT_HOMES = [
    ("dispatch.views.desk.list_desks", "/desk/"),
    ("dispatch.access.is_crew_member", "/crew/"),
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if SECURE else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies of our own stand before the server: it says which X-Forwarded-For entry is the client.
TRUSTED_PROXIES = env.whole("MAHALA_TRUSTED_PROXIES", 0, least=0, most=5)

# --- the city --------------------------------------------------------------------------------------------

CITY_NAMES = {"bg": "София", "en": "Sofia", "tr": "Sofya"}
if env.text("MAHALA_CITY_NAME"):
    CITY_NAMES = {"en": env.text("MAHALA_CITY_NAME")}
EMERGENCY_NUMBER = env.text("MAHALA_EMERGENCY_NUMBER", "112")
OUTSIDE_MARGIN_M = env.number("MAHALA_OUTSIDE_MARGIN_M", 300, least=0, most=5_000)
BASEMAP_FILE = env.file("MAHALA_BASEMAP")
TILES_URL = env.address("MAHALA_TILES_URL", "", {"http", "https"})
TILES_ATTRIBUTION = env.text("MAHALA_TILES_ATTRIBUTION")
PHOTO_MAX_BYTES = 25_000_000
PHOTOS_PER_REPORT = 10
PROOF_WAIT_HOURS = env.number("MAHALA_PROOF_WAIT_HOURS", 24, least=1, most=720)
UPLOAD_KEPT_DAYS = env.number("MAHALA_UPLOAD_KEPT_DAYS", 14, least=1, most=90)

LANGUAGES = [("bg", _("Bulgarian")), ("en", _("English"))]
LANGUAGE_CODE = env.choice("MAHALA_LANGUAGE", "en", dict(LANGUAGES))
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.time_zone("MAHALA_TIME_ZONE", "Europe/Sofia")
USE_TZ = True

# --- pages and files -------------------------------------------------------------------------------------

STATIC_BUILD = read_static_build(BASE_DIR / "static")
STATIC_URL = f"/static/{STATIC_BUILD}/"
STATIC_ROOT = VAR_DIR / "static" / STATIC_BUILD
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise wants it even where the finders serve everything
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG


def _is_versioned(path: str, url: str) -> bool:
    return True  # the address names the build


WHITENOISE_IMMUTABLE_FILE_TEST = _is_versioned

_tile_hosts = ["/".join(TILES_URL.split("/")[:3])] if TILES_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_tile_hosts],
        "connect-src": [SELF, *_tile_hosts],
        "style-src": [SELF],
        "script-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
    "EXCLUDE_URL_PREFIXES": [],
}

EMAIL = env.email("EMAIL_URL")
globals().update(EMAIL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAHALA_EMAIL_FROM", "mahala@localhost")

API_PREFIX = "/api/"
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.Nobody"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "mobile_api.parsers.BoundedJSONParser",
        "mobile_api.parsers.BoundedMultiPartParser",
    ],
    "EXCEPTION_HANDLER": "mobile_api.errors.handle",
    "DEFAULT_VERSIONING_CLASS": None,
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "DEFAULT_THROTTLE_RATES": {
        "report": env.rate("MAHALA_RATE_REPORT", "30/hour"),
        "sign-in": env.rate("MAHALA_RATE_SIGN_IN", "10/minute"),
        "account": env.rate("MAHALA_RATE_ACCOUNT", "60/hour"),
        "read": env.rate("MAHALA_RATE_READ", "600/minute"),
        "upload": env.rate("MAHALA_RATE_UPLOAD", "120/hour"),
        "crew": env.rate("MAHALA_RATE_CREW", "1200/hour"),
        "crew-upload": env.rate("MAHALA_RATE_CREW_UPLOAD", "6000/hour"),
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mahala",
    "DESCRIPTION": "Reports, categories, and the crews' jobs.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ReportStatus": "reports.models.ReportStatus",
        "JobStatus": "dispatch.models.JobStatus",
        "PointType": ("Point",),
        "FeatureType": ("Feature",),
        "FeatureCollectionType": ("FeatureCollection",),
    },
}

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("MAHALA_LOG_LEVEL", "INFO", LOG_LEVELS)},
}

# Debian 12 has GDAL 3.6. Only an administrator's own import reads foreign geometry, never a request:
# docs/decisions.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
