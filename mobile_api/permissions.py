"""Who may use an API view. Every view names one of these; the default is nobody."""

from typing import cast

from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from dispatch.access import is_crew_member, rides_or_rode


class Anyone(AllowAny):
    """Public."""


class SignedIn(BasePermission):
    """Any person with a token or a session."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_authenticated)


class CrewMember(SignedIn):
    """People who ride with a crew."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and is_crew_member(cast(User, request.user))


class CrewMemberOnce(SignedIn):
    """People who ride with a crew, and those who did: what their phone still holds is not lost."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and rides_or_rode(cast(User, request.user))
