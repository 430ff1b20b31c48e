"""HTTP: every page and API call, as WSGI."""

import os

from django.core.wsgi import get_wsgi_application

from config.whole_body import require_whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = require_whole_bodies(get_wsgi_application())
