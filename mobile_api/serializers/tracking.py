"""What a tracking app sends: the JSON of Traccar Client 9 and newer, as traccar.org/osmand describes it."""

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer


class CoordsSerializer(Shape[Any]):
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    accuracy = serializers.FloatField(required=False, allow_null=True, help_text="Metres.")
    speed = serializers.FloatField(required=False, allow_null=True, help_text="Metres a second; −1: unknown.")


class LocationSerializer(Shape[Any]):
    """Further members, such as battery and activity, are not read."""

    timestamp = serializers.DateTimeField()
    coords = CoordsSerializer()


class TrackerFixSerializer(Shape[Any]):
    device_id = serializers.CharField(max_length=100, help_text="The crew's tracker token.")
    location = LocationSerializer()
