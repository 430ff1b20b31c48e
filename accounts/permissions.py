"""Default deny for the API."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # its module reads these very classes


class Nobody(BasePermission):
    """What a view has that names no permission of its own."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False
