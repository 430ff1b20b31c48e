"""The site's settings for a test run: what it writes lies in a folder of its own, nothing leaves the process.

DATABASE_URL and REDIS_URL choose the home, as for the site itself.
"""

import atexit
import os
import shutil
import tempfile
from importlib import import_module

KEPT = {"DATABASE_URL", "REDIS_URL", "MAHALA_REDIS_PREFIX", "MAHALA_TEST_VAR"}


def _prepare_environment() -> None:
    # The developer's own settings must not colour the tests.
    for name in [name for name in os.environ if name.startswith("MAHALA_") and name not in KEPT]:
        del os.environ[name]
    # One folder for the whole run: xdist's workers inherit its name from the process that starts them.
    if "MAHALA_TEST_VAR" not in os.environ:
        os.environ["MAHALA_TEST_VAR"] = tempfile.mkdtemp(prefix="mahala-test-")
        atexit.register(shutil.rmtree, os.environ["MAHALA_TEST_VAR"], ignore_errors=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    prefix = os.environ.get("MAHALA_REDIS_PREFIX", "mahala-test")
    os.environ |= {
        "MAHALA_VAR": os.environ["MAHALA_TEST_VAR"],
        "MAHALA_SECRET_KEY": "a signing key for tests only",
        "MAHALA_REDIS_PREFIX": f"{prefix}.{worker}",
    }


_prepare_environment()
_site = import_module("config.settings")
globals().update({name: value for name, value in vars(_site).items() if name.isupper()})

# Clearing Redis's cache would flush what others keep in the same database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://localhost/"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests that are about the second factor turn it on.
SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else each test client lists every static file anew; the server processes of the tests do list them.
WHITENOISE_AUTOREFRESH = True
