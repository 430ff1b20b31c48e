"""What every template knows about the city."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.languages import localized


def city(request: HttpRequest) -> dict[str, Any]:
    return {
        "city_name": localized(settings.CITY_NAMES),
        "emergency_number": settings.EMERGENCY_NUMBER,
        "static_build": settings.STATIC_BUILD,
    }
