"""The API's own description: OpenAPI 3, and a page to browse it, both served from here."""

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.limits import ReadLimit
from mobile_api.errors import nothing_here
from mobile_api.permissions import Anyone


@method_decorator(conditional_page, name="dispatch")
class Schema(SpectacularAPIView):
    """YAML, or JSON when asked for it."""

    permission_classes = (Anyone,)
    authentication_classes = ()
    throttle_classes = (ReadLimit,)


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
