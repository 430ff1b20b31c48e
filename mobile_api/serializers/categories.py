"""Shapes of what can be reported. Texts come in all languages: {"bg": …, "en": …}."""

from typing import Any

from rest_framework import serializers

from reports.models import Category, CategoryGroup


class CategorySerializer(serializers.ModelSerializer[Category]):
    names = serializers.DictField(child=serializers.CharField())
    keywords = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    questions = serializers.ListField(child=serializers.DictField())
    danger_notices = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Category
        fields = (
            "code",
            "names",
            "icon",
            "keywords",
            "questions",
            "danger_notices",
            "urgency",
            "photo_policy",
            "is_private",
        )


class CategoryGroupSerializer(serializers.ModelSerializer[CategoryGroup]):
    names = serializers.DictField(child=serializers.CharField())
    categories = CategorySerializer(many=True, source="offered")

    class Meta:
        model = CategoryGroup
        fields = ("code", "names", "categories")


class CategoriesSerializer(serializers.Serializer[Any]):
    groups = CategoryGroupSerializer(many=True)
