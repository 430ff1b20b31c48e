"""Shapes of reports as GeoJSON."""

from typing import Any

from rest_framework import serializers

from mobile_api.serializers.reports import (
    NearReportSerializer,
    PublicReportSerializer,
    ReportWithTimelineSerializer,
)

Shape = serializers.Serializer


class PointSerializer(Shape[Any]):
    type = serializers.ChoiceField(choices=["Point"])
    coordinates = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="lon, lat"
    )


class _FeatureSerializer(Shape[Any]):
    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.CharField()
    geometry = PointSerializer()


class ReportFeatureSerializer(_FeatureSerializer):
    properties = PublicReportSerializer()


class ReportWithTimelineFeatureSerializer(_FeatureSerializer):
    properties = ReportWithTimelineSerializer()


class NearReportFeatureSerializer(_FeatureSerializer):
    properties = NearReportSerializer()


class NearReportsSerializer(Shape[Any]):
    type = serializers.ChoiceField(choices=["FeatureCollection"])
    features = NearReportFeatureSerializer(many=True)
