"""The API's own description: OpenAPI 3, and a page to browse it, both served from here."""

from functools import cache
from typing import Any

from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.http import conditional_page
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.limits import ReadLimit
from mobile_api.errors import nothing_here
from mobile_api.permissions import Anyone


class KeptGenerator(SchemaGenerator):
    """Describes the API once per process and language: it takes some tenths of a second."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:
        return describe(get_language() or "")


@cache
def describe(language: str) -> dict[str, Any]:
    """The OpenAPI document of the whole API, in this language."""
    make_generator: Any = SchemaGenerator
    with translation.override(language):
        return dict(make_generator().get_schema(request=None, public=True))


@method_decorator(conditional_page, name="dispatch")
class Schema(SpectacularAPIView):
    """YAML, or JSON when asked for it."""

    permission_classes = (Anyone,)
    authentication_classes = ()
    throttle_classes = (ReadLimit,)
    generator_class = KeptGenerator


class Docs(SpectacularSwaggerSplitView):
    """The page: no inline script, and what it loads comes from here."""

    permission_classes = (Anyone,)
    authentication_classes = ()
    throttle_classes = (ReadLimit,)
    url_name = "mobile_api:schema"
    template_name = "mobile_api/docs.html"


@extend_schema(exclude=True)
class Nothing(APIView):
    """Every other address below the API."""

    permission_classes = (Anyone,)
    authentication_classes = ()
    throttle_classes = (ReadLimit,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise nothing_here()
