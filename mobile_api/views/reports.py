"""Sending a report, and reading what is public."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.filters import BaseFilterBackend
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.limits import ReadLimit, ReportLimit
from districts.locating.errors import check_point
from mobile_api.answers import created_facts
from mobile_api.features import Facts, collection, feature
from mobile_api.intake import take_in
from mobile_api.paging import BoxFilter, FeaturePages
from mobile_api.permissions import Anyone
from mobile_api.reading import read_query
from mobile_api.schema import refusals
from mobile_api.serializers.features import (
    NearReportsSerializer,
    ReportFeatureSerializer,
    ReportWithTimelineFeatureSerializer,
)
from mobile_api.serializers.places import NearbyQuery
from mobile_api.serializers.reports import (
    CreatedSerializer,
    DraftFormSerializer,
    DraftSerializer,
    ReportQuery,
)
from reports.models import Report, Update
from reports.selectors.public import (
    nearby,
    public_reports,
    report_for_public,
    timeline,
    with_public_photos,
)

TAGS = ["reports"]


class Reports(GenericAPIView[Report]):
    """All public reports, and where a new one is sent."""

    permission_classes = (Anyone,)
    pagination_class = FeaturePages
    filter_backends: Sequence[type[BaseFilterBackend]] = (BoxFilter,)
    bbox_filter_field = "point"
    ordering = "-received_at"

    def get_throttles(self) -> list[BaseThrottle]:
        return [ReportLimit() if self.request.method == "POST" else ReadLimit()]

    def get_queryset(self) -> QuerySet[Report]:
        return with_public_photos(public_reports())

    @extend_schema(
        operation_id="list_reports",
        parameters=[ReportQuery],
        responses={200: ReportFeatureSerializer(many=True), **refusals(404, 422, 429)},
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        """Public reports as GeoJSON, the latest first. Follow `next` for more."""
        query = read_query(ReportQuery, request)
        self.ordering = query["ordering"]
        found = self.filter_queryset(_matching(self.get_queryset(), query))
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([feature(report) for report in page])

    @extend_schema(
        operation_id="create_report",
        request={"application/json": DraftSerializer, "multipart/form-data": DraftFormSerializer},
        responses={201: CreatedSerializer, 200: CreatedSerializer, **refusals(400, 409, 413, 422, 429)},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Send a report: 201 for the first time, 200 with the same answer when it was sent before."""
        taken = take_in(request, at=timezone.now())
        facts = created_facts(taken)
        headers = {"Location": facts["links"]["api"]} if facts["links"]["api"] else {}
        return Response(facts, status=201 if taken.created.is_new else 200, headers=headers)


class OneReport(APIView):
    permission_classes = (Anyone,)
    throttle_classes = (ReadLimit,)

    @extend_schema(
        operation_id="get_report",
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH)],
        responses={200: ReportWithTimelineFeatureSerializer, **refusals(404, 429)},
        tags=TAGS,
    )
    def get(self, request: Request, code: str) -> Response:
        """One public report with its timeline."""
        report = report_for_public(code)
        return Response(feature(report, timeline=[_update_facts(update) for update in timeline(report)]))


class NearbyReports(APIView):
    permission_classes = (Anyone,)
    throttle_classes = (ReadLimit,)

    @extend_schema(
        operation_id="list_nearby_reports",
        parameters=[NearbyQuery],
        responses={200: NearReportsSerializer, **refusals(422, 429)},
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        """Open public reports around a place, the nearest first, at most twenty."""
        query = read_query(NearbyQuery, request)
        check_point(query["lon"], query["lat"])
        found = nearby(point=(query["lon"], query["lat"]), radius_m=query["radius"])
        return Response(collection(feature(report, distance_m=round(far, 1)) for report, far in found))


def _matching(reports: QuerySet[Report], query: dict[str, Any]) -> QuerySet[Report]:
    lookups = {
        "status": "status__in",
        "category": "category__code__in",
        "district": "district__code__in",
        "since": "changed_at__gte",
    }
    return reports.filter(**{lookup: query[name] for name, lookup in lookups.items() if query.get(name)})


def _update_facts(update: Update) -> Facts:
    return {
        "kind": update.kind,
        "status": update.status,
        "status_name": update.get_status_display() if update.status else "",
        "text": update.text,
        "at": update.at,
    }
