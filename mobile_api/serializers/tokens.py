"""Signing in a native client."""

from rest_framework import serializers

from accounts.models import ApiToken, User


class SignInSerializer(serializers.Serializer[dict[str, str]]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    otp = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="Six digits of the phone, or a backup code.",
    )
    device = serializers.CharField(max_length=120, required=False, allow_blank=True)


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("email", "name", "language")


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """The token itself is told once."""

    token = serializers.CharField(source="raw", help_text="For the header `Authorization: Bearer <token>`.")
    user = PersonSerializer()

    class Meta:
        model = ApiToken
        fields = ("token", "expires_at", "name", "user")
