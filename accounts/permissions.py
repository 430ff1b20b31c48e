"""Default deny for the API."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class Nobody(BasePermission):
    """What a view has that names no permission of its own."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False
