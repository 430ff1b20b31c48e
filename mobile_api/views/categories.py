"""What can be reported."""

from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.limits import ReadLimit
from mobile_api.permissions import Anyone
from mobile_api.schema import refusals
from mobile_api.serializers.categories import CategoriesSerializer
from reports.selectors.categories import list_category_groups


@method_decorator(conditional_page, name="dispatch")
class Categories(APIView):
    permission_classes = (Anyone,)
    throttle_classes = (ReadLimit,)

    @extend_schema(
        operation_id="list_categories",
        responses={200: CategoriesSerializer, **refusals(429)},
        tags=["categories"],
    )
    def get(self, request: Request) -> Response:
        """What can be reported, by group, in all languages. Send `If-None-Match`: it changes seldom."""
        response = Response(CategoriesSerializer({"groups": list_category_groups()}).data)
        patch_cache_control(response, public=True, max_age=60)
        return response
