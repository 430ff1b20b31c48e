"""The shape of every refusal."""

from typing import Any

from rest_framework import serializers


class RefusalSerializer(serializers.Serializer[Any]):
    """`code` is for programs, `detail` for people; `field` names the input at fault."""

    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(required=False)
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text="Every fault by its field."
    )
    retry_after_s = serializers.IntegerField(required=False)
