"""Registering a device for pushes."""

from typing import Any

from rest_framework import serializers

from mobile_api.models import PushDevice


class DeviceSerializer(serializers.Serializer[Any]):
    """A device as it is registered; its identifier is not told again."""

    device = serializers.CharField(max_length=100, help_text="The same as in the hello on /ws/.")
    platform = serializers.ChoiceField(choices=PushDevice.Platform.choices)
    kind = serializers.ChoiceField(
        choices=PushDevice.Kind.choices,
        help_text="Of the value: FCM's registration token or installation id.",
    )
    seen_at = serializers.DateTimeField(read_only=True)


class DeviceFormSerializer(DeviceSerializer):
    value = serializers.CharField(max_length=500)
