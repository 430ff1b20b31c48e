"""Query parameters, through a serializer that names what is wrong."""

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer


def read_query(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The checked parameters. Raises DRF's ValidationError, which names each fault by its field."""
    query = shape(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)
